import { expect, test } from 'vitest';
import { createLimit } from '../src/limit.ts';

/** Work that says when it begins, and ends when told to. */
function pieces(max: number) {
  const limit = createLimit(max);
  const begun: string[] = [];
  function start(name: string, signal = new AbortController().signal) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const done = limit(() => {
      begun.push(name);
      return promise;
    }, signal);
    return { done, end: () => resolve(name), fail: () => reject(new Error(name)) };
  }
  return { begun, start };
}

test('so many run at a time, the others in the order that they came', async () => {
  const { begun, start } = pieces(2);
  const [a, b, c, d] = [start('a'), start('b'), start('c'), start('d')];

  await Promise.resolve();
  expect(begun).toEqual(['a', 'b']);
  b.end();
  await b.done;
  a.fail();
  await expect(a.done).rejects.toThrow('a');
  c.end();
  d.end();

  expect(await Promise.all([c.done, d.done])).toEqual(['c', 'd']);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('who gives up while waiting takes nobody’s place', async () => {
  const { begun, start } = pieces(1);
  const abort = new AbortController();
  const a = start('a');
  const b = start('b', abort.signal);
  const c = start('c');

  abort.abort(new Error('given up'));
  await expect(b.done).rejects.toThrow('given up');
  a.end();
  c.end();
  await c.done;

  expect(begun).toEqual(['a', 'c']);
});

test('who has given up before does not begin', async () => {
  const { begun, start } = pieces(1);

  await expect(start('a', AbortSignal.abort(new Error('given up'))).done).rejects.toThrow('given up');
  expect(begun).toEqual([]);
});

test.each([1, 2, 3, 4])(
  'who gives up %i microtasks after its turn came pushes nobody out of the queue',
  async (turns) => {
    const limit = createLimit(1);
    const abort = new AbortController();
    const never = new AbortController().signal;
    const ends = Promise.withResolvers<void>();
    const a = limit(() => ends.promise, never);
    const b = limit(async () => 'b', abort.signal);
    const c = limit(async () => 'c', never);

    ends.resolve();
    for (let turn = 0; turn < turns; turn++) await undefined;
    abort.abort(new Error('given up'));

    await Promise.allSettled([a, b]);
    expect(await c).toBe('c');
  },
);
