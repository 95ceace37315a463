import type { Severity } from '../../analyzer.ts';
import type { Block, Message, Step } from '../../message.ts';

/** A circle of one colour and a word, since a colour alone says nothing to many. */
export const MARKS: Record<Severity | 'ok', string> = {
  critical: '🔴 critical',
  high: '🟠 high',
  medium: '🟡 medium',
  low: '⚪ low',
  ok: '🟢 ok',
};

export const ALERTS = { info: 'ℹ️ Note', success: '✅ OK', warning: '⚠️ Warning', error: '❌ Error' };

export const STEP_MARKS: Record<Step['state'], string> = { waiting: '⚪', running: '⏳', done: '✅', failed: '❌' };

const BAR = 10;

/** How far something is, in ten letters. */
export function bar(done: number, of: number): string {
  const full = of > 0 ? Math.min(BAR, Math.round((done / of) * BAR)) : 0;
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

/** What notifications and screen readers say for a message. */
export function summary(message: Message): string {
  return message.severity ? `${MARKS[message.severity]}: ${message.text}` : message.text;
}

/** The blocks of a message; its text where it has none. */
export function blocksOf({ text, blocks }: Message): Block[] {
  return blocks.length > 0 ? blocks : [{ type: 'text', text }];
}

/** Where the rest of a message is that has more pages, so many cards among them. */
export function elsewhere(pages: number, cards: number): string {
  const messages = `${pages} more ${pages === 1 ? 'message' : 'messages'} in the thread`;
  return cards > 0 ? `${messages}, with ${cards} more ${cards === 1 ? 'card' : 'cards'}` : messages;
}

/** Whether a block shows work that goes on: there will be a newer one. */
export function isUnderWay(block: Block): boolean {
  if (block.type === 'steps') return block.steps.some(({ state }) => state === 'waiting' || state === 'running');
  return block.type === 'progress';
}

/** Cuts a text into pieces of at most so many letters, after a newline or a space where there is one. */
export function chop(text: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const window = rest.slice(0, max);
    const end = Math.max(window.lastIndexOf('\n'), window.lastIndexOf(' ')) + 1;
    // A pair of surrogates is one letter, which must not be torn apart.
    const torn = /[\uD800-\uDBFF]$/.test(window) ? max - 1 : max;
    const cut = end > max / 2 ? end : torn;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  if (rest) pieces.push(rest);
  return pieces;
}
