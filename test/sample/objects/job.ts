import { type Age, ago, type Manifest, ownedBy, RECORDED_AT, span, suffix, timeOf } from '../manifest.ts';
import { event } from './event.ts';
import { nodeFor } from './node.ts';
import { pod } from './pod.ts';
import { completed, failed } from './states.ts';
import { companions, type PodTemplate, selectorOf, type TemplateOptions, template } from './template.ts';

interface JobOptions extends TemplateOptions {
  /** How long ago it was started, and how long it ran. */
  started: Age;
  took: Age;
  age?: Age;
  /** Tries that failed, each with its error; at the last one the Job gives up. */
  failure?: { message: string; tries: number };
}

/** A Job of its own, done or given up. */
export function job(options: JobOptions): Manifest[] {
  const { namespace, name, started, took, age = started, failure } = options;
  const own = template({ restartPolicy: 'Never', ...options });
  return [...companions(options, age), ...run({ namespace, name, template: own, started, took, failure })];
}

export interface CronJobOptions extends TemplateOptions {
  /** Five fields; a field is `*`, a step of it, numbers or a range. */
  schedule: string;
  took?: Age;
  age?: Age;
  suspended?: boolean;
  /** Every run fails so, since this long ago. */
  failing?: { message: string; since: Age };
}

/** A CronJob with its last runs, as many of them as it keeps. */
export function cronJob(options: CronJobOptions): Manifest[] {
  const { namespace, name, schedule, took = '48s', age = '150d', suspended = false, failing } = options;
  const own = template({ restartPolicy: 'Never', ...options });
  const head: Manifest = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace, labels: selectorOf(options), creationTimestamp: ago(age) },
    spec: {
      schedule,
      timeZone: 'Etc/UTC',
      suspend: suspended,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: jobSpec(own) },
    },
  };
  if (suspended) {
    head.status = { lastScheduleTime: ago('19d7h40m'), lastSuccessfulTime: ago('19d7h38m') };
    return [...companions(options, age), head];
  }
  const due = lastRuns(schedule, failing ? span(failing.since) : 0);
  const shown = due.slice(0, 3);
  const runs = shown.flatMap((at) => {
    const failure = failing && { message: failing.message, tries: 2 };
    const run = { namespace, name: `${name}-${at / 60_000}`, template: own, started: sinceOf(at), took, failure };
    return runOf(head, run);
  });
  const [last = 0] = due;
  const lastGood = failing ? due.find((at) => at < Date.parse(ago(failing.since))) : last;
  head.status = {
    lastScheduleTime: timeOf(last),
    lastSuccessfulTime: timeOf((lastGood ?? 0) + span(took)),
  };
  return [...companions(options, age), head, ...runs, ...cronEvents(head, shown, Boolean(failing), took)];
}

interface Run {
  namespace: string;
  name: string;
  template: PodTemplate;
  started: Age;
  took: Age;
  failure: { message: string; tries: number } | undefined;
}

function runOf(head: Manifest, options: Run): Manifest[] {
  const [first, ...rest] = run(options);
  if (!first) return [];
  first.metadata.ownerReferences = ownedBy(head);
  return [first, ...rest];
}

function run({ namespace, name, template, started, took, failure }: Run): Manifest[] {
  const finished = timeOf(Date.parse(ago(started)) + span(took));
  const head: Manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, creationTimestamp: ago(started) },
    spec: jobSpec(template),
  };
  const tries = failure?.tries ?? 1;
  const pods = Array.from({ length: tries }, (_, index) =>
    pod({
      namespace,
      name: `${name}-${suffix(`${namespace}/${name}/${index}`, 5)}`,
      template,
      owner: ownedBy(head),
      age: started,
      node: nodeFor(`${namespace}/${name}`, index),
      labels: { 'batch.kubernetes.io/job-name': name },
      state: failure
        ? failed({ exitCode: 1, message: failure.message }, sinceOf(Date.parse(finished)), '20s')
        : completed(sinceOf(Date.parse(finished)), took),
    }),
  ).flat();
  head.status = failure ? failedStatus(started, finished, tries) : doneStatus(started, finished);
  const over = event(head, 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', {
    from: 'job-controller',
    last: sinceOf(Date.parse(finished)),
  });
  return [head, ...pods, ...(failure && recent(Date.parse(finished)) ? [over] : [])];
}

function jobSpec(template: PodTemplate) {
  return { backoffLimit: 1, template };
}

function doneStatus(started: Age, finished: string) {
  const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({
    type,
    status: 'True',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
    lastProbeTime: finished,
    lastTransitionTime: finished,
  }));
  return {
    startTime: ago(started),
    completionTime: finished,
    succeeded: 1,
    ready: 0,
    terminating: 0,
    ...counted(conditions),
  };
}

function failedStatus(started: Age, finished: string, tries: number) {
  const conditions = ['FailureTarget', 'Failed'].map((type) => ({
    type,
    status: 'True',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    lastProbeTime: finished,
    lastTransitionTime: finished,
  }));
  return { startTime: ago(started), failed: tries, ready: 0, terminating: 0, ...counted(conditions) };
}

function counted(conditions: object[]) {
  return { conditions, uncountedTerminatedPods: {} };
}

function cronEvents(head: Manifest, runs: number[], failing: boolean, took: Age): Manifest[] {
  return runs.filter(recent).flatMap((at) => {
    const jobName = `${head.metadata.name}-${at / 60_000}`;
    const from = { type: 'Normal', from: 'cronjob-controller' } as const;
    const end = failing ? 'Failed' : 'Complete';
    return [
      event(head, 'SuccessfulCreate', `Created job ${jobName}`, { ...from, last: sinceOf(at) }),
      event(head, 'SawCompletedJob', `Saw completed job: ${jobName}, condition: ${end}`, {
        ...from,
        last: sinceOf(at + span(took)),
      }),
    ];
  });
}

/** Within the hour that events live. */
function recent(at: number): boolean {
  return Date.parse(RECORDED_AT) - at < 3_600_000;
}

function sinceOf(at: number): Age {
  return `${Math.round((Date.parse(RECORDED_AT) - at) / 1000)}s`;
}

/** The times a schedule was due before the recording, newest first: three of them, and one from before `beyond`. */
function lastRuns(schedule: string, beyond: number): number[] {
  const fields = schedule.split(' ');
  const runs: number[] = [];
  const end = Date.parse(RECORDED_AT);
  // The minute of the recording itself is left out: its Job would only just have been made.
  for (let at = end - 180_000; end - at < 62 * 86_400_000; at -= 60_000) {
    const time = new Date(at);
    const parts = [
      time.getUTCMinutes(),
      time.getUTCHours(),
      time.getUTCDate(),
      time.getUTCMonth() + 1,
      time.getUTCDay(),
    ];
    if (!parts.every((part, index) => matches(fields[index] ?? '*', part))) continue;
    runs.push(at);
    if (runs.length >= 3 && end - at > beyond) return runs;
  }
  return runs;
}

function matches(field: string, value: number): boolean {
  const [base = '*', step] = field.split('/');
  if (step) return base === '*' && value % Number(step) === 0;
  if (base === '*') return true;
  return base.split(',').some((part) => {
    const [from = '', to = from] = part.split('-');
    return value >= Number(from) && value <= Number(to);
  });
}
