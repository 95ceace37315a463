import { afterEach, describe, expect, test } from 'vitest';
import type { BackendFault, BackendSettings, ChatMessage } from '../../src/backend.ts';
import { openBackend } from '../../src/backends/index.ts';
import { backendContract } from '../contracts/backend.ts';
import { QUESTION, TOOLS } from '../contracts/backend-conversations.ts';
import { type AnthropicOptions, type MessagesBody, startAnthropic } from '../support/model/anthropic.ts';
import { callsOf, collect, fails, textOf } from '../support/model/pieces.ts';
import type { TestModel } from '../support/model/server.ts';

const SETTINGS = { name: 'the-lab', preset: 'anthropic', model: 'claude-test' };
const signal = new AbortController().signal;

backendContract('anthropic', {
  start: (script) => startAnthropic({ script }),
  open: (baseUrl, key) => openBackend({ ...SETTINGS, baseUrl, key }, {}),
  garbage: 'event: content_block_delta\ndata: {"type": "content_bl\n\n',
});

describe('the anthropic backend', () => {
  let model: TestModel<MessagesBody>;
  afterEach(() => model?.stop());

  async function serve(options: AnthropicOptions, settings: Partial<BackendSettings> = {}) {
    model = await startAnthropic(options);
    return openBackend({ ...SETTINGS, baseUrl: model.url, key: model.key, ...settings }, {});
  }

  test('sends a conversation in the protocol’s form', async () => {
    const backend = await serve({ script: [{ text: 'Yes.' }] }, { stop: ['END'], headers: { 'x-team': 'shop' } });
    const messages: ChatMessage[] = [
      ...QUESTION,
      { role: 'user', text: 'Quick!' },
      { role: 'assistant', text: 'Let me see.', calls: [{ id: 'toolu_1', name: 'logs', arguments: '{"pod":"web"}' }] },
      { role: 'tool', call: 'toolu_1', name: 'logs', text: 'out of memory' },
      { role: 'user', text: 'Well?' },
    ];

    await collect(backend.complete({ messages, tools: TOOLS }, signal));

    expect(model.requests[0]?.body).toEqual({
      model: 'claude-test',
      max_tokens: 8192,
      stream: true,
      system: 'You know Kubernetes.',
      stop_sequences: ['END'],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Why does the Pod shop/web not start?\n\nQuick!' }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Let me see.' },
            { type: 'tool_use', id: 'toolu_1', name: 'logs', input: { pod: 'web' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'out of memory' },
            { type: 'text', text: 'Well?' },
          ],
        },
      ],
      tools: TOOLS.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })),
    });
    const headers = model.requests[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'x-team': 'shop', 'user-agent': 'k8sgpt-chat' });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-stainless'))).toEqual([]);
  });

  test('limits tokens as the settings say, or the request', async () => {
    const backend = await serve({ script: [{ text: 'Yes.' }, { text: 'Yes.' }] }, { maxTokens: 300 });

    await collect(backend.complete({ messages: QUESTION }, signal));
    await collect(backend.complete({ messages: QUESTION, maxTokens: 100 }, signal));

    expect(model.requests.map(({ body }) => body.max_tokens)).toEqual([300, 100]);
  });

  test('sends temperature and the like by the version that has them, zeros too', async () => {
    const backend = await serve({ script: [{ text: 'Yes.' }] }, { temperature: 0, topP: 0, topK: 5 });

    await collect(backend.complete({ messages: QUESTION }, signal));

    expect(model.requests[0]?.body).toMatchObject({ temperature: 0, top_p: 0, top_k: 5 });
    expect(model.requests[0]?.headers['anthropic-version']).toBe('2023-06-01');
  });

  test('does without them where the model takes none, and remembers it', async () => {
    const refuses = ['temperature', 'top_p', 'top_k'];
    const backend = await serve(
      { script: [{ text: 'Yes.' }, { text: 'Yes.' }], refuses },
      { temperature: 0.7, topK: 50 },
    );

    expect(textOf(await collect(backend.complete({ messages: QUESTION }, signal)))).toBe('Yes.');
    await collect(backend.complete({ messages: QUESTION }, signal));

    expect(model.requests.map(({ refused }) => refused !== undefined)).toEqual([true, true, false, false]);
    expect(model.requests.at(-1)?.headers['anthropic-version']).toBe('2026-10-21');
  });

  test('gives back what the model thought before it called', async () => {
    const script = [
      { text: 'Hm.', calls: [{ name: 'nodes', signature: 'EqMB' }, { name: 'nodes' }] },
      { text: 'Yes.' },
    ];
    const backend = await serve({ script });
    const pieces = await collect(backend.complete({ messages: QUESTION, tools: TOOLS }, signal));
    const calls = callsOf(pieces);

    expect(textOf(pieces)).toBe('Hm.');
    const results = calls.map(({ id, name }) => ({ role: 'tool' as const, call: id, name, text: 'none' }));
    const messages = [...QUESTION, { role: 'assistant' as const, text: 'Hm.', calls }, ...results];
    await collect(backend.complete({ messages, tools: TOOLS }, signal));

    expect(model.requests[1]?.body.messages[1]?.content).toMatchObject([
      { type: 'thinking', thinking: 'Let me think.', signature: 'EqMB' },
      { type: 'text', text: 'Hm.' },
      { type: 'tool_use' },
      { type: 'tool_use' },
    ]);
  });

  test('tells of earlier calls in words where there are no tools', async () => {
    const backend = await serve({ script: [{ text: 'Yes.' }] });
    const messages: ChatMessage[] = [
      ...QUESTION,
      { role: 'assistant', text: '', calls: [{ id: 'a', name: 'nodes', arguments: '{}' }] },
      { role: 'tool', call: 'a', name: 'nodes', text: 'none' },
    ];

    await collect(backend.complete({ messages }, signal));

    expect(model.requests[0]?.body.messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: '(I called nodes with {}.)' }] },
      { role: 'user', content: [{ type: 'text', text: 'nodes gave:\nnone' }] },
    ]);
  });

  test.each<[string, number, string | undefined, string, BackendFault, RegExp]>([
    ['a model that is none', 404, undefined, 'model: claude-test', 'unknown model', /ANTHROPIC_MODEL/],
    [
      'a conversation that is too long',
      400,
      undefined,
      'prompt is too long: 210000 tokens > 200000',
      'too long',
      /new thread/,
    ],
    ['a request that is too large', 413, undefined, 'Request exceeds the maximum size', 'too long', /new thread/],
    ['no credit', 400, undefined, 'Your credit balance is too low to access the API.', 'limited', /no credit left/],
    ['its overload', 529, undefined, 'Overloaded', 'overloaded', /later/],
  ])('tells of %s', async (_, status, code, message, fault, words) => {
    const backend = await serve({ script: [{ status, message, ...(code && { code }) }] });

    const error = await fails(backend.complete({ messages: QUESTION }, signal));

    expect(error.fault).toBe(fault);
    expect(error.message).toMatch(words);
  });

  test.each<[string, BackendFault]>([
    ['overloaded_error', 'overloaded'],
    ['rate_limit_error', 'limited'],
    ['authentication_error', 'refused'],
    ['api_error', 'overloaded'],
  ])('tells of an %s in the midst of an answer', async (type, fault) => {
    const garbage = `event: error\ndata: {"type":"error","error":{"type":"${type}","message":"Sorry"}}\n\n`;
    const backend = await serve({ script: [{ text: ['The '], garbage }] });

    expect((await fails(backend.complete({ messages: QUESTION }, signal))).fault).toBe(fault);
  });
});
