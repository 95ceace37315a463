import type { Notice } from '../../sink.ts';
import type { Store } from '../../store.ts';
import { changeKept } from './lines.ts';

const MAX = 50;
const KEPT_MS = 7 * 24 * 3_600_000;

/** A notice that could not be delivered. */
export interface DeadLetter {
  /** When it was given up, in milliseconds since 1970. */
  at: number;
  notice: Notice;
  reason: string;
}

/** What could not be delivered, newest first: so many of each sink, for a week. */
interface DeadLetters {
  add(sink: string, letter: DeadLetter): Promise<void>;
  list(sink: string): Promise<DeadLetter[]>;
  remove(sink: string, letters: readonly DeadLetter[]): Promise<void>;
}

export function createDeadLetters(store: Store, clock: () => number): DeadLetters {
  const keyOf = (sink: string) => `sinks:dead:1:${sink}`;
  const parse = (text: string | undefined) => {
    const letters = text === undefined ? [] : (JSON.parse(text) as DeadLetter[]);
    return letters.filter(({ at }) => at > clock() - KEPT_MS);
  };
  const change = (sink: string, work: (letters: DeadLetter[]) => void) =>
    changeKept(store, keyOf(sink), KEPT_MS, parse, work);

  return {
    add: (sink, letter) =>
      change(sink, (letters) => {
        // The same one, given up anew, has one reason: the last.
        const others = letters.filter(({ notice }) => notice.id !== letter.notice.id);
        letters.splice(0, letters.length, ...[letter, ...others].slice(0, MAX));
      }),
    list: async (sink) => parse(await store.get(keyOf(sink))),
    remove: (sink, gone) =>
      change(sink, (letters) => {
        const ids = new Set(gone.map(({ notice, at }) => `${notice.id} ${at}`));
        letters.splice(0, letters.length, ...letters.filter(({ notice, at }) => !ids.has(`${notice.id} ${at}`)));
      }),
  };
}
