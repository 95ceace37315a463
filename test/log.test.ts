import { expect, test } from 'vitest';
import { consoleOf, createLogger } from '../src/log.ts';

function logged(level = 'info') {
  const lines: string[] = [];
  const log = createLogger(level, { write: (line) => void lines.push(line) });
  return { log, entries: () => lines.map((line) => JSON.parse(line)) };
}

test('a line is constant text with its fields, also those of the part that writes it', () => {
  const { log, entries } = logged();

  log.child({ part: 'slack' }).warn({ channel: 'C1', files: 2 }, 'Slack refused a message');

  expect(entries()).toMatchObject([{ part: 'slack', channel: 'C1', files: 2, msg: 'Slack refused a message' }]);
});

test('what is below the level is not written', () => {
  const { log, entries } = logged('warn');

  log.info({}, 'Connected');

  expect(entries()).toEqual([]);
});

test('credentials that people typed or programs said are masked', () => {
  const { log, entries } = logged();

  log.error(
    { text: 'analyze -l password=hunter2', err: new Error('GET https://bot:hunter2@db:5432 failed') },
    'Failed',
  );

  expect(JSON.stringify(entries())).not.toContain('hunter2');
  expect(entries()).toMatchObject([
    { text: 'analyze -l password=***', err: { message: 'GET https://bot:***@db:5432 failed' } },
  ]);
});

test('of an error the reasons are told, and nothing that a library hung on it', () => {
  const { log, entries } = logged();
  const cause = new Error('connect ECONNREFUSED');
  const request = { headers: { authorization: 'Bearer of a token' } };

  log.error({ err: Object.assign(new TypeError('fetch failed', { cause }), { code: 'E_FETCH', request }) }, 'Failed');

  const [{ err }] = entries();
  expect(Object.keys(err)).toEqual(['type', 'code', 'message', 'stack']);
  expect(err).toMatchObject({ type: 'TypeError', code: 'E_FETCH', stack: expect.stringContaining('ECONNREFUSED') });
});

test('what was thrown without being an error is told as well', () => {
  const { log, entries } = logged();

  log.error({ err: 'no reason' }, 'Failed');

  expect(entries()).toMatchObject([{ err: 'no reason', msg: 'Failed' }]);
});

test('what libraries tell the console is in the log, without credentials', () => {
  const { log, entries } = logged('debug');
  const told = consoleOf(log);

  told.log('connecting to %s', 'https://bot:hunter2@chat');
  told.error('it failed');

  expect(entries()).toMatchObject([
    { level: 20, said: 'connecting to https://bot:***@chat' },
    { level: 40, said: 'it failed' },
  ]);
});
