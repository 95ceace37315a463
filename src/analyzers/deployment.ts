import {
  ageMs,
  type Cause,
  defineAnalyzer,
  duration,
  type Failure,
  field,
  HOUR,
  MINUTE,
  olderThan,
} from '../analyzer.ts';
import { type Cluster, refOf } from '../cluster.ts';
import { Pod } from '../kinds/pod.ts';
import { Deployment, ReplicaSet } from '../kinds/workloads.ts';
import { isLasting, REFUSAL_READS, refusedByEvent } from './shared/creation.ts';
import { latentReference, REFERENCE_READS } from './shared/latent-reference.ts';
import {
  conditionIn,
  isFailing,
  isStuck,
  notReadyText,
  podCauses,
  START_GRACE,
  selectorText,
  startupMs,
  unreadyPods,
} from './shared/rollout.ts';
import { sentence } from './shared/wording.ts';

/** The API's default of `spec.progressDeadlineSeconds`, and the longest one that is taken for a wish to be told. */
const DEFAULT_DEADLINE_SECONDS = 600;
const DEADLINE_MAX_MS = HOUR;
const OBSERVED_GRACE = MINUTE;
const PAUSED_GRACE = HOUR;

/** What is known of a Deployment that has not all it should have. */
interface Rollout {
  deployment: Deployment;
  wanted: number;
  ready: number;
  unready: Pod[];
}

export default defineAnalyzer({
  filter: 'Deployment',
  summary: 'Deployments with too few ready replicas, stuck or forgotten rollouts, and references that will fail',
  core: true,
  kind: Deployment,
  reads: [ReplicaSet, Pod, ...REFUSAL_READS, ...REFERENCE_READS],
  codes: [
    'Unavailable',
    'ProgressDeadlineExceeded',
    'ReplicaFailure',
    'NotObserved',
    'PausedWithChanges',
    'LatentReference',
  ],

  check(deployment, cluster) {
    const { spec, status, metadata } = deployment;
    const wanted = spec?.replicas ?? 1;
    if (wanted <= 0 || metadata.deletionTimestamp) return [];

    const unobserved = notObserved(deployment, cluster);
    // Without any status there is nothing more to say; with an old one there may be.
    if (unobserved && !status?.conditions?.length) return [unobserved];
    return [...(unobserved ? [unobserved] : []), ...ofRollout(deployment, wanted, cluster)];
  },
});

function ofRollout(deployment: Deployment, wanted: number, cluster: Cluster): Failure[] {
  const { spec, status } = deployment;
  const ready = status?.readyReplicas ?? 0;
  const complete = ready >= wanted && (status?.updatedReplicas ?? 0) >= wanted;
  if (complete && conditionIn(status?.conditions, 'Progressing')?.status !== 'False') {
    return latentReference(deployment, spec?.template, cluster);
  }

  const unready = unreadyPods(cluster.podsOf(deployment));
  const rollout = { deployment, wanted, ready, unready };
  const failure =
    refused(rollout, cluster) ?? overdue(rollout, cluster) ?? unavailable(rollout, cluster) ?? paused(rollout, cluster);
  if (failure) return [failure];
  return unready.length === 0 ? latentReference(deployment, spec?.template, cluster) : [];
}

/** The ReplicaSet controller could not create Pods; what its answer was stands in the condition. */
function refused(rollout: Rollout, cluster: Cluster): Failure | undefined {
  const { deployment } = rollout;
  const condition = conditionIn(deployment.status?.conditions, 'ReplicaFailure');
  if (condition?.status !== 'True') return undefined;
  const since = condition.lastTransitionTime ?? condition.lastUpdateTime;
  const { message = condition.reason ?? '' } = condition;
  if (!isLasting({ message, since, evidence: [] }, deployment, cluster)) return undefined;
  return describe(rollout, cluster, 'ReplicaFailure', {
    headline: 'cannot create all its Pods',
    text: sentence(message),
    evidence: [field(deployment, 'status.conditions[ReplicaFailure]', message, since)],
    values: { message },
  });
}

/** A rollout that has not advanced within its deadline (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment). */
function overdue(rollout: Rollout, cluster: Cluster): Failure | undefined {
  const { deployment } = rollout;
  const progressing = conditionIn(deployment.status?.conditions, 'Progressing');
  if (!progressing || progressing.reason === 'NewReplicaSetAvailable') return undefined;
  const { status, reason = '', message = '', lastUpdateTime } = progressing;
  const seconds = deployment.spec?.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS;
  const isLate =
    status === 'True' &&
    seconds * 1000 <= DEADLINE_MAX_MS &&
    olderThan(cluster, lastUpdateTime, seconds * 1000 + MINUTE);
  if (status !== 'False' && !isLate) return undefined;
  return describe(rollout, cluster, 'ProgressDeadlineExceeded', {
    headline:
      rollout.ready > 0
        ? 'is stuck in a rollout past its deadline'
        : 'has no ready replica, and its rollout is past its deadline',
    text: '',
    evidence: [field(deployment, 'status.conditions[Progressing]', [reason, message].join(': '), lastUpdateTime)],
    values: { deadline: duration(seconds * 1000) },
  });
}

function unavailable(rollout: Rollout, cluster: Cluster): Failure | undefined {
  const { deployment, wanted, ready, unready } = rollout;
  if (ready >= wanted) return undefined;
  const isShort = mayStillAdvance(rollout, cluster) ? isFailing : isStuck;
  if (!unready.some((pod) => isShort(pod, cluster)) && !isDown(rollout, cluster)) return undefined;
  const available = conditionIn(deployment.status?.conditions, 'Available');
  const evidence =
    available && available.status !== 'True'
      ? [field(deployment, 'status.conditions[Available]', available.reason, available.lastTransitionTime)]
      : [];
  return describe(rollout, cluster, 'Unavailable', {
    headline: ready > 0 ? 'has too few ready replicas' : 'has no ready replica',
    text: '',
    evidence,
  });
}

/** Whether a rollout leaves enough replicas available, and has time until its deadline: slow Pods are no error then. */
function mayStillAdvance({ deployment }: Rollout, cluster: Cluster): boolean {
  const { conditions } = deployment.status ?? {};
  const progressing = conditionIn(conditions, 'Progressing');
  if (progressing?.status !== 'True' || progressing.reason === 'NewReplicaSetAvailable') return false;
  const deadlineMs = (deployment.spec?.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS) * 1000;
  return (
    conditionIn(conditions, 'Available')?.status === 'True' &&
    progressing.lastUpdateTime !== undefined &&
    !olderThan(cluster, progressing.lastUpdateTime, Math.min(deadlineMs, DEADLINE_MAX_MS))
  );
}

/** Whether the Deployment itself, whatever its Pods look like, has been short of replicas for long. */
function isDown({ deployment, unready }: Rollout, cluster: Cluster): boolean {
  const { conditions } = deployment.status ?? {};
  const progressing = conditionIn(conditions, 'Progressing');
  const { lastUpdateTime, reason } = progressing ?? {};
  const isRolling = progressing?.status === 'True' && reason !== 'NewReplicaSetAvailable';
  if (isRolling && !olderThan(cluster, lastUpdateTime, START_GRACE)) return false;
  const available = conditionIn(conditions, 'Available');
  if (available?.status === 'False') {
    const grace = Math.max(START_GRACE, ...unready.map(startupMs));
    return olderThan(cluster, available.lastTransitionTime, grace);
  }
  // Young Pods are on their way; without any to look at, the newest sign of life counts.
  return (
    unready.length === 0 && olderThan(cluster, lastUpdateTime ?? deployment.metadata.creationTimestamp, START_GRACE)
  );
}

/** A template was changed during a pause, and then forgotten. */
function paused({ deployment, wanted }: Rollout, cluster: Cluster): Failure | undefined {
  const updated = deployment.status?.updatedReplicas ?? 0;
  if (!deployment.spec?.paused || updated >= wanted) return undefined;
  const condition = conditionIn(deployment.status?.conditions, 'Progressing');
  const since =
    condition?.reason === 'DeploymentPaused' ? condition.lastUpdateTime : deployment.metadata.creationTimestamp;
  if (!olderThan(cluster, since, PAUSED_GRACE)) return undefined;
  return {
    code: 'Deployment/PausedWithChanges',
    severity: 'low',
    headline: 'is paused, so its newest template is not rolled out',
    text: `The rollout has been paused for ${duration(ageMs(cluster, since) ?? 0)} while only ${updated} of ${wanted} replicas run the newest template.`,
    evidence: [field(deployment, 'spec.paused', true, since), field(deployment, 'status.updatedReplicas', updated)],
    values: { updated: `${updated}`, wanted: `${wanted}` },
    sensitive: [deployment.metadata.name],
  };
}

/** The controller has not looked at the newest specification; it does so within moments when it is well. */
function notObserved(deployment: Deployment, cluster: Cluster): Failure | undefined {
  const { generation, creationTimestamp, name } = deployment.metadata;
  const { observedGeneration, conditions } = deployment.status ?? {};
  const lags = observedGeneration !== undefined && generation !== undefined && observedGeneration < generation;
  const untouched = observedGeneration === undefined && !conditions?.length && !deployment.status?.replicas;
  if ((!lags && !untouched) || !olderThan(cluster, creationTimestamp, OBSERVED_GRACE)) return undefined;
  const text = lags
    ? `The Deployment controller has seen generation ${observedGeneration} of ${name}, but the specification is at ${generation}; its newest changes have no effect.`
    : `No controller has acted on Deployment ${name} since it was created ${duration(ageMs(cluster, creationTimestamp) ?? 0)} ago: no replica is ready, and it has no status.`;
  return {
    code: 'Deployment/NotObserved',
    severity: lags ? 'medium' : 'high',
    headline: lags ? 'has changes that no controller has acted on' : 'is not acted on by any controller',
    text,
    evidence: [
      field(deployment, 'status.observedGeneration', observedGeneration),
      field(deployment, 'metadata.generation', generation),
    ],
    sensitive: [name],
  };
}

function describe(
  { deployment, wanted, ready, unready }: Rollout,
  cluster: Cluster,
  problem: string,
  { headline, text, evidence, values }: Pick<Failure, 'headline' | 'text' | 'evidence' | 'values'>,
): Failure {
  const { availableReplicas = 0, updatedReplicas = 0, conditions } = deployment.status ?? {};
  const progressing = conditionIn(conditions, 'Progressing');
  const late =
    progressing?.status === 'False'
      ? ` ${(progressing.message ?? 'The rollout does not advance').replace(/\.$/, '')} (${progressing.reason ?? 'Progressing=False'}).`
      : '';
  const pods = newestFirst(unready, cluster);
  return {
    code: `Deployment/${problem}`,
    severity: ready > 0 ? 'medium' : 'high',
    headline,
    text: `${ready} of ${wanted} replicas are ready (available: ${availableReplicas}, updated: ${updatedReplicas}).${late}${text && ` ${text}`}${notReadyText(pods)}`,
    evidence: [
      field(deployment, 'status.readyReplicas', ready),
      field(deployment, 'spec.replicas', wanted),
      ...evidence,
    ],
    values: { selector: selectorText(deployment.spec?.selector), ready: `${ready}`, wanted: `${wanted}`, ...values },
    sensitive: [deployment.metadata.name, ...pods.map(({ metadata }) => metadata.name)],
    causes: [...setCauses(deployment, cluster), ...podCauses(pods)],
  };
}

/** The ReplicaSets whose Pods the API server refuses, as their condition or their events say. */
function setCauses(deployment: Deployment, cluster: Cluster): Cause[] {
  return cluster
    .ownedBy(deployment, ReplicaSet)
    .filter(
      (set) => conditionIn(set.status?.conditions, 'ReplicaFailure')?.status === 'True' || refusedByEvent(set, cluster),
    )
    .map((set) => ({ ref: refOf(set) }));
}

function newestFirst(pods: readonly Pod[], cluster: Cluster): Pod[] {
  const revision = (pod: Pod) =>
    Number(cluster.ownerOf(pod)?.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  return [...pods].sort((a, b) => revision(b) - revision(a));
}
