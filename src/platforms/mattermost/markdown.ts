import { type Inline, plain, type Text, UNVERIFIED, visible } from '../../message.ts';

/**
 * Mattermost shows Markdown, and its web client, its apps and its server each read it with another parser; backslashes
 * work for some letters in some of them, and for `@`, `~`, `:` and addresses in none. A code span works in all: what
 * stands in one is no mention, link, emoji, hashtag, formula or markup. So a word that could be any of that becomes code.
 */

/** The Markdown name of a person, such as `anna`; `undefined`: unknown. */
export type NameOf = (user: string) => string | undefined;

type Style = 'bold' | 'italic' | 'strike' | undefined;

/** What a line is made of: words in a style, code, or Markdown that is meant. */
type Atom = { words: string; style: Style } | { code: string } | { markdown: string };

/** Words that every parser leaves alone: no letter that could begin or end markup. */
const PLAIN = /^[\w"'(),.;:!?%/=&+>\u00a0-\u{10ffff}-]+$/u;

/** Among those, what Mattermost makes something of all the same. */
const MEANT = [
  /_/,
  // Addresses: of any scheme, since an administrator chooses which become links; those without one; and a host with a path.
  /[a-z][\w+.-]*:(?:\/|[\p{L}\d%])|www\d{0,3}\.|[\p{L}\d-]\.\p{L}{2,}\//iu,
  // Emoji by name, emoticons.
  /:[\w+-]+:|(?:^|\W)[:;=]['^-]?[()dopsx/](?:$|\W)/i,
  // Entities.
  /&#?\w+;/,
  // Alone in a line they rule it off, or make a heading or a table of the line before.
  /^(?:=|[=-]{2,}|:-+:?|-+:)$/,
];

/** The Markdown of a text, line by line: no code and no style goes over the end of one. */
export function linesOf(text: Text, nameOf: NameOf, { inTable = false, style = undefined as Style } = {}): string[] {
  const inlines = typeof text === 'string' ? [text] : text;
  const lines: Atom[][] = [[]];
  for (const inline of inlines) {
    for (const [index, atoms] of atomsOf(inline, nameOf, style).entries()) {
      if (index > 0) lines.push([]);
      lines.at(-1)?.push(...atoms);
    }
  }
  return lines.map((atoms) => lineOf(atoms, inTable));
}

/** The atoms of each of its lines. */
function atomsOf(inline: Inline, nameOf: NameOf, style: Style): Atom[][] {
  if (typeof inline === 'string') return words(inline, style);
  if ('bold' in inline) return words(inline.bold, 'bold');
  if ('italic' in inline) return words(inline.italic, style ?? 'italic');
  if ('code' in inline) return linesIn(inline.code).map((code) => [{ code }]);
  if ('time' in inline) return words(timeOf(inline.time), style);
  if ('user' in inline) {
    const name = nameOf(inline.user);
    return name ? [[{ markdown: `@${name}` }]] : words(plain([inline]), style);
  }
  if ('unverified' in inline) {
    const struck = words(inline.unverified, 'strike');
    struck.at(-1)?.push({ words: ` (${UNVERIFIED})`, style });
    return struck;
  }
  if (!/^https?:\/\/\S+$/.test(inline.link) || !URL.canParse(inline.link)) return words(plain([inline]), style);
  if (inline.label === inline.link) return [[{ markdown: `<${addressOf(inline.link)}>` }]];
  const label = linesOf(inline.label.replace(/\s+/g, ' '), nameOf)[0] ?? '';
  return [[{ markdown: `[${label}](${addressOf(inline.link)})` }]];
}

/** An address whose letters end no link. */
function addressOf(link: string): string {
  return link.replace(/[()<>[\]"'`\\|]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Mattermost has no times that follow the reader's zone, so the zone is said. */
function timeOf(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function words(text: string, style: Style): Atom[][] {
  return linesIn(text).map((line) => [{ words: line, style }]);
}

function linesIn(text: string): string[] {
  return visible(text).split('\n');
}

function lineOf(atoms: Atom[], inTable: boolean): string {
  const whole = merged(merged(atoms).flatMap((atom) => ('words' in atom ? parts(atom) : [atom])));
  const text = apart(whole)
    .flatMap((atom) => (inTable && 'code' in atom ? pipesApart(atom.code) : [atom]))
    .map(markdownOf)
    .join('');
  return atLineStart(text);
}

/** The apps look for e-mail addresses before they look for code: what touches a code with an `@` goes into it. */
function apart(atoms: Atom[]): Atom[] {
  const all: Atom[] = [];
  for (const atom of atoms) {
    const last = all.at(-1);
    if ('code' in atom && atom.code.includes('@') && last && 'words' in last) {
      const [touching = ''] = last.words.match(/[^\s(]+$/) ?? [];
      last.words = last.words.slice(0, last.words.length - touching.length);
      all.push({ code: touching + atom.code });
    } else all.push(atom);
  }
  return all;
}

/** Words of one style that follow each other belong together, and so do codes: `a` and `b` would else be one that is torn. */
function merged(atoms: Atom[]): Atom[] {
  const all: Atom[] = [];
  for (const atom of atoms) {
    const last = all.at(-1);
    if (last && 'words' in last && 'words' in atom && last.style === atom.style) {
      all[all.length - 1] = { words: last.words + atom.words, style: atom.style };
    } else if (last && 'code' in last && 'code' in atom) all[all.length - 1] = { code: last.code + atom.code };
    else if (!('words' in atom) || atom.words !== '') all.push(atom);
  }
  return all;
}

/** Parts words from what has to be code; several such words are one code, with the spaces between them. */
function parts({ words, style }: { words: string; style: Style }): Atom[] {
  const atoms: Atom[] = [];
  let space = '';
  const add = (atom: Atom) => {
    const last = atoms.at(-1);
    if (last && 'words' in last && 'words' in atom && last.style === atom.style) last.words += space + atom.words;
    else if (last && 'code' in last && 'code' in atom) last.code += space + atom.code;
    else if ('words' in atom) atoms.push({ ...atom, words: space + atom.words });
    else {
      if (space && last && 'words' in last) last.words += space;
      else if (space) atoms.push({ words: space, style: undefined });
      atoms.push(atom);
    }
    space = '';
  };
  for (const word of words.split(/(\s+)/)) {
    if (/^\s*$/.test(word)) space += word;
    else if (isPlain(word)) add({ words: word, style });
    else {
      const { before, code, after } = core(word);
      if (before) add({ words: before, style: undefined });
      add({ code });
      if (after) add({ words: after, style: undefined });
    }
  }
  if (space) atoms.push({ words: space, style: undefined });
  return atoms;
}

/** What of a word is code: brackets, quotes and the ends of sentences around it are not, unless they make a face. */
function core(word: string): { before: string; code: string; after: string } {
  const [, before = '', code = '', after = ''] = word.match(/^(\(*)(.*?)(["'),.;:!?]*)$/s) ?? [];
  const isCore = code !== '' && [before, after].every((part) => part === '' || isPlain(part));
  return isCore ? { before, code, after } : { before: '', code: word, after: '' };
}

function isPlain(word: string): boolean {
  return PLAIN.test(word) && !MEANT.some((pattern) => pattern.test(word));
}

/** In a table a `|` ends the cell, in code as well; it has an escape of its own outside of code. */
function pipesApart(code: string): Atom[] {
  return code
    .split(/(\|)/)
    .filter((part) => part !== '')
    .map((part) => (part === '|' ? { markdown: '\\|' } : { code: part }));
}

const STYLES = { bold: '**', italic: '_', strike: '~~' };

function markdownOf(atom: Atom): string {
  if ('markdown' in atom) return atom.markdown;
  if ('code' in atom) return codeOf(atom.code);
  const { words, style } = atom;
  const [, before = '', inner = '', after = ''] = words.match(/^(\s*)(.*?)(\s*)$/s) ?? [];
  // Without a letter or a digit it could be a rule instead of a style.
  return style && /[\p{L}\p{N}]/u.test(inner) ? `${before}${STYLES[style]}${inner}${STYLES[style]}${after}` : words;
}

/** A code span, in more backticks than stand in a row in it. */
function codeOf(code: string): string {
  if (code.trim() === '') return code;
  const ticks = '`'.repeat(longest(code, /`+/g) + 1);
  const pad = /^`|`$/.test(code) ? ' ' : '';
  return `${ticks}${pad}${code}${pad}${ticks}`;
}

/** A code block, in a fence longer than any in it. */
export function fenced(code: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longest(code, /`+/g) + 1));
  return `${fence}${/^[\w+-]+$/.test(language) ? language : ''}\n${code}\n${fence}`;
}

function longest(text: string, pattern: RegExp): number {
  return Math.max(0, ...[...text.matchAll(pattern)].map(([run]) => run.length));
}

/** A space that no parser counts; for a no-break space the web client puts a common one. */
export const INDENT = '\u2002';

/** Words that would make a list, a quote or, by their indent, code of a line are kept from it. */
function atLineStart(line: string): string {
  const [, indent = '', rest = ''] = line.match(/^([ \t]*)(.*)$/s) ?? [];
  const safe = rest.replace(/^([-+>])/, '\\$1').replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
  return indent.replace(/\t/g, '    ').replaceAll(' ', INDENT) + safe;
}

/** A label, which has no markup but emoji by name. */
export function labelOf(label: string): string {
  // A word joiner, which nobody sees, keeps `:tada:` four letters and two colons.
  return visible(label).replace(/:(?=[\w+-]+:)/g, ':\u2060');
}
