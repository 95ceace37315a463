import { expect, test } from 'vitest';
import { silent } from '../../src/log.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { addExhibit, addTurn, type Context, createContexts, emptyContext } from '../../src/threads/context.ts';
import { podFinding, reportOf } from '../support/findings.ts';

const THREAD = { platform: 'slack', channel: 'C1', thread: '1.1' };
const DAY_MS = 24 * 3_600_000;

function open() {
  const time = { now: 1_000_000 };
  const store = createSqliteStore({ file: ':memory:', clock: () => time.now });
  return { store, time, contexts: createContexts(store, silent) };
}

const turn = (index: number) => ({
  id: `q-${index}`,
  question: `Question ${index}?`,
  user: 'U1',
  at: '2026-03-14T10:00:00Z',
  answer: `Answer ${index}. ${'word '.repeat(400)}`,
  exhibits: [],
  message: { text: 'Answer', blocks: [] },
});

test('comes back as it was kept, in its thread alone', async () => {
  const { contexts } = open();
  const context = emptyContext('prod', { language: 'German' });
  addExhibit(context, { title: 'Logs', text: 'ключ 🔑' });

  await contexts.save(THREAD, context);

  expect(await contexts.load(THREAD)).toEqual(context);
  expect(await contexts.load({ ...THREAD, channel: 'C2' })).toBeUndefined();
});

test('is forgotten a month after it was last spoken of', async () => {
  const { contexts, time } = open();
  await contexts.save(THREAD, emptyContext('prod'));

  time.now += 29 * DAY_MS;
  await contexts.save(THREAD, (await contexts.load(THREAD)) as Context);
  time.now += 29 * DAY_MS;
  expect(await contexts.load(THREAD)).toBeDefined();
  time.now += 2 * DAY_MS;
  expect(await contexts.load(THREAD)).toBeUndefined();
});

test.each([
  '{',
  '[]',
  '{"version":1}',
  '{"version":2,"incidents":[],"exhibits":[],"turns":[],"next":1,"numbers":{},"wishes":{}}',
  'null',
])('counts as forgotten where it cannot be read: %s', async (kept) => {
  const { store, contexts } = open();
  await store.set('thread:v1:slack:C1:1.1', kept, 1000);

  expect(await contexts.load(THREAD)).toBeUndefined();
});

test('of many turns the older ones are told in a line each', () => {
  const context = emptyContext('prod');
  for (let index = 0; index < 500; index++) addTurn(context, turn(index));

  expect(context.turns).toHaveLength(12);
  expect(context.turns.filter(({ message }) => message)).toHaveLength(1);
  expect(context.earlier).toContain('Asked: Question 487? Answered: Answer 487.');
  expect(context.earlier.length).toBeLessThanOrEqual(4000);
});

test('stays within its cap whatever is put in, and keeps what is newest', async () => {
  const { store, contexts } = open();
  const context = emptyContext('prod');
  context.incidents = reportOf(
    Array.from({ length: 60 }, (_, index) =>
      podFinding(`app-${index}`, 'Pod/OOMKilled', { text: 'long '.repeat(1000) }),
    ),
  ).incidents;
  for (let index = 0; index < 100; index++)
    addExhibit(context, { title: `Logs ${index}`, text: `${index} ${'x'.repeat(16_000)}` });
  for (let index = 0; index < 30; index++) addTurn(context, turn(index));

  await contexts.save(THREAD, context);

  expect((await store.get('thread:v1:slack:C1:1.1'))?.length).toBeLessThanOrEqual(200_000);
  const kept = await contexts.load(THREAD);
  expect(kept?.turns.at(-1)?.id).toBe('q-29');
  expect(kept?.exhibits.at(-1)?.title).toBe('Logs 99');
  expect(kept?.incidents.length).toBeGreaterThan(0);
});

test('fits its cap as well where all of it is turns, or one part alone is too much', async () => {
  const { store, contexts } = open();
  const context = emptyContext('prod');
  for (let index = 0; index < 8; index++) addTurn(context, turn(index));
  context.turns = context.turns.map((each) => ({ ...each, answer: 'é"\n'.repeat(15_000) }));

  await contexts.save(THREAD, context);

  expect((await store.get('thread:v1:slack:C1:1.1'))?.length).toBeLessThanOrEqual(200_000);
  const kept = await contexts.load(THREAD);
  expect(kept?.turns.at(-1)?.id).toBe('q-7');
  expect(kept?.earlier).toContain('Asked: Question 0?');
});

test('the same exhibit has one id, and ids are not used again', () => {
  const context = emptyContext('prod');

  const first = addExhibit(context, { title: 'Events', text: 'a' });
  expect(addExhibit(context, { title: 'Events', text: 'a' })).toBe(first);
  expect(addExhibit(context, { title: 'Events', text: 'b' }).id).toBe('E2');
  context.exhibits.length = 0;
  expect(addExhibit(context, { title: 'Events', text: 'c' }).id).toBe('E3');
});
