import type { Inline } from '../../message.ts';
import { commandsIn } from './commands.ts';
import { core, type Knowledge, unitOf } from './knowledge.ts';
import { BESIDE_NAMES, isNameBesideKind, isProgram } from './names.ts';
import { COMPOUND } from './vocabulary.ts';

/** A model's sentence with what is not known in it struck. `english`: also plain words that stand where names stand. */
export function checkProse(text: string, known: Knowledge, english: boolean): Inline[] {
  const marks: Mark[] = [];
  const spans = [...quotesIn(text), ...commandsIn(text).map((span) => ({ ...span, command: true }))];
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const words = text.slice(span.start, span.end);
    const isKnown = 'command' in span ? known.command(words) : known.quote(words.slice(1, -1));
    // Of a known quote no word needs to be looked at again; neither does one that is struck as a whole.
    marks.push({ ...span, struck: !isKnown });
  }
  const words = wordsOf(text);
  words.forEach((word, at) => {
    if (marks.some(({ start, end }) => word.start < end && word.end > start)) return;
    if (isMadeUp(word, words[at - 1], words[at + 1], words[at - 2], known, english))
      marks.push({ ...word, struck: true });
  });
  return struck(text, marks);
}

interface Mark {
  start: number;
  end: number;
  struck: boolean;
}

interface Word {
  text: string;
  start: number;
  end: number;
  /** Nothing but spaces stands between it and the word before. */
  joined: boolean;
  /** Stands in quotation marks of its own. */
  quoted: boolean;
}

/** Words without the punctuation around them, as offsets. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  // `[E1][E2]` is two words.
  for (const { index, 0: raw } of text.matchAll(/\S+?(?=\]\[)|\S+/g)) {
    const inner = core(raw);
    if (!inner) continue;
    const start = index + raw.indexOf(inner);
    const before = words.at(-1);
    const joined = before !== undefined && /^\s*["'“‘(`]?$/.test(text.slice(before.end, start));
    const end = start + inner.length;
    const quoted = /^["“']$/.test(text.charAt(start - 1)) && /^["”']$/.test(text.charAt(end));
    words.push({ text: inner, start, end, joined, quoted });
  }
  return words;
}

/** What stands in quotation marks and has several words: somebody's words, which must be theirs. */
function quotesIn(text: string): { start: number; end: number }[] {
  return [...text.matchAll(/"[^"\n]{3,400}"|“[^”\n]{3,400}”/g)]
    .filter(({ 0: quote }) => /\S\s+\S/.test(quote.slice(1, -1)))
    .map(({ index, 0: quote }) => ({ start: index, end: index + quote.length }));
}

function isMadeUp(
  word: Word,
  before: Word | undefined,
  after: Word | undefined,
  beforeThat: Word | undefined,
  known: Knowledge,
  english: boolean,
): boolean {
  const { text } = word;
  const lower = text.toLowerCase();
  if (/^E\d+$/.test(text)) return !known.exhibit(text);
  if (word.quoted && !known.word(text) && !known.vocabulary.has(lower)) return true;
  if (english && COUNT_WORDS[lower] !== undefined) return isCounted(after) && !known.number(String(COUNT_WORDS[lower]));
  const unit = after?.joined ? unitOf(after.text) : undefined;
  // `512 MiB` is one number, and so is `30 seconds`.
  if (unit && /^\d+(?:[.,]\d+)?$/.test(text)) return !known.number(text + unit);
  if (known.word(text) || known.vocabulary.has(lower)) return false;
  if (/^(?:\d+[.)]?|[a-z][.)])$/.test(text) && word.start === 0) return false;
  if (/\d/.test(text)) {
    if (/^\d+$/.test(text) && word.joined && /^(?:steps?|option|schritt|étape|paso)$/i.test(before?.text ?? ''))
      return false;
    return !known.number(text) && (/^\d/.test(text) || !partsKnown(text, known));
  }
  if (isIdentifier(text)) return !isLanguage(lower, known) && !partsKnown(text, known);
  if (!english) return false;
  if (lower !== text && word.start !== 0) return false;
  if (word.joined && before && isKind(before.text) && isNameBesideKind(lower, 'after')) return true;
  // `a Pod named x`
  if (word.joined && before?.joined && /^(?:named|called)$/i.test(before.text) && isKind(beforeThat?.text ?? ''))
    return true;
  return after?.joined === true && isKind(after.text) && isNameBesideKind(lower, 'before');
}

/** Has something that words of a language have not: signs or capitals inside. */
function isIdentifier(text: string): boolean {
  if (/[\p{L}\d][-_./:@=\\][\p{L}\d]|^[/~.][\w.-]*\/|^--?[a-z]|_/u.test(text)) return true;
  // `CheckoutService`, but neither `Checkout` nor `HTTP` nor the plural of an abbreviation.
  return /[a-z][A-Z]/.test(text) && unitOf(text) === undefined;
}

/** `kind/name`, `a, b` and paths of fields are known where each part is. */
function partsKnown(text: string, known: Knowledge): boolean {
  if (/^(?:spec|status|metadata|data|template)(?:\.[A-Za-z]+(?:\[[\w*-]*\])?)+$/.test(text)) return true;
  const parts = text.split(/[/:=,()[\]]+/).filter(Boolean);
  if (parts.length < 2) return false;
  // Two plain words with a slash are a namespace and a name, and may be no pair although each is a word.
  return parts.every((part) => known.word(part) || (isKind(part) && part !== part.toLowerCase()));
}

function isLanguage(lower: string, known: Knowledge): boolean {
  if (COMPOUND.test(lower)) return true;
  // `Deployment/StatefulSet`, `crash/restart`; words that programs are named by are a namespace and a name instead.
  return lower.split('/').every((part) => isKind(part) || (known.vocabulary.has(part) && !isProgram(part)));
}

function isKind(word: string): boolean {
  const lower = word.toLowerCase();
  return (
    BESIDE_NAMES.has(lower) || BESIDE_NAMES.has(lower.replace(/s$/, '')) || BESIDE_NAMES.has(lower.replace(/es$/, ''))
  );
}

const COUNT_WORDS: Record<string, number> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  hundred: 100,
  thousand: 1000,
  dozen: 12,
  dozens: 12,
};

/** Whether the next word decides what this one is: a number may have a unit, a program's name a kind behind it. */
export function dependsOnNext(word: string): boolean {
  const lower = word.toLowerCase();
  return /^\d/.test(word) || COUNT_WORDS[lower] !== undefined || isProgram(lower);
}

function isCounted(after: Word | undefined): boolean {
  return (
    after?.joined === true &&
    /^(?:other|more|different|failed|failing|ready|running|new|old|pods?|replicas?|containers?|nodes?|restarts?|times|seconds?|minutes?|hours?|days?|weeks?|errors?|attempts?|services?|deployments?|jobs?|keys?|percent|requests?|images?|namespaces?|endpoints?|crashes|failures|of)$/i.test(
      after.text,
    )
  );
}

/** The text as it stands, with the struck parts apart. Neighbours that are struck are one. */
function struck(text: string, marks: Mark[]): Inline[] {
  const inlines: Inline[] = [];
  let at = 0;
  for (const { start, end } of marks.filter((mark) => mark.struck).sort((a, b) => a.start - b.start)) {
    if (start > at) inlines.push(text.slice(at, start));
    inlines.push({ unverified: text.slice(start, end) });
    at = end;
  }
  if (at < text.length) inlines.push(text.slice(at));
  return inlines;
}
