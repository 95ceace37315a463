import { normalized } from './commands.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What is known, so that an answer may say it. */
export interface Material {
  /** Evidence, runbooks, findings, and what people said: every name and number in them is known. */
  texts: Iterable<string>;
  /** Commands that a runbook gives, or that show what was looked at. */
  commands: Iterable<string>;
  /** The ids of the exhibits that an answer may cite. */
  exhibits: Iterable<string>;
}

/** Answers whether something that an answer says is in the material. */
export interface Knowledge {
  /** A word as it stands, or a part of one, such as the tag of an image; case aside. */
  word(word: string): boolean;
  /** A number, with its unit where it has one: `3`, `512Mi`, `5m30s`, `12:40`. */
  number(word: string): boolean;
  command(line: string): boolean;
  /** A run of words, letter by letter, spaces and case aside. */
  quote(words: string): boolean;
  exhibit(id: string): boolean;
  /** Language and terms, which claim nothing. */
  readonly vocabulary: Vocabulary;
}

const TIME = /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| ?UTC|[+-]\d\d:?\d\d)?)?/g;
/** What holds digits by chance: their parts are no numbers that anybody stated. */
const OPAQUE = /\bsha256:[0-9a-f]+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b/gi;
/** A number with what may stand around it: `≥3`, `$5`, `512Mi`, `80%`, `1,024`, `3rd`. */
const NUMBER = /^[~<>=≤≥≈±+$€#x×-]*(\d+(?:[.,]\d+)*)\s?([a-zµ%°]{0,12})$/i;

export function createKnowledge({ texts, commands, exhibits }: Material, vocabulary: Vocabulary): Knowledge {
  const words = new Set<string>();
  const numbers = new Set<string>();
  const lines = new Set<string>();
  const ids = new Set(exhibits);
  const quotes: string[] = [];

  for (const text of texts) {
    quotes.push(flat(text));
    for (const [time] of text.matchAll(TIME)) learnTime(time);
    const timeless = text.replace(TIME, ' ');
    for (const token of tokensOf(timeless)) words.add(token);
    const plain = timeless.replace(OPAQUE, ' ');
    for (const token of tokensOf(plain)) learnNumber(token);
    for (const [, number = '', word = ''] of plain.matchAll(/(\d+(?:[.,]\d+)?) ([a-zµ%]{1,8})\b/gi)) {
      const unit = unitOf(word);
      if (unit) learnNumber(number + unit);
    }
  }
  for (const command of commands) {
    lines.add(normalized(command));
    quotes.push(flat(command));
    for (const token of tokensOf(command)) {
      words.add(token);
      learnNumber(token);
    }
  }

  function learnTime(time: string): void {
    const [date = '', clock = ''] = time.split(/[T ]/);
    const [hours, minutes, seconds = ''] = clock.replace(/[^\d:.].*$/, '').split(/[:.]/);
    words.add(date);
    if (hours && minutes) for (const said of [`${hours}:${minutes}`, `${hours}:${minutes}:${seconds}`]) words.add(said);
    words.add(date.slice(0, 4));
  }

  function learnNumber(token: string): void {
    for (const piece of numberPieces(token) ?? []) numbers.add(piece);
  }

  function number(word: string): boolean {
    const lower = word.toLowerCase();
    if (words.has(lower)) return true;
    const pieces = numberPieces(lower);
    return pieces?.every((piece) => numbers.has(piece)) ?? false;
  }

  return {
    word: (word) => words.has(word.toLowerCase()),
    number,
    command: (line) =>
      line.split(/\s+(?:\||&&|;)\s+/).every((part) => lines.has(normalized(part))) || lines.has(normalized(line)),
    quote(said) {
      const wanted = flat(said);
      return quotes.some((known) => known.includes(wanted));
    },
    exhibit: (id) => ids.has(id),
    vocabulary,
  };
}

/** The words of a text in lower case, without the punctuation around them, whole and in their parts. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (const raw of text.toLowerCase().split(/\s+/)) {
    const whole = core(raw);
    if (!whole) continue;
    tokens.push(whole);
    for (const part of whole.split(/[/:=,;@|()[\]{}<>"'`&?]+/)) {
      const trimmed = core(part);
      if (trimmed && trimmed !== whole) tokens.push(trimmed);
    }
    // An image without its tag, a path without its last part.
    const [, stem] = /^(.+):[^:/]+$/.exec(whole) ?? [];
    if (stem) tokens.push(stem, stem.slice(stem.indexOf('/') + 1));
    const slash = whole.indexOf('/');
    if (slash > 0) tokens.push(whole.slice(slash + 1), whole.slice(0, whole.lastIndexOf('/')));
  }
  return tokens;
}

/** A word without the punctuation around it. */
export function core(word: string): string {
  return word.replace(/^[("'“”‘’`[\]{<*_~|]+/, '').replace(/[)"'“”‘’`\]}>*_~|.,;:!?…]+$/, '');
}

/**
 * The numbers in a word, each with its unit: `5m30s` is `5m` and `30s`, `3/5` is 3 and 5. `undefined` for a word that is
 * no number, such as a name with digits in it. A plain number counts whatever stands behind it; a unit must be the same.
 */
function numberPieces(word: string): string[] | undefined {
  const ratio = /^(\d+)\/(\d+)$/.exec(word);
  if (ratio) return [ratio[1] ?? '', ratio[2] ?? ''];
  const span = /^(?:\d+(?:d|h|min|m|s|ms))+$/.exec(word);
  if (span) return (word.match(/\d+[a-z]+/g) ?? []).flatMap((piece) => withPlain(piece));
  const range = /^(\d+)[-–](\d+)$/.exec(word);
  if (range) return [range[1] ?? '', range[2] ?? ''];
  if (!NUMBER.test(word)) return undefined;
  return withPlain(word);
}

function withPlain(word: string): string[] {
  const [, digits = '', unit = ''] = NUMBER.exec(word) ?? [];
  const number = digits.replaceAll(',', '').replace(/^0+(?=\d)/, '');
  const same = UNITS[unit] ?? unit;
  return same === '' ? [number] : [number + same];
}

/** One spelling for each unit; counts such as `3x` and `3rd` have none. */
const UNITS: Record<string, string> = {
  mib: 'mi',
  gib: 'gi',
  kib: 'ki',
  tib: 'ti',
  sec: 's',
  secs: 's',
  min: 'm',
  mins: 'm',
  hrs: 'h',
  hr: 'h',
  x: '',
  st: '',
  nd: '',
  rd: '',
  th: '',
};

/** The unit that a word behind a number stands for: `MiB`, `seconds`, `percent`; `undefined` for any other word. */
export function unitOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  return (
    UNIT_WORDS[lower] ?? (/^[kmgt]i?b?$/.test(lower) && /^[KMGT]/.test(word) ? (UNITS[lower] ?? lower) : undefined)
  );
}

const UNIT_WORDS: Record<string, string> = {
  s: 's',
  sec: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  ms: 'ms',
  milliseconds: 'ms',
  percent: '%',
  '%': '%',
  millicores: 'm',
};

function flat(text: string): string {
  return text.toLowerCase().replace(/[“”]/g, '"').replace(/[‘’]/g, "'").replace(/\s+/g, ' ').trim();
}
