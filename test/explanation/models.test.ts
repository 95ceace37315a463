import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BackendError, type CompletionRequest, type Piece } from '../../src/backend.ts';
import { createModels } from '../../src/explanation/models.ts';
import { NoAnswer } from '../../src/models.ts';
import { overloaded, scriptedBackend, textOf } from '../support/backends.ts';

const QUESTION: CompletionRequest = { messages: [{ role: 'user', text: 'Why?' }] };
const signal = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('the default backend answers, and says what it cost', async () => {
  const { backend } = scriptedBackend('openai', 'Because.');
  const models = createModels({ backends: [backend] });
  const onUsage = vi.fn();

  const asked = await models.ask(QUESTION, { signal, onUsage });

  expect(asked.backend.name).toBe('openai');
  expect(await textOf(asked.pieces)).toBe('Because.');
  expect(onUsage).toHaveBeenCalledExactlyOnceWith(backend, { input: 10, output: 5 });
});

test('what a service does not tell of its cost is estimated', async () => {
  const { backend } = scriptedBackend('local', [
    { type: 'text', text: 'x'.repeat(400) },
    { type: 'end', reason: 'stop' },
  ]);
  const onUsage = vi.fn();

  const { pieces } = await createModels({ backends: [backend] }).ask(QUESTION, { signal, onUsage });
  await textOf(pieces);

  expect(onUsage.mock.calls[0]?.[1]).toEqual({ input: 1, output: 100 });
});

test('another one is asked where the first does not answer, and the wanted one before all', async () => {
  const first = scriptedBackend('first', overloaded('first'));
  const second = scriptedBackend('second', 'Hello');
  const third = scriptedBackend('third', 'Bonjour');
  const models = createModels({ backends: [first.backend, second.backend, third.backend] });

  expect((await models.ask(QUESTION, { signal })).backend.name).toBe('second');
  expect((await models.ask(QUESTION, { signal, backend: 'third' })).backend.name).toBe('third');
});

test('who gets no answer hears why from each', async () => {
  const models = createModels({
    backends: [scriptedBackend('a', overloaded('a')).backend, scriptedBackend('b', overloaded('b')).backend],
  });

  const asked = models.ask(QUESTION, { signal });

  await expect(asked).rejects.toThrow(NoAnswer);
  await expect(asked).rejects.toMatchObject({
    reasons: ['The backend a answered 500.', 'The backend b answered 500.'],
  });
});

test('a backend that fails three times rests, is tried by one question, and is back when it answers', async () => {
  const { backend, requests } = scriptedBackend(
    'a',
    overloaded('a'),
    overloaded('a'),
    overloaded('a'),
    overloaded('a'),
    'Back',
  );
  const models = createModels({ backends: [backend], restMs: 30_000 });
  const fail = () => expect(models.ask(QUESTION, { signal })).rejects.toThrow();

  for (let time = 0; time < 3; time++) await fail();
  expect(models.list()).toMatchObject([{ name: 'a', state: 'resting', reason: 'The backend a answered 500.' }]);
  expect(models.awake()).toBe(false);
  await expect(models.ask(QUESTION, { signal })).rejects.toThrow('a is left alone for now');
  expect(requests).toHaveLength(3);

  vi.advanceTimersByTime(30_001);
  expect(models.awake()).toBe(true);
  await fail();
  expect(requests).toHaveLength(4);
  expect(models.awake()).toBe(false);

  vi.advanceTimersByTime(30_001);
  expect(await textOf((await models.ask(QUESTION, { signal })).pieces)).toBe('Back');
  expect(models.list()).toMatchObject([{ state: 'ready' }]);
  expect(await textOf((await models.ask(QUESTION, { signal })).pieces)).toBe('Back');
});

test('questions that are too long say nothing of the backend', async () => {
  const { backend, requests } = scriptedBackend('a', new BackendError('too long', 'Too long for a.'));
  const models = createModels({ backends: [backend] });

  for (let time = 0; time < 6; time++) await expect(models.ask(QUESTION, { signal })).rejects.toThrow('Too long');

  expect(requests).toHaveLength(6);
  expect(models.awake()).toBe(true);
});

test('a short wait that the service asks for is kept; a long one makes it rest', async () => {
  const limited = (retryAfterMs: number) => new BackendError('limited', 'Too many.', { retryAfterMs });
  const { backend, requests } = scriptedBackend('a', limited(2000), 'Now', limited(60_000), 'Later');
  const models = createModels({ backends: [backend] });

  const patient = models.ask(QUESTION, { signal });
  await vi.advanceTimersByTimeAsync(2000);
  expect(await textOf((await patient).pieces)).toBe('Now');

  await expect(models.ask(QUESTION, { signal })).rejects.toThrow('Too many.');
  await expect(models.ask(QUESTION, { signal })).rejects.toThrow('left alone');
  expect(requests).toHaveLength(3);

  await vi.advanceTimersByTimeAsync(60_001);
  expect(await textOf((await models.ask(QUESTION, { signal })).pieces)).toBe('Later');
});

test('a backend that says nothing is given up after a while, and its question with it', async () => {
  const slow = scriptedBackend('slow', 'hangs');
  const quick = scriptedBackend('quick', 'Here');
  const models = createModels({ backends: [slow.backend, quick.backend], firstMs: 5000 });

  const asked = models.ask(QUESTION, { signal });
  await vi.advanceTimersByTimeAsync(5001);

  expect((await asked).backend.name).toBe('quick');
});

test('an answer that stops coming breaks off', async () => {
  const { backend } = scriptedBackend('a', 'unused');
  backend.complete = async function* (_, given) {
    yield { type: 'text', text: 'Half' };
    await new Promise((_resolve, reject) =>
      given.addEventListener('abort', () => reject(given.reason), { once: true }),
    );
  };
  const { pieces } = await createModels({ backends: [backend], nextMs: 4000 }).ask(QUESTION, { signal });
  const read = textOf(pieces);
  read.catch(() => {});

  await vi.advanceTimersByTimeAsync(4001);

  await expect(read).rejects.toThrow('sent nothing for 4 s');
});

test.each([
  ['<think>Hm, memory?</think>\n\nIt is memory.', 'It is memory.'],
  ['It is <think> memory.', 'It is <think> memory.'],
  ['<thin ice', '<thin ice'],
  ['<', '<'],
  ['<think>never ends', ''],
])('what a model thinks aloud is no answer: %s', async (said, answer) => {
  for (const size of [1, 3, 100]) {
    const pieces: Piece[] = (said.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []).map((text) => ({
      type: 'text',
      text,
    }));
    const { backend } = scriptedBackend('a', [...pieces, { type: 'end', reason: 'stop' }]);
    const asked = await createModels({ backends: [backend] }).ask(QUESTION, { signal });

    expect(await textOf(asked.pieces)).toBe(answer);
  }
});

test('who gives up gets their own reason, and the backend is not blamed', async () => {
  const { backend } = scriptedBackend('a', 'hangs');
  const models = createModels({ backends: [backend] });
  for (let time = 0; time < 5; time++) {
    const abort = new AbortController();
    const asked = models.ask(QUESTION, { signal: abort.signal });
    abort.abort(new Error('changed my mind'));
    await expect(asked).rejects.toThrow('changed my mind');
  }

  expect(models.awake()).toBe(true);
});

test('only so many are asked at once, and a place is free again when an answer is over or left', async () => {
  const { backend, requests } = scriptedBackend('a', 'Yes');
  const models = createModels({ backends: [backend], concurrency: 3 });
  const answers = await Promise.all(Array.from({ length: 3 }, () => models.ask(QUESTION, { signal })));
  const late = models.ask(QUESTION, { signal });
  await vi.advanceTimersByTimeAsync(10);
  expect(requests).toHaveLength(3);

  for (const { pieces } of answers) for await (const _ of pieces) break;

  expect(await textOf((await late).pieces)).toBe('Yes');
});

test('a backend that is not configured is named with those that are', () => {
  const models = createModels({ backends: [scriptedBackend('openai', '').backend] });

  expect(() => models.expect('openia')).toThrow(
    'The backend "openia" is not configured. Did you mean openai? There are: builtin, openai.',
  );
  expect(() => models.expect('builtin')).not.toThrow();
  expect(() => models.expect(undefined)).not.toThrow();
});
