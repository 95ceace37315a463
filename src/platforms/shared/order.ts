/** Work done in order, of each channel by itself. */
export interface Order {
  /** Does the work once all earlier work for the channel is done. */
  run<T>(channel: string, work: () => Promise<T>): Promise<T>;
  /** Waits until there is none left. */
  finish(): Promise<void>;
}

export function createOrder(): Order {
  const last = new Map<string, Promise<unknown>>();
  return {
    run(channel, work) {
      const turn = (last.get(channel) ?? Promise.resolve()).then(work);
      const done = turn
        .catch(() => {})
        .then(() => {
          if (last.get(channel) === done) last.delete(channel);
        });
      last.set(channel, done);
      return turn;
    },
    async finish() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}
