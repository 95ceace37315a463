import { afterEach, describe, expect, test } from 'vitest';
import { createBullJobs } from '../../src/jobs/bullmq.ts';
import type { Jobs } from '../../src/jobs.ts';
import { silent } from '../../src/log.ts';
import { StoreError } from '../../src/store.ts';
import { createFallbackStore } from '../../src/stores/fallback.ts';
import { createRedisStore } from '../../src/stores/redis.ts';
import { createRedisServer } from '../../src/stores/redis-connection.ts';
import { startJobsProcess } from '../support/jobs-processes.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { soon } from '../support/soon.ts';

const LEASE_MS = 2000;
/** Redis that has everything again after it was killed. */
const SAVED = ['--appendonly', 'yes', '--appendfsync', 'always'];

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!redisIsHere())('Redis in trouble (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  const opened: Jobs[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((jobs) => jobs.close()));
    await redis.stop();
  });

  function open({ concurrency = 4, leaseMs = LEASE_MS } = {}): Jobs {
    const server = createRedisServer({ url: redis.url, log: silent });
    const jobs = createBullJobs({ redis: server, log: silent, leaseMs, retryMs: 50, concurrency });
    opened.push(jobs);
    return jobs;
  }

  const finished = (jobs: Jobs) =>
    soon(async () => expect(await jobs.counts()).toEqual({ waiting: 0, active: 0, failed: 0 }));

  test('does all work once over kills and starts of Redis', async () => {
    redis = await startRedis({ args: SAVED });
    const done: string[] = [];
    // A lease that is longer than Redis is away, as it is where nobody sets it.
    const processes = [open({ leaseMs: 5000 }), open({ leaseMs: 5000 })];
    for (const jobs of processes) {
      jobs.handle('explain', async (_, { id }) => {
        await sleep(50);
        done.push(id);
      });
      await jobs.start();
    }
    const [one] = processes;
    if (!one) return;
    const ids: string[] = [];
    let adding = true;
    const adds = (async () => {
      while (adding) {
        const id = `job-${ids.length}`;
        // Who adds work tries again with the same id, as after any StoreError.
        await soon(() => one.add('explain', id, {}));
        ids.push(id);
        await sleep(5);
      }
    })();

    for (let round = 0; round < 4; round++) {
      await sleep(700);
      await redis.kill('SIGKILL');
      await sleep(300 * round);
      await redis.start();
    }
    adding = false;
    await adds;

    await finished(one);
    expect(ids.length).toBeGreaterThan(100);
    expect(new Set(done)).toEqual(new Set(ids));
    expect(done).toHaveLength(ids.length);
  });

  test('goes on with work when Redis was away for longer than a lease', async () => {
    redis = await startRedis({ args: SAVED });
    const jobs = open();
    const starts: number[] = [];
    const go = Promise.withResolvers<void>();
    jobs.handle('explain', async (_, { attempt }) => {
      starts.push(attempt);
      await go.promise;
    });
    await jobs.start();
    await jobs.add('explain', 'a', {});
    await soon(() => expect(starts).toEqual([1]));

    await redis.kill('SIGKILL');
    await sleep(2 * LEASE_MS);
    go.resolve();
    await redis.start();

    await finished(jobs);
    expect(starts).toEqual([1]);
  });

  test('answers in time while Redis hangs, and goes on when it does not', async () => {
    redis = await startRedis();
    const jobs = open();
    const done: string[] = [];
    jobs.handle('explain', async (_, { id }) => void done.push(id));
    await jobs.start();
    await jobs.add('explain', 'before', {});
    await soon(() => expect(done).toEqual(['before']));

    redis.signal('SIGSTOP');
    for (let index = 0; index < 4; index++) {
      const from = performance.now();
      await expect(jobs.add('explain', `hung-${index}`, {})).rejects.toThrow(StoreError);
      expect(performance.now() - from).toBeLessThan(2000);
    }
    redis.signal('SIGCONT');

    await soon(() => jobs.add('explain', 'after', {}));
    await soon(() => expect(done).toContain('after'));
    await finished(jobs);
    expect(new Set(done).size).toBe(done.length);
  });

  test('waits out a pause of clients', async () => {
    redis = await startRedis();
    const jobs = open();
    const store = createRedisStore({ redis: createRedisServer({ url: redis.url, log: silent }) });
    await store.set('a', '1', 60_000);

    redis.cli('CLIENT', 'PAUSE', '4000');
    const from = performance.now();
    await expect(store.get('a')).rejects.toThrow(/does not answer/);
    expect(performance.now() - from).toBeLessThan(2000);
    await expect(jobs.add('explain', 'a', {})).rejects.toThrow(/does not answer/);

    await soon(async () => expect(await store.get('a')).toBe('1'));
    await store.close();
  });

  test('goes on when a full server has room again', async () => {
    redis = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
    const jobs = open({ concurrency: 1 });
    const done: string[] = [];
    jobs.handle('explain', async (_, { id }) => {
      await sleep(20);
      done.push(id);
    });
    for (let index = 0; index < 20; index++) await jobs.add('explain', `job-${index}`, {});
    // Less than it has in use, so that there is room for nothing.
    redis.cli('CONFIG', 'SET', 'maxmemory', '100kb');
    await expect(jobs.add('explain', 'too-much', {})).rejects.toThrow(/is full\. Raise its maxmemory/);

    await jobs.start();
    await sleep(1500);
    redis.cli('CONFIG', 'SET', 'maxmemory', '0');

    await soon(() => expect(done).toHaveLength(20));
    await finished(jobs);
  });

  test('takes over in time when a process is killed', async () => {
    redis = await startRedis();
    const jobs = open();
    const victim = await startJobsProcess(redis.url, LEASE_MS, 60_000);
    for (let index = 0; index < 50; index++) await jobs.add('explain', `job-${index}`, {});
    await soon(() => expect(victim.lines).toHaveLength(5));
    const survivor = await startJobsProcess(redis.url, LEASE_MS, 5);

    await victim.kill();

    const killed = performance.now();
    await soon(() => expect(survivor.lines.filter((line) => / 2$/.test(line))).toHaveLength(4));
    const tookMs = performance.now() - killed;
    await finished(jobs);
    await survivor.kill();
    expect(tookMs).toBeLessThan(1.5 * LEASE_MS + 500);
    expect(survivor.lines.filter((line) => line.startsWith('done'))).toHaveLength(50);
    const lost = victim.lines.filter((line) => line.startsWith('begun'));
    expect(survivor.lines.filter((line) => / 2$/.test(line)).sort()).toEqual(
      lost.map((line) => line.replace(/ 1$/, ' 2')).sort(),
    );
  });

  test('keeps state in memory while Redis is away, and in Redis again afterwards', async () => {
    redis = await startRedis({ args: SAVED });
    const direct = createRedisStore({ redis: createRedisServer({ url: redis.url, log: silent }) });
    const primary = createRedisStore({ redis: createRedisServer({ url: redis.url, log: silent }) });
    const store = createFallbackStore({ primary, log: silent });
    await store.set('thread', 'before', 600_000);
    await store.setIfAbsent('lock', 'mine', 600_000);
    await store.add('spent', 10, 600_000);

    await redis.kill('SIGKILL');
    const from = performance.now();
    await store.set('thread', 'meanwhile', 600_000);
    expect(await store.replace('lock', 'mine', 'mine', 600_000)).toBe(true);
    await store.add('spent', 5, 600_000);
    expect(await store.get('thread')).toBe('meanwhile');
    expect(performance.now() - from).toBeLessThan(3500);
    expect(store.trouble()).toMatch(/^Redis at 127\.0\.0\.1:\d+ (is away|refused|does not answer)/);
    await redis.start();

    await soon(() => expect(store.trouble()).toBeUndefined());
    await soon(async () => expect(await direct.get('thread')).toBe('meanwhile'));
    expect(await direct.get('spent')).toBe('15');
    expect(await direct.get('lock')).toBe('mine');
    expect(await store.setIfAbsent('lock', 'yours', 600_000)).toBe(false);
    await store.close();
    await direct.close();
  });
});
