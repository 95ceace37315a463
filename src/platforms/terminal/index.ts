import { createInterface } from 'node:readline';
import type { Chat } from '../../command.ts';
import { type Block, joinLists, type Message } from '../../message.ts';
import type { Posted } from '../../platform.ts';
import { renderMessage, type Style } from './render.ts';
import { createTurns } from './turns.ts';

/** The streams that the terminal writes to, and whether people see them. */
export interface TerminalOptions {
  /** Where a person's questions come from. */
  stdin?: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  stderr: { write(text: string): unknown; isTTY?: boolean };
  /** `NO_COLOR` and `FORCE_COLOR` are obeyed (https://no-color.org, https://force-color.org). */
  env: NodeJS.ProcessEnv;
}

/** The conversation of one command in a terminal: answers on standard output, progress on standard error. */
export function createTerminal({ stdin, stdout, stderr, env }: TerminalOptions): Chat {
  // As the person called it, so that what is printed can be copied.
  const prefix = env.npm_lifecycle_event === 'cli' ? 'npm run --silent cli --' : 'k8sgpt-chat';
  const style: Style = {
    prefix,
    color: env.FORCE_COLOR !== undefined ? env.FORCE_COLOR !== '0' : Boolean(stdout.isTTY) && !env.NO_COLOR,
    width: Math.min(stdout.columns || Number(env.COLUMNS) || 100, 120),
  };
  let progressShown = false;
  let posted = 0;
  /** Opened with the first question, since whoever listens to standard input keeps the process alive. */
  let lines: AsyncIterator<string> | undefined;

  function clearProgress(): void {
    if (progressShown) stderr.write('\r\u001b[2K');
    progressShown = false;
  }

  const nextTurn = createTurns((text) => {
    clearProgress();
    stdout.write(text);
  });

  function print(message: Message): Posted {
    const { posted, finish } = grow(message);
    finish([]);
    return posted;
  }

  /** What was printed stays: a message grows by what is printed below it. */
  function grow({ blocks: begin }: Message): {
    posted: Posted;
    add(blocks: readonly Block[]): void;
    finish(blocks: readonly Block[]): void;
  } {
    const turn = nextTurn();
    let blocks: Block[] = [];
    let printed = '';

    function add(more: readonly Block[]): void {
      blocks = joinLists([...blocks, ...more]);
      const text = renderMessage({ text: '', blocks }, style);
      const rest = text.slice(printed.length);
      if (rest) turn.write(`${printed ? rest.slice(1) : rest}\n`);
      printed = text;
    }

    if (posted++ > 0) turn.write('\n');
    add(begin);
    return {
      posted: { id: String(posted), place: { channel: 'terminal' } },
      add,
      finish(more) {
        add(more);
        turn.end();
      },
    };
  }

  return {
    where: 'terminal',
    platform: 'terminal',
    prefix,
    post: async (message) => print(message),
    async grow(message) {
      const { posted, add, finish } = grow(message);
      return { posted, append: async (blocks) => add(blocks), finish: async (blocks) => finish(blocks) };
    },
    async whisper(message) {
      clearProgress();
      stderr.write(`${renderMessage(message, style)}\n`);
    },
    progress(label, done, of) {
      if (!stderr.isTTY) return;
      stderr.write(`\r\u001b[2K${label} (${done} of ${of})`);
      progressShown = true;
    },
    write(text) {
      clearProgress();
      stdout.write(text);
    },
    async read(prompt) {
      clearProgress();
      lines ??= stdin && createInterface({ input: stdin })[Symbol.asyncIterator]();
      if (stdin?.isTTY) stderr.write(`\n${prompt}`);
      const next = await lines?.next();
      return next?.done ? undefined : next?.value;
    },
  };
}
