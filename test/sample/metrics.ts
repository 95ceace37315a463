import { createHash } from 'node:crypto';
import { parseQuantity } from '../../src/quantities.ts';
import { ago, type Manifest, RECORDED_AT } from './manifest.ts';
import { SILENT_NODE } from './objects/node.ts';

interface Usage {
  cpu: string;
  memory: string;
}

interface Container {
  name: string;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

/** Where usage is part of the story: of its memory limit, by the workload's name. */
const NEAR_LIMIT: Record<string, number> = { 'search/search-api': 0.97 };

/** What the containers of running Pods use, as metrics-server would have measured it twenty seconds ago. */
export function podMetrics(objects: readonly Manifest[]): Manifest[] {
  return objects.filter(isMeasured).map(({ metadata, spec, status }) => {
    const { containers } = spec as { containers: Container[] };
    const { containerStatuses = [] } = status as { containerStatuses?: { name: string; state: object }[] };
    const running = new Set(containerStatuses.filter(({ state }) => 'running' in state).map(({ name }) => name));
    return {
      ...measured('PodMetrics', metadata),
      containers: containers
        .filter(({ name }) => running.has(name))
        .map((container) => ({ name: container.name, usage: usageOf(container, metadata) })),
    };
  });
}

/** The sum of a node's Pods, and what its system takes. */
export function nodeMetrics(objects: readonly Manifest[]): Manifest[] {
  const nodes = objects.filter(({ kind, metadata }) => kind === 'Node' && metadata.name !== SILENT_NODE);
  return nodes.map(({ metadata }) => {
    const pods = objects.filter(({ kind, spec }) => kind === 'Pod' && nodeOf(spec) === metadata.name);
    const usages = podMetrics(pods).flatMap(({ containers }) => containers as { usage: Usage }[]);
    const sum = (resource: keyof Usage) =>
      usages.reduce((total, { usage }) => total + (parseQuantity(usage[resource]) ?? 0), 0);
    const cpu = `${Math.round(sum('cpu') * 1000) + 380}m`;
    const memory = `${Math.round(sum('memory') / 1024 / 1024) + 2100}Mi`;
    return { ...measured('NodeMetrics', metadata), usage: { cpu, memory } };
  });
}

function isMeasured({ kind, spec, status }: Manifest): boolean {
  return kind === 'Pod' && (status as { phase: string }).phase === 'Running' && nodeOf(spec) !== SILENT_NODE;
}

function nodeOf(spec: unknown): string | undefined {
  return (spec as { nodeName?: string }).nodeName;
}

function measured(kind: string, { name, namespace }: Manifest['metadata']): Manifest {
  return {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind,
    metadata: { name, ...(namespace && { namespace }), creationTimestamp: RECORDED_AT },
    timestamp: ago('20s'),
    window: '15s',
  };
}

/** A part of what the container asked for, always the same for the same one. */
function usageOf({ name, resources }: Container, { namespace, name: pod, labels }: Manifest['metadata']): Usage {
  const [first = 0, second = 0] = createHash('sha256').update(`${namespace}/${pod}/${name}`).digest();
  const cpu = (parseQuantity(resources?.requests?.cpu) ?? 0.1) * (0.1 + (0.6 * first) / 255);
  const near = NEAR_LIMIT[`${namespace}/${labels?.['app.kubernetes.io/name']}`];
  const memory = (parseQuantity(resources?.limits?.memory) ?? 2 ** 28) * (near ?? 0.3 + (0.45 * second) / 255);
  return { cpu: `${Math.max(1, Math.round(cpu * 1000))}m`, memory: `${Math.max(1, Math.round(memory / 2 ** 20))}Mi` };
}
