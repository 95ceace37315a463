import type * as types from '@slack/types';
import { type Inline, plain, type Text, UNVERIFIED, visible } from '../../message.ts';
import { chop } from '../shared/words.ts';

/**
 * Everything that a message shows is rich text or plain text, never mrkdwn: mrkdwn has no escape for `*`, `_`, `~`, a
 * backtick or an emoji's name, whereas a rich text element says by its type what it is, and its letters are letters.
 */
export type Element = types.RichTextElement;
type Style = NonNullable<types.RichTextText['style']>;

/** The size of a rich text block, in bytes of JSON: a third of a message, so that pages can be filled well. */
const BLOCK_BYTES = 4000;
const PIECE_LETTERS = 1000;

/** The elements of a text. */
export function elementsOf(text: Text, style: Style = {}): Element[] {
  const inlines = typeof text === 'string' ? [text] : text;
  return inlines.flatMap((inline) => elementOf(inline, style)).filter((one) => one.type !== 'text' || one.text !== '');
}

function elementOf(inline: Inline, style: Style): Element[] {
  if (typeof inline === 'string') return letters(inline, style);
  if ('bold' in inline) return letters(inline.bold, { ...style, bold: true });
  if ('italic' in inline) return letters(inline.italic, { ...style, italic: true });
  if ('code' in inline) return letters(inline.code, { ...style, code: true });
  if ('user' in inline) return [{ type: 'user', user_id: inline.user }];
  if ('time' in inline) return [dateOf(inline.time)];
  if ('unverified' in inline) {
    return [...letters(inline.unverified, { ...style, strike: true }), ...letters(` (${UNVERIFIED})`, style)];
  }
  // Slack refuses the whole message for a link that it does not know as one.
  if (!/^(https?:\/\/|mailto:)\S+$/.test(inline.link)) return letters(plain([inline]), style);
  return [{ type: 'link', url: inline.link, text: visible(inline.label), ...styled(style) }];
}

function dateOf(time: string): Element {
  const timestamp = Math.floor(Date.parse(time) / 1000);
  if (Number.isNaN(timestamp)) return { type: 'text', text: visible(time) };
  return { type: 'date', timestamp, format: '{date_short_pretty} at {time}', fallback: time };
}

function letters(text: string, style: Style): Element[] {
  return chop(visible(text), PIECE_LETTERS).map((piece) => ({ type: 'text', text: piece, ...styled(style) }));
}

function styled(style: Style): { style?: Style } {
  return Object.keys(style).length > 0 ? { style } : {};
}

/** Parts things into groups of at most a block's size, and of so many at most. */
export function grouped<T>(things: readonly T[], most = Number.POSITIVE_INFINITY): T[][] {
  const groups: T[][] = [];
  let group: T[] = [];
  let bytes = 0;
  for (const thing of things) {
    const size = bytesOf(thing);
    if (groups.length === 0 || bytes + size > BLOCK_BYTES || group.length === most) {
      group = [];
      groups.push(group);
      bytes = 0;
    }
    group.push(thing);
    bytes += size;
  }
  return groups;
}

export function bytesOf(thing: unknown): number {
  return Buffer.byteLength(JSON.stringify(thing)) + 1;
}

export function section(elements: Element[]): types.RichTextSection {
  return { type: 'rich_text_section', elements };
}

/** Blocks for a run of elements; as many as its size needs. */
export function paragraphs(elements: Element[]): types.RichTextBlock[] {
  return grouped(elements).map((group) => ({ type: 'rich_text', elements: [section(group)] }));
}

/** For the one field that is mrkdwn, a message's `text`: what notifications and screen readers say. */
export function escaped(text: string): string {
  return visible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What a person typed: Slack sends links, mentions and three letters encoded. */
export function typed(text: string): string {
  return text
    .replace(/<([^>]*)>/g, (_, link: string) => {
      const [target = '', label] = link.split('|');
      if (label) return label.startsWith('#') || !target.startsWith('#') ? label : `#${label}`;
      return target.startsWith('!') ? `@${target.slice(1)}` : target;
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}
