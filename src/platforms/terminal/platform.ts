import type { Chat } from '../../command.ts';
import { growByUpdates } from '../../growing.ts';
import type { Message, Step } from '../../message.ts';
import type { Platform, Posted } from '../../platform.ts';

/**
 * A terminal as a platform, for the answers of threads: how far one is shows on standard error, and the answer is printed
 * when it is whole.
 */
export function createTerminalPlatform(terminal: Chat): Platform {
  const posted: Posted = { id: 'terminal', place: { channel: '', thread: 'terminal' } };

  async function show(message: Message): Promise<void> {
    const steps = stepsOf(message);
    if (!steps) return void (await terminal.post(message));
    const running = steps.find(({ state }) => state === 'running') ?? steps.at(-1);
    if (running)
      terminal.progress(running.label, steps.filter(({ state }) => state !== 'running').length, steps.length);
  }

  const platform: Platform = {
    name: terminal.platform,
    start: async () => {},
    stop: async () => {},
    async post(to, message) {
      await show(message);
      return { ...posted, place: { ...posted.place, ...to } };
    },
    update: (_, message) => show(message),
    find: async () => undefined,
    grow: (to, message) => growByUpdates(platform, to, message),
    whisper: (_, __, message) => terminal.whisper(message),
  };
  return platform;
}

/** The steps of a message that only shows how far an answer is; `undefined` for an answer. */
function stepsOf({ blocks }: Message): readonly Step[] | undefined {
  const isStatus = blocks.some(
    (block) =>
      block.type === 'actions' && block.actions.some((action) => 'run' in action && action.run.startsWith('stop ')),
  );
  if (!isStatus) return undefined;
  return blocks.flatMap((block) => (block.type === 'steps' ? block.steps : []));
}
