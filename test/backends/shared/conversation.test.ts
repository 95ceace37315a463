import { expect, test } from 'vitest';
import type { ChatMessage } from '../../../src/backend.ts';
import { argumentsOf, inWords, readConversation } from '../../../src/backends/shared/conversation.ts';
import { ODD } from '../../contracts/backend-conversations.ts';

test('keeps a conversation that is in order', () => {
  const messages: ChatMessage[] = [
    { role: 'system', text: 'You know Kubernetes.' },
    { role: 'user', text: 'Why?' },
    {
      role: 'assistant',
      text: 'Let me see.',
      calls: [
        { id: 'call_1', name: 'logs', arguments: '{"pod":"web"}', signature: 's' },
        { id: 'call_2', name: 'nodes', arguments: '{}' },
      ],
    },
    { role: 'tool', call: 'call_1', name: 'logs', text: ' out of memory\n' },
    { role: 'tool', call: 'call_2', name: 'nodes', text: 'none' },
    { role: 'assistant', text: 'It is out of memory.' },
    { role: 'user', text: 'And now?' },
  ];

  expect(readConversation(messages)).toEqual({
    system: 'You know Kubernetes.',
    turns: [
      { role: 'user', text: 'Why?', results: [] },
      {
        role: 'assistant',
        text: 'Let me see.',
        calls: [
          { id: 'call_1', name: 'logs', arguments: '{"pod":"web"}', signature: 's' },
          { id: 'call_2', name: 'nodes', arguments: '{}' },
        ],
      },
      {
        role: 'user',
        text: '',
        results: [
          { id: 'call_1', name: 'logs', text: ' out of memory\n' },
          { id: 'call_2', name: 'nodes', text: 'none' },
        ],
      },
      { role: 'assistant', text: 'It is out of memory.', calls: [] },
      { role: 'user', text: 'And now?', results: [] },
    ],
  });
});

test('puts results into the order of their calls', () => {
  const [, , turn] = readConversation([
    { role: 'user', text: 'Why?' },
    { role: 'assistant', text: '', calls: ['a', 'b', 'c'].map((id) => ({ id, name: 'nodes', arguments: '' })) },
    { role: 'tool', call: 'c', name: 'nodes', text: '3' },
    { role: 'user', text: 'Well?' },
    { role: 'tool', call: 'a', name: 'nodes', text: '1' },
  ]).turns;

  expect(turn).toMatchObject({ text: 'Well?', results: [{ text: '1' }, { text: '(no result)' }, { text: '3' }] });
});

test.each(Object.entries(ODD))('brings into order: %s', (_, messages) => {
  const { system, turns } = readConversation(messages);

  expect(turns.map(({ role }) => role)).toEqual(turns.map((_, at) => (at % 2 === 0 ? 'user' : 'assistant')));
  expect(turns.length % 2).toBe(1);
  expect(system).toBe(system.trim());
  turns.forEach((turn, at) => {
    const before = turns[at - 1];
    const rest = turn.role === 'user' ? turn.results : turn.calls;
    expect(turn.text.trim() || rest.length, 'a turn says something').toBeTruthy();
    if (turn.role === 'user') {
      const calls = before?.role === 'assistant' ? before.calls : [];
      expect(turn.results.map(({ id }) => id)).toEqual(calls.map(({ id }) => id));
      expect(turn.results.every(({ text }) => text.trim())).toBe(true);
    } else {
      expect(turn.calls.every(({ id, name }) => /^[\w-]{1,40}$/.test(id) && /^[\w-]{1,64}$/.test(name))).toBe(true);
    }
  });
  const ids = turns.flatMap((turn) => (turn.role === 'assistant' ? turn.calls.map(({ id }) => id) : []));
  expect(new Set(ids).size).toBe(ids.length);
});

test('says in words what was called', () => {
  const conversation = readConversation([
    { role: 'user', text: 'Why?' },
    { role: 'assistant', text: 'Let me see.', calls: [{ id: 'a', name: 'logs', arguments: '{"pod":"web"}' }] },
    { role: 'tool', call: 'a', name: 'logs', text: 'out of memory' },
    { role: 'user', text: 'Well?' },
  ]);

  expect(inWords(conversation).turns).toEqual([
    { role: 'user', text: 'Why?', results: [] },
    { role: 'assistant', text: 'Let me see.\n\n(I called logs with {"pod":"web"}.)', calls: [] },
    { role: 'user', text: 'logs gave:\nout of memory\n\nWell?', results: [] },
  ]);
});

test.each([
  ['{"a": 1}', { a: 1 }],
  ['', {}],
  ['{"a"', {}],
  ['[1]', {}],
  ['null', {}],
  ['"text"', {}],
])('the arguments %s are an object', (text, expected) => {
  expect(argumentsOf({ id: 'a', name: 'logs', arguments: text })).toEqual(expected);
});
