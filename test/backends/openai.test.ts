import { afterEach, describe, expect, test } from 'vitest';
import type { BackendSettings, ChatMessage } from '../../src/backend.ts';
import { openBackend } from '../../src/backends/index.ts';
import { chatRequest } from '../../src/backends/shared/chat-request.ts';
import { OPENAI_PRESETS } from '../../src/backends/shared/openai-presets.ts';
import { backendContract } from '../contracts/backend.ts';
import { QUESTION, TOOLS } from '../contracts/backend-conversations.ts';
import { type ChatBody, type OpenAiOptions, type Quirks, startOpenAi } from '../support/model/openai.ts';
import { callsOf, collect, textOf } from '../support/model/pieces.ts';
import type { TestModel } from '../support/model/server.ts';

const SETTINGS = { name: 'the-lab', preset: 'openai', model: 'gpt-test' };
const signal = new AbortController().signal;

backendContract('openai', {
  start: (script) => startOpenAi({ script }),
  open: (baseUrl, key) => openBackend({ ...SETTINGS, baseUrl, key }, {}),
  garbage: 'data: {"choices": [{"delta": {"con\n\n',
});

describe('the openai backend', () => {
  let model: TestModel<ChatBody>;
  afterEach(() => model?.stop());

  async function serve(options: OpenAiOptions, settings: Partial<BackendSettings> = {}, env: NodeJS.ProcessEnv = {}) {
    model = await startOpenAi(options);
    return openBackend({ ...SETTINGS, baseUrl: model.url, key: model.key, ...settings }, env);
  }

  test('sends what is set, zeros too, and a conversation in the protocol’s form', async () => {
    const settings = { temperature: 0, topP: 0, topK: 5, maxTokens: 300, stop: ['END'], headers: { 'x-team': 'shop' } };
    const backend = await serve({ script: [{ text: 'Yes.' }] }, settings);
    const messages: ChatMessage[] = [
      ...QUESTION,
      { role: 'assistant', text: '', calls: [{ id: 'call_1', name: 'logs', arguments: '{"pod": "web"}' }] },
      { role: 'tool', call: 'call_1', name: 'logs', text: 'out of memory' },
      { role: 'user', text: 'Well?' },
    ];

    await collect(backend.complete({ messages, tools: TOOLS, maxTokens: 100 }, signal));

    const [request] = model.requests;
    expect(request?.body).toEqual({
      model: 'gpt-test',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 100,
      temperature: 0,
      top_p: 0,
      stop: ['END'],
      messages: [
        { role: 'system', content: 'You know Kubernetes.' },
        { role: 'user', content: 'Why does the Pod shop/web not start?' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'logs', arguments: '{"pod": "web"}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'out of memory' },
        { role: 'user', content: 'Well?' },
      ],
      tools: TOOLS.map((tool) => ({ type: 'function', function: tool })),
    });
    expect(request?.headers).toMatchObject({ 'x-team': 'shop', 'user-agent': 'k8sgpt-chat' });
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('x-stainless'))).toEqual([]);
  });

  test('sends nothing that is not set', async () => {
    const backend = await serve({ script: [{ text: 'Yes.' }] });

    await collect(backend.complete({ messages: [{ role: 'user', text: 'Hello' }] }, signal));

    expect(model.requests[0]?.body).toEqual({
      model: 'gpt-test',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'Hello' }],
    });
  });

  test.each([
    ['openai', undefined, 'max_completion_tokens'],
    ['openai', 'http://lab/v1', 'max_tokens'],
    ['azureopenai', 'https://lab.openai.azure.com', 'max_completion_tokens'],
    ['groq', undefined, 'max_completion_tokens'],
    ['ollama', undefined, 'max_tokens'],
  ])('limits tokens of %s at %s by %s', (name, baseUrl, limit) => {
    const preset = OPENAI_PRESETS.find((one) => one.name === name);
    if (!preset) throw new Error(name);
    const settings = { name, preset: name, baseUrl: baseUrl ?? preset.baseUrl ?? '' };

    expect(chatRequest({ messages: [], maxTokens: 7 }, settings, preset)).toHaveProperty(limit, 7);
  });

  test('sends top_k to a server that knows it', async () => {
    const backend = await serve(
      { script: [{ text: 'Yes.' }], quirks: { knows: ['top_k'] } },
      { preset: 'vllm', topK: 20 },
    );

    await collect(backend.complete({ messages: QUESTION }, signal));

    expect(model.requests[0]?.body.top_k).toBe(20);
  });

  test.each<[string, Quirks]>([
    ['by the protocol', {}],
    ['whole, in one delta', { calls: 'whole' }],
    ['without ids', { calls: 'no ids' }],
    ['without an index', { calls: 'no index' }],
    ['with neither id nor index', { calls: 'bare' }],
    ['all with one index', { calls: 'same index' }],
    ['with id and name in each part', { calls: 'repeated' }],
    ['with arguments as objects', { calls: 'objects' }],
    ['without streaming', { plain: true }],
    ['without a sign of the end', { noDone: true }],
  ])('reads calls that a server tells %s', async (_, quirks) => {
    const calls = [
      { name: 'logs', arguments: { pod: 'web' } },
      { name: 'logs', arguments: { pod: 'db' } },
      { name: 'nodes', arguments: {} },
    ];
    const backend = await serve({ script: [{ text: 'Let me see.', calls }], quirks });

    const pieces = await collect(backend.complete({ messages: QUESTION, tools: TOOLS }, signal));

    const got = callsOf(pieces);
    expect(textOf(pieces)).toBe('Let me see.');
    expect(got.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) }))).toEqual(calls);
    expect(new Set(got.map(({ id }) => id)).size).toBe(3);
    expect(pieces.at(-1)).toEqual({ type: 'end', reason: 'calls', usage: { input: 10, output: 3 } });
  });

  test('gives no call that the limit of tokens cut', async () => {
    const calls = [{ name: 'nodes' }, { name: 'logs', arguments: '{"pod": "we' }];
    const backend = await serve({ script: [{ calls, length: true }] });

    const pieces = await collect(backend.complete({ messages: QUESTION, tools: TOOLS }, signal));

    expect(callsOf(pieces).map(({ name }) => name)).toEqual(['nodes']);
    expect(pieces.at(-1)).toMatchObject({ reason: 'length' });
  });

  test('shows what a model says when it declines', async () => {
    const backend = await serve({ script: [{ text: 'I cannot.', refuse: true }], quirks: { refusalDeltas: true } });

    const pieces = await collect(backend.complete({ messages: QUESTION }, signal));

    expect(textOf(pieces)).toBe('I cannot.');
    expect(pieces.at(-1)).toMatchObject({ reason: 'refusal' });
  });

  test('takes a filter’s error for a refusal', async () => {
    const backend = await serve({
      script: [{ status: 400, code: 'content_filter', message: 'The prompt was filtered.' }],
    });

    expect(await collect(backend.complete({ messages: QUESTION }, signal))).toEqual([
      { type: 'end', reason: 'refusal' },
    ]);
  });

  test.each<[string, Quirks, Partial<BackendSettings>, Record<string, unknown>]>([
    ['stream_options', { refuses: ['stream_options'] }, {}, { stream_options: undefined }],
    ['max_tokens', { refuses: ['max_tokens'] }, { maxTokens: 9 }, { max_tokens: undefined, max_completion_tokens: 9 }],
    [
      'several',
      { refuses: ['temperature', 'stop', 'stream_options'] },
      { temperature: 0.7, topP: 0.5, stop: ['END'] },
      { temperature: undefined, stop: undefined, stream_options: undefined, top_p: 0.5 },
    ],
    ['reasoning with tools', { toolsWithoutReasoning: true }, {}, { reasoning_effort: 'none' }],
  ])('does without what a server refuses, and remembers it: %s', async (_, quirks, settings, expected) => {
    const backend = await serve({ script: [{ text: 'Yes.' }, { text: 'Yes.' }], quirks }, settings);
    const request = { messages: QUESTION, tools: TOOLS };

    expect(textOf(await collect(backend.complete(request, signal)))).toBe('Yes.');
    const asked = model.requests.length;
    await collect(backend.complete(request, signal));

    expect(model.requests).toHaveLength(asked + 1);
    for (const [name, value] of Object.entries(expected)) {
      expect(model.requests.at(-1)?.body[name], name).toEqual(value);
    }
  });

  test('asks a deployment of Azure, an old one too', async () => {
    const quirks = { path: '/openai/deployments/mine', refuses: ['max_completion_tokens'] };
    const settings = { preset: 'azureopenai', engine: 'mine', maxTokens: 9 };
    const backend = await serve({ script: [{ text: 'Yes.' }], quirks }, settings);

    expect(textOf(await collect(backend.complete({ messages: QUESTION }, signal)))).toBe('Yes.');

    expect(model.requests.map(({ body }) => [body.max_completion_tokens, body.max_tokens])).toEqual([
      [9, undefined],
      [undefined, 9],
    ]);
    expect(model.requests.at(-1)?.headers).toMatchObject({ 'api-key': model.key });
  });

  test('gives back Gemini’s signature with its call', async () => {
    const script = [{ calls: [{ name: 'nodes', signature: 'c2ln' }, { name: 'nodes' }] }, { text: 'Yes.' }];
    const backend = await serve({ script });
    const calls = callsOf(await collect(backend.complete({ messages: QUESTION, tools: TOOLS }, signal)));

    const results = calls.map(({ id, name }) => ({ role: 'tool' as const, call: id, name, text: 'none' }));
    await collect(
      backend.complete(
        { messages: [...QUESTION, { role: 'assistant', text: '', calls }, ...results], tools: TOOLS },
        signal,
      ),
    );

    expect(model.requests[1]?.body.messages[2]?.tool_calls).toMatchObject([
      { extra_content: { google: { thought_signature: 'c2ln' } } },
      {},
    ]);
    expect(model.requests[1]?.body.messages[2]?.tool_calls?.[1]).not.toHaveProperty('extra_content');
  });

  test('answers fifty at a time, each with its own', async () => {
    const all = Promise.withResolvers<void>();
    const backend = await serve({
      script: ({ body }) => {
        if (model.requests.length === 50) all.resolve();
        const text = body.messages.at(-1)?.content ?? '';
        return { text: [text, ' ', text], hold: all.promise };
      },
    });
    const questions = Array.from({ length: 50 }, (_, at) => `question ${at}`);

    const answers = await Promise.all(
      questions.map(async (text) =>
        textOf(await collect(backend.complete({ messages: [{ role: 'user', text }] }, signal))),
      ),
    );

    expect(answers).toEqual(questions.map((text) => `${text} ${text}`));
    expect(model.maxOpen).toBe(50);
  });

  test('sends the headers of a variable of OpenAI’s to OpenAI alone', async () => {
    const env = { OPENAI_CUSTOM_HEADERS: 'x-proxy: secret' };
    const before = process.env.OPENAI_CUSTOM_HEADERS;
    process.env.OPENAI_CUSTOM_HEADERS = env.OPENAI_CUSTOM_HEADERS;
    const backend = await serve({ script: [{ text: 'Yes.' }] }, { preset: 'litellm' }, env);
    if (before === undefined) delete process.env.OPENAI_CUSTOM_HEADERS;
    else process.env.OPENAI_CUSTOM_HEADERS = before;

    await collect(backend.complete({ messages: QUESTION }, signal));

    expect(model.requests[0]?.headers).not.toHaveProperty('x-proxy');
  });
});
