import { afterEach, describe, expect, test } from 'vitest';
import type { BackendFault, BackendSettings, ChatMessage } from '../../src/backend.ts';
import { openBackend } from '../../src/backends/index.ts';
import { backendContract } from '../contracts/backend.ts';
import { QUESTION, TOOLS } from '../contracts/backend-conversations.ts';
import { awsEnv, brokenMessage } from '../support/model/aws.ts';
import { type BedrockOptions, type ConverseBody, startBedrock } from '../support/model/bedrock.ts';
import { callsOf, collect, fails, textOf } from '../support/model/pieces.ts';
import type { TestModel } from '../support/model/server.ts';

const SETTINGS = { name: 'the-lab', preset: 'amazonbedrock', region: 'eu-central-1', model: 'amazon.nova-test:0' };
const signal = new AbortController().signal;

backendContract('bedrock', {
  start: (script) => startBedrock({ script }),
  open: (baseUrl, key) => openBackend({ ...SETTINGS, baseUrl }, awsEnv(key)),
  garbage: brokenMessage(),
});

describe('the bedrock backend', () => {
  let model: TestModel<ConverseBody>;
  afterEach(() => model?.stop());

  async function serve(options: BedrockOptions, settings: Partial<BackendSettings> = {}) {
    model = await startBedrock(options);
    return openBackend({ ...SETTINGS, baseUrl: model.url, ...settings }, awsEnv(model.key));
  }

  test('sends what is set, zeros too, and a conversation in the protocol’s form', async () => {
    const settings = { temperature: 0, topP: 0, maxTokens: 300, stop: ['END'], headers: { 'x-team': 'shop' } };
    const backend = await serve({ script: [{ text: 'Yes.' }] }, settings);
    const messages: ChatMessage[] = [
      ...QUESTION,
      {
        role: 'assistant',
        text: 'Let me see.',
        calls: [{ id: 'tooluse_1', name: 'logs', arguments: '{"pod":"web"}' }],
      },
      { role: 'tool', call: 'tooluse_1', name: 'logs', text: 'out of memory' },
      { role: 'user', text: 'Well?' },
    ];

    await collect(backend.complete({ messages, tools: TOOLS }, signal));

    const [request] = model.requests;
    expect(request?.path).toBe('/model/amazon.nova-test%3A0/converse-stream');
    expect(request?.body).toEqual({
      system: [{ text: 'You know Kubernetes.' }],
      inferenceConfig: { temperature: 0, topP: 0, maxTokens: 300, stopSequences: ['END'] },
      messages: [
        { role: 'user', content: [{ text: 'Why does the Pod shop/web not start?' }] },
        {
          role: 'assistant',
          content: [
            { text: 'Let me see.' },
            { toolUse: { toolUseId: 'tooluse_1', name: 'logs', input: { pod: 'web' } } },
          ],
        },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'tooluse_1', content: [{ text: 'out of memory' }] } },
            { text: 'Well?' },
          ],
        },
      ],
      toolConfig: {
        tools: TOOLS.map(({ name, description, parameters }) => ({
          toolSpec: { name, description, inputSchema: { json: parameters } },
        })),
      },
    });
    expect(request?.headers).toMatchObject({ 'x-team': 'shop', 'user-agent': 'k8sgpt-chat' });
    expect(request?.headers.authorization).toContain('x-team');
  });

  test('sends no top_p to Claude', async () => {
    const settings = { model: 'eu.anthropic.claude-test', temperature: 0.7, topP: 0.5 };
    const backend = await serve({ script: [{ text: 'Yes.' }] }, settings);

    await collect(backend.complete({ messages: QUESTION }, signal));

    expect(model.requests[0]?.body.inferenceConfig).toEqual({ temperature: 0.7 });
  });

  test('does without what a model refuses, and remembers it', async () => {
    const script = [{ text: 'Yes.' }, { text: 'Yes.' }];
    const backend = await serve({ script, refuses: ['temperature', 'topP'] }, { temperature: 0.7, topP: 0.5 });

    expect(textOf(await collect(backend.complete({ messages: QUESTION }, signal)))).toBe('Yes.');
    await collect(backend.complete({ messages: QUESTION }, signal));

    expect(model.requests.map(({ refused }) => refused !== undefined)).toEqual([true, true, false, false]);
  });

  test('asks with an API key in place of a signature', async () => {
    model = await startBedrock({ script: [{ text: 'Yes.' }], key: 'bedrock-api-key-0123', bearer: true });
    const backend = await openBackend({ ...SETTINGS, baseUrl: model.url, key: model.key }, {});

    expect(textOf(await collect(backend.complete({ messages: QUESTION }, signal)))).toBe('Yes.');
  });

  test('is the same by K8sGPT’s other name', async () => {
    const backend = await serve({ script: [{ text: 'Yes.' }] }, { preset: 'amazonbedrockconverse' });

    expect(textOf(await collect(backend.complete({ messages: QUESTION }, signal)))).toBe('Yes.');
  });

  test('gives back what the model thought before it called', async () => {
    const script = [{ text: 'Hm.', calls: [{ name: 'nodes', signature: 'EqMB' }] }, { text: 'Yes.' }];
    const backend = await serve({ script });
    const calls = callsOf(await collect(backend.complete({ messages: QUESTION, tools: TOOLS }, signal)));

    const results = calls.map(({ id, name }) => ({ role: 'tool' as const, call: id, name, text: 'none' }));
    const messages = [...QUESTION, { role: 'assistant' as const, text: 'Hm.', calls }, ...results];
    await collect(backend.complete({ messages, tools: TOOLS }, signal));

    expect(model.requests[1]?.body.messages[1]?.content).toMatchObject([
      { reasoningContent: { reasoningText: { text: 'Let me think.', signature: 'EqMB' } } },
      { text: 'Hm.' },
      { toolUse: { name: 'nodes' } },
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

    expect(model.requests[0]?.refused).toBeUndefined();
  });

  test.each<[string, number, string | undefined, string, BackendFault, RegExp]>([
    [
      'a model that is none',
      400,
      undefined,
      'The provided model identifier is invalid.',
      'unknown model',
      /BEDROCK_MODEL/,
    ],
    [
      'a model that needs a profile',
      400,
      undefined,
      'Invocation of model ID x with on-demand throughput isn’t supported. Retry with an inference profile.',
      'unknown model',
      /inference profile/,
    ],
    [
      'a model without access',
      403,
      undefined,
      "You don't have access to the model.",
      'refused',
      /rights of the AWS cred/,
    ],
    ['a token that is over', 403, 'ExpiredTokenException', 'The security token is expired.', 'refused', /AWS_PROFILE/],
    [
      'a conversation that is too long',
      400,
      undefined,
      'Input is too long for requested model.',
      'too long',
      /new thread/,
    ],
    ['too many tokens', 429, undefined, 'Too many tokens, please wait before trying again.', 'limited', /later/],
    ['a model that failed', 424, undefined, 'The model failed.', 'overloaded', /later/],
  ])('tells of %s', async (_, status, code, message, fault, words) => {
    const backend = await serve({ script: [{ status, message, ...(code && { code }) }] });

    const error = await fails(backend.complete({ messages: QUESTION }, signal));

    expect(error.fault).toBe(fault);
    expect(error.message).toMatch(words);
  });

  test.each<[string, BackendFault]>([
    ['throttlingException', 'limited'],
    ['modelStreamErrorException', 'overloaded'],
    ['internalServerException', 'overloaded'],
    ['serviceUnavailableException', 'overloaded'],
    ['validationException', 'invalid'],
  ])('tells of a %s in the midst of an answer', async (type, fault) => {
    const backend = await serve({ script: [{ text: ['The '] }], exception: { type, message: 'Sorry.' } });

    expect((await fails(backend.complete({ messages: QUESTION }, signal))).fault).toBe(fault);
  });
});
