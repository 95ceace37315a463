import { isMadeUpNumber, isMadeUpNumeral } from './counts.ts';
import { isCommon, isEnglish } from './english.ts';
import { isIdentifier, isKnownIdentifier, isLanguage, isMixed } from './identifiers.ts';
import type { Knowledge } from './knowledge.ts';
import { isKind, isNameBefore, isNameBehind, isNamed, isProduct, isProgram, isSurelyKind } from './names.ts';
import { manyOf, numeralOf, ordinalOf } from './numbers.ts';
import { isProgramName } from './programs.ts';
import { COMPOUND } from './vocabulary.ts';
import { isClose, isJoined, type Word } from './words.ts';

/** A word among its neighbours. */
export interface Place {
  text: string;
  words: readonly Word[];
  at: number;
  known: Knowledge;
  /** Whether plain words can be told from names. */
  english: boolean;
  /** Stands alone: in a cell, in an item of a list, or behind a colon at the end of a line. */
  alone: boolean;
}

/** Articles and the like that French and Italian join to the next word: `l'image`. */
const ELISION = /^(?:[dlnsjmtc]|qu|jusqu|lorsqu|puisqu|dell|all|nell|un)'(?=\p{L})/iu;

/** Whether a word claims something that is not known. */
export function isMadeUp(place: Place): boolean {
  const { words, at, known, english } = place;
  const word = words[at] as Word;
  const text = word.text.replace(/'s?$/, '').replace(ELISION, '');
  const lower = text.toLowerCase();
  if (/^E\?*\d/.test(text)) return !text.split(/[-/]/).every((id) => known.exhibit(id.replace(/^(?=\d)/, 'E')));
  if ((isMixed(text) || word.odd) && !isFamiliar(lower, known) && !isEnglish(lower)) return true;
  if (/\d/.test(text)) return isMadeUpNumber(place, text);
  if (known.word(text) && !isProgram(lower)) return false;
  if (isProduct(lower)) return !known.word(text) && !known.part(text);
  if (isIdentifier(text)) {
    if (english && isMadeUpNumeral(place)) return true;
    if (isKnownIdentifier(text, known)) return false;
    if (isBehindKind(words, at) && text.split('/').some((part) => known.name(part))) return true;
    if (word.marked || (isBehindKind(words, at) && !text.includes('/'))) return !COMPOUND.test(lower);
    return !isLanguage(text, known, english);
  }
  if (english && /^[\p{Script=Cyrillic}\p{Script=Greek}]{2,}$/u.test(text)) return true;
  if (word.marked && !isKnownInMarks(place, text)) return true;
  if (english && isMadeUpNumeral(place)) return true;
  return isMadeUpName(place, lower);
}

/** What stands in quotes or code of its own is meant as it stands: a name, a value, a term. */
function isKnownInMarks({ words, at, known }: Place, text: string): boolean {
  const lower = text.toLowerCase();
  if (!/^[a-z\d]+$/i.test(text)) return true;
  if (known.word(text) || known.vocabulary.term(lower)) return true;
  const beside = [words[at - 1], words[at + 1]].some((other) => other && isKind(other.text));
  return !beside && !isProgram(lower) && (isEnglish(lower) || known.vocabulary.has(lower));
}

/** Whether a plain word stands where names stand and is none that is known. */
function isMadeUpName(place: Place, lower: string): boolean {
  const { words, at, known, english, alone } = place;
  // Abbreviations are no names, and short: `the Pod IP`.
  const { text } = words[at] as Word;
  if (!/^[\p{Script=Latin}\d]+(?:'s?)?$/u.test(text) || /^[A-Z]{1,4}s?$/.test(text)) return false;
  if (isNameBehindKind(place, lower)) return isProgram(lower) ? !known.name(lower) : !isFamiliar(lower, known);
  if (!english) return false;
  if ((isProperNoun(words, at) || /^[A-Z]{5,}$/.test(text)) && isUnknownNoun(lower, known)) return true;
  const next = words[at + 1];
  const kind = isJoined(next) && isNamed(next.text) ? next.text : '';
  if (isFamiliar(lower, known))
    return /^namespace/i.test(kind) && isProgram(lower) && !known.name(lower) && !known.part(lower);
  if (kind && isNameBefore(lower, kind)) return true;
  if (alone && (isProgram(lower) ? isNameBefore(lower) : !isEnglish(lower))) return true;
  return (isNameBefore(lower) && COINED.test(lower)) || isListed(place, lower);
}

/** Whether a word behind a kind is its name. In other languages than English only names that people give surely are. */
function isNameBehindKind({ words, at, english }: Place, lower: string): boolean {
  if (!isBehindKind(words, at)) return false;
  const { text, marked } = words[at] as Word;
  const before = words[at - 1]?.text ?? '';
  const surely = marked || isSurelyKind(before) || /^(?:named|called)$/i.test(before);
  return english ? isNameBehind(lower, surely, endsHere(words, at)) : surely && isProgram(lower) && lower === text;
}

function isUnknownNoun(lower: string, known: Knowledge): boolean {
  return !isCommon(lower) && !isProgram(lower) && !isKind(lower) && !isFamiliar(lower, known);
}

/** Words made of what Kubernetes has, and that it has not. */
const COINED = /^(?:kube|k8s|pod)[a-z]{3}|pods?$/;

/** English has capitals within a sentence in names only; titles have them in words beside each other as well. */
function isProperNoun(words: readonly Word[], at: number): boolean {
  const word = words[at];
  return word?.gap !== undefined && /^[^.!?:;|\n•]+$/.test(word.gap) && /^[A-Z][a-z]{2,}(?:'s?)?$/.test(word.text);
}

/** Whether a clause ends behind a word, or goes on with an auxiliary: what stands there is no verb. */
function endsHere(words: readonly Word[], at: number): boolean {
  const next = words[at + 1];
  if (/^namespaces?$/i.test(words[at - 1]?.text ?? '')) return true;
  return (
    words[at]?.marked === true ||
    !isJoined(next) ||
    /^(?:is|was|has|had|are|were|have|can|cannot|could|will|would|does|did|must|may|might|should|and|or)$/i.test(
      next.text,
    )
  );
}

/** Behind a kind, a colon between them or not, and behind what gives a name. */
function isBehindKind(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  if (!before || !isClose(words[at])) return false;
  if (/^of$/i.test(before.text)) return /^name$/i.test(words[at - 2]?.text ?? '');
  return isNamed(before.text) || /^(?:named|called|name)$/i.test(before.text);
}

function isFamiliar(lower: string, known: Knowledge): boolean {
  return known.word(lower) || known.part(lower) || (!isProgram(lower) && known.vocabulary.has(lower));
}

/** Words of a list of names that are looked at. */
const LIST_MAX = 30;

/** In a list of names, parted by commas, `and` and `or`: beside a known name, or together with others beside a kind. */
function isListed(place: Place, lower: string): boolean {
  return [-1, 1].some((step) => {
    const list = listTo(place, step);
    return list !== undefined && isNameBefore(lower, list);
  });
}

/** What a list leads to: a known name, which gives an empty word, or a kind. */
function listTo({ words, at, known }: Place, step: number): string | undefined {
  let names = 0;
  let parted = false;
  for (let next = at + step; Math.abs(next - at) < LIST_MAX; next += step) {
    const word = words[next];
    const { gap = '.' } = (step > 0 ? word : words[next + 1]) ?? {};
    if (!word || /[^\s,&/"'“”‘’`*_()]/.test(gap)) return undefined;
    parted ||= /[,&/]/.test(gap);
    if (/^(?:and|or|the|both)$/i.test(word.text)) {
      parted = true;
      continue;
    }
    const lower = word.text.toLowerCase();
    if (isKind(word.text) && names > 0) return word.text;
    if (!parted) return undefined;
    if (isName(word, known)) return '';
    if (!isNameBefore(lower, 'namespace') || (isFamiliar(lower, known) && !isName(word, known))) return undefined;
    parted = false;
    names++;
  }
  return undefined;
}

/** A known name, and not only a known word. */
function isName({ text, code }: Word, known: Knowledge): boolean {
  const lower = text.toLowerCase();
  return known.word(text) && (code || isIdentifier(text) || (!isEnglish(lower) && !known.vocabulary.has(lower)));
}

/** Whether the next word decides what this one is: a number may have a unit, a name a kind behind it. */
export function dependsOnNext(word: string, known: Knowledge): boolean {
  const lower = word.toLowerCase().replace(/['’]s?$/, '');
  if (/^\d/.test(word) || numeralOf(lower.split('-')[0] ?? '') !== undefined || manyOf(lower) !== undefined)
    return true;
  if (/^(?:and|or|the|both)$/.test(lower) || isProgramName(word) || ordinalOf(lower) !== undefined) return true;
  return isProgram(lower) || (/^[a-z\d]+$/.test(lower) && !isFamiliar(lower, known) && isNameBefore(lower));
}
