import { core } from './words.ts';

/** A paragraph, an item of a list with all that belongs to it, a heading, or a block of code. */
export interface Piece {
  markdown: string;
  /** The number of an item of an ordered list. */
  begin?: number;
}

/** Parts Markdown that grows into pieces which nothing that follows can change. */
export interface Stream {
  /** Takes the next letters; gives the pieces that are complete by now. */
  push(letters: string): Piece[];
  /** The rest. */
  end(): Piece[];
  /** What is begun and not complete yet, without code whose end is not there. */
  open(): Piece;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
const ITEM = /^(?<indent> {0,3})(?<mark>[-*+]|(?<number>\d{1,9})[.)])(?:(?<space>\s+)|$)/;
const HEADING = /^ {0,3}#{1,6}(?:\s|$)/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const UNDERLINE = /^ {0,3}(?:=+|-+)\s*$/;

export function createStream(): Stream {
  let lines: string[] = [];
  let kind: 'text' | 'list' | 'code' | undefined;
  let fence = '';
  let fenceAt = 0;
  let tail = '';
  let complete: Piece[] = [];
  /** The item that is being read: its number, and how deep what belongs to it is indented. */
  let item: { number: number | undefined; depth: number } | undefined;

  function close(): void {
    if (lines.length > 0) complete.push(piece(`${lines.join('\n')}\n`, item?.number));
    lines = [];
    kind = undefined;
    item = undefined;
  }

  function take(line: string): void {
    if (fence) {
      lines.push(line);
      if (!line.trim().startsWith(fence)) return;
      fence = '';
      if (kind === 'code') close();
      return;
    }
    const isBlank = line.trim() === '';
    const [, mark = ''] = FENCE.exec(line) ?? [];
    const next = itemIn(line);
    const belongs = kind === 'list' && !next && (isBlank || /^\s{2,}/.test(line) || continues(line));
    if (!belongs && startsAnew(line, isBlank, mark)) close();
    if (isBlank && !belongs) return;
    if (mark) {
      fence = mark;
      fenceAt = lines.length;
    }
    const isEnd = !belongs && (HEADING.test(line) || RULE.test(line)) && !(kind === 'text' && UNDERLINE.test(line));
    item = next ?? (belongs ? item : undefined);
    kind ??= mark ? 'code' : next ? 'list' : 'text';
    lines.push(line);
    if (isEnd) close();
  }

  /** The item that begins here; `undefined` for one that belongs to the item that is being read. */
  function itemIn(line: string): typeof item {
    const { indent = '', mark = '', number, space = '' } = (!RULE.test(line) && ITEM.exec(line)?.groups) || {};
    if (!mark || (item && indent.length >= item.depth)) return undefined;
    const depth = indent.length + mark.length + Math.max(1, space.length);
    // As everywhere in Markdown, the first number counts, and those behind it do not.
    return {
      depth,
      number: number === undefined ? undefined : item?.number === undefined ? Number(number) : item.number + 1,
    };
  }

  /** A line of a paragraph in an item goes on without indentation. */
  function continues(line: string): boolean {
    return lines.at(-1)?.trim() !== '' && !HEADING.test(line) && !FENCE.test(line) && !RULE.test(line);
  }

  function startsAnew(line: string, isBlank: boolean, mark: string): boolean {
    if (kind !== 'text') return kind !== undefined;
    if (UNDERLINE.test(line)) return false;
    return isBlank || mark !== '' || ITEM.test(line) || HEADING.test(line) || RULE.test(line);
  }

  return {
    push(letters) {
      const all = (tail + letters).split('\n');
      tail = all.pop() ?? '';
      for (const line of all) take(line.replace(/\r$/, ''));
      const pieces = complete;
      complete = [];
      return pieces;
    },
    end() {
      if (tail) take(tail);
      tail = '';
      close();
      const pieces = complete;
      complete = [];
      return pieces;
    },
    open() {
      const { number } = item ?? itemIn(tail) ?? {};
      if (fence) return piece(lines.slice(0, fenceAt).join('\n'), number);
      return piece([...lines, ...(FENCE.test(tail) ? [] : [tail])].join('\n'), number);
    },
  };
}

function piece(markdown: string, begin: number | undefined): Piece {
  return { markdown, ...(begin !== undefined && { begin }) };
}

/** Words at the end that may go on, or mean something else together with the next ones. */
const UNDECIDED = 3;
const PAIRS: readonly RegExp[] = [
  /`+/g,
  /\*\*|__/g,
  /"/g,
  /[“”„]/g,
  /(?<![\p{L}\d])'(?=\S)|(?<=[^\s(])'(?![\p{L}\d])/gu,
  /[‘]|’(?!\p{L})/gu,
  /[«»]/g,
  /[「」]/g,
];

/**
 * The beginning of incomplete Markdown whose words will not change; nothing of code, emphasis, quotes or links that are
 * still open. `dependsOnNext` tells of a word whether what follows decides what it is.
 */
export function judgeable(text: string, dependsOnNext: (word: string) => boolean): string {
  let end = text.length;
  for (let left = UNDECIDED; left > 0; left--) end = withoutLast(text, end);
  for (;;) {
    const last = /\S+\s*$/.exec(text.slice(0, end))?.[0].trim() ?? '';
    if (last === '' || !dependsOnNext(core(last))) break;
    end = withoutLast(text, end);
  }
  const begins = Math.max(
    text.lastIndexOf('\n\n', end - 1) + 1,
    ...[...text.slice(0, end).matchAll(/\n(?=\s*(?:[-*+]|\d+[.)])\s)/g)].map(({ index }) => index + 1),
  );
  const line = text.slice(begins, end);
  for (const pair of PAIRS) {
    const marks = [...line.matchAll(pair)];
    if (marks.length % 2 === 1) end = Math.min(end, begins + (marks.at(-1)?.index ?? 0));
  }
  const link = /\[[^\]]*(?:\](?:\([^)]*)?)?$/.exec(text.slice(begins, end));
  if (link && link.index !== undefined) end = Math.min(end, begins + link.index);
  return text
    .slice(0, end)
    .trimEnd()
    .replace(/(?:^|\n)\s*(?:[-*+>]|\d+[.)]|#+)$/, '');
}

/** The end of the text before its last word; where there are no spaces, before its last clause. */
function withoutLast(text: string, end: number): number {
  const before = text.slice(0, end).trimEnd();
  const last = /\S+$/.exec(before)?.[0] ?? '';
  const clause = /^.*[、。，；！？](?=.)/u.exec(last)?.[0] ?? '';
  return before.length - last.length + clause.length;
}
