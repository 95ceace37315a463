import type { ChatRequest } from './chat-request.ts';
import type { Concession } from './concessions.ts';

/** What servers and models of other makes refuse, and OpenAI's own newer models. */
export const CHAT_CONCESSIONS: readonly Concession<ChatRequest>[] = [
  {
    parameter: 'reasoning_effort',
    // Newer models of OpenAI take tools by this protocol only where they do not reason.
    refusal: /function tools with reasoning_effort.*'none'/i,
    change: (body) => (body.tools ? { ...body, reasoning_effort: 'none' } : body),
  },
  { parameter: 'stream_options' },
  {
    parameter: 'max_completion_tokens',
    change: ({ max_completion_tokens: max, ...body }) => ({ ...body, max_tokens: max }),
  },
  { parameter: 'max_tokens', change: ({ max_tokens: max, ...body }) => ({ ...body, max_completion_tokens: max }) },
  { parameter: 'top_k' },
  { parameter: 'top_p' },
  { parameter: 'temperature' },
  { parameter: 'stop' },
];
