import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';

/**
 * Does work that one at a time may do, in whatever process: who has the lock renews it, and whose lock is lost stops, by
 * the signal. `false`, and nothing done, where somebody else has it; a lock whose holder died ends after `leaseMs`.
 *
 * A process that was held up for longer than that learns late that it has lost the lock. So before what cannot be undone the
 * work calls `check`, which throws where the lease is over by this process' own clocks, whatever is known of the lock.
 */
export async function withLock(
  store: Store,
  key: string,
  leaseMs: number,
  work: (signal: AbortSignal, check: () => void) => Promise<void>,
): Promise<boolean> {
  const token = randomBytes(8).toString('hex');
  let lease = leaseFrom(leaseMs);
  if (!(await store.setIfAbsent(key, token, leaseMs))) return false;
  const lost = new AbortController();
  const lose = () => lost.abort(new Error('another process has the lock'));
  const renewal = setInterval(() => {
    const renewed = leaseFrom(leaseMs);
    store.replace(key, token, token, leaseMs).then(
      (kept) => {
        if (kept) lease = renewed;
        else lose();
      },
      () => {},
    );
  }, leaseMs / 3);
  const check = () => {
    if (lease.isOver()) lose();
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

/** By both clocks: that of the day may be set, by which a file's locks end, and the other may stand while a machine sleeps. */
function leaseFrom(leaseMs: number): { isOver(): boolean } {
  const ends = [performance.now() + leaseMs, Date.now() + leaseMs] as const;
  return { isOver: () => performance.now() > ends[0] || Date.now() > ends[1] };
}
