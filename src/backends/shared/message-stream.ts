import type Anthropic from '@anthropic-ai/sdk';
import type { EndReason, Piece, ToolCall, Usage } from '../../backend.ts';
import { signed } from './signature.ts';

/** Why it ended, where that is not `stop`. */
const REASONS: Record<string, EndReason> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'calls',
  refusal: 'refusal',
};

/** A block as it grows. */
interface Block {
  type: string;
  id?: string;
  name?: string;
  input: string;
  /** Of a block that is thought, which goes back untouched. */
  thought?: Record<string, unknown>;
}

/** The pieces of a streamed message of a model. Ends without `end` where the message does not say why it ended. */
export async function* readMessages(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  model: string,
): AsyncGenerator<Piece> {
  const blocks = new Map<number, Block>();
  const thoughts: Record<string, unknown>[] = [];
  let usage: Usage | undefined;
  let reason: string | null = null;
  let calls = 0;

  for await (const event of events) {
    switch (event.type) {
      case 'message_start':
        usage = usageOf(event.message.usage, usage);
        break;
      case 'content_block_start':
        blocks.set(event.index, blockOf(event.content_block));
        if (event.content_block.type === 'text' && event.content_block.text) {
          yield { type: 'text', text: event.content_block.text };
        }
        break;
      case 'content_block_delta': {
        const { delta } = event;
        if (delta.type === 'text_delta' && delta.text) yield { type: 'text', text: delta.text };
        else grow(blocks.get(event.index), delta);
        break;
      }
      case 'content_block_stop': {
        const block = blocks.get(event.index);
        if (block?.thought) thoughts.push(block.thought);
        if (block?.type !== 'tool_use') break;
        calls++;
        yield { type: 'call', call: callOf(block, thoughts.splice(0), model) };
        break;
      }
      case 'message_delta':
        usage = usageOf(event.usage, usage);
        reason = event.delta.stop_reason ?? reason;
        break;
    }
  }
  if (!reason) return;
  const end = REASONS[reason] ?? 'stop';
  yield { type: 'end', reason: end === 'calls' && calls === 0 ? 'stop' : end, ...(usage && { usage }) };
}

function blockOf(block: Anthropic.RawContentBlockStartEvent['content_block']): Block {
  const thought = block.type === 'thinking' || block.type === 'redacted_thinking' ? { thought: { ...block } } : {};
  if (block.type !== 'tool_use') return { type: block.type, input: '', ...thought };
  // The input begins as an empty object, and comes in parts of its text.
  return { type: block.type, id: block.id, name: block.name, input: '' };
}

function grow(block: Block | undefined, delta: Anthropic.RawContentBlockDelta): void {
  if (!block) return;
  if (delta.type === 'input_json_delta') block.input += delta.partial_json;
  if (!block.thought) return;
  if (delta.type === 'thinking_delta') block.thought.thinking = `${block.thought.thinking ?? ''}${delta.thinking}`;
  if (delta.type === 'signature_delta') block.thought.signature = delta.signature;
}

function callOf({ id = '', name = '', input }: Block, thoughts: Record<string, unknown>[], model: string): ToolCall {
  const signature = thoughts.length > 0 ? { signature: signed(`anthropic ${model}`, thoughts) } : {};
  return { id, name, arguments: input || '{}', ...signature };
}

interface Counts {
  input_tokens?: number | null;
  output_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
}

/** The last count of each kind is the right one; what came from the cache was read as well. */
function usageOf(counts: Counts | undefined, before: Usage | undefined): Usage | undefined {
  if (!counts) return before;
  const { input_tokens: fresh, cache_creation_input_tokens: written, cache_read_input_tokens: read } = counts;
  const input = typeof fresh === 'number' ? fresh + (written ?? 0) + (read ?? 0) : before?.input;
  const output = counts.output_tokens ?? before?.output;
  return input === undefined || output === undefined ? before : { input, output };
}
