import type { JobCounts } from '../jobs.ts';
import { DEATHS, KNOWN_MS, TRIES } from './limits.ts';

/** All work that is not done, in the order in which it was added; kept as one value, so that it changes as a whole. */
export interface Queue {
  work: Entry[];
  /** When work was given up, in milliseconds since 1970; within the last day. */
  failed: number[];
}

export interface Entry {
  id: string;
  kind: string;
  /** Not before this, in milliseconds since 1970. */
  due: number;
  /** How often it was begun, without those times when it was too early. */
  starts: number;
  /** How often it failed, and how often it died with its process. */
  failures: number;
  deaths: number;
  lease?: { owner: string; ends: number };
}

/** Who takes work now: what it can do, how much of it, and what it is at. */
export interface Taker {
  owner: string;
  kinds: ReadonlySet<string>;
  free: number;
  busyWith: ReadonlyMap<string, unknown>;
}

/** How a start ended: `back` leaves the work to others, `later` was too early. */
export type Outcome = { end: 'done' | 'back' | 'given up' } | { end: 'later' | 'failed'; afterMs: number };

/** What is given up is remembered, but not without end. */
const MAX_FAILED = 1000;

export function emptyQueue(): Queue {
  return { work: [], failed: [] };
}

/** Adds work, where it is not there already. */
export function addTo(queue: Queue, id: string, kind: string): void {
  if (queue.work.some((entry) => entry.id === id)) return;
  queue.work.push({ id, kind, due: 0, starts: 0, failures: 0, deaths: 0 });
}

/** Takes work that is due and that nobody is at, in order. */
export function take(queue: Queue, { owner, kinds, free, busyWith }: Taker, now: number, leaseMs: number): Entry[] {
  const taken: Entry[] = [];
  for (const entry of queue.work) {
    if (taken.length >= free) break;
    if (entry.due > now || isHeld(entry, now) || busyWith.has(entry.id) || !kinds.has(entry.kind)) continue;
    if (entry.lease) entry.deaths++;
    entry.starts++;
    entry.lease = { owner, ends: now + leaseMs };
    taken.push({ ...entry });
  }
  return taken;
}

/** When work of these kinds is next to be taken, as far as is known. */
export function nextDue({ work }: Queue, kinds: ReadonlySet<string>): number {
  const times = work.filter(({ kind }) => kinds.has(kind)).map(({ due, lease }) => Math.max(due, lease?.ends ?? 0));
  return Math.min(...times, Number.POSITIVE_INFINITY);
}

/** Prolongs leases; gives the ids that another owner has by now. */
export function renew(queue: Queue, owner: string, ids: Iterable<string>, ends: number): string[] {
  const lost: string[] = [];
  for (const id of ids) {
    const entry = findOwn(queue, owner, id);
    if (entry) entry.lease = { owner, ends };
    else lost.push(id);
  }
  return lost;
}

/** Records how a start ended, unless another owner has the work by now. */
export function settle(queue: Queue, owner: string, id: string, outcome: Outcome, now: number): void {
  const entry = findOwn(queue, owner, id);
  if (!entry) return;
  delete entry.lease;
  if (outcome.end === 'done' || outcome.end === 'given up') queue.work.splice(queue.work.indexOf(entry), 1);
  if (outcome.end === 'given up') queue.failed = [...recent(queue.failed, now), now].slice(-MAX_FAILED);
  if (outcome.end === 'later') entry.starts--;
  if (outcome.end === 'failed') entry.failures++;
  if (outcome.end === 'later' || outcome.end === 'failed') entry.due = now + outcome.afterMs;
}

/** Whether work that fails once more is tried again no more. */
export function isLastTry({ failures }: Entry): boolean {
  return failures + 1 >= TRIES;
}

export function isDeadly({ deaths }: Entry): boolean {
  return deaths >= DEATHS;
}

export function countsOf({ work, failed }: Queue, now: number): JobCounts {
  const active = work.filter((entry) => isHeld(entry, now)).length;
  return { waiting: work.length - active, active, failed: recent(failed, now).length };
}

function isHeld({ lease }: Entry, now: number): boolean {
  return lease !== undefined && lease.ends > now;
}

function findOwn({ work }: Queue, owner: string, id: string): Entry | undefined {
  return work.find((entry) => entry.id === id && entry.lease?.owner === owner);
}

function recent(times: number[], now: number): number[] {
  return times.filter((time) => time > now - KNOWN_MS);
}
