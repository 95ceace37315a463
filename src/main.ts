import { parseArgs } from 'node:util';
import { type App, startApp } from './app.ts';
import { readConfig } from './config.ts';
import { messageOf, UserError } from './errors.ts';
import { consoleOf, createLogger } from './log.ts';

const HELP = `Starts the bot: in Slack and in Mattermost where their tokens are set, else the playground in the browser.

Usage: npm start -- [--sample] [--help]

  --sample   analyze the bundled sample cluster, whatever else is configured
  --help     show this

Settings (environment):
  KUBECONFIG         the cluster, as kubectl has it; ~/.kube/config and in-cluster do as well
  K8SGPT_RECORDING   a recording to analyze instead of a cluster
  SLACK_BOT_TOKEN, SLACK_APP_TOKEN        Slack in Socket Mode
  SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET   Slack over HTTP, at /slack/events
  MATTERMOST_URL, MATTERMOST_TOKEN        Mattermost, by its WebSocket
  MATTERMOST_COMMAND_TOKEN, PUBLIC_URL    its slash command and buttons, at /mattermost
  MATTERMOST_TEAM, MATTERMOST_CA_FILE     the teams that are heard; an authority that is trusted
  OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL   a model; the README has the others
  K8SGPT_BACKEND     the model that is asked first; builtin for none
  K8SGPT_CONFIG      K8sGPT's configuration file, with more models, budgets and languages
  REDIS_URL          state in Redis, for several replicas; a file in DATA_DIR where absent
  PORT               the HTTP port, 3000 where absent
  HOST               the address to listen on with chat, 0.0.0.0 where absent
  DATA_DIR           where the state file lies
  OPERATOR           true: does what K8sGPT resources in the cluster ask for, beside chat or alone
  OPERATOR_NAMESPACE where the operator's Lease lies, default where absent
  METRICS            off: no /metrics for Prometheus
  METRICS_PORT       a port of its own for /metrics
  LOG_LEVEL          debug, info, warn, error or silent
`;

async function main(): Promise<void> {
  const { values } = readArguments();
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  let app: App | undefined;
  let stopping = false;
  // From the beginning, since signals without a listener do not end the first process of a container.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // While it starts there is nothing to bring to an end. Asked twice, it ends at once.
      if (!app || stopping) process.exit(stopping ? 1 : 0);
      stopping = true;
      app.stop().then(() => process.exit(0), fail);
    });
  }
  const log = createLogger(readConfig(process.env).logLevel);
  // Standard output is the banner's.
  globalThis.console = consoleOf(log);
  app = await startApp({ env: process.env, cluster: values.sample ? { sample: true } : {}, log });
  process.stdout.write(`${app.banner}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`k8sgpt-chat: ${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
}

function readArguments() {
  try {
    return parseArgs({ options: { sample: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new UserError(`${messageOf(error)}. See: npm start -- --help`);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`k8sgpt-chat: ${error.message}\n`);
  process.exitCode = 1;
}
