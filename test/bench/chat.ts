import { startApp } from '../../src/app.ts';
import { silent } from '../../src/log.ts';
import { BOT, type SlackMessage } from '../support/slack/workspace.ts';
import { startSlack } from '../support/slack-server.ts';
import { acknowledgements } from './measure.ts';

const SUMMARY = /critical|high|medium|nothing wrong/;
const DIGEST = /Next digest/;
const POLL_MS = 10;

/**
 * One analysis in the whole program, in a strict Slack, with small commands sent all the while: milliseconds from the
 * acknowledged command to the first message and to the summary, and how long acknowledgements took meanwhile. Then a digest,
 * set against one more analysis.
 */
export async function measureChat(kubeconfig: string) {
  const slack = await startSlack({ mode: 'socket', minUpdateGapMs: 0 });
  const env = { ...slack.env, PORT: '0', HOST: '127.0.0.1', DATA_DIR: ':memory:', LOG_LEVEL: 'silent' };
  const app = await startApp({ env, cluster: { kubeconfig }, log: silent });
  const answers = () => slack.workspace.messages.filter(({ user, onlyFor }) => user === BOT.user && !onlyFor);
  async function timed(command: string, isDone: () => boolean): Promise<number> {
    const began = performance.now();
    await slack.command(command);
    await until(isDone);
    return performance.now() - began;
  }

  try {
    await slack.command('analyze');
    const began = performance.now();
    const first = until(() => answers().length > 0).then(() => performance.now() - began);
    const summary = until(() => SUMMARY.test(answers()[0]?.text ?? '')).then(() => performance.now() - began);
    // Mistyped on purpose: it is answered by a whisper, and asks nothing of the cluster.
    const acknowledged = await acknowledgements(() => slack.command('analyze Pood'), summary);
    const [firstMs, summaryMs] = [await first, await summary];
    const isSummary = ({ text, thread_ts }: SlackMessage) => !thread_ts && SUMMARY.test(text);
    const analysisMs = await timed('analyze', () => answers().filter(isSummary).length > 1);
    await slack.command('digest schedule every weekday at 9 --tz UTC');
    await until(() => answers().some(({ blocks }) => /Scheduled: dig-/.test(JSON.stringify(blocks))));
    const isDigest = ({ blocks }: SlackMessage) => DIGEST.test(JSON.stringify(blocks));
    const digestMs = await timed('digest now', () => answers().some(isDigest));
    return { firstMs, summaryMs, acknowledged, analysisMs, digestMs };
  } finally {
    await app.stop();
    await slack.stop();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
