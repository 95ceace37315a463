import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';

export default defineCommand({
  name: 'feedback',
  summary: 'Keeps whether an answer helped; one that did not is not given again.',
  words: '<good|bad> <incident|question>',
  options: [{ name: 'answer', value: 'key', summary: 'The answer of a model that is kept.' }],
  examples: [{ line: 'feedback good inc-4f2a9c', does: 'What the thumbs under an explanation do.' }],
  where: 'chat',
  hidden: true,

  async run({ words, options, services, chat }) {
    const [verdict, about] = words;
    if ((verdict !== 'good' && verdict !== 'bad') || !about) {
      throw new UsageError('feedback takes good or bad, and an incident: feedback good inc-…');
    }
    const answer = typeof options.answer === 'string' ? options.answer : undefined;
    await services.reports.feedback(answer ?? about, verdict, chat.user ?? '');
    const dropped = verdict === 'bad' && answer !== undefined && (await services.answers.delete(answer));
    const text =
      verdict === 'good'
        ? 'Noted: this helped. Thank you for saying so.'
        : `Noted: this did not help. Thank you for saying so.${dropped ? ' The kept answer is dropped: explain it again to have the model asked anew.' : ''}`;
    await chat.whisper({ text, blocks: [{ type: 'text', text }] });
  },
});
