import { randomBytes } from 'node:crypto';
import type { Call, Command, Services } from './command.ts';
import { findCommand, parse, split } from './command-line.ts';
import { homeOf } from './commands/shared/home.ts';
import { type Conversation, createConversation } from './conversation.ts';
import { UsageError, UserError } from './errors.ts';
import type { Logger } from './log.ts';
import { problem } from './message.ts';
import type { Handlers, Incoming, Platform } from './platform.ts';
import type { Store } from './store.ts';
import { isSmallTalk } from './threads/intents.ts';
import type { Wishes } from './threads.ts';

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

/** What somebody said, understood. */
type Meaning =
  | { kind: 'command'; command: Command; call: Pick<Call, 'words' | 'options'> }
  | { kind: 'question'; text: string; wishes?: Wishes }
  | { kind: 'nothing' };

/**
 * What a platform does with what it hears. Commands run in this process; questions are handed to the thread, which
 * outlives it. Errors end here: what people can mend is told to them, the rest is logged.
 */
export function createHandlers(
  platform: Platform,
  { services, store, log, signal, progressAfterMs }: DispatchOptions,
): Handlers {
  function understand({ text, spoken }: Incoming, isReply: boolean): Meaning {
    if (isReply && isSmallTalk(text)) return { kind: 'nothing' };
    const inWords = spoken === true || isReply;
    const [first = ''] = text.trim().split(/\s+/, 1);
    // In a thread, help is about what can be asked there.
    if (inWords && text.trim() !== '' && (!commandNamed(first) || (isReply && /^help\W*$/i.test(text.trim())))) {
      return { kind: 'question', text };
    }
    try {
      const [name = 'help', ...args] = split(text);
      const command = findCommand(services.commands, name, 'chat');
      const call = parse(command, args, 'chat');
      const question = command.question?.({ ...call, services });
      return question ? { kind: 'question', ...question } : { kind: 'command', command, call };
    } catch (error) {
      // Who speaks in sentences means no command, even where the first word is the name of one.
      if (inWords && error instanceof UsageError && !isCommandLine(text)) return { kind: 'question', text };
      throw error;
    }
  }

  function commandNamed(word: string): Command | undefined {
    const wanted = word.toLowerCase();
    return services.commands.find(
      ({ name, aliases = [], where }) => where !== 'terminal' && (name === wanted || aliases.includes(wanted)),
    );
  }

  async function take(incoming: Incoming, isReply: boolean, onEnd = () => {}): Promise<void> {
    const began = performance.now();
    const chat = createConversation(platform, incoming, progressAfterMs);
    let meaning: Meaning;
    try {
      meaning = understand(incoming, isReply);
    } catch (error) {
      if (!(await isNew(incoming))) return;
      countFrom(began)(nameIn(incoming), error);
      void fail(chat, incoming, error).then(onEnd);
      return;
    }
    if (meaning.kind === 'nothing') return;
    if (meaning.kind === 'question') {
      const refused = await ask(incoming, meaning.text, meaning.wishes, chat);
      countFrom(began)('question', refused);
      onEnd();
      return;
    }
    if (!(await isNew(incoming))) return;
    const { command, call } = meaning;
    const count = countFrom(began);
    // The work goes on after the event is acknowledged.
    const ended = command.run({ ...call, chat, services, signal }).then(
      () => count(command.name),
      async (error: unknown) => {
        const sentence = (incoming.spoken || isReply) && error instanceof UsageError && !isCommandLine(incoming.text);
        if (sentence) count('question', await askLate(incoming, chat));
        else {
          count(command.name, error);
          await fail(chat, incoming, error);
        }
      },
    );
    void ended.then(onEnd);
  }

  /** Counts what was taken by now, once it is over, with the error that it ended with. */
  function countFrom(began: number): (name: string, error?: unknown) => void {
    const seconds = (performance.now() - began) / 1000;
    return (name, error) => {
      const outcome = error === undefined ? 'done' : error instanceof UserError ? 'refused' : 'failed';
      services.metrics.command(name, outcome, seconds);
    };
  }

  /** The name of the command that a line begins with, whatever is wrong with the rest; never the words of a person. */
  function nameIn({ text }: Incoming): string {
    const [first = ''] = text.trim().split(/\s+/, 1);
    return commandNamed(first)?.name ?? 'unknown';
  }

  /**
   * The thread takes a question once, however often it is delivered; what it could not take is delivered again. Resolves
   * with what the person was told where it refuses.
   */
  async function ask(
    incoming: Incoming,
    text: string,
    wishes: Wishes | undefined,
    chat: Conversation,
  ): Promise<UserError | undefined> {
    try {
      await services.threads.ask(platform.name, { ...incoming, text }, wishes);
      return undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      await fail(chat, incoming, error);
      return error;
    }
  }

  /** It has been acknowledged, and is not delivered again where it cannot be taken: then that is told. */
  async function askLate(incoming: Incoming, chat: Conversation): Promise<unknown> {
    try {
      return await ask(incoming, incoming.text, undefined, chat);
    } catch (error) {
      await fail(chat, incoming, error);
      return error;
    }
  }

  function isNew({ delivery }: Incoming): Promise<boolean> {
    return store.setIfAbsent(`delivery:v1:${platform.name}:${delivery}`, '1', DELIVERY_TTL_MS);
  }

  async function fail(chat: Conversation, incoming: Incoming, error: unknown): Promise<void> {
    await chat.fail(problem(wordsOf(error, incoming))).catch((failed: unknown) => {
      log.error({ err: failed }, 'An error could not be shown');
    });
  }

  function wordsOf(error: unknown, incoming: Incoming): string {
    if (error instanceof UserError) return error.message;
    const id = randomBytes(3).toString('hex');
    log.error({ err: error, id, text: incoming.text, platform: platform.name }, 'A command failed');
    return `That failed for a reason that is ours, not yours. The log has it under ${id}.`;
  }

  return {
    command: (incoming, onEnd) => take(incoming, false, onEnd),
    form: ({ form, values }) =>
      services.commands.find((command: Command) => command.name === form)?.form?.(services, values),
    reply: (incoming) => take(incoming, true),
    home: () => homeOf(services),
  };
}

/** Whether a line is written like a command, so that a mistake in it is worth telling: options, or a word or two. */
function isCommandLine(text: string): boolean {
  if (text.includes('?')) return false;
  return /\s--?[a-z]/i.test(text) || text.trim().split(/\s+/).length <= 2;
}
