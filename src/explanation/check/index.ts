import type { Block, Inline, Text } from '../../message.ts';
import { fromMarkdown } from '../from-markdown.ts';
import { commandsIn, isCommand } from './commands.ts';
import { core, createKnowledge, type Knowledge, type Material } from './knowledge.ts';
import { checkProse, dependsOnNext } from './prose.ts';
import { vocabulary } from './vocabulary.ts';

export type { Material } from './knowledge.ts';

/**
 * Turns a model's answer into blocks as it comes, and strikes every name, number, image, quote and command that is not in
 * the material. Whole lines and whole blocks of code are given on, since a word can only be judged with its neighbours.
 */
export interface Checker {
  /** Takes the next letters; gives the blocks that are complete by now. */
  push(letters: string): Block[];
  /** What is begun and not complete yet, as far as its words can be judged; given again when it is complete. */
  preview(): Block[];
  /** The rest. */
  end(): Block[];
  /** What was struck so far, in the order of the answer. */
  readonly struck: readonly string[];
}

export interface CheckOptions {
  /** Whether the answer is in English: only there can plain words be told from names. */
  english: boolean;
  /** The exhibit that readers know by another id than the model; `undefined` for one that does not exist. */
  cite?(id: string): string | undefined;
}

export async function createChecker(material: Material, { english, cite }: CheckOptions): Promise<Checker> {
  const known = createKnowledge(material, await vocabulary());
  const struck: string[] = [];
  let rest = '';

  function judge(markdown: string): Block[] {
    const cited = cite ? markdown.replace(/\bE\d+\b/g, (id) => cite(id) ?? `E?${id.slice(1)}`) : markdown;
    return fromMarkdown(cited, (text) => text).flatMap((block) => checkBlock(block, known, english));
  }

  function check(markdown: string): Block[] {
    const blocks = judge(markdown);
    for (const block of blocks) struck.push(...unverifiedIn(block));
    return blocks;
  }

  return {
    struck,
    push(letters) {
      rest += letters;
      const { complete, open } = cut(rest);
      rest = open;
      return check(complete);
    },
    preview: () => judge(judgeable(rest)),
    end() {
      const last = rest;
      rest = '';
      return check(last);
    },
  };
}

/** Parts what is complete from what may go on: lines, and blocks of code up to their closing fence. */
function cut(text: string): { complete: string; open: string } {
  let end = 0;
  let fence = '';
  let at = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    at += line.length + 1;
    const [, mark = ''] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence && line.trim().startsWith(fence)) fence = '';
    else if (!fence && mark) fence = mark;
    if (!fence) end = at;
  }
  return { complete: text.slice(0, end), open: text.slice(end) };
}

/** Words at the end that may go on, or mean something else together with the next ones. */
const UNDECIDED = /(?:\s*\S+){0,2}\s*$/;

/** The beginning of an incomplete line whose words will not change; nothing of code or emphasis that is still open. */
function judgeable(text: string): string {
  if (/^\s*(?:`{3,}|~{3,})/.test(text)) return '';
  const sure = withoutOpenEnd(text.replace(UNDECIDED, ''));
  const open = ['`', '**', '"', '“'].map((mark) => {
    const marks = sure.split(mark === '“' ? /[“”]/ : mark);
    return marks.length % 2 === 0 ? sure.lastIndexOf(mark) : -1;
  });
  const end = Math.min(...open.filter((at) => at >= 0), sure.length);
  return sure.slice(0, end).trimEnd();
}

/** Drops words at the end that depend on the next one: `two` and `redis`, which may be followed by `Pods`. */
function withoutOpenEnd(text: string): string {
  let sure = text;
  for (;;) {
    const [last = ''] = /\S+$/.exec(sure) ?? [];
    if (last === '' || !dependsOnNext(core(last))) return sure;
    sure = sure.slice(0, -last.length).trimEnd();
  }
}

function checkBlock(block: Block, known: Knowledge, english: boolean): Block[] {
  switch (block.type) {
    case 'heading':
    case 'text':
      return [{ ...block, text: checkText(block.text, known, english) }];
    case 'list':
      return [{ ...block, items: block.items.map((item) => checkText(item, known, english)) }];
    case 'code':
      return checkCode(block, known);
    default:
      return [block];
  }
}

function checkText(text: Text, known: Knowledge, english: boolean): Text {
  const inlines = typeof text === 'string' ? [text] : text;
  return inlines.flatMap((inline): Inline[] => {
    if (typeof inline === 'string') return checkProse(inline, known, english);
    if ('bold' in inline) return styled(checkProse(inline.bold, known, english), (bold) => ({ bold }));
    if ('italic' in inline) return styled(checkProse(inline.italic, known, english), (italic) => ({ italic }));
    if ('code' in inline) return [isKnownCode(inline.code, known) ? inline : { unverified: inline.code }];
    if ('link' in inline) {
      if (known.word(inline.link)) return [inline];
      const label = checkProse(inline.label, known, english);
      return inline.label === inline.link
        ? [{ unverified: inline.link }]
        : [...label, ' ', { unverified: inline.link }];
    }
    return [inline];
  });
}

function styled(inlines: Inline[], style: (words: string) => Inline): Inline[] {
  return inlines.map((inline) => (typeof inline === 'string' ? style(inline) : inline));
}

/** Code in a sentence: a command that is known, the very words of the evidence, or words that are each known or terms. */
function isKnownCode(code: string, known: Knowledge): boolean {
  const words = code.trim().split(/\s+/).filter(Boolean);
  if (words.length > 1 && (isCommand(code) || commandsIn(code).length > 0)) return known.command(code);
  if (known.quote(code)) return !/^\d+$/.test(code.trim()) || known.number(code.trim());
  return words.every((word) => isKnownWord(core(word), known));
}

function isKnownWord(word: string, known: Knowledge): boolean {
  if (word === '') return true;
  if (known.word(word) || known.vocabulary.has(word.toLowerCase()) || known.number(word)) return true;
  return checkProse(`x ${word}`, known, false).every((inline) => typeof inline === 'string') && !/^[\w.-]+$/.test(word);
}

/** A block of code holds only lines that are known; the others are struck below it, so that nobody copies them unseen. */
function checkCode(block: Extract<Block, { type: 'code' }>, known: Knowledge): Block[] {
  const blocks: Block[] = [];
  let good: string[] = [];
  const close = () => {
    if (good.some((line) => line.trim())) blocks.push({ ...block, text: good.join('\n') });
    good = [];
  };
  for (const line of block.text.split('\n')) {
    if (isKnownLine(line, known)) good.push(line);
    else {
      close();
      blocks.push({ type: 'text', text: [{ unverified: line.trim() }] });
    }
  }
  close();
  return blocks;
}

function isKnownLine(line: string, known: Knowledge): boolean {
  const text = line.trim().replace(/^-\s+/, '');
  if (!text || known.command(text) || /^[\w.]+:$/.test(text)) return true;
  if (/^(?:#|\/\/)/.test(text)) return checkProse(text, known, true).every((inline) => typeof inline === 'string');
  return isKnownCode(text, known);
}

function unverifiedIn(block: Block): string[] {
  const texts = block.type === 'list' ? block.items : 'text' in block ? [block.text] : [];
  return texts.flatMap((text) =>
    typeof text === 'string'
      ? []
      : text.flatMap((inline) => (typeof inline === 'object' && 'unverified' in inline ? [inline.unverified] : [])),
  );
}
