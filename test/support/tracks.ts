import type { Sighting, Track } from '../../src/history.ts';
import type { Incident, Report } from '../../src/report.ts';

/** The track of an incident that began at a time, as the history gives it. */
export function trackOf(incident: Incident, firstSeen: number, given: Partial<Track> = {}): Track {
  const { id, severity, title, code, cause, findings, consequences } = incident;
  const all = [...findings, ...consequences];
  return {
    id,
    also: [],
    state: 'ongoing',
    severity,
    title,
    code,
    cause,
    namespaces: [...new Set(all.flatMap(({ object }) => object.namespace ?? []))].sort(),
    fingerprints: all.map(({ fingerprint }) => fingerprint),
    firstSeen,
    lastSeen: firstSeen,
    returns: [],
    seen: 1,
    ...given,
  };
}

/** What an analysis saw of tracks that began at a time. */
export function sightingsOf(report: Report, firstSeen: number, given: Partial<Track> = {}): Sighting[] {
  return report.incidents.map((incident) => ({ track: trackOf(incident, firstSeen, given), incident, how: 'same' }));
}
