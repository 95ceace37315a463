import type { Content, FunctionDeclaration, GenerateContentParameters, GoogleGenAI, Part } from '@google/genai';
import { type BackendSettings, type CompletionRequest, defineProvider, type Tool, type ToolCall } from '../backend.ts';
import { aboutOf, createBackend } from './shared/backend.ts';
import { argumentsOf, isServiceId, readConversation, type Turn } from './shared/conversation.ts';
import { readContents } from './shared/gemini-stream.ts';
import { noPage } from './shared/http.ts';
import { signatureFor } from './shared/signature.ts';
import { schemaOf } from './shared/tools.ts';

const VERTEX = 'googlevertexai';

/**
 * Gemini 3 and later take no call back without a signature, unless this stands in its place: for calls that another
 * model made. See ai.google.dev/gemini-api/docs/thought-signatures.
 */
const NO_SIGNATURE = 'skip_thought_signature_validator';

/** Gemini, by Google's own protocol: by an API key, or in a project of Google Cloud. */
export default defineProvider({
  presets: [
    {
      name: 'google',
      summary: 'Google’s Gemini, by an API key',
      model: 'gemini-3.8-flash',
      baseUrl: 'https://generativelanguage.googleapis.com',
      needs: ['key'],
      env: {
        key: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
        model: ['GEMINI_MODEL'],
        baseUrl: ['GOOGLE_GEMINI_BASE_URL'],
      },
      // The SDK adds the version itself.
      addressOf: (text) => text.replace(/\/v1(beta)?\/?$/, ''),
    },
    {
      name: VERTEX,
      summary: 'Google’s Gemini, in a project of Google Cloud',
      model: 'gemini-3.8-flash',
      needs: ['project'],
      env: {
        model: ['VERTEX_MODEL'],
        project: ['VERTEX_PROJECT', 'GOOGLE_CLOUD_PROJECT'],
        region: ['VERTEX_REGION', 'GOOGLE_CLOUD_LOCATION'],
        baseUrl: ['GOOGLE_VERTEX_BASE_URL'],
      },
      configuredBy: ['model'],
    },
  ],

  async open(settings, preset, env) {
    const client = await clientFor(settings, preset.name === VERTEX, env);
    const credentials =
      'the credentials of Google Cloud (GOOGLE_APPLICATION_CREDENTIALS, or gcloud auth application-default login)';
    const about = aboutOf(settings, preset, preset.name === VERTEX ? { credentials } : {});

    return createBackend(about, async function* (request, signal) {
      let headers: Headers | undefined;
      // The SDK's errors have no headers, which tell when to ask again.
      const listening: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        headers = response.headers;
        return noPage(response);
      };
      const params = contentParams(request, settings);
      Object.assign(params.config ?? {}, { abortSignal: signal, httpOptions: { fetch: listening } });
      try {
        yield* readContents(await client.models.generateContentStream(params), params.model);
      } catch (thrown) {
        throw thrown instanceof Error && headers ? Object.assign(thrown, { headers }) : thrown;
      }
    });
  },
});

async function clientFor(settings: BackendSettings, vertexai: boolean, env: NodeJS.ProcessEnv): Promise<GoogleGenAI> {
  const { GoogleGenAI } = await import('@google/genai');
  const { key, baseUrl, headers } = settings;
  const httpOptions = { ...(baseUrl && { baseUrl }), headers: { ...headers } };
  if (!vertexai) return new GoogleGenAI({ vertexai, apiKey: key ?? '', httpOptions });
  const file = env.GOOGLE_APPLICATION_CREDENTIALS;
  return new GoogleGenAI({
    vertexai,
    project: settings.project ?? '',
    location: settings.region ?? 'global',
    httpOptions,
    ...(file && { googleAuthOptions: { keyFilename: file } }),
  });
}

function contentParams(
  { messages, tools, maxTokens }: CompletionRequest,
  settings: BackendSettings,
): GenerateContentParameters {
  const { system, turns } = readConversation(messages);
  const { model = '', temperature, topP, topK, stop } = settings;
  const max = maxTokens ?? settings.maxTokens;
  return {
    model,
    contents: turns.map((turn) => contentOf(turn, model)),
    config: {
      ...(system && { systemInstruction: system }),
      ...(tools?.length && { tools: [{ functionDeclarations: tools.map(declarationOf) }] }),
      ...(max !== undefined && { maxOutputTokens: max }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(topK !== undefined && { topK }),
      ...(stop?.length && { stopSequences: [...stop] }),
      automaticFunctionCalling: { disable: true },
    },
  };
}

function declarationOf(tool: Tool): FunctionDeclaration {
  const schema = schemaOf(tool);
  const parameters = Object.keys(schema.properties).length > 0 ? { parametersJsonSchema: schema } : {};
  return { name: tool.name, description: tool.description, ...parameters };
}

function contentOf(turn: Turn, model: string): Content {
  const text: Part[] = turn.text ? [{ text: turn.text }] : [];
  if (turn.role === 'assistant') {
    return { role: 'model', parts: [...text, ...turn.calls.map((call, at) => callPart(call, at === 0, model))] };
  }
  const results = turn.results.map(({ id, name, text }) => ({
    functionResponse: { ...(isServiceId(id) && { id }), name, response: { output: text } },
  }));
  return { role: 'user', parts: [...results, ...text] };
}

function callPart(call: ToolCall, first: boolean, model: string): Part {
  const own = signatureFor(`google ${model}`, call);
  const signature = typeof own === 'string' ? own : first && /gemini-(?![12]\b)\d/.test(model) ? NO_SIGNATURE : '';
  const { id, name } = call;
  return {
    functionCall: { ...(isServiceId(id) && { id }), name, args: argumentsOf(call) },
    ...(signature && { thoughtSignature: signature }),
  };
}
