import { afterEach, expect, test } from 'vitest';
import { type App, startApp } from '../src/app.ts';
import { silent } from '../src/log.ts';
import { read } from './support/slack/reader.ts';
import { BOT, type SlackMessage } from './support/slack/workspace.ts';
import { type SlackServer, startSlack } from './support/slack-server.ts';
import { soon } from './support/soon.ts';

let app: App | undefined;
let slack: SlackServer | undefined;
afterEach(async () => {
  await app?.stop();
  await slack?.stop();
  app = undefined;
  slack = undefined;
});

const env = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: ':memory:', LOG_LEVEL: 'silent' };

/** The whole program over the sample cluster, in a strict Slack. */
async function open(mode: 'socket' | 'http') {
  let url = '';
  const server = await startSlack({ mode, requestUrl: () => `${url}/slack/events`, minUpdateGapMs: 0 });
  slack = server;
  app = await startApp({ env: { ...server.env, ...env }, cluster: { sample: true }, log: silent });
  url = app.url;
  const bots = () => server.workspace.messages.filter(({ user }) => user === BOT.user);
  return {
    slack: server,
    channel: () => bots().filter(({ thread_ts, onlyFor }) => !thread_ts && !onlyFor),
    thread: (of: SlackMessage) => bots().filter(({ thread_ts, onlyFor }) => thread_ts === of.ts && !onlyFor),
    whispers: () => bots().filter(({ onlyFor }) => onlyFor),
  };
}

const textOf = (message: SlackMessage | undefined) => (message ? read(message).text : '');
const first = (messages: SlackMessage[]) => messages[0] as SlackMessage;

test.each(['socket', 'http'] as const)(
  'in Slack (%s) an analysis is one message, and each incident is explained in its thread',
  async (mode) => {
    const { slack, channel, thread } = await open(mode);

    await slack.command('analyze');
    await soon(() => expect(thread(first(channel())).length).toBeGreaterThanOrEqual(10));

    expect(channel()).toHaveLength(1);
    expect(textOf(first(channel()))).toMatch(/sample: \d+ critical, \d+ high/);
    expect(textOf(first(channel()))).toContain('has no key PAYMENT_API_URL');
    const explained = thread(first(channel())).map(textOf);
    expect(explained.find((text) => text.includes('PAYMENT_API_URL'))).toMatch(/kubectl -n shop-checkout/);
  },
);

test('buttons reach every finding', async () => {
  const { slack, channel, thread } = await open('socket');
  await slack.command('analyze');
  await soon(() => expect(thread(first(channel())).length).toBeGreaterThanOrEqual(10));

  const before = thread(first(channel())).length;
  const total = Number(/Show all (\d+)/.exec(textOf(first(channel())))?.[1]);
  await slack.press(first(channel()), `Show all ${total}`);
  await soon(() => expect(thread(first(channel())).length).toBeGreaterThan(before));
  const page = thread(first(channel())).find((message) =>
    textOf(message).includes(`(1 to 10 of ${total})`),
  ) as SlackMessage;
  await slack.press(page, 'Next page');
  await soon(() => expect(thread(first(channel())).map(textOf).join()).toContain(`(11 to ${total} of ${total})`));
  await slack.press(page, 'All findings as a file');
  await soon(() => {
    const [file] = thread(first(channel())).flatMap(({ files }) => files);
    expect(file?.content).toContain('ConfigMap/Unused');
  });
});

test('what a thread has been told already is told again to who asks alone', async () => {
  const { slack, channel, thread, whispers } = await open('socket');
  await slack.command('analyze -n shop-checkout');
  await soon(() => expect(thread(first(channel()))).toHaveLength(1));

  await slack.press(first(channel()), 'Explain');
  await soon(() => expect(whispers()).toHaveLength(1));

  expect(textOf(whispers()[0])).toContain('PAYMENT_API_URL');
  expect(thread(first(channel()))).toHaveLength(1);
});

test('what is mistyped is told to its writer alone', async () => {
  const { slack, channel, whispers } = await open('socket');

  await slack.command('analyze Pood');
  await soon(() => expect(whispers()).toHaveLength(1));
  await slack.command('analyse -n shop-chekout');
  await soon(() => expect(whispers()).toHaveLength(2));

  expect(textOf(whispers()[0])).toContain('The filter "Pood" does not exist. Did you mean Pod?');
  expect(textOf(whispers()[1])).toContain('Did you mean shop-checkout');
  expect(channel()).toEqual([]);
});

test('a wrong cluster or setting ends the start with its cure', async () => {
  const start = (more: Record<string, string>, cluster = {}) =>
    startApp({ env: { ...env, ...more }, cluster, log: silent });

  await expect(start({ PORT: 'x' })).rejects.toThrow('PORT must be a number from 0 to 65535, not "x".');
  await expect(start({ LOG_LEVEL: 'loud' })).rejects.toThrow(
    'LOG_LEVEL must be one of debug, info, warn, error, silent',
  );
  await expect(start({ KUBECONFIG: '/nonexistent' })).rejects.toThrow('/nonexistent');
  await expect(start({ K8SGPT_RECORDING: '/nonexistent' })).rejects.toThrow(
    'The recording /nonexistent cannot be read',
  );
  await expect(start({ SLACK_BOT_TOKEN: 'xoxb-1' }, { sample: true })).rejects.toThrow(/SLACK_APP_TOKEN/);
});
