import {
  ageMs,
  DAY,
  defineAnalyzer,
  duration,
  eventTime,
  type Failure,
  field,
  fromEvent,
  MINUTE,
  olderThan,
} from '../analyzer.ts';
import { type Cluster, refOf } from '../cluster.ts';
import { Pod } from '../kinds/pod.ts';
import { CronJob, Job } from '../kinds/workloads.ts';
import { clip } from '../words.ts';
import { isLasting, REFUSAL_READS, REFUSALS, refusalFailure, refusedByEvent } from './shared/creation.ts';
import { asHeadline, conditionIn, isStuck, podCauses, unreadyPods } from './shared/rollout.ts';
import { sentence } from './shared/wording.ts';

/** The controller of Kubernetes itself (https://kubernetes.io/docs/concepts/workloads/controllers/job/#delegation-of-managing-a-job-object-to-external-controller). */
const OWN_CONTROLLER = 'kubernetes.io/job-controller';
const DEFAULT_BACKOFF_LIMIT = 6;
const CREATION_GRACE = 5 * MINUTE;
/** A running Job that has used up so much of its deadline will probably miss it. */
const DEADLINE_SHARE = 0.9;
/** Failed indexes are told up to so many characters. */
const INDEXES_MAX = 200;
const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name';

/** Why a Job failed, by the reason of its condition (https://kubernetes.io/docs/concepts/workloads/controllers/job/). */
const REASONS: Record<string, { problem: string; headline: string; words: string }> = {
  BackoffLimitExceeded: {
    problem: 'BackoffLimitExceeded',
    headline: 'failed at every try',
    words: 'Its Pods failed until the backoff limit was reached.',
  },
  DeadlineExceeded: {
    problem: 'DeadlineExceeded',
    headline: 'did not finish within its deadline',
    words: 'It was active longer than its deadline allows.',
  },
  PodFailurePolicy: {
    problem: 'PodFailurePolicy',
    headline: 'was failed by its Pod failure policy',
    words: 'A rule of its Pod failure policy (FailJob) matched.',
  },
};

export default defineAnalyzer({
  filter: 'Job',
  summary: 'Jobs that failed and why, that are suspended, or that get no Pod',
  core: true,
  kind: Job,
  reads: [Pod, CronJob, ...REFUSAL_READS],
  codes: [
    'BackoffLimitExceeded',
    'DeadlineExceeded',
    'PodFailurePolicy',
    'Failed',
    'Suspended',
    'NotStarted',
    'DeadlineNear',
    ...REFUSALS,
  ],

  check(job, cluster) {
    if (job.metadata.deletionTimestamp || isTrue(job, 'Complete') || isTrue(job, 'SuccessCriteriaMet')) return [];
    const failures = failed(job, cluster);
    if (failures) return failures;
    if (job.spec?.suspend) return suspended(job, cluster);
    return refused(job, cluster) ?? notStarted(job, cluster) ?? deadlineNear(job, cluster) ?? [];
  },
});

function isTrue(job: Job, type: string): boolean {
  return conditionIn(job.status?.conditions, type)?.status === 'True';
}

/** A Job that has failed; where the API server refused all its Pods, that as well, since it is the reason. */
function failed(job: Job, cluster: Cluster): Failure[] | undefined {
  const conditions = (job.status?.conditions ?? []).filter(({ status }) => status === 'True');
  // FailureTarget comes first; Failed follows once the last Pod is gone.
  const condition = conditionIn(conditions, 'Failed') ?? conditionIn(conditions, 'FailureTarget');
  const tries = job.status?.failed ?? 0;
  const limit = job.spec?.backoffLimit ?? DEFAULT_BACKOFF_LIMIT;
  const isExhausted = tries > Math.max(0, limit) && (job.status?.active ?? 0) <= 0;
  if (!condition && !isExhausted) return undefined;

  const reason = condition?.reason ?? 'BackoffLimitExceeded';
  const { problem, headline, words } = REASONS[reason] ?? {
    problem: 'Failed',
    headline: asHeadline(`failed (${reason})`),
    words: 'It failed.',
  };
  const event = cluster.latestEvent(job, reason);
  const message = condition?.message || event?.message || words;
  const superseded = successor(job, cluster);
  const refusal = tries > 0 ? undefined : refusedByEvent(job, cluster);
  const counts =
    tries > 0
      ? ` Failed Pods: ${tries}.`
      : ` No Pod of it is counted as failed.${refusal ? ` ${sentence(refusal.message)}` : ''}`;
  const { failedIndexes } = job.status ?? {};
  const indexes = failedIndexes ? ` Failed indexes: ${clip(failedIndexes, INDEXES_MAX)}.` : '';
  const later = superseded ? ` A later run, ${superseded.metadata.name}, succeeded.` : '';
  const pods = cluster.podsOf(job).filter(({ status }) => status?.phase !== 'Succeeded');
  const severity = superseded ? 'low' : 'high';
  const failure: Failure = {
    code: `Job/${problem}`,
    severity,
    headline,
    text: `Job ${job.metadata.name} failed (${reason}). ${sentence(message)}${counts}${indexes}${later}`,
    evidence: [
      condition
        ? field(job, `status.conditions[${condition.type}]`, `${reason}: ${message}`, condition.lastTransitionTime)
        : field(job, 'status.failed', tries),
      ...(failedIndexes ? [field(job, 'status.failedIndexes', failedIndexes)] : []),
      ...(event ? [fromEvent(job, event)] : []),
      ...(refusal?.evidence ?? []),
    ],
    values: {
      reason,
      message,
      limit: `${limit}`,
      deadline: job.spec?.activeDeadlineSeconds ? duration(job.spec.activeDeadlineSeconds * 1000) : 'not set',
    },
    sensitive: [job.metadata.name],
    causes: [
      ...(refusal ? [{ ref: refOf(job), codes: REFUSALS.map((code) => `Job/${code}`) }] : []),
      ...podCauses(pods),
    ],
  };
  if (!refusal) return [failure];
  const short = `No Pod of Job ${job.metadata.name} could be created.`;
  return [failure, refusalFailure(job, cluster, refusal, { short, severity, evidence: [] })];
}

/** A newer Job of the same CronJob that succeeded, so that the failure of this one is history. */
function successor(job: Job, cluster: Cluster): Job | undefined {
  const owner = cluster.ownerOf(job);
  if (owner?.kind !== CronJob.kind) return undefined;
  const made = Date.parse(job.metadata.creationTimestamp ?? '');
  return cluster
    .ownedBy(owner, Job)
    .find((other) => isTrue(other, 'Complete') && Date.parse(other.metadata.creationTimestamp ?? '') > made);
}

/** Suspended by hand. Queues such as Kueue suspend every Job until its turn comes; that is theirs to decide. */
function suspended(job: Job, cluster: Cluster): Failure[] {
  const owner = cluster.topOwnerOf(job);
  const isQueued = job.metadata.labels?.[QUEUE_LABEL] !== undefined;
  if (isQueued || (owner.kind !== Job.kind && owner.kind !== CronJob.kind)) return [];
  const since = conditionIn(job.status?.conditions, 'Suspended')?.lastTransitionTime ?? job.metadata.creationTimestamp;
  return [
    {
      code: 'Job/Suspended',
      severity: olderThan(cluster, since, DAY) ? 'medium' : 'low',
      headline: 'is suspended, so nothing runs',
      text: `Job ${job.metadata.name} has been suspended for ${duration(ageMs(cluster, since) ?? 0)}; it has no Pods until it is resumed.`,
      evidence: [field(job, 'spec.suspend', true, since)],
      sensitive: [job.metadata.name],
    },
  ];
}

/** Pods are lacking, since the API server refuses them. */
function refused(job: Job, cluster: Cluster): Failure[] | undefined {
  const { active = 0, succeeded = 0 } = job.status ?? {};
  const { parallelism = 1, completions = parallelism } = job.spec ?? {};
  const wanted = Math.min(parallelism, Math.max(0, completions - succeeded));
  if (active >= wanted) return undefined;
  const refusal = refusedByEvent(job, cluster);
  if (!refusal || !isLasting(refusal, job, cluster)) return undefined;
  return [
    refusalFailure(job, cluster, refusal, {
      short: `${active} of ${wanted} Pods of Job ${job.metadata.name} could be created.`,
      severity: active > 0 ? 'medium' : 'high',
      evidence: [field(job, 'status.active', active)],
    }),
  ];
}

function notStarted(job: Job, cluster: Cluster): Failure[] | undefined {
  // Another controller, such as Kueue's in a second cluster, makes its Pods.
  if ((job.spec?.managedBy ?? OWN_CONTROLLER) !== OWN_CONTROLLER) return undefined;
  const { active = 0, succeeded = 0, failed: tries = 0 } = job.status ?? {};
  if (active > 0 || succeeded > 0 || tries > 0 || (job.spec?.parallelism ?? 1) <= 0) return undefined;
  if (isTrue(job, 'Failed') || cluster.podsOf(job).length > 0) return undefined;
  const since = job.status?.startTime ?? job.metadata.creationTimestamp;
  // Its Pods may have been evicted a moment ago.
  const created = cluster.latestEvent(job, 'SuccessfulCreate');
  if (created && !olderThan(cluster, eventTime(created), CREATION_GRACE)) return undefined;
  if (!olderThan(cluster, since, CREATION_GRACE) || !cluster.complete(Pod, job.metadata.namespace)) return undefined;
  return [
    {
      code: 'Job/NotStarted',
      severity: 'high',
      headline: 'has no Pod',
      text: `Job ${job.metadata.name} has had no Pod for ${duration(ageMs(cluster, since) ?? 0)}, and no event says why.`,
      evidence: [
        field(job, 'status.active', job.status?.active),
        field(job, 'status.startTime', job.status?.startTime),
      ],
      sensitive: [job.metadata.name],
    },
  ];
}

function deadlineNear(job: Job, cluster: Cluster): Failure[] | undefined {
  const deadline = (job.spec?.activeDeadlineSeconds ?? 0) * 1000;
  const running = ageMs(cluster, job.status?.startTime) ?? 0;
  if (deadline <= 0 || (job.status?.active ?? 0) <= 0 || running < deadline * DEADLINE_SHARE) return undefined;
  const unready = unreadyPods(cluster.podsOf(job)).filter((pod) => isStuck(pod, cluster));
  return [
    {
      code: 'Job/DeadlineNear',
      severity: 'low',
      headline: 'has nearly used up its deadline',
      text: `Job ${job.metadata.name} has run for ${duration(running)}, and fails at ${duration(deadline)}.`,
      evidence: [
        field(job, 'spec.activeDeadlineSeconds', deadline / 1000),
        field(job, 'status.startTime', job.status?.startTime),
      ],
      values: { deadline: duration(deadline) },
      sensitive: [job.metadata.name],
      causes: podCauses(unready),
    },
  ];
}
