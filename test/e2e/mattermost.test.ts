import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { silent } from '../../src/log.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { envOf } from '../support/mattermost/command.ts';
import { createPerson, type Person, type Seen } from '../support/mattermost/person.ts';
import { type Mattermost, mattermostIsHere, startMattermost } from './support/mattermost.ts';

/** Questions about one report, as people ask them one after the other. */
const QUESTIONS = [
  'why?',
  'what does it affect?',
  'show me the events of node prod-b3',
  'show me the logs of search-api',
  'what changed?',
  'describe deployment search/search-api',
  'how do I fix it?',
  'which Pods are on node prod-b3?',
  'what about the CronJob?',
  'is anything else wrong?',
];

/** What an analysis of the sample's Pods finds. */
const INCIDENTS = 9;

/** It takes a person's words or a button's press, and then dies with whatever it was about to do. */
const KILL_AFTER_MS = [0, 40, 120, 250];
const PATIENCE = { timeout: 60_000, interval: 100 };

describe.skipIf(!mattermostIsHere())('Mattermost itself, killed in the midst (needs MATTERMOST_TOOLS)', () => {
  let server: Mattermost;
  let app: App;
  let dev: Person;
  let channel: string;
  let team: string;
  const store = createSqliteStore({ file: ':memory:' });
  let kills = 0;

  beforeAll(async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    server = await startMattermost();
    const { settings } = server;
    channel = settings.MATTERMOST_CHANNEL_ID;
    team = settings.MATTERMOST_TEAM_ID;
    app = await startApp({
      env: await envOf(settings),
      cluster: { sample: true },
      store,
      log: silent,
    });
    dev = await person();
  }, 600_000);

  afterAll(async () => {
    dev?.close();
    await app?.stop();
    await server?.stop();
  });

  function person(): Promise<Person> {
    const { MATTERMOST_URL: url, MATTERMOST_USER_TOKEN: token } = server.settings;
    return createPerson({ url, token, channel, team });
  }

  /** Does something, kills the server while we work on it, and starts it again. */
  async function inTheMidst(act: () => Promise<unknown>): Promise<void> {
    await act();
    await sleep(KILL_AFTER_MS[kills++ % KILL_AFTER_MS.length] ?? 0);
    dev.close();
    await server.kill();
    await server.start();
    dev = await person();
  }

  /** A channel of its own, with the bot in it. */
  async function fresh(name: string): Promise<string> {
    const made = await dev.api<{ id: string }>('POST', '/channels', {
      team_id: team,
      name,
      display_name: name,
      type: 'O',
    });
    await dev.api('POST', `/channels/${made.id}/members`, { user_id: server.settings.MATTERMOST_BOT_USER_ID });
    return made.id;
  }

  async function botPosts(at: string): Promise<Seen[]> {
    return (await dev.posts(at)).filter(({ user }) => user === server.settings.MATTERMOST_BOT_USER_ID);
  }

  /** Waits for posts of the bot that are so, and that no other comes after them. */
  async function settled(at: string, is: (posts: Seen[]) => void): Promise<Seen[]> {
    await vi.waitFor(async () => is(await botPosts(at)), PATIENCE);
    await sleep(1500);
    const posts = await botPosts(at);
    is(posts);
    return posts;
  }

  /** Explanations and answers that are whole: they end with buttons for an opinion. */
  async function answersIn(root: string): Promise<Seen[]> {
    return (await dev.thread(root)).filter(({ text }) => text.includes('👎'));
  }

  const reports = (posts: Seen[]) =>
    posts.filter(({ thread, text }) => !thread && /^sample.*incidents/.test(text) && !/Next digest/.test(text));

  async function analyzed(name: string, line = 'analyze Pod'): Promise<{ at: string; report: Seen }> {
    const at = await fresh(name);
    await dev.command(`/k8sgpt ${line}`, { channel: at });
    const posts = await settled(at, (all) => expect(reports(all)).toHaveLength(1));
    const [report] = reports(posts);
    if (!report) throw new Error('no report');
    return { at, report };
  }

  test('an analysis, down to its explanations', async () => {
    const at = await fresh('analysis');

    await inTheMidst(() => dev.command('/k8sgpt analyze Pod', { channel: at }));

    const posts = await settled(at, (all) => {
      expect(reports(all)).toHaveLength(1);
      expect(all.filter(({ text }) => text.includes('Fix it'))).toHaveLength(INCIDENTS);
    });
    const [report] = reports(posts);
    const explained = posts.filter(({ thread }) => thread === report?.id);
    const titles = explained.map(({ text }) => text.split('\n')[0]);
    expect(new Set(titles).size).toBe(titles.length);
    expect(report?.live).toEqual([]);
  }, 180_000);

  test('ten questions in a thread', async () => {
    const { at, report } = await analyzed('thread');
    await vi.waitFor(async () => expect(await answersIn(report.id)).toHaveLength(INCIDENTS), PATIENCE);
    for (const [index, question] of QUESTIONS.entries()) {
      const ask = () => dev.say(question, { channel: at, thread: report.id });
      if (index % 3 === 1) await inTheMidst(ask);
      else await ask();
      const sofar = INCIDENTS + index + 1;
      await vi.waitFor(async () => expect(await answersIn(report.id)).toHaveLength(sofar), PATIENCE);
    }
    await sleep(2000);
    const thread = await dev.thread(report.id);
    const answers = (await answersIn(report.id)).slice(INCIDENTS).map(({ id }) => id);
    expect(answers).toHaveLength(QUESTIONS.length);
    // Each stands below its question.
    const order = thread.filter(({ id, text }) => QUESTIONS.includes(text) || answers.includes(id));
    expect(order.map((one) => QUESTIONS.includes(one.text))).toEqual(QUESTIONS.flatMap(() => [true, false]));
  }, 300_000);

  test('a digest with its chart', async () => {
    const at = await fresh('digest');
    await dev.command('/k8sgpt digest schedule "0 9 * * 1-5" --tz UTC', { channel: at });
    await settled(at, (all) => expect(all.length).toBeGreaterThan(0));

    await inTheMidst(() => dev.command('/k8sgpt digest now', { channel: at }));

    const posts = await settled(at, (all) => expect(digests(all)).toHaveLength(1));
    const [digest] = digests(posts);
    const pictures = posts.filter(({ id, thread }) => id === digest?.id || thread === digest?.id);
    expect(pictures.flatMap(({ post }) => post.metadata?.files ?? []).map(({ name }) => name)).toEqual([
      expect.stringMatching(/\.png$/),
    ]);
  }, 180_000);

  const digests = (posts: Seen[]) => posts.filter(({ thread, text }) => !thread && /Next digest/.test(text));

  test('a filter dialog', async () => {
    const { at, report } = await analyzed('dialog', 'analyze Pod');
    await dev.press(report.post, 'Pick filters …');

    await inTheMidst(() => dev.fill({ namespace: 'search' }, { channel: at }));

    const posts = await settled(at, (all) => {
      expect(all.filter(({ thread, text }) => thread === report.id && /^sample, .*search/.test(text))).toHaveLength(1);
    });
    expect(reports(posts)).toHaveLength(1);
  }, 180_000);

  test('a mute by button', async () => {
    const at = await fresh('mute');
    await dev.command('/k8sgpt watch --severity critical', { channel: at });
    await dev.command('/k8sgpt digest schedule "0 9 * * 1-5" --tz UTC', { channel: at });
    await settled(at, (all) => expect(all.length).toBeGreaterThan(1));
    await dev.command('/k8sgpt digest now', { channel: at });
    const posts = await settled(at, (all) => expect(digests(all)).toHaveLength(1));
    const withMute = posts.find(({ text }) => /^Mute/m.test(text));
    if (!withMute) throw new Error(posts.map(({ text }) => text).join('\n=====\n'));
    await dev.press(withMute.post, 'Mute …');

    await inTheMidst(() => dev.fill({ duration: '2d', reason: 'fix is rolling out' }, { channel: at }));

    await vi.waitFor(async () => {
      await dev.command('/k8sgpt mutes', { channel: at });
      const said = [...(await botPosts(at)), ...dev.whispers()].map(({ text }) => text).join('\n');
      expect(said).toContain('fix is rolling out');
    }, PATIENCE);
  }, 180_000);
});
