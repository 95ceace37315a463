import type { Severity } from './analyzer.ts';

/**
 * A message, neutral of any chat service. Plain strings are data: a platform shows them letter by letter and escapes
 * whatever could be markup, a mention or a link. What shall be more than text is said by an object.
 */
export type Inline =
  | string
  | { bold: string }
  | { italic: string }
  | { code: string }
  | { link: string; label: string }
  | { user: string }
  /** A time, RFC 3339; platforms that can show it in the reader's own time zone do. */
  | { time: string }
  /** A model's word that no evidence bears out: struck through, and said to be not verified. */
  | { unverified: string };

/** A run of text; newlines are kept. */
export type Text = string | readonly Inline[];

export interface Message {
  /** One plain line that stands for the whole: notifications, screen readers, services without rich messages. */
  text: string;
  severity?: Severity | 'ok';
  blocks: Block[];
}

export type Block =
  | { type: 'heading'; text: Text }
  | { type: 'text'; text: Text }
  /** Small print: how long it took, what was left out. */
  | { type: 'note'; text: Text }
  /** One line that must not be missed. */
  | { type: 'alert'; level: 'info' | 'success' | 'warning' | 'error'; text: Text }
  | { type: 'facts'; facts: { label: string; value: Text }[] }
  /** `start`: the first number of an ordered one, 1 where absent. */
  | { type: 'list'; items: Text[]; ordered?: boolean; start?: number }
  | { type: 'code'; text: string; language?: string }
  | { type: 'table'; columns: Column[]; rows: Text[][] }
  /** One thing among several, such as an incident. */
  | { type: 'card'; severity: Severity; title: Text; lines: Text[]; actions?: Action[] }
  | { type: 'progress'; label: string; done: number; of: number }
  /** What is being looked at, step by step. */
  | { type: 'steps'; title: string; steps: Step[] }
  | { type: 'actions'; actions: Action[] }
  /** 👍 and 👎 under an answer; each runs its command line. */
  | { type: 'feedback'; good: string; bad: string }
  /** Text too long for a message. Platforms attach it as a file of this name. */
  | { type: 'file'; name: string; title: string; content: string }
  /** A picture. Platforms that cannot show one show its `alt` in its place. */
  | { type: 'image'; name: string; title: string; alt: string; svg: string }
  | { type: 'divider' };

export interface Step {
  label: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** What came of it, in a few words. */
  result?: string;
}

export interface Column {
  label: string;
  align?: 'right';
}

/** A button. */
export type Action = {
  label: string;
  style?: 'primary' | 'danger';
} & (
  | {
      /** The command line that pressing it runs, as if the person had typed it here: `explain inc-4f2a9c`. */
      run: string;
    }
  | {
      /** The form that it opens, by name, and what is filled in already. */
      form: string;
      values?: Record<string, string>;
    }
  | { url: string }
);

/** A form that a person fills in (a modal, a dialog). Sent off, it becomes a command line. */
export interface Form {
  name: string;
  title: string;
  /** The label of the button that sends it. */
  submit: string;
  /** The command that it fills in: `analyze`. */
  command: string;
  fields: Field[];
}

export interface Field {
  name: string;
  label: string;
  hint?: string;
  /** The option that the value is given by, such as `--namespace`; absent: the values are the command's words. */
  option?: string;
  input: { type: 'text'; placeholder?: string } | { type: 'choice'; many: boolean; choices: string[] };
  /** What is filled in at first; several choices are parted by spaces. */
  value?: string;
}

/** A message of one line that says what went wrong. */
export function problem(text: string): Message {
  return { text, blocks: [{ type: 'alert', level: 'error', text }] };
}

/** What is said of a word that no evidence bears out, where it cannot be struck through. */
export const UNVERIFIED = 'not verified';

/** The plain letters of a text, without any markup. */
export function plain(text: Text): string {
  if (typeof text === 'string') return text;
  return text.map(plainInline).join('');
}

function plainInline(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  if ('bold' in inline) return inline.bold;
  if ('italic' in inline) return inline.italic;
  if ('code' in inline) return inline.code;
  if ('link' in inline) return inline.label === inline.link ? inline.link : `${inline.label} (${inline.link})`;
  if ('user' in inline) return `@${inline.user}`;
  if ('unverified' in inline) return `${inline.unverified} (${UNVERIFIED})`;
  return inline.time;
}

/** The command line that a form, filled in, stands for. Values by the fields' names; several choices parted by spaces. */
export function commandLine(form: Form, values: Record<string, string | undefined>): string {
  const words = [form.command];
  for (const field of form.fields) {
    const value = values[field.name]?.trim();
    if (!value) continue;
    const parts = value.split(/\s+/);
    if (!field.option) words.push(...parts.map(quote));
    // Options that are given several values part them by commas.
    else words.push(field.option, quote(field.input.type === 'choice' && field.input.many ? parts.join(',') : value));
  }
  return words.join(' ');
}

/** A word as a command line must have it, in quotes where it has to be. Typographic quotes end one too, see `split`. */
export function quote(word: string): string {
  return /^[\w./:=@,!-]+$/.test(word) ? word : `'${word.replace(/['‘’‚]/g, "'\\''")}'`;
}

/**
 * A text as platforms show it: controls, invisible letters and changes of direction are written out (`\u{202e}`), since
 * they could hide or turn what stands beside them. Tabs and newlines are kept.
 */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(INVISIBLE, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`);
}

const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** The same blocks, with lists that go on where the one before ended joined to one: what grows comes item by item. */
export function joinLists(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last?.type === 'list' && block.type === 'list' && goesOn(last, block)) {
      joined[joined.length - 1] = { ...last, items: [...last.items, ...block.items] };
    } else joined.push(block);
  }
  return joined;
}

type List = Extract<Block, { type: 'list' }>;

function goesOn(list: List, next: List): boolean {
  if (!list.ordered || !next.ordered) return !list.ordered && !next.ordered;
  return next.start === (list.start ?? 1) + list.items.length;
}
