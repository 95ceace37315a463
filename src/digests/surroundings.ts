import type { Attention } from '../attention.ts';
import type { Services } from '../command.ts';
import type { History, Sighting, TrendPoint } from '../history.ts';
import type { Metrics } from '../metrics.ts';
import type { Report } from '../report.ts';
import type { Store } from '../store.ts';
import type { Present } from './board.ts';
import { refsOf, solutionOf } from './solved.ts';

const LAST_TTL_MS = 30 * 24 * 3_600_000;
/** Objects of open incidents that the next analysis is asked to remember. */
const REMEMBER_MAX = 150;

export interface SurroundingsOptions {
  store: Store;
  analysis: Services['analysis'];
  /** Keeps reports, and nothing else. */
  reports: Pick<Services['reports'], 'save' | 'get' | 'newest' | 'withIncident'>;
  history: History;
  attention: Attention;
  /** Notes what an analysis found, and tells the sinks. */
  observe(report: Report): Promise<Sighting[]>;
  metrics: Pick<Metrics, 'mutes'>;
  clock(): number;
}

interface LookOptions {
  signal: AbortSignal;
  onProgress?(label: string, done: number, of: number): void;
}

/** What digests and watches know of a cluster and of what people said. */
export interface Surroundings {
  /** Analyzes, and notes what it found. */
  look(
    scope: { filters: readonly string[]; namespace?: string },
    options: LookOptions,
  ): Promise<{ report: Report; sightings: Sighting[] }>;
  /** Keeps a report, for buttons and for what comes to be solved. */
  keep(report: Report): Promise<void>;
  report(id: string): Promise<Report | undefined>;
  /** How everything stands; what solved an incident is read from this report, or from one of the last minutes. */
  present(report: Report | undefined): Promise<Present>;
  trend(since: number): Promise<TrendPoint[]>;
  limits(): Promise<string | undefined>;
}

export function createSurroundings(options: SurroundingsOptions): Surroundings {
  const { store, analysis, reports, history, attention, observe, metrics, clock } = options;
  const { cluster } = analysis;
  const lastKey = `digests:last:1:${cluster}`;

  async function last(): Promise<Report | undefined> {
    const id = await store.get(lastKey);
    return id === undefined ? undefined : reports.get(id);
  }

  return {
    async look({ filters, namespace }, given) {
      const before = await last();
      const remember = before?.incidents.flatMap(refsOf).slice(0, REMEMBER_MAX) ?? [];
      const report = await analysis.run({ filters, remember, ...(namespace && { namespace }) }, given);
      return { report, sightings: await observe(report) };
    },
    async keep(report) {
      await reports.save(report);
      await store.set(lastKey, report.id, LAST_TTL_MS);
    },
    report: (id) => reports.get(id),
    async present(report) {
      const [tracks, mutes, taken, maintenance] = await Promise.all([
        history.tracks(cluster),
        attention.mutes(cluster),
        attention.acknowledged(cluster),
        attention.maintenance(cluster),
      ]);
      metrics.mutes(mutes.length);
      return {
        tracks,
        mutes,
        taken,
        maintenance,
        now: clock(),
        async solution(track) {
          const after = report ?? (await reports.newest(cluster));
          return after ? solutionOf(track, await reports.withIncident(track.id), after) : [];
        },
      };
    },
    trend: (since) => history.trend(cluster, since),
    limits: () => history.limits(cluster),
  };
}
