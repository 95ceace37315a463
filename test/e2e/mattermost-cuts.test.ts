import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { silent } from '../../src/log.ts';
import { envOf } from '../support/mattermost/command.ts';
import type { Person, Seen } from '../support/mattermost/person.ts';
import { type MattermostServer, startMattermost } from '../support/mattermost-server.ts';

const CUTS = Number(process.env.CUTS ?? 200);
/** Questions of each person: by mention, in a thread, in a conversation of their own with the bot, by command. */
const EACH = Math.max(2, Math.round(CUTS / 20));
const PEOPLE = ['ada', 'ben', 'cleo', 'dora'];
const PATIENCE = { timeout: 120_000, interval: 250 };

let server: MattermostServer;
let app: App;
const people: Person[] = [];

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  server = await startMattermost();
  const env = { ...(await envOf(server.settings)), DATA_DIR: ':memory:' };
  app = await startApp({ env, cluster: { sample: true }, log: silent });
  for (const name of PEOPLE) people.push(await server.newcomer(name));
});

afterAll(async () => {
  for (const person of people) person.close();
  await app?.stop();
  await server?.stop();
});

const bot = () => server.settings.MATTERMOST_BOT_USER_ID;
/** Answers that are whole: they end with buttons for an opinion. */
const answers = (posts: readonly Seen[]) => posts.filter(({ user, text }) => user === bot() && text.includes('👎'));

test(`through ${CUTS} cut connections and two restarts each question is answered once, none is lost`, async () => {
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
    const inThread = async () => (await person.thread(root)).filter(({ user }) => user === bot());
    await vi.waitFor(async () => expect(answers(await inThread())).toHaveLength(1), PATIENCE);
    const direct = await act(() => person.direct(bot()));
    let inRoot = 1;
    for (let index = 0; index < EACH; index++) {
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
    const posts = await person.posts(await person.direct(bot()));
    const commands = posts.filter(({ user, text }) => user === bot() && /^Pod\/OOMKilled/m.test(text));
    return answers(posts).length + commands.length;
  }

  async function disturb(): Promise<number> {
    let cuts = 0;
    for (; cuts < CUTS; cuts++) {
      await server.hub.connected(bot());
      await sleep(Math.random() * 300);
      if (cuts % 10 === 3) server.loseAnswer(`POST /posts of ${bot()}`);
      if (cuts % 10 === 7) server.limit(`POST /posts of ${bot()}`, 2, 1);
      if (cuts === Math.round(CUTS / 3) || cuts === Math.round((2 * CUTS) / 3)) {
        const { promise, resolve } = Promise.withResolvers<void>();
        open = promise;
        while (busy > 0) await sleep(5);
        await server.restart(1000);
        resolve();
      } else server.hub.cut({ user: bot(), ...(cuts % 2 === 0 && { code: 1001 }) });
    }
    isOver = true;
    return cuts;
  }

  const began = Date.now();
  const cutting = disturb();
  while (!isOver) {
    await Promise.all(people.map(ask));
    if (Date.now() - began > 400_000) break;
  }
  expect(await cutting).toBe(CUTS);
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
}, 600_000);
