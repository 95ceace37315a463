import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareAndSet } from '../compare-and-set.ts';
import { type Jobs, NotYet, type Work } from '../jobs.ts';
import type { Logger } from '../log.ts';
import { levelOf, type Store, StoreError } from '../store.ts';
import { CLOSE_MS, CONCURRENCY, KNOWN_MS, LEASE_MS, RETRY_MS } from './limits.ts';
import {
  addTo,
  countsOf,
  type Entry,
  emptyQueue,
  isDeadly,
  isLastTry,
  nextDue,
  type Outcome,
  type Queue,
  renew,
  settle,
  take,
} from './queue.ts';

const QUEUE_KEY = 'jobs:queue:1';
const WORK_KEY = 'jobs:work:1:';
/** What stands for work that is done or given up, in place of its data. */
const FINISHED = 'finished';
/** State that nothing has changed for so long is of no use to anybody. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** Work that other processes added is looked for as often as this. */
const POLL_MS = 500;
const SHORTEST_WAIT_MS = 10;

interface LocalJobsOptions {
  store: Store;
  log: Logger;
  /** Milliseconds since 1970. Processes that share a store share their clock. */
  clock?(): number;
  concurrency?: number;
  leaseMs?: number;
  pollMs?: number;
  /** The pause after the first failure. */
  retryMs?: number;
  /** So long aborted work may take to end when this closes. */
  closeMs?: number;
}

interface Run {
  abort: AbortController;
  end: Promise<void>;
}

/**
 * Jobs in a store: for one machine, with nothing to install. What is not done is one value, the queue, that changes by
 * compare-and-set, so that several processes may share it; the data of each job stands under a key of its own.
 */
export function createLocalJobs({
  store,
  log,
  clock = Date.now,
  concurrency = CONCURRENCY,
  leaseMs = LEASE_MS,
  pollMs = POLL_MS,
  retryMs = RETRY_MS,
  closeMs = CLOSE_MS,
}: LocalJobsOptions): Jobs {
  const owner = randomUUID();
  const handlers = new Map<string, Work>();
  const kinds = new Set<string>();
  const running = new Map<string, Run>();
  let state: 'new' | 'working' | 'closing' | 'closed' = 'new';
  let troubled = false;
  let changes: Promise<unknown> = Promise.resolve();
  let looking = false;
  let lookAgain = false;
  let nextLook: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;

  /** Changes the queue as a whole. Changes of this process wait for each other, since each would undo the others' attempts. */
  function change<T>(work: (queue: Queue, now: number) => T): Promise<T> {
    const changed = changes.then(() =>
      compareAndSet(store, QUEUE_KEY, KEPT_MS, (before) => {
        const queue = before === undefined ? emptyQueue() : (JSON.parse(before) as Queue);
        const result = work(queue, clock());
        const after = JSON.stringify(queue);
        return after === before ? { result } : { after, result };
      }),
    );
    changes = changed.catch(() => undefined);
    return changed;
  }

  /** Takes what there is to do. While it looks, further calls make it look once more. */
  async function look(): Promise<void> {
    if (state !== 'working') return;
    lookAgain = true;
    if (looking) return;
    looking = true;
    let waitMs = pollMs;
    try {
      while (lookAgain && state === 'working') {
        lookAgain = false;
        const free = concurrency - running.size;
        if (free <= 0) break;
        const [taken, due] = await change((queue, now) => [
          take(queue, { owner, kinds, free, busyWith: running }, now, leaseMs),
          nextDue(queue, kinds) - now,
        ]);
        for (const entry of taken) begin(entry);
        waitMs = Math.min(pollMs, Math.max(due, SHORTEST_WAIT_MS));
      }
      calm();
    } catch (error) {
      complain(error);
    } finally {
      looking = false;
    }
    clearTimeout(nextLook);
    if (state === 'working') nextLook = setTimeout(look, waitMs);
  }

  function begin(entry: Entry): void {
    const abort = new AbortController();
    const run: Run = { abort, end: Promise.resolve() };
    running.set(entry.id, run);
    if (state !== 'working') abort.abort(new Error('the program stops'));
    run.end = perform(entry, abort.signal).finally(() => {
      running.delete(entry.id);
      void look();
    });
  }

  async function perform(entry: Entry, signal: AbortSignal): Promise<void> {
    const outcome = await attempt(entry, signal);
    // Until it is recorded, the lease is renewed and nobody else begins it.
    while (state !== 'closed') {
      try {
        const finished = outcome.end === 'done' || outcome.end === 'given up';
        if (finished) await store.set(WORK_KEY + entry.id, FINISHED, KNOWN_MS);
        await change((queue, now) => settle(queue, owner, entry.id, outcome, now));
        return;
      } catch (error) {
        complain(error);
        await sleep(pollMs, undefined, { ref: false });
      }
    }
  }

  async function attempt(entry: Entry, signal: AbortSignal): Promise<Outcome> {
    const { id, kind, starts } = entry;
    if (signal.aborted) return { end: 'back' };
    try {
      if (isDeadly(entry)) throw new Error('it brought down too many processes');
      const kept = await store.get(WORK_KEY + id);
      if (kept === FINISHED) return { end: 'done' };
      if (kept === undefined) throw new Error('its data is gone');
      await handlers.get(kind)?.((JSON.parse(kept) as { data: unknown }).data, { id, attempt: starts, signal });
      return { end: 'done' };
    } catch (error) {
      if (signal.aborted) return { end: 'back' };
      if (error instanceof NotYet) return { end: 'later', afterMs: error.afterMs };
      if (isDeadly(entry) || isLastTry(entry)) {
        log.error({ kind, id, err: error }, 'Work is given up');
        return { end: 'given up' };
      }
      log[levelOf(error)]({ kind, id, attempt: starts, err: error }, 'Work failed and is tried again');
      return { end: 'failed', afterMs: retryMs * 2 ** entry.failures };
    }
  }

  async function renewLeases(): Promise<void> {
    if (running.size === 0) return;
    try {
      const lost = await change((queue, now) => renew(queue, owner, running.keys(), now + leaseMs));
      for (const id of lost) running.get(id)?.abort.abort(new Error('another process has this work'));
    } catch (error) {
      complain(error);
    }
  }

  function complain(error: unknown): void {
    if (troubled) return;
    troubled = true;
    if (error instanceof StoreError) log.warn({ reason: error.message }, 'Jobs wait for their store');
    else log.error({ err: error }, 'Jobs met an unknown error');
  }

  function calm(): void {
    if (troubled) log.info({}, 'Jobs go on');
    troubled = false;
  }

  return {
    name: 'in process',
    handle(kind, work) {
      handlers.set(kind, work);
      kinds.add(kind);
    },
    async start() {
      if (state !== 'new') return;
      state = 'working';
      renewal = setInterval(renewLeases, leaseMs / 3);
      await look();
    },
    async add(kind, id, data) {
      const key = WORK_KEY + id;
      const fresh = await store.setIfAbsent(key, JSON.stringify({ data }), KEPT_MS);
      // Whoever added it before may have died before it stood in the queue.
      if (!fresh && (await store.get(key)) === FINISHED) return;
      await change((queue) => addTo(queue, id, kind));
      void look();
    },
    async counts() {
      const value = await store.get(QUEUE_KEY);
      return countsOf(value === undefined ? emptyQueue() : (JSON.parse(value) as Queue), clock());
    },
    async close() {
      if (state === 'closing' || state === 'closed') return;
      state = 'closing';
      clearTimeout(nextLook);
      // What is being taken at this moment has begun after that.
      await changes;
      for (const { abort } of running.values()) abort.abort(new Error('the program stops'));
      const ended = Promise.all([...running.values()].map(({ end }) => end));
      await Promise.race([ended, sleep(closeMs, undefined, { ref: false })]);
      clearInterval(renewal);
      state = 'closed';
      // What does not obey is handed on all the same.
      const left = [...running.keys()];
      await change((queue, now) => {
        for (const id of left) settle(queue, owner, id, { end: 'back' }, now);
      }).catch(complain);
    },
  };
}
