import type { Json } from './json.ts';
import { wire } from './post-wire.ts';
import { badBody, Refusal } from './refusal.ts';
import type { Post, State } from './state.ts';

/** web/params.go */
const PER_PAGE = 60;
const PER_PAGE_MOST = 200;
const SINCE_MOST = 1000;

export interface PostLists {
  thread(id: string, query: URLSearchParams, allow: () => void): Json;
  page(channel: string, query: URLSearchParams): Json;
}

export function createPostLists(state: State): PostLists {
  function listOf(ordered: Post[], others: Post[], more: Json = {}): Json {
    return {
      order: ordered.map(({ id }) => id),
      posts: Object.fromEntries([...ordered, ...others].map((post) => [post.id, wire(state, post)])),
      next_post_id: '',
      prev_post_id: '',
      has_next: false,
      ...more,
    };
  }

  /** The threads, or only the roots, of these posts. */
  function around(posts: Post[], rootsOnly: boolean): Post[] {
    const roots = new Set(posts.map(({ id, root_id }) => root_id || id));
    return state.posts.filter(
      ({ id, root_id, delete_at }) => delete_at === 0 && (roots.has(id) || (!rootsOnly && roots.has(root_id))),
    );
  }

  return {
    thread(id, query, allow) {
      const perPage = numberOf(query, 'perPage');
      if (perPage > PER_PAGE_MOST) throw badBody('perPage');
      const fromCreateAt = numberOf(query, 'fromCreateAt');
      const fromPost = query.get('fromPost') ?? '';
      if ((fromPost === '') !== (fromCreateAt === 0)) throw badBody('fromPost/fromCreateAt');
      const direction = query.get('direction') ?? '';
      if (!['', 'up', 'down'].includes(direction)) throw badBody('direction');
      const post = state.post(id);
      if (!post) throw new Refusal(404, 'app.post.get.app_error');
      allow();
      const root = post.root_id || post.id;
      let posts = state.posts.filter((one) => one.delete_at === 0 && (one.id === root || one.root_id === root));
      if (query.get('skipFetchThreads') === 'true') posts = [];
      posts.sort(byTime);
      if (direction === 'up') posts.reverse();
      if (fromPost !== '') {
        posts = posts.filter((one) => {
          const order = one.create_at - fromCreateAt || (one.id > fromPost ? 1 : one.id < fromPost ? -1 : 0);
          return direction === 'down' ? order > 0 : order < 0;
        });
      }
      const hasNext = perPage > 0 && posts.length > perPage;
      if (hasNext) posts = posts.slice(0, perPage);
      // The post that was asked for comes first, and again in its place.
      return listOf([post, ...posts], [], { has_next: hasNext });
    },

    page(channel, query) {
      const since = numberOf(query, 'since');
      const all = state.posts.filter((one) => one.channel_id === channel);
      const rootsOnly = query.get('skipFetchThreads') === 'true';
      if (since > 0) {
        // With what was deleted and what edits replaced.
        const changed = all
          .filter((one) => one.update_at > since)
          .slice(0, SINCE_MOST)
          .sort(newestFirst);
        const roots = all.filter(({ id }) => changed.some(({ root_id }) => root_id === id));
        return listOf(changed, roots);
      }
      const page = Math.max(0, Number(query.get('page')) || 0);
      const perPage = Math.min(PER_PAGE_MOST, perPageOf(query));
      const present = all.filter((one) => one.delete_at === 0).sort(newestFirst);
      const after = query.get('after');
      const before = query.get('before');
      const border = all.find(({ id }) => id === (after || before))?.create_at ?? Number.NaN;
      let wanted = present;
      if (after) wanted = present.filter((one) => one.create_at > border).reverse();
      else if (before) wanted = present.filter((one) => one.create_at < border);
      const ordered = wanted.slice(page * perPage, (page + 1) * perPage).sort(newestFirst);
      const [newest, oldest] = [ordered[0], ordered.at(-1)];
      return listOf(ordered, around(ordered, rootsOnly), {
        next_post_id: before && page === 0 ? before : neighbour(present, newest, -1),
        prev_post_id: after && page === 0 ? after : neighbour(present, oldest, 1),
      });
    },
  };
}

function neighbour(present: Post[], post: Post | undefined, step: number): string {
  if (!post) return '';
  return present[present.indexOf(post) + step]?.id ?? '';
}

function byTime(one: Post, other: Post): number {
  return one.create_at - other.create_at || (one.id < other.id ? -1 : 1);
}

function newestFirst(one: Post, other: Post): number {
  return other.create_at - one.create_at;
}

function perPageOf(query: URLSearchParams): number {
  const given = query.get('per_page') ?? '';
  return /^\d+$/.test(given) ? Number(given) : PER_PAGE;
}

function numberOf(query: URLSearchParams, name: string): number {
  const given = query.get(name) ?? '';
  if (given !== '' && !/^-?\d+$/.test(given)) throw badBody(name);
  return Number(given);
}
