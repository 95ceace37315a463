import { type Evidence, type Failure, field } from '../../analyzer.ts';
import type { Cluster, Ref } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import { ConfigMap, Secret } from '../../kinds/configuration.ts';
import type { Pod } from '../../kinds/pod.ts';
import { PersistentVolumeClaim } from '../../kinds/storage.ts';
import { nearNames } from './near-names.ts';
import { distinct, missingEnvSources, missingVolumeSources, type Reference } from './pod-references.ts';
import { asHeadline } from './rollout.ts';

const KINDS = { ConfigMap, Secret, PersistentVolumeClaim };

/** What an analyzer must read to check the references of a Pod template. */
export const REFERENCE_READS = Object.values(KINDS);

/**
 * A template that names something that does not exist, while its Pods still run: they started when it was there, and the next one
 * will not. `path` is where the template's Pod spec stands in the object.
 */
export function latentReference(
  object: KubernetesObject,
  template: { spec?: Pod['spec'] } | undefined,
  cluster: Cluster,
  path = 'spec.template.spec',
): Failure[] {
  return missingIn(object, template?.spec, cluster).map((reference) => toFailure(object, reference, cluster, path));
}

function toFailure(object: KubernetesObject, reference: Reference, cluster: Cluster, path: string): Failure {
  const { kind, name, key } = reference;
  const { namespace } = object.metadata;
  const ref: Ref = namespace ? { kind, namespace, name } : { kind, name };
  const lack = key ? `has no key ${key}` : 'does not exist';
  const near = nearTo(reference, namespace, cluster);
  const instead = near.length === 0 ? '' : key ? ` (it has ${near.join(', ')})` : ` (there is ${near.join(', ')})`;
  const evidence: Evidence[] = [field(object, path, key ? `${kind} ${name}, key ${key}` : `${kind} ${name}`)];
  return {
    code: `${object.kind}/LatentReference`,
    severity: 'low',
    headline: asHeadline(`${lack}${instead}, though ${object.kind} ${object.metadata.name} needs it`),
    text: `The Pod template names ${kind} ${name}${key ? `, key ${key}` : ''}, but ${key ? `that ConfigMap ${lack}` : `it ${lack}`}${instead}. Nothing has failed yet; the next Pod will not start.`,
    evidence,
    values: { missingKind: kind, missing: name, what: key ? `key ${key} of ${kind} ${name}` : `${kind} ${name}` },
    sensitive: [object.metadata.name, name],
    causes: [{ ref, certain: true }],
    about: [kind, name, key].filter(Boolean).join('/'),
  };
}

function missingIn(object: KubernetesObject, spec: Pod['spec'], cluster: Cluster): Reference[] {
  if (!spec) return [];
  // An ephemeral volume's claim comes into being with the Pod.
  const volumes = spec.volumes?.filter(({ ephemeral }) => !ephemeral) ?? [];
  const pod: Pod = { kind: 'Pod', metadata: object.metadata, spec: { ...spec, volumes } };
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  return distinct([
    ...missingVolumeSources(pod, cluster),
    ...containers.flatMap((container) => missingEnvSources(pod, container, cluster)),
  ]);
}

function nearTo({ kind, name, key }: Reference, namespace: string | undefined, cluster: Cluster): string[] {
  if (key) {
    const { data, binaryData } = cluster.get(ConfigMap, name, namespace) ?? {};
    return nearNames(key, Object.keys({ ...data, ...binaryData }));
  }
  const others: readonly KubernetesObject[] = cluster.list<KubernetesObject>(KINDS[kind], namespace);
  return nearNames(
    name,
    others.map(({ metadata }) => metadata.name),
  );
}
