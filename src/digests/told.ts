import { SEVERITIES, type Severity } from '../analyzer.ts';
import { type Guard, isNumber, isText, listOf, optional, recordOf, withMembers } from '../guards.ts';
import type { Logger } from '../log.ts';
import type { Posted } from '../platform.ts';
import type { Store } from '../store.ts';

const TTL_MS = 400 * 24 * 3_600_000;

/** What a channel knows by a schedule's digests: the next one tells what is different. */
export interface Told {
  /** When the last digest was due, and when it was made; milliseconds since 1970. */
  due: number;
  at: number;
  /** Incidents that were open then, by the id of their track, as bad as they were told to be. */
  open: Record<string, Known>;
  /** Tracks that were muted then. */
  muted: string[];
}

export interface Known {
  severity: Severity;
  /** Findings. */
  size: number;
}

/** A cluster that cannot be asked: one line says so for all digests of a schedule that are due meanwhile. */
export interface Outage {
  since: number;
  text: string;
  posted?: Posted;
}

const isKnown = withMembers({ severity: (value) => SEVERITIES.includes(value as Severity), size: isNumber });

const isTold: Guard = withMembers({
  due: isNumber,
  at: isNumber,
  open: recordOf(isKnown),
  muted: listOf(isText),
});

const isTrouble = withMembers({ due: isNumber, text: isText });

const isOutage: Guard = withMembers({
  since: isNumber,
  text: isText,
  posted: optional(withMembers({ id: isText, place: withMembers({ channel: isText }) })),
});

/** A digest that could not be posted, and why. */
export interface Trouble {
  due: number;
  text: string;
}

/** What is kept of each schedule, by its id. */
export interface Notes {
  told(id: string): Promise<Told | undefined>;
  tell(id: string, told: Told): Promise<void>;
  outage(id: string): Promise<Outage | undefined>;
  setOutage(id: string, outage: Outage | undefined): Promise<void>;
  /** The last trouble; it ends with the next digest. */
  trouble(id: string): Promise<Trouble | undefined>;
  setTrouble(id: string, trouble: Trouble): Promise<void>;
  forget(id: string): Promise<void>;
}

export function createNotes(store: Store, log: Logger): Notes {
  const toldKey = (id: string) => `digests:told:1:${id}`;
  const outageKey = (id: string) => `digests:outage:1:${id}`;
  const troubleKey = (id: string) => `digests:trouble:1:${id}`;

  async function read<T>(key: string, guard: Guard): Promise<T | undefined> {
    const kept = await store.get(key);
    if (kept === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(kept);
      if (guard(value)) return value as T;
    } catch {
      // Told below.
    }
    log.warn({ key }, 'What was kept of a digest cannot be read, so the next one tells everything');
    return undefined;
  }

  const write = (key: string, value: unknown) => store.set(key, JSON.stringify(value), TTL_MS);

  return {
    told: (id) => read<Told>(toldKey(id), isTold),
    async tell(id, told) {
      await write(toldKey(id), told);
      await store.delete(troubleKey(id));
    },
    outage: (id) => read<Outage>(outageKey(id), isOutage),
    async setOutage(id, outage) {
      if (outage) await write(outageKey(id), outage);
      else await store.delete(outageKey(id));
    },
    trouble: (id) => read<Trouble>(troubleKey(id), isTrouble),
    setTrouble: (id, trouble) => write(troubleKey(id), trouble),
    async forget(id) {
      await Promise.all([toldKey(id), outageKey(id), troubleKey(id)].map((key) => store.delete(key)));
    },
  };
}
