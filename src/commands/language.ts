import { defineCommand } from '../command.ts';
import { languageOf } from '../explanation/language.ts';

export default defineCommand({
  name: 'language',
  summary: 'Shows or sets the language in which models answer in this channel.',
  words: '[language|off]',
  options: [],
  examples: [
    { line: 'language German', does: 'Models answer in German here from now on.' },
    { line: 'language off', does: 'Back to the language that the settings name.' },
  ],
  where: 'chat',

  async run({ words, services, chat }) {
    const [word] = words;
    const channel = chat.place?.channel ?? '';
    const { threads } = services;
    if (word) await threads.setLanguage(chat.platform, channel, word === 'off' ? undefined : languageOf(word));
    const language = await threads.languageOf(chat.platform, channel);
    const text = `Models answer in ${language} in this channel${word ? ' from now on' : ''}. Runbooks are in English.`;
    await chat.post({ text, blocks: [{ type: 'text', text }] });
  },
});
