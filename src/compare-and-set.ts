import type { Store } from './store.ts';

/** What shall stand in place of a value, absent where it stays, and what comes of the change. */
interface Changed<T> {
  after?: string | undefined;
  result: T;
}

/**
 * Changes a value of a store as a whole, however many processes do so: `work` is called again, with what stands there by
 * then, where somebody came in between.
 */
export async function compareAndSet<T>(
  store: Store,
  key: string,
  ttlMs: number,
  work: (before: string | undefined) => Changed<T> | Promise<Changed<T>>,
): Promise<T> {
  for (;;) {
    const before = await store.get(key);
    const { after, result } = await work(before);
    if (after === undefined) return result;
    const done =
      before === undefined
        ? await store.setIfAbsent(key, after, ttlMs)
        : await store.replace(key, before, after, ttlMs);
    if (done) return result;
  }
}
