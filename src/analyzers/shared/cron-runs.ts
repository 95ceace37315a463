import type { Job } from '../../kinds/workloads.ts';
import type { Schedule } from './cron.ts';
import { conditionIn } from './rollout.ts';

/**
 * How many runs a schedule has started after one time and up to another, both in milliseconds since 1970, where each
 * one took so long and the next waited for it. Counts up to `max`.
 */
export function runsBetween(
  schedule: Schedule,
  after: number,
  last: number,
  { took, max }: { took: number; max: number },
): number {
  if (Number.isNaN(after) || Number.isNaN(last)) return 0;
  let count = 0;
  let time = schedule.next(after);
  while (time !== undefined && time <= last && count < max) {
    count++;
    time = schedule.next(Math.max(time, time + took - 1));
  }
  return count;
}

/** The time between the next two runs, in milliseconds. */
export function periodAfter(schedule: Schedule, time: number): number | undefined {
  const first = Number.isNaN(time) ? undefined : schedule.next(time);
  const second = first === undefined ? undefined : schedule.next(first);
  return first === undefined || second === undefined ? undefined : second - first;
}

/** When a run started, in milliseconds since 1970; 0 where it does not say. */
export function startOf(job: Job): number {
  return Date.parse(job.status?.startTime ?? job.metadata.creationTimestamp ?? '') || 0;
}

/** Milliseconds that a failed run took; 0 where it is not known. */
export function lengthOf(job: Job): number {
  const ended = Date.parse(conditionIn(job.status?.conditions, 'Failed')?.lastTransitionTime ?? '');
  return Math.max(0, ended - startOf(job)) || 0;
}

/** Whether one of these conditions of a run is true. */
export function hasCondition({ status }: Job, ...types: string[]): boolean {
  return types.some((type) => conditionIn(status?.conditions, type)?.status === 'True');
}
