import { SEVERITIES, type Severity, severityRank } from '../../analyzer.ts';
import type { Sighting } from '../../history.ts';
import { findingsIn, type Incident, isWhole, printsIn, type Report } from '../../report.ts';
import { growthOf } from '../growth.ts';
import type { Kept, KeptTrack } from './kept.ts';
import { matchTracks } from './match.ts';

const DAY_MS = 24 * 3_600_000;
/** Solved incidents are known so long. */
const RESOLVED_MS = 30 * DAY_MS;
const TRACKS_MAX = 2000;
/** Fingerprints of a track; a fault of a node can have thousands of findings, and some tell it from all others. */
const PRINTS_MAX = 500;
const RETURNS_MAX = 20;
const ALSO_MAX = 10;
const NOTED_MAX = 10;
const TREND_MS = 15 * DAY_MS;
const TREND_EVERY_MS = 3_600_000;

/** How an analysis left each track. */
export interface Noted {
  kept: Kept;
  sightings: Sighting[];
}

/** Notes what an analysis found. Pure: what was kept before stays as it is. */
export function note(before: Kept, report: Report, core: readonly string[]): Noted {
  const now = Date.parse(report.at);
  const tracks = before.tracks.map((track) => ({ ...track }));
  const matches = matchTracks(tracks, report.incidents);
  const sightings: Sighting[] = [];
  const gone = new Set<KeptTrack>();
  const seen = new Set<KeptTrack>();
  for (const [incident, { track, merged, parted }] of matches) {
    for (const other of merged) gone.add(other);
    const known = track ?? begin(incident, now, parted);
    if (!track) tracks.push(known);
    seen.add(known);
    sightings.push({ track: known, incident, ...see(known, incident, now, { isNew: !track, parted, merged }) });
  }
  for (const track of tracks) {
    if (seen.has(track) || gone.has(track)) continue;
    const solved = miss(track, report, now);
    if (solved) sightings.push({ track, how: 'solved' });
  }
  const changes = sightings.flatMap(({ track, how, text }) =>
    how === 'same' ? [] : [{ track: track.id, how, ...(text && { text }) }],
  );
  const left = limited(
    tracks.filter((track) => !gone.has(track)),
    now,
  );
  return {
    sightings,
    kept: {
      tracks: left.tracks,
      dropped: before.dropped + left.dropped,
      trend: isWhole(report, core) ? trendWith(before, left.tracks, now) : before.trend,
      noted: [...before.noted, { report: report.id, changes }].slice(-NOTED_MAX),
    },
  };
}

/** What was noted of a report before: the same sightings again, of what is still known. */
export function notedBefore({ noted, tracks }: Kept, report: Report): Sighting[] | undefined {
  const entry = noted.find((each) => each.report === report.id);
  if (!entry) return undefined;
  const hows = new Map(entry.changes.map((change) => [change.track, change]));
  const seen = [...matchTracks(tracks, report.incidents)].flatMap(([incident, { track }]): Sighting[] => {
    if (!track) return [];
    const { how = 'same', text } = hows.get(track.id) ?? {};
    return [{ track, incident, how, ...(text && { text }) }];
  });
  const solved = tracks
    .filter(({ id }) => hows.get(id)?.how === 'solved')
    .map((track): Sighting => ({ track, how: 'solved' }));
  return [...seen, ...solved];
}

function begin(incident: Incident, now: number, parted: KeptTrack | undefined): KeptTrack {
  return {
    id: incident.id,
    // Who knows the one that it was a part of knows it as well.
    also: parted ? [parted.id, ...parted.also].slice(0, ALSO_MAX) : [],
    state: 'new',
    firstSeen: parted?.firstSeen ?? now,
    returns: parted ? [...parted.returns] : [],
    lastSeen: now,
    seen: 0,
    ...looksOf(incident),
    peak: { severity: incident.severity, size: findingsIn(incident).length },
  };
}

/** What an incident is like now. */
function looksOf(incident: Incident) {
  const all = findingsIn(incident);
  const namespaces = [incident.cause.namespace, ...all.map(({ object }) => object.namespace)];
  return {
    severity: incident.severity,
    title: incident.title,
    code: incident.code,
    cause: incident.cause,
    namespaces: [...new Set(namespaces.flatMap((name) => name ?? []))].sort(),
    fingerprints: [...printsIn(incident)].slice(0, PRINTS_MAX),
    filters: [...new Set(all.map(({ filter }) => filter))].sort(),
    size: all.length,
  };
}

interface Circumstances {
  isNew: boolean;
  parted: KeptTrack | undefined;
  merged: readonly KeptTrack[];
}

function see(
  track: KeptTrack,
  incident: Incident,
  now: number,
  { isNew, parted, merged }: Circumstances,
): Pick<Sighting, 'how' | 'text'> {
  const before = { ...track };
  const wasAway = track.resolvedAt !== undefined;
  const wasFlapping = track.state === 'flapping';
  Object.assign(track, looksOf(incident), { lastSeen: Math.max(now, track.lastSeen), seen: track.seen + 1 });
  if (track.id !== incident.id || merged.length > 0) {
    const ids = [incident.id, ...merged.flatMap(({ id, also }) => [id, ...also]), ...track.also];
    track.also = [...new Set(ids)].filter((id) => id !== track.id).slice(0, ALSO_MAX);
  }
  for (const { firstSeen } of merged) track.firstSeen = Math.min(track.firstSeen, firstSeen);
  if (isNew) return { how: parted ? 'same' : 'new' };
  if (wasAway) {
    delete track.resolvedAt;
    track.returns = [...track.returns, now].slice(-RETURNS_MAX);
    track.peak = { severity: track.severity, size: track.size };
  }
  const isFlapping = flaps(track, now);
  if (wasAway) {
    track.state = isFlapping ? 'flapping' : 'new';
    return { how: wasFlapping ? 'same' : 'back' };
  }
  const change = changeOf(before, track);
  track.state = isFlapping ? 'flapping' : change.how === 'worse' ? 'worse' : 'ongoing';
  return change;
}

function changeOf(before: KeptTrack, track: KeptTrack): Pick<Sighting, 'how' | 'text'> {
  const severity = `was ${before.severity}, is ${track.severity}`;
  const { peak } = before;
  const larger = growthOf(peak.size, track.size);
  const isMoreSevere = severityRank(track.severity) < severityRank(peak.severity);
  track.peak = {
    severity: isMoreSevere ? track.severity : peak.severity,
    size: larger ? track.size : peak.size,
  };
  if (isMoreSevere) return { how: 'worse', text: severity };
  if (larger) return { how: 'worse', text: larger };
  if (severityRank(track.severity) > severityRank(before.severity)) return { how: 'better', text: severity };
  return { how: 'same' };
}

/** Whether what was not seen is solved by that, and told to be. */
function miss(track: KeptTrack, report: Report, now: number): boolean {
  if (track.resolvedAt !== undefined) {
    // At rest for a day, it comes and goes no more.
    if (track.state !== 'flapping' || flaps(track, now)) return false;
    track.state = 'resolved';
    return true;
  }
  if (!covers(report, track)) return false;
  track.resolvedAt = now;
  if (flaps(track, now)) {
    track.state = 'flapping';
    return false;
  }
  track.state = 'resolved';
  return true;
}

/** It came back more than once within a day, the last time within the last day. */
function flaps({ returns, resolvedAt }: KeptTrack, now: number): boolean {
  const recent = returns.filter((at) => at > (resolvedAt ?? now) - DAY_MS);
  return recent.length > 1 && now - Math.max(resolvedAt ?? 0, recent.at(-1) ?? 0) < DAY_MS;
}

/** Whether a report would have told of a track: its filters, its namespaces, all labels, and kinds that could be read. */
function covers({ filters, namespace, selector, unread = [] }: Report, track: KeptTrack): boolean {
  if (selector !== undefined || track.filters.length === 0) return false;
  if (namespace !== undefined && !(track.namespaces.length === 1 && track.namespaces[0] === namespace)) return false;
  return track.filters.every((filter) => filters.includes(filter) && !unread.includes(filter));
}

function trendWith({ trend }: Kept, tracks: readonly KeptTrack[], now: number): Kept['trend'] {
  const open = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const track of tracks) if (track.resolvedAt === undefined) open[track.severity]++;
  const recent = trend.filter(({ at }) => at > now - TREND_MS && at < now);
  const last = recent.at(-1);
  // The newest point of an hour stands for it.
  const isSameHour = last && Math.floor(last.at / TREND_EVERY_MS) === Math.floor(now / TREND_EVERY_MS);
  return [...(isSameHour ? recent.slice(0, -1) : recent), { at: now, open }];
}

/** What is solved for long goes, and where there is no room, the longest solved and then the least severe. */
function limited(tracks: readonly KeptTrack[], now: number): { tracks: KeptTrack[]; dropped: number } {
  const known = tracks.filter(({ resolvedAt }) => resolvedAt === undefined || resolvedAt > now - RESOLVED_MS);
  if (known.length <= TRACKS_MAX) return { tracks: known, dropped: 0 };
  const byWorth = [...known].sort(
    (a, b) =>
      Number(a.resolvedAt !== undefined) - Number(b.resolvedAt !== undefined) ||
      (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0) ||
      severityRank(a.severity) - severityRank(b.severity),
  );
  const left = byWorth.slice(0, TRACKS_MAX);
  return {
    tracks: left,
    dropped: byWorth.slice(TRACKS_MAX).filter(({ resolvedAt }) => resolvedAt === undefined).length,
  };
}
