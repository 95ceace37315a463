import { randomBytes } from 'node:crypto';
import type { Command, Services } from './command.ts';
import { findCommand, parse, split } from './command-line.ts';
import { type Conversation, createConversation } from './conversation.ts';
import { UserError } from './errors.ts';
import type { Logger } from './log.ts';
import type { Message } from './message.ts';
import type { Handlers, Incoming, Platform } from './platform.ts';
import type { Store } from './store.ts';

/** Services deliver an event again for some minutes at most; an hour is safe. */
const DELIVERY_TTL_MS = 3_600_000;

interface DispatchOptions {
  services: Services;
  store: Store;
  log: Logger;
  signal: AbortSignal;
  /** Work that is done sooner shows no progress. */
  progressAfterMs?: number;
}

/** What a platform does with what it hears. Errors end here: what people can mend is told to them, the rest is logged. */
export function createHandlers(
  platform: Platform,
  { services, store, log, signal, progressAfterMs }: DispatchOptions,
): Handlers {
  async function once(incoming: Incoming, work: (chat: Conversation) => Promise<void>): Promise<void> {
    const chat = createConversation(platform, incoming, progressAfterMs);
    try {
      const key = `delivery:v1:${platform.name}:${incoming.delivery}`;
      if (!(await store.setIfAbsent(key, '1', DELIVERY_TTL_MS))) return;
      await work(chat);
    } catch (error) {
      await chat.fail(problem(wordsOf(error, incoming))).catch((failed: unknown) => {
        log.error({ err: failed }, 'An error could not be shown');
      });
    }
  }

  function wordsOf(error: unknown, incoming: Incoming): string {
    if (error instanceof UserError) return error.message;
    const id = randomBytes(3).toString('hex');
    log.error({ err: error, id, text: incoming.text, platform: platform.name }, 'A command failed');
    return `That failed for a reason that is ours, not yours. The log has it under ${id}.`;
  }

  async function run(incoming: Incoming, chat: Conversation): Promise<void> {
    const [name = 'help', ...args] = split(incoming.text);
    const command = findCommand(services.commands, name, 'chat');
    await command.run({ ...parse(command, args, 'chat'), chat, services, signal });
  }

  /** A line in a thread that begins with a command's name is that command; anything else gets the way on. */
  async function reply(incoming: Incoming, chat: Conversation): Promise<void> {
    const [word = ''] = incoming.text.trim().split(/\s+/, 1);
    if (services.commands.some(({ name }) => name === word.toLowerCase())) return run(incoming, chat);
    const text = 'Begin with a command here, such as "explain inc-…" or "analyze Pod"; "help" lists them.';
    await chat.whisper({ text, blocks: [{ type: 'text', text }] });
  }

  return {
    command: (incoming) => once(incoming, (chat) => run(incoming, chat)),
    form: ({ form, values }) =>
      services.commands.find((command: Command) => command.name === form)?.form?.(services, values),
    reply: (incoming) => once(incoming, (chat) => reply(incoming, chat)),
  };
}

function problem(text: string): Message {
  return { text, blocks: [{ type: 'alert', level: 'error', text }] };
}
