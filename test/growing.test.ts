import { expect, test } from 'vitest';
import { growByUpdates, growFrom } from '../src/growing.ts';
import type { Block, Message } from '../src/message.ts';

const text = (words: string): Block => ({ type: 'text', text: words });
const POSTED = { id: '1', place: { channel: 'c', thread: '1' } };

/** A platform that shows what was posted, or updated last; its updates fail as often as it is told. */
function platform(failures = 0) {
  const state: { shown?: Message; left: number } = { left: failures };
  return {
    state,
    post: async (_: unknown, message: Message) => {
      state.shown = message;
      return POSTED;
    },
    update: async (_: unknown, message: Message) => {
      if (state.left-- > 0) throw new Error('not now');
      state.shown = message;
    },
  };
}

test('a message grows by being replaced by more', async () => {
  const chat = platform();

  const growing = await growByUpdates(chat, { channel: 'c' }, { text: 'T', blocks: [text('1')] });
  await growing.append([text('2')]);
  expect(chat.state.shown?.blocks).toEqual([text('1'), text('2')]);
  await growing.finish([text('3')]);

  expect(growing.posted).toEqual(POSTED);
  expect(chat.state.shown).toEqual({ text: 'T', blocks: [text('1'), text('2'), text('3')] });
});

test('a list that grows item by item is one list', async () => {
  const chat = platform();
  const item = (start: number): Block => ({
    type: 'list',
    ordered: true,
    items: [`${start}`],
    ...(start > 1 && { start }),
  });
  const growing = await growByUpdates(chat, { channel: 'c' }, { text: 'T', blocks: [item(1)] });

  await growing.append([item(2)]);
  await growing.finish([item(3), text('and'), item(3)]);

  expect(chat.state.shown?.blocks).toEqual([
    { type: 'list', ordered: true, items: ['1', '2', '3'] },
    text('and'),
    item(3),
  ]);
});

test('what could not be shown while it grew is shown at its end', async () => {
  const chat = platform(1);
  const growing = await growByUpdates(chat, { channel: 'c' }, { text: 'T', blocks: [] });

  await growing.append([text('1')]);
  await growing.finish([text('2')]);

  expect(chat.state.shown?.blocks).toEqual([text('1'), text('2')]);
});

test('a message that stands there grows too', async () => {
  const chat = platform();

  const growing = await growFrom(chat, POSTED, { text: 'T', blocks: [text('1')] });
  expect(chat.state.shown?.blocks).toEqual([text('1')]);
  await growing.append([text('2')]);

  expect(growing.posted).toEqual(POSTED);
  expect(chat.state.shown?.blocks).toEqual([text('1'), text('2')]);
});

test('what was not posted, since the person is answered alone, is shown at its end', async () => {
  const chat = platform();
  const growing = await growFrom(chat, { ...POSTED, id: '' }, { text: 'T', blocks: [] });

  await growing.append([text('1')]);
  expect(chat.state.shown?.blocks).toEqual([]);
  await growing.finish([text('2')]);

  expect(chat.state.shown?.blocks).toEqual([text('1'), text('2')]);
});

test('an end that cannot be shown is an error', async () => {
  const growing = await growByUpdates(platform(9), { channel: 'c' }, { text: 'T', blocks: [] });

  await expect(growing.finish([])).rejects.toThrow('not now');
});
