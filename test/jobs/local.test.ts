import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJobs } from '../../src/jobs/local.ts';
import type { Jobs } from '../../src/jobs.ts';
import { silent } from '../../src/log.ts';
import type { Store } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { type JobsHarness, jobsContract } from '../contracts/jobs.ts';

const LEASE_MS = 300;

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

function harnessOf(openStore: () => Store, close: () => Promise<void>): JobsHarness {
  const alive = new Map<Jobs, { dead: boolean }>();
  return {
    leaseMs: LEASE_MS,
    open({ concurrency } = {}) {
      const life = { dead: false };
      const jobs = createLocalJobs({
        store: mortal(openStore(), life),
        log: silent,
        leaseMs: LEASE_MS,
        pollMs: 20,
        retryMs: 10,
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

/** A store that a dead process does not reach any more. */
function mortal(store: Store, life: { dead: boolean }): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return (...args: never[]) =>
        life.dead
          ? Promise.reject(new Error('this process is dead'))
          : (member as (...args: never[]) => unknown).apply(target, args);
    },
  });
}
