import { afterEach, expect, test } from 'vitest';
import type { Finding } from '../../../src/checkup.ts';
import { silent } from '../../../src/log.ts';
import { examine } from '../../../src/platforms/slack/doctor.ts';
import { type SlackServer, type SlackServerOptions, startSlack } from '../../support/slack-server.ts';

let server: SlackServer | undefined;
afterEach(() => server?.stop());

async function examined(
  options: Partial<SlackServerOptions>,
  change: (env: Record<string, string>) => void,
): Promise<Finding[]> {
  server = await startSlack({ mode: 'socket', ...options });
  const env = { ...server.env };
  change(env);
  const found: Finding[] = [];
  for await (const finding of examine({ env, log: silent })) found.push(finding);
  return found;
}

test('all is well with Socket Mode', async () => {
  const found = await examined({}, () => {});

  expect(found.map(({ state, text }) => `${state}: ${text}`)).toEqual([
    'good: Settings: Slack in Socket Mode',
    expect.stringMatching(/^good: The token is that of @\w+ in /),
    'good: The app has the 9 scopes that it needs',
    'good: Socket Mode: Slack lets the app connect',
  ]);
});

test('a signing secret shows with the first event alone', async () => {
  const found = await examined({ mode: 'http', requestUrl: () => 'http://127.0.0.1:2' }, () => {});

  expect(found.at(-1)).toMatchObject({ state: 'note', text: expect.stringContaining('SLACK_SIGNING_SECRET') });
});

test.each<[string, Partial<SlackServerOptions>, (env: Record<string, string>) => void, string, RegExp]>([
  ['no settings', {}, (env) => (env.SLACK_BOT_TOKEN = env.SLACK_APP_TOKEN = ''), 'Slack is not set', /^Set SLACK_BOT/],
  [
    'a wrong token',
    {},
    (env) => (env.SLACK_BOT_TOKEN = 'xoxb-wrong'),
    'SLACK_BOT_TOKEN is refused by Slack (invalid_auth)',
    /^Copy the Bot User OAuth Token/,
  ],
  [
    'a wrong token of the app',
    {},
    (env) => (env.SLACK_APP_TOKEN = 'xapp-wrong'),
    'SLACK_APP_TOKEN is refused by Slack (invalid_auth)',
    /^Make an app-level token/,
  ],
  ['scopes', { scopes: ['chat:write', 'commands'] }, () => {}, 'The app lacks app_mentions:read', /manifest\.yaml/],
])('complains of %s, and says what to do', async (_, options, change, text, cure) => {
  const found = await examined(options, change);

  expect(found.filter(({ state }) => state === 'bad')).toEqual([
    { state: 'bad', text: expect.stringContaining(text), cure: expect.stringMatching(cure) },
  ]);
});
