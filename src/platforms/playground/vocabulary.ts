import type { Command } from '../../command.ts';
import type { FilterHelp, Vocabulary } from './wire.ts';

/** What the page completes command lines from: the commands' and filters' own data, without what is for the terminal. */
export function vocabularyOf(commands: readonly Command[], filters: readonly FilterHelp[]): Vocabulary {
  return {
    commands: commands
      .filter((command) => !command.hidden && command.where !== 'terminal')
      .map((command) => ({
        name: command.name,
        aliases: command.aliases ?? [],
        summary: command.summary,
        words: command.words ?? '',
        options: command.options
          .filter((option) => option.where !== 'terminal')
          .map(({ name, short, value, many, summary }) => ({
            name: `--${name}`,
            ...(short && { short: `-${short}` }),
            ...(value && { value }),
            ...(many && { many }),
            summary,
          })),
        examples: command.examples,
      })),
    filters: filters.map(({ name, summary, core }) => ({ name, summary, core })),
  };
}
