import { setTimeout as sleep } from 'node:timers/promises';
import type { Post } from '@mattermost/types/posts';
import type { Logger } from '../../log.ts';
import type { Handlers, Incoming } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import type { Store } from '../../store.ts';
import { type Api, isRefusal } from './api.ts';
import type { Server } from './server.ts';
import type { Threads } from './threads.ts';

/** What people say, as Mattermost's events tell it and as it is read again where some were missed: each post is taken once. */
export interface Inbox {
  /** Finds out from where on posts are ours to take: what was said since this bot last ran, an hour at most. */
  open(): Promise<void>;
  /** `type`: `D` for a direct channel, as Mattermost names it. */
  offer(post: Post, channel: { type: string; team: string }): void;
  /** Reads what was said while nothing was heard. */
  catchUp(): void;
  /** Takes no more, and keeps how far it came. */
  close(): Promise<void>;
}

interface InboxOptions {
  api: Api;
  server: Server;
  threads: Threads;
  on: Handlers;
  store: Store;
  log: Logger;
  /** The pause before what could not be taken is tried again. */
  retryMs: number;
}

/** What was answered is known for an hour; what is older might be answered twice. */
const ANSWERED_MS = 55 * 60_000;
/** Events come nearly in the order of posts, so what is a little older than the newest is looked at once more. */
const OVERLAP_MS = 5000;
const KEPT_MS = 7 * 24 * 3_600_000;
const KEEP_EVERY_MS = 2000;
const LONGEST_PAUSE_MS = 15_000;
const REMEMBERED = 10_000;
const PAGE = 200;
const PAGES = 25;

export function createInbox({ api, server, threads, on, store, log, retryMs }: InboxOptions): Inbox {
  const { bot } = server;
  const key = `mattermost:v1:heard:${bot.id}`;
  const mention = new RegExp(`(^|[^\\w@./-])@${bot.name.replace(/[.\\-]/g, '\\$&')}(?![\\w-]|\\.\\w)[,:]?`, 'i');
  const known = createRecent<true>(REMEMBERED);
  /** What is being taken, with the time it was posted. */
  const pending = new Map<string, number>();
  const ending = new AbortController();
  /** The newest post that was seen, by the server's clock. */
  let newest = 0;
  /** Nothing older than this is ours. */
  let earliest = 0;
  let keptAt = 0;
  let keeping: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  let readAgain = false;

  function offer(post: Post, { type, team }: { type: string; team: string }): void {
    if (ending.signal.aborted || known.get(post.id) || !server.isHeard(team)) return;
    known.set(post.id, true);
    newest = Math.max(newest, post.create_at);
    if (!isSpoken(post)) {
      keepSoon();
      return;
    }
    pending.set(post.id, post.create_at);
    void takeSometime(post, type === 'D').finally(() => {
      pending.delete(post.id);
      keepSoon();
    });
  }

  /** A post of a person: not ours, not of another bot or a webhook, and no notice such as that someone has joined. */
  function isSpoken({ user_id, type, props, delete_at: deleted }: Post): boolean {
    const { from_bot, from_webhook, from_plugin } = (props ?? {}) as Record<string, unknown>;
    return (
      user_id !== bot.id &&
      !type &&
      !deleted &&
      ![from_bot, from_webhook, from_plugin].some((one) => String(one ?? false) === 'true')
    );
  }

  async function takeSometime(post: Post, isDirect: boolean): Promise<void> {
    for (let pause = retryMs; !ending.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await take(post, isDirect);
      } catch (err) {
        if (Date.now() - post.create_at > ANSWERED_MS)
          return log.error({ err }, 'What a person said could not be taken');
        log.warn({ err }, 'What a person said could not be taken yet');
      }
      await sleep(pause, undefined, { signal: ending.signal }).catch(() => {});
    }
  }

  async function take(post: Post, isDirect: boolean): Promise<void> {
    const { channel_id: channel, root_id: root, user_id: user, id } = post;
    const isMentioned = mention.test(withoutCode(post.message));
    const text = post.message.replace(mention, '$1 ').trim();
    const said = (thread: string | undefined): Incoming => ({
      text,
      user,
      place: { channel, ...(thread && { thread }) },
      delivery: id,
    });
    if (isMentioned && !isDirect) await on.command({ ...said(root || id), spoken: true });
    else if (root && (await threads.has(root)))
      await on.reply({ ...said(root), ...(isDirect && { spoken: true as const }) });
    else if (isDirect) await on.command({ ...said(root), spoken: true });
  }

  function catchUp(): void {
    readAgain = true;
    reading ??= readSometime().finally(() => {
      reading = undefined;
      if (readAgain && !ending.signal.aborted) catchUp();
    });
  }

  async function readSometime(): Promise<void> {
    for (let pause = retryMs; readAgain && !ending.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      readAgain = false;
      try {
        await readMissed();
      } catch (err) {
        readAgain = true;
        log.warn({ err }, 'What was said in Mattermost meanwhile could not be read yet');
        await sleep(pause, undefined, { signal: ending.signal }).catch(() => {});
      }
    }
  }

  /** Asks for the channels, and then for the posts of those alone in which something was said. */
  async function readMissed(): Promise<void> {
    const since = Math.max(cursor() - OVERLAP_MS, earliest);
    for (const { id, type, team_id: team, last_post_at: last } of await channels()) {
      if (last <= since || !server.isHeard(team)) continue;
      for (const post of await postsSince(id, since)) offer(post, { type, team });
    }
  }

  async function channels() {
    const all = new Map<string, { id: string; type: string; team_id: string; last_post_at: number }>();
    for (const { id: team } of await api.getMyTeams()) {
      for (const channel of await api.getMyChannels(team)) all.set(channel.id, channel);
    }
    return [...all.values()];
  }

  /** Oldest first. */
  async function postsSince(channel: string, since: number): Promise<Post[]> {
    const found: Post[] = [];
    for (let page = 0; page < PAGES; page++) {
      const posts = await postsOf(channel, page);
      found.push(...posts.filter(({ create_at }) => create_at > since));
      if (posts.length < PAGE || posts.some(({ create_at }) => create_at <= since)) {
        return found.sort((a, b) => a.create_at - b.create_at);
      }
    }
    log.warn(
      { channel, posts: found.length },
      'More was said meanwhile than is read; the oldest of it is not answered',
    );
    return found.sort((a, b) => a.create_at - b.create_at);
  }

  async function postsOf(channel: string, page: number): Promise<Post[]> {
    try {
      const { posts } = await api.getPosts(channel, page, PAGE, false);
      return Object.values(posts);
    } catch (error) {
      // We were put out of the channel meanwhile.
      if (isRefusal(error, 403, 404)) return [];
      throw error;
    }
  }

  /** All that was posted before this has been taken. */
  function cursor(): number {
    return Math.min(newest, ...pending.values());
  }

  function keepSoon(): void {
    keeping ??= setTimeout(() => {
      keeping = undefined;
      void keep();
    }, KEEP_EVERY_MS).unref();
  }

  async function keep(): Promise<void> {
    const at = cursor();
    if (at <= keptAt) return;
    try {
      await store.set(key, String(at), KEPT_MS);
      keptAt = at;
    } catch (err) {
      log.warn({ err }, 'How far Mattermost was read could not be kept');
    }
  }

  return {
    async open() {
      const kept = Number(await store.get(key)) || 0;
      const last = Math.max(0, ...(await channels()).map(({ last_post_at }) => last_post_at));
      // A bot that never ran answers nothing that was said before it came.
      earliest = kept > 0 ? Date.now() - ANSWERED_MS : last;
      newest = Math.max(kept, earliest);
      if (kept > 0 && kept < earliest && last > kept) {
        log.warn(
          { since: new Date(kept).toISOString() },
          'Away for an hour or more: what was said before that is not answered',
        );
      }
      await keep();
    },
    offer,
    catchUp,
    async close() {
      ending.abort();
      clearTimeout(keeping);
      await reading?.catch(() => {});
      await keep();
    },
  };
}

/** What stands in code mentions nobody. */
function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?```|`[^`\n]*`/g, ' ');
}
