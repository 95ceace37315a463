import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Block } from '../message.ts';

export default defineCommand({
  name: 'filters',
  aliases: ['filter'],
  summary: 'Lists what can be analyzed.',
  words: '[list]',
  options: [],
  examples: [{ line: 'filters', does: 'Every filter with what it looks for.' }],

  async run({ words, services, chat }) {
    const [word] = words;
    if (word && word !== 'list') throw new UsageError(`filters only lists the filters; it cannot "${word}".`);
    const { filters } = services.analysis;
    const allCore = filters.every(({ core }) => core);
    const blocks: Block[] = [
      { type: 'heading', text: 'Filters' },
      {
        type: 'table',
        columns: [{ label: 'Filter' }, { label: 'Looks for' }],
        rows: filters.map(({ name, summary, core }) => [[{ code: name }], core ? summary : `${summary} (on request)`]),
      },
      {
        type: 'note',
        text: `${chat.prefix} analyze without a filter runs ${allCore ? 'all of them' : 'all but those on request'}.`,
      },
    ];
    await chat.post({ text: `There are ${filters.length} filters.`, blocks });
  },
});
