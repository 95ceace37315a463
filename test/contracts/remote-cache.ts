import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AnswerCache, CacheError, type CacheSettings, type CacheType } from '../../src/answer-cache.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import type { Storage } from '../support/storage/server.ts';
import { answerCacheContract, keyOf } from './answer-cache.ts';

interface Remote {
  start(): Promise<Storage>;
  /** Settings for the bucket `answers` of a server at this address. */
  settings(url: string): CacheSettings;
  env: NodeJS.ProcessEnv;
  /** What is said of a bucket that is missing, and of credentials that are refused. */
  missing: RegExp;
  refused: RegExp;
}

const BUCKET = 'answers';
const ANSWER = { text: 'a', backend: 'b', model: 'm', at: '2026-01-02T03:04:05Z' };

/** What every cache must do that asks a service: all that caches do, and say what is wrong with the service. */
export function remoteCacheContract(type: CacheType, { start, settings, env, missing, refused }: Remote): void {
  const open = (storage: Storage, more: CacheSettings = {}, requestMs = 10_000) => {
    const store = createSqliteStore({ file: ':memory:' });
    return type.open({ ...settings(storage.url), ...more }, { env, store, requestMs });
  };

  answerCacheContract(type.name, async () => {
    const storage = await start();
    storage.plant(BUCKET, 'others/file', '{}');
    return {
      cache: await open(storage),
      plant: (key, value) => storage.plant(BUCKET, `k8sgpt-chat/${key}`, value),
      litter() {
        for (const key of [keyOf(7), 'k8sgpt-chat/README.md', 'k8sgpt-chat/0/1']) storage.plant(BUCKET, key, '{}');
      },
      close: () => storage.close(),
    };
  });

  describe(`${type.name} as a service`, () => {
    let storage: Storage;
    let cache: AnswerCache | undefined;

    beforeEach(async () => {
      storage = await start();
    });
    afterEach(async () => {
      await cache?.close?.();
      await storage.close();
    });

    const failureOf = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );

    const worksOf = (asked: AnswerCache) => [
      () => asked.get(keyOf(1)),
      () => asked.set(keyOf(1), ANSWER),
      () => asked.delete(keyOf(1)),
      () => asked.list(1),
    ];

    test('asks nothing before it is used', async () => {
      cache = await open(storage, { create: true });

      expect(storage.seen).toEqual([]);
    });

    test('asks a few times for an answer, and does not try again', async () => {
      storage.plant(BUCKET, 'others', '{}');
      cache = await open(storage);
      await cache.get(keyOf(1));

      expect(storage.seen).toHaveLength(1);
    });

    test('creates what it lies in only where that is wanted', async () => {
      cache = await open(storage);
      const failure = await failureOf(cache.set(keyOf(1), ANSWER));

      expect(failure).toBeInstanceOf(CacheError);
      expect(failure).toMatchObject({ message: expect.stringMatching(missing) });
      expect(storage.buckets.size).toBe(0);
      expect(await failureOf(cache.get(keyOf(1)))).toMatchObject({ message: expect.stringMatching(missing) });

      const eager = await open(storage, { create: true });
      await eager.set(keyOf(1), ANSWER);
      expect(await eager.get(keyOf(1))).toEqual(ANSWER);
      const again = await open(storage, { create: true });
      expect(await again.get(keyOf(1))).toEqual(ANSWER);
    });

    test('names who is refused, and how that is mended', async () => {
      storage.plant(BUCKET, 'others', '{}');
      storage.fault = 'refuse';
      cache = await open(storage);

      for (const work of worksOf(cache)) {
        const failure = await failureOf(work());
        expect(failure).toBeInstanceOf(CacheError);
        expect(failure).toMatchObject({ message: expect.stringMatching(refused) });
      }
    });

    test('waits for no service that is silent', async () => {
      storage.fault = 'hang';
      cache = await open(storage, {}, 50);

      for (const work of worksOf(cache)) {
        const failure = await failureOf(work());
        expect(failure).toBeInstanceOf(CacheError);
        expect(failure).toMatchObject({ message: expect.stringMatching(/did not answer in time\. Check the network/) });
      }
    });

    test('tells of a service that cannot be reached', async () => {
      storage.fault = 'break';
      cache = await open(storage);
      expect(await failureOf(cache.get(keyOf(1)))).toMatchObject({
        message: expect.stringMatching(/cannot be reached/),
      });

      await storage.close();
      expect(await failureOf(cache.list(1))).toMatchObject({ message: expect.stringMatching(/cannot be reached/) });
      storage = await start();
    });

    test('reads no answer that is far too long', async () => {
      storage.plant(
        BUCKET,
        `k8sgpt-chat/${keyOf(1)}`,
        JSON.stringify({ ...ANSWER, version: 1, text: 'x'.repeat(2_000_000) }),
      );
      cache = await open(storage);

      expect(await cache.get(keyOf(1))).toBeUndefined();
    });
  });
}
