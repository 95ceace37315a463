import { type Commands, createCommands } from './commands.ts';
import { isKind, KIND } from './names.ts';
import { decimalOf, type Readings, readNumber, readQuantity, unitOf } from './numbers.ts';
import { formsOf, momentsIn } from './times.ts';
import type { Vocabulary } from './vocabulary.ts';
import { core, normal } from './words.ts';

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
  /** Whether such a word is an object's name there, not only language. */
  name(word: string): boolean;
  /** A part of a name between hyphens: `checkout` of `checkout-api`. */
  part(word: string): boolean;
  /** `namespace/name`, each of which is known, and not in another namespace. */
  pair(namespace: string, name: string): boolean;
  /** A number, with its unit where it has one: `3`, `512Mi`, `5m30s`. */
  number(word: string): boolean;
  /** The same with the unit apart; of a unit that is not known here, the number alone. */
  quantity(digits: string, unit: string): boolean;
  /** Whether so many objects of a kind are named. */
  count(kind: string, number: number): boolean;
  /** A date or a time of day. */
  moment(readings: Readings): boolean;
  readonly commands: Commands;
  /** A run of words, letter by letter, spaces and case aside. */
  quote(words: string): boolean;
  exhibit(id: string): boolean;
  /** Language and terms, which claim nothing. */
  readonly vocabulary: Vocabulary;
}

export function createKnowledge({ texts, commands, exhibits }: Material, vocabulary: Vocabulary): Knowledge {
  const lines = [...commands];
  const given = [...texts, ...lines].map(normal);
  const plain = given.map((text) => text.toLowerCase());
  const seen = new Set<string>();
  const words = new Set<string>();
  const parts = new Set<string>();
  const numbers = new Set<string>();
  const values = new Set<string>();
  const moments = new Set<string>();
  const namespaces = new Map<string, Set<string>>();
  const ids = new Set(exhibits);
  let flat: string[] | undefined;
  const named = new Map<string, boolean>();

  for (const text of given) {
    const timeless = learnMoments(text).toLowerCase();
    for (const raw of timeless.split(/\s+/)) learn(raw);
    for (const [, digits = '', unit = ''] of timeless.matchAll(/(\d+(?:[.,]\d+)?) ([a-zµ%]{1,12})\b/g))
      if (unitOf(unit)) learnNumber(readQuantity(digits, unit));
    // `periodSeconds: 10`
    for (const [, unit = '', digits = ''] of timeless.matchAll(/(seconds|minutes|percent)(?:age)?"?[:=] ?"?(\d+)/g))
      learnNumber(readQuantity(digits, unit));
  }

  /** Learns dates and times, and gives the text without them: their digits are no numbers that anybody stated. */
  function learnMoments(text: string): string {
    let rest = '';
    let at = 0;
    for (const moment of momentsIn(text)) {
      for (const form of formsOf(moment)) moments.add(form);
      rest += `${text.slice(at, moment.start)} `;
      at = moment.end;
    }
    return rest + text.slice(at);
  }

  function learn(raw: string): void {
    if (seen.has(raw)) return;
    seen.add(raw);
    for (const token of tokensOf(raw)) {
      if (words.has(token)) continue;
      words.add(token);
      learnNumber(readNumber(token));
      const [, digits] = /^[^\w]*(\d+(?:[.,]\d+)?)/.exec(token) ?? [];
      if (digits) values.add(decimalOf(digits));
      if (token.includes('-')) for (const part of token.split(/[-/:.]/)) parts.add(part);
      const [, namespace = '', name = ''] = PAIR.exec(token) ?? [];
      if (name && !isKind(namespace)) namespaces.set(name, (namespaces.get(name) ?? new Set()).add(namespace));
    }
  }

  function learnNumber(readings: Readings | undefined): void {
    for (const key of readings?.flat() ?? []) numbers.add(key);
  }

  function isStated(readings: Readings | undefined): boolean {
    return readings?.some((keys) => keys.every((key) => numbers.has(key))) ?? false;
  }

  function isNamespace(word: string): boolean {
    return [...namespaces.values()].some((each) => each.has(word)) || isNamed(word);
  }

  /** Plain words are names where they stand as names do. */
  function isNamed(word: string): boolean {
    const before = named.get(word);
    if (before !== undefined) return before;
    const name = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const where = new RegExp(
      [
        // Behind a sign, a kind, a flag, or a field whose value it is.
        `(?:[/=@"'\`[]|: (?=\\S+$)|\\b${KIND}:? |(?:-n|--namespace) )${name}(?![\\w-]|\\.\\w)`,
        // Before a sign, and in a column.
        `(?<![\\w-])${name}(?:[/=@"'\`\\]]|:\\S)`,
        `(?:^|  )${name}  `,
      ].join('|'),
      'm',
    );
    const found = plain.some((text) => where.test(text));
    named.set(word, found);
    return found;
  }

  function quote(said: string): boolean {
    flat ??= plain.map(flatten);
    const pieces = flatten(normal(said).toLowerCase())
      .split(/(?:…|\.{3}|\[…\])/)
      .map((piece) => core(piece.trim()))
      .filter(Boolean);
    return pieces.length > 0 && pieces.every((piece) => flat?.some((text) => holds(text, piece)));
  }

  return {
    word: (word) => words.has(word.toLowerCase()),
    name: (word) => isNamed(word.toLowerCase()),
    part: (word) => parts.has(word.toLowerCase()),
    pair(namespace, name) {
      const known = namespaces.get(name.toLowerCase());
      if (known) return known.has(namespace.toLowerCase());
      return words.has(name.toLowerCase()) && isNamespace(namespace.toLowerCase());
    },
    number: (word) => words.has(word.toLowerCase()) || isStated(readNumber(word)),
    quantity: (digits, unit) => (unit === '' ? values.has(decimalOf(digits)) : isStated(readQuantity(digits, unit))),
    count: (kind, number) => namesOf(plain, kind).size === number,
    moment: (readings) => readings.some((keys) => keys.every((key) => moments.has(key))),
    commands: createCommands(lines, (value) => words.has(value.toLowerCase())),
    quote,
    exhibit: (id) => ids.has(id),
    vocabulary,
  };
}

const PAIR = /^([a-z\d][a-z\d.-]*)\/([a-z\d][a-z\d.-]*)$/;

/** The words in a word of a text, without the punctuation around them, whole and in their parts. */
function tokensOf(raw: string): string[] {
  const whole = core(raw);
  if (!whole) return [];
  const tokens = [whole];
  if (!/[^\w.-]/.test(whole)) return [whole, ...ownersOf(whole)];
  for (const part of whole.split(/[/:=,;@|()[\]{}<>"'`&?#+×]+/)) {
    const trimmed = core(part);
    if (trimmed && trimmed !== whole) tokens.push(trimmed);
  }
  // Pieces of lists and of what was quoted: `["PAGE_SIZE","THEME"]`, `a=b,c=d`.
  for (const part of whole.split(/[,;|()[\]{}<>"'`]+/)) {
    const trimmed = core(part);
    if (trimmed && !tokens.includes(trimmed)) tokens.push(trimmed);
  }
  // An image without its tag, a path without its last part or its first one.
  const [, stem] = /^(.+):[^:/]+$/.exec(whole) ?? [];
  if (stem) tokens.push(stem, stem.slice(stem.indexOf('/') + 1));
  const slash = whole.indexOf('/');
  if (slash > 0) {
    const last = whole.lastIndexOf('/');
    tokens.push(whole.slice(slash + 1), whole.slice(0, last), whole.slice(last + 1));
  }
  return tokens.flatMap((token) => [token, ...ownersOf(token)]);
}

/** The names that a Pod's own name begins with: its ReplicaSet or Job, and its Deployment. */
function ownersOf(name: string): string[] {
  const [, owner = ''] = /^([a-z\d/.-]+)-[bcdf-hj-np-tv-xz2456789]{5}$/.exec(name) ?? [];
  const [, workload = ''] = /^([a-z\d/.-]+)-[bcdf-hj-np-tv-xz2456789]{8,10}$/.exec(owner) ?? [];
  return [owner, workload].filter(Boolean);
}

/** The names that stand behind a kind. */
function namesOf(texts: readonly string[], kind: string): Set<string> {
  const behind = new RegExp(`\\b${kind.toLowerCase()} ([a-z\\d][\\w./-]*)`, 'g');
  const found = texts.flatMap((text) => {
    // An exhibit of several objects names them behind its text.
    const [, same = ''] = text.startsWith(`${kind.toLowerCase()} `)
      ? (/\nthe same on \d+ more: (.*)$/m.exec(text) ?? [])
      : [];
    return [...[...text.matchAll(behind)].map(([, name = '']) => name), ...same.split(', ')].map(core);
  });
  return new Set(found.map((name) => name.slice(name.lastIndexOf('/') + 1)).filter((name) => /[-\d]/.test(name)));
}

/** A text without what people leave out or put in when they quote it. */
function flatten(text: string): string {
  return text
    .replace(/["'`“”„«»*\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Whether a text has these words, and not only within longer ones: `1.4` is not in `1.4.2`. */
function holds(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at);
    const after = text.slice(at + words.length, at + words.length + 2);
    const opens = !/^[\p{L}\d]/u.test(words) || !/[\p{L}\d][-_.]?$/u.test(before);
    const closes = !/[\p{L}\d]$/u.test(words) || !/^[-_.]?[\p{L}\d]/u.test(after);
    if (opens && closes) return true;
  }
  return false;
}
