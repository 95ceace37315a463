import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { ThreadRef } from '../../src/threads.ts';
import { scriptedBackend } from '../support/backends.ts';
import { type HarnessOptions, openThreads } from '../support/threads.ts';

let harness: Awaited<ReturnType<typeof openThreads>>;
let thread: ThreadRef;

async function open(options: HarnessOptions = {}): Promise<void> {
  harness = await openThreads(options);
  ({ thread } = await harness.begin());
}
afterEach(() => harness.close());

/** A context that is well but for these parts. */
const context = (parts: object) =>
  JSON.stringify({
    version: 1,
    cluster: 'sample',
    scope: { filters: [] },
    incidents: [],
    numbers: {},
    exhibits: [],
    next: 1,
    turns: [],
    earlier: '',
    wishes: {},
    ...parts,
  });

describe('state that cannot be read', () => {
  async function askTwice(): Promise<string> {
    const first = await harness.ask(thread, 'what changed?');
    const second = await harness.ask(thread, 'why?');
    for (const answer of [first, second]) expect(answer).not.toContain('a reason that is ours');
    expect(second).toContain('**E');
    expect(harness.chat.thread(thread.thread)).toHaveLength(2);
    return first;
  }

  test.each([
    '{"version":1',
    'null',
    '"words"',
    context({ numbers: null }),
    context({ wishes: null }),
    context({ incidents: [{}] }),
    context({ incidents: [null] }),
    context({ exhibits: [{}] }),
    context({ exhibits: ['E1'] }),
    context({ turns: [{}] }),
    context({ turns: [null] }),
    context({ earlier: 3 }),
    context({ scope: 'all' }),
    context({ scope: {} }),
    context({ pseudonyms: 'none' }),
  ])('of a thread is forgotten, and that is said: %s', async (kept) => {
    await open();
    await harness.store.set(`thread:v1:slack:C1:${thread.thread}`, kept, 60_000);

    expect(await askTwice()).toContain('Nothing of this thread is known to me any more');
  });

  test.each([
    ['thread-inbox:v1:THREAD', '{"waiting":'],
    ['thread-inbox:v1:THREAD', 'null'],
    ['thread-inbox:v1:THREAD', '{"waiting":[{}],"answered":[]}'],
    ['thread-inbox:v1:THREAD', '{"waiting":[null],"answered":[null]}'],
    ['thread-inbox:v1:THREAD', '{"waiting":["a question"],"answered":[]}'],
    [
      'thread-inbox:v1:THREAD',
      '{"waiting":[{"id":"q","text":"why?","user":"U1","at":3,"attempts":"x"}],"answered":[]}',
    ],
    ['thread-snapshot:v1:THREAD', '{"at":'],
    ['thread-snapshot:v1:THREAD', 'null'],
    ['thread-snapshot:v1:THREAD', '{"at":"yesterday","incidents":[],"objects":[]}'],
    ['thread-snapshot:v1:THREAD', '{"at":"2026-03-14T10:00:00Z","incidents":[{}],"objects":[]}'],
    ['thread-snapshot:v1:THREAD', '{"at":"2026-03-14T10:00:00Z","incidents":[],"objects":[null]}'],
    ['language:v1:slack:C1', '{}'],
  ])('of %s harms no answer: %s', async (key, kept) => {
    await open();
    await harness.store.set(key.replace('THREAD', `slack:C1:${thread.thread}`), kept, 60_000);

    await askTwice();
  });

  test.each(['{"id":', 'null', '{"incidents":[]}', '{"id":"rep-1","incidents":[{}],"filters":[],"errors":[]}'])(
    'of the newest report costs an analysis: %s',
    async (kept) => {
      await open();
      await harness.store.set('report-newest:v1:sample', 'rep-1', 60_000);
      await harness.store.set('report:v1:rep-1', kept, 60_000);
      const old = await harness.platform.post({ channel: 'C1' }, { text: 'An analysis of last year', blocks: [] });
      thread = { ...thread, thread: old.place.thread ?? '' };

      expect(await askTwice()).toContain('Nothing of this thread is known to me any more');
    },
  );
});

describe('a chat service that takes nothing for a while', () => {
  test('gets each answer once when it is back, in order, and no model is asked again', async () => {
    const { backend, requests } = scriptedBackend('openai', 'First.', 'Second.');
    await open({ backends: [backend], retryMs: 50 });
    const place = { channel: 'C1', thread: thread.thread };
    const ask = (text: string) => harness.threads.ask('slack', { text, user: 'U1', place, delivery: text });

    harness.chat.failing = new Error('The service answered 500.');
    await ask('could it be the memory?');
    await ask('or could it be the node?');
    await expect.poll(() => requests.length).toBe(1);
    await sleep(2000);
    delete harness.chat.failing;

    const standing = () => harness.chat.thread(thread.thread).map((text) => text.split('\n')[0]);
    await expect.poll(standing, { timeout: 10_000 }).toEqual(['First.', 'Second.']);
    expect(requests).toHaveLength(2);
  });

  test('for very long: the question is given up, and the next one is answered', async () => {
    const { backend } = scriptedBackend('openai', 'First.', 'Second.');
    await open({ backends: [backend], retryMs: 1 });
    const place = { channel: 'C1', thread: thread.thread };

    harness.chat.failing = new Error('The service answered 500.');
    await harness.threads.ask('slack', { text: 'could it be the memory?', user: 'U1', place, delivery: 'a' });
    await expect
      .poll(() => harness.store.get(`thread-inbox:v1:slack:C1:${thread.thread}`), { timeout: 15_000 })
      .toContain('"waiting":[]');
    delete harness.chat.failing;

    expect(await harness.ask(thread, 'or could it be the node?')).toContain('Second.');
  });
});
