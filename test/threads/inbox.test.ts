import { expect, test, vi } from 'vitest';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { createInbox, WAITING_MAX } from '../../src/threads/inbox.ts';

const NOW = 1_000_000;
const question = (id: string) => ({ id, text: `Question ${id}`, user: 'U1', at: '2026-03-14T10:00:00Z' });

function open() {
  const store = createSqliteStore({ file: ':memory:' });
  return { store, inbox: createInbox(store) };
}

test('gives questions in their order, each until it is done', async () => {
  const { inbox } = open();
  for (const id of ['a', 'b', 'c']) expect(await inbox.put('t', question(id))).toBe('new');

  expect(await inbox.begin('t', NOW)).toMatchObject({ question: { id: 'a', attempts: 1 } });
  expect(await inbox.begin('t', NOW)).toMatchObject({ question: { id: 'a', attempts: 2 } });
  expect(await inbox.done('t', 'a')).toBe(2);
  expect(await inbox.begin('t', NOW)).toMatchObject({ question: { id: 'b', attempts: 1 } });
});

test('takes a question once, also after it was answered', async () => {
  const { inbox } = open();

  expect(await inbox.put('t', question('a'))).toBe('new');
  expect(await inbox.put('t', question('a'))).toBe('known');
  await inbox.begin('t', NOW);
  await inbox.done('t', 'a');
  expect(await inbox.put('t', question('a'))).toBe('known');
  expect(await inbox.begin('t', NOW)).toEqual({});
});

test('loses nothing where many are put in at once', async () => {
  const { inbox } = open();
  const ids = Array.from({ length: 40 }, (_, index) => `q${index}`);

  await Promise.all(ids.map((id) => inbox.put('t', question(id))));

  const got: string[] = [];
  for (;;) {
    const { question: next } = await inbox.begin('t', NOW);
    if (!next) break;
    got.push(next.id);
    await inbox.done('t', next.id);
  }
  expect(got.sort()).toEqual(ids.sort());
});

test('keeps where an answer stands', async () => {
  const { inbox } = open();
  const posted = { id: '1.2', place: { channel: 'C1', thread: '1.1' } };
  await inbox.put('t', question('a'));
  await inbox.begin('t', NOW);

  await inbox.posted('t', 'a', posted);

  expect(await inbox.begin('t', NOW)).toMatchObject({ question: { posted } });
});

test('several processes see what the others did, whatever they remember', async () => {
  const { store, inbox } = open();
  const other = createInbox(store);
  await inbox.put('t', question('a'));
  await other.put('t', question('b'));

  expect(await inbox.begin('t', NOW)).toMatchObject({ question: { id: 'a', attempts: 1 } });
  expect(await other.begin('t', NOW)).toMatchObject({ question: { id: 'a', attempts: 2 } });
  expect(await inbox.done('t', 'a')).toBe(1);
  expect(await other.put('t', question('a'))).toBe('known');
  expect(await other.done('t', 'b')).toBe(0);
  expect(await inbox.begin('t', NOW)).toEqual({});
  await other.put('t', question('c'));
  expect(await inbox.begin('t', NOW)).toMatchObject({ question: { id: 'c' } });
});

test('reads what it has not left there itself, and nothing else', async () => {
  const { store, inbox } = open();
  const reads = vi.spyOn(store, 'get');

  await inbox.put('t', question('a'));
  await inbox.begin('t', NOW);
  await inbox.posted('t', 'a', { id: '1.2', place: { channel: 'C1' } });
  await inbox.done('t', 'a');

  expect(reads).toHaveBeenCalledTimes(1);
});

test('an answer that is put off is not begun before its time, nor is what waits behind it', async () => {
  const { inbox } = open();
  await inbox.put('t', question('a'));
  await inbox.put('t', question('b'));
  await inbox.begin('t', NOW);

  await inbox.postpone('t', 'a', NOW + 5000);

  expect(await inbox.begin('t', NOW + 1000)).toEqual({ afterMs: 4000 });
  expect(await inbox.begin('t', NOW + 5000)).toMatchObject({ question: { id: 'a', attempts: 2 } });
});

test('is full at some time, and says so', async () => {
  const { inbox } = open();
  for (let index = 0; index < WAITING_MAX; index++) await inbox.put('t', question(`q${index}`));

  expect(await inbox.put('t', question('one more'))).toBe('full');
});

test.each(['{"waiting": 3}', 'nonsense', '[]', '{"waiting":[],"answered":{}}'])(
  'begins anew where %s is kept',
  async (kept) => {
    const { store, inbox } = open();
    await store.set('thread-inbox:v1:t', kept, 1000);

    expect(await inbox.begin('t', NOW)).toEqual({});
    expect(await inbox.put('t', question('a'))).toBe('new');
    expect(await inbox.begin('t', NOW)).toMatchObject({ question: { id: 'a' } });
  },
);
