import { expect, test } from 'vitest';
import { CacheError } from '../../src/answer-cache.ts';
import storeCache from '../../src/caches/store.ts';
import { StoreError } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { answerCacheContract, keyOf } from '../contracts/answer-cache.ts';

const DAY_MS = 24 * 60 * 60_000;
const ANSWER = { text: 'a', backend: 'b', model: 'm', at: '2026-01-02T03:04:05Z' };

answerCacheContract('The store', async () => {
  const store = createSqliteStore({ file: ':memory:' });
  return {
    cache: await storeCache.open({}, { env: {}, store }),
    plant: (key, value) => store.set(`answer:v1:${key}`, value, 30 * DAY_MS),
    litter: () => store.set('thread:v1:1', '{}', DAY_MS),
    close: () => store.close(),
  };
});

test('an answer in the store is kept for 30 days', async () => {
  let now = 1_000_000;
  const store = createSqliteStore({ file: ':memory:', clock: () => now });
  const cache = await storeCache.open({}, { env: {}, store });
  await cache.set(keyOf(1), ANSWER);

  now += 30 * DAY_MS - 1;
  expect(await cache.get(keyOf(1))).toEqual(ANSWER);
  expect(await cache.list(1)).toMatchObject([{ at: 1_000_000 }]);
  now += 1;
  expect(await cache.get(keyOf(1))).toBeUndefined();
});

test('a store that fails is an answer cache that fails', async () => {
  const get = () => Promise.reject(new StoreError('Redis is away; start it.'));
  const cache = await storeCache.open({}, { env: {}, store: { ...createSqliteStore({ file: ':memory:' }), get } });

  const failure = await cache.get(keyOf(1)).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(CacheError);
  expect(failure).toMatchObject({ message: 'The answer cache in the store failed. Redis is away; start it.' });
});
