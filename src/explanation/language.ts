import { francAll } from 'franc-min';
import { nearest, UsageError } from '../errors.ts';

/** Languages by ISO 639-1, with the code that the detector has for each (ISO 639-3). */
const CODES: Record<string, string> = {
  ar: 'arb',
  bg: 'bul',
  bn: 'ben',
  cs: 'ces',
  da: '',
  de: 'deu',
  el: 'ell',
  en: 'eng',
  es: 'spa',
  fa: 'pes',
  fi: '',
  fr: 'fra',
  he: 'heb',
  hi: 'hin',
  hr: '',
  hu: 'hun',
  id: 'ind',
  it: 'ita',
  ja: 'jpn',
  ko: 'kor',
  nl: 'nld',
  no: '',
  pl: 'pol',
  pt: 'por',
  ro: 'ron',
  ru: 'rus',
  sk: '',
  sl: '',
  sr: 'srp',
  sv: 'swe',
  th: 'tha',
  tr: 'tur',
  uk: 'ukr',
  ur: 'urd',
  vi: 'vie',
  zh: 'cmn',
};

/** Letters of prose below which a language cannot be told. */
const ENOUGH = 80;
/** A language this much less likely than the best one is another one. */
const UNLIKELY = 0.88;

const english = new Intl.DisplayNames('en', { type: 'language' });
const byWord = new Map(
  Object.keys(CODES).flatMap((code) => {
    const name = english.of(code) ?? code;
    const own = new Intl.DisplayNames(code, { type: 'language' }).of(code) ?? name;
    return [code, name, own].map((word) => [word.toLowerCase(), name] as const);
  }),
);

export const ENGLISH = 'English';

/**
 * The English name of a language, from that name, its own name, or its ISO 639-1 code: `german`, `Deutsch` and `de` are
 * `German`. Throws `UsageError` for what is none, since whatever stands here is told to a model.
 */
export function languageOf(word: string): string {
  const found = byWord.get(word.trim().toLowerCase());
  if (found) return found;
  const like = nearest(word, new Set(byWord.values()));
  const hint = like.length > 0 ? ` Did you mean ${like.join(' or ')}?` : '';
  throw new UsageError(
    `The language "${word}" is not known here.${hint} Name it in English or by its code, such as de.`,
  );
}

/** The language that a text is in, where that is surely not the wanted one; `undefined` otherwise. */
export function otherLanguage(prose: string, wanted: string): string | undefined {
  const code = CODES[codeOf(wanted)];
  const letters = prose.replace(/[^\p{L}\s]/gu, ' ');
  // Ideographs say more in fewer letters.
  const enough = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Hangul}]/u.test(letters) ? ENOUGH / 4 : ENOUGH;
  if (!code || letters.trim().length < enough) return undefined;
  const guesses = francAll(letters, { minLength: 1 });
  const [best = 'und'] = guesses[0] ?? [];
  const score = guesses.find(([guess]) => guess === code)?.[1] ?? 0;
  if (best === 'und' || best === code || score >= UNLIKELY) return undefined;
  const found = Object.keys(CODES).find((each) => CODES[each] === best);
  return found ? (english.of(found) ?? found) : 'another language';
}

function codeOf(language: string): string {
  return Object.keys(CODES).find((code) => english.of(code) === language) ?? '';
}
