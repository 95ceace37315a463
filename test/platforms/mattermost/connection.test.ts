import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Post } from '@mattermost/types/posts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silent } from '../../../src/log.ts';
import type { Incoming } from '../../../src/platform.ts';
import { Api, dispatcherOf } from '../../../src/platforms/mattermost/api.ts';
import { createMattermost } from '../../../src/platforms/mattermost/index.ts';
import { createSqliteStore } from '../../../src/stores/sqlite.ts';
import { createApi } from '../../support/mattermost/api.ts';
import { openMattermost } from '../../support/mattermost/harness.ts';
import { type MattermostOptions, type MattermostServer, startMattermost } from '../../support/mattermost-server.ts';
import { soon } from '../../support/soon.ts';

const file = (name: string) => fileURLToPath(new URL(`../../support/tls/${name}`, import.meta.url));
const tls = { cert: readFileSync(file('server.crt'), 'utf8'), key: readFileSync(file('server.key'), 'utf8') };
const ca = readFileSync(file('ca.crt'), 'utf8');

const closing: (() => Promise<unknown>)[] = [];
// Mattermost's WebSocket client tells the console all that it does.
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server, and a platform with these settings that has not started yet; what it takes is in `taken`. */
async function connect(options: MattermostOptions, more: Record<string, string> = {}) {
  const server = await startMattermost({ version: '11.9.0', ...options });
  const host = await openHost();
  const store = createSqliteStore({ file: ':memory:' });
  closing.push(
    () => store.close(),
    host.close,
    () => server.stop(),
  );
  const { MATTERMOST_URL, MATTERMOST_TOKEN } = server.settings;
  const env = { MATTERMOST_URL, MATTERMOST_TOKEN, ...more };
  const platform = createMattermost({ env, http: host, store: () => store, log: silent, retryMs: 5 });
  if (!platform) throw new Error('it is not set');
  closing.push(() => platform.stop());
  const taken: Incoming[] = [];
  const start = () =>
    platform.start({
      command: async (incoming) => void taken.push(incoming),
      reply: async () => {},
      form: () => undefined,
    });
  return { server, host, platform, taken, start };
}

/** Where Mattermost calls us. */
async function openHost() {
  let mounted: RequestListener = (_, response) => void response.writeHead(404).end();
  const server = createServer((request, response) => mounted(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mount(_: string, listener: RequestListener) {
      mounted = listener;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** What a person says, by Mattermost's own client. */
async function say({ settings }: MattermostServer, message: string, channel = settings.MATTERMOST_CHANNEL_ID) {
  const dispatcher = dispatcherOf({ ca });
  closing.unshift(async () => dispatcher?.close());
  const api = new Api({ url: settings.MATTERMOST_URL, token: settings.MATTERMOST_USER_TOKEN, dispatcher, log: silent });
  return api.createPost({ channel_id: channel, message } as Post);
}

test.each<[string, MattermostOptions, Record<string, string>]>([
  ['a sub-path', { path: '/chat' }, {}],
  ['an authority of one’s own', { tls }, { MATTERMOST_CA_FILE: file('ca.crt') }],
  ['both', { tls, path: '/company/chat' }, { MATTERMOST_CA_FILE: file('ca.crt') }],
])('hears and answers over %s', async (_, options, env) => {
  const { server, platform, taken, start } = await connect(options, env);
  await start();

  const post = await say(server, '@k8sgpt analyze');
  await soon(() => expect(taken).toMatchObject([{ text: 'analyze', place: { thread: post.id } }]));
  const { place } = taken[0] as Incoming;
  const posted = await platform.post(place, { text: 'Here', blocks: [{ type: 'text', text: 'Here' }] });

  expect(server.state.posts.find(({ id }) => id === posted.id)).toMatchObject({ message: 'Here', root_id: post.id });
  expect(await platform.link?.(posted)).toBe(`${server.settings.MATTERMOST_URL}/platform/pl/${posted.id}`);
});

test('the slash command and its later answer go over a sub-path', async () => {
  const harness = await openMattermost({ path: '/chat' });
  closing.push(() => harness.stop());
  await harness.platform.start({
    command: ({ place, user }) =>
      harness.platform.whisper(place, user, { text: 'Alone', blocks: [{ type: 'text', text: 'For you alone' }] }),
    reply: async () => {},
    form: () => undefined,
  });

  await harness.command('help');

  expect(await harness.person.whispered(({ text }) => text.includes('For you alone'))).toBeTruthy();
});

test('an authority that nobody knows ends the start, and says where to look', async () => {
  const { start } = await connect({ tls });

  await expect(start()).rejects.toThrow(
    /^Mattermost cannot be reached at https:\/\/127\.0\.0\.1:\d+: its certificate is of an authority that is not known here \(\w+\)\. Set MATTERMOST_CA_FILE/,
  );
});

test('a path that leads to no Mattermost ends the start', async () => {
  const { server, host } = await connect({ path: '/chat' });
  const { MATTERMOST_URL, MATTERMOST_TOKEN } = server.settings;
  const env = { MATTERMOST_URL: MATTERMOST_URL.replace(/\/chat$/, ''), MATTERMOST_TOKEN };
  const store = createSqliteStore({ file: ':memory:' });
  closing.push(() => store.close());
  const platform = createMattermost({ env, http: host, store: () => store, log: silent, retryMs: 5 });

  await expect(
    platform?.start({ command: async () => {}, reply: async () => {}, form: () => undefined }),
  ).rejects.toThrow(/^MATTERMOST_URL leads to no Mattermost: http:\S+ has no \/api\/v4\. Give the address/);
});

/** A further team that the bot and the person are in, with a channel. */
function addTeam({ state, settings }: MattermostServer, name: string) {
  const people = [
    settings.MATTERMOST_BOT_USER_ID,
    ...[...state.users.values()].filter((one) => one.username === 'dev').map(({ id }) => id),
  ];
  const team = state.addTeam(name, name, settings.MATTERMOST_BOT_USER_ID);
  for (const id of people) team.members.add(id);
  const members = new Set(people);
  return {
    team,
    channel: state.addChannel({ type: 'O', name: 'talk', display_name: 'Talk', team_id: team.id, members }),
  };
}

test('MATTERMOST_TEAM leaves a team out, and direct messages in', async () => {
  const { server, taken, start } = await connect({}, { MATTERMOST_TEAM: 'Platform' });
  const { channel } = addTeam(server, 'second');
  const api = createApi(server.settings.MATTERMOST_URL, server.settings.MATTERMOST_USER_TOKEN);
  const me = await api<{ id: string }>('GET', '/users/me');
  const direct = await api<{ id: string }>('POST', '/channels/direct', [me.id, server.settings.MATTERMOST_BOT_USER_ID]);
  await start();

  await say(server, '@k8sgpt in the team that is left out', channel.id);
  await say(server, 'in a direct message', direct.id);
  await say(server, '@k8sgpt in the team that is heard');

  await soon(() => expect(taken.map(({ text }) => text)).toContain('in the team that is heard'));
  expect(taken.map(({ text }) => text).sort()).toEqual(['in a direct message', 'in the team that is heard']);
});

test('without MATTERMOST_TEAM all teams are heard', async () => {
  const { server, taken, start } = await connect({});
  const { channel } = addTeam(server, 'second');
  await start();

  await say(server, '@k8sgpt here', channel.id);

  await soon(() => expect(taken).toMatchObject([{ text: 'here', place: { channel: channel.id } }]));
});

test('a team that the bot is not in ends the start, and says in which it is', async () => {
  const { start } = await connect({}, { MATTERMOST_TEAM: 'platform, payments' });

  await expect(start()).rejects.toThrow(
    "MATTERMOST_TEAM names 'payments', and k8sgpt is in no such team (it is in: platform). Give the names of teams",
  );
});

test('each team’s command comes with its own token, and with no other', async () => {
  const { server, host, platform, taken } = await connect({});
  await platform.stop();
  const { team, channel } = addTeam(server, 'second');
  const { MATTERMOST_URL, MATTERMOST_TOKEN, MATTERMOST_TEAM_ID, MATTERMOST_CHANNEL_ID } = server.settings;
  const admin = createApi(MATTERMOST_URL, server.settings.MATTERMOST_ADMIN_TOKEN);
  const person = createApi(MATTERMOST_URL, server.settings.MATTERMOST_USER_TOKEN);
  const make = (team_id: string, trigger: string) =>
    admin<{ token: string }>('POST', '/commands', {
      team_id,
      trigger,
      method: 'P',
      url: `${host.url}/mattermost/command`,
    });
  const [first, second] = [await make(MATTERMOST_TEAM_ID, 'k8sgpt'), await make(team.id, 'k8sgpt')];
  await make(team.id, 'stranger');
  const env = {
    MATTERMOST_URL,
    MATTERMOST_TOKEN,
    MATTERMOST_COMMAND_TOKEN: `${first.token},${second.token}`,
    PUBLIC_URL: host.url,
  };
  const store = createSqliteStore({ file: ':memory:' });
  const both = createMattermost({ env, http: host, store: () => store, log: silent, retryMs: 5 });
  closing.push(
    () => store.close(),
    async () => both?.stop(),
  );
  await both?.start({ command: async (one) => void taken.push(one), reply: async () => {}, form: () => undefined });
  const run = (command: string, team_id: string, channel_id: string) =>
    person('POST', '/commands/execute', { command, team_id, channel_id });

  await run('/k8sgpt one', MATTERMOST_TEAM_ID, MATTERMOST_CHANNEL_ID);
  await run('/k8sgpt two', team.id, channel.id);
  await expect(run('/stranger three', team.id, channel.id)).rejects.toThrow();

  expect(taken.map(({ text, place }) => [text, place.channel])).toEqual([
    ['one', MATTERMOST_CHANNEL_ID],
    ['two', channel.id],
  ]);
});
