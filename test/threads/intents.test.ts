import { describe, expect, test } from 'vitest';
import { type IntentKind, intentOf, isSmallTalk } from '../../src/threads/intents.ts';

test.each<[string, IntentKind]>([
  ['why?', 'why'],
  ['Why does checkout-api crash?', 'why'],
  ['what is wrong here?', 'why'],
  ["what's the root cause", 'why'],
  ['explain', 'why'],
  ['show me the logs', 'logs'],
  ['show me the logs of the previous run', 'logs'],
  ['logs', 'logs'],
  ['why does it fail? show me the logs', 'logs'],
  ['what did the container print?', 'logs'],
  ['how do I fix it?', 'fix'],
  ['what can we do?', 'fix'],
  ['is there a workaround?', 'fix'],
  ['what changed?', 'changed'],
  ['what changed since yesterday?', 'changed'],
  ['is it fixed now?', 'changed'],
  ['is it still failing?', 'changed'],
  ['events', 'events'],
  ['what happened?', 'events'],
  ['describe the pod', 'describe'],
  ['yaml', 'yaml'],
  ['show me the manifest', 'yaml'],
  ['what is related to it?', 'related'],
  ['who uses this ConfigMap?', 'related'],
  ['rollout history', 'rollout'],
  ['cpu usage', 'top'],
  ['help', 'help'],
  ['?', 'help'],
  ['What can I ask?', 'help'],
])('"%s" asks for %s', (question, kind) => {
  expect(intentOf(question)?.kind).toBe(kind);
});

test.each(['the team moved to Berlin', 'compare it with the other region'])(
  '"%s" asks for nothing that plain words tell',
  (words) => {
    expect(intentOf(words)).toBeUndefined();
  },
);

test('what else is in a question makes it one for a model', () => {
  expect(intentOf('show me the events')?.sure).toBe(true);
  expect(intentOf('could the connection pool be too small for these events?')?.sure).toBe(false);
  // Names of objects say nothing of what is wanted.
  expect(intentOf('describe checkout-api', ['checkout-api'])?.sure).toBe(true);
  expect(intentOf('events of history-api', ['history-api'])?.kind).toBe('events');
});

test.each([
  ['logs of the previous run', { previous: true }],
  ['logs before the crash', { previous: true }],
  ['last 50 lines of logs', { lines: 50 }],
  ['logs since 10m', { since: '10m' }],
  ['logs of the last 2 hours', { since: '2h' }],
  ['logs containing ERROR', { grep: 'ERROR' }],
  ['logs of container proxy', { container: 'proxy' }],
  ['logs of the container', {}],
])('"%s" asks for them so', (question, logs) => {
  expect(intentOf(question)).toMatchObject({ kind: 'logs', logs });
  expect(intentOf(question)?.logs).toEqual(logs);
});

describe('small talk', () => {
  test.each(['thanks!', 'ok', 'Thank you so much', '👍', ':+1:', 'got it, thanks', 'LGTM', 'great'])(
    '"%s" wants no answer',
    (words) => {
      expect(isSmallTalk(words)).toBe(true);
    },
  );

  test.each(['why?', '?', 'ok, and why?', 'thanks, but what changed?', 'no logs?', 'done?'])(
    '"%s" wants one',
    (words) => {
      expect(isSmallTalk(words)).toBe(false);
    },
  );
});
