import type { RequestListener } from 'node:http';
import type { Block, Form, Message } from './message.ts';

/** Where a message goes or came from. Without `thread` it is the channel itself. */
export interface Place {
  channel: string;
  thread?: string;
}

/** A message that was posted: it can be updated, and answers to it appear in `place`. */
export interface Posted {
  id: string;
  /** Where answers to this message appear: its thread. */
  place: Place;
}

/** Something a person said to us: a slash command, a mention, a button's command line, a form sent off, an answer in a thread. */
export interface Incoming {
  /** The command line, or the words of an answer, without the command's or the bot's name. */
  text: string;
  user: string;
  place: Place;
  /** The same for every delivery of one event, so that it is answered once. */
  delivery: string;
  /** Said to the bot in words, by a mention or in a direct message: what is no command is a question then. */
  spoken?: true;
}

export interface FormRequest {
  form: string;
  values: Record<string, string>;
  user: string;
  place: Place;
}

/**
 * What is done with what people say. Each resolves as soon as what was said cannot be lost any more, and the work goes on
 * after that: a platform acknowledges then, and lets the service deliver again what was not taken.
 */
export interface Handlers {
  /** `onEnd` is called when nothing more comes of it: its work is over, or a thread has its question. */
  command(incoming: Incoming, onEnd?: () => void): Promise<void>;
  /** The form to open; at once, since a modal's trigger lives for three seconds. `undefined`: there is none of that name. */
  form(request: FormRequest): Form | undefined;
  /** An answer in a thread of ours, without a mention. */
  reply(incoming: Incoming): Promise<void>;
  /** What a person sees who opens the bot's own page, where a service has such pages. */
  home?(user: string): Promise<Message>;
}

export interface PostOptions {
  /** A name for the message, by which `find` finds it, in this process or another one: at most 100 letters. */
  key?: string;
}

/** A message that grows. One call at a time; what cannot be shown while it grows is shown at its end. */
export interface Growing {
  readonly posted: Posted;
  /** Adds blocks below what stands there. */
  append(blocks: readonly Block[]): Promise<void>;
  /** Adds the last blocks, and ends it. The message stands whole then, whatever went wrong on the way. */
  finish(blocks: readonly Block[]): Promise<void>;
}

/** A chat service that people talk to us from. */
export interface Platform {
  /** `slack`, `mattermost`, `playground`. */
  readonly name: string;
  /** Begins to listen. An event is acknowledged when its handler has taken it, or after two seconds. */
  start(on: Handlers): Promise<void>;
  /** Ends listening and waits for what is being sent. */
  stop(): Promise<void>;
  /** Posts a message. What does not fit the service's limits is paged or attached, and counted; never cut in silence. */
  post(to: Place, message: Message, options?: PostOptions): Promise<Posted>;
  /** Replaces a message in place. */
  update(posted: Posted, message: Message): Promise<void>;
  /** The message that was posted under a key in this place, where there is one still; it may cost a request. */
  find(place: Place, key: string): Promise<Posted | undefined>;
  /** An address that leads to a message; `undefined` where the service has none. It may cost a request. */
  link?(posted: Posted): Promise<string | undefined>;
  /** Begins a message in a thread that grows while somebody reads it. `user` is whom it answers. */
  grow(to: Place, message: Message, user: string): Promise<Growing>;
  /** Shows a message to one person only; where a service cannot, it is posted in the place. */
  whisper(to: Place, user: string, message: Message): Promise<void>;
}

/** The program's one HTTP server, for platforms that are called rather than call. */
export interface HttpHost {
  /** Sends every request whose path is this one, or lies below it, to the listener; the longest path wins. */
  mount(path: string, listener: RequestListener): void;
}
