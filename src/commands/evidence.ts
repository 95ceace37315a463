import { defineCommand } from '../command.ts';
import { UsageError, UserError } from '../errors.ts';
import { exhibitMessage } from '../threads/answer.ts';
import { threadOf } from '../threads.ts';

export default defineCommand({
  name: 'evidence',
  summary: 'Shows a piece of evidence of this thread.',
  words: '<id>',
  options: [],
  examples: [{ line: 'evidence E3', does: 'What an answer cites as E3.' }],
  where: 'chat',
  hidden: true,

  async run({ words, services, chat }) {
    const [id = ''] = words;
    if (!/^e\d+$/i.test(id)) throw new UsageError(`"${id}" is no piece of evidence. Answers cite them as E1, E2 …`);
    const thread = chat.place && threadOf(chat.platform, chat.place);
    const exhibit = thread && (await services.threads.exhibit(thread, id));
    if (!exhibit)
      throw new UserError(
        `There is no ${id} in this thread, or it is no longer kept. Ask again to have it looked at anew.`,
      );
    await chat.whisper(exhibitMessage(exhibit));
  },
});
