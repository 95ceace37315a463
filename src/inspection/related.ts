import { type Cluster, keyOf, type ReadProblem, type Ref, refOf } from '../cluster.ts';
import { UserError } from '../errors.ts';
import type { KubernetesObject } from '../kind.ts';
import { Pod } from '../kinds/pod.ts';
import { PersistentVolumeClaim as CLAIM } from '../kinds/storage.ts';
import { defineLooker, type Look, type Scene } from '../look.ts';
import type { Needed } from '../pod-needs.ts';
import { clip } from '../words.ts';
import { fareOf, isWell } from './shared/containers.ts';
import { type Found, findObject, resourceFor } from './shared/find.ts';
import { RELATED } from './shared/kinds.ts';
import { byTrouble } from './shared/pods.ts';
import { pairs, textAt } from './shared/raw.ts';
import { type Relations, relationsOf } from './shared/relations.ts';
import { inNamespace, kubectl, lookOf } from './shared/result.ts';

const SHOWN = 15;

export default defineLooker({
  name: 'related',
  description:
    'Shows what hangs together with an object: its owners and what it owns, its Pods and their nodes, Services that select them, Ingresses and routes to those, autoscalers, disruption budgets, and the ConfigMaps, Secrets, claims and accounts that it needs, each with whether it exists. Of a ConfigMap, Secret or claim who uses it; of a Node its Pods.',
  parameters: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'A kind, plural or short name: Pod, deploy, svc, cm, node.' },
      name: { type: 'string', description: 'The name of the object.' },
      namespace: { type: 'string', description: 'Its namespace; it is found by itself where the name is unique.' },
    },
    required: ['kind', 'name'],
  },

  async run(args, scene) {
    const found = await findObject(args, scene);
    if (found.ref.kind === 'Node') return relatedToNode(found, scene);
    const { object, ref } = found;
    const claim = { kind: CLAIM.kind, name: textAt(object, 'spec.claimRef.name') ?? '' };
    const namespace = ref.namespace ?? textAt(object, 'spec.claimRef.namespace');
    if (!namespace)
      throw new UserError(`What is related to a ${ref.kind} is not known here; use describe, or list with a selector.`);

    const { cluster, problems } = await scene.source.read(RELATED, { namespace }, { signal: scene.signal });
    // A volume is related through its claim.
    const start = ref.namespace
      ? heldAs(found, cluster)
      : heldAs({ ...found, resource: CLAIM, ref: { ...claim, namespace } }, cluster);
    const relations = relationsOf(start, cluster);
    return lookOf({
      title: `What is related to ${ref.kind} ${[ref.namespace, ref.name].filter(Boolean).join('/')}`,
      command: kubectl('get', 'all,ingress,cm,secret,pvc,sa,hpa,pdb', ...inNamespace(namespace)),
      text: [
        ...(ref.namespace ? [] : [`Bound to: ${claim.kind} ${namespace}/${claim.name}`]),
        ...linesOf(relations, cluster),
        ...gapsOf(problems),
      ].join('\n'),
      refs: [ref, ...refsOf(relations)],
      narrower: 'ask for one of these objects',
    });
  },
});

/** The object as the snapshot has it, or as much as is the same for all kinds. */
function heldAs({ resource, object, ref }: Found, cluster: Cluster): KubernetesObject {
  const kind = RELATED.find((each) => each.kind === ref.kind && each.group === resource.group);
  const held = kind && cluster.get(kind, ref.name, ref.namespace);
  if (held) return held;
  const uid = textAt(object, 'metadata.uid');
  const { name, namespace } = ref;
  return { kind: ref.kind, metadata: { name, ...(namespace && { namespace }), ...(uid && { uid }) } };
}

function linesOf(
  { owners, owned, pods, services, routes, scalers, budgets, needed, users }: Relations,
  cluster: Cluster,
): string[] {
  const named = (title: string, refs: readonly Ref[]) => {
    const shown = refs.slice(0, SHOWN).map(({ kind, name }) => `${kind} ${name}`);
    const more = refs.length - shown.length;
    return refs.length > 0 ? [`${title}: ${[...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')}`] : [];
  };
  const routed = services.map(({ metadata, spec }) => {
    const ports = spec?.ports?.map(({ port, targetPort }) => `${port} to ${targetPort ?? port}`).join(', ');
    return `  Service ${metadata.name}: ${ports || 'no ports'}, selects ${pairs(spec?.selector ?? {})}`;
  });
  const lines = [
    ...named('Owned by', owners),
    ...named('Owns', owned),
    ...podLines(pods),
    ...(routed.length > 0 ? ['Selected by:', ...routed] : []),
    ...named('Reached through', routes),
    ...named('Scaled by', scalers),
    ...named('Disruption budgets', budgets),
    ...(needed.length > 0 ? ['Needs:', ...neededLines(needed, cluster)] : []),
    ...(users.length > 0
      ? ['Used by:', ...users.slice(0, SHOWN).map(({ ref, how }) => `  ${ref.kind} ${ref.name} (${clip(how, 150)})`)]
      : []),
    ...(users.length > SHOWN ? [`  and ${users.length - SHOWN} more`] : []),
  ];
  return lines.length > 0 ? lines : ['Nothing in its namespace is related to it.'];
}

function podLines(pods: readonly Pod[]): string[] {
  if (pods.length === 0) return [];
  const ill = pods.filter((pod) => !isWell(pod)).length;
  const nodes = Map.groupBy(pods, ({ spec }) => spec?.nodeName ?? 'no node yet');
  const more = pods.length - SHOWN;
  return [
    `Pods: ${pods.length}, ${ill} of them not well`,
    ...byTrouble(pods)
      .slice(0, SHOWN)
      .map((pod) => `  ${pod.metadata.name}: ${fareOf(pod)}, on ${pod.spec?.nodeName ?? 'no node yet'}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(nodes.size > 1 || pods.length > 1
      ? [`Nodes: ${[...nodes].map(([node, on]) => `${node} (${on.length})`).join(', ')}`]
      : []),
  ];
}

/** Each object once, with all that it is needed for; those first that do not exist. */
function neededLines(needed: readonly Needed[], cluster: Cluster): string[] {
  const byObject = [...Map.groupBy(needed, ({ ref }) => keyOf(ref)).values()];
  const lines = byObject.flatMap((uses) => {
    const [first] = uses;
    if (!first) return [];
    const { ref } = first;
    const state = stateOf(ref, cluster);
    const optional = uses.every((use) => use.optional) ? ' (optional)' : '';
    const hows = [...new Set(uses.map(({ how }) => how))];
    const how = hows.length > 3 ? `${hows.slice(0, 3).join(', ')} and ${hows.length - 3} more` : hows.join(', ');
    return [{ state, line: `  ${ref.kind} ${ref.name}${optional}: ${state}; ${how}` }];
  });
  return lines.toSorted((a, b) => Number(b.state === MISSING) - Number(a.state === MISSING)).map(({ line }) => line);
}

const MISSING = 'does not exist';

function stateOf({ kind, name, namespace }: Ref, cluster: Cluster): string {
  const known = RELATED.find((each) => each.kind === kind);
  if (known && cluster.get(known, name, namespace)) return 'exists';
  return known && cluster.missing(known, name, namespace) ? MISSING : 'not known';
}

function gapsOf(problems: readonly ReadProblem[]): string[] {
  return problems.filter(({ reason }) => reason !== 'not installed').map(({ text }) => `Not known: ${text}`);
}

function refsOf({ owners, owned, pods, services, routes, scalers, budgets, needed, users }: Relations): Ref[] {
  return [
    ...owners,
    ...pods.map(refOf),
    ...services.map(refOf),
    ...routes,
    ...needed.map(({ ref }) => ref),
    ...users.map(({ ref }) => ref),
    ...scalers,
    ...budgets,
    ...owned,
    ...pods.flatMap(({ spec }) => (spec?.nodeName ? [{ kind: 'Node', name: spec.nodeName }] : [])),
  ];
}

/** The Pods of a node, in one request. */
async function relatedToNode({ ref }: Found, scene: Scene): Promise<Look> {
  const { objects, more } = await scene.source.inspector.list(
    await resourceFor('pod', scene),
    { limit: 500, fields: `spec.nodeName=${ref.name}` },
    scene.signal,
  );
  const pods = byTrouble(objects.flatMap((object) => Pod.trim(object) ?? []));
  const ill = pods.filter((pod) => !isWell(pod)).length;
  const lines = pods.map((pod) => `  ${pod.metadata.namespace}/${pod.metadata.name}: ${fareOf(pod)}`);
  return lookOf({
    title: `What runs on Node ${ref.name}`,
    command: kubectl('get', 'pods', '-A', '--field-selector', `spec.nodeName=${ref.name}`, '-o', 'wide'),
    text: [`Pods: ${pods.length}${more ? ' and more' : ''}, ${ill} of them not well`, ...lines].join('\n'),
    refs: [ref, ...pods.map(refOf)],
    narrower: 'use list with a namespace',
  });
}
