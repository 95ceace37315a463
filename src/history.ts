import type { Severity } from './analyzer.ts';
import type { Ref } from './cluster.ts';
import type { Incident, Report } from './report.ts';

/**
 * How an incident stands. `flapping`: it was solved and came back, more than once within a day. Whether it is muted is
 * not its state but what people said of it, see `attention.ts`.
 */
export type IncidentState = 'new' | 'ongoing' | 'worse' | 'flapping' | 'resolved';

/** An incident of a cluster over time, across wordings, counts, and causes that are found out later. */
export interface Track {
  /** The incident's id when it was first seen; it keeps this one though its cause is found elsewhere later. */
  id: string;
  /** Other ids that it is known by: later ones of its own, and those of incidents that became one with it or parted from it. */
  also: readonly string[];
  state: IncidentState;
  /** As it was seen last. */
  severity: Severity;
  title: string;
  code: string;
  cause: Ref;
  /** Namespaces of what it touches, sorted; empty for what has none. */
  namespaces: readonly string[];
  /** Fingerprints of its findings when it was seen last. */
  fingerprints: readonly string[];
  /** Times are milliseconds since 1970. When it was first seen, this time: an incident that comes back keeps it. */
  firstSeen: number;
  lastSeen: number;
  /** When an analysis that looked for it did not find it any more; absent: it is open. */
  resolvedAt?: number;
  /** When it came back after having been solved, oldest first, at most as many as are kept. */
  returns: readonly number[];
  /** Analyses that found it. */
  seen: number;
}

/** What is kept of a track under any id that it is known by, its own first. */
export function underAnyId<V>({ id, also }: Track, kept: ReadonlyMap<string, V>): V | undefined {
  const known = [id, ...also].find((each) => kept.has(each));
  return known === undefined ? undefined : kept.get(known);
}

/** Tracks by every id that they are known by; a track's own id goes before that of another one's past. */
export function byEveryId<T extends Track>(tracks: readonly T[]): Map<string, T> {
  const all = new Map(tracks.flatMap((track) => track.also.map((id) => [id, track] as const)));
  for (const track of tracks) all.set(track.id, track);
  return all;
}

/** When an incident began, this time; milliseconds since 1970. */
export function beginOf({ returns, firstSeen }: Pick<Track, 'returns' | 'firstSeen'>): number {
  return returns.at(-1) ?? firstSeen;
}

/** How an analysis left a track, in the order of the report's incidents; those that it found solved come after. */
export interface Sighting {
  track: Track;
  /** As the analysis has it; absent for what is solved. */
  incident?: Incident;
  /** `back`: it was solved before. `better` and `worse` are about severity, or about how many objects are touched. */
  how: 'new' | 'back' | 'worse' | 'better' | 'same' | 'solved';
  /** What is worse or better, in words: `was medium, is critical`. */
  text?: string;
}

/** How many incidents of each severity were open at a time. */
export interface TrendPoint {
  /** Milliseconds since 1970. */
  at: number;
  open: Readonly<Record<Severity, number>>;
}

/** What was found over time, in the store: it outlives restarts, and is shared by replicas. */
export interface History {
  /**
   * Notes what an analysis found, once for each report: the same report again gives the same sightings. Only what an
   * analysis looked for is solved by its absence: its filters, its namespace, its labels, and what could be read.
   */
  record(report: Report): Promise<Sighting[]>;
  /** What is known of a cluster, open ones first, most severe first. */
  tracks(cluster: string): Promise<Track[]>;
  /** The track of an incident, under its present id or an earlier one. */
  track(cluster: string, incident: string): Promise<Track | undefined>;
  /** How many were open, of analyses of the whole cluster, oldest first. */
  trend(cluster: string, since: number): Promise<TrendPoint[]>;
  /** A sentence where a limit was reached and something is not kept; `undefined` where all is. */
  limits(cluster: string): Promise<string | undefined>;
}
