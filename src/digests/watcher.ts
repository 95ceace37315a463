import { createHash } from 'node:crypto';
import { shownIncidents } from '../analysis/summary.ts';
import { severityRank } from '../analyzer.ts';
import type { Watch } from '../digests.ts';
import { beginOf, type Sighting, underAnyId } from '../history.ts';
import type { Block } from '../message.ts';
import { findingsIn, type Report } from '../report.ts';
import type { Present, Slot } from './board.ts';
import { openCard } from './card.ts';
import type { Composed } from './compose.ts';
import { maintenanceOf } from './facts.ts';
import { quietUntil } from './when.ts';
import { impactOf, timeOf } from './words.ts';

const HOUR_MS = 3_600_000;
/** More that begin together are one message. */
const STORM = 3;
const CARDS = 5;

export type Seen = Required<Pick<Sighting, 'track' | 'incident'>>;

/** What is kept of a watch. */
export interface Pace {
  /** When it posted, within the last hour; milliseconds since 1970. */
  posts: number[];
  /** What is being posted, by its key: its process may have died in the midst. */
  posting?: string;
}

/** What a channel that watches is told now: no message, one for each incident, or one for all of a storm. */
export interface Telling {
  /** Each with the incidents that it is about. */
  groups: Seen[][];
  pace: Pace;
}

interface Scene {
  watch: Watch;
  report: Report;
  sightings: readonly Seen[];
  present: Omit<Present, 'solution'>;
  /** Incidents that this channel is told of already. */
  told: ReadonlyMap<string, unknown>;
  pace: Pace;
  now: number;
}

/**
 * What is to be told: incidents that began after the watch did, have lasted, and that nobody muted. Nothing is dropped:
 * what finds quiet hours, or a channel that had its messages of this hour, is told together afterwards, where it still
 * goes on.
 */
export function tellingOf({ watch, report, sightings, present, told, pace, now }: Scene): Telling {
  const posts = pace.posts.filter((at) => at > now - HOUR_MS);
  const shown = new Set(shownIncidents(report, { filters: watch.filters }));
  const pending = sightings.flatMap(({ track, incident }): Seen[] => {
    if (!shown.has(incident) || underAnyId(track, told) !== undefined) return [];
    const begin = beginOf(track);
    const fits =
      begin >= watch.by.at &&
      now - begin >= watch.settleMs &&
      severityRank(incident.severity) <= severityRank(watch.severity) &&
      isOf(incident, watch) &&
      (!watch.namespace || track.namespaces.includes(watch.namespace)) &&
      !present.mutes.some((mute) => mute.incident === track.id) &&
      !maintenanceOf(track, present.maintenance, now);
    return fits ? [{ track, incident }] : [];
  });
  const free = watch.perHour - posts.length;
  if (pending.length === 0 || free <= 0 || (watch.quietHours && quietUntil(watch.quietHours, now) !== undefined)) {
    return { groups: [], pace: { ...pace, posts } };
  }
  const apart = pending.length <= Math.min(STORM, free);
  const groups = apart ? pending.map((each) => [each]) : [pending];
  return { groups, pace: { posts: [...posts, ...groups.map(() => now)] } };
}

function isOf(incident: Seen['incident'], { filters }: Watch): boolean {
  if (filters.length === 0) return true;
  const wanted = new Set(filters.map((filter) => filter.toLowerCase()));
  return findingsIn(incident).some(({ filter }) => wanted.has(filter.toLowerCase()));
}

/** Names a telling, so that it is posted once though its process dies in the midst. */
export function keyOfTelling({ id }: Watch, group: readonly Seen[]): string {
  const names = group.map(({ track }) => `${track.id}@${beginOf(track)}`).sort();
  return `${id}-${createHash('sha256').update(names.join(' ')).digest('hex').slice(0, 16)}`;
}

/** The message of a telling. `left`: how many more this hour has; `again`: when it has more. */
export function composeTelling(
  { watch, report }: Pick<Scene, 'watch' | 'report'>,
  group: readonly Seen[],
  { left, again }: { left: number; again: number },
): Composed {
  const incidents = group.map(({ incident }) => incident);
  const impact = impactOf(incidents);
  const [first] = group as [Seen, ...Seen[]];
  const alone = group.length === 1;
  const title = alone ? first.incident.title : `${group.length} incidents began`;
  const headline = `${report.cluster}: ${title}${impact ? `; ${impact}` : ''}`;
  const slots: Slot[] = [];
  const blocks: Block[] = alone ? [] : [{ type: 'heading', text: headline }];
  for (const { track, incident } of group.slice(0, CARDS)) {
    slots.push({ incident: track.id, block: blocks.length });
    blocks.push(openCard(incident));
  }
  if (alone && impact) blocks.push({ type: 'text', text: `${impact.charAt(0).toUpperCase()}${impact.slice(1)}.` });
  const more = group.length - CARDS;
  if (more > 0) {
    blocks.push({ type: 'text', text: `And ${more} more.` });
    blocks.push({ type: 'actions', actions: [{ label: 'Show the report', run: `report ${report.id}` }] });
  }
  if (left <= 0) {
    const full = `This channel has had its ${watch.perHour} messages of this hour. What begins now is told together at `;
    blocks.push({ type: 'note', text: [full, timeOf(again), '.'] });
  }
  return {
    message: { text: headline, severity: first.incident.severity, blocks },
    slots,
    incidents: incidents.slice(),
  };
}
