import type { Services } from '../command.ts';
import type { Watch } from '../digests.ts';
import { messageOf, UserError } from '../errors.ts';
import { whole } from '../explainer.ts';
import { isNumber, isText, listOf, optional, withMembers } from '../guards.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Platform } from '../platform.ts';
import type { Report } from '../report.ts';
import type { Store } from '../store.ts';
import { threadOf } from '../threads.ts';
import { type Board, dressed, type Present } from './board.ts';
import type { Surroundings } from './surroundings.ts';
import { composeTelling, keyOfTelling, type Pace, type Seen, tellingOf } from './watcher.ts';

const HOUR_MS = 3_600_000;
const PACE_TTL_MS = 2 * HOUR_MS;

export interface WatchingOptions extends Pick<Services, 'analysis' | 'threads' | 'explain'> {
  store: Store;
  log: Logger;
  board: Board;
  surroundings: Surroundings;
  platform(name: string): Platform | undefined;
  metrics: Pick<Metrics, 'watchMessage'>;
  clock(): number;
}

/** Looks at the cluster once for all watches, and tells each channel what began. */
export function createWatching(options: WatchingOptions) {
  const { store, log, board, surroundings, platform, analysis, threads, explain, metrics, clock } = options;
  const core = analysis.filters.filter((each) => each.core).map(({ name }) => name);
  const isPace = withMembers({ posts: listOf(isNumber), posting: optional(isText) });
  const paceKey = (watch: Watch) => `watch-pace:1:${watch.id}`;
  let reachable = true;

  async function paceOf(watch: Watch): Promise<Pace> {
    const kept = await store.get(paceKey(watch));
    try {
      const value: unknown = JSON.parse(kept ?? '');
      if (isPace(value)) return value as Pace;
    } catch {
      // Nothing was posted within the last hours, or it cannot be read.
    }
    return { posts: [] };
  }

  async function tell(watch: Watch, report: Report, present: Present, sightings: readonly Seen[]): Promise<boolean> {
    const on = platform(watch.platform);
    if (!on) return false;
    const before = await paceOf(watch);
    const now = clock();
    const told = await board.where(watch);
    const { groups, pace } = tellingOf({ watch, report, sightings, present, told, pace: before, now });
    let posts = pace.posts.slice(0, pace.posts.length - groups.length);
    for (const group of groups) {
      posts = [...posts, now];
      await post(watch, on, report, present, group, { before, posts });
    }
    return groups.length > 0;
  }

  async function post(
    watch: Watch,
    on: Platform,
    report: Report,
    present: Present,
    group: readonly Seen[],
    { before, posts }: { before: Pace; posts: readonly number[] },
  ): Promise<void> {
    const key = keyOfTelling(watch, group);
    const place = { channel: watch.channel };
    const pace = { left: watch.perHour - posts.length, again: (posts[0] ?? 0) + HOUR_MS };
    const { message, slots, incidents } = composeTelling({ watch, report }, group, pace);
    const earlier = before.posting === key ? await on.find(place, key) : undefined;
    await store.set(paceKey(watch), JSON.stringify({ posts: before.posts, posting: key }), PACE_TTL_MS);
    const posted = earlier ?? (await on.post(place, dressed(message, slots, present), { key }));
    if (!earlier) metrics.watchMessage();
    await board.add(watch, posted, message, slots, present);
    await store.set(paceKey(watch), JSON.stringify({ posts }), PACE_TTL_MS);
    const thread = threadOf(watch.platform, posted.place);
    if (!thread) return;
    const numbers = await threads.begin(thread, { report, incidents, wishes: {} });
    const [first] = incidents;
    if (!first || incidents.length > 1 || earlier) return;
    await on.post(posted.place, whole(await explain(first, numbers.get(first.id))));
  }

  return {
    async look(watches: readonly Watch[], signal: AbortSignal): Promise<void> {
      const named = watches.flatMap((watch) => watch.filters);
      // All core filters, whatever the watches name, so that causes are found where they are.
      const filters = named.length > 0 ? [...new Set([...core, ...named])] : [];
      let found: Awaited<ReturnType<Surroundings['look']>>;
      try {
        found = await surroundings.look({ filters }, { signal });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof UserError)) throw error;
        if (reachable) log.warn({ reason: error.message }, 'Watches cannot see the cluster');
        reachable = false;
        return;
      }
      if (!reachable) log.info({}, 'Watches see the cluster again');
      reachable = true;
      const { report, sightings } = found;
      const present = await surroundings.present(report);
      await board.refresh(present);
      const seen = sightings.flatMap(({ track, incident }) => (incident ? [{ track, incident }] : []));
      let kept = sightings.some(({ how }) => how !== 'same');
      for (const watch of watches) {
        const posted = await tell(watch, report, present, seen).catch((error: unknown) => {
          signal.throwIfAborted();
          // It goes on to be pending, and is told with the next look.
          log.warn({ watch: watch.id, reason: messageOf(error) }, 'A channel could not be told what began');
          return false;
        });
        kept ||= posted;
      }
      if (kept) await surroundings.keep(report);
    },
  };
}
