import { isKnownIdentifier } from './identifiers.ts';
import type { Place } from './judge.ts';
import { isKind } from './names.ts';
import { manyOf, numeralOf, ordinalOf, unitOf } from './numbers.ts';
import { isJoined, type Word } from './words.ts';

/** Whether a word with digits in it states a number that is not known. */
export function isMadeUpNumber({ text, words, at, known, english }: Place, said: string): boolean {
  const word = words[at] as Word;
  if (isEnumerator(text, word) || isStep(words, at)) return false;
  if (isReference(text, word)) return !known.exhibit(`E${said}`);
  const next = words[at + 1];
  const unit = isJoined(next) ? unitOf(next.text) : undefined;
  if (/^[~+≥≤<>$€-]*\d+(?:[.,]\d+)*$/.test(said)) {
    const digits = said.replace(/^\D+/, '');
    if (unit) return !known.quantity(digits, unit);
    if (known.number(said)) return false;
    if (isCounted(words, at, (noun, value) => known.count(noun, value), Number(digits))) return false;
    // In other languages a unit may be a word that is not known here.
    return english || isKind(next?.text ?? '') || !known.quantity(digits, '');
  }
  if (known.number(said) || known.word(said.replace(/^v(?=\d+\.\d)/i, ''))) return false;
  return /^\d/.test(said) || !isKnownIdentifier(said, known);
}

/** `1.` at the beginning, `(2)` behind a `(1)`. */
function isEnumerator(text: string, { start, end, text: digits }: Word): boolean {
  if (!/^(?:\d{1,2}|[a-z])$/i.test(digits)) return false;
  if (start <= 1 && /^(?:[.)]|\ufe0f?\u20e3)/.test(text.slice(end, end + 2))) return true;
  if (text.charAt(end) !== ')' || /\S/.test(text.charAt(start - 1).replace('(', ''))) return false;
  const before = Number(digits) - 1;
  return before === 0 || text.slice(0, start).includes(`${before})`);
}

function isStep(words: readonly Word[], at: number): boolean {
  const { text } = words[at] as Word;
  if (!/^\d{1,2}(?:[-–]\d{1,2})?$/.test(text)) return false;
  const before = words[at - 1]?.text ?? '';
  if (/^(?:steps?|options?|schritte?|étapes?|pasos?|手順|ステップ|步骤)$/i.test(before)) return true;
  return /^(?:and|or|to|und|oder|et|ou|y|o)$/i.test(before) && at > 2 && isStep(words, at - 2);
}

/** `[3]` and `[^3]`: a citation in another form. */
function isReference(text: string, { start, end, text: digits }: Word): boolean {
  return (
    /^\^?\d+$/.test(digits) && /\[\^?$/.test(text.slice(Math.max(0, start - 2), start)) && text.charAt(end) === ']'
  );
}

/** Whether a number word of English counts what is not so many: `seven Pods`, `five minutes`, `the fourth replica`. */
export function isMadeUpNumeral({ words, at, known }: Place): boolean {
  const { text } = words[at] as Word;
  const lower = text.toLowerCase();
  const [head = '', tail = ''] =
    /^([a-z]+(?:-(?:one|two|three|four|five|six|seven|eight|nine))?)(?:-([a-z]+))?$/.exec(lower)?.slice(1) ?? [];
  const ordinal = ordinalOf(lower);
  if (ordinal !== undefined) return isCounted(words, at, () => true) && !known.quantity(String(ordinal), '');
  if (/^(?:twice|thrice)$/.test(lower)) return !known.quantity(lower === 'twice' ? '2' : '3', '');
  if (numeralOf(head) === undefined && manyOf(head) === undefined) return false;
  const { value, last } = phraseAt(words, at, head);
  const digits = String(value);
  const next = words[last + 1];
  const unit = tail ? unitOf(tail) : isJoined(next) ? unitOf(next.text) : undefined;
  if (value < 2) return false;
  if (unit) return !known.quantity(digits, unit);
  if (known.number(digits)) return false;
  if (tail) return isKind(tail) || COUNTED.has(tail);
  if (isCounted(words, last, (noun, number) => known.count(noun, number), value)) return false;
  if (isCounted(words, last, () => true)) return true;
  // A dozen is said of what was counted; three of whatever follows.
  return value > 3 && !isCounted(words, last, () => true, value, UNCOUNTED);
}

/** A number of several words: `two hundred`, `forty two`. */
function phraseAt(words: readonly Word[], at: number, head: string): { value: number; last: number } {
  const valueAt = (place: number) => {
    const lower = place === at ? head : (words[place]?.text.toLowerCase() ?? '');
    return numeralOf(lower) ?? manyOf(lower);
  };
  let first = at;
  let last = at;
  while (isJoined(words[first]) && valueAt(first - 1) !== undefined) first--;
  while (isJoined(words[last + 1]) && valueAt(last + 1) !== undefined) last++;
  let value = 0;
  for (let place = first; place <= last; place++) {
    const lower = place === at ? head : (words[place]?.text.toLowerCase() ?? '');
    const many = manyOf(lower);
    value = many === undefined ? value + (numeralOf(lower) ?? 0) : Math.max(value, 1) * many;
  }
  return { value, last };
}

/** Things that are counted in clusters, beside their kinds. */
const COUNTED = new Set(
  `replica restart time attempt retry try failure error crash request instance copy member revision event key zone region core
  connection message byte of more other`.split(/\s+/),
);
/** Things that answers count of their own accord. */
const UNCOUNTED = new Set(
  `thing way option step reason cause possibility case point fact sort type approach command check line part question solution
  candidate explanation fix measure action item sentence word place idea hint side`.split(/\s+/),
);

/** Whether one of the next words is counted: `seven Pods`, `seven of its failing Pods`. */
function isCounted(
  words: readonly Word[],
  at: number,
  holds: (noun: string, value: number) => boolean,
  value = 0,
  counted = COUNTED,
): boolean {
  for (let next = at + 1; next <= at + 3; next++) {
    const word = words[next];
    if (!isJoined(word)) return false;
    const noun = singular(word.text.toLowerCase());
    if (isKind(word.text) || counted.has(noun)) return holds(noun, value);
  }
  return false;
}

function singular(word: string): string {
  return word.replace(/(?<=ss|sh|ch|x)es$|(?<!s)s$/, '').replace(/ie$/, 'y');
}
