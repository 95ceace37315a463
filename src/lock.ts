import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';

/**
 * Does work that one at a time may do, in whatever process: who has the lock renews it, and whose lock is lost stops, by
 * the signal. `false`, and nothing done, where somebody else has it; a lock whose holder died ends after `leaseMs`.
 */
export async function withLock(
  store: Store,
  key: string,
  leaseMs: number,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const token = randomBytes(8).toString('hex');
  if (!(await store.setIfAbsent(key, token, leaseMs))) return false;
  const lost = new AbortController();
  const renewal = setInterval(() => {
    store.replace(key, token, token, leaseMs).then(
      (kept) => kept || lost.abort(new Error('another process has the lock')),
      () => {},
    );
  }, leaseMs / 3);
  try {
    await work(lost.signal);
  } finally {
    clearInterval(renewal);
    await store.delete(key, token);
  }
  return true;
}
