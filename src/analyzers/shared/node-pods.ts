import type { Cluster } from '../../cluster.ts';
import { Node } from '../../kinds/node.ts';
import { Pod } from '../../kinds/pod.ts';
import { append } from '../../snapshot.ts';
import { perCluster } from './per-cluster.ts';
import { counted, listed } from './wording.ts';

const podsByNode = perCluster((cluster) => {
  const index = new Map<string, Pod[]>();
  for (const pod of cluster.list(Pod)) {
    const hasEnded = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (pod.spec?.nodeName && !hasEnded) append(index, pod.spec.nodeName, pod);
  }
  return index;
});

/** The Pods on a node, those that have ended left out. */
export function podsOn(cluster: Cluster, node: string): readonly Pod[] {
  return podsByNode(cluster).get(node) ?? [];
}

/**
 * `namespace/name` of the workloads with Pods on a node, each once. Those of DaemonSets, and the node's own, are left
 * out: they belong there.
 */
export function workloadsOn(cluster: Cluster, node: string): string[] {
  const names = new Set<string>();
  for (const pod of podsOn(cluster, node)) {
    const owner = cluster.topOwnerOf(pod);
    if (owner.kind !== 'DaemonSet' && owner.kind !== 'Node') names.add(`${pod.metadata.namespace}/${owner.name}`);
  }
  return [...names];
}

/** How many nodes are not ready. */
export const lostNodes = perCluster(
  (cluster) =>
    cluster
      .list(Node)
      .filter(({ status }) => status?.conditions?.some((each) => each.type === 'Ready' && each.status !== 'True'))
      .length,
);

/** How many Pods are on a node, and of which workloads. */
export function onIt(node: Node, cluster: Cluster): string {
  const { name } = node.metadata;
  const pods = podsOn(cluster, name).length;
  if (pods === 0) return 'No Pods are on it.';
  const workloads = workloadsOn(cluster, name);
  const which = workloads.length > 0 ? `, of ${listed(workloads)}` : ', all of them of DaemonSets';
  return `${counted(pods, 'Pod')} ${pods === 1 ? 'is' : 'are'} on it${which}.`;
}
