import type { Place } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import { type Api, isRefusal } from './api.ts';

const REMEMBERED = 5000;
/** So far into a thread a post of ours is looked for; an answer to a mention stands near its top. */
const LOOKED_AT = 100;

/** Which threads are ours: those in which we have posted. */
export interface Threads {
  add(place: Place): void;
  /** Rejects where Mattermost cannot be asked at present, so that the answer in question is taken later. */
  has(root: string): Promise<boolean>;
  /** The thread that a post stands in, and its channel; `undefined` where it is no post of ours. */
  placeOf(post: string): Promise<Place | undefined>;
}

/** Remembers the threads of this process and asks Mattermost, once, for those of another replica or from before a start. */
export function createThreads(api: Api, bot: string): Threads {
  const known = createRecent<Promise<boolean>>(REMEMBERED);

  async function ask(root: string): Promise<boolean> {
    try {
      const { posts } = await api.getPaginatedPostThread(root, { perPage: LOOKED_AT });
      return Object.values(posts).some(({ user_id }) => user_id === bot);
    } catch (error) {
      // It was deleted meanwhile, or we were put out of the channel.
      if (isRefusal(error, 400, 403, 404)) return false;
      throw error;
    }
  }

  return {
    add({ thread }) {
      if (thread) known.set(thread, Promise.resolve(true));
    },
    has(root) {
      const before = known.get(root);
      if (before) return before;
      const answer = ask(root);
      known.set(root, answer);
      answer.catch(() => known.delete(root));
      return answer;
    },
    async placeOf(id) {
      try {
        const { user_id, channel_id: channel, root_id: root } = await api.getPost(id);
        return user_id === bot ? { channel, thread: root || id } : undefined;
      } catch (error) {
        if (isRefusal(error, 400, 403, 404)) return undefined;
        throw error;
      }
    },
  };
}
