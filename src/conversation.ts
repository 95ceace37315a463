import type { Chat } from './command.ts';
import { growFrom } from './growing.ts';
import type { Message } from './message.ts';
import type { Incoming, Platform, Posted } from './platform.ts';

/** Work that is done sooner shows no progress: its answer is the first message. */
const PROGRESS_AFTER_MS = 400;

export interface Conversation extends Chat {
  /** Says what went wrong: in place of the progress, where that is shown, else to the person alone. */
  fail(message: Message): Promise<void>;
}

/** The conversation of one command in a chat: one message shows how far it is, and becomes its answer. */
export function createConversation(
  platform: Platform,
  { place, user }: Incoming,
  progressAfterMs = PROGRESS_AFTER_MS,
): Conversation {
  let progress: Message | undefined;
  let timer: NodeJS.Timeout | undefined;
  let status: Promise<Posted | undefined> | undefined;

  /** A progress that cannot be shown is no reason to give up the work; the answer will say what is wrong. */
  function showProgress(): void {
    const message = progress;
    if (!message) return;
    if (status) void status.then((shown) => shown && progress && platform.update(shown, message)).catch(() => {});
    else status = platform.post(place, message).catch(() => undefined);
  }

  /** What showed the progress, where anything did; from now on it belongs to the answer. */
  async function takeStatus(): Promise<Posted | undefined> {
    clearTimeout(timer);
    timer = undefined;
    progress = undefined;
    const shown = status;
    status = undefined;
    return shown;
  }

  return {
    where: 'chat',
    platform: platform.name,
    prefix: '/k8sgpt',
    place,
    user,
    async post(message, under) {
      if (under) return platform.post(under.place, message);
      const shown = await takeStatus();
      if (!shown) return platform.post(place, message);
      await platform.update(shown, message);
      return shown;
    },
    async grow(message, under) {
      if (under) return platform.grow(under.place, message, user);
      const shown = await takeStatus();
      // What showed the progress is a message already; it goes on as the growing one.
      if (shown) return growFrom(platform, shown, message);
      return platform.grow(place, message, user);
    },
    async whisper(message) {
      await platform.whisper(place, user, message);
    },
    progress(label, done, of) {
      progress = { text: label, blocks: [{ type: 'progress', label, done, of }] };
      if (status) showProgress();
      else timer ??= setTimeout(showProgress, progressAfterMs);
    },
    async fail(message) {
      const shown = await takeStatus();
      if (shown) await platform.update(shown, message);
      else await platform.whisper(place, user, message);
    },
    write() {
      throw new Error('a chat has no standard output');
    },
  };
}
