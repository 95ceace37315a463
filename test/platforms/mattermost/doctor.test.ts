import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Finding } from '../../../src/checkup.ts';
import { silent } from '../../../src/log.ts';
import { examine } from '../../../src/platforms/mattermost/doctor/index.ts';
import { createHttpServer } from '../../../src/server/http.ts';
import { openMattermost } from '../../support/mattermost/harness.ts';
import { type MattermostOptions, type MattermostServer, startMattermost } from '../../support/mattermost-server.ts';

const file = (name: string) => fileURLToPath(new URL(`../../support/tls/${name}`, import.meta.url));
const tls = { cert: readFileSync(file('server.crt'), 'utf8'), key: readFileSync(file('server.key'), 'utf8') };

const closing: (() => Promise<void>)[] = [];
// Mattermost's WebSocket client tells the console all that it does.
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Scene {
  server: MattermostServer;
  env: Record<string, string>;
  port: number;
}

/** A server with our bot and its command, while k8sgpt-chat does not run. */
async function scene(options: MattermostOptions = {}): Promise<Scene> {
  const server = await startMattermost({ version: '11.9.0', ...options });
  closing.push(() => server.stop());
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const { settings } = server;
  const token = makeCommand(server, settings.MATTERMOST_TEAM_ID, `${publicUrl}/mattermost/command`);
  const { MATTERMOST_URL, MATTERMOST_TOKEN } = settings;
  return {
    server,
    port,
    env: { MATTERMOST_URL, MATTERMOST_TOKEN, MATTERMOST_COMMAND_TOKEN: token, PUBLIC_URL: publicUrl },
  };
}

function makeCommand({ state }: MattermostServer, team: string, url: string, more: object = {}): string {
  const id = `c${String(state.commands.size).padStart(25, 'a')}`;
  const token = `t${String(state.commands.size).padStart(25, 'a')}`;
  const blank = { username: '', icon_url: '', display_name: '', description: '', plugin_id: '' };
  const texts = { auto_complete: true, auto_complete_desc: '', auto_complete_hint: '' };
  const times = { create_at: 1, update_at: 1, delete_at: 0, creator_id: '' };
  const command = { ...blank, ...texts, ...times, id, token, team_id: team, trigger: 'k8sgpt', method: 'P', url };
  state.commands.set(id, { ...command, ...more });
  return token;
}

async function examined({ env, port }: Pick<Scene, 'env' | 'port'>): Promise<Finding[]> {
  const found: Finding[] = [];
  const open = async () => {
    const http = createHttpServer({ ready: () => false });
    await http.listen('127.0.0.1', port);
    return http;
  };
  for await (const finding of examine({ env, open, log: silent, greetingMs: 300 })) found.push(finding);
  return found;
}

const shown = (found: readonly Finding[], state: Finding['state']) =>
  found
    .filter((finding) => finding.state === state)
    .map(({ text, cure }) => [text, ...(cure ? [cure] : [])].join(' → '));

test('all is well, and the checkup answers where the program does not run', async () => {
  const { server, ...at } = await scene();

  const found = await examined({ ...at });

  expect(shown(found, 'bad')).toEqual([]);
  expect(shown(found, 'good')).toEqual([
    expect.stringMatching(/^Settings: Mattermost at http:.*, which calls us at http:/),
    expect.stringMatching(/^Mattermost answers at http:\S+, in \d+ ms$/),
    'Version 11.9.0',
    'The token is that of the bot @k8sgpt',
    '@k8sgpt is in the team platform',
    expect.stringMatching(/^@k8sgpt is in \d channels of platform \(.*\bops\b.*\) and may post there/),
    '/k8sgpt in platform: Mattermost reaches k8sgpt-chat, and its token is right',
    expect.stringMatching(/^Buttons and forms: .*\/mattermost\/actions answers$/),
    expect.stringMatching(/^WebSocket: Mattermost greeted us after \d+ ms$/),
  ]);
  expect(shown(found, 'note')).toEqual([
    expect.stringContaining('create_post_ephemeral, optional'),
    expect.stringMatching(/^k8sgpt-chat does not run at .*ECONNREFUSED.*, so I answer in its place/),
  ]);
  // Nobody sees anything of it, and the port is free again.
  expect(server.count('POST /posts')).toBe(0);
  expect(await freePortAgain(at.port)).toBe(true);
});

async function freePortAgain(port: number): Promise<boolean> {
  const http = createHttpServer({ ready: () => false });
  await http.listen('127.0.0.1', port);
  await http.close();
  return true;
}

test('all is well below a sub-path, with an authority of one’s own', async () => {
  const { env, port } = await scene({ tls, path: '/chat' });

  const found = await examined({ env: { ...env, MATTERMOST_CA_FILE: file('ca.crt') }, port });

  expect(shown(found, 'bad')).toEqual([]);
  expect(shown(found, 'good').at(-1)).toMatch(/^WebSocket: Mattermost greeted us/);
});

test('asks the program that runs', async () => {
  const harness = await openMattermost();
  closing.push(() => harness.stop());
  await harness.platform.start({ command: async () => {}, reply: async () => {}, form: () => undefined });

  const found = await examined({ env: harness.env, port: 1 });

  expect(shown(found, 'bad')).toEqual([]);
  expect(shown(found, 'good')).toContain(`k8sgpt-chat is running: it answers at ${harness.url}`);
  expect(shown(found, 'good')).toContain(
    '/k8sgpt in platform: Mattermost reaches k8sgpt-chat, and its token is right; tick Autocomplete in the command to have it offered while people type',
  );
});

/** Each with what is changed, and how the only complaint reads. */
test.each<[string, MattermostOptions, (scene: Scene) => unknown, RegExp[]]>([
  ['no settings', {}, (it) => (it.env = {}), [/^Mattermost is not set → Set MATTERMOST_URL and MATTERMOST_TOKEN/]],
  [
    'half of the settings',
    {},
    ({ env }) => delete env.MATTERMOST_TOKEN,
    [/^MATTERMOST_TOKEN is missing, though MATTERMOST_URL is set\. Make a bot account/],
  ],
  [
    'a server that does not run',
    {},
    ({ env }) => (env.MATTERMOST_URL = 'http://127.0.0.1:2'),
    [/^Mattermost cannot be reached at http:\/\/127\.0\.0\.1:2: connect ECONNREFUSED .* → Start Mattermost, correct/],
  ],
  [
    'a wrong sub-path',
    { path: '/chat' },
    ({ env }) => (env.MATTERMOST_URL = String(env.MATTERMOST_URL).replace(/\/chat$/, '')),
    [/leads to no Mattermost: .* is answered with 404, .* → Give MATTERMOST_URL as browsers show it/],
  ],
  [
    'TLS where there is none',
    {},
    ({ env }) => (env.MATTERMOST_URL = String(env.MATTERMOST_URL).replace('http:', 'https:')),
    [/: it does not speak as its address says → Give MATTERMOST_URL with http:\/\/, or another port\.$/],
  ],
  [
    'an authority that nobody knows',
    { tls },
    () => {},
    [/: its certificate is of an authority that is not known here \(\w+\) → Set MATTERMOST_CA_FILE to a PEM file/],
  ],
  [
    'a server that is too old',
    { version: '6.6.0' },
    () => {},
    [/^Version 6\.6\.0 is too old: k8sgpt-chat needs 6\.7 → Update Mattermost to 9 or later\.$/],
  ],
  [
    'a wrong token',
    {},
    ({ env }) => (env.MATTERMOST_TOKEN = 'wrong'),
    [
      /^Mattermost refuses the token: .* → Make a new token under Integrations > Bot Accounts, and set it as MATTERMOST_TOKEN\.$/,
    ],
  ],
  [
    'no team',
    {},
    ({ server }) => {
      for (const { members } of server.state.teams.values()) members.delete(server.settings.MATTERMOST_BOT_USER_ID);
    },
    [/^@k8sgpt is in no team → Invite @k8sgpt to the team/],
  ],
  [
    'a team that is misnamed',
    {},
    ({ env }) => (env.MATTERMOST_TEAM = 'plattform'),
    [/^MATTERMOST_TEAM names plattform, and @k8sgpt is in no such team; it is in platform → Correct MATTERMOST_TEAM/],
  ],
  [
    'no channel',
    {},
    ({ server }) => {
      for (const { members } of server.state.channels.values()) members.delete(server.settings.MATTERMOST_BOT_USER_ID);
    },
    [/^@k8sgpt is in no channel of platform → Write \/invite @k8sgpt in each channel/],
  ],
  [
    'no command',
    {},
    ({ server }) => server.state.commands.clear(),
    [
      /^\/k8sgpt in platform: there is no such command → .* trigger word k8sgpt, method POST, URL \S+\/mattermost\/command\./,
    ],
  ],
  [
    'commands that are switched off',
    { config: { EnableCommands: 'false' } },
    ({ server }) => server.fail('POST /commands/execute', 501, 1, 'api.command.disabled.app_error'),
    [
      /^Custom slash commands are off \(EnableCommands\) → A system administrator sets that in System Console > Integrations/,
      /^\/k8sgpt in platform: custom slash commands are off → See EnableCommands above\.$/,
    ],
  ],
  [
    'the token of another command',
    {},
    ({ env }) => (env.MATTERMOST_COMMAND_TOKEN = 'another'),
    [/^\/k8sgpt in platform: MATTERMOST_COMMAND_TOKEN is of another command \(401\) → Copy the token from/],
  ],
  [
    'a command by GET',
    {},
    ({ server }) => {
      for (const command of server.state.commands.values()) command.method = 'G';
    },
    [/^\/k8sgpt in platform: the command does not come as a POST \(405\) → Choose the method POST/],
  ],
  [
    'a command with another path',
    {},
    ({ server }) => {
      for (const command of server.state.commands.values()) command.url += 's';
    },
    [
      /^\/k8sgpt in platform: the command’s URL is answered with 404 → .* give it the URL \S+\/mattermost\/command, and have/,
    ],
  ],
  [
    'clocks that differ',
    { now: () => Date.now() - 3_600_000 },
    () => {},
    [
      /^\/k8sgpt in platform: k8sgpt-chat does not believe when this was done.* \(403\) → Set the clocks of both machines/,
    ],
  ],
  [
    'an address that Mattermost may not call',
    { callsInternal: false },
    () => {},
    [
      /^\/k8sgpt in platform: Mattermost may not call this address.* → Add 127\.0\.0\.1 to System Console > Environment > Developer > Allow untrusted/,
    ],
  ],
  [
    'the same where Mattermost does not say why',
    { callsInternal: false, config: { EnableDeveloper: 'false' } },
    () => {},
    [
      /^\/k8sgpt in platform: Mattermost does not reach k8sgpt-chat, and says why in its own log alone → Add 127\.0\.0\.1 to System Console .* Where it is there already, the command needs the URL/,
    ],
  ],
  [
    'a public address where nobody is',
    {},
    ({ env, server }) => {
      env.PUBLIC_URL = 'http://127.0.0.1:2';
      for (const command of server.state.commands.values()) command.url = 'http://127.0.0.1:2/mattermost/command';
    },
    [
      /^\/k8sgpt in platform: Mattermost does not reach k8sgpt-chat \(.*\) → To mend it, the command needs the URL http:\/\/127\.0\.0\.1:2\/mattermost\/command, k8sgpt-chat running/,
      /^Buttons and forms: http:\/\/127\.0\.0\.1:2\/mattermost\/actions is not reached: connect ECONNREFUSED .* → Correct PUBLIC_URL/,
    ],
  ],
  [
    'a WebSocket that a proxy refuses',
    {},
    ({ server }) => server.fail('GET /websocket', 400, 100),
    [
      /^Mattermost does not answer on its WebSocket at .* Let its proxy pass WebSocket connections on to \/api\/v4\/websocket\.$/,
    ],
  ],
])('complains of %s, and says what to do', async (_, options, change, complaints) => {
  const at = await scene(options);
  change(at);

  const bad = shown(await examined(at), 'bad');

  expect(bad).toEqual(complaints.map((complaint) => expect.stringMatching(complaint)));
});

test('a command that another program answers', async () => {
  const at = await scene();
  const other = createServer((_, response) => void response.setHeader('content-type', 'text/html').end('<html>'));
  await new Promise<void>((resolve) => other.listen(at.port, '127.0.0.1', resolve));
  closing.push(async () => void other.close());

  const found = await examined(at);

  expect(shown(found, 'note').join()).toMatch(
    /and I cannot answer in its place: Port \d+ on 127\.0\.0\.1 is already in use/,
  );
  expect(shown(found, 'bad')).toEqual([
    expect.stringMatching(/^\/k8sgpt in platform: another program answers it, with “<html>”/),
    expect.stringMatching(/^Buttons and forms: .* is not reached: 200, not by k8sgpt-chat/),
  ]);
});

test('a server that sends us on elsewhere', async () => {
  const front = createServer((request, response) => {
    response.writeHead(301, { location: `https://chat.example.com${request.url}` }).end();
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  closing.push(async () => void front.close());
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;

  const found = await examined({ env: { MATTERMOST_URL: url, MATTERMOST_TOKEN: 'token' }, port: 1 });

  expect(shown(found, 'bad')).toEqual([
    `${url} sends us on to https://chat.example.com/api/v4/system/ping, and a token is not sent on → Set MATTERMOST_URL=https://chat.example.com.`,
  ]);
});

test('says what is worse than it could be', async () => {
  const { MaxPostSize, PostEditTimeLimit } = { MaxPostSize: '4000', PostEditTimeLimit: '300' };
  const at = await scene({
    version: '12.0.0',
    config: {
      MaxPostSize,
      PostEditTimeLimit,
      SiteURL: '',
      EnableFileAttachments: 'false',
      AsymmetricSigningPublicKey: '',
    },
  });
  const { PUBLIC_URL: _, MATTERMOST_COMMAND_TOKEN: __, ...env } = at.env;
  const person = { ...env, MATTERMOST_TOKEN: at.server.settings.MATTERMOST_USER_TOKEN };

  const found = await examined({ env: person, port: at.port });

  expect(shown(found, 'bad')).toEqual([]);
  expect(shown(found, 'note')).toEqual([
    expect.stringMatching(/^Version 12\.0\.0 is newer than 11/),
    expect.stringMatching(/^The token is that of the person @dev/),
    expect.stringMatching(/\(SiteURL\), so links lead to http/),
    expect.stringMatching(/^Files are off \(EnableFileAttachments\)/),
    expect.stringMatching(/^A post takes 4000 letters/),
    expect.stringMatching(/^A post can be edited for 300 s/),
    expect.stringMatching(/^The server tells no key/),
    expect.stringMatching(/create_post_ephemeral/),
    expect.stringMatching(/^PUBLIC_URL is not set, .* → Set PUBLIC_URL to an address/),
  ]);
});

test('each team has a command of its own, and one that is left out is not looked at', async () => {
  const at = await scene();
  const { state, settings } = at.server;
  const bot = settings.MATTERMOST_BOT_USER_ID;
  for (const name of ['second', 'third']) {
    const team = state.addTeam(name, name, bot);
    state.addChannel({ type: 'O', name: 'talk', display_name: 'Talk', team_id: team.id, members: new Set([bot]) });
    if (name === 'second') {
      const token = makeCommand(at.server, team.id, `${at.env.PUBLIC_URL}/mattermost/command`);
      at.env.MATTERMOST_COMMAND_TOKEN += `, ${token}`;
    }
  }
  at.env.MATTERMOST_TEAM = 'platform,Second';

  const found = await examined(at);

  expect(shown(found, 'bad')).toEqual([]);
  expect(shown(found, 'good')).toEqual(
    expect.arrayContaining([
      '@k8sgpt is in the teams platform, second; MATTERMOST_TEAM leaves out third',
      '/k8sgpt in platform: Mattermost reaches k8sgpt-chat, and its token is right',
      '/k8sgpt in second: Mattermost reaches k8sgpt-chat, and its token is right',
    ]),
  );
});
