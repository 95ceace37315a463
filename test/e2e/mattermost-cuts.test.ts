import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startApp } from '../../src/app.ts';
import { silent } from '../../src/log.ts';
import { envOf } from '../support/mattermost/command.ts';
import { newcomer } from '../support/mattermost/newcomer.ts';
import type { Person, Seen } from '../support/mattermost/person.ts';
import type { Settings } from '../support/mattermost/settle.ts';
import { startMattermost } from '../support/mattermost-server.ts';
import { mattermostIsHere, startMattermost as startReal } from './support/mattermost.ts';
import { startSocketProxy } from './support/socket-proxy.ts';

const CUTS = Number(process.env.CUTS ?? 200);
const REAL_CUTS = Math.round(CUTS / 5);
const PEOPLE = ['ada', 'ben', 'cleo', 'dora'];
const PATIENCE = { timeout: 120_000, interval: 250 };

/** A server whose connections can be cut. */
interface Ground {
  settings: Settings;
  /** Where the bot finds it. */
  url: string;
  /** Cuts the bot's WebSocket; resolves once it stands, and then is cut. */
  cut(index: number): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The strict stand-in, which also loses answers and asks to wait. */
async function standIn(): Promise<Ground> {
  const server = await startMattermost();
  const user = server.settings.MATTERMOST_BOT_USER_ID;
  return {
    settings: server.settings,
    url: server.settings.MATTERMOST_URL,
    async cut(index) {
      await server.hub.connected(user);
      await sleep(Math.random() * 300);
      if (index % 10 === 3) server.loseAnswer(`POST /posts of ${user}`);
      if (index % 10 === 7) server.limit(`POST /posts of ${user}`, 2, 1);
      server.hub.cut({ user, ...(index % 2 === 0 && { code: 1001 }) });
    },
    restart: () => server.restart(1000),
    stop: server.stop,
  };
}

/** Mattermost itself, behind a proxy that cuts; it dies without warning. */
async function real(): Promise<Ground> {
  const server = await startReal();
  const proxy = await startSocketProxy(server.settings.MATTERMOST_URL);
  return {
    settings: server.settings,
    url: proxy.url,
    async cut() {
      await proxy.connected();
      await sleep(Math.random() * 300);
      proxy.cut();
    },
    async restart() {
      await server.kill();
      await server.start();
    },
    async stop() {
      await proxy.close();
      await server.stop();
    },
  };
}

/** Answers that are whole: they end with buttons for an opinion. */
const isWhole = ({ text }: Seen) => text.includes('👎');

async function through(ground: Ground, cuts: number): Promise<void> {
  const bot = ground.settings.MATTERMOST_BOT_USER_ID;
  const env = { ...(await envOf(ground.settings)), MATTERMOST_URL: ground.url, DATA_DIR: ':memory:' };
  const app = await startApp({ env, cluster: { sample: true }, log: silent });
  onTestFinished(() => app.stop());
  const people = await Promise.all(PEOPLE.map((name) => newcomer(ground.settings, name)));
  onTestFinished(() => people.forEach((person) => void person.close()));
  /** Questions of each person: by mention, in a thread, in a conversation of their own with the bot, by command. */
  const each = Math.max(4, Math.round(cuts / 20));
  const answers = (posts: readonly Seen[]) => posts.filter((post) => post.user === bot && isWhole(post));
  /** What somebody asked, and how many answers it has. */
  const asked: { what: string; answered(): Promise<number>; wanted: number }[] = [];
  /** While the server restarts, people's own clients wait. */
  let open = Promise.resolve();
  let isOver = false;
  /** What each has asked in a conversation of their own with the bot, where nothing tells which answer is to what. */
  const alone = new Map<Person, number>();
  let busy = 0;

  async function act<T>(deed: () => Promise<T>): Promise<T> {
    await open;
    busy++;
    return deed().finally(() => busy--);
  }

  async function ask(person: Person): Promise<void> {
    const { id: root } = await act(() => person.say('@k8sgpt analyze Pod -n search'));
    const inThread = async () => (await person.thread(root)).filter(({ user }) => user === bot);
    await vi.waitFor(async () => expect(answers(await inThread())).toHaveLength(1), PATIENCE);
    const direct = await act(() => person.direct(bot));
    let inRoot = 1;
    for (let index = 0; index < each; index++) {
      const what = `${person.name} ${index}`;
      switch (index % 4) {
        case 0: {
          const { id } = await act(() => person.say(`@k8sgpt why does search-api fail? No. ${index}`));
          asked.push({ what, answered: async () => answers(await person.thread(id)).length, wanted: 1 });
          break;
        }
        case 1:
          await act(() => person.say(`what changed? No. ${index}`, { thread: root }));
          inRoot++;
          break;
        case 2:
          await act(() => person.say(`why does search-api fail? No. ${index}`, { channel: direct }));
          alone.set(person, (alone.get(person) ?? 0) + 1);
          break;
        default:
          await act(() => person.command('/k8sgpt explain Pod/OOMKilled', { channel: direct }));
          alone.set(person, (alone.get(person) ?? 0) + 1);
      }
      await sleep(200 + Math.random() * 1500);
    }
    asked.push({
      what: `${person.name}’s thread`,
      answered: async () => answers(await inThread()).length,
      wanted: inRoot,
    });
  }

  async function aloneWith(person: Person): Promise<number> {
    const posts = await person.posts(await person.direct(bot));
    const commands = posts.filter(({ user, text }) => user === bot && /^Pod\/OOMKilled/m.test(text));
    return answers(posts).length + commands.length;
  }

  async function disturb(): Promise<void> {
    for (let index = 0; index < cuts; index++) {
      await ground.cut(index);
      if (index !== Math.round(cuts / 3) && index !== Math.round((2 * cuts) / 3)) continue;
      const { promise, resolve } = Promise.withResolvers<void>();
      open = promise;
      while (busy > 0) await sleep(5);
      await ground.restart();
      resolve();
    }
  }

  const began = Date.now();
  const cutting = disturb().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.all(people.map(ask));
    if (Date.now() - began > 400_000) break;
  }
  await cutting;
  for (const [person, wanted] of alone) {
    asked.push({ what: `${person.name} alone`, answered: () => aloneWith(person), wanted });
  }

  await vi.waitFor(async () => {
    const missing = [];
    for (const { what, answered, wanted } of asked) if ((await answered()) < wanted) missing.push(what);
    expect(missing).toEqual([]);
  }, PATIENCE);
  // Whoever would answer twice has the time to do so.
  await sleep(5000);
  for (const { what, answered, wanted } of asked) expect(await answered(), what).toBe(wanted);
}

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));

test(`through ${CUTS} cut connections and two restarts each question is answered once, none is lost`, async () => {
  const ground = await standIn();
  onTestFinished(ground.stop);
  await through(ground, CUTS);
}, 600_000);

test.skipIf(!mattermostIsHere())(
  `through ${REAL_CUTS} of Mattermost itself, which is killed twice, as well (needs MATTERMOST_TOOLS)`,
  async () => {
    const ground = await real();
    onTestFinished(ground.stop);
    await through(ground, REAL_CUTS);
  },
  600_000,
);
