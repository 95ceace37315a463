import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';

export default defineCommand({
  name: 'feedback',
  summary: 'Keeps whether an explanation helped.',
  words: '<good|bad> <incident>',
  options: [],
  examples: [{ line: 'feedback good inc-4f2a9c', does: 'What the thumbs under an explanation do.' }],
  where: 'chat',
  hidden: true,

  async run({ words, services, chat }) {
    const [verdict, incident] = words;
    if ((verdict !== 'good' && verdict !== 'bad') || !incident) {
      throw new UsageError('feedback takes good or bad, and an incident: feedback good inc-…');
    }
    await services.reports.feedback(incident, verdict, chat.user ?? '');
    const text =
      verdict === 'good'
        ? 'Noted: this helped. Thank you for saying so.'
        : 'Noted: this did not help. Thank you for saying so.';
    await chat.whisper({ text, blocks: [{ type: 'text', text }] });
  },
});
