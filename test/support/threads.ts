import { createReports } from '../../src/analysis/reports.ts';
import { analyze } from '../../src/analysis/run.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import type { Backend } from '../../src/backend.ts';
import type { ClusterSource } from '../../src/cluster.ts';
import { openCluster } from '../../src/clusters.ts';
import { explainBuiltin, explainCode } from '../../src/explanation/builtin.ts';
import { createMetering } from '../../src/explanation/metering.ts';
import { createModels, type ModelsOptions } from '../../src/explanation/models.ts';
import { inspect, lookers } from '../../src/inspection/index.ts';
import { createLocalJobs } from '../../src/jobs/local.ts';
import type { Jobs } from '../../src/jobs.ts';
import { type Logger, silent } from '../../src/log.ts';
import type { Budget } from '../../src/metering.ts';
import type { Platform } from '../../src/platform.ts';
import type { Report } from '../../src/report.ts';
import type { Store } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { createThreads } from '../../src/threads/index.ts';
import type { ThreadRef, Wishes } from '../../src/threads.ts';
import { createTestChat, type TestChat } from './chat.ts';
import { soon } from './soon.ts';

export interface HarnessOptions {
  backends?: readonly Backend[];
  models?: Partial<ModelsOptions>;
  source?: ClusterSource;
  store?: Store;
  chat?: TestChat;
  /** In place of the chat in memory. */
  platform?: Platform;
  jobs?: Jobs;
  log?: Logger;
  budgets?: { thread?: Budget; day?: Budget };
  anonymize?: boolean;
  slowMs?: number;
  turnMs?: number;
  leaseMs?: number;
  retryMs?: number;
  storeTrouble?: () => string | undefined;
}

/** Threads over the sample cluster, or another one, in a chat in memory. */
export async function openThreads(options: HarnessOptions = {}) {
  const { chat = createTestChat(), log = silent, leaseMs = 2000 } = options;
  const store = options.store ?? createSqliteStore({ file: ':memory:' });
  const source = options.source ?? (await openCluster({ sample: true }, {}));
  const jobs = options.jobs ?? createLocalJobs({ store, log, concurrency: 32, leaseMs, pollMs: 100 });
  const models = createModels({ backends: options.backends ?? [], ...options.models });
  const metering = createMetering(store, options.budgets ?? {});
  const platform = options.platform ?? chat.platform();
  const looks: { looker: string; args: Readonly<Record<string, unknown>> }[] = [];
  const services = {
    analysis: {
      filters: analyzers.map(({ filter, summary, core }) => ({ name: filter, summary, core })),
      cluster: source.name,
      filtersOf: ({ filters }: { filters: readonly string[] }) => [...filters],
      run: (request: Parameters<typeof analyze>[2], { signal }: { signal: AbortSignal }) =>
        analyze(source, analyzers, request, { signal }),
      record: () => Promise.reject(new Error('not here')),
    },
    lookers: lookers.map(({ name, description, parameters }) => ({ name, description, parameters })),
    inspect: (request: Parameters<typeof inspect>[1], { signal }: { signal: AbortSignal }) => {
      looks.push(request);
      return inspect(source, request, signal);
    },
    explain: explainBuiltin,
    runbook: explainCode,
    reports: createReports(
      store,
      analyzers.filter(({ core }) => core).map(({ filter }) => filter),
    ),
  };
  const threads = createThreads({
    services,
    models,
    metering,
    store,
    jobs,
    log,
    platform: (name) => (name === platform.name ? platform : undefined),
    language: 'English',
    alwaysAnonymize: options.anonymize ?? false,
    price: () => undefined,
    storeTrouble: options.storeTrouble ?? (() => undefined),
    statusAfterMs: 0,
    leaseMs,
    ...(options.slowMs !== undefined && { slowMs: options.slowMs }),
    ...(options.retryMs !== undefined && { retryMs: options.retryMs }),
    ...(options.turnMs !== undefined && { turnMs: options.turnMs }),
  });
  await jobs.start();
  let deliveries = 0;

  return {
    chat,
    store,
    jobs,
    threads,
    models,
    metering,
    services,
    platform,
    looks,
    /** Posts a message about the cluster, as an analysis does; its thread, and what it found. */
    async begin(pick: (report: Report) => Report['incidents'] = ({ incidents }) => incidents, wishes: Wishes = {}) {
      const report = await services.analysis.run({ filters: [] }, { signal: AbortSignal.timeout(60_000) });
      const posted = await platform.post({ channel: 'C1' }, { text: 'An analysis', blocks: [] });
      const thread: ThreadRef = { platform: platform.name, channel: 'C1', thread: posted.place.thread ?? '' };
      const incidents = pick(report);
      await threads.begin(thread, { report, incidents, wishes });
      return { thread, report, incidents };
    },
    /** Asks in a thread, and waits for the answer as Markdown. */
    async ask(thread: ThreadRef, text: string, delivery = `d${++deliveries}`): Promise<string> {
      const before = chat.thread(thread.thread).length;
      const place = { channel: thread.channel, thread: thread.thread };
      await threads.ask(platform.name, { text, user: 'U1', place, delivery });
      return soon(async () => {
        const answers = chat.thread(thread.thread);
        const standing = chat.messages.filter((each) => each.thread === thread.thread && !each.user).at(-1);
        if (answers.length <= before || !standing || isStatus(standing.message)) throw new Error('no answer yet');
        return answers.at(-1) ?? '';
      });
    },
    async close() {
      await jobs.close();
      if (!options.store) await store.close();
    },
  };
}

/** Whether a message only tells how far an answer is. */
export function isStatus({ blocks }: { blocks: readonly object[] }): boolean {
  return blocks.some((block) => JSON.stringify(block).includes('"run":"stop '));
}
