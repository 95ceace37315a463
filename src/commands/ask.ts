import { type Call, defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { CLUSTERS } from './shared/clusters.ts';
import { answerOne } from './shared/converse.ts';
import { WISHES, wishesOf } from './shared/wishes.ts';

export default defineCommand({
  name: 'ask',
  summary: 'Asks any question about the cluster, and begins a thread with the answer.',
  words: '<question …>',
  options: [...WISHES, ...CLUSTERS],
  examples: [
    { line: 'ask why is checkout down?', does: 'Looks into it, read-only, and cites what shows the answer.' },
    {
      line: 'ask what changed in shop? --backend builtin',
      does: 'The same without a model: plain questions are understood.',
    },
  ],

  question: ({ words, options, services }) => ({ text: questionIn(words), wishes: wishesOf(options, services) }),

  async run(call: Call) {
    await answerOne(call, questionIn(call.words), wishesOf(call.options, call.services));
  },
});

function questionIn(words: readonly string[]): string {
  if (words.length === 0) throw new UsageError('Say what you want to know: ask why is checkout down?');
  return words.join(' ');
}
