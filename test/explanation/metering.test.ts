import { expect, test } from 'vitest';
import { createMetering } from '../../src/explanation/metering.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';

const NOON = Date.parse('2026-03-14T12:00:00Z');
const account = { channel: 'slack:C1', thread: '1.1' };

function meter(budgets: Parameters<typeof createMetering>[1]) {
  const time = { now: NOON };
  const clock = () => time.now;
  return { metering: createMetering(createSqliteStore({ file: ':memory:', clock }), budgets, clock), time };
}

test('nothing is exhausted where nobody set a budget', async () => {
  const { metering } = meter({});
  await metering.note(account, {}, { input: 1e9, output: 1e9 });

  expect(await metering.exhausted(account)).toBeUndefined();
});

test.each([
  ['thread', { thread: { tokens: 100 } }, 'The budget of 100 tokens for this thread is used up. Begin a new thread'],
  ['channel', { channel: { tokens: 100 } }, 'for this channel today is used up. It begins anew at 00:00 UTC'],
  ['day', { day: { tokens: 100 } }, 'for today is used up'],
  ['day’s dollars', { day: { dollars: 0.5 } }, 'The budget of $0.5 for today is used up'],
])('the %s’s budget holds', async (_, budgets, sentence) => {
  const { metering } = meter(budgets);

  await metering.note(account, { price: { input: 5000, output: 5000 } }, { input: 60, output: 39 });
  expect(await metering.exhausted(account)).toBeUndefined();
  await metering.note(account, { price: { input: 5000, output: 5000 } }, { input: 1, output: 0 });

  expect(await metering.exhausted(account)).toContain(sentence);
});

test('a thread’s budget is no other thread’s, a day’s ends with the day', async () => {
  const { metering, time } = meter({ thread: { tokens: 10 }, day: { tokens: 20 } });
  await metering.note(account, {}, { input: 10, output: 0 });
  expect(await metering.exhausted(account)).toContain('thread');
  expect(await metering.exhausted({ channel: 'slack:C1', thread: '2.2' })).toBeUndefined();

  await metering.note({ channel: 'slack:C1', thread: '2.2' }, {}, { input: 10, output: 0 });
  expect(await metering.exhausted({ channel: 'slack:C1', thread: '3.3' })).toContain('today');
  time.now += 12 * 3_600_000;
  expect(await metering.exhausted({ channel: 'slack:C1', thread: '3.3' })).toBeUndefined();
});

test('what was spent today is counted over all', async () => {
  const { metering } = meter({});
  const price = { input: 2, output: 8 };

  await Promise.all(Array.from({ length: 50 }, () => metering.note(account, { price }, { input: 1000, output: 500 })));

  expect(await metering.spent('day', account)).toEqual({ requests: 50, tokens: 75_000, dollars: 0.3 });
  expect(await metering.spent('thread', account)).toMatchObject({ tokens: 75_000, dollars: 0.3 });
});
