import type { Chat } from '../../command.ts';
import { renderMessage, type Style } from './render.ts';

/** The streams that the terminal writes to, and whether people see them. */
export interface TerminalOptions {
  stdout: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  stderr: { write(text: string): unknown; isTTY?: boolean };
  /** `NO_COLOR` and `FORCE_COLOR` are obeyed (https://no-color.org, https://force-color.org). */
  env: NodeJS.ProcessEnv;
}

/** The conversation of one command in a terminal: answers on standard output, progress on standard error. */
export function createTerminal({ stdout, stderr, env }: TerminalOptions): Chat {
  // As the person called it, so that what is printed can be copied.
  const prefix = env.npm_lifecycle_event === 'cli' ? 'npm run --silent cli --' : 'k8sgpt-chat';
  const style: Style = {
    prefix,
    color: env.FORCE_COLOR !== undefined ? env.FORCE_COLOR !== '0' : Boolean(stdout.isTTY) && !env.NO_COLOR,
    width: Math.min(stdout.columns || Number(env.COLUMNS) || 100, 120),
  };
  let progressShown = false;
  let posted = 0;

  function clearProgress(): void {
    if (progressShown) stderr.write('\r\u001b[2K');
    progressShown = false;
  }

  return {
    where: 'terminal',
    prefix,
    async post(message) {
      clearProgress();
      if (posted > 0) stdout.write('\n');
      stdout.write(`${renderMessage(message, style)}\n`);
      posted++;
      return { id: String(posted), place: { channel: 'terminal' } };
    },
    async whisper(message) {
      clearProgress();
      stderr.write(`${renderMessage(message, style)}\n`);
    },
    progress(label, done, of) {
      if (!stderr.isTTY) return;
      stderr.write(`\r\u001b[2K${label} (${done} of ${of} kinds)`);
      progressShown = true;
    },
    write(text) {
      clearProgress();
      stdout.write(text);
    },
  };
}
