import { shownIncidents } from '../analysis/summary.ts';
import { type Severity, severityRank } from '../analyzer.ts';
import type { Maintenance, Mute } from '../attention.ts';
import { beginOf, type Sighting, type Track, underAnyId } from '../history.ts';
import { findingsIn, type Incident, type Report } from '../report.ts';
import { growthOf } from './growth.ts';
import type { Known, Told } from './told.ts';

/** An incident that is open, and how it stands to what the channel knows. */
export interface Fact {
  track: Track;
  incident: Incident;
  /** `unmuted`: it was muted when the last digest was made, and goes on. */
  how: 'new' | 'back' | 'worse' | 'unmuted' | 'ongoing';
  /** What is worse: `was medium, is critical`. */
  text?: string;
}

/** What a digest has to say. */
export interface Facts {
  report: Report;
  tracks: readonly Track[];
  /** Absent: nothing was told before, so everything is ongoing. */
  told?: Told;
  /** Most severe first. */
  open: Fact[];
  solved: Track[];
  /** What began and ended between two digests. */
  passed: Track[];
  muted: { track: Track; mute: Mute }[];
  /** What began where trouble is expected. */
  expected: { track: Track; maintenance: Maintenance }[];
}

export interface Ground {
  report: Report;
  sightings: readonly Sighting[];
  /** All that is known of the cluster. */
  tracks: readonly Track[];
  mutes: readonly Mute[];
  maintenance: readonly Maintenance[];
  /** What the digest is about. */
  scope: { filters: readonly string[]; namespace?: string };
  told?: Told;
  now: number;
}

/**
 * Compares an analysis with what a channel was told. An incident is new once: who was told of it is not told again because
 * it was seen by another analysis in between, changed its wording, or comes and goes.
 */
export function factsOf({ report, sightings, tracks, mutes, maintenance, scope, told, now }: Ground): Facts {
  const shown = new Set(shownIncidents(report, { filters: scope.filters }));
  const facts: Facts = {
    report,
    tracks,
    ...(told && { told }),
    open: [],
    solved: [],
    passed: [],
    muted: [],
    expected: [],
  };
  const seen = new Set<string>();
  for (const { track, incident } of sightings) {
    if (!incident || !shown.has(incident) || seen.has(track.id)) continue;
    seen.add(track.id);
    const mute = mutes.find((each) => each.incident === track.id);
    const planned = knownBefore(track, told) ? undefined : maintenanceOf(track, maintenance, now);
    if (mute) facts.muted.push({ track, mute });
    else if (planned) facts.expected.push({ track, maintenance: planned });
    else facts.open.push({ track, incident, ...changeOf(track, incident, told) });
  }
  facts.open.sort((a, b) => severityRank(a.incident.severity) - severityRank(b.incident.severity));
  if (!told) return facts;
  for (const track of tracks) {
    if (track.resolvedAt === undefined || track.state === 'flapping') continue;
    const quiet = told.muted.includes(track.id) || mutes.some(({ incident }) => incident === track.id);
    if (quiet || !isWithin(track, scope.namespace)) continue;
    if (knownBefore(track, told)) facts.solved.push(track);
    else if (beginOf(track) > told.at && track.severity !== 'low') facts.passed.push(track);
  }
  return facts;
}

/** What a digest tells of what is open: what changed, and in a first one how things are. */
export function toldOpen({ told, open }: Facts): Fact[] {
  return told ? open.filter(({ how }) => how !== 'ongoing') : open;
}

/** What the channel knows after the digest. */
export function toldAfter({ told, open, solved, muted, tracks }: Facts, due: number, at: number): Told {
  const gone = new Set(solved.map(({ id }) => id));
  const there = new Set(tracks.map(({ id }) => id));
  // What was not looked at this time, and what comes and goes, stays known.
  const kept = Object.entries(told?.open ?? {}).filter(([id]) => there.has(id) && !gone.has(id));
  return {
    due,
    at,
    open: {
      ...Object.fromEntries(kept),
      ...Object.fromEntries(muted.map(({ track }) => [track.id, knownOf(track.severity, track.fingerprints.length)])),
      ...Object.fromEntries(
        open.map(({ track, incident, how }) => [track.id, knownAfter(incident, how, knownBefore(track, told))]),
      ),
    },
    muted: muted.map(({ track }) => track.id),
  };
}

/** What was told of an incident, under any of the ids that it is known by. */
function knownBefore(track: Track, told: Told | undefined): Known | undefined {
  return told && underAnyId(track, new Map(Object.entries(told.open)));
}

/** An incident that has shrunk a little must not be news when it grows back; only its worst counts, until it is solved. */
function knownAfter(incident: Incident, how: Fact['how'], before: Known | undefined): Known {
  const now = knownOf(incident.severity, findingsIn(incident).length);
  return before && how === 'ongoing'
    ? { severity: worseOf(before.severity, now.severity), size: Math.max(before.size, now.size) }
    : now;
}

function changeOf(track: Track, incident: Incident, told: Told | undefined): Pick<Fact, 'how' | 'text'> {
  if (!told) return { how: 'ongoing' };
  const before = knownBefore(track, told);
  if (!before) return { how: track.returns.length > 0 ? 'back' : 'new' };
  if (severityRank(incident.severity) < severityRank(before.severity)) {
    return { how: 'worse', text: `was ${before.severity}, is ${incident.severity}` };
  }
  const larger = growthOf(before.size, findingsIn(incident).length);
  if (larger) return { how: 'worse', text: larger };
  return { how: told.muted.includes(track.id) ? 'unmuted' : 'ongoing' };
}

/** The window that an incident began in, where all that it touches is expected to be in trouble. */
export function maintenanceOf(track: Track, windows: readonly Maintenance[], now: number): Maintenance | undefined {
  const under = windows.filter(({ from, until }) => from <= now && now < until);
  const covering = track.namespaces.map((name) => under.find(({ namespace }) => namespace === name));
  return covering.length > 0 && covering.every(Boolean) ? covering[0] : undefined;
}

function isWithin({ namespaces }: Track, namespace: string | undefined): boolean {
  return namespace === undefined || namespaces.includes(namespace);
}

function knownOf(severity: Severity, size: number): Known {
  return { severity, size };
}

function worseOf(a: Severity, b: Severity): Severity {
  return severityRank(a) <= severityRank(b) ? a : b;
}
