import type { Post } from '@mattermost/types/posts';
import type { Logger } from '../../log.ts';
import type { Place } from '../../platform.ts';
import { isRecord } from '../../shape.ts';
import type { Mark } from '../shared/paged.ts';
import { type Api, isRefusal } from './api.ts';

/** The member of a post's props that says whose it is. */
const PROP = 'k8sgpt';
const KEY_LETTERS = 100;
/** Newest posts of a channel among which a key is looked for. */
const CHANNEL_PAGE = 200;
const CHANNEL_PAGES = 2;

/** What we mark a post with: its key and page, where it has one, and what tells two tries of one post apart. */
type Marks = Partial<Mark> & { nonce?: string };

/** The props of a post with these marks. Throws `RangeError` for a long key. */
export function marked(marks: Marks): Record<string, unknown> {
  const { key = '' } = marks;
  if (key.length > KEY_LETTERS)
    throw new RangeError(`The key of a message has ${key.length} letters, not ${KEY_LETTERS}.`);
  return { [PROP]: marks };
}

export function marksOf({ props }: Post): Marks {
  const marks = isRecord(props) ? props[PROP] : undefined;
  return isRecord(marks) ? marks : {};
}

/** Finds the posts that a message became, by its key. Asks each time, since another process may have posted it a moment ago. */
export async function findByKey(
  { api, bot, log }: { api: Api; bot: string; log: Logger },
  { channel, thread }: Place,
  key: string,
): Promise<{ id: string; more: string[] } | undefined> {
  const isOurs = (post: Post) => post.user_id === bot && !post.delete_at && marksOf(post).key === key;
  const isFirst = (post: Post) => isOurs(post) && marksOf(post).page === 1;
  try {
    // Of what stands in a channel, the further pages are in its thread.
    const first = thread ? undefined : await firstIn(channel);
    if (!thread && !first) return undefined;
    const root = thread ?? first?.id ?? '';
    const posts = (await threadOf(root)).filter(isOurs).sort((a, b) => a.create_at - b.create_at);
    const found = first ?? posts.find(isFirst);
    return found && { id: found.id, more: posts.map(({ id }) => id).filter((id) => id !== found.id) };
  } catch (error) {
    if (!isRefusal(error, 400, 403, 404)) throw error;
    log.warn(
      { err: error, channel },
      'Mattermost does not say what is posted here, so what was posted is not found again',
    );
    return undefined;
  }

  async function firstIn(channel: string): Promise<Post | undefined> {
    for (let page = 0; page < CHANNEL_PAGES; page++) {
      const posts = Object.values((await api.getPosts(channel, page, CHANNEL_PAGE, false)).posts);
      const found = posts.find((post) => isFirst(post) && !post.root_id);
      if (found || posts.length < CHANNEL_PAGE) return found;
    }
    return undefined;
  }

  async function threadOf(root: string): Promise<Post[]> {
    return Object.values((await api.getPaginatedPostThread(root, { fetchAll: true })).posts);
  }
}
