import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type Mock, test, vi } from 'vitest';
import { type BullJobsOptions, createBullJobs, type JobsRedis } from '../../src/jobs/bullmq.ts';
import type { Job, Jobs, Work } from '../../src/jobs.ts';
import { silent } from '../../src/log.ts';
import { StoreError } from '../../src/store.ts';
import { createRedisServer, type RedisConnection } from '../../src/stores/redis-connection.ts';
import { jobsContract, RETRY_MS } from '../contracts/jobs.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { soon } from '../support/soon.ts';

const LEASE_MS = 800;

describe.skipIf(!redisIsHere())('Jobs in Redis (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  jobsContract('BullMQ', async () => {
    redis.cli('FLUSHALL');
    const connections = new Map<Jobs, RedisConnection[]>();
    return {
      leaseMs: LEASE_MS,
      open(options) {
        const own: RedisConnection[] = [];
        const server = createRedisServer({ url: redis.url, log: silent });
        const connect: JobsRedis['connect'] = (how) => {
          const connection = server.connect(how);
          own.push(connection);
          return connection;
        };
        const jobs = open({ redis: { connect }, ...options });
        connections.set(jobs, own);
        return jobs;
      },
      kill(jobs) {
        for (const connection of connections.get(jobs) ?? []) void connection.close();
      },
      async close() {},
    };
  });

  describe('BullMQ', () => {
    let jobs: Jobs;
    let logged: string[];
    let begun: PromiseWithResolvers<Job>;
    let go: PromiseWithResolvers<void>;
    let work: Mock<Work>;

    beforeEach(async () => {
      redis.cli('FLUSHALL');
      logged = [];
      begun = Promise.withResolvers();
      go = Promise.withResolvers();
      work = vi.fn(async (_, job) => {
        begun.resolve(job);
        await go.promise;
      });
      const told = (_: object, text: string) => void logged.push(text);
      const server = createRedisServer({ url: redis.url, log: silent });
      jobs = open({ redis: server, log: { ...silent, warn: told, error: told } });
      jobs.handle('explain', work);
    });
    afterEach(() => jobs.close());

    const finished = () => soon(async () => expect(await jobs.counts()).toEqual({ waiting: 0, active: 0, failed: 0 }));

    test.each(['42', 'C1:17:2', '%', 'a b/c', 'ключ'])('takes %s for an id', async (id) => {
      go.resolve();
      await jobs.start();

      await jobs.add('explain', id, {});

      expect(await begun.promise).toMatchObject({ id });
    });

    test('goes on with work whose lock ended while nobody took it', async () => {
      await jobs.start();
      await jobs.add('explain', 'a', {});
      await begun.promise;

      redis.cli('DEL', '{k8sgpt-chat}:jobs:id-a:lock');
      go.resolve();

      await finished();
      await jobs.add('explain', 'a', {});
      await finished();
      expect(work).toHaveBeenCalledTimes(1);
    });

    test('aborts work that another process took', async () => {
      await jobs.start();
      await jobs.add('explain', 'a', {});
      const { signal } = await begun.promise;

      redis.cli('SET', '{k8sgpt-chat}:jobs:id-a:lock', 'of another');

      await soon(() => expect(signal.aborted).toBe(true));
      expect(signal.reason).toEqual(new Error('another process has this work'));
      go.resolve();
    });

    test('goes on with work that Redis has forgotten', async () => {
      await jobs.start();
      await jobs.add('explain', 'a', {});
      const { signal } = await begun.promise;

      redis.cli('FLUSHALL');

      await jobs.add('explain', 'b', {});
      await soon(() => expect(work).toHaveBeenCalledTimes(2));
      expect(signal.aborted).toBe(false);
      go.resolve();
      await finished();
    });

    test('records what is done when Redis takes writes again, and asks gently until then', async () => {
      await jobs.start();
      await jobs.add('explain', 'a', {});
      await begun.promise;
      redis.cli('ACL', 'SETUSER', 'default', '-evalsha', '-eval');
      const before = refusals();

      go.resolve();

      await soon(() => expect(logged).toContain('Jobs met an error in Redis'));
      await soon(() => expect(refusals() - before).toBeGreaterThan(1));
      expect(refusals() - before).toBeLessThan(50);
      redis.cli('ACL', 'SETUSER', 'default', '+evalsha', '+eval');
      await finished();
      expect(work).toHaveBeenCalledTimes(1);
      expect(logged).toHaveLength(1);
    });

    test('refuses work in time while Redis is away, and does what was added before afterwards', async () => {
      await jobs.add('explain', 'a', {});
      redis.cli('SAVE');
      await redis.kill('SIGKILL');
      const from = performance.now();

      const failed = jobs.add('explain', 'b', {});

      await expect(failed).rejects.toThrow(StoreError);
      await expect(failed).rejects.toThrow(/is away|refused the connection|does not answer/);
      expect(performance.now() - from).toBeLessThan(2000);
      await expect(jobs.counts()).rejects.toThrow(StoreError);
      await jobs.start();
      await redis.start();
      go.resolve();
      expect(await begun.promise).toMatchObject({ id: 'a' });
    });

    test('closes in time while Redis is away', async () => {
      await jobs.start();
      await jobs.add('explain', 'a', {});
      const { signal } = await begun.promise;
      await redis.kill('SIGKILL');
      const from = performance.now();

      await jobs.close();

      expect(performance.now() - from).toBeLessThan(3000);
      expect(signal.aborted).toBe(true);
      await redis.start();
    });

    function refusals(): number {
      return Number(redis.cli('INFO', 'errorstats').match(/errorstat_NOPERM:count=(\d+)/)?.[1] ?? 0);
    }
  });

  function open(options: Partial<BullJobsOptions> & Pick<BullJobsOptions, 'redis'>): Jobs {
    return createBullJobs({ log: silent, leaseMs: LEASE_MS, retryMs: RETRY_MS, closeMs: 100, ...options });
  }
});
