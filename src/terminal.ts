import { readFileSync } from 'node:fs';
import { errorDocument } from './analysis/k8sgpt-json.ts';
import { createAnswering } from './answering.ts';
import { chooseCluster } from './clusters.ts';
import type { Chat, Command } from './command.ts';
import { findCommand, parse } from './command-line.ts';
import { commands } from './commands/index.ts';
import { readConfig } from './config.ts';
import { ConfigError, messageOf, UsageError, UserError } from './errors.ts';
import { createInlineJobs } from './jobs/inline.ts';
import { consoleOf, createLogger } from './log.ts';
import { noMetrics } from './metrics.ts';
import { createTerminal } from './platforms/terminal/index.ts';
import { createTerminalPlatform } from './platforms/terminal/platform.ts';
import { createServices } from './services.ts';
import type { Store } from './store.ts';
import { createSqliteStore } from './stores/sqlite.ts';

// Who reads no further, as `| head` does, has had what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`The output cannot be written: ${error.message}. Make room there, or choose another place.\n`);
  process.exit(1);
});

const terminal = createTerminal(process);
const args = process.argv.slice(2);

try {
  process.exitCode = await main(args);
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  const message = messageOf(error);
  // Whatever goes wrong, who asked for JSON gets one document and nothing else on standard output.
  if (/(^|\s)(-o|--output)[\s=]*json(\s|$)/.test(args.join(' ')))
    terminal.write(`${JSON.stringify(errorDocument(message))}\n`);
  await terminal.whisper({ text: message, blocks: [{ type: 'alert', level: 'error', text: message }] });
  if (!(error instanceof UserError)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
}

async function main([first = 'help', ...rest]: readonly string[]): Promise<number> {
  if (first === '--version' || first === '-V') {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    terminal.write(`${version}\n`);
    return 0;
  }
  if (first === '--help' || first === '-h') return run('help', []);
  if (rest.includes('--help') || rest.includes('-h')) return run('help', [first]);
  return run(first, rest);
}

async function run(name: string, words: readonly string[]): Promise<number> {
  const command = findCommand(commands, name, 'terminal');
  const call = parse(command, words, 'terminal');
  const { config, cluster } = await settings(command, call.options, terminal);
  const store = await openStore(config.stateFile);
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort(new UserError('Interrupted.')));
  const log = createLogger(config.logLevel === 'info' ? 'error' : config.logLevel);
  // Some libraries tell their doings to the console.
  globalThis.console = consoleOf(log);
  const answering = await createAnswering({ env: process.env, store, log, metrics: noMetrics });
  const threads = createTerminalPlatform(terminal);
  const { services, close } = createServices({
    env: process.env,
    store,
    cluster,
    clusterName: cluster.sample ? 'sample' : 'the current context',
    threaded: false,
    answering,
    jobs: createInlineJobs(abort.signal),
    log,
    platform: () => threads,
    storeTrouble: () => undefined,
    chatSettings: {},
    platforms: [threads.name],
    metrics: noMetrics,
  });
  try {
    return (await command.run({ ...call, chat: terminal, services, signal: abort.signal })) ?? 0;
  } finally {
    await close();
    await store.close();
  }
}

/** An answer is worth more than its being kept: without a place for the state, it lasts as long as the command. */
async function openStore(file: string): Promise<Store> {
  try {
    return createSqliteStore({ file });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const text = `Nothing is kept for later commands. ${error.message}`;
    await terminal.whisper({ text, blocks: [{ type: 'alert', level: 'warning', text }] });
    return createSqliteStore({ file: ':memory:' });
  }
}

/** Which cluster the options and settings mean; that it is the sample for want of another is said. */
async function settings(command: Command, options: Readonly<Record<string, unknown>>, chat: Chat) {
  const config = readConfig(process.env);
  const { unconfigured, ...cluster } = await chooseCluster(
    {
      ...(config.recording && { recording: config.recording }),
      ...(options.sample === true && { sample: true }),
      ...(typeof options.kubeconfig === 'string' && { kubeconfig: options.kubeconfig }),
      ...(typeof options.context === 'string' && { context: options.context }),
    },
    process.env,
  );
  if (unconfigured && ['analyze', 'ask', 'record'].includes(command.name)) {
    const text = 'No cluster is configured, so this is the bundled sample. Set KUBECONFIG for yours.';
    await chat.whisper({ text, blocks: [{ type: 'alert', level: 'info', text }] });
  }
  return { config, cluster };
}
