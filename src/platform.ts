import type { RequestListener } from 'node:http';
import type { Form, Message } from './message.ts';

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
}

export interface FormRequest {
  form: string;
  values: Record<string, string>;
  user: string;
  place: Place;
}

export interface Handlers {
  command(incoming: Incoming): Promise<void>;
  /** The form to open; at once, since a modal's trigger lives for three seconds. `undefined`: there is none of that name. */
  form(request: FormRequest): Form | undefined;
  /** An answer in a thread of ours, without a mention. */
  reply(incoming: Incoming): Promise<void>;
}

/** A place to post to; digests need no more than this. */
export interface Sink {
  /** `slack`, `mattermost`, `playground`. */
  readonly name: string;
  /** Posts a message. What does not fit the service's limits is paged or attached, and counted; never cut in silence. */
  post(to: Place, message: Message): Promise<Posted>;
}

/** A chat service that people talk to us from. */
export interface Platform extends Sink {
  /** Begins to listen. A platform acknowledges an event first, so handlers may take their time. */
  start(on: Handlers): Promise<void>;
  /** Ends listening and waits for what is being sent. */
  stop(): Promise<void>;
  /** Replaces a message in place. */
  update(posted: Posted, message: Message): Promise<void>;
  /** Shows a message to one person only; where a service cannot, it is posted in the place. */
  whisper(to: Place, user: string, message: Message): Promise<void>;
}

/** The program's one HTTP server, for platforms that are called rather than call. */
export interface HttpHost {
  /** Sends every request whose path is this one, or lies below it, to the listener; the longest path wins. */
  mount(path: string, listener: RequestListener): void;
}
