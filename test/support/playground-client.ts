import { randomUUID } from 'node:crypto';
import { toMarkdown } from '../../src/markdown.ts';
import type { Change, Entry, Whole } from '../../src/platforms/playground/wire.ts';

/** The playground's page without a browser: says things, and hears what comes of it. */
export interface PlaygroundClient {
  say(text: string, thread?: string): Promise<void>;
  /** What the bot has posted, as it stands now; whispers are left out. */
  heard(): { id: string; text: string }[];
  /** Every message of the room, as it stands now. */
  entries(): Entry[];
  close(): Promise<void>;
}

export async function createPlaygroundClient(url: string): Promise<PlaygroundClient> {
  const abort = new AbortController();
  const entries = new Map<string, Entry>();
  const response = await fetch(`${url}/events`, { headers: { accept: 'text/event-stream' }, signal: abort.signal });
  if (!response.body) throw new Error('the playground sends no events');
  void listen(response.body).catch(() => {});

  async function listen(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      rest += chunk;
      const events = rest.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const data = event
          .split('\n')
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).trim())
          .join('\n');
        if (data) take(JSON.parse(data) as Change | Whole);
      }
    }
  }

  function take({ entries: changed }: Change | Whole): void {
    for (const entry of changed) entries.set(entry.id, entry);
  }

  return {
    async say(text, thread) {
      const said = { delivery: randomUUID(), channel: 'general', text, ...(thread && { thread }) };
      const answer = await fetch(`${url}/say`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(said),
      });
      if (!answer.ok) throw new Error(`the playground said ${answer.status}: ${await answer.text()}`);
    },
    heard: () =>
      [...entries.values()].flatMap(({ id, author, whispered, body }) =>
        author === 'bot' && !whispered && 'message' in body ? [{ id, text: letters(body.message) }] : [],
      ),
    entries: () => [...entries.values()],
    async close() {
      abort.abort();
    },
  };
}

/** A message as a person reads it, the labels of its buttons among it. */
function letters(message: Parameters<typeof toMarkdown>[0]): string {
  const labels = message.blocks.flatMap((block) =>
    'actions' in block ? (block.actions ?? []).map(({ label }) => label) : [],
  );
  return `${toMarkdown(message).replaceAll('\\', '')}\n${labels.join(' ')}`;
}
