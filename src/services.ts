import { measured } from './analysis/measured.ts';
import { createReports } from './analysis/reports.ts';
import { analyze, understand } from './analysis/run.ts';
import { troubledPods } from './analysis/troubled.ts';
import { createAnalysisThread } from './analysis-thread.ts';
import { analyzers } from './analyzers/index.ts';
import type { Answering } from './answering.ts';
import type { Reading } from './cluster.ts';
import { type ClusterChoice, openCluster } from './clusters.ts';
import type { AnalysisOptions, Services } from './command.ts';
import { commands } from './commands/index.ts';
import { createAttention } from './digests/attention.ts';
import { readDeclared } from './digests/declared.ts';
import { createHistory } from './digests/history.ts';
import { createDigests } from './digests/index.ts';
import { createCheckups } from './doctor.ts';
import { explainBuiltin, explainCode } from './explanation/builtin.ts';
import { inspect, lookers } from './inspection/index.ts';
import { INSPECTED } from './inspection/shared/kinds.ts';
import type { Jobs } from './jobs.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Platform } from './platform.ts';
import { recordCluster } from './recording/index.ts';
import type { Report } from './report.ts';
import { sinkTypes } from './sinks/index.ts';
import { createSinks } from './sinks/shared/delivery.ts';
import { noticesOf } from './sinks/shared/notices.ts';
import { readSinks } from './sinks/shared/settings.ts';
import type { Store } from './store.ts';
import { createThreads } from './threads/index.ts';

interface ServicesOptions {
  env: NodeJS.ProcessEnv;
  store: Store;
  cluster: ClusterChoice;
  /** The name that messages call the cluster by. */
  clusterName: string;
  /** Whether chats must be answered meanwhile; a terminal waits anyway, and is spared the start of a thread. */
  threaded: boolean;
  answering: Answering;
  jobs: Jobs;
  /** For what replicas must do once, all together. */
  once?: { store: Store; jobs: Jobs };
  log: Logger;
  /** The platform of a name, for the answers to questions; `undefined` where this process does not serve it. */
  platform(name: string): Platform | undefined;
  /** What people must know of the state's keeping; `undefined` where all is well. */
  storeTrouble(): string | undefined;
  /** The `chat` part of the settings' file, for what it declares. */
  chatSettings: Record<string, unknown>;
  /** The names of all platforms; the first is that of channels that name none. */
  platforms: readonly string[];
  /** How soon another process takes over what a dead one had in hand. */
  leaseMs?: number;
  metrics: Metrics;
}

/** Wires what commands work with. */
export function createServices(options: ServicesOptions): { services: Services; close(): Promise<void> } {
  const { env, store, cluster, clusterName, threaded, answering, log, metrics } = options;
  const thread = threaded ? createAnalysisThread(env) : undefined;
  const core = analyzers.filter((analyzer) => analyzer.core).map(({ filter }) => filter);
  const reports = createReports(store, core);
  const history = createHistory({ store, core, log });
  const attention = createAttention({ store, log });

  const looking: Pick<Services, 'analysis' | 'lookers' | 'inspect' | 'explain' | 'runbook' | 'reports'> = {
    analysis: {
      filters: analyzers.map(({ filter, summary, core }) => ({ name: filter, summary, core })),
      cluster: clusterName,
      filtersOf: (request) => understand(analyzers, request).chosen.map(({ filter }) => filter),
      async run(request, options) {
        // What is mistyped is told at once, before a thread is started or a cluster asked.
        understand(analyzers, request);
        const choice = choiceOf(cluster, options);
        return measured(metrics, core, async () => {
          if (thread) return thread.run(choice, request, options);
          const source = await openCluster(choice, env);
          try {
            return await analyze(source, analyzers, request, options);
          } finally {
            await source.close?.();
          }
        });
      },
      async record(options) {
        const source = await openCluster(choiceOf(cluster, options), env);
        try {
          const kinds = [...analyzers.flatMap(({ kind, reads }) => [kind, ...reads]), ...INSPECTED];
          const podsWithLogs = (reading: Reading) => troubledPods(reading, analyzers);
          return await recordCluster(source, kinds, { ...options, podsWithLogs });
        } finally {
          await source.close?.();
        }
      },
    },
    lookers: lookers.map(({ name, description, parameters }) => ({ name, description, parameters })),
    async inspect(request, options) {
      const choice = choiceOf(cluster, options);
      if (thread) return thread.inspect(choice, request, options);
      const source = await openCluster(choice, env);
      try {
        return await inspect(source, request, options.signal);
      } finally {
        await source.close?.();
      }
    },
    explain: explainBuiltin,
    runbook: explainCode,
    reports: {
      ...reports,
      async save(report) {
        await reports.save(report);
        // What people look at is known to digests as well. They do not wait for that; a command in a terminal ends before it.
        if (threaded) void noteInHistory(report);
      },
    },
  };

  const { models, explainer, metering, cache, alwaysAnonymize } = answering;
  const threads = createThreads({ ...options, ...answering, services: looking });
  const sinks = createSinks({
    settings: readSinks(env, options.chatSettings),
    types: sinkTypes,
    jobs: options.jobs,
    store,
    log: log.child({ part: 'sinks' }),
    metrics,
  });
  const observe = async (report: Report) => {
    const sightings = await history.record(report);
    await sinks.tell(noticesOf(sightings, report));
    return sightings;
  };
  const { analysis, explain } = looking;
  const declared = readDeclared({
    chat: options.chatSettings,
    platforms: options.platforms,
    filtersOf: (filters) => analysis.filtersOf({ filters }),
    now: Date.now(),
  });
  const digests = createDigests({
    ...options,
    ...options.once,
    ...answering,
    analysis,
    explain,
    reports,
    history,
    attention,
    threads,
    observe,
    declared,
  });
  async function noteInHistory(report: Report): Promise<void> {
    try {
      await observe(report);
      await digests.refresh();
    } catch (err) {
      log.warn({ err }, 'What an analysis found was not noted in the history');
    }
  }

  const services: Services = {
    ...looking,
    commands,
    models,
    explainer,
    metering,
    answers: cache,
    threads,
    history,
    attention,
    digests,
    sinks,
    state: { trouble: options.storeTrouble, jobs: () => options.jobs.counts() },
    metrics,
    checkups: createCheckups(env),
    alwaysAnonymize,
  };
  return { services, close: async () => thread?.close() };
}

/** What one command asks for goes before what the program was started with. */
function choiceOf(cluster: ClusterChoice, { sample, context, kubeconfig }: Partial<AnalysisOptions>): ClusterChoice {
  if (sample) return { sample };
  if (!context && !kubeconfig) return cluster;
  return { ...(context && { context }), ...(kubeconfig && { kubeconfig }) };
}
