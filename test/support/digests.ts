import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReports } from '../../src/analysis/reports.ts';
import type { Backend } from '../../src/backend.ts';
import type { Services } from '../../src/command.ts';
import { createAttention } from '../../src/digests/attention.ts';
import type { Declared } from '../../src/digests/declared.ts';
import { createHistory } from '../../src/digests/history.ts';
import { createDigests } from '../../src/digests/index.ts';
import { explainBuiltin } from '../../src/explanation/builtin.ts';
import { createLocalJobs } from '../../src/jobs/local.ts';
import { silent } from '../../src/log.ts';
import { noMetrics } from '../../src/metrics.ts';
import type { Finding, Report } from '../../src/report.ts';
import type { Store } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { createTestChat, type TestChat } from './chat.ts';
import { reportOf } from './findings.ts';
import { answeringOf, noThreads } from './services.ts';
import { soon } from './soon.ts';

export const CORE = ['Pod', 'Deployment', 'Service', 'ConfigMap'];

/** A cluster that goes by a script: what is wrong with it at a time. */
export interface Script {
  findings(now: number): readonly Finding[];
  /** More of the report, such as its objects. */
  report?(now: number): Partial<Report>;
}

/** A time that tests set. */
export interface TestClock {
  now: number;
}

export interface DigestHarnessOptions {
  clock: TestClock;
  script: Script;
  store?: Store;
  chat?: TestChat;
  backends?: readonly Backend[];
  declared?: Declared;
  leaseMs?: number;
}

const POLL_MS = 5;

/** Analyses of a cluster that finds what it is told to; each report has a name of its own, in whatever process. */
export function analysisOf(
  clock: () => number,
  look: (now: number) => Partial<Report> & { findings: readonly Finding[] },
): Services['analysis'] {
  return {
    cluster: 'prod',
    filters: CORE.map((name) => ({ name, summary: '', core: true })),
    filtersOf: ({ filters }) => [...filters],
    record: () => Promise.reject(new Error('not here')),
    async run({ namespace, filters }) {
      const now = clock();
      const { findings: all, ...more } = look(now);
      const findings = namespace ? all.filter(({ object }) => object.namespace === namespace) : all;
      return reportOf(findings, {
        id: `rep-${randomUUID().slice(0, 8)}`,
        at: new Date(now).toISOString(),
        filters: filters.length > 0 ? [...filters] : CORE,
        ...(namespace && { namespace }),
        ...more,
      });
    },
  };
}

/** One replica with digests over a scripted cluster, in a chat in memory. */
export async function openDigests({ clock, script, declared, leaseMs = 15_000, ...given }: DigestHarnessOptions) {
  let lost = false;
  const shared = given.store ?? createSqliteStore({ file: ':memory:', clock: () => clock.now });
  const store = new Proxy(shared, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        lost ? Promise.reject(new Error('the process is dead')) : value.apply(target, args);
    },
  });
  const chat = given.chat ?? createTestChat();
  const platform = chat.platform();
  const now = () => clock.now;
  const jobs = createLocalJobs({ store, log: silent, clock: now, pollMs: POLL_MS, leaseMs });
  const history = createHistory({ store, core: CORE, log: silent });
  const attention = createAttention({ store, log: silent, clock: now });
  let analyses = 0;
  const digests = createDigests({
    ...answeringOf(...(given.backends ?? [])),
    store,
    jobs,
    log: silent,
    clock: now,
    leaseMs,
    analysis: analysisOf(now, (at) => {
      analyses++;
      return { findings: script.findings(at), ...script.report?.(at) };
    }),
    reports: createReports(store, CORE),
    history,
    attention,
    threads: noThreads(),
    explain: explainBuiltin,
    metrics: noMetrics,
    observe: (report) => history.record(report),
    platform: (name) => (name === platform.name ? platform : undefined),
    declared: declared ?? { schedules: [], watches: [] },
  });
  await jobs.start();

  /** Waits until there is nothing left to do, but for what waits for its time. */
  async function idle(patient = false): Promise<void> {
    // What waits for its time is taken up with the next look of the jobs.
    if (patient) await sleep(5 * POLL_MS);
    await soon(async () => {
      const { waiting, active } = await jobs.counts();
      if (active > 0 || (waiting > 0 && !patient)) throw new Error('still at work');
    });
  }

  return {
    store: shared,
    chat,
    jobs,
    history,
    attention,
    digests,
    idle,
    analyses: () => analyses,
    /** Lets time pass, and what comes due be done. `patient`: some of it waits for a better time. */
    async at(time: number, { patient = false } = {}): Promise<void> {
      clock.now = time;
      await digests.tick();
      await idle(patient);
    },
    async stop(): Promise<void> {
      digests.stop();
      await jobs.close();
    },
    /** Its process dies: nothing of what it does reaches the store any more. */
    lose(): void {
      lost = true;
    },
  };
}
