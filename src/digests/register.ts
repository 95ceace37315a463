import { compareAndSet } from '../compare-and-set.ts';
import { UserError } from '../errors.ts';
import type { Guard } from '../guards.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store.ts';

/** A register that nobody has used for so long is forgotten. */
const TTL_MS = 400 * 24 * 3_600_000;

interface RegisterOptions {
  store: Store;
  log: Logger;
  key: string;
  /** Whether a kept entry is well; others are left out. */
  guard: Guard;
  /** At most so many entries. */
  max: number;
  /** What its entries are called where there is no room for more: `schedules`. */
  noun: string;
}

/** A short list that all replicas share, kept as one value; changed by compare-and-set, so that no change is lost. */
export interface Register<T> {
  list(): Promise<T[]>;
  /** Gives what was there before and what is there now. Throws `UserError` where there is no more room. */
  change(edit: (entries: readonly T[]) => readonly T[]): Promise<{ before: T[]; after: T[] }>;
}

export function createRegister<T>({ store, log, key, guard, max, noun }: RegisterOptions): Register<T> {
  function read(kept: string | undefined): T[] {
    if (kept === undefined) return [];
    try {
      const value: unknown = JSON.parse(kept);
      if (Array.isArray(value)) return value.filter(guard) as T[];
    } catch {
      // Told below.
    }
    log.warn({ key }, 'What was kept cannot be read, and counts as empty');
    return [];
  }

  return {
    async list() {
      return read(await store.get(key));
    },
    change(edit) {
      return compareAndSet(store, key, TTL_MS, (kept) => {
        const before = read(kept);
        const after = [...edit(before)];
        if (after.length > max && after.length > before.length) {
          throw new UserError(`There are ${max} ${noun} already, which is the most. Remove one first.`);
        }
        return { after: JSON.stringify(after), result: { before, after } };
      });
    },
  };
}
