import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Post } from '@mattermost/types/posts';
import { FormData } from 'undici';
import { UserError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Text } from '../../message.ts';
import type { Place } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import type { Attachment } from '../shared/attachments.ts';
import type { Mark, Sheets } from '../shared/paged.ts';
import { pngOf } from '../shared/png.ts';
import { type Api, isPassing, isRefusal, MattermostError } from './api.ts';
import type { Image } from './blocks.ts';
import { findByKey, marked, marksOf } from './keys.ts';
import { LIMITS } from './limits.ts';
import { linesOf } from './markdown.ts';
import type { Page } from './render.ts';

/** Posts of a channel among which one that may have been made is looked for. */
const NEWEST = 60;
const REMEMBERED = 500;
/** A server that is started anew is back within so long. */
const PATIENCE_MS = 60_000;
/** From this version on a post's files can be changed. */
const FILES_CHANGE_SINCE = 11;

/** Mattermost lets us not post here, or there is no such channel for us. */
export function isAbsent(error: unknown): boolean {
  return isRefusal(error, 403, 404) && error.id !== 'api.context.session_expired.app_error';
}

/** Channels that take nothing from us until somebody changes them, and what to do. */
const CLOSED: Readonly<Record<string, string>> = {
  'api.post.create_post.can_not_post_to_deleted.error': 'it is archived. Unarchive it, or choose another one.',
};

/** What Mattermost says of an answer to a post that there is no more. */
const NO_ROOT = 'api.post.create_post.root_id.app_error';

/** What Mattermost says of an edit that comes too late, by a setting of its. */
const LATE = 'api.post.update_post.permissions_time_limit.app_error';

/** What a post is made of. */
interface Content extends Partial<Pick<Page, 'attachments'>> {
  message: string;
  /** The ids of files that were uploaded for it. */
  files?: string[];
  mark?: Mark | undefined;
}

interface PagesOptions {
  api: Api;
  bot: string;
  /** The server's major version. */
  version: number;
  /** The pause before the second try. */
  retryMs: number;
  log: Logger;
}

export interface Pages extends Sheets<Page> {
  /** The posts that one under this key became. */
  find(place: Place, key: string): Promise<{ id: string; more: string[] } | undefined>;
  /** Shows it to one person alone; whether the server lets us. */
  whisper(to: Place, user: string, page: Page): Promise<boolean>;
}

export function createPages({ api, bot, version, retryMs, log }: PagesOptions): Pages {
  /** The names of the pictures that a post shows, by its id. */
  const shown = createRecent<string>(REMEMBERED);
  /** The props of posts, by their ids. */
  const kept = createRecent<Record<string, unknown>>(REMEMBERED);
  let mayWhisper = true;

  /** Posts once, also where no answer comes: what was perhaps posted is looked for before it is posted again. */
  async function create(to: Place, { message, attachments = [], files = [], mark }: Content): Promise<Post> {
    const nonce = randomUUID();
    const post = {
      channel_id: to.channel,
      root_id: to.thread ?? '',
      pending_post_id: `${bot}:${nonce}`,
      message,
      ...(files.length > 0 && { file_ids: files }),
      props: { attachments, ...marked({ ...mark, nonce }) },
    };
    const until = Date.now() + PATIENCE_MS;
    for (let pause = retryMs; ; pause = Math.min(pause * 2, 5000)) {
      try {
        // Mattermost's types ask for what the server fills in.
        return await api.createPost(post as unknown as Post);
      } catch (error) {
        if (!isPassing(error) || Date.now() + pause > until) throw error;
      }
      await sleep(pause);
      const { posts } = await api.getPosts(to.channel, 0, NEWEST, false);
      const made = Object.values(posts).find((one) => one.user_id === bot && marksOf(one).nonce === nonce);
      if (made) return made;
    }
  }

  /** Whether a post is not there any more, by what came of a deed to it: of a deleted post Mattermost says that we may not. */
  async function isGone(id: string, error: unknown): Promise<boolean> {
    if (isRefusal(error, 404)) return true;
    if (!isRefusal(error, 403)) return false;
    return api.getPost(id).then(
      () => false,
      (why: unknown) => isRefusal(why, 404),
    );
  }

  async function upload(channel: string, name: string, content: Uint8Array | string, type: string): Promise<string> {
    const form = new FormData();
    form.set('channel_id', channel);
    form.set('files', new Blob([content as string], { type }), name);
    const { file_infos: files } = await api.uploadFile(form);
    const id = files[0]?.id;
    if (!id) throw new Error('Mattermost gave no id for a file');
    return id;
  }

  /** A picture that is not taken is no reason to lose what it belongs to; its words are in the message anyway. */
  async function uploadPictures(channel: string, pictures: readonly Image[]): Promise<string[]> {
    const ids: string[] = [];
    for (const picture of pictures.slice(0, LIMITS.files)) {
      try {
        ids.push(await upload(channel, fileNameOf(picture), await pngOf(picture.svg), 'image/png'));
      } catch (err) {
        log.error({ err, name: picture.name }, 'Mattermost took no picture, so only its words are shown');
      }
    }
    return ids;
  }

  /** The pictures of an edited post; on a server that leaves a post's files as they are, new ones stand in the thread. */
  async function editPictures(post: Post, pictures: readonly Image[]): Promise<void> {
    const names = pictures.map(fileNameOf).join();
    const before = shown.get(post.id) ?? (post.metadata?.files ?? []).map(({ name }) => name).join();
    if (names === before || (names === '' && version < FILES_CHANGE_SINCE)) return;
    shown.set(post.id, names);
    const ids = await uploadPictures(post.channel_id, pictures);
    if (version >= FILES_CHANGE_SINCE) await api.patchPost({ id: post.id, file_ids: ids });
    else if (ids.length > 0) {
      const place = { channel: post.channel_id, thread: post.root_id || post.id };
      await create(place, { message: '', files: ids });
    }
  }

  return {
    async post(to, page, mark) {
      const files = await uploadPictures(to.channel, page.pictures);
      try {
        const post = await create(to, { ...page, files, mark });
        const { id } = post;
        kept.set(id, post.props);
        shown.set(id, page.pictures.map(fileNameOf).join());
        return { channel: to.channel, id };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (error.id === NO_ROOT) throw new UserError('The thread that this belongs to was deleted.', { cause: error });
        const closed = CLOSED[error.id];
        if (closed) throw new UserError(`I cannot post in this channel: ${closed}`, { cause: error });
        throw error;
      }
    },

    async edit(_channel, id, { message, attachments, pictures }) {
      try {
        // A patch replaces all of them, and some are the server's.
        const before = kept.get(id) ?? (await api.getPost(id)).props;
        const post = await api.patchPost({ id, message, props: { ...before, attachments } } as unknown as Post);
        kept.set(id, post.props);
        await editPictures(post, pictures);
        return true;
      } catch (error) {
        if ((isRefusal(error) && error.id === LATE) || (await isGone(id, error))) return false;
        throw error;
      }
    },

    async delete(_channel, id) {
      await api.deletePost(id).catch(async (error: unknown) => {
        if (!(await isGone(id, error))) throw error;
      });
    },

    async attach(to, { name, title, content }: Attachment) {
      try {
        const file = await upload(to.channel, name, content, 'text/plain');
        await create(to, { message: markdownOf(title), files: [file] });
      } catch (err) {
        log.error({ err, name }, 'Mattermost took no file');
        const why = err instanceof MattermostError ? `Mattermost says: ${err.message}` : 'The log says why.';
        await create(to, { message: markdownOf([{ code: name }, ` could not be attached. ${why}`]) });
      }
    },

    find: (place, key) => findByKey({ api, bot, log }, place, key),

    async whisper(to, user, { message, attachments }) {
      if (!mayWhisper) return false;
      try {
        const post = { channel_id: to.channel, root_id: to.thread ?? '', message, props: { attachments } };
        await api.createPostEphemeral(user, post as unknown as Post);
        return true;
      } catch (error) {
        if (!isRefusal(error, 400, 403, 404)) throw error;
        // Only who has the permission create_post_ephemeral may; bots have it not by themselves.
        if (error.status === 403) mayWhisper = false;
        return false;
      }
    },
  };
}

function markdownOf(text: Text): string {
  return linesOf(text, () => undefined).join('\n');
}

/** A name that tells one picture from another, so that it is seen what a post shows. */
function fileNameOf({ name, svg }: Image): string {
  const digest = createHash('sha256').update(svg).digest('hex').slice(0, 8);
  return `${name.replace(/\.\w+$/, '')}-${digest}.png`;
}
