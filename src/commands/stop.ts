import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';

export default defineCommand({
  name: 'stop',
  summary: 'Ends the work on a question.',
  words: '<question>',
  options: [],
  examples: [{ line: 'stop q-1a2b3c4d5e', does: 'What the Stop button does.' }],
  where: 'chat',
  hidden: true,

  async run({ words, services, chat }) {
    const [question = ''] = words;
    if (!/^q-[0-9a-f]{10}$/.test(question)) throw new UsageError(`"${question}" is no question that could be stopped.`);
    await services.threads.stop(question);
    const text = 'It stops within two seconds; what was found until then stays.';
    await chat.whisper({ text, blocks: [{ type: 'note', text }] });
  },
});
