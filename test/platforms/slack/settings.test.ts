import { expect, test } from 'vitest';
import { readSettings } from '../../../src/platforms/slack/settings.ts';

const bot = { SLACK_BOT_TOKEN: 'xoxb-1' };
const app = { SLACK_APP_TOKEN: 'xapp-1' };
const secret = { SLACK_SIGNING_SECRET: 'secret' };

test.each([
  ['nothing', {}, undefined],
  ['Socket Mode', { ...bot, ...app }, { botToken: 'xoxb-1', mode: { kind: 'socket', appToken: 'xapp-1' } }],
  ['HTTP', { ...bot, ...secret }, { botToken: 'xoxb-1', mode: { kind: 'http', signingSecret: 'secret' } }],
  ['Socket Mode first', { ...bot, ...app, ...secret }, { mode: { kind: 'socket' } }],
  ['HTTP by choice', { ...bot, ...app, ...secret, SLACK_SOCKET_MODE: 'false' }, { mode: { kind: 'http' } }],
  [
    'another Web API',
    { ...bot, ...app, SLACK_API_URL: 'http://127.0.0.1:1/api' },
    { apiUrl: 'http://127.0.0.1:1/api/' },
  ],
])('reads %s', (_, env, settings) => {
  const read = readSettings(env);

  if (settings) expect(read).toMatchObject(settings);
  else expect(read).toBeUndefined();
});

test.each([
  ['SLACK_BOT_TOKEN', { ...app }],
  ['SLACK_BOT_TOKEN', { ...secret }],
  ['SLACK_BOT_TOKEN', { SLACK_BOT_TOKEN: 'xoxp-person', ...app }],
  ['SLACK_APP_TOKEN', { ...bot }],
  ['SLACK_APP_TOKEN', { ...bot, SLACK_APP_TOKEN: 'xoxb-1' }],
  ['SLACK_APP_TOKEN', { ...bot, ...secret, SLACK_SOCKET_MODE: 'true' }],
  ['SLACK_SIGNING_SECRET', { ...bot, ...app, SLACK_SOCKET_MODE: 'false' }],
  ['SLACK_SOCKET_MODE', { ...bot, ...app, SLACK_SOCKET_MODE: 'maybe' }],
  ['SLACK_API_URL', { ...bot, ...app, SLACK_API_URL: 'slack.com/api' }],
])('names %s and its cure when it is wrong or missing', (setting, env) => {
  expect(() => readSettings(env)).toThrow(
    expect.objectContaining({
      name: 'ConfigError',
      setting,
      message: expect.stringMatching(new RegExp(`^${setting} .+\\. (Copy|Make|Set|Give) `)),
    }),
  );
});

test('never shows a secret', () => {
  expect(() => readSettings({ SLACK_BOT_TOKEN: 'xoxp-hidden', ...app })).toThrow(/^(?!.*hidden)/);
});
