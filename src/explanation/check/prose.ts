import { commandsIn } from './commands.ts';
import { isMadeUp } from './judge.ts';
import type { Knowledge } from './knowledge.ts';
import { momentsIn } from './times.ts';
import { type Word, wordsOf } from './words.ts';

export interface Span {
  start: number;
  end: number;
}

/** A part of a text that was looked at as a whole. */
export interface Mark extends Span {
  struck: boolean;
}

/**
 * What in a sentence is not known, as offsets in its order. `code`: where code stands in it, and whether it is struck.
 * `english`: plain words that stand where names stand are looked at as well.
 */
export function checkProse(
  text: string,
  known: Knowledge,
  english: boolean,
  code: readonly Mark[] = [],
  labels: readonly Span[] = [],
): Mark[] {
  const spans = spansOf(text, known, code);
  const words = wordsOf(text, code);
  const marks = spans.filter((span) => span.struck);
  const spanAround = around(spans);
  const aloneAround = around([...aloneIn(text), ...labels].sort((a, b) => a.start - b.start));
  words.forEach((word, at) => {
    // Of a known quote no word needs to be looked at again; neither does one that is struck as a whole.
    const span = spanAround(word);
    if (span && !isPlainCode(word, span)) return;
    if (isMadeUp({ text, words, at, known, english, alone: aloneAround(word) !== undefined }))
      marks.push({ start: word.start, end: word.end, struck: true });
  });
  return marks.sort((a, b) => a.start - b.start);
}

/** Finds the one of ordered spans that a word lies in, for one word after another. */
function around<T extends Span>(spans: readonly T[]): (word: Span) => T | undefined {
  let next = 0;
  return ({ start, end }) => {
    while ((spans[next]?.end ?? start + 1) <= start) next++;
    const span = spans[next];
    return span && start >= span.start && end <= span.end ? span : undefined;
  };
}

/** Known code of one word is a name like others: where it stands tells more. */
function isPlainCode({ code, text }: Word, { struck }: Mark): boolean {
  return code && !struck && /^\w+$/.test(text);
}

/** Quotes, commands, dates and code, each within no other, in their order. */
function spansOf(text: string, known: Knowledge, code: readonly Mark[]): Mark[] {
  const prose = withoutCode(text, code);
  const all = [
    ...code,
    ...quotesIn(text).map((span) => ({ ...span, struck: !known.quote(text.slice(span.start + 1, span.end - 1)) })),
    ...commandsIn(prose).map((span) => commandMark(text, span, known)),
    ...momentsIn(prose).map(({ start, end, readings }) => ({ start, end, struck: !known.moment(readings) })),
    ...blanksIn(text),
  ];
  const spans: Mark[] = [];
  for (const span of all.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = spans.at(-1);
    if (!last || span.start >= last.end) spans.push(span);
    // A quote that is known holds what it holds; of two that overlap, what is struck stays struck.
    else if (span.struck && span.end > last.end) spans.push({ ...span, start: last.end });
  }
  return spans;
}

/** The text with signs in the place of code, which is judged by itself. */
function withoutCode(text: string, code: readonly Mark[]): string {
  let prose = '';
  for (const { start, end } of code) prose += text.slice(prose.length, start) + '「'.repeat(end - start);
  return prose + text.slice(prose.length);
}

/** Letters of a command. */
const LINE_MAX = 1000;

/** The longest beginning that is a known command, if only words of the sentence follow it; otherwise the whole is struck. */
function commandMark(text: string, { start, end }: Span, known: Knowledge): Mark {
  const line = /^.*/.exec(text.slice(start, start + LINE_MAX))?.[0] ?? '';
  if (known.commands.has(line)) return { start, end: start + line.length, struck: false };
  for (let said = text.slice(start, end).trimEnd(); said.includes(' '); said = said.replace(/\s*\S+$/, '')) {
    if (known.commands.has(said) || known.commands.begins(said))
      return { start, end: start + said.length, struck: false };
    if (/[^a-z\s]\S*$/i.test(said)) break;
  }
  return { start, end, struck: true };
}

/** What stands in quotation marks and has several words: somebody's words, which must be theirs. */
const QUOTES = new RegExp(
  [
    String.raw`(?<![\p{L}\d])"[^"]+"`,
    '[“„][^“”„]+[“”]',
    '«[^»]+»',
    '「[^」]+」',
    '『[^』]+』',
    // Between letters it is an apostrophe.
    String.raw`(?<![\p{L}\d])'(?=\S)(?:[^']|(?<=\p{L})'(?=\p{L}))+'(?![\p{L}\d])`,
    String.raw`‘(?:[^‘’]|(?<=\p{L})’(?=\p{L}))+’(?!\p{L})`,
  ].join('|'),
  'gu',
);

function quotesIn(text: string): Span[] {
  return [...text.matchAll(QUOTES)]
    .filter(({ 0: quote }) => !/\n\s*[\n•-]/.test(quote) && /[^\s"'«»]\s+[^\s"'«»]/.test(quote.slice(1, -1)))
    .map(({ index, 0: quote }) => ({ start: index, end: index + quote.length }));
}

/** `<pod-name>` and the like are left for the reader to fill in. */
function blanksIn(text: string): Mark[] {
  return [
    ...text.matchAll(
      /<(?:[a-z]+[- _])*(?:name|id|tag|version|value|number|namespace|pod|node|image|key|path|port|user|token)>/gi,
    ),
  ].map(({ index, 0: blank }) => ({ start: index, end: index + blank.length, struck: false }));
}

/** Where a word stands alone: as the whole text, in a cell of a table, behind the colon that ends a short beginning. */
function aloneIn(text: string): Span[] {
  const found: Span[] = [];
  const pattern = /(?:^|\n|\||(?<=^|\n)[^\n:=|]{1,40}[:=])[ \t*_~"'“‘`>•-]*([^\s|*]+)[ \t*_~"'”’`]*(?=$|\n|\|)/g;
  for (const match of text.matchAll(pattern)) {
    const start = match.index + match[0].indexOf(match[1] ?? '', match[0].search(/[:=]\s/) + 1);
    found.push({ start, end: start + (match[1] ?? '').length });
  }
  return found;
}
