import type { AnswerCache } from '../../answer-cache.ts';
import { CacheError } from '../../answer-cache.ts';

/** For so long a cache that failed is left alone, in milliseconds, so that not every question waits for it. */
const REST_MS = 60_000;

/**
 * Of a cache that fails the first failure is thrown, so that it is told once. Then it counts as empty for a while, and is
 * tried again. Lists and deletions, which people ask for, always try, and always say what is wrong.
 */
export function patient(cache: AnswerCache, clock: () => number = Date.now): AnswerCache {
  let restsUntil = 0;
  let told = false;

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (clock() < restsUntil) return undefined;
    try {
      const result = await work();
      told = false;
      return result;
    } catch (error) {
      if (!(error instanceof CacheError)) throw error;
      restsUntil = clock() + REST_MS;
      if (told) return undefined;
      told = true;
      throw error;
    }
  }

  return {
    ...cache,
    get: (key) => attempt(() => cache.get(key)),
    set: (key, answer) => attempt(() => cache.set(key, answer)),
  };
}
