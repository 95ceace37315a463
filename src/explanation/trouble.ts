import { otherLanguage } from './language.ts';

/** What is wrong with an answer that a model ended, in a sentence for its reader; `undefined` where nothing is. */
export function answerTrouble(
  { backend, text, reason }: { backend: string; text: string; reason: string },
  language: string,
): string | undefined {
  if (reason === 'refusal') return `The backend ${backend} declined to answer.`;
  if (!text.trim()) return `The backend ${backend} gave an empty answer.`;
  if (reason === 'length') return `The answer of ${backend} was too long and is cut here.`;
  const other = otherLanguage(text, language);
  return other && `The backend ${backend} answered in ${other}, not in ${language}.`;
}
