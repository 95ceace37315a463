import { countsOf } from '../analysis/summary.ts';
import { severityRank } from '../analyzer.ts';
import type { Acknowledgement, Mute } from '../attention.ts';
import { nameOf } from '../cluster.ts';
import type { Track } from '../history.ts';
import type { Inline } from '../message.ts';
import { type Finding, findingsIn, type Incident } from '../report.ts';

/** Findings of a Service that nobody answers for. */
const DOWN = new Set([
  'Service/NoReadyEndpoints',
  'Service/NoPods',
  'Service/NoMatchingPods',
  'Service/ManualEndpointsNotReady',
]);

/**
 * What people feel of incidents: `checkout is down for customers`, `checkout and 2 other services are down`. Services that
 * are reached from outside are critical when they are down.
 */
export function impactOf(incidents: readonly Incident[]): string | undefined {
  const down = new Map<string, Finding>();
  for (const finding of incidents.flatMap(findingsIn)) {
    if (DOWN.has(finding.code)) down.set(nameOf(finding.object), finding);
  }
  const all = [...down.values()].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  const [first] = all;
  if (!first) return undefined;
  const outside = first.severity === 'critical';
  const same = all.filter(({ severity }) => (severity === 'critical') === outside);
  const others = same.length - 1;
  const more = others === 0 ? ' is' : ` and ${others} other ${others === 1 ? 'service' : 'services'} are`;
  return `${first.object.name}${more} down${outside ? ' for customers' : ''}`;
}

/** `5 go on: 2 critical and 3 high`. */
export function ongoingWords(incidents: readonly Incident[]): string {
  const goes = incidents.length === 1 ? 'goes' : 'go';
  return `${incidents.length} ${goes} on: ${countsOf(incidents).replace(/ incidents?$/, '')}`;
}

/** What people said of an incident, for a line under it. */
export function saidOf(
  { id }: Track,
  { mutes, taken }: { mutes: readonly Mute[]; taken: readonly Acknowledgement[] },
): Inline[][] {
  const mute = mutes.find(({ incident }) => incident === id);
  const ack = taken.find(({ incident }) => incident === id);
  return [
    ...(ack ? [[{ user: ack.by.user }, ' is on it since ', timeOf(ack.by.at), '.']] : []),
    ...(mute ? [['Muted until ', timeOf(mute.until), ' by ', { user: mute.by.user }, reasonOf(mute)]] : []),
  ];
}

function reasonOf({ reason }: Mute): string {
  return reason ? `: ${reason}` : '.';
}

export function timeOf(at: number): Inline {
  return { time: new Date(at).toISOString() };
}
