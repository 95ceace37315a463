import type { Message } from '../../message.ts';

/** What the server and the page say to each other, as JSON. Types only: the page is served without this file. */

/** A message in the transcript: what a person typed, or what the bot posted. */
export interface Entry {
  id: string;
  /** The number of its last change; it grows over the whole room. */
  version: number;
  channel: string;
  /** The message that it answers; absent: it stands in the channel itself. */
  thread?: string;
  author: 'person' | 'bot';
  /** RFC 3339. */
  at: string;
  body: { words: string } | { message: Message };
  /** Shown to the person alone. */
  whispered?: true;
  edited?: true;
  /** More will be added to it. */
  growing?: true;
  /** The name that the bot posted it under, by which it is found again. */
  key?: string;
}

export interface Channel {
  id: string;
  topic: string;
}

/** A command as the page completes it. */
export interface CommandHelp {
  name: string;
  aliases: readonly string[];
  summary: string;
  /** The words it takes: `[filter …]`. */
  words: string;
  options: readonly OptionHelp[];
  examples: readonly { line: string; does: string }[];
}

export interface OptionHelp {
  /** As it is typed: `--namespace`, and `-n`. */
  name: string;
  short?: string;
  value?: string;
  many?: boolean;
  summary: string;
}

export interface FilterHelp {
  name: string;
  summary: string;
  core: boolean;
}

/** What a page completes command lines from. */
export interface Vocabulary {
  commands: readonly CommandHelp[];
  filters: readonly FilterHelp[];
}

/** All a page shows; sent to a page that is new, or was away too long. */
export interface Whole extends Vocabulary {
  /** Another one after each start of the server. */
  boot: string;
  cluster: string;
  user: string;
  /** How many messages the server keeps; older ones are let go. */
  keeps: number;
  channels: readonly Channel[];
  entries: readonly Entry[];
}

/** What is new: entries to add, or to put in the place of the ones with their ids. */
export interface Change {
  channels: readonly Channel[];
  entries: readonly Entry[];
  removed: readonly string[];
}

/** Where the person was when they did something; `delivery` is made by the page, and stays the same when it tries again. */
export interface Said {
  delivery: string;
  channel: string;
  thread?: string;
  text: string;
}

/** A button pressed; `message` is the one that has it. */
export interface Pressed {
  delivery: string;
  message: string;
  run: string;
}

/** A form asked for by a button. */
export interface FormAsked {
  message: string;
  form: string;
  values: Record<string, string>;
}

/** A form filled in; `values` are those that it was asked for with. */
export interface FormSent extends FormAsked {
  delivery: string;
  filled: Record<string, string>;
}
