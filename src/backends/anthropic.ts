import type Anthropic from '@anthropic-ai/sdk';
import { type BackendSettings, type CompletionRequest, defineProvider, type ToolCall } from '../backend.ts';
import { aboutOf, createBackend } from './shared/backend.ts';
import { type Concession, createConcessions } from './shared/concessions.ts';
import { argumentsOf, inWords, readConversation, type Turn } from './shared/conversation.ts';
import { plainFetch, USER_AGENT } from './shared/http.ts';
import { isObject } from './shared/json.ts';
import { readMessages } from './shared/message-stream.ts';
import { signatureFor } from './shared/signature.ts';
import { schemaOf } from './shared/tools.ts';

/** What the newest version of the protocol has no longer, and older models take by the version before. */
interface Sampling {
  temperature?: number;
  top_p?: number;
  top_k?: number;
}

type Params = Anthropic.MessageCreateParamsStreaming & Sampling;

const SAMPLING_VERSION = '2023-06-01';

/** The protocol wants a limit; models that think spend a part of it on that. */
const MAX_TOKENS = 8192;
/** The SDK wants a key, and a proxy of one's own may not. */
const NO_KEY = 'none';

/** Newer models take none of these by any version, some older ones not all at once. */
const CONCESSIONS: readonly Concession<Params>[] = [
  { parameter: 'top_k' },
  { parameter: 'top_p' },
  { parameter: 'temperature' },
];

/** Claude, by Anthropic's own protocol. */
export default defineProvider({
  presets: [
    {
      name: 'anthropic',
      summary: 'Anthropic’s Claude',
      model: 'claude-sonnet-5-5',
      baseUrl: 'https://api.anthropic.com',
      needs: ['key'],
      env: { key: ['ANTHROPIC_API_KEY'], baseUrl: ['ANTHROPIC_BASE_URL'], model: ['ANTHROPIC_MODEL'] },
      // The SDK adds the version itself.
      addressOf: (text) => text.replace(/\/v1\/?$/, ''),
    },
  ],

  async open(settings, preset) {
    const { Anthropic } = await import('@anthropic-ai/sdk');
    const key = settings.key ?? NO_KEY;
    const client = new Anthropic({
      apiKey: key,
      baseURL: settings.baseUrl ?? null,
      // The SDK sends a bearer token; proxies that were made before it did read this alone.
      defaultHeaders: { 'user-agent': USER_AGENT, 'x-api-key': key, ...settings.headers },
      maxRetries: 0,
      logLevel: 'off',
      openTelemetry: false,
      fetch: plainFetch,
    });
    const conceding = createConcessions(CONCESSIONS);
    const { model = '' } = settings;

    return createBackend(aboutOf(settings, preset), async function* (request, signal) {
      const events = await conceding(messageParams(request, settings), async (params) => {
        const sampled = CONCESSIONS.some(({ parameter }) => parameter in params);
        const headers = sampled ? { 'anthropic-version': SAMPLING_VERSION } : {};
        return client.messages.create(params, { signal, headers });
      });
      yield* readMessages(events, model);
    });
  },
});

function messageParams({ messages, tools, maxTokens }: CompletionRequest, settings: BackendSettings): Params {
  const conversation = readConversation(messages);
  // Earlier calls are taken only together with tools.
  const { system, turns } = tools?.length ? conversation : inWords(conversation);
  return {
    model: settings.model ?? '',
    max_tokens: maxTokens ?? settings.maxTokens ?? MAX_TOKENS,
    stream: true,
    ...(system && { system }),
    messages: turns.map((turn) => messageOfTurn(turn, settings.model ?? '')),
    ...(tools?.length && {
      tools: tools.map((tool) => ({ name: tool.name, description: tool.description, input_schema: schemaOf(tool) })),
    }),
    ...(settings.temperature !== undefined && { temperature: settings.temperature }),
    ...(settings.topP !== undefined && { top_p: settings.topP }),
    ...(settings.topK !== undefined && { top_k: settings.topK }),
    ...(settings.stop?.length && { stop_sequences: [...settings.stop] }),
  };
}

function messageOfTurn(turn: Turn, model: string): Anthropic.MessageParam {
  const text: Anthropic.TextBlockParam[] = turn.text ? [{ type: 'text', text: turn.text }] : [];
  if (turn.role === 'user') {
    const results = turn.results.map(({ id, text }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: text,
    }));
    return { role: 'user', content: [...results, ...text] };
  }
  // What it thought before a call goes back as it was, and before the text that it thought of first.
  const [first, ...others] = turn.calls.map((call) => [thoughtsOf(call, model), toolUse(call)] as const);
  const opening = first ? [...first[0], ...text, first[1]] : text;
  return { role: 'assistant', content: [...opening, ...others.flatMap(([thoughts, call]) => [...thoughts, call])] };
}

function toolUse(call: ToolCall): Anthropic.ToolUseBlockParam {
  return { type: 'tool_use', id: call.id, name: call.name, input: argumentsOf(call) };
}

function thoughtsOf(call: ToolCall, model: string): Anthropic.ThinkingBlockParam[] {
  const value = signatureFor(`anthropic ${model}`, call);
  return Array.isArray(value) ? value.filter((block) => isObject(block) && 'type' in block) : [];
}
