import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../src/store.ts';

export interface StoreHarness {
  store: Store;
  /** Milliseconds since 1970, by the store. */
  now(): number;
  /** So much time goes by for everything that is kept. */
  pass(ms: number): Promise<void> | void;
}

/** What every store must do. `open` gives an empty one for each case. */
export function storeContract(name: string, open: () => Promise<StoreHarness>): void {
  describe(`${name} as a store`, () => {
    let harness: StoreHarness;
    let store: Store;

    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => store.close());

    test('gives back what was set, letter by letter', async () => {
      const value = 'ключ 🔑 "quotes" \u0000 end';
      await store.set('a', value, 1_000);

      expect(await store.get('a')).toBe(value);
      expect(await store.get('b')).toBeUndefined();
    });

    test('keeps an empty value', async () => {
      await store.set('a', '', 1_000);

      expect(await store.get('a')).toBe('');
      expect(await store.replace('a', '', 'b', 1_000)).toBe(true);
    });

    test('forgets a value when its time is over', async () => {
      await store.set('a', '1', 10_000);
      await harness.pass(8_000);
      expect(await store.get('a')).toBe('1');
      await harness.pass(2_000);

      expect(await store.get('a')).toBeUndefined();
      expect(await store.replace('a', '1', '2', 1_000)).toBe(false);
      expect(await store.delete('a', '1')).toBe(false);
      expect(await store.delete('a')).toBe(false);
      expect(await store.list('', 10)).toEqual([]);
    });

    test('sets a value only where there is none', async () => {
      expect(await store.setIfAbsent('lock', 'mine', 10_000)).toBe(true);
      expect(await store.setIfAbsent('lock', 'yours', 10_000)).toBe(false);
      expect(await store.get('lock')).toBe('mine');
      await harness.pass(10_000);
      expect(await store.setIfAbsent('lock', 'yours', 10_000)).toBe(true);
      expect(await store.get('lock')).toBe('yours');
    });

    test('lets one of many at once win', async () => {
      const won = await Promise.all(
        Array.from({ length: 50 }, (_, index) => store.setIfAbsent('lock', `${index}`, 1_000)),
      );

      expect(won.filter(Boolean)).toHaveLength(1);
    });

    test('frees a lock for its owner alone', async () => {
      await store.set('lock', 'mine', 1_000);

      expect(await store.delete('lock', 'yours')).toBe(false);
      expect(await store.get('lock')).toBe('mine');
      expect(await store.delete('lock', 'mine')).toBe(true);
      expect(await store.delete('lock')).toBe(false);
    });

    test('replaces a value only where the other one stands', async () => {
      expect(await store.replace('a', '', '1', 10_000)).toBe(false);
      await store.set('a', '1', 10_000);

      expect(await store.replace('a', '2', '3', 10_000)).toBe(false);
      expect(await store.get('a')).toBe('1');
      expect(await store.replace('a', '1', '2', 10_000)).toBe(true);
      expect(await store.get('a')).toBe('2');
    });

    test('prolongs the time of what it replaces', async () => {
      await store.set('lock', 'mine', 10_000);
      await harness.pass(8_000);

      expect(await store.replace('lock', 'mine', 'mine', 10_000)).toBe(true);

      await harness.pass(8_000);
      expect(await store.get('lock')).toBe('mine');
    });

    test('lets one of many at once replace', async () => {
      await store.set('a', 'before', 1_000);

      const won = await Promise.all(
        Array.from({ length: 50 }, (_, index) => store.replace('a', 'before', `${index}`, 1_000)),
      );

      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.get('a')).toBe(`${won.indexOf(true)}`);
    });

    test('adds up, also what comes at once', async () => {
      const sums = await Promise.all(Array.from({ length: 20 }, () => store.add('sum', 3, 10_000)));

      expect(sums.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => 3 * (index + 1)));
      expect(await store.get('sum')).toBe('60');
      expect(await store.add('sum', -60.5, 10_000)).toBe(-0.5);
      expect(await store.add('sum', 0.5, 10_000)).toBe(0);
    });

    test('begins a sum anew when its time is over, which adding does not prolong', async () => {
      await store.add('sum', 1, 10_000);
      await harness.pass(8_000);
      expect(await store.add('sum', 1, 10_000)).toBe(2);
      await harness.pass(2_000);

      expect(await store.get('sum')).toBeUndefined();
      expect(await store.add('sum', 5, 10_000)).toBe(5);
    });

    test('lists keys by their beginning, sorted, with size and end, and never too many', async () => {
      for (const key of ['t:c', 't:a', 't:b', 'u:a', 't', 't*:x', 'T:a']) await store.set(key, 'ключ 🔑', 10_000);

      const all = await store.list('t:', 10);

      expect(all).toEqual(['t:a', 't:b', 't:c'].map((key) => ({ key, size: 6, ends: expect.any(Number) })));
      for (const { ends } of all) expect(Math.abs(ends - harness.now() - 10_000)).toBeLessThan(1_000);
      expect((await store.list('t:', 2)).map(({ key }) => key)).toEqual(['t:a', 't:b']);
      expect((await store.list('t*', 10)).map(({ key }) => key)).toEqual(['t*:x']);
      expect(await store.list('', 100)).toHaveLength(7);
      expect(await store.list('none', 10)).toEqual([]);
    });
  });
}
