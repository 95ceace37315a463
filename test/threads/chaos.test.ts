import { afterEach, describe, expect, test } from 'vitest';
import type { ThreadRef } from '../../src/threads.ts';
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
