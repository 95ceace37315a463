import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type App, startApp } from '../src/app.ts';
import { silent } from '../src/log.ts';
import { envOf } from './support/mattermost/command.ts';
import type { Person, Seen } from './support/mattermost/person.ts';
import { type MattermostServer, startMattermost } from './support/mattermost-server.ts';
import { read } from './support/slack/reader.ts';
import { BOT } from './support/slack/workspace.ts';
import { type SlackServer, startSlack } from './support/slack-server.ts';
import { soon } from './support/soon.ts';

let server: MattermostServer;
let dev: Person;
const open: { app?: App; slack?: SlackServer } = {};

beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  server = await startMattermost();
  dev = await server.person();
});

afterEach(async () => {
  dev.close();
  await open.app?.stop();
  await open.slack?.stop();
  await server.stop();
  for (const name of ['app', 'slack'] as const) delete open[name];
});

/** The whole program over the sample cluster. */
async function start(env: Record<string, string>): Promise<void> {
  const all = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: ':memory:', ...env };
  open.app = await startApp({ env: all, cluster: { sample: true }, log: silent });
}

const bots = async (): Promise<Seen[]> =>
  (await dev.posts()).filter(({ user }) => user === server.settings.MATTERMOST_BOT_USER_ID);
const roots = async () => (await bots()).filter(({ thread }) => !thread);
const threadOf = async ({ id }: Seen) => (await bots()).filter(({ thread }) => thread === id);

/** The analysis, once it says more than how far it is. */
async function report(): Promise<Seen> {
  return soon(async () => {
    const [found] = await roots();
    if (!found || !/critical|high/.test(found.text)) throw new Error('no report yet');
    return found;
  });
}

test('an analysis is one message, each incident is explained in its thread, and buttons reach every finding', async () => {
  await start(await envOf(server.settings));

  await dev.command('/k8sgpt analyze');
  const analysis = await report();
  await soon(async () => expect((await threadOf(analysis)).length).toBeGreaterThanOrEqual(10));

  expect(await roots()).toHaveLength(1);
  expect(analysis.text).toMatch(/sample: \d+ critical, \d+ high/);
  expect(analysis.text).toContain('has no key PAYMENT_API_URL');
  const explained = (await threadOf(analysis)).map(({ text }) => text);
  expect(explained.find((text) => text.includes('PAYMENT_API_URL'))).toMatch(/kubectl -n shop-checkout/);

  const total = Number(/Show all (\d+)/.exec(analysis.text)?.[1]);
  await dev.press(analysis.post, `Show all ${total}`);
  await soon(async () => expect((await threadOf(analysis)).at(-1)?.text).toContain(`(1 to 10 of ${total})`));
});

test('a mistake is told to who made it alone', async () => {
  await start(await envOf(server.settings));

  await dev.command('/k8sgpt analyze Pood');

  const whisper = await dev.whispered(({ text }) => text.includes('Pood'));
  expect(whisper.text).toContain('Pod');
  expect(await bots()).toEqual([]);
});

test.each(['O', 'P'])(
  'in a channel (%s) that the bot is not in, a person is answered alone, and told the cure',
  async (type) => {
    await start(await envOf(server.settings));
    const { MATTERMOST_TEAM_ID: team_id } = server.settings;
    const { id: channel } = await dev.api<{ id: string }>('POST', '/channels', {
      team_id,
      name: 'elsewhere',
      display_name: 'Elsewhere',
      type,
    });

    await dev.command('/k8sgpt status', { channel });
    const whisper = await dev.whispered(({ post }) => post.channel_id === channel);
    expect(whisper.text).toContain('/invite @k8sgpt');

    await dev.command('/k8sgpt analyze Pood', { channel });
    const mistake = await dev.whispered(({ text }) => text.includes('Pood'));
    expect(mistake.post.channel_id).toBe(channel);
  },
);

test('without an address of ours people mention the bot, and are told what to say in place of buttons', async () => {
  const { MATTERMOST_URL, MATTERMOST_TOKEN } = server.settings;
  await start({ MATTERMOST_URL, MATTERMOST_TOKEN });

  const { id } = await dev.say('@k8sgpt analyze Pod -n search');

  const answers = async () => (await dev.thread(id)).filter(({ user }) => user !== dev.id);
  await soon(async () => expect((await answers()).length).toBeGreaterThanOrEqual(2));
  const [analysis] = await answers();
  expect(analysis?.text).toMatch(/Explain: @k8sgpt explain inc-\w+/);
  expect(analysis?.live).toEqual([]);
  const [, again] = /@k8sgpt (explain inc-\w+)/.exec(analysis?.text ?? '') ?? [];
  await dev.say(`@k8sgpt ${again}`, { thread: id });

  // The thread has been told that already, and a bot may not whisper: it is said in the person's own conversation with it.
  const direct = await dev.direct(server.settings.MATTERMOST_BOT_USER_ID);
  await soon(async () => expect((await dev.posts(direct)).map(({ text }) => text).join()).toContain('search-api'));
});

test('Slack and Mattermost are served by one process, each channel with its own settings', async () => {
  const slack = await startSlack({ mode: 'socket', minUpdateGapMs: 0 });
  open.slack = slack;
  await start({ ...slack.env, ...(await envOf(server.settings)) });
  const inSlack = () => slack.workspace.messages.filter(({ user }) => user === BOT.user).map((one) => read(one).text);
  const inMattermost = async () => (await bots()).map(({ text }) => text);
  expect(open.app?.banner).toContain('slack and mattermost');

  await slack.command('language German');
  await soon(() => expect(inSlack()).toEqual([expect.stringContaining('German')]));
  await dev.command('/k8sgpt language');
  await soon(async () => expect(await inMattermost()).toEqual([expect.stringContaining('English')]));
  await dev.command('/k8sgpt language French');
  await soon(async () => expect((await inMattermost()).at(-1)).toContain('French'));
  await slack.command('language');

  await soon(() => expect(inSlack()).toHaveLength(2));
  expect(inSlack().at(-1)).toContain('German');
  await Promise.all([slack.command('analyze Pod -n search'), dev.command('/k8sgpt analyze Pod -n search')]);
  await soon(() => expect(inSlack().join()).toContain('search-api'));
  await soon(async () => expect((await inMattermost()).join()).toContain('search-api'));
});
