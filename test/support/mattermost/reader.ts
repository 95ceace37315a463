import { Lexer, type Token } from 'marked';
import type { Attachment } from './attachments.ts';

/** What a person sees of a post, and what in it is more than letters. */
export interface Sight {
  text: string;
  /** Addresses of links, and `@` with the name of each mention. */
  live: string[];
  /** What is read out in place of each picture. */
  pictures: string[];
}

/** Reads a post as Mattermost's apps show it: its message, then its attachments down to the names of their buttons. */
export function read({ message, props }: { message: string; props?: { attachments?: Attachment[] } }): Sight {
  const sight: Sight = { text: '', live: [], pictures: [] };
  const lines = [shown(message, sight)];
  for (const attachment of props?.attachments ?? []) {
    const { pretext, author_name, title, title_link, text, fields, footer, image_url, actions = [] } = attachment;
    if (title_link) sight.live.push(title_link);
    if (image_url) sight.pictures.push(image_url);
    lines.push(shown(pretext, sight), author_name, shown(title, sight), shown(text, sight));
    for (const field of fields ?? []) lines.push(shown(field.title, sight), shown(String(field.value ?? ''), sight));
    lines.push(footer, ...actions.map(({ name = '' }) => name));
    for (const { options = [] } of actions) lines.push(...options.map((option) => option.text));
  }
  sight.text = lines.filter((line) => line !== '').join('\n');
  return sight;
}

/** The letters of Markdown. Mattermost shows no HTML, takes `@name` for a mention, and `:name:` for a picture. */
function shown(markdown: string, sight: Sight): string {
  return letters(new Lexer({ gfm: true, breaks: true }).lex(markdown), sight).trim();
}

function letters(tokens: Token[], sight: Sight): string {
  return tokens.map((token) => lettersOf(token, sight)).join('');
}

function lettersOf(token: Token, sight: Sight): string {
  const inner = 'tokens' in token && token.tokens ? letters(token.tokens, sight) : undefined;
  switch (token.type) {
    case 'space':
      return '\n';
    case 'br':
      return '\n';
    case 'hr':
      return '---\n';
    case 'html':
      return ringing(token.raw, sight);
    case 'code':
      return `${token.text}\n`;
    case 'codespan':
      return token.text;
    case 'escape':
      return token.text;
    case 'image':
      sight.pictures.push(token.text);
      return token.text;
    case 'link':
      sight.live.push(token.href);
      return inner ?? token.text;
    case 'list':
      return token.items.map((item: Token) => lettersOf(item, sight)).join('');
    case 'list_item':
      return `${(inner ?? '').trimEnd()}\n`;
    case 'table':
      return [token.header, ...token.rows]
        .map((row: { tokens: Token[] }[]) => `${row.map((cell) => letters(cell.tokens, sight)).join('\t')}\n`)
        .join('');
    case 'text':
      return inner ?? ringing(token.text, sight);
    case 'paragraph':
    case 'heading':
    case 'blockquote':
      return `${(inner ?? '').trimEnd()}\n`;
    default:
      return inner ?? ('text' in token ? String(token.text) : token.raw);
  }
}

function ringing(text: string, sight: Sight): string {
  for (const [, name = ''] of text.matchAll(/(?<![\w@])@([a-z0-9._-]*[a-z0-9])/gi)) sight.live.push(`@${name}`);
  for (const [, name = ''] of text.matchAll(/(?<![\w~])~([a-z0-9_-]+)/gi)) sight.live.push(`~${name}`);
  return text.replace(/:[a-z0-9_+-]+:/g, '🙂');
}
