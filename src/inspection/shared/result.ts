import { duration } from '../../analyzer.ts';
import { keyOf, type Ref } from '../../cluster.ts';
import { LOOK_MAX, type Look } from '../../look.ts';
import { maskCredentials } from '../../masking/index.ts';
import { quote, visible } from '../../message.ts';

/** So much is masked at once; no look needs more. */
const MASKED_MAX = 90_000;
/** Objects that a look names; more help nobody. */
const REFS_MAX = 200;

interface Parts {
  title: string;
  command: string;
  text: string;
  refs: readonly Ref[];
  /** What is kept where there is not enough room; `ends`: the beginning and the end. */
  keep?: 'start' | 'end' | 'ends';
  /** How to see what was left out: `ask for one namespace`. */
  narrower?: string;
  /** What was left out before. */
  omitted?: string | undefined;
}

/** Makes a look of its parts: credentials masked, and cut at whole lines to what fits. */
export function lookOf({ title, command, text, refs, keep = 'start', narrower, omitted }: Parts): Look {
  const maskable = cut(text, MASKED_MAX, keep);
  const fitting = cut(visible(maskCredentials(maskable.text)).trimEnd(), LOOK_MAX, keep);
  const isCut = maskable.isCut || fitting.isCut;
  const lines = Math.max(1, countLines(text.trimEnd()) - countLines(fitting.text) + 1);
  const unique = new Map(refs.filter(({ name }) => name !== '').map((ref) => [keyOf(ref), ref]));
  const sentences = [
    ...(omitted ? [omitted] : []),
    ...(isCut
      ? [
          `${lines} ${lines === 1 ? 'line was' : 'lines were'} left out for want of room${narrower ? `; ${narrower}` : ''}.`,
        ]
      : []),
  ];
  return {
    title,
    command,
    text: fitting.text,
    refs: [...unique.values()].slice(0, REFS_MAX),
    ...(sentences.length > 0 && { omitted: sentences.join(' ') }),
  };
}

const GAP = '[…]';

/** A part of a text at whole lines. A single line that is too long is cut itself. */
function cut(text: string, max: number, keep: 'start' | 'end' | 'ends'): { text: string; isCut: boolean } {
  if (text.length <= max) return { text, isCut: false };
  const room = max - GAP.length - 2;
  const startRoom = keep === 'start' ? room : keep === 'end' ? 0 : Math.floor(room * 0.6);
  const start = text.slice(0, startRoom);
  const end = text.slice(text.length - (room - startRoom));
  const head = start.slice(0, Math.max(0, start.lastIndexOf('\n'))) || start;
  const tail = end.slice(end.indexOf('\n') + 1) || end;
  const parts = [...(startRoom > 0 ? [head] : []), GAP, ...(startRoom < room ? [tail] : [])];
  return { text: parts.join('\n'), isCut: true };
}

function countLines(text: string): number {
  let count = 1;
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) count++;
  return count;
}

/** A kubectl command with every word in quotes where it has to be; absent words are left out. */
export function kubectl(...words: (string | undefined | false)[]): string {
  return ['kubectl', ...words.filter((word) => typeof word === 'string')].map(quote).join(' ');
}

/** The words that name a namespace, or none. */
export function inNamespace(namespace: string | undefined): string[] {
  return namespace ? ['-n', namespace] : [];
}

/** How long ago a time of the API was: `3 d 4 h`; `?` where it is no time. */
export function age(time: string | undefined, now: number): string {
  const milliseconds = now - Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? '?' : duration(milliseconds);
}

/** Columns under their headings, as kubectl prints them; the last one as wide as it is. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.min(CELL_MAX, Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length))),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)).join('  ');
  return [headings, ...rows].map((row) => line(row).trimEnd()).join('\n');
}

/** A cell that is longer moves its own row alone. */
const CELL_MAX = 70;
