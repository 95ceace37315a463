import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { BackendFault, BackendSettings, ChatMessage } from '../../src/backend.ts';
import { openBackend } from '../../src/backends/index.ts';
import { backendContract } from '../contracts/backend.ts';
import { QUESTION, TOOLS } from '../contracts/backend-conversations.ts';
import { type ContentsBody, type GeminiOptions, startGemini } from '../support/model/gemini.ts';
import { callsOf, collect, fails, textOf } from '../support/model/pieces.ts';
import type { TestModel } from '../support/model/server.ts';

const SETTINGS = { name: 'the-lab', preset: 'google', model: 'gemini-3-test' };
const signal = new AbortController().signal;

backendContract('google', {
  start: (script) => startGemini({ script }),
  open: (baseUrl, key) => openBackend({ ...SETTINGS, baseUrl, key }, {}),
  garbage: 'data: {"candidates": [{"content\n\n',
  lacks: { 'arguments as text': 'Gemini gives arguments as objects' },
});

describe('the google backend', () => {
  let model: TestModel<ContentsBody>;
  afterEach(() => model?.stop());

  async function serve(options: GeminiOptions, settings: Partial<BackendSettings> = {}) {
    model = await startGemini(options);
    return openBackend({ ...SETTINGS, baseUrl: model.url, key: model.key, ...settings }, {});
  }

  const asked = (calls: ReturnType<typeof callsOf>): ChatMessage[] => [
    ...QUESTION,
    { role: 'assistant', text: '', calls },
    ...calls.map(({ id, name }) => ({ role: 'tool' as const, call: id, name, text: 'none' })),
  ];

  test('sends what is set, zeros too, and a conversation in the protocol’s form', async () => {
    const settings = { temperature: 0, topP: 0, topK: 5, maxTokens: 300, stop: ['END'], headers: { 'x-team': 'shop' } };
    const backend = await serve({ script: [{ text: 'Yes.' }] }, settings);

    await collect(
      backend.complete({ messages: [...QUESTION, { role: 'user', text: 'Quick!' }], tools: TOOLS }, signal),
    );

    const [logs, nodes] = TOOLS;
    expect(model.requests[0]?.body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Why does the Pod shop/web not start?\n\nQuick!' }] }],
      systemInstruction: { role: 'user', parts: [{ text: 'You know Kubernetes.' }] },
      generationConfig: { temperature: 0, topP: 0, topK: 5, maxOutputTokens: 300, stopSequences: ['END'] },
      tools: [
        {
          functionDeclarations: [
            { name: 'logs', description: logs?.description, parametersJsonSchema: logs?.parameters },
            { name: 'nodes', description: nodes?.description },
          ],
        },
      ],
    });
    expect(model.requests[0]?.headers).toMatchObject({ 'x-team': 'shop' });
  });

  test('gives back a signature with its call, and the ids that the service gave', async () => {
    const script = [{ calls: [{ name: 'nodes', signature: 'c2ln' }, { name: 'nodes' }] }, { text: 'Yes.' }];
    const backend = await serve({ script, ids: true });
    const calls = callsOf(await collect(backend.complete({ messages: QUESTION, tools: TOOLS }, signal)));

    await collect(backend.complete({ messages: asked(calls), tools: TOOLS }, signal));

    expect(model.requests[1]?.body.contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { id: 'id-0-0', name: 'nodes', args: {} }, thoughtSignature: 'c2ln' },
          { functionCall: { id: 'id-0-1', name: 'nodes', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'id-0-0', name: 'nodes', response: { output: 'none' } } },
          { functionResponse: { id: 'id-0-1', name: 'nodes', response: { output: 'none' } } },
        ],
      },
    ]);
  });

  test('sends no id that it has made up, and says where a call has no signature', async () => {
    const backend = await serve({ script: [{ calls: [{ name: 'nodes' }] }, { text: 'Yes.' }] });
    const [call] = callsOf(await collect(backend.complete({ messages: QUESTION, tools: TOOLS }, signal)));
    if (!call) throw new Error('no call');

    await collect(
      backend.complete({ messages: asked([{ id: call.id, name: 'nodes', arguments: '{}' }]), tools: TOOLS }, signal),
    );

    expect(model.requests[1]?.body.contents[1]?.parts).toEqual([
      { functionCall: { name: 'nodes', args: {} }, thoughtSignature: 'skip_thought_signature_validator' },
    ]);
  });

  test('leaves out what the model thinks', async () => {
    const backend = await serve({ script: [{ text: 'Hm.', calls: [{ name: 'nodes' }] }] });

    expect(textOf(await collect(backend.complete({ messages: QUESTION, tools: TOOLS }, signal)))).toBe('Hm.');
  });

  test('takes a question that is blocked for a refusal', async () => {
    const backend = await serve({ script: [{ refuse: true }] });

    expect(await collect(backend.complete({ messages: QUESTION }, signal))).toEqual([
      { type: 'end', reason: 'refusal' },
    ]);
  });

  test.each<[string, number, string, BackendFault, RegExp]>([
    [
      'a model that is none',
      404,
      'models/gemini-3-test is not found for API version v1',
      'unknown model',
      /GEMINI_MODEL/,
    ],
    [
      'a conversation that is too long',
      400,
      'The input token count (2000000) exceeds the maximum',
      'too long',
      /new thread/,
    ],
    ['its overload', 503, 'The model is overloaded.', 'overloaded', /later/],
  ])('tells of %s', async (_, status, message, fault, words) => {
    const backend = await serve({ script: [{ status, message }] });

    const error = await fails(backend.complete({ messages: QUESTION }, signal));

    expect(error.fault).toBe(fault);
    expect(error.message).toMatch(words);
  });

  test('tells of an error in the midst of an answer', async () => {
    const garbage = 'data: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}\n\n';
    const backend = await serve({ script: [{ text: ['The '], garbage }] });

    expect((await fails(backend.complete({ messages: QUESTION }, signal))).fault).toBe('overloaded');
  });

  test('asks Vertex AI in its project, with the credentials of the environment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-google-'));
    const tokens = createServer((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'token-of-google', expires_in: 3600, token_type: 'Bearer' }));
    });
    await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
    const credentials = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/lab/providers/lab',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/v1/token`,
      credential_source: { file: join(folder, 'token') },
    };
    writeFileSync(join(folder, 'token'), 'token-of-kubernetes');
    writeFileSync(join(folder, 'key.json'), JSON.stringify(credentials));
    model = await startGemini({
      script: [{ text: 'Yes.' }],
      key: 'token-of-google',
      vertex: { project: 'the-project', region: 'europe-west1' },
    });
    const settings = { name: 'the-lab', preset: 'googlevertexai', project: 'the-project', region: 'europe-west1' };
    const env = { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'key.json') };
    const backend = await openBackend({ ...settings, baseUrl: model.url }, env);

    const pieces = await collect(backend.complete({ messages: QUESTION }, signal));

    expect(textOf(pieces)).toBe('Yes.');
    tokens.close();
    rmSync(folder, { recursive: true });
  });

  test('names the credentials of Google Cloud where Vertex AI does not take them', async () => {
    const settings = {
      name: 'the-lab',
      preset: 'googlevertexai',
      project: 'the-project',
      baseUrl: 'http://127.0.0.1:1',
    };
    const backend = await openBackend(settings, { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/key.json' });

    const error = await fails(backend.complete({ messages: QUESTION }, signal));

    expect(error.fault).toBe('refused');
    expect(error.message).toContain('GOOGLE_APPLICATION_CREDENTIALS');
  });
});
