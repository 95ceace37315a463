import { ageMs, type Cause, MINUTE, olderThan, SECOND } from '../../analyzer.ts';
import { type Cluster, type LabelSelector, refOf } from '../../cluster.ts';
import type { Pod } from '../../kinds/pod.ts';
import { clip } from '../../words.ts';
import { isReady, withReason } from './endpoints.ts';
import { conditionOf } from './pod-problems.ts';
import { budgetMs } from './pod-readiness.ts';
import { isOnItsWay } from './pod-scheduling.ts';
import { listed } from './wording.ts';

/** So long may replicas that show no error be away: an ordinary start, or one step of a rollout. */
export const START_GRACE = 5 * MINUTE;
/** Errors of the first moments, such as a ConfigMap that is created right after its Deployment, pass. */
const FIRST_ERRORS = 30 * SECOND;
const CAUSES_MAX = 50;
const HEADLINE_MAX = 110;

const ORDINARY_WAITS = new Set(['ContainerCreating', 'PodInitializing']);

/** The Pods that should be ready and are not: neither ended nor on their way out. */
export function unreadyPods(pods: readonly Pod[]): Pod[] {
  return pods.filter((pod) => {
    const phase = pod.status?.phase;
    return !pod.metadata.deletionTimestamp && phase !== 'Succeeded' && phase !== 'Failed' && !isReady(pod);
  });
}

/** Whether an unready Pod shows an error, so that waiting longer would not help, or has been unready for long. */
export function isStuck(pod: Pod, cluster: Cluster): boolean {
  return isFailing(pod, cluster) || unreadyMs(pod, cluster) >= Math.max(START_GRACE, startupMs(pod));
}

/** How long the startup probes let the containers take; nothing once one was restarted. */
export function startupMs(pod: Pod): number {
  if (pod.status?.containerStatuses?.some(({ restartCount = 0 }) => restartCount > 0)) return 0;
  return Math.max(0, ...(pod.spec?.containers ?? []).map(({ startupProbe }) => budgetMs(startupProbe)));
}

/** Whether a Pod shows an error that waiting does not mend. */
export function isFailing(pod: Pod, cluster: Cluster): boolean {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') return !isOnItsWay(pod, cluster);
  if (!olderThan(cluster, pod.metadata.creationTimestamp, FIRST_ERRORS)) return false;
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].some(
    ({ state, restartCount = 0, ready }) =>
      (state?.waiting?.reason && !ORDINARY_WAITS.has(state.waiting.reason)) || (!ready && restartCount >= 2),
  );
}

/** For how long a Pod has not been ready. */
function unreadyMs(pod: Pod, cluster: Cluster): number {
  const since = conditionOf(pod, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp;
  return ageMs(cluster, since) ?? 0;
}

/** Pods as possible causes; the first few speak for all. */
export function podCauses(pods: readonly Pod[]): Cause[] {
  return pods.slice(0, CAUSES_MAX).map((pod) => ({ ref: refOf(pod) }));
}

/** ` Not ready: cart-0 (CrashLoopBackOff) and cart-1 (Pending).`, or nothing. */
export function notReadyText(pods: readonly Pod[]): string {
  return pods.length > 0 ? ` Not ready: ${listed(pods.map(withReason), 3)}.` : '';
}

/** A selector as `kubectl -l` takes it. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const pairs = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  for (const { key = '', operator, values = [] } of matchExpressions) {
    if (operator === 'Exists') pairs.push(key);
    else if (operator === 'DoesNotExist') pairs.push(`!${key}`);
    else pairs.push(`${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${values.join(',')})`);
  }
  return pairs.join(',');
}

/** The condition of a type, of any object's conditions. */
export function conditionIn<T extends { type?: string }>(conditions: readonly T[] | undefined, type: string) {
  return conditions?.find((condition) => condition.type === type);
}

/** A headline with names in it, which may be long. */
export function asHeadline(text: string): string {
  return clip(text, HEADLINE_MAX);
}
