import { expect, test } from 'vitest';
import { callsOf, collect, textOf } from '../support/model/pieces.ts';
import type { BackendSession } from './backend.ts';
import { ODD, QUESTION } from './backend-conversations.ts';

/** What a model answers comes through: in its order, whole, and with its end. */
export function answers(on: BackendSession): void {
  test('streams the text in its order, from before the server has all of it', async () => {
    const rest = Promise.withResolvers<void>();
    const backend = await on.serve([{ text: ['The ', 'image ', 'is ', 'missing.'], hold: rest.promise }]);
    const pieces = on.ask(backend);

    expect(await pieces.next()).toEqual({ done: false, value: { type: 'text', text: 'The ' } });
    expect(on.model.requests[0]?.finished).toBe(false);
    rest.resolve();

    expect(textOf(await collect(pieces))).toBe('image is missing.');
  });

  test('ends with its reason, once and last', async () => {
    const backend = await on.serve([{ text: 'Yes.' }]);

    const pieces = await collect(on.ask(backend));

    expect(pieces.filter(({ type }) => type === 'end')).toHaveLength(1);
    expect(pieces.at(-1)).toMatchObject({ type: 'end', reason: 'stop' });
  });

  test('counts tokens', async ({ skip }) => {
    skip(on.lacks('usage') !== undefined, on.lacks('usage'));
    const backend = await on.serve([{ text: 'Yes.', usage: { input: 1234, output: 56 } }]);

    const pieces = await collect(on.ask(backend));

    expect(pieces.at(-1)).toMatchObject({ type: 'end', usage: { input: 1234, output: 56 } });
  });

  test('does without a count of tokens', async ({ skip }) => {
    skip(on.lacks('usage') !== undefined, on.lacks('usage'));
    const backend = await on.serve([{ text: 'Yes.', usage: false }]);

    const pieces = await collect(on.ask(backend));

    expect(pieces.at(-1)).toEqual({ type: 'end', reason: 'stop' });
  });

  test('gives several calls, each one whole', async ({ skip }) => {
    skip(on.lacks('tools') !== undefined, on.lacks('tools'));
    const calls = [
      { name: 'logs', arguments: { pod: 'web', lines: 20 } },
      { name: 'nodes' },
      { name: 'logs', arguments: { pod: 'web "b" 🐳', lines: 5 } },
    ];
    const backend = await on.serve([{ text: 'Let me see.', calls }]);

    const pieces = await collect(on.ask(backend));

    const got = callsOf(pieces);
    expect(textOf(pieces)).toBe('Let me see.');
    expect(got.map((call) => [call.name, JSON.parse(call.arguments)])).toEqual(
      calls.map((call) => [call.name, call.arguments ?? {}]),
    );
    expect(new Set(got.map(({ id }) => id)).size).toBe(3);
    expect(pieces.at(-1)).toMatchObject({ type: 'end', reason: 'calls' });
  });

  test('goes on with the results of its calls', async ({ skip }) => {
    skip(on.lacks('tools') !== undefined, on.lacks('tools'));
    const backend = await on.serve([
      { text: 'Let me see.', calls: [{ name: 'nodes' }, { name: 'logs', arguments: { pod: 'web' } }] },
      { calls: [{ name: 'logs', arguments: { pod: 'db' } }] },
      { text: 'The node is full.' },
    ]);
    const messages = [...QUESTION];

    for (let round = 0; round < 2; round++) {
      const pieces = await collect(on.ask(backend, messages));
      const calls = callsOf(pieces);
      messages.push({ role: 'assistant', text: textOf(pieces), calls });
      // Results may come in any order.
      for (const { id, name } of calls.toReversed()) {
        messages.push({ role: 'tool', call: id, name, text: `${name}: all is well` });
      }
    }
    const last = await collect(on.ask(backend, messages));

    expect(textOf(last)).toBe('The node is full.');
    expect(on.model.requests.map(({ refused }) => refused)).toEqual([undefined, undefined, undefined]);
  });

  test('gives arguments as the model wrote them', async ({ skip }) => {
    skip(on.lacks('tools') !== undefined, on.lacks('tools'));
    skip(on.lacks('arguments as text') !== undefined, on.lacks('arguments as text'));
    const backend = await on.serve([{ calls: [{ name: 'logs', arguments: '{"pod": "web", lines' }] }]);

    const [call] = callsOf(await collect(on.ask(backend)));

    expect(call?.arguments).toBe('{"pod": "web", lines');
  });

  test.each([1, 3, 7])('puts letters together that arrive in parts of %i bytes', async (bytes) => {
    const text = 'Der Knoten ist überfüllt — 節点が一杯です 🐳👩‍🔧\u2028 "{}" \\n\ndata: x\n\n';
    const backend = await on.serve([{ text: [text, text], bytes }]);

    expect(textOf(await collect(on.ask(backend)))).toBe(text + text);
  });

  test('gives all of a long answer', async () => {
    const text = 'Ein langer Satz über Pods. 🐳 '.repeat(3500);
    const backend = await on.serve([{ text }]);

    expect(text.length).toBeGreaterThan(100_000);
    expect(textOf(await collect(on.ask(backend)))).toBe(text);
  });

  test('gives an empty answer', async () => {
    const backend = await on.serve([{ usage: false }]);

    expect(await collect(on.ask(backend))).toEqual([{ type: 'end', reason: 'stop' }]);
  });

  test('tells that the limit of tokens was reached', async () => {
    const backend = await on.serve([{ text: 'It is because', length: true }]);

    const pieces = await collect(on.ask(backend));

    expect(textOf(pieces)).toBe('It is because');
    expect(pieces.at(-1)).toMatchObject({ type: 'end', reason: 'length' });
  });

  test('tells that the model declined', async ({ skip }) => {
    skip(on.lacks('refusal') !== undefined, on.lacks('refusal'));
    const backend = await on.serve([{ text: 'I cannot', refuse: true }]);

    const pieces = await collect(on.ask(backend));

    expect(pieces.at(-1)).toMatchObject({ type: 'end', reason: 'refusal' });
  });

  test.each(Object.entries(ODD))('asks with %s', async (_, messages) => {
    const backend = await on.serve([{ text: 'Yes.' }]);

    expect(textOf(await collect(on.ask(backend, messages)))).toBe('Yes.');
  });
}
