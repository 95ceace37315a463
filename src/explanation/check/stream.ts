import { core } from './words.ts';

/** Parts Markdown that grows into pieces which nothing that follows can change. */
export interface Stream {
  /** Takes the next letters; gives the pieces that are complete by now. */
  push(letters: string): string[];
  /** The rest. */
  end(): string[];
  /** What is begun and not complete yet, without code whose end is not there. */
  open(): string;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
const ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const HEADING = /^ {0,3}#{1,6}(?:\s|$)/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const UNDERLINE = /^ {0,3}(?:=+|-+)\s*$/;

/** Paragraphs, lists with all that belongs to their items, headings and blocks of code are pieces. */
export function createStream(): Stream {
  let lines: string[] = [];
  let kind: 'text' | 'list' | 'code' | undefined;
  let fence = '';
  let fenceAt = 0;
  let tail = '';
  let complete: string[] = [];

  function close(): void {
    if (lines.length > 0) complete.push(`${lines.join('\n')}\n`);
    lines = [];
    kind = undefined;
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
    const belongs = kind === 'list' && (isBlank || /^\s{2,}/.test(line) || ITEM.test(line) || continues(line));
    if (!belongs && startsAnew(line, isBlank, mark)) close();
    if (isBlank && !belongs) return;
    if (mark) {
      fence = mark;
      fenceAt = lines.length;
    }
    const isEnd = !belongs && (HEADING.test(line) || RULE.test(line)) && !(kind === 'text' && UNDERLINE.test(line));
    kind ??= mark ? 'code' : ITEM.test(line) && !RULE.test(line) ? 'list' : 'text';
    lines.push(line);
    if (isEnd) close();
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
    open: () =>
      fence ? lines.slice(0, fenceAt).join('\n') : FENCE.test(tail) ? lines.join('\n') : [...lines, tail].join('\n'),
  };
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
