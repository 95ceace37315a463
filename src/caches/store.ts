import { CacheError, decodeAnswer, defineCache, encodeAnswer } from '../answer-cache.ts';
import { UserError } from '../errors.ts';

/** An answer is kept for so long, in milliseconds. */
const TTL_MS = 30 * 24 * 60 * 60_000;
/** Raised, as all prefixes, when what lies there is kept in another way. */
const PREFIX = 'answer:v1:';

export default defineCache({
  name: 'store',
  summary: "in the program's own store: Redis, or its state file; for 30 days",
  settings: [],

  async open(_, { store }) {
    async function use<T>(work: Promise<T>): Promise<T> {
      try {
        return await work;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        throw new CacheError(`The answer cache in the store failed. ${error.message}`, { cause: error });
      }
    }

    return {
      name: 'store',
      async get(key) {
        const value = await use(store.get(PREFIX + key));
        return value === undefined ? undefined : decodeAnswer(value);
      },
      set: (key, answer) => use(store.set(PREFIX + key, encodeAnswer(answer), TTL_MS)),
      delete: (key) => use(store.delete(PREFIX + key)),
      async list(max) {
        const found = await use(store.list(PREFIX, max));
        return found.map(({ key, size, ends }) => ({ key: key.slice(PREFIX.length), size, at: ends - TTL_MS }));
      },
    };
  },
});
