import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLocalJobs } from '../../src/jobs/local.ts';
import type { Jobs } from '../../src/jobs.ts';
import { silent } from '../../src/log.ts';
import { type Store, StoreError } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { type JobsHarness, jobsContract, RETRY_MS } from '../contracts/jobs.ts';
import { startJobsProcess } from '../support/jobs-processes.ts';
import { soon } from '../support/soon.ts';

const LEASE_MS = 800;

jobsContract('Local jobs in memory', async () => {
  const store = createSqliteStore({ file: ':memory:' });
  return harnessOf(
    () => ({ ...store, close: async () => undefined }),
    () => store.close(),
  );
});

jobsContract('Local jobs in a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-'));
  const stores: Store[] = [];
  return harnessOf(
    () => {
      const store = createSqliteStore({ file: join(folder, 'state.db') });
      stores.push(store);
      return store;
    },
    async () => {
      for (const store of stores) await store.close();
      rmSync(folder, { recursive: true });
    },
  );
});

describe('local jobs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('share work between processes, of which one is killed', async () => {
    const file = join(folder, 'state.db');
    const store = createSqliteStore({ file });
    const jobs = createLocalJobs({ store, log: silent });
    // The victim takes as much as it may, and never comes to an end with it.
    const victim = await startJobsProcess(file, LEASE_MS, 60_000);
    const ids = Array.from({ length: 100 }, (_, index) => `job-${index}`);
    for (const id of ids) await jobs.add('explain', id, {});
    await soon(() => expect(victim.lines).toHaveLength(5));
    const survivor = await startJobsProcess(file, LEASE_MS, 5);

    await victim.kill();

    await soon(async () => expect(await jobs.counts()).toEqual({ waiting: 0, active: 0, failed: 0 }));
    expect(survivor.lines.filter((line) => line.startsWith('done')).sort()).toEqual(
      ids.map((id) => `done ${id}`).sort(),
    );
    const lost = victim.lines.filter((line) => line.startsWith('begun'));
    expect(survivor.lines.filter((line) => / [^1]$/.test(line)).sort()).toEqual(
      lost.map((line) => line.replace(/ 1$/, ' 2')).sort(),
    );
    await survivor.kill();
    await store.close();
  });

  test('begin at once what this process added, and what comes after it', async () => {
    const store = createSqliteStore({ file: ':memory:' });
    const jobs = createLocalJobs({ store, log: silent, concurrency: 1, pollMs: 60_000 });
    const work = vi.fn(async () => undefined);
    jobs.handle('explain', work);
    await jobs.start();

    for (const id of ['a', 'b', 'c']) await jobs.add('explain', id, {});

    await soon(() => expect(work).toHaveBeenCalledTimes(3));
    await jobs.close();
    await store.close();
  });

  test('know for a day what was done', async () => {
    let now = 1_000_000;
    const clock = () => now;
    const store = createSqliteStore({ file: ':memory:', clock });
    const jobs = createLocalJobs({ store, log: silent, clock, pollMs: 1 });
    const work = vi.fn(async () => undefined);
    jobs.handle('explain', work);
    await jobs.start();
    await jobs.add('explain', 'a', {});
    await soon(async () => expect(await store.get('jobs:work:1:a')).toBe('finished'));

    now += 24 * 3_600_000 - 1;
    await jobs.add('explain', 'a', {});
    await jobs.add('explain', 'b', {});
    await soon(() => expect(work).toHaveBeenCalledTimes(2));
    now += 1;
    await jobs.add('explain', 'a', {});

    await soon(() => expect(work).toHaveBeenCalledTimes(3));
    await jobs.close();
    await store.close();
  });

  test('put into the queue what was kept by a process that died before', async () => {
    const store = createSqliteStore({ file: ':memory:' });
    await store.set('jobs:work:1:a', '{"data":7}', 60_000);
    const jobs = createLocalJobs({ store, log: silent });
    const work = vi.fn(async () => undefined);
    jobs.handle('explain', work);
    await jobs.start();

    await jobs.add('explain', 'a', 7);

    await soon(() => expect(work).toHaveBeenCalledExactlyOnceWith(7, expect.anything()));
    await jobs.close();
    await store.close();
  });

  test('wait for a store that fails, tell it once, and do no work twice', async () => {
    let fails = false;
    const logged: string[] = [];
    const told = (_: object, text: string) => void logged.push(text);
    const inner = createSqliteStore({ file: ':memory:' });
    const store = guarded(inner, () => {
      if (fails) throw new StoreError('The state file state.db cannot grow: its disk is full.');
    });
    const log = { ...silent, info: told, warn: told, error: told };
    const jobs = createLocalJobs({ store, log, leaseMs: LEASE_MS, pollMs: 5 });
    const work = vi.fn(async () => {
      fails = true;
    });
    jobs.handle('explain', work);
    await jobs.start();
    await jobs.add('explain', 'a', {});

    await soon(() => expect(logged).toEqual(['Jobs wait for their store']));
    await expect(jobs.add('explain', 'b', {})).rejects.toThrow(StoreError);
    fails = false;

    await soon(() => expect(logged).toEqual(['Jobs wait for their store', 'Jobs go on']));
    await soon(async () => expect(await jobs.counts()).toEqual({ waiting: 0, active: 0, failed: 0 }));
    expect(work).toHaveBeenCalledTimes(1);
    await jobs.close();
    await inner.close();
  });

  test('abort work that another process took while this one hung', async () => {
    const store = createSqliteStore({ file: ':memory:' });
    const jobs = createLocalJobs({ store, log: silent, leaseMs: 60, pollMs: 5 });
    const reason = Promise.withResolvers<unknown>();
    jobs.handle('explain', (_, { signal }) => {
      signal.addEventListener('abort', () => reason.resolve(signal.reason));
      return reason.promise.then(() => undefined);
    });
    await jobs.start();
    await jobs.add('explain', 'a', {});
    await soon(async () => expect(await jobs.counts()).toMatchObject({ active: 1 }));

    const queue = (await store.get('jobs:queue:1')) ?? '';
    await store.set('jobs:queue:1', queue.replace(/"owner":"[^"]+"/, '"owner":"another"'), 60_000);

    expect(await reason.promise).toEqual(new Error('another process has this work'));
    await jobs.close();
    await store.close();
  });
});

function harnessOf(openStore: () => Store, close: () => Promise<void>): JobsHarness {
  const alive = new Map<Jobs, { dead: boolean }>();
  return {
    leaseMs: LEASE_MS,
    open({ concurrency } = {}) {
      const life = { dead: false };
      const jobs = createLocalJobs({
        store: guarded(openStore(), () => {
          if (life.dead) throw new Error('this process is dead');
        }),
        log: silent,
        leaseMs: LEASE_MS,
        pollMs: 20,
        retryMs: RETRY_MS,
        closeMs: 100,
        ...(concurrency && { concurrency }),
      });
      alive.set(jobs, life);
      return jobs;
    },
    kill(jobs) {
      const life = alive.get(jobs);
      if (life) life.dead = true;
    },
    close,
  };
}

/** A store that is asked only where `check` does not throw. */
function guarded(store: Store, check: () => void): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return async (...args: never[]) => {
        check();
        return (member as (...args: never[]) => unknown).apply(target, args);
      };
    },
  });
}
