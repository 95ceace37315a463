import { setImmediate as nextTurn } from 'node:timers/promises';

/** Resolves when it is the caller's turn. */
export type Gate = () => Promise<void>;

/**
 * Lets those who wait go on one after another, each in a turn of the event loop of its own: where many questions have
 * something to compute at the same moment, what people say meanwhile is acknowledged in between.
 */
export function createGate(): Gate {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => nextTurn());
    return last;
  };
}
