import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';

/**
 * Does work that one at a time may do, in whatever process: who has the lock renews it, and whose lock is lost stops, by
 * the signal. `false`, and nothing done, where somebody else has it; a lock whose holder died ends after `leaseMs`.
 *
 * A process that was held up for longer than that learns late that it has lost the lock. So before what cannot be undone the
 * work calls `check`, which throws where the lease is over by this process' own clock, whatever is known of the lock.
 */
export async function withLock(
  store: Store,
  key: string,
  leaseMs: number,
  work: (signal: AbortSignal, check: () => void) => Promise<void>,
): Promise<boolean> {
  const token = randomBytes(8).toString('hex');
  let until = performance.now() + leaseMs;
  if (!(await store.setIfAbsent(key, token, leaseMs))) return false;
  const lost = new AbortController();
  const lose = () => lost.abort(new Error('another process has the lock'));
  const renewal = setInterval(() => {
    const renewed = performance.now() + leaseMs;
    store.replace(key, token, token, leaseMs).then(
      (kept) => {
        if (kept) until = renewed;
        else lose();
      },
      () => {},
    );
  }, leaseMs / 3);
  const check = () => {
    if (performance.now() > until) lose();
    lost.signal.throwIfAborted();
  };
  try {
    await work(lost.signal, check);
  } finally {
    clearInterval(renewal);
    await store.delete(key, token);
  }
  return true;
}
