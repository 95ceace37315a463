import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startApp } from '../../src/app.ts';
import { silent } from '../../src/log.ts';
import { read } from './slack/reader.ts';
import { BOT } from './slack/workspace.ts';
import type { SlackServer } from './slack-server.ts';
import { soon } from './soon.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What a terminal prints of an analysis as JSON, as far as tests read it. */
export interface Document {
  problems: number;
  results: { error: { Text: string }[] }[];
  incidents: { id: string; title: string; explanation: string }[];
}

/** One `analyze` in Slack, in the whole program, until so many new explanations stand whole; each as a person reads it. */
export async function analyzeInSlack(
  slack: SlackServer,
  env: Record<string, string>,
  explanations: number,
): Promise<string[]> {
  const whole = () =>
    slack.workspace.messages.filter(
      ({ user, thread_ts, blocks }) =>
        user === BOT.user && thread_ts && JSON.stringify(blocks).includes('feedback_buttons'),
    );
  const before = whole().length;
  const settings = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...env, ...slack.env };
  const app = await startApp({ env: settings, cluster: {}, log: silent });
  try {
    await slack.command('analyze');
    return await soon(() => {
      const now = whole().slice(before);
      if (now.length < explanations) throw new Error(`${now.length} of ${explanations} explanations stand`);
      return now.map((message) => read(message).text);
    });
  } finally {
    await app.stop();
  }
}

/** `analyze --explain --output json` in a terminal; what it prints. */
export async function analyzeInTerminal(env: Record<string, string>, ...more: string[]): Promise<Document> {
  const program = spawn(
    process.execPath,
    [join(ROOT, 'src', 'cli.ts'), 'analyze', '--explain', '--output', 'json', ...more],
    { cwd: ROOT, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return JSON.parse(Buffer.concat(await program.stdout.toArray()).toString()) as Document;
}
