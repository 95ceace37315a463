import {
  ageMs,
  DAY,
  defineAnalyzer,
  duration,
  eventTime,
  type Failure,
  field,
  fromEvent,
  HOUR,
  MINUTE,
  olderThan,
} from '../analyzer.ts';
import { type Cluster, refOf } from '../cluster.ts';
import { CronJob, Job } from '../kinds/workloads.ts';
import { isLasting, REFUSAL_READS, REFUSALS, refusalFailure, refusedByEvent } from './shared/creation.ts';
import { isTimeZone, parseSchedule, type Schedule } from './shared/cron.ts';
import { hasCondition, lengthOf, periodAfter, runsBetween, startOf } from './shared/cron-runs.ts';
import { latentReference, REFERENCE_READS } from './shared/latent-reference.ts';
import { asHeadline } from './shared/rollout.ts';
import { sentence } from './shared/wording.ts';

/** The controller looks at a CronJob every ten seconds, so a shorter starting deadline may let every run slip. */
const CONTROLLER_PERIOD_SECONDS = 10;
/** So many failed runs in a row are no bad luck. */
const FAILED_RUNS = 3;
const MISSED_MIN = 5 * MINUTE;
const FORGOTTEN = 7 * DAY;
const TEMPLATE = 'spec.jobTemplate.spec.template.spec';

export default defineAnalyzer({
  filter: 'CronJob',
  summary: 'CronJobs that are suspended, miss their runs, never end or fail again and again, and bad schedules',
  core: true,
  kind: CronJob,
  reads: [Job, ...REFUSAL_READS, ...REFERENCE_READS],
  codes: [
    'Suspended',
    'InvalidSchedule',
    'InvalidTimeZone',
    'MissedRuns',
    'RunNeverEnds',
    'KeepsFailing',
    'StartingDeadlineTooShort',
    'LatentReference',
    ...REFUSALS,
  ],

  check(cronJob, cluster) {
    if (cronJob.metadata.deletionTimestamp) return [];
    const invalid = invalidZone(cronJob);
    const schedule = invalid ?? scheduleOf(cronJob);
    if (cronJob.spec?.suspend) return suspended(cronJob, 'code' in schedule ? undefined : schedule, cluster);
    if ('code' in schedule) return [schedule];

    const run =
      refused(cronJob, cluster) ?? neverEnds(cronJob, schedule, cluster) ?? missed(cronJob, schedule, cluster);
    return [
      ...(run ? [run] : []),
      ...keepsFailing(cronJob, schedule, cluster),
      ...shortDeadline(cronJob),
      ...latentReference(cronJob, cronJob.spec?.jobTemplate?.spec?.template, cluster, TEMPLATE),
    ];
  },
});

function invalidZone(cronJob: CronJob): Failure | undefined {
  const { timeZone } = cronJob.spec ?? {};
  if (timeZone === undefined || isTimeZone(timeZone)) return undefined;
  return failure(cronJob, 'InvalidTimeZone', {
    severity: 'high',
    headline: asHeadline(`names the unknown time zone ${timeZone || '(empty)'}`),
    text: `The time zone of CronJob ${cronJob.metadata.name}, "${timeZone}", is in no time zone database, so it never runs.`,
    evidence: [field(cronJob, 'spec.timeZone', timeZone)],
    values: { timeZone: timeZone || '(empty)' },
  });
}

function scheduleOf(cronJob: CronJob): Schedule | Failure {
  const text = cronJob.spec?.schedule ?? '';
  try {
    return parseSchedule(text, cronJob.spec?.timeZone);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return failure(cronJob, 'InvalidSchedule', {
      severity: 'high',
      headline: asHeadline(`has a schedule that cannot be read: it ${fault}`),
      text: `The schedule of CronJob ${cronJob.metadata.name}, "${text}", cannot be read, so it never runs: it ${fault}.`,
      evidence: [field(cronJob, 'spec.schedule', text)],
      values: { schedule: text || '(empty)', fault },
    });
  }
}

function suspended(cronJob: CronJob, schedule: Schedule | undefined, cluster: Cluster): Failure[] {
  const { lastScheduleTime } = cronJob.status ?? {};
  const { name, creationTimestamp } = cronJob.metadata;
  const period = schedule && periodAfter(schedule, cluster.now);
  // One that ran, and has been quiet for much longer than its schedule, was probably meant to run again.
  const isForgotten = olderThan(cluster, lastScheduleTime, Math.max(FORGOTTEN, 2 * (period ?? 0)));
  const last = lastScheduleTime
    ? `It last ran ${duration(ageMs(cluster, lastScheduleTime) ?? 0)} ago.`
    : `It has not run since it was created ${duration(ageMs(cluster, creationTimestamp) ?? 0)} ago.`;
  return [
    failure(cronJob, 'Suspended', {
      severity: isForgotten ? 'medium' : 'low',
      headline: 'is suspended, so it does not run',
      text: `CronJob ${name} is suspended, so its schedule "${cronJob.spec?.schedule ?? ''}" starts nothing. ${last}`,
      evidence: [
        field(cronJob, 'spec.suspend', true),
        field(cronJob, 'status.lastScheduleTime', lastScheduleTime, lastScheduleTime),
      ],
      values: { schedule: cronJob.spec?.schedule ?? '' },
    }),
  ];
}

/** The API server refuses the Jobs themselves. */
function refused(cronJob: CronJob, cluster: Cluster): Failure | undefined {
  const refusal = refusedByEvent(cronJob, cluster);
  if (!refusal || !isLasting(refusal, cronJob, cluster)) return undefined;
  return refusalFailure(cronJob, cluster, refusal, {
    short: `A Job of CronJob ${cronJob.metadata.name} could not be created.`,
    severity: 'high',
    evidence: [],
  });
}

/** A run that goes on for more than two periods while the next ones must not start beside it. */
function neverEnds(cronJob: CronJob, schedule: Schedule, cluster: Cluster): Failure | undefined {
  if (cronJob.spec?.concurrencyPolicy !== 'Forbid') return undefined;
  const [oldest] = activeJobs(cronJob, cluster);
  if (!oldest) return undefined;
  const running = cluster.now - startOf(oldest);
  const period = periodAfter(schedule, startOf(oldest));
  if (period === undefined || running < Math.max(2 * period, MISSED_MIN)) return undefined;
  return failure(cronJob, 'RunNeverEnds', {
    severity: 'high',
    headline: 'has a run that does not end and keeps the next ones from starting',
    text: `Job ${oldest.metadata.name} has run for ${duration(running)}; since the concurrency policy is Forbid, runs that were due meanwhile were missed.`,
    evidence: [
      field(oldest, 'status.startTime', oldest.status?.startTime ?? oldest.metadata.creationTimestamp),
      field(cronJob, 'spec.concurrencyPolicy', 'Forbid'),
    ],
    values: { job: oldest.metadata.name },
    sensitive: [cronJob.metadata.name, oldest.metadata.name],
    causes: [
      { ref: refOf(oldest) },
      ...cluster
        .podsOf(oldest)
        .slice(0, 10)
        .map((pod) => ({ ref: refOf(pod) })),
    ],
  });
}

function missed(cronJob: CronJob, schedule: Schedule, cluster: Cluster): Failure | undefined {
  const { lastScheduleTime } = cronJob.status ?? {};
  const { name, creationTimestamp } = cronJob.metadata;
  if (cronJob.spec?.concurrencyPolicy === 'Forbid' && isBusy(cronJob, cluster)) return undefined;
  const from = Date.parse(lastScheduleTime ?? creationTimestamp ?? '');
  const isOverdue = overdue(from, schedule, cronJob.spec?.startingDeadlineSeconds ?? 0, cluster.now);
  const event = recentEvent(cronJob, cluster, 'TooManyMissedTimes', 'MissSchedule');
  const counts = event && Date.parse(eventTime(event) ?? '') > from;
  if (!isOverdue && !counts) return undefined;

  const last = lastScheduleTime
    ? `its last schedule time is ${duration(cluster.now - from)} ago`
    : `it has not run since it was created ${duration(ageMs(cluster, creationTimestamp) ?? 0)} ago`;
  return failure(cronJob, 'MissedRuns', {
    severity: 'high',
    headline: 'misses its runs',
    text: `CronJob ${name} has missed runs of its schedule "${cronJob.spec?.schedule}": ${last}.${event?.message ? ` ${sentence(event.message)}` : ''}`,
    evidence: [
      field(cronJob, 'status.lastScheduleTime', lastScheduleTime, lastScheduleTime),
      field(cronJob, 'spec.schedule', cronJob.spec?.schedule),
      ...(event ? [fromEvent(cronJob, event)] : []),
    ],
    values: { schedule: cronJob.spec?.schedule ?? '' },
  });
}

/** Whether the run that was due after a time is later than two periods, and than its starting deadline. */
function overdue(from: number, schedule: Schedule, deadlineSeconds: number, now: number): boolean {
  const due = Number.isNaN(from) ? undefined : schedule.next(from);
  if (due === undefined || now - due <= Math.max(MISSED_MIN, deadlineSeconds * 1000)) return false;
  return now - due > 2 * (periodAfter(schedule, due - 1) ?? 0);
}

/** Runs start as they should, but the last three and more have failed, with no success among them. */
function keepsFailing(cronJob: CronJob, schedule: Schedule, cluster: Cluster): Failure[] {
  const { lastScheduleTime, lastSuccessfulTime } = cronJob.status ?? {};
  const { name, creationTimestamp } = cronJob.metadata;
  const last = Date.parse(lastScheduleTime ?? '');
  const jobs = cluster.ownedBy(cronJob, Job).toSorted((a, b) => startOf(b) - startOf(a));
  const success = jobs.find((job) => hasCondition(job, 'Complete'));
  // The status may lag behind its Jobs, and Jobs are not kept for ever.
  const good = Math.max(Date.parse(lastSuccessfulTime ?? creationTimestamp ?? '') || 0, success ? startOf(success) : 0);
  const from = lastSuccessfulTime || success ? good : 0;
  const failed = jobs.filter((job) => hasCondition(job, 'Failed') && startOf(job) > from);
  // It takes a failed Job to know better than a success that is kept, and than a status that tells of none.
  if ((success || !lastSuccessfulTime) && failed.length === 0) return [];

  const running = cluster.complete(Job, cronJob.metadata.namespace)
    ? jobs.filter((job) => !hasCondition(job, 'Failed', 'Complete')).length
    : (cronJob.status?.active?.length ?? 0);
  // Runs that must not overlap may take longer than a period.
  const took = cronJob.spec?.concurrencyPolicy === 'Forbid' && failed[0] ? lengthOf(failed[0]) : 0;
  const ended = runsBetween(schedule, good, last, { took, max: FAILED_RUNS + running }) - running;
  // Of the failed Jobs only the newest is kept, unless the history is longer.
  if (Math.max(failed.length, ended) < FAILED_RUNS) return [];
  const since = from > 0 ? `Its last success was ${duration(cluster.now - good)} ago` : 'It has never succeeded';
  const due = Number.isNaN(last) ? '' : `; the last one was scheduled ${duration(cluster.now - last)} ago`;
  const job = failed[0] ? ` The newest failed Job is ${failed[0].metadata.name}.` : '';
  return [
    failure(cronJob, 'KeepsFailing', {
      severity: 'high',
      headline: 'has not succeeded for several runs',
      text: `${since}, and CronJob ${name} has started at least three runs since${due}.${job}`,
      evidence: [
        field(cronJob, 'status.lastSuccessfulTime', lastSuccessfulTime, lastSuccessfulTime),
        field(cronJob, 'status.lastScheduleTime', lastScheduleTime, lastScheduleTime),
      ],
      values: { job: failed[0]?.metadata.name ?? name },
      causes: failed.slice(0, 10).map((each) => ({ ref: refOf(each) })),
    }),
  ];
}

function shortDeadline(cronJob: CronJob): Failure[] {
  const seconds = cronJob.spec?.startingDeadlineSeconds;
  if (seconds === undefined || seconds >= CONTROLLER_PERIOD_SECONDS) return [];
  return [
    failure(cronJob, 'StartingDeadlineTooShort', {
      severity: 'medium',
      headline: 'has a starting deadline that is too short to be met',
      text: `startingDeadlineSeconds of CronJob ${cronJob.metadata.name} is ${seconds}; the controller looks every ${CONTROLLER_PERIOD_SECONDS} seconds, so runs may never start.`,
      evidence: [field(cronJob, 'spec.startingDeadlineSeconds', seconds)],
      values: { seconds: `${seconds}` },
    }),
  ];
}

/** The Jobs that the status calls active and that exist, the oldest first. */
function activeJobs(cronJob: CronJob, cluster: Cluster): Job[] {
  const names = new Set(cronJob.status?.active?.map(({ name }) => name));
  return cluster
    .ownedBy(cronJob, Job)
    .filter(({ metadata }) => names.has(metadata.name))
    .sort((a, b) => startOf(a) - startOf(b));
}

function isBusy(cronJob: CronJob, cluster: Cluster): boolean {
  if (!cronJob.status?.active?.length) return false;
  return !cluster.complete(Job, cronJob.metadata.namespace) || activeJobs(cronJob, cluster).length > 0;
}

function recentEvent(cronJob: CronJob, cluster: Cluster, ...reasons: string[]) {
  const event = cluster.latestEvent(cronJob, ...reasons);
  return event && !olderThan(cluster, eventTime(event), HOUR) ? event : undefined;
}

function failure(cronJob: CronJob, problem: string, details: Omit<Failure, 'code'>): Failure {
  return { sensitive: [cronJob.metadata.name], ...details, code: `CronJob/${problem}` };
}
