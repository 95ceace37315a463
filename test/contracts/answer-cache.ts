import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AnswerCache, CachedAnswer } from '../../src/answer-cache.ts';

/** A cache to be tested, empty. */
export interface CacheHarness {
  cache: AnswerCache;
  /** Puts a value where the cache would look for it, past the cache. */
  plant(key: string, value: string): void | Promise<void>;
  /** Puts things there that are not the cache's. */
  litter(): void | Promise<void>;
  close(): Promise<void>;
}

const ANSWER: CachedAnswer = {
  text: 'Ответ 🔑 "with quotes"\nand lines',
  backend: 'openai',
  model: 'gpt',
  at: '2026-01-02T03:04:05.000Z',
  usage: { input: 12, output: 34 },
  title: 'Pod shop/cart crashes',
};

export function keyOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** What every answer cache must do. */
export function answerCacheContract(name: string, open: () => Promise<CacheHarness>): void {
  describe(`${name} as an answer cache`, () => {
    let harness: CacheHarness;
    let cache: AnswerCache;

    beforeEach(async () => {
      harness = await open();
      cache = harness.cache;
    });
    afterEach(async () => {
      await cache.close?.();
      await harness.close();
    });

    test('gives back what was kept, letter by letter', async () => {
      await cache.set(keyOf(1), ANSWER);

      expect(await cache.get(keyOf(1))).toEqual(ANSWER);
      expect(await cache.get(keyOf(2))).toBeUndefined();
    });

    test('keeps the last answer', async () => {
      const { usage, title, ...short } = ANSWER;
      await cache.set(keyOf(1), ANSWER);
      await cache.set(keyOf(1), { ...short, text: 'newer' });

      expect(await cache.get(keyOf(1))).toEqual({ ...short, text: 'newer' });
    });

    test('deletes an answer, and says whether there was one', async () => {
      await cache.set(keyOf(1), ANSWER);

      expect(await cache.delete(keyOf(1))).toBe(true);
      expect(await cache.delete(keyOf(1))).toBe(false);
      expect(await cache.get(keyOf(1))).toBeUndefined();
    });

    test('lists what is kept, and nothing of others', async () => {
      await harness.litter();
      await cache.set(keyOf(1), ANSWER);
      await cache.set(keyOf(2), ANSWER);

      const found = await cache.list(10);

      expect(found.map(({ key }) => key).sort()).toEqual([keyOf(1), keyOf(2)]);
      for (const { at, size } of found) {
        expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
        expect(size).toBeGreaterThan(100);
        expect(size).toBeLessThan(1_000);
      }
      expect(await cache.list(1)).toHaveLength(1);
    });

    test('lists nothing where nothing is', async () => {
      expect(await cache.list(10)).toEqual([]);
    });

    test('lists more than a page', async () => {
      for (let number = 0; number < 2_100; number++) await harness.plant(keyOf(number), '{}');

      const found = await cache.list(5_000);

      expect(new Set(found.map(({ key }) => key)).size).toBe(2_100);
      expect(await cache.list(1_500)).toHaveLength(1_500);
    });

    test.each([
      ['', 'nothing'],
      ['YW4gYW5zd2Vy', 'what K8sGPT keeps'],
      ['{"version":1,"text":"cut', 'half an answer'],
      ['{"version":2,"text":"a","backend":"b","model":"c","at":"d"}', 'another version'],
      ['{"version":1,"text":"a","backend":"b","model":"c"}', 'an answer without its time'],
      ['null', 'null'],
    ])('counts %j as absent: %s', async (value) => {
      await harness.plant(keyOf(1), value);

      expect(await cache.get(keyOf(1))).toBeUndefined();
    });

    test('keeps many at once', async () => {
      const numbers = Array.from({ length: 20 }, (_, index) => index);
      await Promise.all(numbers.map((number) => cache.set(keyOf(number), { ...ANSWER, text: `${number}` })));

      const texts = await Promise.all(numbers.map(async (number) => (await cache.get(keyOf(number)))?.text));

      expect(texts).toEqual(numbers.map(String));
    });
  });
}
