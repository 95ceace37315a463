import { setTimeout as sleep } from 'node:timers/promises';
import { type Job as BullJob, type ConnectionOptions, DelayedError, Queue, WaitingError, Worker } from 'bullmq';
import { messageOf } from '../errors.ts';
import { type Jobs, NotYet, type Work } from '../jobs.ts';
import type { Logger } from '../log.ts';
import { levelOf } from '../store.ts';
import { hold, type Start } from './bull-locks.ts';
import { CLOSE_MS, CONCURRENCY, DEATHS, KNOWN_MS, LEASE_MS, RETRY_MS, TRIES } from './limits.ts';

/** In braces, so that all keys of the queue lie in one slot of a Cluster. */
const PREFIX = '{k8sgpt-chat}';
const QUEUE = 'jobs';
/** So many ids of work that is done are known, and so much of what was given up is kept, at most. */
const MAX_DONE = 5000;
const MAX_FAILED = 1000;
/** After Redis refused something, it is left alone for so long. */
const REST_MS = 1000;
/** What BullMQ complains about is told as often as this. */
const COMPLAINT_MS = 60_000;
/** Errors that say no more than that Redis is away, which its connection tells. */
const AWAY = /connect|socket|stream|slots cache|sentinel|timed out/i;

export interface BullJobsOptions {
  redis: JobsRedis;
  log: Logger;
  concurrency?: number;
  leaseMs?: number;
  /** The pause after the first failure. */
  retryMs?: number;
  /** So long aborted work may take to end when this closes. */
  closeMs?: number;
}

/** The Redis that jobs are kept in; `RedisServer` of the stores is one. */
export interface JobsRedis {
  connect(options: { patient: boolean }): JobsConnection;
}

interface JobsConnection {
  readonly client: ConnectionOptions;
  /** Runs commands within a short time; what fails is a `StoreError`. */
  run<T>(commands: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What is kept of a job: what it was added with, and how often it was begun too early. */
interface Kept {
  data: unknown;
  early: number;
}

interface Run extends Start {
  abort: AbortController;
  /** Ends the wait for work that does not obey its signal. */
  leave: PromiseWithResolvers<never>;
}

/** Jobs in Redis, by BullMQ: shared by all replicas, of which another takes over where one dies. */
export function createBullJobs({
  redis,
  log,
  concurrency = CONCURRENCY,
  leaseMs = LEASE_MS,
  retryMs = RETRY_MS,
  closeMs = CLOSE_MS,
}: BullJobsOptions): Jobs {
  const handlers = new Map<string, Work>();
  const running = new Set<Run>();
  const asking = redis.connect({ patient: false });
  // It asks Redis nothing before work is added: so it can be made while Redis is away.
  const queue = new Queue<Kept>(QUEUE, {
    connection: asking.client,
    prefix: PREFIX,
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
  });
  queue.on('error', complain);
  let active: { worker: Worker<Kept>; connection: JobsConnection } | undefined;
  let closing = false;
  let gone = false;
  let renewal: NodeJS.Timeout | undefined;
  let renewing = false;
  let rest: NodeJS.Timeout | undefined;
  let complained = Number.NEGATIVE_INFINITY;

  /** One start of a job. It ends by an error of BullMQ that leaves the job where it was moved to, or is a failure. */
  async function perform(worker: Worker<Kept>, job: BullJob<Kept>, token: string): Promise<never> {
    const { id = '', name: kind, data: kept, attemptsStarted } = job;
    const run: Run = { id, token, abort: new AbortController(), leave: Promise.withResolvers() };
    const work = handlers.get(kind);
    running.add(run);
    try {
      // One that is taken while this closes was asked for before; one of an unknown kind is for a newer version.
      if (closing || !work) throw new NotYet(closing ? 0 : retryMs);
      const about = { id: decodeId(id), attempt: attemptsStarted - kept.early, signal: run.abort.signal };
      await Promise.race([work(kept.data, about), run.leave.promise]);
      await complete(worker, job, run);
    } catch (error) {
      if (run.abort.signal.aborted && !closing) throw new WaitingError();
      if (error instanceof NotYet) await job.updateData({ ...kept, early: kept.early + 1 });
      if (closing) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      if (error instanceof NotYet) {
        await job.moveToDelayed(Date.now() + error.afterMs, token);
        throw new DelayedError();
      }
      throw error;
    } finally {
      running.delete(run);
    }
    throw new WaitingError();
  }

  /** Records that work is done. BullMQ would try this once, and do the work again where Redis refuses. */
  async function complete(worker: Worker<Kept>, job: BullJob<Kept>, run: Run): Promise<void> {
    while (!gone) {
      try {
        await job.moveToCompleted(undefined, run.token, false);
        return;
      } catch (error) {
        complain(error);
        const [held = 'held'] = await hold(worker, [run], leaseMs).catch(() => []);
        if (held !== 'held') return;
        await sleep(REST_MS, undefined, { ref: false });
      }
    }
  }

  async function renew(worker: Worker<Kept>): Promise<void> {
    const runs = [...running];
    // While Redis is away, one renewal waits for it, and not one after another.
    if (runs.length === 0 || renewing) return;
    renewing = true;
    try {
      const holds = await hold(worker, runs, leaseMs);
      for (const [index, { abort }] of runs.entries()) {
        if (holds[index] === 'lost') abort.abort(new Error('another process has this work'));
      }
    } catch (error) {
      complain(error);
    } finally {
      renewing = false;
    }
  }

  function complain(error: unknown): void {
    if (AWAY.test(messageOf(error)) || Date.now() - complained < COMPLAINT_MS) return;
    complained = Date.now();
    log.warn({ err: error }, 'Jobs met an error in Redis');
  }

  /** BullMQ asks again at once, thousands of times a second. */
  function letRest(worker: Worker<Kept>): void {
    if (rest || closing) return;
    void worker.pause(true);
    rest = setTimeout(() => {
      rest = undefined;
      void worker.resume();
    }, REST_MS);
  }

  return {
    name: 'BullMQ',
    handle(kind, work) {
      handlers.set(kind, work);
    },
    async start() {
      if (active || closing) return;
      const connection = redis.connect({ patient: true });
      const worker: Worker<Kept> = new Worker<Kept>(QUEUE, (job, token = '') => perform(worker, job, token), {
        connection: connection.client,
        prefix: PREFIX,
        concurrency,
        lockDuration: leaseMs,
        skipLockRenewal: true,
        // The first check marks what is stalled, and the second one moves it.
        stalledInterval: Math.ceil(leaseMs / 4),
        maxStalledCount: DEATHS,
        runRetryDelay: REST_MS,
        removeOnComplete: { age: KNOWN_MS / 1000, count: MAX_DONE },
        removeOnFail: { age: KNOWN_MS / 1000, count: MAX_FAILED },
      });
      worker.on('failed', (job, error) => {
        if (!job) return;
        const fields = { kind: job.name, id: decodeId(job.id ?? ''), err: error };
        if (job.finishedOn) log.error(fields, 'Work is given up');
        else log[levelOf(error)](fields, 'Work failed and is tried again');
      });
      worker.on('error', (error) => {
        complain(error);
        if (error.name === 'ReplyError') letRest(worker);
      });
      renewal = setInterval(() => void renew(worker), leaseMs / 3);
      active = { worker, connection };
    },
    async add(kind, id, data) {
      const options = {
        jobId: encodeId(id),
        attempts: TRIES,
        backoff: { type: 'exponential', delay: retryMs },
      };
      await asking.run(() => queue.add(kind, { data, early: 0 }, options));
    },
    async counts() {
      const counts = await asking.run(() => queue.getJobCounts('wait', 'delayed', 'active', 'failed'));
      const { wait = 0, delayed = 0, active: busy = 0, failed = 0 } = counts;
      // BullMQ lets go of old ones only when new ones come.
      const old = failed > 0 ? await asking.run(() => queue.clean(KNOWN_MS, MAX_FAILED, 'failed')) : [];
      return { waiting: wait + delayed, active: busy, failed: failed - old.length };
    },
    async close() {
      if (closing) return;
      closing = true;
      clearTimeout(rest);
      for (const { abort } of running) abort.abort(new Error('the program stops'));
      if (active) {
        const { worker, connection } = active;
        const over = setTimeout(() => {
          for (const { leave } of running) leave.reject(new Error('the program stops'));
        }, closeMs);
        // Where Redis is away, BullMQ would wait for it.
        const patience = running.size > 0 ? closeMs + REST_MS : REST_MS;
        await Promise.race([worker.close(), sleep(patience, undefined, { ref: false })]);
        clearTimeout(over);
        clearInterval(renewal);
        gone = true;
        await connection.close();
      }
      await asking.close();
    },
  };
}

/** BullMQ refuses ids with a colon, and numbers. */
function encodeId(id: string): string {
  return `id-${encodeURIComponent(id.toWellFormed())}`;
}

function decodeId(id: string): string {
  return decodeURIComponent(id.slice('id-'.length));
}
