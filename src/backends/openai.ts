import type OpenAI from 'openai';
import type { ClientOptions } from 'openai';
import { type BackendSettings, defineProvider, type Piece } from '../backend.ts';
import { aboutOf, createBackend } from './shared/backend.ts';
import { CHAT_CONCESSIONS } from './shared/chat-concessions.ts';
import { chatRequest } from './shared/chat-request.ts';
import { type ChatChunk, readChat } from './shared/chat-stream.ts';
import { createConcessions } from './shared/concessions.ts';
import { plainFetch, USER_AGENT } from './shared/http.ts';
import { ibmToken } from './shared/ibm-token.ts';
import { field } from './shared/json.ts';
import { OPENAI_PRESETS, type OpenAiPreset } from './shared/openai-presets.ts';

/** The SDK wants a key, and servers of one's own do not look at it. */
const NO_KEY = 'none';
/** The newest version of Azure's API that is no preview; K8sGPT's, of 2023, knows no tools. */
const AZURE_API_VERSION = '2024-10-21';

/** Chat completions of OpenAI's protocol: of OpenAI, and of the many services and servers that speak it. */
export default defineProvider({
  presets: OPENAI_PRESETS,

  async open(settings, preset, env) {
    const own = OPENAI_PRESETS.find(({ name }) => name === preset.name);
    if (!own) throw new Error(`openai.ts has no preset ${preset.name}`);
    const client = await clientFor(settings, own, env);
    const conceding = createConcessions(CHAT_CONCESSIONS);
    const model = settings.model ?? settings.engine ?? '';

    return createBackend(
      aboutOf(settings, preset, { model }),
      async function* (request, signal): AsyncGenerator<Piece> {
        try {
          const { data, response } = await conceding(chatRequest(request, settings, own), (body) =>
            client.chat.completions.create(body, { signal }).withResponse(),
          );
          yield* readChat(chunksOf(data, response), model);
        } catch (thrown) {
          // Azure's filter reads the question too, and refuses it with an error.
          if (field(thrown, 'code') !== 'content_filter') throw thrown;
          yield { type: 'end', reason: 'refusal' };
        }
      },
    );
  },
});

async function clientFor(settings: BackendSettings, preset: OpenAiPreset, env: NodeJS.ProcessEnv): Promise<OpenAI> {
  const { OpenAI, AzureOpenAI } = await import('openai');
  const { key = NO_KEY, baseUrl = '', engine, apiVersion } = settings;
  // What is left out here, the SDK takes from variables that are OpenAI's, whichever service is asked.
  const options = {
    apiKey: preset.style === 'ibm' ? ibmToken(key, env) : key,
    adminAPIKey: null,
    baseURL: baseUrl,
    organization: settings.organization ?? null,
    project: null,
    webhookSecret: null,
    defaultHeaders: headersFor(settings, preset, env),
    maxRetries: 0,
    logLevel: 'off',
    fetch: plainFetch,
  } satisfies ClientOptions;
  if (preset.style !== 'azure') return new OpenAI(options);
  if (/\/openai\/v1$/.test(baseUrl)) {
    return new OpenAI({ ...options, ...(apiVersion && { defaultQuery: { 'api-version': apiVersion } }) });
  }
  const baseURL = /\/openai(\/|$)/.test(new URL(baseUrl).pathname) ? baseUrl : `${baseUrl}/openai`;
  return new AzureOpenAI({
    ...options,
    apiKey: key,
    baseURL,
    apiVersion: apiVersion ?? AZURE_API_VERSION,
    ...(engine && { deployment: engine }),
  });
}

function headersFor(
  { headers, compartment }: BackendSettings,
  preset: OpenAiPreset,
  env: NodeJS.ProcessEnv,
): Record<string, string | null> {
  const all: Record<string, string | null> = { 'user-agent': USER_AGENT };
  // The SDK sends these to whom it asks; they may hold a token that is for OpenAI alone.
  if (preset.name !== 'openai') {
    for (const line of (env.OPENAI_CUSTOM_HEADERS ?? '').split('\n')) {
      const name = line.split(':')[0]?.trim();
      if (name && line.includes(':')) all[name] = null;
    }
  }
  if (preset.style === 'oci' && compartment) all.CompartmentId = compartment;
  return { ...all, ...headers };
}

/** Some servers do not stream, though asked to. */
async function* chunksOf(stream: AsyncIterable<ChatChunk>, response: Response): AsyncGenerator<ChatChunk> {
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    yield* stream;
    return;
  }
  const body = (await response.json()) as ChatChunk;
  const error = field(body, 'error');
  if (error) throw Object.assign(new Error('The answer is an error.'), { error });
  yield body;
}
