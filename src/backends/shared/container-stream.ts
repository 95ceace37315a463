import type { ChatChunk } from './chat-stream.ts';
import { AnswerError } from './diagnosis.ts';
import { field, isObject, parsed, textOf } from './json.ts';

/**
 * The chunks of an answer of a SageMaker container: events or lines of OpenAI's protocol, tokens of Hugging Face's TGI,
 * or one whole answer of either, or of a JumpStart model. What the container makes of it is not told by any header.
 */
export async function* readContainer(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ChatChunk> {
  const decoder = new TextDecoder();
  let waiting = '';
  /** Lines that make a JSON value only together. */
  let rest = '';
  for await (const part of bytes) {
    const lines = `${waiting}${decoder.decode(part, { stream: true })}`.split(/\r?\n/);
    waiting = lines.pop() ?? '';
    for (const line of lines) {
      const value = parsed(dataOf(line));
      if (value === undefined) rest += `${dataOf(line)}\n`;
      else yield chunkOf(value);
    }
  }
  const left = `${rest}${dataOf(waiting + decoder.decode())}`.trim();
  if (!left) return;
  const value = parsed(left);
  if (value === undefined) throw new AnswerError('bad answer', left.slice(0, 200));
  yield chunkOf(value);
}

/** What a line says: without the name of its field, where it is one of an event's, and nothing of the others. */
function dataOf(line: string): string {
  const data = line.replace(/^data:\s?/, '').trim();
  return data === '[DONE]' || /^(event|id|retry)?:/.test(data) ? '' : data;
}

function chunkOf(value: unknown): ChatChunk {
  const answer = Array.isArray(value) ? value[0] : value;
  const error = field(answer, 'error');
  if (error) throw Object.assign(new Error(textOf(error) || 'The container failed.'), { error });
  if (!isObject(answer) || 'choices' in answer) return (answer ?? {}) as ChatChunk;

  const token = answer.token;
  if (isObject(token)) {
    // The last token has the whole text with it; special ones are signs between the turns.
    const content = token.special === true ? '' : textOf(token.text);
    return chunk(content, finishOf(answer), answer.details);
  }
  const text =
    textOf(answer.generated_text) || textOf(answer.generation) || textOf(field(answer.generation, 'content'));
  return chunk(text, finishOf(answer) ?? 'stop', answer.details);
}

function finishOf({ details, generated_text: whole }: Record<string, unknown>): string | undefined {
  return textOf(field(details, 'finish_reason')) || (typeof whole === 'string' ? 'stop' : undefined);
}

function chunk(content: string, finish: string | undefined, details: unknown): ChatChunk {
  const output = field(details, 'generated_tokens');
  return {
    choices: [{ delta: { content }, finish_reason: finish ?? null }],
    ...(typeof output === 'number' && { usage: { prompt_tokens: 0, completion_tokens: output } }),
  };
}
