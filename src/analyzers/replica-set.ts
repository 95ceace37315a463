import { defineAnalyzer, field } from '../analyzer.ts';
import type { Cluster } from '../cluster.ts';
import { Deployment, ReplicaSet } from '../kinds/workloads.ts';
import { isLasting, REFUSAL_READS, REFUSALS, type Refused, refusalFailure, refusedByEvent } from './shared/creation.ts';
import { conditionIn } from './shared/rollout.ts';

export default defineAnalyzer({
  filter: 'ReplicaSet',
  summary: 'ReplicaSets whose Pods the API server refuses to create: quotas, policies, webhooks',
  core: true,
  kind: ReplicaSet,
  reads: [Deployment, ...REFUSAL_READS],
  codes: REFUSALS,

  check(set, cluster) {
    const wanted = set.spec?.replicas ?? 1;
    const existing = set.status?.replicas ?? 0;
    if (existing >= wanted || set.metadata.deletionTimestamp) return [];
    const refused = refusedByCondition(set) ?? refusedByEvent(set, cluster);
    if (!refused || !isLasting(refused, set, cluster)) return [];
    return [
      refusalFailure(set, cluster, refused, {
        short: `${existing} of ${wanted} Pods could be created.`,
        severity: (set.status?.readyReplicas ?? 0) > 0 || hasReadySiblings(set, cluster) ? 'medium' : 'high',
        evidence: [field(set, 'status.replicas', existing), field(set, 'spec.replicas', wanted)],
      }),
    ];
  },
});

function refusedByCondition(set: ReplicaSet): Refused | undefined {
  const condition = conditionIn(set.status?.conditions, 'ReplicaFailure');
  if (condition?.status !== 'True' || condition.reason !== 'FailedCreate' || !condition.message) return undefined;
  const { message, lastTransitionTime: since } = condition;
  return { message, since, evidence: [field(set, 'status.conditions[ReplicaFailure]', message, since)] };
}

/** Whether an older ReplicaSet of the same Deployment still serves. */
function hasReadySiblings(set: ReplicaSet, cluster: Cluster): boolean {
  const owner = cluster.ownerOf(set);
  if (owner?.kind !== Deployment.kind) return false;
  return ((owner as Deployment).status?.readyReplicas ?? 0) > 0;
}
