import { afterEach, expect, test } from 'vitest';
import { withLock } from '../src/lock.ts';
import { createSqliteStore } from '../src/stores/sqlite.ts';
import { soon } from './support/soon.ts';

const store = createSqliteStore({ file: ':memory:' });
const LEASE_MS = 800;
afterEach(() => store.delete('lock'));

/** The process does nothing else meanwhile, as on a machine that is too busy. */
function holdUp(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('one at a time has it, and it is free afterwards', async () => {
  const done: string[] = [];
  const go = Promise.withResolvers<void>();
  const first = withLock(store, 'lock', LEASE_MS, async () => {
    await go.promise;
    done.push('first');
  });
  expect(await withLock(store, 'lock', LEASE_MS, async () => void done.push('second'))).toBe(false);

  go.resolve();
  expect(await first).toBe(true);
  expect(await withLock(store, 'lock', LEASE_MS, async () => void done.push('third'))).toBe(true);

  expect(done).toEqual(['first', 'third']);
});

test('it is renewed while the work goes on', async () => {
  await withLock(store, 'lock', LEASE_MS, async (signal, { check }) => {
    await new Promise((resolve) => setTimeout(resolve, 2 * LEASE_MS));
    expect(signal.aborted).toBe(false);
    check();
  });
});

test('who loses it is told', async () => {
  await expect(
    withLock(store, 'lock', LEASE_MS, async (signal) => {
      await store.set('lock', 'another', 10_000);
      await soon(() => expect(signal.aborted).toBe(true));
      signal.throwIfAborted();
    }),
  ).rejects.toThrow('another process may have the lock');
});

test('who was held up for longer than the lease may not go on, whatever is known of the lock', async () => {
  await expect(
    withLock(store, 'lock', LEASE_MS, async (_, { check }) => {
      check();
      holdUp(LEASE_MS + 100);
      check();
    }),
  ).rejects.toThrow('another process may have the lock');
});
