/** Runs work when its turn has come. Rejects with the signal's reason where that comes first. */
export type Limit = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Lets so many pieces of work run at a time; the others wait, first come, first served. */
export function createLimit(max: number): Limit {
  const queue: (() => void)[] = [];
  let running = 0;

  async function enter(signal: AbortSignal): Promise<void> {
    if (running < max) {
      running++;
      return;
    }
    signal.throwIfAborted();
    const turn = Promise.withResolvers<void>();
    const leave = () => {
      const at = queue.indexOf(turn.resolve);
      // It has its place already; the work will see that it was given up.
      if (at < 0) return;
      queue.splice(at, 1);
      turn.reject(signal.reason);
    };
    queue.push(turn.resolve);
    signal.addEventListener('abort', leave, { once: true });
    await turn.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  /** Hands the place to who has waited longest, so that nobody who comes in between can take it. */
  function exit(): void {
    const next = queue.shift();
    if (next) next();
    else running--;
  }

  return async (work, signal) => {
    await enter(signal);
    try {
      // It may have been given up while its turn was on the way.
      signal.throwIfAborted();
      return await work();
    } finally {
      exit();
    }
  };
}
