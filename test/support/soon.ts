import { vi } from 'vitest';

/** Waits until this no longer throws; long enough for a busy machine with cold disks, and no longer than needed. */
export function soon<T>(attempt: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: 20_000, interval: 5 });
}
