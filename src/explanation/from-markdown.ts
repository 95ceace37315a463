import { lexer, type Token, type Tokens } from 'marked';
import { type Block, type Inline, plain, type Text } from '../message.ts';

/**
 * Markdown as blocks of a neutral message. Each piece of text goes through `fill` after the markup was read, so that
 * what is filled in stays data: a name with asterisks or brackets in it makes no markup and no link. `begin` is the number
 * of an ordered list's first item.
 */
export function fromMarkdown(
  markdown: string,
  fill: (text: string, where: 'text' | 'code') => string,
  begin = 1,
): Block[] {
  return lexer(markdown).flatMap((token) =>
    token.type === 'list' ? listBlocks(token as Tokens.List, fill, begin) : toBlocks(token as Token, fill),
  );
}

type Fill = (text: string, where: 'text' | 'code') => string;

function toBlocks(token: Token, fill: Fill): Block[] {
  switch (token.type) {
    case 'heading':
      return [{ type: 'heading', text: toText(token.tokens ?? [], fill) }];
    case 'paragraph':
    case 'text':
      return [{ type: 'text', text: toText(token.tokens ?? [token], fill) }];
    case 'code':
      return [{ type: 'code', text: fill(token.text, 'code'), ...(token.lang && { language: token.lang as string }) }];
    case 'list':
      return listBlocks(token as Tokens.List, fill);
    case 'blockquote':
      return (token.tokens ?? []).flatMap((inner) => toBlocks(inner, fill));
    case 'table':
      return [{ type: 'text', text: tableText(token as Tokens.Table, fill) }];
    case 'space':
    case 'hr':
      return [];
    default:
      return [{ type: 'text', text: fill(token.raw.trim(), 'text') }];
  }
}

/** A table as lines, a bar between its cells. */
function tableText({ header, rows }: Tokens.Table, fill: Fill): Text {
  return [header, ...rows].flatMap((cells, row) =>
    cells.flatMap(({ tokens }, column): Inline[] => {
      const before = column > 0 ? [' | '] : row > 0 ? ['\n'] : [];
      return [...before, ...inlines(toText(tokens, fill))];
    }),
  );
}

/** A list stays one block as long as its items are text; code under an item parts it, and the numbers go on. */
function listBlocks(list: Tokens.List, fill: Fill, begin = 1): Block[] {
  const blocks: Block[] = [];
  const deep = list.items.some((item) => item.tokens.some((token) => token.type === 'code'));
  if (!deep) {
    const items = list.items.map((item): Text => joined(item.tokens.flatMap((token) => toBlocks(token, fill))));
    if (!list.ordered) return [{ type: 'list', items }];
    return [{ type: 'list', items, ordered: true, ...(begin > 1 && { start: begin }) }];
  }
  list.items.forEach((item, index) => {
    const mark: Inline = list.ordered ? { bold: `${begin + index}.` } : '•';
    const [first, ...rest] = item.tokens.flatMap((token) => toBlocks(token, fill));
    if (first?.type === 'text') blocks.push({ type: 'text', text: [mark, ' ', ...inlines(first.text)] }, ...rest);
    else if (first) blocks.push(first, ...rest);
  });
  return blocks;
}

function joined(blocks: Block[]): Text {
  const parts: Inline[] = [];
  for (const block of blocks) {
    if (parts.length > 0) parts.push('\n');
    if (block.type === 'text' || block.type === 'heading') parts.push(...inlines(block.text));
    else if (block.type === 'list') parts.push(block.items.map((item) => `• ${plain(item)}`).join('\n'));
  }
  return parts;
}

function inlines(text: Text): readonly Inline[] {
  return typeof text === 'string' ? [text] : text;
}

function toText(tokens: readonly Token[], fill: Fill): Text {
  return tokens.flatMap((token): Inline[] => {
    switch (token.type) {
      case 'codespan':
        return [{ code: fill(decode(token.text), 'text') }];
      case 'strong':
        return inlines(toText(token.tokens ?? [], fill)).map((part) =>
          typeof part === 'string' ? { bold: part } : part,
        );
      case 'em':
        return inlines(toText(token.tokens ?? [], fill)).map((part) =>
          typeof part === 'string' ? { italic: part } : part,
        );
      case 'link':
        return [{ link: token.href as string, label: fill(token.text, 'text') }];
      case 'br':
        return ['\n'];
      case 'escape':
        return [fill(token.text, 'text')];
      default:
        return 'tokens' in token && token.tokens
          ? [...inlines(toText(token.tokens, fill))]
          : [fill(decode(token.raw), 'text')];
    }
  });
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', nbsp: ' ' };

function decode(text: string): string {
  return text.replace(
    /&(?:(\w{2,4})|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (entity, name = '', decimal = '', hexadecimal = '') => {
      if (name) return ENTITIES[name] ?? entity;
      const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16);
      return code > 31 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    },
  );
}
