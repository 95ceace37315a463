import type { Exhibit } from './exhibit.ts';
import type { Incoming, Place } from './platform.ts';
import type { Incident, Report } from './report.ts';

/** A thread of a chat service, or the session of a terminal. */
export interface ThreadRef {
  /** The platform's name: `slack`, `terminal`. */
  platform: string;
  channel: string;
  thread: string;
}

/** How people want to be answered; a thread keeps it from the command that began it. */
export interface Wishes {
  /** A backend's name, or `builtin`; absent: the default one. */
  backend?: string;
  /** In English: `German`; absent: the channel's own, else the program's. */
  language?: string;
  anonymize?: boolean;
  noCache?: boolean;
}

/** What a thread is about from now on. */
export interface Subject {
  report: Report;
  /** The incidents that are shown in it, in their order. */
  incidents: readonly Incident[];
  wishes: Wishes;
}

/** The conversations that go on under messages about a cluster, as commands and platforms see them. */
export interface Threads {
  /**
   * Makes a thread speak of a report. Gives the number of the first piece of evidence of each incident, by its id, so
   * that what is shown as E4 is E4 in all answers.
   */
  begin(thread: ThreadRef, subject: Subject): Promise<ReadonlyMap<string, number>>;
  /**
   * Takes a question; resolves when it cannot be lost any more. It is answered once, after those that were asked before
   * it in the same thread, however often it is delivered. One asked outside of any thread begins one.
   */
  ask(platform: string, question: Incoming, wishes?: Wishes): Promise<void>;
  /** A piece of evidence of a thread; `undefined` where there is none of that id, or none any more. */
  exhibit(thread: ThreadRef, id: string): Promise<Exhibit | undefined>;
  /** Ends the work on a question, on whichever replica. */
  stop(question: string): Promise<void>;
  /** The language that is spoken in a channel where nobody asks for another. */
  languageOf(platform: string, channel: string): Promise<string>;
  /** Sets it; absent: back to the program's own. */
  setLanguage(platform: string, channel: string, language?: string): Promise<void>;
}

/** The thread of a place; `undefined` for the channel itself. */
export function threadOf(platform: string, { channel, thread }: Place): ThreadRef | undefined {
  return thread === undefined ? undefined : { platform, channel, thread };
}
