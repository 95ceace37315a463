import { ageMs, duration, type Failure, field, fromEvent, SECOND } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import type { Event } from '../../kinds/event.ts';
import { Node } from '../../kinds/node.ts';
import type { Pod } from '../../kinds/pod.ts';
import { CronJob, DaemonSet, Job, ReplicaSet, StatefulSet } from '../../kinds/workloads.ts';
import { troubledContainers } from './pod-containers.ts';
import { crashFailure } from './pod-crashes.ts';
import { nodeCause, podFailure, saidOf, unreadyNode } from './pod-problems.ts';
import { listed, sentence } from './wording.ts';

/** The deletion timestamp already includes the grace period; so long after it, something is wrong. */
const DELETION_GRACE = 60 * SECOND;

/** A deleted Pod that does not go away: its node is silent, a finalizer is left, or its containers cannot be stopped. */
export function terminatingFailure(pod: Pod, cluster: Cluster): Failure | undefined {
  const { name, deletionTimestamp, finalizers = [] } = pod.metadata;
  const overdue = ageMs(cluster, deletionTimestamp);
  if (overdue === undefined || overdue < DELETION_GRACE) return undefined;
  const node = unreadyNode(pod, cluster);
  const byFinalizer = !node && finalizers.length > 0;
  const killing = cluster.latestEvent(pod, 'FailedKillPod', 'FailedPreStopHook', 'ExceededGracePeriod');
  const by = byFinalizer ? ` by finalizer ${finalizers[0]}` : '';
  return podFailure(pod, byFinalizer ? 'StuckFinalizer' : 'StuckTerminating', {
    // A StatefulSet makes no Pod of the same name before this one is gone.
    ...(pod.metadata.ownerReferences?.some(({ kind }) => kind === StatefulSet.kind) && { severity: 'high' as const }),
    headline: saidOf(pod, `is stuck in Terminating${by}`, `has a Pod that is stuck in Terminating${by}`),
    text: `Pod ${name} is stuck in Terminating: its deletion was due ${duration(overdue)} ago, but ${sentence(reasonToStay(pod, cluster, killing))}`,
    evidence: [
      field(pod, 'metadata.deletionTimestamp', deletionTimestamp, deletionTimestamp),
      ...(finalizers.length > 0 ? [field(pod, 'metadata.finalizers', finalizers)] : []),
      ...(killing ? [fromEvent(pod, killing)] : []),
    ],
    values: { node: pod.spec?.nodeName ?? 'none', finalizer: finalizers.join(', ') || 'none' },
    causes: node ? nodeCause(pod) : [],
  });
}

function reasonToStay(pod: Pod, cluster: Cluster, killing: Event | undefined): string {
  const { finalizers = [] } = pod.metadata;
  const silent = unreadyNode(pod, cluster);
  if (silent) return `its ${silent.what}, so nobody confirms that its containers have stopped`;
  if (finalizers.length > 0) return `no controller has removed the finalizer ${listed(finalizers)}`;
  if (killing) return `its containers do not stop: ${killing.message ?? killing.reason}`;
  const node = pod.spec?.nodeName;
  if (!node) return 'the API server has not removed it';
  const gone = cluster.missing(Node, node) && cluster.list(Node).length > 0;
  return gone ? `its node ${node} no longer exists` : `node ${node} has not confirmed that its containers have stopped`;
}

/** A Pod that has failed for good, unless its workload has got over it. */
export function failedPodFailures(pod: Pod, cluster: Cluster): Failure[] {
  const { reason = '', message = '' } = pod.status ?? {};
  const over = isSuperseded(pod, cluster);
  if (reason === 'Evicted') return [evicted(pod, over)];
  if (over) return [];
  // A deadline, a shutdown or an eviction ends the containers too; the reason of the Pod is then what counts.
  const crashes = reason
    ? []
    : troubledContainers(pod)
        .filter(({ role }) => role !== 'sidecar')
        .flatMap((container) => crashFailure(pod, container, cluster) ?? []);
  if (crashes.length > 0) return crashes;
  return [
    podFailure(pod, 'PodFailed', {
      headline: saidOf(
        pod,
        `has failed${reason && ` (${reason})`}`,
        `has a Pod that failed${reason && ` (${reason})`}`,
      ),
      text: `Pod ${pod.metadata.name} has failed${reason && ` (${reason})`}. ${sentence(message)}`.trim(),
      evidence: [
        field(pod, 'status.phase', 'Failed'),
        ...(reason ? [field(pod, 'status.reason', `${reason}: ${message}`)] : []),
      ],
      values: { reason: reason || 'no reason given', node: pod.spec?.nodeName ?? 'none' },
      causes: nodeCause(pod),
    }),
  ];
}

/** How the kubelet ends a message about a Pod that used more disk than its own manifest allows. */
const OWN_LIMIT = /exceeds the (?:total )?limit|exceeded its local ephemeral storage limit/i;

/** Of an eviction the record stays; it matters less once the workload has its Pods again. */
export function evicted(pod: Pod, over: boolean): Failure {
  const { message = '' } = pod.status ?? {};
  const node = pod.spec?.nodeName ?? 'unknown';
  const isOwn = OWN_LIMIT.test(message);
  const resource = isOwn ? 'ephemeral-storage' : resourceShort(message);
  const of = resource ? ` (${resource})` : '';
  const again = over ? ' Its workload has replaced it.' : '';
  const what = isOwn ? 'for using more disk than its limit allows' : `from node ${node}${of}`;
  return podFailure(pod, 'Evicted', {
    ...(over && { severity: 'low' as const }),
    headline: saidOf(pod, `was evicted ${what}`, `had a Pod evicted ${what}`),
    text: `Pod ${pod.metadata.name} was evicted from node ${node} (Evicted). ${sentence(message)}${again}`.trim(),
    evidence: [field(pod, 'status.reason', 'Evicted'), field(pod, 'status.message', message)],
    values: { node, resource: resource ?? 'not said' },
    sensitive: [node],
    // A node is not to blame where the Pod broke a limit of its own.
    causes: isOwn ? [] : nodeCause(pod),
  });
}

/** What a node ran short of: `The node was low on resource: memory.`, `The node had condition: [DiskPressure].` */
function resourceShort(message: string): string | undefined {
  const [, resource, condition] = /low on resource: ([\w-]+)|had condition: \[(\w+)/i.exec(message) ?? [];
  return resource ?? condition;
}

/** Whether the owner no longer needs this Pod: its Job has succeeded or still tries, its workload has all its Pods. */
function isSuperseded(pod: Pod, cluster: Cluster): boolean {
  const owner = cluster.ownerOf(pod);
  if (isA<Job>(owner, Job.kind)) return jobGotOver(owner, cluster);
  if (isA<DaemonSet>(owner, DaemonSet.kind)) {
    const { numberReady = 0, desiredNumberScheduled = 0 } = owner.status ?? {};
    return numberReady >= desiredNumberScheduled;
  }
  if (isA<ReplicaSet>(owner, ReplicaSet.kind) || isA<StatefulSet>(owner, StatefulSet.kind)) {
    return (owner.status?.readyReplicas ?? 0) >= (owner.spec?.replicas ?? 1);
  }
  return false;
}

function jobGotOver(job: Job, cluster: Cluster): boolean {
  const isTrue = (...types: string[]) =>
    job.status?.conditions?.find(({ type = '', status }) => types.includes(type) && status === 'True');
  if (isTrue('Complete', 'SuccessCriteriaMet')) return true;
  const failed = isTrue('Failed', 'FailureTarget');
  if (!failed) return true;
  const cron = cluster.ownerOf(job);
  const lastGood = isA<CronJob>(cron, CronJob.kind) ? Date.parse(cron.status?.lastSuccessfulTime ?? '') : Number.NaN;
  return lastGood > Date.parse(failed.lastTransitionTime ?? '');
}

function isA<T extends KubernetesObject>(object: KubernetesObject | undefined, kind: string): object is T {
  return object?.kind === kind;
}
