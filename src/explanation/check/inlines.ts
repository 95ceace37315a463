import type { Inline, Text } from '../../message.ts';
import { isKnownCode } from './code.ts';
import type { Knowledge } from './knowledge.ts';
import { checkProse, type Mark } from './prose.ts';

/** A part of a text in one style. */
interface Piece {
  inline: Inline;
  start: number;
  end: number;
}

/** A text with what is not known in it struck. Its words are judged across styles, since a name may stand in bold. */
export function checkText(text: Text, known: Knowledge, english: boolean): Inline[] {
  const pieces: Piece[] = [];
  let letters = '';
  for (const inline of typeof text === 'string' ? [text] : text) {
    const start = letters.length;
    letters += lettersOf(inline);
    pieces.push({ inline, start, end: letters.length });
  }
  const code = pieces.flatMap(({ inline, start, end }) =>
    typeof inline === 'object' && 'code' in inline ? [{ start, end, struck: !isKnownCode(inline.code, known) }] : [],
  );
  const labels = pieces.filter(({ inline }) => typeof inline === 'object' && 'link' in inline);
  const marks = checkProse(letters, known, english, code, labels);
  let first = 0;
  return pieces.flatMap(({ inline, start, end }) => {
    while ((marks[first]?.end ?? start + 1) <= start) first++;
    let last = first;
    while ((marks[last]?.start ?? end) < end) last++;
    const own = marks.slice(first, last);
    if (typeof inline === 'object' && 'link' in inline) return checkLink(inline, cut(letters, own, start, end), known);
    if (own.length === 0) return [inline];
    return cut(letters, own, start, end).map((part) => (typeof part === 'string' ? styled(inline, part) : part));
  });
}

function lettersOf(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  if ('bold' in inline) return inline.bold;
  if ('italic' in inline) return inline.italic;
  if ('code' in inline) return inline.code;
  if ('link' in inline) return inline.label;
  return '';
}

function styled(inline: Inline, letters: string): Inline {
  if (typeof inline === 'string') return letters;
  if ('bold' in inline) return { bold: letters };
  if ('italic' in inline) return { italic: letters };
  if ('code' in inline) return { code: letters };
  return letters;
}

/** A part of a text, with what is struck in it apart. */
function cut(letters: string, marks: readonly Mark[], start: number, end: number): Inline[] {
  const parts: Inline[] = [];
  let at = start;
  for (const mark of marks) {
    const from = Math.max(mark.start, at);
    const to = Math.min(mark.end, end);
    if (to <= from) continue;
    if (from > at) parts.push(letters.slice(at, from));
    parts.push({ unverified: letters.slice(from, to) });
    at = to;
  }
  if (at < end) parts.push(letters.slice(at, end));
  return parts;
}

/** A link is one only where it leads to what the evidence has, and says nothing that is not known. */
function checkLink({ link, label }: { link: string; label: string }, parts: Inline[], known: Knowledge): Inline[] {
  const isKnown = known.word(link.replace(/[/#?]+$/, '')) || known.word(link);
  if (isKnown && parts.every((part) => typeof part === 'string')) return [{ link, label }];
  if (link.endsWith(label)) return [isKnown ? { link, label: link } : { unverified: link }];
  return [...parts, ' ', isKnown ? { link, label: link } : { unverified: link }];
}
