import type { Logger } from '../log.ts';
import { type Store, StoreError } from '../store.ts';
import { createOverlay, type Kept } from './overlay.ts';

/** Pauses between attempts to reach a store that fails: from this on, twice as long each time. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;
const PROBE_KEY = 'probe';
const PROBE_TTL_MS = 60_000;

interface FallbackOptions {
  primary: Store;
  log: Logger;
  /** Milliseconds since 1970. */
  clock?(): number;
  /** The first pause before the primary is tried again. */
  pauseMs?: number;
}

export interface FallbackStore extends Store {
  /** Why state is kept in this process alone now, as a sentence; `undefined` where all is well. */
  trouble(): string | undefined;
}

/**
 * A store that goes on in this process's memory while its primary fails, so that chat is answered all the same.
 *
 * - Nobody waits for a primary that failed: one probe after another is sent in the background until it works again.
 * - Meanwhile changes go to an overlay. Reads see it first, then the primary where that can be read, such as a full one.
 *   What neither has is not there.
 * - Where the primary cannot be read, who changes or deletes a value is believed to have seen it there.
 * - Afterwards each change is made in the primary as what it was: a value is set, the last one wins; a claim or lock is
 *   claimed where nobody else has it by now; a lock that was freed is freed; a sum is added. What is known here alone is
 *   not known to other replicas before.
 */
export function createFallbackStore({
  primary,
  log,
  clock = Date.now,
  pauseMs = FIRST_PAUSE_MS,
}: FallbackOptions): FallbackStore {
  const overlay = createOverlay(clock);
  /** Why the primary fails. */
  let reason: string | undefined;
  let readsFail = false;
  let pause = pauseMs;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function read<T>(ask: () => Promise<T>): Promise<T | undefined> {
    if (readsFail) return undefined;
    try {
      return await ask();
    } catch (error) {
      fail(error);
      readsFail = true;
      return undefined;
    }
  }

  async function change<T>(ask: () => Promise<T>, instead: () => T | Promise<T>): Promise<T> {
    if (reason !== undefined) return instead();
    try {
      return await ask();
    } catch (error) {
      fail(error);
      return instead();
    }
  }

  function fail(error: unknown): void {
    if (!(error instanceof StoreError)) throw error;
    if (reason === undefined) {
      log.warn({ reason: error.message }, 'State is kept in memory alone');
      pause = pauseMs;
      probeLater();
    }
    reason = error.message;
  }

  function probeLater(): void {
    if (closed) return;
    timer = setTimeout(() => void probe(), pause).unref();
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }

  async function probe(): Promise<void> {
    try {
      await primary.set(PROBE_KEY, '1', PROBE_TTL_MS);
      const count = overlay.size();
      await writeBack();
      reason = undefined;
      readsFail = false;
      log.info({ changes: count }, 'State is kept in its store again');
    } catch (error) {
      reason = error instanceof Error ? error.message : reason;
      // A full server, or a replica, can be read.
      readsFail = await primary.get(PROBE_KEY).then(
        () => false,
        () => true,
      );
      probeLater();
    }
  }

  /** Until the overlay is empty, all changes go there, those of this moment too. */
  async function writeBack(): Promise<void> {
    for (let next = overlay.first(); next; next = overlay.first()) {
      const [key, kept] = next;
      // A sum goes on from nothing while it is added, since adding it twice would be wrong.
      if (kept.did === 'add') overlay.made(key, kept);
      try {
        await redo(key, kept);
      } catch (error) {
        if (kept.did === 'add') overlay.add(key, Number(kept.value), kept.ends - clock());
        throw error;
      }
      overlay.made(key, kept);
    }
  }

  async function redo(key: string, kept: Kept): Promise<unknown> {
    const ttlMs = kept.ends - clock();
    switch (kept.did) {
      case 'set':
        return primary.set(key, kept.value, ttlMs);
      case 'claim':
        return primary.setIfAbsent(key, kept.value, ttlMs);
      case 'replace':
        // The primary may have lost everything, where it is not saved to disk.
        return (
          (await primary.replace(key, kept.before, kept.value, ttlMs)) || primary.setIfAbsent(key, kept.value, ttlMs)
        );
      case 'add':
        return primary.add(key, Number(kept.value), ttlMs);
      case 'delete':
        return primary.delete(key, kept.value);
    }
  }

  // Where a read is waited for, all may be well again afterwards.
  const store: FallbackStore = {
    name: primary.name,
    trouble: () => reason,
    async get(key) {
      if (overlay.has(key)) return overlay.get(key);
      const value = await read(() => primary.get(key));
      return value ?? overlay.get(key);
    },
    set: (key, value, ttlMs) =>
      change(
        () => primary.set(key, value, ttlMs),
        () => overlay.set(key, value, ttlMs),
      ),
    setIfAbsent: (key, value, ttlMs) =>
      change(
        () => primary.setIfAbsent(key, value, ttlMs),
        async () => {
          if (!overlay.has(key) && (await read(() => primary.get(key))) !== undefined) return false;
          if (reason === undefined) return store.setIfAbsent(key, value, ttlMs);
          return overlay.setIfAbsent(key, value, ttlMs);
        },
      ),
    replace: (key, before, value, ttlMs) =>
      change(
        () => primary.replace(key, before, value, ttlMs),
        async () => {
          if (!overlay.has(key) && (await read(() => primary.get(key))) !== before && !readsFail) return false;
          if (reason === undefined) return store.replace(key, before, value, ttlMs);
          return overlay.replace(key, before, value, ttlMs);
        },
      ),
    add: (key, amount, ttlMs) =>
      change(
        () => primary.add(key, amount, ttlMs),
        () => overlay.add(key, amount, ttlMs),
      ),
    delete: (key, value) =>
      change(
        () => primary.delete(key, value),
        () => overlay.delete(key, value),
      ),
    async list(prefix, max) {
      const stored = (await read(() => primary.list(prefix, max))) ?? [];
      return overlay.list(prefix, stored).slice(0, max);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await primary.close();
    },
  };
  return store;
}
