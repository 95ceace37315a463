/** Waits for work that others may wait for as well. Rejects at once with the signal's reason where that aborts. */
export type Shared<T> = (signal: AbortSignal) => Promise<T>;

interface Run<T> {
  result: Promise<T>;
  waiting: number;
  abort: AbortController;
}

/** Does work once for all who want it at the same time. Whoever gives up leaves it to the others; nobody's work is ended. */
export function createShared<T>(work: (signal: AbortSignal) => Promise<T>): Shared<T> {
  let current: Run<T> | undefined;

  function begin(): Run<T> {
    const abort = new AbortController();
    const run: Run<T> = { abort, waiting: 0, result: work(abort.signal).finally(() => end(run)) };
    return run;
  }

  function end(run: Run<T>): void {
    if (current === run) current = undefined;
  }

  return async (signal) => {
    signal.throwIfAborted();
    current ??= begin();
    const run = current;
    run.waiting++;
    const givenUp = Promise.withResolvers<never>();
    const giveUp = () => givenUp.reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([run.result, givenUp.promise]);
    } finally {
      signal.removeEventListener('abort', giveUp);
      run.waiting--;
      if (run.waiting === 0) {
        end(run);
        run.abort.abort(new Error('nobody waits for it'));
      }
    }
  };
}
