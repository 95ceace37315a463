import { expect, test } from 'vitest';
import { type AnswerCache, CacheError } from '../../src/answer-cache.ts';
import { cacheSettings, cacheTypes, openCache } from '../../src/caches/index.ts';
import { patient } from '../../src/caches/shared/patient.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { keyOf } from '../contracts/answer-cache.ts';

const context = { env: {}, store: createSqliteStore({ file: ':memory:' }) };

test('every type of cache is told in a line', () => {
  expect(cacheTypes.map(({ name }) => name)).toEqual(['azure', 'directory', 'gcs', 's3', 'store']);
  for (const { summary } of cacheTypes) expect(summary).toMatch(/^\S.{20,100}[^.]$/);
});

test.each([
  [undefined, 'store'],
  [{}, 'store'],
  [{ currentCacheType: '' }, 'store'],
  [{ currentCacheType: 'file' }, 'directory'],
  // As K8sGPT writes it, with the empty parts of the other types.
  [
    {
      currentCacheType: 's3',
      s3: { bucketname: 'b', region: 'eu-west-1', endpoint: '', insecure: false },
      gcs: { bucketname: '' },
    },
    's3',
  ],
  [{ currentCacheType: 'azure', azure: { storageaccount: 'a', container: 'c' } }, 'azure'],
  [{ currentCacheType: 'gcs', gcs: { bucketname: 'b', region: 'r', projectid: 'p' } }, 'gcs'],
])('of %j the cache %s is chosen', async (settings, name) => {
  const cache = await openCache({ ...context, env: { AZURE_STORAGE_KEY: 'a2V5' }, ...(settings && { settings }) });

  expect(cache.name).toBe(name);
  await cache.close?.();
});

test.each([
  [
    { currentCacheType: 'interplex' },
    'cache.currentCacheType is "interplex", which is no answer cache; set it to one of azure, directory, gcs, s3, store.',
  ],
  [{ currentCacheType: 7 }, 'cache.currentCacheType must be the name of a type.'],
  [
    { currentCacheType: 's3' },
    "The answer cache s3 needs the bucket's name: set cache.s3.bucketname in the configuration file (--bucket of cache add).",
  ],
  [{ currentCacheType: 's3', s3: [] }, 'cache.s3 must be a map of settings.'],
  [{ currentCacheType: 's3', s3: { bucketname: 1 } }, 'cache.s3.bucketname must be a text.'],
  [{ currentCacheType: 's3', s3: { bucketname: 'b', insecure: 'yes' } }, 'cache.s3.insecure must be true or false.'],
  [
    { currentCacheType: 'azure', azure: { storageaccount: 'a' } },
    "The answer cache azure needs the container's name: set cache.azure.container in the configuration file (--container of cache add).",
  ],
  [
    { currentCacheType: 'gcs', gcs: { bucketname: 'b', region: 'r' } },
    'The answer cache gcs needs the project that it belongs to: set cache.gcs.projectid in the configuration file (--projectid of cache add).',
  ],
])('what is wrong with %j is told with the cure', async (settings, message) => {
  await expect(openCache({ ...context, settings })).rejects.toThrow(
    expect.objectContaining({ name: 'ConfigError', message }),
  );
});

test('flags of cache add stand for settings', () => {
  expect(cacheSettings('s3', { bucket: 'b', region: 'eu-west-1', insecure: true })).toEqual({
    currentCacheType: 's3',
    s3: { bucketname: 'b', region: 'eu-west-1', insecure: true },
  });
  expect(cacheSettings('azure', { storageacc: 'a', container: 'c' })).toEqual({
    currentCacheType: 'azure',
    azure: { storageaccount: 'a', container: 'c' },
  });
  expect(() => cacheSettings('azure', { bucket: 'b' })).toThrow(
    'The answer cache azure has no flag --bucket; it has --storageacc, --container, --endpoint, --create.',
  );
  expect(() => cacheSettings('gcs', { bucket: 'b' })).toThrow(/needs where it is created: set cache\.gcs\.region/);
});

test('a cache that fails is told once, and left alone for a while', async () => {
  let now = 0;
  let asked = 0;
  let works = false;
  const answer = { text: 'a', backend: 'b', model: 'm', at: 'now' };
  const broken: AnswerCache = {
    name: 'broken',
    async get() {
      asked++;
      if (works) return answer;
      throw new CacheError('The answer cache broken failed.');
    },
    set: () => broken.get('').then(() => {}),
    delete: () => broken.get('').then(() => true),
    list: () => broken.get('').then(() => []),
  };
  const cache = patient(broken, () => now);

  await expect(cache.get(keyOf(1))).rejects.toThrow(CacheError);
  expect(await cache.get(keyOf(1))).toBeUndefined();
  await cache.set(keyOf(1), answer);
  expect(asked).toBe(1);
  await expect(cache.list(1)).rejects.toThrow(CacheError);

  now = 60_000;
  expect(await cache.get(keyOf(1)), 'told already').toBeUndefined();
  expect(asked).toBe(3);
  now = 120_000;
  works = true;
  expect(await cache.get(keyOf(1))).toEqual(answer);
  works = false;
  await expect(cache.get(keyOf(1)), 'anew').rejects.toThrow(CacheError);
});
