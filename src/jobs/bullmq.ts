import { setTimeout as sleep } from 'node:timers/promises';
import { type Job as BullJob, type ConnectionOptions, DelayedError, Queue, WaitingError, Worker } from 'bullmq';
import { type Jobs, NotYet, type Work } from '../jobs.ts';
import type { Logger } from '../log.ts';
import { CLOSE_MS, CONCURRENCY, DEATHS, KNOWN_MS, LEASE_MS, RETRY_MS, TRIES } from './limits.ts';

/** In braces, so that all keys of a queue lie in one slot of a Cluster. */
const PREFIX = '{k8sgpt-chat}';
const QUEUE = 'jobs';
/** So many ids of work that is done are known, and so much of what was given up is kept, at most. */
const MAX_DONE = 5000;
const MAX_FAILED = 1000;

interface BullJobsOptions {
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
  readonly name: string;
  connect(options: { patient: boolean }): JobsConnection;
}

interface JobsConnection {
  readonly client: ConnectionOptions;
  run<T>(commands: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What is kept of a job: what it was added with, and how often it came too early. */
interface Kept {
  data: unknown;
  early: number;
}

interface Run {
  id: string;
  token: string;
  abort: AbortController;
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
  // Nothing is asked before work is added, so that this may happen while Redis is away, and fails then at once.
  const queue = new Queue<Kept>(QUEUE, {
    connection: asking.client,
    prefix: PREFIX,
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
  });
  queue.on('error', () => {});
  let working: { worker: Worker<Kept>; connection: JobsConnection; renewal: NodeJS.Timeout } | undefined;
  let closing = false;
  const closeNow = Promise.withResolvers<never>();
  closeNow.promise.catch(() => {});

  async function perform(job: BullJob<Kept>, token = ''): Promise<void> {
    const { id = '', name: kind, data: kept, attemptsStarted } = job;
    const work = handlers.get(kind);
    const abort = new AbortController();
    const run = { id, token, abort };
    running.add(run);
    try {
      // One that is taken while this closes was asked for before.
      if (closing || !work) throw new NotYet(closing ? 0 : retryMs);
      const info = { id: decodeId(id), attempt: attemptsStarted - kept.early, signal: abort.signal };
      await Promise.race([work(kept.data, info), closeNow.promise]);
    } catch (error) {
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
  }

  /** Renews what is under way; aborts what another process has by now. */
  async function renew(worker: Worker<Kept>): Promise<void> {
    const runs = [...running].filter(({ abort }) => !abort.signal.aborted);
    if (runs.length === 0) return;
    const lost = new Set(
      await worker.extendJobLocks(
        runs.map(({ id }) => id),
        runs.map(({ token }) => token),
        leaseMs,
      ),
    );
    for (const { id, abort } of runs) {
      // Redis that lost its data knows nothing of it; then nobody else has it.
      if (lost.has(id) && (await queue.getJob(id))) abort.abort(new Error('another process has this work'));
    }
  }

  return {
    name: 'BullMQ',
    handle(kind, work) {
      handlers.set(kind, work);
    },
    async start() {
      if (working || closing) return;
      const connection = redis.connect({ patient: true });
      const worker = new Worker<Kept>(QUEUE, perform, {
        connection: connection.client,
        prefix: PREFIX,
        concurrency,
        lockDuration: leaseMs,
        skipLockRenewal: true,
        stalledInterval: leaseMs / 4,
        maxStalledCount: DEATHS,
        runRetryDelay: 1000,
        removeOnComplete: { age: KNOWN_MS / 1000, count: MAX_DONE },
        removeOnFail: { age: KNOWN_MS / 1000, count: MAX_FAILED },
      });
      worker.on('error', (error) => log.debug({ err: error }, 'BullMQ'));
      working = { worker, connection, renewal: setInterval(() => void renew(worker).catch(() => {}), leaseMs / 3) };
    },
    async add(kind, id, data) {
      await asking.run(() =>
        queue.add(
          kind,
          { data, early: 0 },
          { jobId: encodeId(id), attempts: TRIES, backoff: { type: 'exponential', delay: retryMs } },
        ),
      );
    },
    async counts() {
      const {
        wait = 0,
        delayed = 0,
        active = 0,
        failed = 0,
      } = await asking.run(() => queue.getJobCounts('wait', 'delayed', 'active', 'failed'));
      return { waiting: wait + delayed, active, failed };
    },
    async close() {
      closing = true;
      for (const { abort } of running) abort.abort(new Error('the program stops'));
      setTimeout(() => closeNow.reject(new Error('closed')), closeMs);
      if (working) {
        await Promise.race([working.worker.close(), sleep(closeMs + 1000, undefined, { ref: false })]);
        clearInterval(working.renewal);
        await working.connection.close();
      }
      await asking.close();
    },
  };
}

/** BullMQ refuses ids with colons, and such as are numbers. */
function encodeId(id: string): string {
  return `id-${encodeURIComponent(id.toWellFormed())}`;
}

function decodeId(id: string): string {
  return decodeURIComponent(id.slice('id-'.length));
}
