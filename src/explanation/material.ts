import { type Block, type Message, plain, type Text } from '../message.ts';

/** What a message says, for who checks or quotes it: its words, and the commands among them. */
export interface Said {
  text: string;
  commands: string[];
}

/** The words of a message that is known to be true, such as an explanation from a runbook. */
export function saidIn({ text, blocks }: Message): Said {
  const commands = blocks.flatMap((block) => {
    if (block.type === 'code') return block.text.split('\n').filter((line) => line.trim());
    return textsOf(block).flatMap((each) =>
      typeof each === 'string' ? [] : each.flatMap((inline) => (isCommandLike(inline) ? [inline.code] : [])),
    );
  });
  const words = blocks.flatMap((block) => (block.type === 'code' ? [block.text] : textsOf(block).map(plain)));
  return { text: [text, ...words].join('\n'), commands };
}

function isCommandLike(inline: unknown): inline is { code: string } {
  return typeof inline === 'object' && inline !== null && 'code' in inline && /\s/.test(String(inline.code));
}

function textsOf(block: Block): Text[] {
  switch (block.type) {
    case 'heading':
    case 'text':
    case 'note':
    case 'alert':
      return [block.text];
    case 'list':
      return block.items;
    case 'table':
      return block.rows.flat();
    case 'facts':
      return block.facts.flatMap(({ label, value }) => [label, value]);
    case 'card':
      return [block.title, ...block.lines];
    case 'file':
      return [block.content];
    default:
      return [];
  }
}
