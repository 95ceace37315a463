import type { StoredKey } from '../store.ts';

/** So much is kept at most; what was written longest ago goes first. */
const MAX_ENTRIES = 10_000;
const MAX_LETTERS = 32_000_000;
/** A deletion is remembered for so long. */
const GONE_MS = 24 * 3_600_000;

/** What was done to a key while its store was away, and so what is to be done there. */
export type Kept = { ends: number } & (
  | { did: 'set' | 'claim' | 'add'; value: string }
  /** `before` is what stood in the store, by the word of whoever replaced it. */
  | { did: 'replace'; before: string; value: string }
  /** With a value: only where the store holds that one. */
  | { did: 'delete'; value?: string }
);

/** Changes to a store that is away, in memory. The answers are those of a store that knows of nothing else. */
export interface Overlay {
  has(key: string): boolean;
  get(key: string): string | undefined;
  set(key: string, value: string, ttlMs: number): void;
  setIfAbsent(key: string, value: string, ttlMs: number): boolean;
  replace(key: string, before: string, value: string, ttlMs: number): boolean;
  add(key: string, amount: number, ttlMs: number): number;
  delete(key: string, value?: string): boolean;
  /** What a store lists of keys with this beginning, as these changes make it. */
  list(prefix: string, stored: StoredKey[]): StoredKey[];
  /** What was done longest ago. */
  first(): [key: string, kept: Kept] | undefined;
  /** Lets go of a change that was made in the store. What was done to the key since goes on from there. */
  made(key: string, kept: Kept): void;
  size(): number;
}

export function createOverlay(clock: () => number): Overlay {
  const entries = new Map<string, Kept>();
  let letters = 0;

  function find(key: string): Kept | undefined {
    const kept = entries.get(key);
    if (!kept || kept.ends > clock()) return kept;
    drop(key, kept);
    return undefined;
  }

  /** What a reader sees: nothing where it was deleted. */
  function seen(key: string): string | undefined {
    const kept = find(key);
    return kept?.did === 'delete' ? undefined : kept?.value;
  }

  function keep(key: string, kept: Kept): void {
    const before = entries.get(key);
    if (before) drop(key, before);
    entries.set(key, kept);
    letters += lettersOf(key, kept);
    for (const [oldest, old] of entries) {
      if (entries.size <= MAX_ENTRIES && letters <= MAX_LETTERS) return;
      drop(oldest, old);
    }
  }

  function drop(key: string, kept: Kept): void {
    entries.delete(key);
    letters -= lettersOf(key, kept);
  }

  return {
    has: (key) => find(key) !== undefined,
    get: seen,
    set(key, value, ttlMs) {
      keep(key, { did: 'set', value, ends: clock() + ttlMs });
    },
    setIfAbsent(key, value, ttlMs) {
      const kept = find(key);
      if (kept && kept.did !== 'delete') return false;
      const ends = clock() + ttlMs;
      if (!kept) keep(key, { did: 'claim', value, ends });
      else if (kept.value === undefined) keep(key, { did: 'set', value, ends });
      else keep(key, { did: 'replace', before: kept.value, value, ends });
      return true;
    },
    replace(key, before, value, ttlMs) {
      const kept = find(key);
      const ends = clock() + ttlMs;
      if (!kept) keep(key, { did: 'replace', before, value, ends });
      else if (kept.did === 'delete' || kept.value !== before) return false;
      else if (kept.did === 'add') keep(key, { did: 'set', value, ends });
      else keep(key, { ...kept, value, ends });
      return true;
    },
    add(key, amount, ttlMs) {
      const kept = find(key);
      if (!kept || kept.did === 'delete') {
        keep(key, { did: kept ? 'set' : 'add', value: String(amount), ends: clock() + ttlMs });
        return amount;
      }
      const sum = Number(kept.value) + amount;
      keep(key, { ...kept, value: String(sum) });
      return sum;
    },
    delete(key, value) {
      const kept = find(key);
      if (kept && (kept.did === 'delete' || (value !== undefined && kept.value !== value))) return false;
      const there = mayStand(kept, value);
      keep(key, { did: 'delete', ...(there !== undefined && { value: there }), ends: clock() + GONE_MS });
      return true;
    },
    list(prefix, stored) {
      const keys = new Map(stored.map((key) => [key.key, key]));
      for (const [key, { ends }] of [...entries]) {
        if (!key.startsWith(prefix) || !find(key)) continue;
        const value = seen(key);
        if (value === undefined) keys.delete(key);
        else keys.set(key, { key, size: [...value].length, ends });
      }
      return [...keys.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    first() {
      for (const key of entries.keys()) {
        const kept = find(key);
        if (kept) return [key, kept];
      }
      return undefined;
    },
    made(key, kept) {
      const now = entries.get(key);
      if (now === kept) drop(key, kept);
      else if (now && kept.did !== 'add' && kept.value !== undefined) keep(key, rebased(now, kept.value));
    },
    size: () => entries.size,
  };
}

/** The only value that may be deleted in the store; `undefined` where any may. */
function mayStand(kept: Kept | undefined, value: string | undefined): string | undefined {
  if (!kept) return value;
  if (kept.did === 'replace') return kept.before;
  // It may have come through, though it seemed to fail.
  return kept.did === 'claim' ? kept.value : undefined;
}

/** A change that was made to what stands in the store by now. */
function rebased(kept: Kept, before: string): Kept {
  if (kept.did === 'claim' || kept.did === 'replace') return { ...kept, did: 'replace', before };
  return kept.did === 'delete' && kept.value !== undefined ? { ...kept, value: before } : kept;
}

function lettersOf(key: string, { value = '' }: Kept): number {
  return key.length + value.length;
}
