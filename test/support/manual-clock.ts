import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/operator/types.ts';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Lets so much time go by; whoever sleeps wakes in the order of their times, and does what there is to do. */
  advance(milliseconds: number): Promise<void>;
}

interface Sleeper {
  at: number;
  wake(): void;
}

export function manualClock(now = Date.parse('2026-03-14T10:00:00Z')): ManualClock {
  const sleepers = new Set<Sleeper>();
  let time = now;

  /** What is under way goes as far as it can without the clock. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await nextTurn();
  }

  return {
    now: () => time,
    async sleep(milliseconds, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { at: time + milliseconds, wake: resolve };
      const end = () => {
        sleepers.delete(sleeper);
        reject(signal.reason);
      };
      sleepers.add(sleeper);
      signal.addEventListener('abort', end, { once: true });
      await promise.finally(() => signal.removeEventListener('abort', end));
    },
    async advance(milliseconds) {
      const until = time + milliseconds;
      await settle();
      for (;;) {
        const [next] = [...sleepers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        sleepers.delete(next);
        time = Math.max(time, next.at);
        next.wake();
        await settle();
      }
      time = until;
      await settle();
    },
  };
}
