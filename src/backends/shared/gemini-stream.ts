import type { GenerateContentResponse } from '@google/genai';
import type { EndReason, Piece, Usage } from '../../backend.ts';
import { newCallId } from './conversation.ts';
import { AnswerError } from './diagnosis.ts';
import { signed } from './signature.ts';

const REFUSALS = new Set(
  'SAFETY RECITATION LANGUAGE BLOCKLIST PROHIBITED_CONTENT SPII IMAGE_SAFETY MODEL_ARMOR ESCALATION'.split(' '),
);
/** The model lost its way, which it may not do the next time. */
const FAILURES = new Set(
  'OTHER MALFORMED_FUNCTION_CALL MALFORMED_RESPONSE UNEXPECTED_TOOL_CALL TOO_MANY_TOOL_CALLS'.split(' '),
);

/** The pieces of Gemini's stream. Ends without `end` where the answer does not say why it ended. */
export async function* readContents(
  chunks: AsyncIterable<GenerateContentResponse>,
  model: string,
): AsyncGenerator<Piece> {
  let usage: Usage | undefined;
  let finish: string | undefined;
  let called = false;
  for await (const { candidates, promptFeedback, usageMetadata } of chunks) {
    if (usageMetadata?.promptTokenCount !== undefined) {
      const { promptTokenCount, candidatesTokenCount = 0, thoughtsTokenCount = 0 } = usageMetadata;
      usage = { input: promptTokenCount, output: candidatesTokenCount + thoughtsTokenCount };
    }
    // The question itself was declined; there is no candidate.
    if (promptFeedback?.blockReason) finish = 'SAFETY';
    const [candidate] = candidates ?? [];
    for (const { text, thought, functionCall, thoughtSignature } of candidate?.content?.parts ?? []) {
      if (text && !thought) yield { type: 'text', text };
      if (!functionCall?.name) continue;
      called = true;
      const { id, name, args } = functionCall;
      const signature = thoughtSignature ? { signature: signed(`google ${model}`, thoughtSignature) } : {};
      const call = { id: id || newCallId(), name, arguments: JSON.stringify(args ?? {}), ...signature };
      yield { type: 'call', call };
    }
    finish = candidate?.finishReason ?? finish;
  }
  if (!finish) return;
  if (FAILURES.has(finish)) throw new AnswerError('cut', finish);
  yield { type: 'end', reason: reasonOf(finish, called), ...(usage && { usage }) };
}

function reasonOf(finish: string, called: boolean): EndReason {
  if (REFUSALS.has(finish)) return 'refusal';
  if (finish === 'MAX_TOKENS') return 'length';
  return called ? 'calls' : 'stop';
}
