import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSettings } from '../../../src/platforms/mattermost/settings.ts';

const file = (name: string) => fileURLToPath(new URL(`../../support/tls/${name}`, import.meta.url));
const given = { MATTERMOST_URL: 'https://chat.example.com', MATTERMOST_TOKEN: 'token' };
const command = { MATTERMOST_COMMAND_TOKEN: 'command', PUBLIC_URL: 'https://bot.example.com' };

test.each([
  ['nothing', {}],
  ['nothing of Mattermost’s', { PUBLIC_URL: 'https://bot.example.com' }],
  ['empty ones', { MATTERMOST_URL: ' ', MATTERMOST_TOKEN: '', MATTERMOST_TEAM: ' ' }],
])('is off with %s', (_, env) => {
  expect(readSettings(env)).toBeUndefined();
});

test.each<[string, Record<string, string>, object]>([
  ['the least', given, { url: 'https://chat.example.com', token: 'token', commandTokens: [], teams: [] }],
  ['a command', { ...given, ...command }, { commandTokens: ['command'], publicUrl: 'https://bot.example.com' }],
  [
    'a sub-path',
    { ...given, MATTERMOST_URL: ' https://example.com:8443/chat/ ' },
    { url: 'https://example.com:8443/chat' },
  ],
  [
    'the address of the API',
    { ...given, MATTERMOST_URL: 'https://example.com/chat/api/v4/' },
    { url: 'https://example.com/chat' },
  ],
  [
    'what a browser shows',
    { ...given, MATTERMOST_URL: 'https://CHAT.example.com/?x#y' },
    { url: 'https://chat.example.com' },
  ],
  ['a public sub-path', { ...given, PUBLIC_URL: 'http://bot:3000/k8sgpt//' }, { publicUrl: 'http://bot:3000/k8sgpt' }],
  [
    'several teams',
    { ...given, ...command, MATTERMOST_COMMAND_TOKEN: 'one, two\n three,', MATTERMOST_TEAM: 'Platform payments' },
    { commandTokens: ['one', 'two', 'three'], teams: ['platform', 'payments'] },
  ],
  [
    'an authority',
    { ...given, MATTERMOST_CA_FILE: file('ca.crt') },
    { ca: expect.stringContaining('-----BEGIN CERTIFICATE-----') },
  ],
])('reads %s', (_, env, settings) => {
  expect(readSettings(env)).toMatchObject(settings);
});

test('without PUBLIC_URL and an authority there is no trace of them', () => {
  expect(Object.keys(readSettings(given) ?? {})).toEqual(['url', 'token', 'commandTokens', 'teams']);
});

const PUBLIC_CURE = 'Give the address at which Mattermost reaches this program, such as https://k8sgpt.example.com.';
const URL_CURE = 'Give the address of the Mattermost server, such as https://chat.example.com.';
const CA_CURE = 'Give the path of a PEM file with the certificate of the authority, or leave it out.';

test.each<[Record<string, string>, string, string]>([
  [{ MATTERMOST_TOKEN: 'token' }, 'MATTERMOST_URL', `is missing, though MATTERMOST_TOKEN is set. ${URL_CURE}`],
  [command, 'MATTERMOST_URL', `is missing, though MATTERMOST_COMMAND_TOKEN is set. ${URL_CURE}`],
  [{ MATTERMOST_TEAM: 'a' }, 'MATTERMOST_URL', `is missing, though MATTERMOST_TEAM is set. ${URL_CURE}`],
  [{ MATTERMOST_CA_FILE: 'a' }, 'MATTERMOST_URL', `is missing, though MATTERMOST_CA_FILE is set. ${URL_CURE}`],
  [
    { MATTERMOST_URL: 'https://chat.example.com' },
    'MATTERMOST_TOKEN',
    'is missing, though MATTERMOST_URL is set. Make a bot account under Integrations > Bot Accounts and copy its token; see deploy/mattermost/README.md.',
  ],
  [
    { ...given, MATTERMOST_URL: 'chat.example.com' },
    'MATTERMOST_URL',
    `is no http or https address: 'chat.example.com'. ${URL_CURE}`,
  ],
  [
    { ...given, MATTERMOST_URL: 'ws://chat' },
    'MATTERMOST_URL',
    `is no http or https address: 'ws://chat'. ${URL_CURE}`,
  ],
  [
    { ...given, MATTERMOST_URL: 'https://me:hidden@chat' },
    'MATTERMOST_URL',
    `must not hold a name or a password. ${URL_CURE}`,
  ],
  [
    { ...given, MATTERMOST_COMMAND_TOKEN: 'a' },
    'PUBLIC_URL',
    `is missing, though MATTERMOST_COMMAND_TOKEN is set. ${PUBLIC_CURE}`,
  ],
  [{ ...given, PUBLIC_URL: 'bot:3000' }, 'PUBLIC_URL', `is no http or https address: 'bot:3000'. ${PUBLIC_CURE}`],
  [{ ...given, PUBLIC_URL: 'https://:hidden@bot' }, 'PUBLIC_URL', `must not hold a name or a password. ${PUBLIC_CURE}`],
  [
    { ...given, MATTERMOST_CA_FILE: file('server.key') },
    'MATTERMOST_CA_FILE',
    `names a file without a PEM certificate: '${file('server.key')}'. ${CA_CURE}`,
  ],
])('refuses %j', (env, setting, problem) => {
  expect(() => readSettings(env)).toThrow(
    expect.objectContaining({ name: 'ConfigError', setting, message: `${setting} ${problem}` }),
  );
});

test('says which file of an authority cannot be read', () => {
  expect(() => readSettings({ ...given, MATTERMOST_CA_FILE: '/nowhere/ca.pem' })).toThrow(
    /^MATTERMOST_CA_FILE cannot be read: ENOENT.*\/nowhere\/ca\.pem'\. Give the path of a PEM file/,
  );
});

test('never shows a secret', () => {
  const wrong = [
    { ...given, MATTERMOST_TOKEN: 'hidden', MATTERMOST_URL: 'nonsense' },
    { ...given, MATTERMOST_TOKEN: 'hidden', MATTERMOST_COMMAND_TOKEN: 'hidden' },
    { MATTERMOST_TOKEN: 'hidden' },
    { ...given, MATTERMOST_URL: 'https://me:hidden@chat' },
    { ...given, MATTERMOST_URL: 'chat://me:hidden@chat' },
    { ...given, MATTERMOST_URL: 'me:hidden@chat' },
    { ...given, PUBLIC_URL: 'hidden@chat' },
  ];

  for (const env of wrong) expect(() => readSettings(env)).toThrow(/^(?!.*hidden)/);
});
