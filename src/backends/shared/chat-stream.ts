import type { EndReason, Piece, ToolCall, Usage } from '../../backend.ts';
import { newCallId } from './conversation.ts';
import { AnswerError } from './diagnosis.ts';
import { isObject, parsed } from './json.ts';
import { signed } from './signature.ts';

/** A chunk of a chat completion, or a whole one, as far as it is read. Servers of other makes leave out much of it. */
export interface ChatChunk {
  choices?: readonly ChatChoice[] | null;
  usage?: { prompt_tokens?: number | null; completion_tokens?: number | null } | null;
}

interface ChatChoice {
  delta?: ChatDelta | null;
  /** In place of `delta` where the server does not stream. */
  message?: ChatDelta | null;
  finish_reason?: string | null;
}

interface ChatDelta {
  content?: string | null;
  refusal?: string | null;
  tool_calls?: readonly ChatCallDelta[] | null;
}

interface ChatCallDelta {
  index?: number | null;
  id?: string | null;
  function?: { name?: string | null; arguments?: unknown } | null;
  /** Gemini's signature. */
  extra_content?: unknown;
}

const REASONS: Record<string, EndReason> = {
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'calls',
  function_call: 'calls',
  content_filter: 'refusal',
};

/** The pieces of a streamed chat completion of a model. Ends without `end` where the answer does not say why it ended. */
export async function* readChat(chunks: AsyncIterable<ChatChunk>, model: string): AsyncGenerator<Piece> {
  const calls = new CallCollector();
  let usage: Usage | undefined;
  let finish: string | undefined;
  let refused = false;
  try {
    for await (const chunk of chunks) {
      usage = usageOf(chunk) ?? usage;
      const choice = chunk.choices?.[0];
      if (!choice) continue;
      const { content, refusal, tool_calls } = choice.delta ?? choice.message ?? {};
      if (refusal) refused = true;
      for (const text of [content, refusal]) {
        if (typeof text === 'string' && text) yield { type: 'text', text };
      }
      for (const delta of tool_calls ?? []) calls.add(delta);
      finish = choice.finish_reason ?? finish;
    }
  } catch (thrown) {
    // All of it was there; only the count of tokens may be missing.
    if (!finish) throw thrown;
  }
  if (!finish) return;
  if (finish === 'error' || finish === 'abort') throw new AnswerError('cut', 'The server gave up.');

  const reason = refused ? 'refusal' : (REASONS[finish] ?? 'stop');
  const whole = calls.take(reason === 'length', model);
  for (const call of whole) yield { type: 'call', call };
  const called = whole.length > 0 && (reason === 'stop' || reason === 'calls');
  yield { type: 'end', reason: called ? 'calls' : reason === 'calls' ? 'stop' : reason, ...(usage && { usage }) };
}

function usageOf({ usage }: ChatChunk): Usage | undefined {
  if (typeof usage?.prompt_tokens !== 'number') return undefined;
  return { input: usage.prompt_tokens, output: usage.completion_tokens ?? 0 };
}

interface OpenCall {
  index: number | undefined;
  id: string | undefined;
  name: string;
  arguments: string;
  extra?: unknown;
}

/**
 * Puts calls together. By the protocol the first delta of a call has its index, id and name, and the others have its
 * index and more letters of its arguments; servers leave out the index or the id, give each call the index 0, or give
 * a whole call at once, its arguments as an object.
 */
class CallCollector {
  readonly #calls: OpenCall[] = [];

  add({ index, id, function: called, extra_content: extra }: ChatCallDelta): void {
    const name = called?.name ?? '';
    const args = argumentsText(called?.arguments);
    const open = this.#openCall(index ?? undefined, id || undefined, name);
    if (!open) {
      this.#calls.push({ index: index ?? undefined, id: id || undefined, name, arguments: args, extra });
      return;
    }
    open.id ??= id || undefined;
    open.name ||= name;
    open.arguments += args;
    open.extra ??= extra;
  }

  /** All calls, whole; without those that the limit of tokens cut, where it did. */
  take(cut: boolean, model: string): ToolCall[] {
    return this.#calls
      .filter((call) => call.name && !(cut && parsed(call.arguments || '{}') === undefined))
      .map((call) => ({
        id: call.id ?? newCallId(),
        name: call.name,
        arguments: call.arguments || '{}',
        ...(call.extra !== undefined && { signature: signed(`openai ${model}`, call.extra) }),
      }));
  }

  /** The call that a delta goes on with; `undefined` where it begins a new one. */
  #openCall(index: number | undefined, id: string | undefined, name: string): OpenCall | undefined {
    const open = index === undefined ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index);
    if (!open) return undefined;
    if (id && open.id) return id === open.id ? open : undefined;
    // A name once more, behind arguments that are complete, is that of the next call.
    return name && isObject(parsed(open.arguments)) ? undefined : open;
  }
}

function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  return isObject(value) ? JSON.stringify(value) : '';
}
