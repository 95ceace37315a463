import { expect, test } from 'vitest';
import {
  addTo,
  countsOf,
  type Entry,
  emptyQueue,
  isDeadly,
  nextDue,
  type Queue,
  settle,
  take,
} from '../../src/jobs/queue.ts';

const DAY_MS = 24 * 3_600_000;
const LEASE_MS = 1000;
const kinds = new Set(['explain']);
const taker = { owner: 'me', kinds, free: 10, busyWith: new Map() };

function queueOf(...ids: string[]): Queue {
  const queue = emptyQueue();
  for (const id of ids) addTo(queue, id, 'explain');
  return queue;
}

const idsOf = (entries: Entry[]) => entries.map(({ id }) => id);

test.each([
  ['all of it, in order', {}, ['a', 'b', 'c']],
  ['as much as there is room for', { free: 2 }, ['a', 'b']],
  ['nothing that is under way here already', { busyWith: new Map([['b', {}]]) }, ['a', 'c']],
  ['nothing of another kind', { kinds: new Set(['digest']) }, []],
])('takes %s', (_, given, ids) => {
  expect(idsOf(take(queueOf('a', 'b', 'c'), { ...taker, ...given }, 0, LEASE_MS))).toEqual(ids);
});

test('takes nothing that another has, until its lease is over', () => {
  const queue = queueOf('a');
  take(queue, { ...taker, owner: 'other' }, 0, LEASE_MS);

  expect(take(queue, taker, LEASE_MS - 1, LEASE_MS)).toEqual([]);
  expect(nextDue(queue, kinds)).toBe(LEASE_MS);
  expect(take(queue, taker, LEASE_MS, LEASE_MS)).toMatchObject([{ id: 'a', starts: 2, deaths: 1, failures: 0 }]);
});

test('takes nothing before it is due, and knows when that is', () => {
  const queue = queueOf('a', 'b');
  take(queue, { ...taker, free: 1 }, 0, LEASE_MS);
  settle(queue, 'me', 'a', { end: 'later', afterMs: 50 }, 10);

  expect(nextDue(queue, kinds)).toBe(0);
  expect(idsOf(take(queue, taker, 59, LEASE_MS))).toEqual(['b']);
  expect(nextDue(queue, kinds)).toBe(60);
  expect(take(queue, taker, 60, LEASE_MS)).toMatchObject([{ id: 'a', starts: 1 }]);
  expect(nextDue(queue, new Set())).toBe(Number.POSITIVE_INFINITY);
});

test('lets nobody settle what another one has', () => {
  const queue = queueOf('a');
  take(queue, { ...taker, owner: 'other' }, 0, LEASE_MS);

  settle(queue, 'me', 'a', { end: 'done' }, 10);

  expect(countsOf(queue, 10)).toEqual({ waiting: 0, active: 1, failed: 0 });
});

test('takes work for deadly that brought down twenty processes', () => {
  const queue = queueOf('a');
  const starts = Array.from({ length: 21 }, (_, index) => take(queue, taker, index * LEASE_MS, LEASE_MS)[0]);

  expect(starts.map((entry) => entry && isDeadly(entry))).toEqual([...Array(20).fill(false), true]);
});

test('counts what was given up within a day', () => {
  const queue = queueOf('a', 'b');
  take(queue, taker, 0, LEASE_MS);
  settle(queue, 'me', 'a', { end: 'given up' }, 10);
  settle(queue, 'me', 'b', { end: 'given up' }, 20);

  expect(countsOf(queue, 20)).toEqual({ waiting: 0, active: 0, failed: 2 });
  expect(countsOf(queue, 10 + DAY_MS)).toEqual({ waiting: 0, active: 0, failed: 1 });
  expect(countsOf(queue, 20 + DAY_MS)).toEqual({ waiting: 0, active: 0, failed: 0 });
});
