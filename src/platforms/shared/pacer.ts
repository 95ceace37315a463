import { setTimeout as sleep } from 'node:timers/promises';

export interface Pacer<T> {
  /** Resolves when this value, or one that came after it under the same key, has been sent. */
  send(key: string, value: T): Promise<void>;
  /** Sends what waits without waiting any longer. */
  finish(): Promise<void>;
}

interface Lane<T> {
  waiting?: { value: T; sent: PromiseWithResolvers<void> };
}

/** Sends the values of a key one by one, with a pause after each; of those that wait, only the latest is sent. */
export function createPacer<T>(pauseMs: number, send: (value: T) => Promise<void>): Pacer<T> {
  const lanes = new Map<string, Lane<T>>();
  const under = new Set<Promise<void>>();
  const hurry = new AbortController();

  function drive(key: string, lane: Lane<T>, value: T): Promise<void> {
    const sent = send(value);
    // Also while it is being sent, since another value may wait behind it.
    const over = sent
      .catch(() => {})
      .then(() => pause(key, lane))
      .finally(() => under.delete(over));
    under.add(over);
    return sent;
  }

  async function pause(key: string, lane: Lane<T>): Promise<void> {
    await sleep(pauseMs, undefined, { signal: hurry.signal }).catch(() => {});
    const { waiting } = lane;
    if (!waiting) {
      lanes.delete(key);
      return;
    }
    lane.waiting = undefined;
    await drive(key, lane, waiting.value).then(waiting.sent.resolve, waiting.sent.reject);
  }

  return {
    send(key, value) {
      const lane = lanes.get(key);
      if (lane) {
        lane.waiting = { value, sent: lane.waiting?.sent ?? Promise.withResolvers<void>() };
        return lane.waiting.sent.promise;
      }
      const first: Lane<T> = {};
      lanes.set(key, first);
      return drive(key, first, value);
    },
    async finish() {
      hurry.abort();
      while (under.size > 0) await Promise.all(under);
    },
  };
}
