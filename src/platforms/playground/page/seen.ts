import { type Action, plain } from '../../../message.ts';
import type { Entry } from '../wire.ts';
import type { Seen } from './complete.ts';

/** The things that cards offer commands for, newest first, each once: what `explain` can be asked about. */
export function seenIn(entries: readonly Entry[]): Seen[] {
  const seen = new Map<string, Seen>();
  for (const { body } of entries.toReversed()) {
    const blocks = 'message' in body ? body.message.blocks : [];
    for (const block of blocks) {
      if (block.type !== 'card') continue;
      for (const { command, word } of (block.actions ?? []).flatMap(called)) {
        if (!seen.has(`${command} ${word}`))
          seen.set(`${command} ${word}`, { command, word, summary: plain(block.title) });
      }
    }
  }
  return [...seen.values()];
}

/** The command and the one plain word of a button's command line. */
function called(action: Action): { command: string; word: string }[] {
  const [, command, word] = ('run' in action && /^(\S+) ([^\s'"-]\S*)$/.exec(action.run)) || [];
  return command && word ? [{ command, word }] : [];
}
