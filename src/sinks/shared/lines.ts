import { compareAndSet } from '../../compare-and-set.ts';
import type { Notice } from '../../sink.ts';
import type { Store } from '../../store.ts';

/** So long it is known what a sink was told of an incident. */
const KEPT_MS = 90 * 24 * 3_600_000;

/** A notice that a sink is still to be told. */
export interface Waiting {
  notice: Notice;
  /** The id of its job. */
  job: string;
  /** Not before this; times are milliseconds since 1970. */
  from: number;
  /** How often it was tried, and when first. */
  tries: number;
  firstTry?: number;
}

/** What a sink is told of one incident, in order. */
export interface Line {
  waiting: Waiting[];
  /** When what it was told last had happened. */
  told?: { what: Notice['what']; at: number };
}

interface Lines {
  get(sink: string, incident: string): Promise<Line>;
  /** Changes a line as a whole, however many processes do so. */
  change<T>(sink: string, incident: string, work: (line: Line) => T): Promise<T>;
}

export function createLines(store: Store): Lines {
  const keyOf = (sink: string, incident: string) => `sinks:line:1:${sink}:${incident}`;
  const parse = (text: string | undefined): Line => (text === undefined ? { waiting: [] } : (JSON.parse(text) as Line));

  return {
    get: async (sink, incident) => parse(await store.get(keyOf(sink, incident))),
    change: (sink, incident, work) => changeKept(store, keyOf(sink, incident), KEPT_MS, parse, work),
  };
}

/** Changes a value as a whole. `work` changes what it is given, and may be called several times. */
export async function changeKept<V, T>(
  store: Store,
  key: string,
  ttlMs: number,
  parse: (text: string | undefined) => V,
  work: (value: V) => T,
): Promise<T> {
  return compareAndSet(store, key, ttlMs, (before) => {
    const value = parse(before);
    const result = work(value);
    const after = JSON.stringify(value);
    return after === before ? { result } : { after, result };
  });
}
