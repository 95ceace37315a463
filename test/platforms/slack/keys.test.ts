import { expect, test } from 'vitest';
import type { Message } from '../../../src/message.ts';
import { started } from '../../support/slack/started.ts';
import { ANNA, BERT, BOT } from '../../support/slack/workspace.ts';

const PLACE = { channel: 'C0OPS' };
const say = (text: string): Message => ({ text, blocks: [{ type: 'text', text }] });

test('a key is found behind many other messages', async () => {
  const app = await started();
  const report = await app.platform.post(PLACE, say('A report'), { key: 'report' });
  for (let index = 0; index < 300; index++) app.slack.workspace.add({ ...PLACE, user: ANNA, text: 'hm' });
  for (let index = 0; index < 300; index++)
    app.slack.workspace.add({ ...PLACE, user: BERT, text: 'hm', thread_ts: report.id });
  const answer = await app.platform.post(report.place, say('An answer'), { key: 'answer' });

  expect(await app.platform.find(PLACE, 'report')).toEqual(report);
  expect(await app.platform.find(report.place, 'answer')).toEqual(answer);
});

test('an answer under a message that was found is heard', async () => {
  const app = await started();
  const metadata = { event_type: 'k8sgpt_message', event_payload: { key: 'k', page: 1 } };
  const root = app.slack.workspace.add({ ...PLACE, user: ANNA, text: 'old question' });
  app.slack.workspace.add({ ...PLACE, user: BOT.user, thread_ts: root.ts, metadata });

  await app.platform.find({ ...PLACE, thread: root.ts }, 'k');
  await app.reply('and now?', root.ts);

  expect(app.replies).toMatchObject([{ text: 'and now?' }]);
});

test.each<[string, { user?: string; event_type?: string }]>([
  ['another one’s', { user: ANNA }],
  ['of another program', { event_type: 'other' }],
])('a message with the key that is %s is not found', async (_, { user = BOT.user, event_type = 'k8sgpt_message' }) => {
  const app = await started();
  app.slack.workspace.add({ ...PLACE, user, metadata: { event_type, event_payload: { key: 'k', page: 1 } } });

  expect(await app.platform.find(PLACE, 'k')).toBeUndefined();
});

test.each([
  ['a channel that the bot is not in', { channel: 'C0NOBOT' }, {}],
  ['a thread that is gone', { channel: 'C0OPS', thread: '1.1' }, {}],
  ['a channel that it may not read', PLACE, { scopes: ['chat:write'] }],
])('nothing is found in %s', async (_, place, options) => {
  const app = await started(options);

  expect(await app.platform.find(place, 'k')).toBeUndefined();
});

test('a search that fails is no answer', async () => {
  const app = await started();
  app.slack.fail('conversations.history', 9, 'internal_error');

  await expect(app.platform.find(PLACE, 'k')).rejects.toThrow('internal_error');
});

test('a key that is too long is an error of ours', async () => {
  const app = await started();

  await expect(app.platform.post(PLACE, say('A report'), { key: 'k'.repeat(101) })).rejects.toThrow(RangeError);
});
