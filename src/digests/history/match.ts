import { byEveryId } from '../../history.ts';
import { type Incident, printsIn } from '../../report.ts';
import type { KeptTrack } from './kept.ts';

/** Which track an incident goes on with, and which tracks became one with another. */
export interface Match {
  track?: KeptTrack;
  /** Tracks whose findings are in this incident now: their causes turned out to be one. */
  merged: KeptTrack[];
  /** It parted from this track, which goes on with another incident. */
  parted?: KeptTrack;
}

/**
 * Finds the track of each incident: by its id, which stays while its cause does, else by its findings, since the cause
 * may be found elsewhere later. The largest overlap goes first, and each track goes on with one incident.
 */
export function matchTracks(tracks: readonly KeptTrack[], incidents: readonly Incident[]): Map<Incident, Match> {
  const byId = byEveryId(tracks);
  const byPrint = new Map<string, KeptTrack[]>();
  for (const track of tracks) {
    for (const print of track.fingerprints) byPrint.set(print, [...(byPrint.get(print) ?? []), track]);
  }
  const pairs = incidents.flatMap((incident) => {
    const shared = new Map<KeptTrack, number>();
    for (const print of printsIn(incident)) {
      for (const track of byPrint.get(print) ?? []) shared.set(track, (shared.get(track) ?? 0) + 1);
    }
    const named = byId.get(incident.id);
    if (named) shared.set(named, (shared.get(named) ?? 0) + (named.id === incident.id ? OWN : ALSO));
    return [...shared].map(([track, weight]) => ({ incident, track, weight }));
  });
  // Open ones go before those that were solved; else what a person reads as the same could be told to be back.
  pairs.sort((a, b) => b.weight - a.weight || Number(isOpen(b.track)) - Number(isOpen(a.track)));
  const matches = new Map<Incident, Match>(incidents.map((incident) => [incident, { merged: [] }]));
  const taken = new Set<KeptTrack>();
  for (const { incident, track } of pairs) {
    const match = matches.get(incident);
    if (!match || match.track || taken.has(track)) continue;
    match.track = track;
    taken.add(track);
  }
  for (const { incident, track } of pairs) {
    const match = matches.get(incident);
    if (!match || match.track === track || !isOpen(track)) continue;
    if (!match.track) match.parted ??= track;
    else if (!taken.has(track)) {
      match.merged.push(track);
      taken.add(track);
    }
  }
  return matches;
}

/** An id outweighs any number of findings. */
const OWN = 2_000_000;
const ALSO = 1_000_000;

function isOpen({ resolvedAt }: KeptTrack): boolean {
  return resolvedAt === undefined;
}
