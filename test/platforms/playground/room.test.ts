import { expect, test } from 'vitest';
import { Room } from '../../../src/platforms/playground/room.ts';
import type { Change } from '../../../src/platforms/playground/wire.ts';

const NOON = Date.parse('2026-07-30T12:00:00Z');
const small = { messages: 4, letters: 10_000, channels: 4 };

const talk = (words: string, thread?: string) => ({
  channel: 'general',
  author: 'person' as const,
  body: { words },
  ...(thread && { thread }),
});
const wordsOf = (room: Room) => room.entries.map(({ body }) => ('words' in body ? body.words : body.message.text));

test('stamps messages with the time and tells those who watch', () => {
  const room = new Room(() => NOON);
  const changes: Change[] = [];
  const unwatch = room.watch((change) => changes.push(change));

  const entry = room.add(talk('hello'));
  unwatch();
  room.add(talk('unheard'));

  expect(entry).toMatchObject({ channel: 'general', at: '2026-07-30T12:00:00.000Z', version: 1 });
  expect(changes).toMatchObject([{ entries: [{ id: entry.id }], removed: [] }]);
});

test('gives ids that do not come again in another run', () => {
  expect(new Room().add(talk('a')).id).not.toBe(new Room().add(talk('a')).id);
});

test('tells what came after a version, updates among it', () => {
  const room = new Room();
  const first = room.add({ channel: 'general', author: 'bot', body: { message: { text: '1 of 2', blocks: [] } } });
  const second = room.add(talk('meanwhile'));
  room.replace(first.id, { text: '2 of 2', blocks: [] });

  expect(room.since(second.version)?.entries).toMatchObject([{ id: first.id, edited: true }]);
  expect(room.since(room.version)?.entries).toEqual([]);
});

test('cannot tell what came after a version of another run', () => {
  expect(new Room().since(7)).toBeUndefined();
});

test('lets the oldest message go, with its answers, when there are too many', () => {
  const room = new Room(() => NOON, small);
  const old = room.add(talk('old'));
  room.add(talk('its answer', old.id));
  room.add(talk('a'));
  const last = room.add(talk('b'));
  const removed: string[] = [];
  room.watch((change) => removed.push(...change.removed));

  room.add(talk('c'));

  expect(wordsOf(room)).toEqual(['a', 'b', 'c']);
  expect(removed).toHaveLength(2);
  expect(room.since(last.version)).toBeUndefined();
});

test('lets messages go when they hold too many letters, but never the newest', () => {
  const room = new Room(() => NOON, small);
  room.add(talk('small'));

  room.add(talk('x'.repeat(20_000)));

  expect(room.entries).toHaveLength(1);
});

test('keeps the message that the newest one answers', () => {
  const room = new Room(() => NOON, small);
  const root = room.add(talk('root'));
  for (const words of ['1', '2', '3', '4']) room.add(talk(words, root.id));

  expect(wordsOf(room)).toEqual(['root', '2', '3', '4']);
});

test('makes the channel that a message is for, up to a number', () => {
  const room = new Room(() => NOON, small);

  room.add({ ...talk('digest'), channel: '#digests' });
  room.add({ ...talk('lost'), channel: 'one-too-many' });

  expect(room.channels.map(({ id }) => id)).toEqual(['general', 'shop-oncall', 'platform', 'digests']);
  expect(room.entries.map(({ channel }) => channel)).toEqual(['digests', 'general']);
});

test('knows the threads that the bot takes part in', () => {
  const room = new Room();
  const bots = { channel: 'general', author: 'bot' as const, body: { message: { text: 'Hi', blocks: [] } } };
  const report = room.add(bots);
  const question = room.add(talk('@k8sgpt analyze'));
  const chatter = room.add(talk('lunch?'));
  room.add({ ...bots, thread: question.id });
  room.add({ ...bots, thread: chatter.id, whispered: true });

  expect([report, question, chatter].map(({ id }) => room.isOurs(id))).toEqual([true, true, false]);
});
