import { expect, test } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { errorCode, slackLogger } from '../../../src/platforms/slack/client.ts';

test.each([
  [
    Object.assign(new Error('An API error occurred'), { data: { ok: false, error: 'not_in_channel' } }),
    'not_in_channel',
  ],
  [new Error('connect ECONNREFUSED'), ''],
  [undefined, ''],
])('of %o Slack’s own name is %j', (error, code) => {
  expect(errorCode(error)).toBe(code);
});

test('what Slack’s libraries say at debug, tokens among it, is not logged', () => {
  const lines: string[] = [];
  const log = slackLogger(createLogger('debug', { write: (line) => void lines.push(line) }));

  log.debug('token', 'xoxb-1234567890-abcdef');
  log.warn('http request failed', 'xoxb-1234567890-abcdef');

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 40, said: 'http request failed ***' }]);
});
