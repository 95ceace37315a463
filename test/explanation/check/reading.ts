import { createChecker, type Material } from '../../../src/explanation/check/index.ts';
import type { Block, Inline } from '../../../src/message.ts';
import type { Invention } from './answers.ts';

/** Reads an answer in pieces, as a model gives it. */
export async function read(material: Material, answer: string, { english = true, pieces = 7 } = {}) {
  const checker = await createChecker(material, { english });
  const blocks: Block[] = [];
  for (let at = 0; at < answer.length; at += pieces) blocks.push(...checker.push(answer.slice(at, at + pieces)));
  blocks.push(...checker.end());
  return { blocks, struck: checker.struck };
}

/** What stands in blocks without being struck. */
export function unstruck(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.type === 'code') return `${block.language ?? ''}\n${block.text}`;
      const texts = block.type === 'list' ? block.items : 'text' in block ? [block.text] : [];
      return texts.map((text) => (typeof text === 'string' ? text : text.map(lettersOf).join(''))).join('\n');
    })
    .join('\n');
}

function lettersOf(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  if ('code' in inline) return inline.code;
  if ('bold' in inline) return inline.bold;
  if ('italic' in inline) return inline.italic;
  if ('link' in inline) return `${inline.label} ${inline.link}`;
  return ' ';
}

/** Those inventions that stand in a text as words of their own; scripts without spaces have no such words. */
export function left([, invented]: Invention, text: string): string[] {
  return [invented].flat().filter((each) => {
    const word = new RegExp(`(?<!${LETTER})${each.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!${LETTER})`, 'u');
    return word.test(text);
  });
}

const LETTER = String.raw`(?:\d|(?=[\p{Script=Latin}\p{Script=Cyrillic}])\p{L})`;
