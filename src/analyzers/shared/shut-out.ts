import type { Cause } from '../../analyzer.ts';
import { type Cluster, keyOf } from '../../cluster.ts';
import { Node } from '../../kinds/node.ts';
import { Pod } from '../../kinds/pod.ts';
import { perCluster } from './per-cluster.ts';
import { untolerated } from './pod-placement.ts';

/** The scheduler's words for a node that is out because of a taint, and of one that is cordoned. */
const TAINTED = /(\d+) node\(s\) had (?:untolerated )?taint/g;
const CORDONED = /(\d+) node\(s\) were unschedulable/g;

interface ShutOut {
  /** Pods that no node takes because each one is tainted. */
  byTaints: Pod[];
  /** Pods that no node takes because some are cordoned and the others tainted. */
  byCordons: Pod[];
}

/** Pods that no node takes because of how the nodes were set, not for what the Pods ask: the scheduler counts all nodes under these reasons. */
const shutOut = perCluster((cluster): ShutOut => {
  const found: ShutOut = { byTaints: [], byCordons: [] };
  for (const pod of cluster.list(Pod)) {
    if (pod.status?.phase !== 'Pending' || pod.spec?.nodeName) continue;
    const scheduled = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
    const [, all, said = ''] = /^0\/(\d+) nodes are available: (.*)$/s.exec(scheduled?.message ?? '') ?? [];
    if (all === undefined) continue;
    const [reasons = ''] = said.split(/preemption:/);
    const tainted = nodesUnder(TAINTED, reasons);
    const cordoned = nodesUnder(CORDONED, reasons);
    if (tainted + cordoned !== Number(all)) continue;
    (cordoned > 0 ? found.byCordons : found.byTaints).push(pod);
  }
  return found;
});

function nodesUnder(reason: RegExp, reasons: string): number {
  return [...reasons.matchAll(reason)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Pods that wait because every node is tainted for them, this one by a taint of this key. */
export function shutOutByTaint(node: Node, key: string, cluster: Cluster): Pod[] {
  return shutOut(cluster).byTaints.filter((pod) => untolerated(pod, node).some((taint) => taint.key === key));
}

/** Pods that wait because the nodes that they could use are cordoned, such as this one. */
export function shutOutByCordon(node: Node, cluster: Cluster): Pod[] {
  return shutOut(cluster).byCordons.filter((pod) =>
    untolerated(pod, node).every(({ key }) => key === 'node.kubernetes.io/unschedulable'),
  );
}

/** Whether Pods of several workloads wait, so that the nodes are at fault rather than what one workload asks for. */
export function isOfSeveral(pods: readonly Pod[], cluster: Cluster): boolean {
  return new Set(pods.map((pod) => keyOf(cluster.topOwnerOf(pod)))).size > 1;
}

/** Of nodes that were set alike the first one stands for all: its finding explains those of the others. */
export function firstAlike(node: Node, isAlike: (other: Node) => boolean, cluster: Cluster, code: string): Cause[] {
  const first = cluster.list(Node).find(isAlike);
  if (!first || first.metadata.name === node.metadata.name) return [];
  return [{ ref: { kind: Node.kind, name: first.metadata.name }, codes: [code] }];
}
