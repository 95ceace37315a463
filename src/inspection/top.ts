import type { RawObject } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { NodeMetrics, PodMetrics } from '../kinds/metrics.ts';
import { Node } from '../kinds/node.ts';
import { Pod } from '../kinds/pod.ts';
import { defineLooker, type Look, type Scene } from '../look.ts';
import { formatQuantity, parseQuantity } from '../quantities.ts';
import { type Arguments, numberOf, textOf } from './shared/arguments.ts';
import { addressOf, namespaceMissing, resourceFor } from './shared/find.ts';
import { madeBy } from './shared/pods.ts';
import { textAt } from './shared/raw.ts';
import { age, inNamespace, kubectl, lookOf, table } from './shared/result.ts';

const READ_MAX = 5000;

export default defineLooker({
  name: 'top',
  description:
    'Shows how much CPU and memory is used now: of the containers of Pods beside their requests and limits, or of nodes beside what they can give. Those that use the most of their memory come first. Needs the metrics API (metrics-server).',
  parameters: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'pods, the default, or nodes.', enum: ['pods', 'nodes'] },
      namespace: { type: 'string', description: 'Of Pods; leave it out for all namespaces.' },
      name: { type: 'string', description: 'Only this Pod, node or workload.' },
      limit: { type: 'integer', description: 'At most so many rows; 40 by default, 200 at most.' },
    },
  },

  async run(args, scene) {
    const kind = (textOf(args, 'kind') ?? 'pods').toLowerCase().split('/')[0] ?? '';
    if (['node', 'nodes', 'no', 'nodemetrics'].includes(kind)) return topNodes(args, scene);
    // A workload is measured by its Pods.
    const resource = await resourceFor(kind, scene);
    if (resource.kind !== 'Pod' && !textOf(args, 'name') && !textOf(args, 'kind')?.includes('/')) {
      throw new UserError(`"kind" must be pods or nodes, not "${textOf(args, 'kind')}".`);
    }
    return topPods(args, scene);
  },
});

async function topPods(args: Arguments, scene: Scene): Promise<Look> {
  const { name, namespace } = await addressOf(args, scene, { assumed: 'pods' });
  const measured = await metrics('pods', namespace, scene);
  const { objects } = await scene.source.inspector.list(
    await resourceFor('pod', scene),
    { limit: READ_MAX, ...(namespace && { namespace }) },
    scene.signal,
  );
  const pods = new Map(objects.flatMap((object) => Pod.trim(object) ?? []).map((pod) => [keyOf(pod.metadata), pod]));
  const fits = nameTest(name);
  const usages = measured
    .flatMap((object) => PodMetrics.trim(object) ?? [])
    .filter(({ metadata }) => fits(metadata.name))
    .flatMap(({ metadata, containers = [] }) =>
      containers.map((container) => ({
        metadata,
        name: container.name ?? '',
        cpu: parseQuantity(container.usage?.cpu) ?? 0,
        memory: parseQuantity(container.usage?.memory) ?? 0,
        resources: pods.get(keyOf(metadata))?.spec?.containers?.find((each) => each.name === container.name)?.resources,
      })),
    )
    .map((usage) => ({ ...usage, share: share(usage.memory, usage.resources?.limits?.memory) }))
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0) || b.memory - a.memory);
  if (usages.length === 0) throw await nothing(name, namespace, scene);

  const limit = numberOf(args, 'limit', { min: 1, max: 200, fallback: 40 });
  const shown = usages.slice(0, limit);
  const headings = ['POD', 'CONTAINER', 'CPU', 'REQUEST', 'LIMIT', 'MEMORY', 'REQUEST', 'LIMIT', 'OF LIMIT'];
  const rows = shown.map(({ metadata, name: container, cpu, memory, resources, share: part }) => [
    namespace ? metadata.name : keyOf(metadata),
    container,
    formatQuantity('cpu', cpu),
    amount('cpu', resources?.requests?.cpu),
    amount('cpu', resources?.limits?.cpu),
    formatQuantity('memory', memory),
    amount('memory', resources?.requests?.memory),
    amount('memory', resources?.limits?.memory),
    part === undefined ? '-' : `${Math.round(part * 100)}%`,
  ]);
  const where = namespace ? `in namespace ${namespace}` : 'in all namespaces';
  return lookOf({
    title: `What ${name ? `the containers of ${name}` : 'containers'} use ${where}`,
    command: kubectl('top', 'pods', ...(namespace ? inNamespace(namespace) : ['-A']), '--containers'),
    text: [...measuredAt(measured, scene), table(headings, rows)].join('\n'),
    refs: shown.map(({ metadata }) => ({
      kind: 'Pod',
      name: metadata.name,
      ...(metadata.namespace && { namespace: metadata.namespace }),
    })),
    narrower: 'name a namespace',
    omitted:
      shown.length < usages.length
        ? `${shown.length} of ${usages.length} containers are shown, those nearest to their memory limit first; name a namespace or a higher limit.`
        : undefined,
  });
}

async function topNodes(args: Arguments, scene: Scene): Promise<Look> {
  const { name } = await addressOf({ ...args, kind: 'node' }, scene);
  const measured = await metrics('nodes', undefined, scene);
  const { objects } = await scene.source.inspector.list(
    await resourceFor('node', scene),
    { limit: READ_MAX },
    scene.signal,
  );
  const nodes = new Map(objects.flatMap((object) => Node.trim(object) ?? []).map((node) => [node.metadata.name, node]));
  const usages = measured
    .flatMap((object) => NodeMetrics.trim(object) ?? [])
    .filter(({ metadata }) => !name || metadata.name === name)
    .map(({ metadata, usage }) => {
      const allocatable = nodes.get(metadata.name)?.status?.allocatable;
      const cpu = parseQuantity(usage?.cpu) ?? 0;
      const memory = parseQuantity(usage?.memory) ?? 0;
      return { name: metadata.name, cpu, memory, allocatable, share: share(memory, allocatable?.memory) };
    })
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
  if (usages.length === 0) throw await nothing(name, undefined, scene);

  const limit = numberOf(args, 'limit', { min: 1, max: 200, fallback: 40 });
  const shown = usages.slice(0, limit);
  const percent = (part: number | undefined) => (part === undefined ? '-' : `${Math.round(part * 100)}%`);
  const rows = shown.map(({ name: node, cpu, memory, allocatable, share: part }) => [
    node,
    formatQuantity('cpu', cpu),
    amount('cpu', allocatable?.cpu),
    percent(share(cpu, allocatable?.cpu)),
    formatQuantity('memory', memory),
    amount('memory', allocatable?.memory),
    percent(part),
  ]);
  const missing = [...nodes.keys()].filter(
    (node) => (!name || node === name) && !usages.some((each) => each.name === node),
  );
  return lookOf({
    title: name ? `What node ${name} uses` : 'What nodes use',
    command: kubectl('top', 'nodes', name),
    text: [
      ...measuredAt(measured, scene),
      table(['NODE', 'CPU', 'ALLOCATABLE', 'OF IT', 'MEMORY', 'ALLOCATABLE', 'OF IT'], rows),
      ...(missing.length > 0 ? [`Not measured: ${missing.join(', ')}`] : []),
    ].join('\n'),
    refs: shown.map((each) => ({ kind: 'Node', name: each.name })),
    omitted: shown.length < usages.length ? `${shown.length} of ${usages.length} nodes are shown.` : undefined,
  });
}

/** What the metrics API measured. Throws `UserError` with the cure where there is none. */
async function metrics(plural: string, namespace: string | undefined, scene: Scene): Promise<RawObject[]> {
  const { inspector, name } = scene.source;
  const resource = await inspector.resource(`${plural}.metrics.k8s.io`, scene.signal);
  if (!resource) {
    throw new UserError(
      `The cluster ${name} serves no metrics (metrics.k8s.io), so usage is not known; install metrics-server there.`,
    );
  }
  const options = { limit: READ_MAX, ...(namespace && { namespace }) };
  return (await inspector.list(resource, options, scene.signal)).objects;
}

async function nothing(name: string | undefined, namespace: string | undefined, scene: Scene): Promise<UserError> {
  const missing = namespace ? await namespaceMissing(namespace, scene).catch(() => undefined) : undefined;
  if (missing) return new UserError(missing);
  const of = name ? ` of ${name}` : '';
  const where = namespace ? ` in namespace ${namespace}` : '';
  return new UserError(
    `Nothing${of} is measured${where}: it does not exist, does not run, or runs for less than a minute.`,
  );
}

/** Whether a Pod is the one of this name, or was made by the workload of this name. */
function nameTest(name: string | undefined): (pod: string) => boolean {
  if (!name) return () => true;
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];
  const patterns = kinds.map((kind) => madeBy({ kind, name }));
  return (pod) => patterns.some((pattern) => pattern?.test(pod));
}

function measuredAt(objects: readonly RawObject[], { source }: Scene): string[] {
  const time = objects.map((object) => textAt(object, 'timestamp')).find(Boolean);
  return time ? [`Measured ${age(time, source.inspector.now())} ago.`] : [];
}

function share(used: number, of: string | number | undefined): number | undefined {
  const whole = parseQuantity(of);
  return whole ? used / whole : undefined;
}

function amount(resource: string, quantity: string | number | undefined): string {
  const value = parseQuantity(quantity);
  return value === undefined ? '-' : formatQuantity(resource, value);
}

function keyOf({ namespace, name }: { namespace?: string; name: string }): string {
  return `${namespace ?? ''}/${name}`;
}
