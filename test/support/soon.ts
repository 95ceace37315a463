import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a busy machine with cold disks. */
const PATIENCE_MS = 20_000;
const EVERY_MS = 5;

/** Waits until this no longer throws, and no longer than needed. */
export async function soon<T>(attempt: () => T | Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await sleep(EVERY_MS);
  }
}
