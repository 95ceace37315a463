import { isEnglish, isFunctionWord, isModifier } from './english.ts';
import type { Knowledge } from './knowledge.ts';
import { isKind, isProduct, isProgram } from './names.ts';
import { numeralOf, unitOf } from './numbers.ts';
import { COMPOUND } from './vocabulary.ts';

/** Whether a word has something that words of a language have not: signs, digits or capitals inside. */
export function isIdentifier(text: string): boolean {
  if (/[\p{L}\d)\]][-_./:@=\\+][\p{L}\d([]|^[/~.][\w.-]*\/|^\/[\w.-]{2,}|^--?[A-Za-z]|_|^@\w|^\.\w/u.test(text))
    return true;
  // `CheckoutService`, but neither `Checkout` nor `HTTP` nor the plural of an abbreviation.
  return /[a-z][A-Z]/.test(text) && unitOf(text) === undefined;
}

/** Letters of two alphabets in one word: what looks like a known name and is none. */
export function isMixed(text: string): boolean {
  return text
    .split(/[^\p{L}]+/u)
    .some(
      (part) =>
        /\p{Script=Latin}/u.test(part) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(part.replace(/[µμ]/g, '')),
    );
}

/** Whether an identifier is known, as a whole or by its parts. */
export function isKnownIdentifier(text: string, known: Knowledge): boolean {
  if (known.word(text) || known.vocabulary.has(text.toLowerCase()) || isKind(text)) return true;
  if (isFieldPath(text, known)) return true;
  const [, first = '', second = ''] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (first) return isKind(first) ? known.word(second) : known.pair(first, second);
  // A field and its value; two names side by side may belong to different things.
  const [, key = '', value = ''] = /^([A-Za-z][\w.-]*)[=:](.+)$/.exec(text) ?? [];
  return (
    key !== '' &&
    isField(key, known) &&
    (known.word(value) || known.number(value) || known.vocabulary.term(value.toLowerCase()))
  );
}

function isField(key: string, known: Knowledge): boolean {
  const lower = key.toLowerCase();
  return isFieldPath(key, known) || (!isProgram(lower) && (known.vocabulary.has(lower) || isEnglish(lower)));
}

/** `spec.template.spec.containers[app].image`. */
function isFieldPath(text: string, known: Knowledge): boolean {
  if (!/^\.?[A-Za-z]\w*(?:\.[A-Za-z]\w*|\[[^\]]*\])+$/.test(text)) return false;
  if (!/^\.?(?:spec|status|metadata|template|containers|resources|limits|requests)\b/.test(text)) return false;
  return text.split(/[.[\]]+/).every((part) => {
    const lower = part.toLowerCase();
    return part === '' || /^[\d*]+$/.test(part) || known.word(part) || known.vocabulary.term(lower);
  });
}

/** Whether a word with hyphens or slashes is language: `crash-looping`, `limits/requests`, `Speicher-Limit`. */
export function isLanguage(text: string, known: Knowledge, english: boolean): boolean {
  if (!/^[\p{L}\p{M}'/-]+$/u.test(text)) return false;
  if (text.includes('/'))
    return text
      .split('/')
      .every(
        (part, at) =>
          (at > 0 && PER.test(part)) ||
          isLanguageWord(part, known) ||
          (part.includes('-') && isLanguage(part, known, english)),
      );
  if (!text.includes('-')) return false;
  if (COMPOUND.test(text.toLowerCase()) || isEnglishCompound(text, known)) return true;
  return !english && isForeignCompound(text, known);
}

/** `bytes/s` */
const PER = /^(?:s|sec|second|min|minute|h|hour|d|day)$/;

/** Words that programs are named by are a namespace and a name when they stand beside a slash. */
function isLanguageWord(word: string, known: Knowledge): boolean {
  const lower = word.toLowerCase();
  return (
    isKind(word) ||
    /^[A-Z]{2,6}s?$/.test(word) ||
    unitOf(word) !== undefined ||
    (!isProgram(lower) && (known.vocabulary.has(lower) || isEnglish(lower)))
  );
}

/** Names are nouns all through; language has a participle, an adverb, an adjective or a numeral in it, or an abbreviation. */
function isEnglishCompound(text: string, known: Knowledge): boolean {
  const parts = text.split('-');
  const lowers = parts.map((part) => part.toLowerCase());
  if (lowers.some((part) => isProduct(part) && !known.word(part))) return false;
  const [first = ''] = lowers;
  const last = lowers.at(-1) ?? '';
  const isPlain = (part: string) => isEnglish(part) || known.vocabulary.has(part) || isKind(part);
  // A name has no capitals: `OOM-killer`, `Kubernetes-native`.
  if (/^[A-Z]{2,}$/.test(parts[0] ?? '') && known.vocabulary.has(first)) return lowers.every(isPlain);
  if (!lowers.every(isPlain) || isProgram(last)) return false;
  if (/[a-z](?:ed|able|ible|less|ful|ly)$/.test(last) && isEnglish(last)) return true;
  if (isModifier(first) || numeralOf(first) !== undefined) return true;
  if (isModifier(last) && !lowers.some(isProgram)) return true;
  return isFunctionWord(last) || lowers.slice(1, -1).some(isFunctionWord);
}

/** What French, Portuguese and their like hang on verbs, and what they begin nouns with. */
const HUNG_ON = new Set(
  `je tu il ils elle elles on nous vous le la les lui leur y en moi toi ce ci là même mêmes dire jour se lo los las nos lhe
  lhes`.split(/\s+/),
);
const BEGINNINGS = new Set(
  `sous auto demi mi semi non contre avant après anti inter ex vice co micro multi re rendez mot mots c'est celui celle ceux
  celles mise vue`.split(/\s+/),
);

/** Names have letters of English and no capitals. A kind behind or before them is no part of them: `orders-db-Pod`. */
function isForeignCompound(text: string, known: Knowledge): boolean {
  const parts = text.split('-');
  const unknown = (part: string) => isProgram(part.toLowerCase()) && !known.word(part) && !known.part(part);
  const isCoined = (part: string) =>
    /[a-z][A-Z]/.test(part) && !isKind(part) && !known.word(part) && !known.vocabulary.has(part.toLowerCase());
  if (parts.some(isCoined)) return false;
  const [first = ''] = text.toLowerCase().split('-');
  const last = parts.at(-1) ?? '';
  if ((BEGINNINGS.has(first) || HUNG_ON.has(last)) && !parts.some(unknown)) return true;
  const names = parts.filter((part) => /^[a-z\d]+$/.test(part));
  if (names.length === 0) return !parts.some((part) => isProduct(part.toLowerCase()) && unknown(part));
  if (names.length === parts.length) return false;
  if (/[^\p{ASCII}]/u.test(text)) return !parts.some(unknown);
  const name = names.join('-');
  return (
    text.includes(name) &&
    (known.word(name) || known.vocabulary.has(name) || (names.length === 1 && !isProgram(name) && isEnglish(name)))
  );
}
