import { afterEach, expect, test, vi } from 'vitest';
import type { BackendSettings } from '../../src/backend.ts';
import { openBackend, presets } from '../../src/backends/index.ts';
import { collect, textOf } from '../support/model/pieces.ts';

const signal = new AbortController().signal;

afterEach(() => vi.unstubAllGlobals());

/** Takes what is asked, and answers in OpenAI's, Anthropic's or Gemini's protocol, by the address. */
function listen(): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal('fetch', async (input: string | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    asked.push(request);
    if (request.url.endsWith('/identity/token'))
      return Response.json({ access_token: 'token-of-ibm', expires_in: 3600 });
    return new Response(answerFor(request.url), { headers: { 'content-type': 'text/event-stream' } });
  });
  return asked;
}

function answerFor(url: string): string {
  const event = (data: object, name = '') => `${name && `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
  if (url.includes(':streamGenerateContent')) {
    return event({ candidates: [{ content: { parts: [{ text: 'Yes.' }] }, finishReason: 'STOP' }] });
  }
  if (url.endsWith('/messages')) {
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Yes.' } };
    const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' } };
    return event(delta, delta.type) + event(end, end.type);
  }
  return event({ choices: [{ delta: { content: 'Yes.' }, finish_reason: 'stop' }] });
}

const of = (preset: string, more: Partial<BackendSettings> = {}) => ({ name: preset, preset, ...more });
const KEY = { key: 'the-key', model: 'm' };
const BEARER = { authorization: 'Bearer the-key' };

test.each<[BackendSettings, string, Record<string, string>]>([
  [
    of('openai', { ...KEY, organization: 'org' }),
    'https://api.openai.com/v1/chat/completions',
    { ...BEARER, 'openai-organization': 'org' },
  ],
  [
    of('localai', { baseUrl: 'http://lab:8080', model: 'm' }),
    'http://lab:8080/v1/chat/completions',
    { authorization: 'Bearer none' },
  ],
  [of('ollama'), 'http://localhost:11434/v1/chat/completions', { authorization: 'Bearer none' }],
  [of('litellm', KEY), 'http://localhost:4000/v1/chat/completions', BEARER],
  [of('vllm', KEY), 'http://localhost:8000/v1/chat/completions', BEARER],
  [of('groq', KEY), 'https://api.groq.com/openai/v1/chat/completions', BEARER],
  [of('cohere', KEY), 'https://api.cohere.ai/compatibility/v1/chat/completions', BEARER],
  [of('huggingface', KEY), 'https://router.huggingface.co/v1/chat/completions', BEARER],
  [of('googleopenai', KEY), 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions', BEARER],
  [
    of('bedrockmantle', { ...KEY, region: 'us-west-2' }),
    'https://bedrock-mantle.us-west-2.api.aws/v1/chat/completions',
    BEARER,
  ],
  [
    of('oci', { ...KEY, region: 'eu-frankfurt-1', compartment: 'ocid1' }),
    'https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com/openai/v1/chat/completions',
    { ...BEARER, compartmentid: 'ocid1' },
  ],
  [
    of('ibmwatsonxai', { ...KEY, region: 'eu-de' }),
    'https://eu-de.ml.cloud.ibm.com/ml/gateway/v1/chat/completions',
    { authorization: 'Bearer token-of-ibm' },
  ],
  [
    of('customrest', { baseUrl: 'https://lab/api', model: 'm', headers: { Authorization: 'Basic abc', 'x-a': 'b' } }),
    'https://lab/api/chat/completions',
    { authorization: 'Basic abc', 'x-a': 'b' },
  ],
  [
    of('azureopenai', { key: 'the-key', baseUrl: 'https://lab.openai.azure.com/', engine: 'mine' }),
    'https://lab.openai.azure.com/openai/deployments/mine/chat/completions?api-version=2024-10-21',
    { 'api-key': 'the-key' },
  ],
  [
    of('azureopenai', {
      key: 'the-key',
      baseUrl: 'https://lab/openai/deployments/own',
      engine: 'mine',
      apiVersion: '2025-01-01',
    }),
    'https://lab/openai/deployments/own/chat/completions?api-version=2025-01-01',
    { 'api-key': 'the-key' },
  ],
  [
    of('azureopenai', { key: 'the-key', baseUrl: 'https://lab.openai.azure.com/openai/v1/', engine: 'mine' }),
    'https://lab.openai.azure.com/openai/v1/chat/completions',
    BEARER,
  ],
  [of('anthropic', KEY), 'https://api.anthropic.com/v1/messages', { ...BEARER, 'x-api-key': 'the-key' }],
  [
    of('google', KEY),
    'https://generativelanguage.googleapis.com/v1/models/m:streamGenerateContent?alt=sse',
    { 'x-goog-api-key': 'the-key' },
  ],
])('asks $preset where it is, with its credentials', async (settings, url, headers) => {
  const asked = listen();
  const backend = await openBackend(settings, {});

  const pieces = await collect(backend.complete({ messages: [{ role: 'user', text: 'Hello' }] }, signal));

  expect(textOf(pieces)).toBe('Yes.');
  expect(asked.at(-1)?.url).toBe(url);
  expect(Object.fromEntries(asked.at(-1)?.headers ?? [])).toMatchObject(headers);
});

test('a key of IBM is exchanged once, as long as its token holds', async () => {
  const asked = listen();
  const backend = await openBackend(of('ibmwatsonxai', { ...KEY, region: 'eu-de' }), {});

  for (let round = 0; round < 2; round++) {
    await collect(backend.complete({ messages: [{ role: 'user', text: 'Hello' }] }, signal));
  }

  expect(asked.map(({ url }) => new URL(url).pathname)).toEqual([
    '/identity/token',
    '/ml/gateway/v1/chat/completions',
    '/ml/gateway/v1/chat/completions',
  ]);
  expect(await asked[0]?.text()).toBe('grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=the-key');
});

test('a token of IBM is sent as it is', async () => {
  const asked = listen();
  const backend = await openBackend(
    of('ibmwatsonxai', { key: 'eyJhbGciOi', model: 'm', baseUrl: 'https://cpd.lab/ml/gateway/v1' }),
    {},
  );

  await collect(backend.complete({ messages: [{ role: 'user', text: 'Hello' }] }, signal));

  expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer eyJhbGciOi']);
});

test('a key that IBM does not know is a wrong key', async () => {
  vi.stubGlobal('fetch', async () =>
    Response.json({ errorMessage: 'Provided API key could not be found.' }, { status: 400 }),
  );
  const backend = await openBackend(of('ibmwatsonxai', { ...KEY, region: 'eu-de' }), {});

  const answer = collect(backend.complete({ messages: [{ role: 'user', text: 'Hello' }] }, signal));

  await expect(answer).rejects.toMatchObject({
    fault: 'refused',
    message: expect.stringContaining('WATSONX_AI_APIKEY'),
  });
});

test('the presets are all that K8sGPT has, and more', () => {
  const names = presets.map(({ name }) => name);

  expect(names).toEqual(
    expect.arrayContaining(
      (
        'openai localai azureopenai groq litellm bedrockmantle anthropic ollama cohere google googlevertexai huggingface ' +
        'amazonbedrock amazonbedrockconverse amazonsagemaker oci ibmwatsonxai customrest noopai'
      ).split(' '),
    ),
  );
  expect(new Set(names).size).toBe(names.length);
});

test('each preset says in a line what it is, and where its settings come from', () => {
  for (const { name, summary, needs, env, configuredBy = [] } of presets) {
    expect(name).toMatch(/^[a-z0-9]+$/);
    expect(summary, name).toMatch(/^[A-Z].{5,80}[^.]$/);
    for (const setting of [...needs, ...configuredBy])
      expect(env, `${name} has no variable for ${setting}`).toHaveProperty(setting);
    for (const variable of Object.values(env).flat()) expect(variable, name).toMatch(/^[A-Z][A-Z0-9_]+$/);
  }
});

test('no variable configures two presets', () => {
  const seen = new Map<string, string>();
  for (const { name, env, configuredBy = env.key ? (['key'] as const) : (['baseUrl'] as const) } of presets) {
    for (const variable of configuredBy.flatMap((setting) => env[setting] ?? [])) {
      expect(seen.get(variable), `${variable} configures ${name} too`).toBeUndefined();
      seen.set(variable, name);
    }
  }
});
