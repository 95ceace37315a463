import { type Evidence, type Failure, field } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import { ConfigMap, Secret } from '../../kinds/configuration.ts';
import type { Pod } from '../../kinds/pod.ts';
import { PersistentVolumeClaim } from '../../kinds/storage.ts';
import { nearNames } from './near-names.ts';
import type { Container, ContainerSpec } from './pod-containers.ts';
import { type PodProblem, podFailure, refBeside } from './pod-problems.ts';
import { sentence } from './wording.ts';

const KINDS = { ConfigMap, Secret, PersistentVolumeClaim };
const PROBLEMS = {
  ConfigMap: 'MissingConfigMap',
  Secret: 'MissingSecret',
  PersistentVolumeClaim: 'MissingClaim',
} as const satisfies Record<keyof typeof KINDS, PodProblem>;

/** Something that a Pod needs to start, and that is not there: an object, or a key of it. */
export interface Reference {
  kind: keyof typeof KINDS;
  name: string;
  key?: string;
}

interface Wanted extends Reference {
  optional?: boolean | undefined;
}

type Volume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];

/**
 * What a message of the kubelet or scheduler says is not there; of a projected volume it may name several. The wordings
 * are those of `pkg/kubelet/kubelet_pods.go` and `pkg/volume/{configmap,secret}`.
 */
export function referencesIn(message: string, pod: Pod): Reference[] {
  const found: Reference[] = [];
  for (const [, key = '', kind, name = ''] of message.matchAll(
    /couldn't find key (\S+) in (ConfigMap|Secret) [^\s/]+\/([^\s,\]]+)/g,
  ))
    found.push({ kind: kind as 'ConfigMap' | 'Secret', name, key });

  const volume = pod.spec?.volumes?.find((each) => message.includes(`"${each.name}"`));
  for (const [, what, key = ''] of message.matchAll(/references non-existent (config|secret) key: ([^\s,\]]+)/g)) {
    const owner = volume && sourceWithKey(volume, what === 'config' ? 'ConfigMap' : 'Secret', key);
    if (owner) found.push({ ...owner, key });
  }

  for (const [, plain = '', missing = ''] of message.matchAll(
    /\b(configmap|secret|persistentvolumeclaim)s? "([^"]+)" not found/gi,
  )) {
    const kind = (Object.keys(KINDS) as Reference['kind'][]).find((each) => each.toLowerCase() === plain.toLowerCase());
    // A message may call it by "namespace/name".
    if (kind) found.push({ kind, name: missing.split('/').at(-1) ?? missing });
  }
  return distinct(found);
}

/** Each once; where an object is missing, its keys are no further news. */
export function distinct(references: readonly Reference[]): Reference[] {
  const whole = new Set(references.filter(({ key }) => !key).map(({ kind, name }) => `${kind}/${name}`));
  const found = new Map<string, Reference>();
  for (const { kind, name, key } of references) {
    if (key && whole.has(`${kind}/${name}`)) continue;
    const id = `${kind}/${name}/${key ?? ''}`;
    if (!found.has(id)) found.set(id, { kind, name, ...(key && { key }) });
  }
  return [...found.values()];
}

/** What a Pod's volumes need and that is proven not to exist, though no event says so (any more). */
export function missingVolumeSources(pod: Pod, cluster: Cluster): Reference[] {
  const claims = claimsOf(pod).map((name): Wanted => ({ kind: 'PersistentVolumeClaim', name }));
  const sources = (pod.spec?.volumes ?? [])
    .flatMap(sourcesOf)
    .flatMap(({ keys, ...source }): Wanted[] => [source, ...keys.map((key) => ({ ...source, key }))]);
  return lackingOf([...claims, ...sources], pod, cluster);
}

/** The ConfigMaps, Secrets and keys that a container's environment needs and that are proven not to exist. */
export function missingEnvSources(pod: Pod, spec: ContainerSpec | undefined, cluster: Cluster): Reference[] {
  const wanted: Wanted[] = [];
  for (const { configMapRef, secretRef } of spec?.envFrom ?? []) {
    if (configMapRef?.name)
      wanted.push({ kind: 'ConfigMap', name: configMapRef.name, optional: configMapRef.optional });
    if (secretRef?.name) wanted.push({ kind: 'Secret', name: secretRef.name, optional: secretRef.optional });
  }
  for (const { valueFrom } of spec?.env ?? []) {
    for (const [kind, ref] of [
      ['ConfigMap', valueFrom?.configMapKeyRef],
      ['Secret', valueFrom?.secretKeyRef],
    ] as const) {
      if (ref?.name && ref.key) wanted.push({ kind, name: ref.name, key: ref.key, optional: ref.optional });
    }
  }
  return lackingOf(wanted, pod, cluster);
}

/** Of what is wanted, what is proven not to be there: the objects, and the keys of those that are. */
function lackingOf(wanted: readonly Wanted[], pod: Pod, cluster: Cluster): Reference[] {
  const lacking = wanted.flatMap(({ optional, ...reference }): Reference[] => {
    if (optional) return [];
    const { kind, name } = reference;
    if (isMissing(reference, pod, cluster)) return [{ kind, name }];
    return lacksKey(reference, pod, cluster) ? [reference] : [];
  });
  return distinct(lacking);
}

/** Whether it cannot be shown that what a reference names is there. */
export function mayLack(reference: Reference, pod: Pod, cluster: Cluster): boolean {
  const { kind, name, key } = reference;
  if (key && kind === 'ConfigMap')
    return !cluster.get(ConfigMap, name, pod.metadata.namespace) || lacksKey(reference, pod, cluster);
  return key !== undefined || !cluster.get<KubernetesObject>(KINDS[kind], name, pod.metadata.namespace);
}

/** The claims that a Pod's volumes name; an ephemeral volume's claim is called after Pod and volume. */
export function claimsOf(pod: Pod): string[] {
  return (pod.spec?.volumes ?? []).flatMap(
    ({ name = '', persistentVolumeClaim, ephemeral }) =>
      persistentVolumeClaim?.claimName ?? (ephemeral ? `${pod.metadata.name}-${name}` : []),
  );
}

/** What is known of references that lead nowhere: who cannot start, and what shows it. */
interface Stuck {
  container?: Container;
  state: string;
  message?: string;
  evidence: Evidence[];
}

/**
 * A finding for each thing that a Pod refers to and that is not there, since the kubelet stops at the first: what its
 * message says, then what else is proven to be missing.
 */
export function referenceFailures(
  pod: Pod,
  said: readonly Reference[],
  proven: readonly Reference[],
  cluster: Cluster,
  stuck: Stuck,
): Failure[] {
  const { message = '', evidence, ...rest } = stuck;
  return distinct([...said, ...proven]).map((reference) => {
    const isSaid = said.some(
      ({ kind, name, key }) => kind === reference.kind && name === reference.name && key === reference.key,
    );
    const shows = isSaid
      ? evidence
      : [...evidence.filter(({ source }) => !source.startsWith('event ')), wants(pod, reference)];
    return referenceFailure(pod, reference, cluster, { ...rest, message: isSaid ? message : '', evidence: shows });
  });
}

function wants(pod: Pod, { kind, name, key }: Reference): Evidence {
  return field(pod, 'spec', `asks for ${kind} ${name}${key ? `, key ${key}` : ''}`);
}

/** A finding that something the Pod refers to is not there; the object that is missing, or lacks the key, is its cause. */
function referenceFailure(
  pod: Pod,
  reference: Reference,
  cluster: Cluster,
  { container, state, message = '', evidence }: Stuck,
): Failure {
  const { kind, name, key } = reference;
  const what = container ? `Container ${container.name}` : `Pod ${pod.metadata.name}`;
  const near = key ? nearKeys(reference, pod, cluster) : nearObjects(reference, pod, cluster);
  const lack = key ? `has no key ${key}` : 'does not exist';
  const instead = near.length === 0 ? '' : key ? ` (it has ${near.join(', ')})` : ` (there is ${near.join(', ')})`;
  const says = message ? ` The kubelet says: ${sentence(message)}` : '';
  const values: Record<string, string> = {
    container: container?.name ?? '',
    missingKind: kind,
    missing: name,
    near: near.join(', ') || 'nothing like it',
    ...(key && { key }),
  };
  return podFailure(pod, key ? 'MissingKey' : PROBLEMS[kind], {
    headline: key ? `${lack}${instead}` : `${lack}${instead}, but ${neededBy(pod, cluster)} needs it`,
    text: `${what} cannot start (${state}): ${kind} ${name} ${lack}${instead}.${says}`,
    evidence,
    values,
    sensitive: [name],
    causes: [{ ref: refBeside(pod, kind, name), certain: true }],
    about: [container?.name, kind, name, key].filter(Boolean).join('/'),
  });
}

function neededBy(pod: Pod, cluster: Cluster): string {
  const { kind, name } = cluster.topOwnerOf(pod);
  return `${kind} ${name}`;
}

function nearKeys({ kind, name, key = '' }: Reference, pod: Pod, cluster: Cluster): string[] {
  if (kind !== 'ConfigMap') return [];
  const { data, binaryData } = cluster.get(ConfigMap, name, pod.metadata.namespace) ?? {};
  const keys = Object.keys({ ...data, ...binaryData });
  const near = nearNames(key, keys);
  return near.length > 0 ? near : keys.slice(0, keys.length <= 3 ? 3 : 0);
}

function nearObjects({ kind, name }: Reference, pod: Pod, cluster: Cluster): string[] {
  const others = cluster.list<{ kind: string; metadata: { name: string } }>(KINDS[kind], pod.metadata.namespace);
  return nearNames(
    name,
    others.map(({ metadata }) => metadata.name),
  );
}

function isMissing({ kind, name }: Reference, pod: Pod, cluster: Cluster): boolean {
  return cluster.missing(KINDS[kind], name, pod.metadata.namespace);
}

/** Only of ConfigMaps: what keys a Secret has is not read. */
function lacksKey({ kind, name, key }: Reference, pod: Pod, cluster: Cluster): boolean {
  if (kind !== 'ConfigMap' || !key) return false;
  const found = cluster.get(ConfigMap, name, pod.metadata.namespace);
  return found !== undefined && !Object.hasOwn({ ...found.data, ...found.binaryData }, key);
}

function sourcesOf(volume: Volume): (Reference & { optional: boolean; keys: string[] })[] {
  const found: (Reference & { optional: boolean; keys: string[] })[] = [];
  for (const { configMap, secret } of [volume, ...(volume.projected?.sources ?? [])]) {
    for (const [kind, source] of [
      ['ConfigMap', configMap],
      ['Secret', secret],
    ] as const) {
      const name = source?.name ?? source?.secretName;
      if (!source || !name) continue;
      const keys = (source.items ?? []).flatMap(({ key }) => key ?? []);
      found.push({ kind, name, optional: source.optional === true, keys });
    }
  }
  return found;
}

function sourceWithKey(volume: Volume, kind: Reference['kind'], key: string): Reference | undefined {
  const sources = sourcesOf(volume).filter((source) => source.kind === kind);
  const source = sources.find(({ keys }) => keys.includes(key)) ?? sources[0];
  return source && { kind: source.kind, name: source.name };
}
