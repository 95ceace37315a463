import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';

/** Why work stops whose lock is not its own any more: it ended while the store was away, or somebody else has it. */
export class LockLost extends Error {
  override name = 'LockLost';

  constructor() {
    super('another process may have the lock');
  }
}

/** What work asks of its lock before what must not be done twice; both throw `LockLost` where it is not held any more. */
export interface Held {
  /** Makes sure of it; also throws where the store cannot be asked. */
  hold(): Promise<void>;
  /**
   * Throws where the lease is over by this process' own clocks, whatever is known of the lock: a process that was held up for
   * longer than that learns late that it has lost it. Asks nobody.
   */
  check(): void;
}

/**
 * Does work that one at a time may do, in whatever process: who has the lock renews it, and whose lock is lost stops, by
 * the signal. `false`, and nothing done, where somebody else has it; a lock whose holder died ends after `leaseMs`.
 */
export async function withLock(
  store: Store,
  key: string,
  leaseMs: number,
  work: (signal: AbortSignal, held: Held) => Promise<void>,
): Promise<boolean> {
  const token = randomBytes(8).toString('hex');
  let lease = leaseFrom(leaseMs);
  if (!(await store.setIfAbsent(key, token, leaseMs))) return false;
  const lost = new AbortController();
  const held: Held = {
    async hold() {
      const renewed = leaseFrom(leaseMs);
      if (await store.replace(key, token, token, leaseMs)) lease = renewed;
      else lost.abort(new LockLost());
      lost.signal.throwIfAborted();
    },
    check() {
      if (lease.isOver()) lost.abort(new LockLost());
      lost.signal.throwIfAborted();
    },
  };
  // A store that is away for a moment takes no lock from anybody.
  const renewal = setInterval(() => void held.hold().catch(() => {}), leaseMs / 3);
  try {
    await work(lost.signal, held);
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
