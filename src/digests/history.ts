import { severityRank } from '../analyzer.ts';
import { compareAndSet } from '../compare-and-set.ts';
import { messageOf } from '../errors.ts';
import { byEveryId, type History, type Track } from '../history.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store.ts';
import { type Kept, nothingKept, read, write } from './history/kept.ts';
import { note, notedBefore } from './history/note.ts';

const TTL_MS = 60 * 24 * 3_600_000;
/** What cannot be read is set aside for so long, for who wants to see it. */
const ASIDE_MS = 7 * 24 * 3_600_000;

interface HistoryOptions {
  store: Store;
  /** The names of the core filters: an analysis of all of them tells the trend. */
  core: readonly string[];
  log: Logger;
}

/** What was found over time; one value for each cluster, changed by compare-and-set. */
export function createHistory({ store, core, log }: HistoryOptions): History {
  const keyOf = (cluster: string) => `history:1:${cluster}`;

  async function readKept(cluster: string, value: string | undefined): Promise<Kept> {
    if (value === undefined) return nothingKept();
    try {
      return await read(value);
    } catch (error) {
      log.warn({ cluster, reason: messageOf(error) }, 'The history cannot be read; it is set aside and begun anew');
      await store.set(`history-unreadable:1:${cluster}`, value, ASIDE_MS);
      return nothingKept();
    }
  }

  async function kept(cluster: string): Promise<Kept> {
    return readKept(cluster, await store.get(keyOf(cluster)));
  }

  return {
    record(report) {
      return compareAndSet(store, keyOf(report.cluster), TTL_MS, async (value) => {
        const before = await readKept(report.cluster, value);
        const known = notedBefore(before, report);
        if (known) return { result: known };
        const { kept, sightings } = note(before, report, core);
        return { after: await write(kept), result: sightings };
      });
    },
    async tracks(cluster) {
      return [...(await kept(cluster)).tracks].sort(byWeight);
    },
    async track(cluster, incident) {
      return byEveryId((await kept(cluster)).tracks).get(incident);
    },
    async trend(cluster, since) {
      return (await kept(cluster)).trend.filter(({ at }) => at >= since);
    },
    async limits(cluster) {
      const { dropped } = await kept(cluster);
      if (dropped === 0) return undefined;
      return `More incidents are open than can be kept over time; ${dropped} of the least severe may be told anew.`;
    },
  };
}

function byWeight(a: Track, b: Track): number {
  return (
    Number(a.resolvedAt !== undefined) - Number(b.resolvedAt !== undefined) ||
    severityRank(a.severity) - severityRank(b.severity)
  );
}
