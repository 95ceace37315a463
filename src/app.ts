import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { createAnswering } from './answering.ts';
import { type ClusterChoice, chooseCluster, openCluster } from './clusters.ts';
import { readConfig } from './config.ts';
import { createHandlers } from './dispatch.ts';
import { UserError } from './errors.ts';
import { createLogger, type Logger } from './log.ts';
import { type Metrics, noMetrics } from './metrics.ts';
import type { Operator } from './operator/index.ts';
import type { HttpHost, Platform } from './platform.ts';
import { createMattermost } from './platforms/mattermost/index.ts';
import { createPlayground } from './platforms/playground/index.ts';
import { createSlack } from './platforms/slack/index.ts';
import { createHttpServer } from './server/http.ts';
import { createMetrics } from './server/metrics.ts';
import { createServices } from './services.ts';
import { readChatSettings } from './settings.ts';
import { openState } from './state.ts';
import type { Store } from './store.ts';

/** So long a platform may take to send what is under way; then the program ends all the same. */
const STOP_WAIT_MS = 5000;

export interface AppOptions {
  env: NodeJS.ProcessEnv;
  cluster: ClusterChoice;
  log?: Logger;
  store?: Store;
}

export interface App {
  /** One line: what runs where, over which cluster, and what to set next. */
  readonly banner: string;
  /** Where its HTTP server listens. */
  readonly url: string;
  /** Where metrics are read, where that is a port of its own. */
  readonly metricsUrl?: string;
  /** Ends within a few seconds: no new work, what runs is cancelled, connections are closed. */
  stop(): Promise<void>;
}

/** Wires the parts and starts them. Throws `ConfigError` for a setting that is wrong. */
export async function startApp({ env, cluster, ...given }: AppOptions): Promise<App> {
  const config = readConfig(env);
  const log = given.log ?? createLogger(config.logLevel);
  const recording = config.recording ? { recording: config.recording } : {};
  const { unconfigured, ...choice } = await chooseCluster({ ...recording, ...cluster }, env);
  // Opened once here, so that a wrong kubeconfig ends the start with its cure instead of the first command.
  const source = await openCluster(choice, env);
  const clusterName = source.name;
  await source.close?.();

  let ready = false;
  let url: string | undefined;
  const http = createHttpServer({ ready: () => ready });
  const chatSettings = await readChatSettings(env);
  const slack = createSlack({ env, http, log: log.child({ part: 'slack' }) });
  const mattermost = createMattermost({ env, http, store: () => store, log: log.child({ part: 'mattermost' }) });
  const chats = [slack, mattermost].filter((platform) => platform !== undefined);
  const state = await openState({ env, config, log, ...(given.store && { store: given.store }) });
  const { store, jobs, leaseMs } = state;
  const counting = config.metrics && createMetrics({ jobs: () => jobs.counts() });
  const metrics: Metrics = counting ?? noMetrics;
  const metricsPort = config.metrics?.port;
  // One of its own, so that whoever may send events to the bot cannot read how it fares.
  const metricsHttp =
    metricsPort === undefined ? undefined : createHttpServer({ ready: () => ready, setting: 'METRICS_PORT' });
  counting?.mount(metricsHttp ?? http);
  const answering = await createAnswering({
    env,
    store,
    log: log.child({ part: 'models' }),
    metrics,
  }).catch(async (error) => {
    // An open connection would keep the process alive, with nothing for it to do.
    await jobs.close();
    await state.close();
    throw error;
  });
  const { services, close } = createServices({
    env,
    store,
    cluster: choice,
    clusterName,
    threaded: true,
    answering,
    jobs,
    once: state.once,
    log: log.child({ part: 'threads' }),
    platform: (name) => platforms.find((platform) => platform.name === name),
    storeTrouble: state.trouble,
    chatSettings,
    platforms: chats.length > 0 ? chats.map(({ name }) => name) : ['playground'],
    leaseMs,
    metrics,
  });
  const abort = new AbortController();
  const { operatorNamespace } = config;
  // Who runs an operator alone wants no page; the playground is for trying things out.
  const platforms: Platform[] = chats.length > 0 || operatorNamespace ? chats : [playground(http, log)];
  let operator: Operator | undefined;

  function playground(host: HttpHost, parent: Logger): Platform {
    const { commands, analysis } = services;
    const visible = commands.filter(({ hidden, where }) => !hidden && where !== 'terminal');
    return createPlayground({
      http: host,
      log: parent.child({ part: 'playground' }),
      commands: visible,
      filters: analysis.filters,
      cluster: clusterName,
      address: () => url,
    });
  }

  async function stop(): Promise<void> {
    ready = false;
    services.digests.stop();
    abort.abort(new UserError('k8sgpt-chat is being restarted. Run the command again in a minute.'));
    // Whatever was cancelled tells so before its platform goes.
    await nextTurn();
    const stopped = Promise.all([jobs.close(), operator?.stop()]).then(() =>
      Promise.allSettled(platforms.map((platform) => platform.stop())),
    );
    await Promise.race([stopped.catch(() => {}), sleep(STOP_WAIT_MS, undefined, { ref: false })]);
    await Promise.all([http.close(), metricsHttp?.close()]);
    await close();
    await answering.cache.close?.();
    await state.close();
  }

  try {
    if (operatorNamespace) {
      // Who is no operator is spared the client that writes.
      const { openOperator } = await import('./operating.ts');
      operator = await openOperator({
        env,
        cluster: choice,
        namespace: operatorNamespace,
        services,
        answering,
        store,
        log: log.child({ part: 'operator' }),
        metrics,
      });
    }
    for (const platform of platforms) {
      await platform.start(createHandlers(platform, { services, store, log, signal: abort.signal }));
    }
    // The playground lets whoever reaches it ask the cluster, so it is for this machine alone.
    const host = chats.length > 0 || operatorNamespace ? config.host : '127.0.0.1';
    url = await http.listen(host, config.port);
    const metricsUrl = metricsPort === undefined ? undefined : await metricsHttp?.listen(host, metricsPort);
    // Questions that a dead process left are answered as soon as there is somebody to answer them to.
    await jobs.start();
    services.digests.start();
    await operator?.start();
    ready = true;
    const about = {
      models: services.models.list().map(({ name }) => name),
      state: state.name,
      isOperator: operator !== undefined,
    };
    const told = banner(platforms, url, choice, clusterName, unconfigured === true, about);
    return { banner: told, url, ...(metricsUrl && { metricsUrl }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function banner(
  platforms: readonly Platform[],
  url: string,
  choice: ClusterChoice,
  cluster: string,
  unconfigured: boolean,
  { models, state, isOperator }: { models: readonly string[]; state: string; isOperator: boolean },
): string {
  const names = [...platforms.map(({ name }) => name), ...(isOperator ? ['operator'] : [])].join(' and ');
  const over = choice.sample ? 'the bundled sample cluster' : `the cluster ${cluster}`;
  const next = [
    ...(unconfigured ? ['KUBECONFIG for a cluster of yours'] : []),
    ...(names === 'playground'
      ? ['SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack, or MATTERMOST_URL and MATTERMOST_TOKEN for Mattermost']
      : []),
    ...(models.length === 0 ? ['OPENAI_API_KEY for a model'] : []),
  ];
  const hint = next.length > 0 ? ` Next: set ${next.join(', ')}.` : '';
  const words = models.length > 0 ? models.join(', then ') : 'builtin';
  return `k8sgpt-chat: ${names} on ${url} over ${over} (explanations: ${words}, state: ${state}).${hint}`;
}
