import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silent } from '../../src/log.ts';
import { type Store, StoreError } from '../../src/store.ts';
import { createFallbackStore, type FallbackStore } from '../../src/stores/fallback.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { storeContract } from '../contracts/store.ts';
import { soon } from '../support/soon.ts';

let time = 1_000_000;
const clock = () => time;
const pass = (ms: number) => {
  time += ms;
};

storeContract('A fallback over SQLite', async () => ({
  store: createFallbackStore({ primary: createSqliteStore({ file: ':memory:', clock }), log: silent, clock }),
  now: clock,
  pass,
}));

describe('while its primary fails, a fallback store', () => {
  /** What the primary refuses now. */
  let fails: 'nothing' | 'writes' | 'everything';
  let asked: string[];
  /** Reads of the lock wait for this. */
  let readable: PromiseWithResolvers<void>;
  let logged: string[];
  let inner: Store;
  let store: FallbackStore;

  beforeEach(() => {
    time = 1_000_000;
    fails = 'nothing';
    asked = [];
    readable = Promise.withResolvers();
    readable.resolve();
    logged = [];
    inner = createSqliteStore({ file: ':memory:', clock });
    const told = (fields: object, text: string) => void logged.push(`${text} ${JSON.stringify(fields)}`);
    store = createFallbackStore({
      primary: failing(inner),
      log: { ...silent, info: told, warn: told },
      clock,
      pauseMs: 1,
    });
  });
  afterEach(() => store.close());

  /** A store that refuses what it shall refuse now. */
  function failing(target: Store): Store {
    return new Proxy(target, {
      get(_, name: keyof Store) {
        const member = target[name];
        if (typeof member !== 'function' || name === 'close') return member;
        return async (...args: never[]) => {
          asked.push(name);
          if (name === 'get' && args[0] === 'lock') await readable.promise;
          const reads = name === 'get' || name === 'list';
          if (fails === 'everything' || (fails === 'writes' && !reads)) throw new StoreError('Redis at cache is away.');
          return (member as (...args: never[]) => unknown).apply(target, args);
        };
      },
    });
  }

  async function healed(): Promise<void> {
    fails = 'nothing';
    await soon(() => expect(store.trouble()).toBeUndefined());
  }

  test('answers from memory, and says why', async () => {
    fails = 'everything';

    await store.set('a', '1', 10_000);

    expect(await store.get('a')).toBe('1');
    expect(await store.get('b')).toBeUndefined();
    expect(await store.setIfAbsent('a', '2', 10_000)).toBe(false);
    expect(await store.replace('a', '2', '3', 10_000)).toBe(false);
    expect(await store.replace('a', '1', '2', 10_000)).toBe(true);
    expect(await store.delete('a', '1')).toBe(false);
    expect(await store.delete('a', '2')).toBe(true);
    expect(await store.get('a')).toBeUndefined();
    expect(store.trouble()).toBe('Redis at cache is away.');
  });

  test('obeys the time of what it keeps', async () => {
    fails = 'everything';
    await store.set('a', '1', 10_000);
    await store.add('sum', 1, 10_000);

    pass(8_000);
    await store.add('sum', 1, 10_000);
    expect(await store.get('a')).toBe('1');
    expect(await store.get('sum')).toBe('2');
    pass(2_000);

    expect(await store.get('a')).toBeUndefined();
    expect(await store.get('sum')).toBeUndefined();
    expect(await store.setIfAbsent('a', '2', 10_000)).toBe(true);
  });

  test('lets one of many at once win', async () => {
    fails = 'everything';

    const claims = Array.from({ length: 50 }, (_, index) => store.setIfAbsent('lock', `${index}`, 10_000));
    const won = await Promise.all(claims);
    const owner = `${won.indexOf(true)}`;
    const changes = Array.from({ length: 50 }, (_, index) => store.replace('lock', owner, `new-${index}`, 10_000));

    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await Promise.all(changes)).filter(Boolean)).toHaveLength(1);
  });

  test('goes on with a lock that was taken before', async () => {
    await store.setIfAbsent('lock', 'mine', 10_000);
    fails = 'everything';

    expect(await store.replace('lock', 'mine', 'mine', 10_000)).toBe(true);
    expect(await store.setIfAbsent('lock', 'yours', 10_000)).toBe(false);
    expect(await store.delete('lock', 'mine')).toBe(true);

    await healed();
    expect(await inner.get('lock')).toBeUndefined();
  });

  test('reads what can still be read, and believes it', async () => {
    await store.set('a', 'old', 10_000);
    await store.set('lock', 'yours', 10_000);
    fails = 'writes';

    expect(await store.get('a')).toBe('old');
    expect(await store.setIfAbsent('lock', 'mine', 10_000)).toBe(false);
    expect(await store.replace('lock', 'mine', 'mine', 10_000)).toBe(false);
    expect(await store.replace('none', 'mine', 'mine', 10_000)).toBe(false);
    await store.set('a', 'new', 10_000);
    await store.set('ab', 'new', 10_000);
    await store.delete('lock');
    expect(await store.get('a')).toBe('new');
    expect(await store.get('lock')).toBeUndefined();
    expect(await store.list('', 10)).toEqual([
      { key: 'a', size: 3, ends: time + 10_000 },
      { key: 'ab', size: 3, ends: time + 10_000 },
    ]);
  });

  test('makes its changes in the primary when that works again, and lets go of them', async () => {
    await store.set('a', 'old', 10_000);
    await store.set('gone', 'old', 10_000);
    await store.add('sum', 10, 10_000);
    fails = 'everything';
    await store.set('a', 'new', 5_000);
    await store.delete('gone');
    await store.add('sum', 1, 10_000);
    await store.add('sum', 1, 10_000);
    await store.setIfAbsent('claim', 'mine', 10_000);
    pass(1_000);

    await healed();

    expect(await inner.list('', 10)).toEqual([
      { key: 'a', size: 3, ends: time + 4_000 },
      { key: 'claim', size: 4, ends: time + 9_000 },
      { key: 'probe', size: 1, ends: expect.any(Number) },
      { key: 'sum', size: 2, ends: time + 9_000 },
    ]);
    expect(await inner.get('a')).toBe('new');
    expect(await inner.get('sum')).toBe('12');
    await inner.set('a', 'newer', 10_000);
    expect(await store.get('a')).toBe('newer');
  });

  test('takes no lock from whoever has it by then', async () => {
    await store.setIfAbsent('renewed', 'mine', 10_000);
    fails = 'everything';
    await store.setIfAbsent('claimed', 'mine', 10_000);
    await store.replace('renewed', 'mine', 'mine', 10_000);
    await store.setIfAbsent('freed', 'mine', 10_000);
    await store.delete('freed', 'mine');
    for (const lock of ['claimed', 'renewed', 'freed']) await inner.set(lock, 'yours', 10_000);

    await healed();

    for (const lock of ['claimed', 'renewed', 'freed']) expect(await inner.get(lock), lock).toBe('yours');
    expect(await store.replace('renewed', 'mine', 'mine', 10_000)).toBe(false);
  });

  test('keeps a lock for its owner where the primary lost everything', async () => {
    await store.setIfAbsent('lock', 'mine', 10_000);
    fails = 'everything';
    await store.replace('lock', 'mine', 'mine', 10_000);
    await inner.delete('lock');

    await healed();

    expect(await inner.get('lock')).toBe('mine');
  });

  test('lets nobody wait for a primary that failed', async () => {
    fails = 'everything';
    await store.set('a', '1', 10_000);
    asked = [];

    for (let index = 0; index < 100; index++) {
      await store.set('a', `${index}`, 10_000);
      await store.get('b');
    }

    // The first read may find out, and a probe may run in between.
    expect(asked.length).toBeLessThan(10);
  });

  test('tells the log once that it fails, and once that it works', async () => {
    fails = 'everything';
    for (const key of ['a', 'b', 'c']) await store.set(key, '1', 10_000);
    await soon(() => expect(asked.length).toBeGreaterThan(8));

    await healed();

    expect(logged).toEqual([
      'State is kept in memory alone {"reason":"Redis at cache is away."}',
      'State is kept in its store again {"changes":3}',
    ]);
  });

  test('claims in the primary what waited for a read until that worked again', async () => {
    readable = Promise.withResolvers();
    fails = 'writes';
    const claimed = store.setIfAbsent('lock', 'mine', 10_000);
    await soon(() => expect(store.trouble()).toBeDefined());
    await healed();

    readable.resolve();

    expect(await claimed).toBe(true);
    expect(await inner.get('lock')).toBe('mine');
  });

  test('lets errors of programs through', async () => {
    inner.set = () => Promise.reject(new TypeError('of the program'));

    await expect(store.set('a', '1', 10_000)).rejects.toThrow('of the program');
    expect(store.trouble()).toBeUndefined();
  });
});
