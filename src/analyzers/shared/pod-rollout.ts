import type { Failure } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Pod } from '../../kinds/pod.ts';
import { Deployment, ReplicaSet } from '../../kinds/workloads.ts';

/** What is wrong with a Pod of a new version counts less while the version before it serves. */
export function weighed(failures: Failure[], pod: Pod, cluster: Cluster): Failure[] {
  if (!failures.some(({ severity }) => severity === 'high') || !isCovered(pod, cluster)) return failures;
  return failures.map((each) => (each.severity === 'high' ? { ...each, severity: 'medium' } : each));
}

/** Whether no Pod of this version is ready, but the Deployment has the Pods that it needs from another one. */
function isCovered(pod: Pod, cluster: Cluster): boolean {
  const set = cluster.ownerOf(pod);
  if (set?.kind !== ReplicaSet.kind || ((set as ReplicaSet).status?.readyReplicas ?? 0) > 0) return false;
  const owner = cluster.ownerOf(set);
  if (owner?.kind !== Deployment.kind) return false;
  const { readyReplicas = 0, conditions = [] } = (owner as Deployment).status ?? {};
  return readyReplicas > 0 && conditions.some(({ type, status }) => type === 'Available' && status === 'True');
}
