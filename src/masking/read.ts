import type { Span } from './values.ts';

/** Letters of a value that are looked at; the others are like them. */
export const TESTED_MAX = 128;

/** Behind a comma or a bracket that belongs to no value anything ends, or another name and its value come. */
const CLOSERS = /[)\]}>]*(?:$|[\s"'`,;:.]|\\)/y;
const NEXT_PAIR = /\s{0,2}["']?[\w.-]{1,64}["']?\s?[=:]/y;
/** Refers to a value that stands elsewhere. */
const REFERENCE_AT = /\$\([^)\n]{0,256}\)|\$\{[^}\n]{0,256}\}|\{\{[^}\n]{0,256}\}\}|<[^>\n]{0,128}>|%\(\w{1,64}\)s/y;
const QUOTE_AT = /(?:[bruf]{1,2}(?=["']))?(\\{0,7})(["'`])/iy;
const YAML_TAG = /!!?\w{1,16}[ \t]{1,4}/y;

export interface Value extends Span {
  quoted: boolean;
}

/**
 * Reads the value that begins here: in quotes, escaped or not, or up to what ends it. `run` remembers the last one
 * without quotes, in which other names and values may lie, so that none of it is read twice.
 */
export function readValue(line: string, start: number, run: Span = { start: 0, end: 0 }): Value | undefined {
  let at = start;
  YAML_TAG.lastIndex = at;
  if (YAML_TAG.test(line)) at = YAML_TAG.lastIndex;
  REFERENCE_AT.lastIndex = at;
  if (REFERENCE_AT.test(line)) return undefined;
  QUOTE_AT.lastIndex = at;
  const opening = QUOTE_AT.exec(line);
  if (opening) {
    const from = QUOTE_AT.lastIndex;
    const end = closing(line, from, opening[2] ?? '', opening[1]?.length ?? 0);
    return end > from ? { start: from, end, quoted: true } : undefined;
  }
  if (/[{(]/.test(line[at] ?? '')) return undefined;
  if (at < run.start || at >= run.end) Object.assign(run, { start: at, end: bareEnd(line, at) });
  const { end } = run;
  const text = line.slice(at, Math.min(end, at + TESTED_MAX));
  return /[A-Za-z0-9]/.test(text) || text.length > 3 ? { start: at, end, quoted: false } : undefined;
}

/** Where a quoted value ends: at a quote that is escaped no deeper than the first one, or with the text. */
export function closing(line: string, from: number, quote: string, depth: number): number {
  for (let at = line.indexOf(quote, from); at >= 0; at = line.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (slashes <= depth && at - slashes > from && line[at - slashes - 1] === '\\') slashes++;
    if (slashes <= depth) return at - slashes;
  }
  return line.length;
}

/** Where a value without quotes ends. Commas and the like may belong to it, unless something else begins behind them. */
function bareEnd(line: string, start: number): number {
  let at = start;
  for (; at < line.length; at++) {
    const letter = line[at] ?? '';
    if (/[\s"'`<>]/.test(letter)) break;
    if (letter === '\\' && /["'nrtu/\\]/.test(line[at + 1] ?? '')) break;
    if (letter === '%' && /^%(?:26|20|22|0A)/i.test(line.slice(at, at + 3))) break;
    if (/[,;&|)\]}]/.test(letter)) {
      CLOSERS.lastIndex = at + 1;
      NEXT_PAIR.lastIndex = at + 1;
      if (CLOSERS.test(line) || NEXT_PAIR.test(line)) break;
    }
  }
  return line[at - 1] === '.' && at - start > 1 ? at - 1 : at;
}
