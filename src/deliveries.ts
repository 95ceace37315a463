import { createRecent } from './recent.ts';

/** An acknowledgement may wait so long for a handler; Slack waits three seconds for it. */
const PATIENCE_MS = 2000;

/** What people said, by its delivery: taken once, however often a service delivers it. */
export interface Deliveries {
  /** Takes it. A repetition shares what comes of the first time; what was not taken is taken anew. */
  take(delivery: string, work: () => Promise<void>): Promise<void>;
}

export function createDeliveries(max: number): Deliveries {
  const taken = createRecent<Promise<void>>(max);
  return {
    take(delivery, work) {
      const before = taken.get(delivery);
      if (before) return before;
      const taking = work();
      taken.set(delivery, taking);
      taking.catch(() => taken.delete(delivery));
      return taking;
    },
  };
}

/** Resolves when it is time to acknowledge: when this has been taken, or after two seconds. Rejects where it was not taken. */
export async function inTime(taking: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, PATIENCE_MS);
  // What fails after that has been acknowledged already.
  taking.catch(() => {});
  try {
    await Promise.race([taking, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
