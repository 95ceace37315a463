import type { Message } from '../message.ts';
import type { Place, Platform, Posted } from '../platform.ts';

/** Work that is done sooner shows no status: its answer is the first message. */
const STATUS_AFTER_MS = 400;
/**
 * What is over within a second is not worth an update: services want a pause after each, which would hold up the first
 * words of the answer.
 */
const STATUS_EVERY_MS = 1000;

/** The one message of an answer: it shows how far the work is, and becomes the answer. */
export interface Board {
  /** Shows how far it is, soon, or at once. What cannot be shown is no reason to give up the work. */
  status(message: () => Message, atOnce?: boolean): void;
  /** Shows the answer; resolves when it stands. */
  answer(message: Message): Promise<Posted>;
}

export interface BoardOptions {
  platform: Platform;
  place: Place;
  /** By which another process finds the message, should this one die. */
  key: string;
  /** The message, where an earlier try has posted it already. */
  posted?: Posted | undefined;
  /** Throws where the message may be another process' to post by now. */
  check(): void;
  onPosted(posted: Posted): Promise<void>;
  statusAfterMs?: number;
}

export function createBoard({
  platform,
  place,
  key,
  check,
  onPosted,
  statusAfterMs = STATUS_AFTER_MS,
  ...given
}: BoardOptions): Board {
  let posting: Promise<Posted> | undefined = given.posted && Promise.resolve(given.posted);
  let timer: NodeJS.Timeout | undefined;
  let latest: (() => Message) | undefined;
  let over = false;

  async function postNow(message: Message): Promise<Posted> {
    check();
    return platform.post(place, message, { key });
  }

  function post(message: Message): Promise<Posted> {
    const sent = postNow(message).then(async (posted) => {
      await onPosted(posted);
      return posted;
    });
    posting = sent;
    sent.catch(() => {
      if (posting === sent) posting = undefined;
    });
    return sent;
  }

  function show(): void {
    timer = undefined;
    if (over || !latest) return;
    if (posting) void posting.then(update).catch(() => {});
    else post(latest()).catch(() => {});
  }

  async function update(posted: Posted): Promise<void> {
    if (!over && latest) await platform.update(posted, latest());
  }

  return {
    status(message, atOnce = false) {
      if (over) return;
      latest = message;
      if (!atOnce) {
        timer ??= setTimeout(show, posting ? STATUS_EVERY_MS : statusAfterMs);
        return;
      }
      clearTimeout(timer);
      show();
    },

    async answer(message) {
      over = true;
      clearTimeout(timer);
      const posted = await posting?.catch(() => undefined);
      // The whole answer is not noted anywhere: the question is over with it, and its key finds it where it is not.
      if (!posted) return postNow(message);
      await platform.update(posted, message);
      return posted;
    },
  };
}
