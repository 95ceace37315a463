import type { Cluster } from '../../cluster.ts';
import { Node } from '../../kinds/node.ts';
import type { Pod } from '../../kinds/pod.ts';
import type { PersistentVolume } from '../../kinds/storage.ts';
import { formatQuantity, parseQuantity } from '../../quantities.ts';
import { nearNames } from './near-names.ts';
import { perCluster } from './per-cluster.ts';
import type { ContainerSpec } from './pod-containers.ts';
import { listed } from './wording.ts';

type NodeSelectorTerms = NonNullable<
  NonNullable<NonNullable<NonNullable<PersistentVolume['spec']>['nodeAffinity']>['required']>['nodeSelectorTerms']
>;
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

/** What placement asks of all nodes, gathered once: there may be thousands of Pods that wait. */
const nodeFacts = perCluster((cluster) => {
  const labels = new Map<string, Set<string>>();
  const largest = new Map<string, number>();
  const nodes = cluster.list(Node);
  for (const { metadata, status } of nodes) {
    for (const [key, value] of Object.entries(metadata.labels ?? {})) {
      const values = labels.get(key);
      if (values) values.add(value);
      else labels.set(key, new Set([value]));
    }
    for (const [resource, quantity] of Object.entries(status?.allocatable ?? {})) {
      largest.set(resource, Math.max(largest.get(resource) ?? 0, parseQuantity(quantity) ?? 0));
    }
  }
  return {
    labels,
    largest,
    tainted: nodes.filter(({ spec }) => spec?.taints?.length),
    cordoned: nodes.filter(({ spec }) => spec?.unschedulable).map(({ metadata }) => metadata.name),
  };
});

/** The taints that keep a Pod off nodes, each once: `key=value:NoSchedule`. */
export function taintsAgainst(pod: Pod, cluster: Cluster): string[] {
  const taints = new Set<string>();
  for (const node of nodeFacts(cluster).tainted) for (const taint of untolerated(pod, node)) taints.add(textOf(taint));
  return [...taints];
}

/** The nodes with taints that keep a Pod off. */
export function taintedNodes(pod: Pod, cluster: Cluster): string[] {
  return nodeFacts(cluster)
    .tainted.filter((node) => untolerated(pod, node).length > 0)
    .map(({ metadata }) => metadata.name);
}

export function cordonedNodes(cluster: Cluster): string[] {
  return nodeFacts(cluster).cordoned;
}

/** Nodes that keep the Pod off since they are down, or unwell: taints that Kubernetes itself sets. */
export function lostNodes(pod: Pod, cluster: Cluster): string[] {
  const down = /^node\.kubernetes\.io\/(?:not-ready|unreachable|(?:disk|memory|pid)-pressure|network-unavailable)$/;
  const lost = nodeFacts(cluster).tainted.filter((node) =>
    untolerated(pod, node).some(({ key = '' }) => down.test(key)),
  );
  return lost.map(({ metadata }) => metadata.name);
}

/** How many nodes are out since they are kept for the control plane: they are for every workload, so they explain nothing. */
export function controlPlaneNodes(pod: Pod, cluster: Cluster): number {
  return nodeFacts(cluster).tainted.filter((node) => {
    const taints = untolerated(pod, node);
    return taints.length > 0 && taints.every(({ key = '' }) => /control-plane|master/.test(key));
  }).length;
}

/** The taints of a node that keep a Pod off it (https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/). */
export function untolerated(pod: Pod, node: Node): Taint[] {
  const tolerations = pod.spec?.tolerations ?? [];
  return (node.spec?.taints ?? []).filter(({ key, value = '', effect }) => {
    if (effect === 'PreferNoSchedule') return false;
    return !tolerations.some((each) => {
      if (each.effect && each.effect !== effect) return false;
      if (each.operator === 'Exists') return !each.key || each.key === key;
      return each.key === key && (each.value ?? '') === value;
    });
  });
}

function textOf({ key = '', value, effect = '' }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}

/** A label that a Pod wants nodes to have; without values, any. */
interface WantedLabel {
  key: string;
  values: string[];
}

export function wantedLabels(pod: Pod): WantedLabel[] {
  const wanted = Object.entries(pod.spec?.nodeSelector ?? {}).map(([key, value]) => ({ key, values: [value] }));
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return [...wanted, ...labelsIn(terms)].slice(0, 5);
}

/** The labels that a PersistentVolume wants its nodes to have, such as its zone. */
export function labelsOfVolume({ spec }: PersistentVolume): WantedLabel[] {
  return labelsIn(spec?.nodeAffinity?.required?.nodeSelectorTerms);
}

function labelsIn(terms: NodeSelectorTerms = []): WantedLabel[] {
  const wanted: WantedLabel[] = [];
  for (const { matchExpressions = [] } of terms) {
    for (const { key, operator, values = [] } of matchExpressions) {
      if (key && (operator === 'In' || operator === 'Exists')) wanted.push({ key, values });
    }
  }
  return wanted;
}

/** What nodes have instead of a label, as a sentence; empty where some node has it, for then the fault lies elsewhere. */
export function nearLabels({ key, values }: WantedLabel, cluster: Cluster): string {
  const { labels } = nodeFacts(cluster);
  if (labels.size === 0) return '';
  const present = labels.get(key);
  if (!present) {
    const [near] = nearNames(key, labels.keys(), 1);
    return `No node has the label ${key}${near ? `; there is ${near}` : ''}.`;
  }
  if (values.length === 0 || values.some((value) => present.has(value))) return '';
  const others = [...present].map((value) => `${key}=${value}`);
  return `No node has ${key}=${values.join('|')}; there is ${listed(others, 3)}.`;
}

/** The resource that lacks most: what the Pod asks for, beside what the largest node has in all. */
export interface Capacity {
  resource: string;
  request: string;
  /** Absent where no node is known. */
  largest?: string;
  /** No node would ever hold it, even an empty one. */
  exceeds: boolean;
}

/** Of the resources that the scheduler calls insufficient, the one that no node has enough of, else the first. */
export function capacityOf(pod: Pod, said: string, cluster: Cluster): Capacity | undefined {
  const lacking = [...said.matchAll(/Insufficient ([\w.\-/]*\w)/g)].flatMap(([, resource]) => resource ?? []);
  let first: Capacity | undefined;
  for (const resource of new Set(lacking)) {
    const capacity = compare(pod, resource, cluster);
    if (capacity.exceeds) return capacity;
    first ??= capacity;
  }
  return first ?? (/Too many pods/i.test(said) ? compare(pod, 'pods', cluster) : undefined);
}

function compare(pod: Pod, resource: string, cluster: Cluster): Capacity {
  const request = requestOf(pod, resource);
  const whole = cluster.complete(Node) && cluster.list(Node).length > 0;
  // A device that no node offers is not listed at all.
  const largest = nodeFacts(cluster).largest.get(resource) ?? (whole ? 0 : undefined);
  return {
    resource,
    request: formatQuantity(resource, request),
    ...(largest !== undefined && { largest: formatQuantity(resource, largest) }),
    exceeds: largest !== undefined && request > largest && whole,
  };
}

/** What a Pod counts as: the sum of its containers and sidecars, or one init container if that is more. */
function requestOf(pod: Pod, resource: string): number {
  if (resource === 'pods') return 1;
  const of = ({ resources }: ContainerSpec) =>
    Math.max(0, parseQuantity(resources?.requests?.[resource] ?? resources?.limits?.[resource]) ?? 0);
  let running = 0;
  let peak = 0;
  for (const container of pod.spec?.initContainers ?? []) {
    peak = Math.max(peak, running + of(container));
    if (container.restartPolicy === 'Always') running += of(container);
  }
  for (const container of pod.spec?.containers ?? []) running += of(container);
  return Math.max(peak, running);
}
