import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../src/store.ts';

/** What every store must do. `open` gives an empty one whose time is `clock()`, in milliseconds. */
export function storeContract(name: string, open: (clock: () => number) => Promise<Store>): void {
  let store: Store;
  let now = 1_000_000;

  beforeEach(async () => {
    now = 1_000_000;
    store = await open(() => now);
  });
  afterEach(() => store.close());

  test(`${name} gives back what was set, letter by letter`, async () => {
    const value = 'ключ 🔑 "quotes" \u0000 end';
    await store.set('a', value, 1_000);

    expect(await store.get('a')).toBe(value);
    expect(await store.get('b')).toBeUndefined();
  });

  test(`${name} forgets a value when its time is over`, async () => {
    await store.set('a', '1', 1_000);
    now += 999;
    expect(await store.get('a')).toBe('1');
    now += 1;
    expect(await store.get('a')).toBeUndefined();
  });

  test(`${name} sets a value only where there is none`, async () => {
    expect(await store.setIfAbsent('lock', 'mine', 1_000)).toBe(true);
    expect(await store.setIfAbsent('lock', 'yours', 1_000)).toBe(false);
    expect(await store.get('lock')).toBe('mine');
    now += 1_000;
    expect(await store.setIfAbsent('lock', 'yours', 1_000)).toBe(true);
    expect(await store.get('lock')).toBe('yours');
  });

  test(`${name} lets one of many at once win`, async () => {
    const won = await Promise.all(
      Array.from({ length: 50 }, (_, index) => store.setIfAbsent('lock', `${index}`, 1_000)),
    );

    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test(`${name} frees a lock for its owner alone`, async () => {
    await store.set('lock', 'mine', 1_000);

    expect(await store.delete('lock', 'yours')).toBe(false);
    expect(await store.get('lock')).toBe('mine');
    expect(await store.delete('lock', 'mine')).toBe(true);
    expect(await store.delete('lock')).toBe(false);
  });
}
