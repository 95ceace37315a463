import type { LogEntry } from '../../src/recording/format.ts';
import { ago, type Manifest, type Scenario, type WorkloadLog } from './manifest.ts';
import { SILENT_NODE } from './objects/node.ts';

/** What the containers of all scenarios wrote, sorted. A log of a Pod or container that is not there is an error. */
export function logsOf(scenarios: readonly Scenario[], objects: readonly Manifest[]): LogEntry[] {
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  return scenarios
    .flatMap(({ logs = [] }) => logs.flatMap((log) => entriesOf(log, pods)))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function entriesOf({ of, pods: count, container, previous = false, lines }: WorkloadLog, pods: readonly Manifest[]) {
  const [namespace = '', workload = ''] = of.split('/');
  const name = container ?? workload;
  const own = pods
    .filter(({ metadata }) => metadata.namespace === namespace && metadata.name.startsWith(`${workload}-`))
    .filter((pod) => containersOf(pod).includes(name))
    .filter(({ spec }) => (spec as { nodeName?: string }).nodeName !== SILENT_NODE)
    .sort(newestFirst);
  if (own.length === 0) throw new Error(`There is no container ${name} of ${of} to have a log.`);
  const text = lines.map(([age, said]) => `${ago(age)} ${said}\n`).join('');
  return own.slice(0, count).map(({ metadata }): LogEntry => {
    return { namespace, pod: metadata.name, container: name, previous, text };
  });
}

function newestFirst({ metadata: a }: Manifest, { metadata: b }: Manifest): number {
  const created = (b.creationTimestamp ?? '').localeCompare(a.creationTimestamp ?? '');
  return created || (a.name < b.name ? -1 : 1);
}

function containersOf({ spec }: Manifest): string[] {
  const { containers = [], initContainers = [] } = spec as Record<string, { name: string }[] | undefined>;
  return [...initContainers, ...containers].map(({ name }) => name);
}

function keyOf({ namespace, pod, container, previous }: LogEntry): string {
  return `${namespace}/${pod}/${container} ${previous}`;
}
