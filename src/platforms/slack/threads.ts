import type { WebClient } from '@slack/web-api';
import type { Logger } from '../../log.ts';
import type { Place } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import { errorCode } from './client.ts';

const REMEMBERED = 5000;
/** So far into a thread a message of ours is looked for; an answer to a mention stands near its top. */
const LOOKED_AT = 100;

/** Which threads are ours: those in which we have posted. */
export interface Threads {
  add(place: Place): void;
  /** Rejects where Slack cannot be asked at present, so that the answer in question is delivered again. */
  has(channel: string, thread: string): Promise<boolean>;
}

/**
 * Remembers the threads of this process and asks Slack, once, for those of another replica or from before a start.
 * `client` must be one that doesn't wait when it is asked to: a question here must not hold up what is posted.
 */
export function createThreads(client: WebClient, botUser: string, log: Logger): Threads {
  const known = createRecent<Promise<boolean>>(REMEMBERED);

  async function ask(channel: string, ts: string): Promise<boolean> {
    const { messages = [] } = await client.conversations.replies({ channel, ts, limit: LOOKED_AT });
    return messages.some((message) => message.user === botUser);
  }

  return {
    add({ channel, thread }) {
      if (thread) known.set(`${channel}:${thread}`, Promise.resolve(true));
    },
    async has(channel, thread) {
      const key = `${channel}:${thread}`;
      const before = known.get(key);
      if (before) return before;
      const answer = ask(channel, thread).catch((err) => {
        known.delete(key);
        if (!errorCode(err)) throw err;
        log.warn({ err, channel }, 'Slack does not say who is in a thread, so an answer in it is not heard');
        return false;
      });
      known.set(key, answer);
      return answer;
    },
  };
}
