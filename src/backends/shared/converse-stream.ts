import type { ConverseStreamOutput, ReasoningContentBlock } from '@aws-sdk/client-bedrock-runtime';
import type { EndReason, Piece, ToolCall, Usage } from '../../backend.ts';
import { AnswerError } from './diagnosis.ts';
import { field, textOf } from './json.ts';
import { signed } from './signature.ts';

/** Why it ended, where that is not `stop`. */
const REASONS: Record<string, EndReason> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'calls',
  content_filtered: 'refusal',
  guardrail_intervened: 'refusal',
  // What newer models of Claude say.
  refusal: 'refusal',
};

/** A thought in JSON: its words with their signature, or bytes that only the model can read, in base64. */
interface Thought {
  text?: string;
  signature?: string;
  redacted?: string;
}

interface Block {
  id?: string;
  name?: string;
  input: string;
  thought?: Thought;
}

/** The pieces of ConverseStream. Ends without `end` where the answer does not say why it ended. */
export async function* readConverse(events: AsyncIterable<ConverseStreamOutput>, model: string): AsyncGenerator<Piece> {
  const blocks = new Map<number, Block>();
  const thoughts: Thought[] = [];
  let usage: Usage | undefined;
  let reason: string | undefined;
  let calls = 0;

  for await (const { contentBlockStart, contentBlockDelta, contentBlockStop, messageStop, metadata } of events) {
    if (contentBlockStart) {
      const { start, contentBlockIndex: at = 0 } = contentBlockStart;
      blocks.set(at, { id: start?.toolUse?.toolUseId ?? '', name: start?.toolUse?.name ?? '', input: '' });
    }
    if (contentBlockDelta?.delta) {
      const { delta, contentBlockIndex: at = 0 } = contentBlockDelta;
      if (delta.text) yield { type: 'text', text: delta.text };
      // Only calls have a start.
      const block = blocks.get(at) ?? { input: '' };
      blocks.set(at, block);
      block.input += delta.toolUse?.input ?? '';
      if (delta.reasoningContent) block.thought = grown(block.thought ?? {}, delta.reasoningContent);
    }
    if (contentBlockStop) {
      const block = blocks.get(contentBlockStop.contentBlockIndex ?? 0);
      if (block?.thought) thoughts.push(block.thought);
      if (block?.name) {
        calls++;
        yield { type: 'call', call: callOf(block, thoughts.splice(0), model) };
      }
    }
    reason = messageStop?.stopReason ?? reason;
    const counts = metadata?.usage;
    if (counts?.inputTokens !== undefined) usage = { input: counts.inputTokens, output: counts.outputTokens ?? 0 };
  }
  if (!reason) return;
  // The model lost its way, which it may not do the next time.
  if (reason.startsWith('malformed_')) throw new AnswerError('cut', reason);
  const end = REASONS[reason] ?? 'stop';
  yield { type: 'end', reason: end === 'calls' && calls === 0 ? 'stop' : end, ...(usage && { usage }) };
}

/** The thoughts that went with a call, in the form that goes back. */
export function thoughtsFrom(value: unknown): ReasoningContentBlock[] {
  if (!Array.isArray(value)) return [];
  return value.map((thought: unknown): ReasoningContentBlock => {
    const redacted = textOf(field(thought, 'redacted'));
    if (redacted) return { redactedContent: Buffer.from(redacted, 'base64') };
    return { reasoningText: { text: textOf(field(thought, 'text')), signature: textOf(field(thought, 'signature')) } };
  });
}

function grown(thought: Thought, delta: { text?: string; signature?: string; redactedContent?: Uint8Array }): Thought {
  if (delta.redactedContent) return { redacted: Buffer.from(delta.redactedContent).toString('base64') };
  return {
    text: `${thought.text ?? ''}${delta.text ?? ''}`,
    ...((delta.signature ?? thought.signature) && { signature: delta.signature ?? thought.signature }),
  };
}

function callOf({ id = '', name = '', input }: Block, thoughts: readonly Thought[], model: string): ToolCall {
  const signature = thoughts.length > 0 ? { signature: signed(`bedrock ${model}`, thoughts) } : {};
  return { id, name, arguments: input || '{}', ...signature };
}
