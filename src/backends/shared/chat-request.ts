import type { ChatCompletionCreateParamsStreaming, ChatCompletionMessageParam } from 'openai/resources/chat';
import type { BackendSettings, CompletionRequest, ToolCall } from '../../backend.ts';
import { type Conversation, readConversation, type Turn } from './conversation.ts';
import { isObject, parsed } from './json.ts';
import type { OpenAiPreset } from './openai-presets.ts';
import { ownAddress } from './settings.ts';
import { signatureFor } from './signature.ts';
import { schemaOf } from './tools.ts';

/** A request of OpenAI's protocol, with what servers of other makes know besides. */
export type ChatRequest = ChatCompletionCreateParamsStreaming & { top_k?: number };

/** The request for a streamed answer. What is not set is not sent; a zero is. */
export function chatRequest(
  { messages, tools, maxTokens }: CompletionRequest,
  settings: BackendSettings,
  preset: OpenAiPreset,
  conversation: Conversation = readConversation(messages),
): ChatRequest {
  const max = maxTokens ?? settings.maxTokens;
  // Behind another address than the service's own stands a server that may know the older name alone.
  const elsewhere = preset.baseUrl !== undefined && settings.baseUrl !== ownAddress(preset, settings);
  const limit = elsewhere ? 'max_tokens' : preset.limit;
  return {
    model: settings.engine ?? settings.model ?? '',
    messages: chatMessages(conversation, settings.model ?? settings.engine ?? ''),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools?.length && {
      tools: tools.map((tool) => ({
        type: 'function' as const,
        function: { name: tool.name, description: tool.description, parameters: schemaOf(tool) },
      })),
    }),
    ...(max !== undefined && { [limit]: max }),
    ...(settings.temperature !== undefined && { temperature: settings.temperature }),
    ...(settings.topP !== undefined && { top_p: settings.topP }),
    ...(preset.topK && settings.topK !== undefined && { top_k: settings.topK }),
    ...(settings.stop?.length && { stop: [...settings.stop] }),
  };
}

function chatMessages({ system, turns }: Conversation, model: string): ChatCompletionMessageParam[] {
  const head: ChatCompletionMessageParam[] = system ? [{ role: 'system', content: system }] : [];
  return [...head, ...turns.flatMap((turn) => turnMessages(turn, model))];
}

function turnMessages(turn: Turn, model: string): ChatCompletionMessageParam[] {
  if (turn.role === 'assistant') {
    const calls = turn.calls.length > 0 ? { tool_calls: turn.calls.map((call) => chatCall(call, model)) } : {};
    // Without a text it may be null by the protocol, which not every server knows.
    return [{ role: 'assistant', content: turn.text, ...calls }];
  }
  const results = turn.results.map(({ id, text }) => ({ role: 'tool' as const, tool_call_id: id, content: text }));
  return turn.text ? [...results, { role: 'user', content: turn.text }] : results;
}

function chatCall(call: ToolCall, model: string) {
  // Templates of local models parse the arguments, and fail on what is no object.
  const args = isObject(parsed(call.arguments)) ? call.arguments : '{}';
  const extra = signatureFor(`openai ${model}`, call);
  return {
    id: call.id,
    type: 'function' as const,
    function: { name: call.name, arguments: args },
    ...(extra !== undefined && { extra_content: extra }),
  };
}
