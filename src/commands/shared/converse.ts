import { randomBytes } from 'node:crypto';
import type { Call } from '../../command.ts';
import { findCommand, parse, split } from '../../command-line.ts';
import { UsageError, UserError } from '../../errors.ts';
import { problem } from '../../message.ts';
import { exhibitMessage } from '../../threads/answer.ts';
import type { Wishes } from '../../threads.ts';

/** The thread of this process's questions in a terminal. */
export const SESSION = randomBytes(4).toString('hex');

const END = /^(?:exit|quit|bye|:q)$/i;

/** Asks questions of the thread that this terminal has, until the person has no more. The exit status. */
export async function converse(call: Call): Promise<number> {
  const { chat, signal } = call;
  const text =
    'Ask on: why? · show me the logs · what changed? · how do I fix it? · E1 shows evidence · an empty line or "exit" ends this.';
  await chat.whisper({ text, blocks: [{ type: 'note', text }] });
  for (;;) {
    const line = (await chat.read?.('> '))?.trim();
    if (!line || END.test(line) || signal.aborted) return 0;
    try {
      if (await showExhibit(call, line)) continue;
      if (!(await runCommand(call, line))) await answerOne(call, line, {});
    } catch (error) {
      // The conversation goes on: one question that fails ends none.
      if (!(error instanceof UserError) || signal.aborted) throw error;
      await chat.whisper(problem(error.message));
    }
  }
}

/** `E3` shows what an answer cites as that. */
async function showExhibit({ chat, services }: Call, line: string): Promise<boolean> {
  const [, id] = /^(?:show |evidence )?(e\d+)$/i.exec(line) ?? [];
  if (!id) return false;
  const exhibit = await services.threads.exhibit({ platform: chat.platform, channel: '', thread: SESSION }, id);
  if (!exhibit) throw new UserError(`There is no ${id} here. Answers cite what they rest on as E1, E2 …`);
  await chat.post(exhibitMessage(exhibit));
  return true;
}

/** A line that begins with a command's name and can be understood as one is that command. */
async function runCommand(call: Call, line: string): Promise<boolean> {
  const { services } = call;
  try {
    const [name = '', ...args] = split(line);
    if (/^help$/i.test(line)) return false;
    const command = findCommand(services.commands, name, 'terminal');
    await command.run({ ...call, ...parse(command, args, 'terminal') });
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** Asks one question; in a terminal the answer stands when this resolves. */
export async function answerOne({ chat, services }: Call, text: string, wishes: Wishes): Promise<void> {
  await services.threads.ask(
    chat.platform,
    { text, user: '', place: { channel: '', thread: SESSION }, delivery: randomBytes(8).toString('hex'), spoken: true },
    wishes,
  );
}
