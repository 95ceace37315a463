import type { Block, Text } from '../../message.ts';
import { fromMarkdown } from '../from-markdown.ts';
import { languageOf, linesOf } from './code.ts';
import { checkText } from './inlines.ts';
import { dependsOnNext } from './judge.ts';
import { createKnowledge, type Knowledge, type Material } from './knowledge.ts';
import { createStream, judgeable, type Piece } from './stream.ts';
import { vocabulary } from './vocabulary.ts';

export type { Material } from './knowledge.ts';

/**
 * Turns a model's answer into blocks as it comes, and strikes every name, number, image, quote and command that is not in
 * the material. Whole paragraphs, items of lists and blocks of code are given on, since a word can only be judged with its
 * neighbours.
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
  const stream = createStream();
  const struck: string[] = [];

  function judge({ markdown, begin }: Piece): Block[] {
    const cited = cite
      ? markdown.replace(CITATION, (ids) => ids.replace(/E\d+/g, (id) => cite(id) ?? `E?${id.slice(1)}`))
      : markdown;
    return fromMarkdown(cited, (text) => text, begin).flatMap((block) => checkBlock(block, known, english));
  }

  function check(pieces: readonly Piece[]): Block[] {
    const blocks = pieces.flatMap(judge);
    for (const block of blocks) struck.push(...unverifiedIn(block));
    return blocks;
  }

  return {
    struck,
    push: (letters) => check(stream.push(letters)),
    preview() {
      const { markdown, ...begun } = stream.open();
      return judge({ ...begun, markdown: judgeable(markdown, (word) => dependsOnNext(word, known)) });
    },
    end: () => check(stream.end()),
  };
}

/** `E3`, and `E1-E3`. */
const CITATION = /(?<![\w./-])E\d+(?:[-–/]E\d+)*\b/g;

function checkBlock(block: Block, known: Knowledge, english: boolean): Block[] {
  switch (block.type) {
    case 'heading':
    case 'text':
      return [{ ...block, text: checkText(block.text, known, english) }];
    case 'list':
      return [{ ...block, items: block.items.map((item): Text => checkText(item, known, english)) }];
    case 'code':
      return checkCode(block, known);
    default:
      return [block];
  }
}

/** A block of code holds only lines that are known; the others are struck beside it, so that nobody copies them unseen. */
function checkCode({ text, language }: Extract<Block, { type: 'code' }>, known: Knowledge): Block[] {
  const blocks: Block[] = [];
  const name = languageOf(language);
  let good: string[] = [];
  const close = () => {
    if (good.some((line) => line.trim()))
      blocks.push({ type: 'code', text: good.join('\n'), ...(name && { language: name }) });
    good = [];
  };
  for (const line of linesOf(text, language ?? '', known)) {
    if (line.known) good.push(line.text);
    else {
      close();
      blocks.push({ type: 'text', text: [{ unverified: line.text.trim() }] });
    }
  }
  close();
  return blocks;
}

function unverifiedIn(block: Block): string[] {
  const texts = block.type === 'list' ? block.items : 'text' in block ? [block.text] : [];
  return texts.flatMap((text) =>
    typeof text === 'string'
      ? []
      : text.flatMap((inline) => (typeof inline === 'object' && 'unverified' in inline ? [inline.unverified] : [])),
  );
}
