import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { silent } from '../../../src/log.ts';
import type { Platform } from '../../../src/platform.ts';
import { createMattermost } from '../../../src/platforms/mattermost/index.ts';
import type { Store } from '../../../src/store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite.ts';
import type { PlatformHarness, Shown } from '../../contracts/platform.ts';
import { type MattermostOptions, type MattermostServer, startMattermost } from '../mattermost-server.ts';
import { soon } from '../soon.ts';
import { createPerson, type Person, type Seen, type SeenPost, see } from './person.ts';
import { wire } from './post-wire.ts';
import type { Post } from './state.ts';

/** Mattermost and our platform in it, with Mattermost's own client between the two. */
export interface MattermostHarness extends PlatformHarness {
  server: MattermostServer;
  person: Person;
  /** Where the platform is called. */
  url: string;
  env: Record<string, string>;
  /** Where every process of the platform keeps how far it has read. */
  store: Store;
  /** What was called there last. */
  last(): { path: string; headers: Record<string, string>; body: string } | undefined;
}

const UPDATE_EVERY_MS = 25;

export async function openMattermost(
  options: MattermostOptions = {},
  env: Record<string, string> = {},
): Promise<MattermostHarness> {
  // Mattermost's WebSocket client tells the console all that it does.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const host = await startHost();
  const server = await startMattermost({ version: '11.9.0', ...options });
  const { settings, state } = server;
  const channel = settings.MATTERMOST_CHANNEL_ID;
  const team = settings.MATTERMOST_TEAM_ID;
  const bot = settings.MATTERMOST_BOT_USER_ID;
  const where = { url: settings.MATTERMOST_URL, channel, team };
  const person = await createPerson({ ...where, token: settings.MATTERMOST_USER_TOKEN });
  const bert = state.addUser({ username: 'bert' });
  for (const members of [state.team(team).members, state.channel(channel).members]) members.add(bert.id);
  const admin = await createPerson({ ...where, token: settings.MATTERMOST_ADMIN_TOKEN });
  const { token } = await admin.api<{ token: string }>('POST', '/commands', {
    team_id: team,
    trigger: 'k8sgpt',
    method: 'P',
    url: `${host.url}/mattermost/command`,
  });
  const given = {
    MATTERMOST_URL: settings.MATTERMOST_URL,
    MATTERMOST_TOKEN: settings.MATTERMOST_TOKEN,
    MATTERMOST_COMMAND_TOKEN: token,
    PUBLIC_URL: host.url,
    ...env,
  };
  const store = createSqliteStore({ file: ':memory:' });
  const others: Platform[] = [];
  const people: Person[] = [person, admin];
  /** The last thing that came by WebSocket, which is said again by coming back to it. */
  let lastSaid: (() => Promise<void>) | undefined;

  function create(http: { mount(path: string, listener: RequestListener): void }): Platform {
    return createMattermost({
      env: given,
      http,
      store: () => store,
      log: silent,
      updateEveryMs: UPDATE_EVERY_MS,
      retryMs: 5,
    }) as Platform;
  }

  async function speaking(user = person.id): Promise<Person> {
    const known = people.find(({ id }) => id === user);
    if (known) return known;
    const another = await createPerson({ ...where, token: state.addSession(user) });
    people.push(another);
    return another;
  }

  const platform = create(host);
  const harness: MattermostHarness = {
    server,
    person,
    url: host.url,
    env: given,
    store,
    last: host.last,
    platform,
    bert: bert.id,
    async command(text, { user, channel: at = channel } = {}) {
      lastSaid = () => host.again();
      await (await speaking(user)).command(`/k8sgpt ${text}`, { channel: at });
    },
    async mention(text, { thread } = {}) {
      lastSaid = comeBack;
      await person.say(`@k8sgpt ${text}`, thread ? { thread } : {});
    },
    async reply(text, thread) {
      lastSaid = comeBack;
      await person.say(text, { thread });
    },
    async botReply(text, thread) {
      const other = state.addUser({ username: `other${state.users.size}`, is_bot: true });
      for (const members of [state.team(team).members, state.channel(channel).members]) members.add(other.id);
      await (await speaking(other.id)).say(text, { thread });
    },
    async press(shown, label) {
      lastSaid = () => host.again();
      const post = state.posts.find(({ id }) => id === shown.id) as Post;
      await person.press(wire(state, post) as unknown as SeenPost, label.replace(/:(?=[\w+-]+:)/g, ':\u2060'));
    },
    async fill(values) {
      await person.fill(values);
    },
    redeliver: async () => lastSaid?.(),
    shown: (only) => shown(only),
    async another(on = { command: async () => {}, reply: async () => {}, form: () => undefined }) {
      // Mattermost calls the first one alone, as a balancer might.
      const other = create({ mount() {} });
      others.push(other);
      await other.start(on);
      return other;
    },
    rateLimit: () => server.limit('POST /posts', 1, 0),
    disconnect: comeBack,
    async forge() {
      const body = new URLSearchParams({ token: 'a guess', text: 'forged', user_id: person.id, channel_id: channel });
      return (await fetch(`${host.url}/mattermost/command`, { method: 'POST', body })).status;
    },
    async stop() {
      for (const one of people) one.close();
      await Promise.all([platform, ...others].map((one) => one.stop()));
      await server.stop();
      await host.close();
      await store.close();
    },
  };

  /** The bot's connection is cut, and comes again: what was said is read once more. */
  async function comeBack(): Promise<void> {
    const before = server.count('GET /users/:user/teams');
    server.hub.cut({ user: bot });
    await soon(() => {
      if (server.count('GET /users/:user/teams') === before) throw new Error('the bot is not back');
    });
  }

  function shown(only?: string): Shown[] {
    const posts = state.posts.filter((post) => post.user_id === bot && post.delete_at === 0);
    const seen = posts.map((post) => see(wire(state, post) as unknown as SeenPost));
    const whispers = people.flatMap((one) => one.whispers().map((whisper) => ({ ...whisper, onlyFor: one.id })));
    return [...seen, ...whispers].filter(({ post }) => !only || post.channel_id === only).map(shownOf);
  }

  function shownOf(seen: Seen & { onlyFor?: string }): Shown {
    const { id, thread, text, live, edited, onlyFor, post } = seen;
    const files = (post.file_ids ?? []).flatMap((file) => state.files.get(file) ?? []);
    const names = new Map([...state.users.values()].map(({ id: user, username }) => [`@${username}`, `@${user}`]));
    const direct = state.channel(post.channel_id);
    const alone = direct.type === 'D' ? [...direct.members].find((member) => member !== bot) : onlyFor;
    return {
      id,
      // A word joiner is seen by nobody.
      text: [text.replaceAll('\u2060', ''), ...files.filter(isText).map(({ bytes }) => bytes.toString())].join('\n'),
      live: live.map((one) => names.get(one) ?? one),
      pictures: pictures(seen),
      edited,
      ...(thread && { thread }),
      ...(alone && { user: alone }),
    };
  }

  /** Mattermost reads nothing out for a file; the words of a picture stand in the message that it belongs to. */
  function pictures({ id, text }: Seen): string[] {
    const files = state.posts
      .filter((post) => post.id === id || post.root_id === id)
      .flatMap(({ file_ids }) => file_ids);
    const hasPicture = files.some((file) => state.files.get(file)?.mime_type === 'image/png');
    return hasPicture ? [...text.matchAll(/^\w+\. (.*)$/gm)].map(([, words = '']) => words) : [];
  }

  return harness;
}

function isText({ mime_type: type }: { mime_type: string }): boolean {
  return type.startsWith('text/');
}

/** The program's HTTP server, as far as a platform knows it. It can be told the last thing once more. */
async function startHost() {
  let mounted: RequestListener = (_, response) => void response.writeHead(404).end();
  let last: { path: string; headers: Record<string, string>; body: string } | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const type = request.headers['content-type'] ?? '';
      last = { path: request.url ?? '', headers: { 'content-type': type }, body: Buffer.concat(chunks).toString() };
    });
    mounted(request, response);
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    last: () => last,
    mount(_path: string, listener: RequestListener) {
      mounted = listener;
    },
    async again() {
      if (!last) throw new Error('nothing was called yet');
      await fetch(url + last.path, { method: 'POST', headers: last.headers, body: last.body });
    },
    close() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
