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
  /** Why the last digest could not be posted. */
  trouble?: string;
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
  trouble: optional(isText),
});

const isOutage: Guard = withMembers({
  since: isNumber,
  text: isText,
  posted: optional(withMembers({ id: isText, place: withMembers({ channel: isText }) })),
});

/** What is kept of each schedule, by its id. */
export interface Notes {
  told(id: string): Promise<Told | undefined>;
  tell(id: string, told: Told): Promise<void>;
  outage(id: string): Promise<Outage | undefined>;
  setOutage(id: string, outage: Outage | undefined): Promise<void>;
  forget(id: string): Promise<void>;
}

export function createNotes(store: Store, log: Logger): Notes {
  const toldKey = (id: string) => `digests:told:1:${id}`;
  const outageKey = (id: string) => `digests:outage:1:${id}`;

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

  return {
    told: (id) => read<Told>(toldKey(id), isTold),
    tell: (id, told) => store.set(toldKey(id), JSON.stringify(told), TTL_MS),
    outage: (id) => read<Outage>(outageKey(id), isOutage),
    async setOutage(id, outage) {
      if (outage) await store.set(outageKey(id), JSON.stringify(outage), TTL_MS);
      else await store.delete(outageKey(id));
    },
    async forget(id) {
      await Promise.all([store.delete(toldKey(id)), store.delete(outageKey(id))]);
    },
  };
}
