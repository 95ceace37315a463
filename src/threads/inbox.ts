import { isNumber, isText, optional, withMembers } from '../guards.ts';
import type { Posted } from '../platform.ts';
import { createRecent } from '../recent.ts';
import type { Store } from '../store.ts';
import type { Wishes } from '../threads.ts';

const TTL_MS = 7 * 24 * 3_600_000;
/** Questions that wait in one thread; whoever asks more is asked to wait. */
export const WAITING_MAX = 600;
/** Answered ones that are remembered, so that a late delivery is not answered again. */
const ANSWERED = 700;
/** Threads whose questions this process remembers as it left them, so that it need not read them for each change. */
const REMEMBERED = 200;
/** Tries of one change; each fails only where another process changed the same thread at the same moment. */
const TRIES = 50;

/** A question that waits for its answer. */
export interface Question {
  id: string;
  text: string;
  user: string;
  /** RFC 3339. */
  at: string;
  wishes?: Wishes;
  /** It answers something in a thread of ours, so that something should be known. */
  inThread?: true;
  /** How often its answer was begun; more than once where a process died over it. */
  attempts: number;
  /** The message that shows how far it is, and becomes the answer. */
  posted?: Posted;
  /** Its answer could not be shown, and is tried again then, in milliseconds since 1970. */
  due?: number;
}

/** What there is to do in a thread: nothing, the next question, or that one after a while. */
export interface Next {
  question?: Question;
  afterMs?: number;
}

interface Kept {
  waiting: Question[];
  /** Ids, oldest first. */
  answered: string[];
}

/** What becomes of what is kept; without `kept` it stays. */
type Change<T> = (kept: Kept) => { kept?: Kept; result: T };

/** The questions of each thread in the order in which they were asked; each is in it once, and for ever known as answered. */
export interface Inbox {
  /** Whether it is new. Throws nothing for one that is known: it was delivered again. */
  put(thread: string, question: Omit<Question, 'attempts'>): Promise<'new' | 'known' | 'full'>;
  /** The next one, counted as begun. */
  begin(thread: string, now: number): Promise<Next>;
  /** Notes where its answer stands. */
  posted(thread: string, id: string, posted: Posted): Promise<void>;
  /** Puts its answer off, and that of all that wait behind it. */
  postpone(thread: string, id: string, due: number): Promise<void>;
  /** How many wait, the one that is being answered among them. */
  waiting(thread: string): Promise<number>;
  /** Takes it out, and how many wait behind it. */
  done(thread: string, id: string): Promise<number>;
}

export function createInbox(store: Store): Inbox {
  const keyOf = (thread: string) => `thread-inbox:v1:${thread}`;

  const turns = new Map<string, Promise<unknown>>();
  const left = createRecent<string>(REMEMBERED);

  /** Changes of one thread come one after another in this process, so that it does not compete with itself. */
  async function change<T>(thread: string, work: Change<T>): Promise<T> {
    const turn = (turns.get(thread) ?? Promise.resolve()).catch(() => {}).then(() => changeNow(thread, work));
    turns.set(thread, turn);
    try {
      return await turn;
    } finally {
      if (turns.get(thread) === turn) turns.delete(thread);
    }
  }

  /** Changes what is kept, and again from the start where another process was quicker. */
  async function changeNow<T>(thread: string, work: Change<T>): Promise<T> {
    const key = keyOf(thread);
    for (let tries = 0; tries < TRIES; tries++) {
      const remembered = left.get(key);
      left.delete(key);
      const before = remembered ?? (await store.get(key));
      const { kept, result } = work(read(before));
      if (!kept) {
        // What is remembered may be long past: that nothing is to be changed is said of what stands there alone.
        if (remembered !== undefined) continue;
        return result;
      }
      const after = JSON.stringify(kept);
      const changed =
        before === undefined
          ? await store.setIfAbsent(key, after, TTL_MS)
          : await store.replace(key, before, after, TTL_MS);
      if (!changed) continue;
      left.set(key, after);
      return result;
    }
    throw new Error(`the questions of ${thread} are changed too often`);
  }

  function note(thread: string, id: string, more: Partial<Question>): Promise<void> {
    return change(thread, (kept) => ({
      kept: { ...kept, waiting: kept.waiting.map((each) => (each.id === id ? { ...each, ...more } : each)) },
      result: undefined,
    }));
  }

  return {
    put: (thread, question) =>
      change(thread, (kept) => {
        const known = kept.answered.includes(question.id) || kept.waiting.some(({ id }) => id === question.id);
        if (known) return { result: 'known' };
        if (kept.waiting.length >= WAITING_MAX) return { result: 'full' };
        return { kept: { ...kept, waiting: [...kept.waiting, { ...question, attempts: 0 }] }, result: 'new' };
      }),

    begin: (thread, now) =>
      change<Next>(thread, (kept) => {
        const [first, ...others] = kept.waiting;
        if (!first) return { result: {} };
        if (first.due !== undefined && first.due > now) return { result: { afterMs: first.due - now } };
        const begun = { ...first, attempts: first.attempts + 1 };
        return { kept: { ...kept, waiting: [begun, ...others] }, result: { question: begun } };
      }),

    waiting: async (thread) => read(await store.get(keyOf(thread))).waiting.length,

    posted: (thread, id, posted) => note(thread, id, { posted }),

    postpone: (thread, id, due) => note(thread, id, { due }),

    done: (thread, id) =>
      change(thread, (kept) => {
        const waiting = kept.waiting.filter((each) => each.id !== id);
        return { kept: { waiting, answered: [...kept.answered, id].slice(-ANSWERED) }, result: waiting.length };
      }),
  };
}

const isQuestion = withMembers({
  id: isText,
  text: isText,
  user: isText,
  at: isText,
  attempts: isNumber,
  due: optional(isNumber),
  posted: optional(withMembers({ id: isText, place: withMembers({ channel: isText }) })),
});

/** What cannot be read counts as nothing: the services deliver again what was not answered. */
function read(kept: string | undefined): Kept {
  if (kept === undefined) return { waiting: [], answered: [] };
  try {
    const { waiting, answered } = JSON.parse(kept) as Partial<Kept>;
    if (Array.isArray(waiting) && Array.isArray(answered)) {
      return { waiting: waiting.filter(isQuestion), answered: answered.filter(isText) };
    }
  } catch {}
  return { waiting: [], answered: [] };
}
