import { OpenAI } from 'openai';
import { startOpenAi } from '../support/model/openai.ts';

/** A model of everyday speed: so long to its first token, so many tokens a second, and so many in an answer. */
const FIRST_MS = 600;
const TOKENS_PER_SECOND = 30;
const TOKENS = 120;

/** The first word of every answer, which stands in nothing else that the program shows. */
export const FIRST_WORD = 'Perhaps';
/** What a question has to contain where the model looks once before it answers. */
const LOOK = 'look';
const SENTENCE =
  'the node does not report and its pods wait until somebody takes a closer look at what is wrong there. ';

export const questionOf = (looks: boolean, number: number) =>
  `could anything else be behind it, ${looks ? `after a ${LOOK}` : 'as it is'}, as in question ${number}?`;

/** A scripted server that answers at that speed, or at once, after one look where the question wants it. */
export function startSpoken({ quick = false } = {}) {
  const firstTokenMs = quick ? 0 : FIRST_MS;
  const pieceMs = quick ? 0 : 1000 / TOKENS_PER_SECOND;
  const words = `${FIRST_WORD} ${SENTENCE.repeat(TOKENS)}`.split(' ').slice(0, TOKENS);
  const text = words.map((word, at) => (at === 0 ? word : ` ${word}`));
  return startOpenAi({
    script: ({ body }) => {
      const asked = body.messages.findLast(({ role }) => role === 'user')?.content ?? '';
      if (asked.includes(LOOK) && body.messages.at(-1)?.role !== 'tool') {
        return { calls: [{ name: 'events', arguments: { kind: 'Node', name: 'prod-b3' } }], firstTokenMs };
      }
      return { text, firstTokenMs, pieceMs };
    },
  });
}

/** Milliseconds until its first word of an answer, where nothing stands between the model and who asks. */
export async function askDirectly({ url, key }: { url: string; key: string }, question: string): Promise<number> {
  const client = new OpenAI({ baseURL: url, apiKey: key, maxRetries: 0 });
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  const began = performance.now();
  for (;;) {
    const stream = await client.chat.completions.create({ model: 'gpt-test', messages, stream: true });
    const call = { id: '', name: '', arguments: '' };
    for await (const { choices } of stream) {
      const { content, tool_calls: calls } = choices[0]?.delta ?? {};
      if (content) {
        stream.controller.abort();
        return performance.now() - began;
      }
      call.id += calls?.[0]?.id ?? '';
      call.name += calls?.[0]?.function?.name ?? '';
      call.arguments += calls?.[0]?.function?.arguments ?? '';
    }
    const { id, ...called } = call;
    messages.push({ role: 'assistant', tool_calls: [{ id, type: 'function', function: called }] });
    messages.push({ role: 'tool', tool_call_id: id, content: 'NodeNotReady' });
  }
}
