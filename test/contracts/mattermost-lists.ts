import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { newId } from '../support/mattermost/ids.ts';
import type { SeenPost } from '../support/mattermost/person.ts';
import { BAD_BODY, BAD_URL, eventually, FORBIDDEN, refused, type Session } from './mattermost-session.ts';

interface List {
  order: string[];
  posts: Record<string, SeenPost>;
  next_post_id: string;
  prev_post_id: string;
  has_next: boolean;
}

export function lists(session: Session): void {
  /** A channel of the bot's with these posts, no two of which are of the same millisecond. */
  async function channelWith(...texts: string[]): Promise<{ channel: string; ids: string[] }> {
    const channel = await session.newChannel('P', session.settings.MATTERMOST_BOT_USER_ID);
    // The server itself says who came; until it has, a list may not have it.
    await eventually(async () => (await list(channel)).order.length).toBeGreaterThan(0);
    const ids: string[] = [];
    for (const text of texts) {
      await sleep(3);
      ids.push((await session.post(text, { channel_id: channel })).id);
    }
    return { channel, ids };
  }

  const list = (channel: string, query = '') => session.bot<List>('GET', `/channels/${channel}/posts${query}`);
  const thread = (id: string, query = '') => session.bot<List>('GET', `/posts/${id}/thread${query}`);

  describe('the posts of a channel', () => {
    test('come newest first, page by page', async () => {
      const { channel, ids } = await channelWith('1', '2', '3', '4');
      const newest = [...ids].reverse();
      const first = await list(channel, '?per_page=2');
      expect(first.order).toEqual(newest.slice(0, 2));
      expect(first).toMatchObject({ next_post_id: '', prev_post_id: ids[1] });
      expect((await list(channel, '?per_page=2&page=1')).order).toEqual(newest.slice(2));
      expect((await list(channel)).order.slice(0, 4)).toEqual(newest);
      expect((await list(channel, '?per_page=x')).order.slice(0, 4)).toEqual(newest);
    });

    test('before and after one of them', async () => {
      const { channel, ids } = await channelWith('1', '2', '3', '4');
      const after = await list(channel, `?after=${ids[0]}&per_page=2`);
      expect(after.order).toEqual([ids[2], ids[1]]);
      expect(after).toMatchObject({ next_post_id: ids[3], prev_post_id: ids[0] });
      expect((await list(channel, `?before=${ids[3]}&per_page=2`)).order).toEqual([ids[2], ids[1]]);
      expect((await list(channel, `?after=${ids[3]}`)).order).toEqual([]);
      await refused(list(channel, '?after=x'), ...BAD_BODY);
    });

    test('with the threads that they are of', async () => {
      const { channel, ids } = await channelWith('root', 'between');
      const reply = await session.post('reply', { channel_id: channel, root_id: ids[0] });
      const { order, posts } = await list(channel, '?per_page=1');
      expect(order).toEqual([reply.id]);
      expect(Object.keys(posts).sort()).toEqual([ids[0], reply.id].sort());
    });

    test('since a time: with what was changed and deleted, and with what edits replaced', async () => {
      const { channel, ids } = await channelWith('kept', 'edited', 'deleted', 'root');
      const [kept = '', edited = '', deleted = '', root = ''] = ids;
      await sleep(3);
      const since = (await session.bot<SeenPost>('GET', `/posts/${root}`)).update_at;
      await session.bot('PUT', `/posts/${edited}/patch`, { message: 'other' });
      await session.bot('DELETE', `/posts/${deleted}`);
      const reply = await session.post('reply', { channel_id: channel, root_id: root });

      const { order, posts } = await list(channel, `?since=${since}`);

      expect(order).toEqual(expect.arrayContaining([edited, deleted, reply.id, root]));
      expect(order).not.toContain(kept);
      expect(posts[edited]).toMatchObject({ message: 'other' });
      expect(posts[deleted]).toMatchObject({
        message: '',
        props: { deleteBy: session.settings.MATTERMOST_BOT_USER_ID },
      });
      expect(posts[deleted]?.delete_at).toBeGreaterThan(0);
      expect(posts[root]?.update_at).toBe(reply.create_at);
      const replaced = Object.values(posts).filter((post) => 'original_id' in post && post.original_id === edited);
      expect(replaced).toMatchObject([{ message: '' }]);
      expect(order).toHaveLength(5);
      expect((await list(channel, `?since=${Date.now() + 60_000}`)).order).toEqual([]);
      await refused(list(channel, '?since=x'), ...BAD_BODY);
    });
  });

  describe('a thread', () => {
    test('has all its posts, whichever of them one asks for', async () => {
      const { channel, ids } = await channelWith('root');
      const [root = ''] = ids;
      const replies: string[] = [];
      for (const text of ['1', '2', '3']) {
        await sleep(3);
        replies.push((await session.post(text, { channel_id: channel, root_id: root })).id);
      }
      const all = [root, ...replies].sort();
      expect(Object.keys((await thread(root)).posts).sort()).toEqual(all);
      expect(Object.keys((await thread(replies[1] ?? '')).posts).sort()).toEqual(all);
      const first = await thread(root, '?perPage=2&direction=down');
      expect(first.has_next).toBe(true);
      expect([...new Set(first.order)]).toEqual([root, replies[0]]);
      const last = first.posts[replies[0] ?? ''];
      const from = `&fromPost=${last?.id}&fromCreateAt=${last?.create_at}`;
      const next = await thread(root, `?perPage=2&direction=down${from}`);
      expect(next.has_next).toBe(false);
      expect(next.order).toEqual([root, replies[1], replies[2]]);
    });

    test('of a post without answers is that post', async () => {
      const { id } = await session.post('alone');
      expect(Object.keys((await thread(id)).posts)).toEqual([id]);
    });

    test('is refused where one may not read, and to wrong questions', async () => {
      const channel = await session.newChannel('P');
      const hidden = await session.root.say('hidden', { channel });
      await refused(thread(hidden.id), ...FORBIDDEN);
      await refused(session.bot('GET', `/posts/${hidden.id}`), ...FORBIDDEN);
      await refused(thread(newId()), 404, 'app.post.get.app_error');
      await refused(thread('abc'), ...BAD_URL);
      const { id } = await session.post('x');
      await refused(thread(id, '?perPage=201'), ...BAD_BODY);
      await refused(thread(id, '?direction=left'), ...BAD_BODY);
      await refused(thread(id, '?fromCreateAt=5'), ...BAD_BODY);
    });
  });

  describe('files', () => {
    interface Uploaded {
      file_infos: { id: string; name: string; size: number; extension: string }[];
    }

    function upload(channel: string, ...files: [string, string][]): Promise<Uploaded> {
      const form = new FormData();
      form.set('channel_id', channel);
      for (const [name, content] of files) form.append('files', new Blob([content]), name);
      return session.bot('POST', '/files', form);
    }

    test('are uploaded, attached and read', async () => {
      const { file_infos } = await upload(session.channel, ['a.txt', 'A'], ['b.md', 'BB']);
      expect(file_infos).toMatchObject([
        { name: 'a.txt', size: 1, extension: 'txt' },
        { name: 'b.md', size: 2, extension: 'md' },
      ]);
      const file_ids = file_infos.map(({ id }) => id);
      const post = await session.post('with files', { file_ids });
      // In which order is not said.
      expect(post.file_ids?.toSorted()).toEqual(file_ids.toSorted());
      expect(post.metadata.files?.map(({ name }) => name).sort()).toEqual(['a.txt', 'b.md']);
      expect(await session.dev.file(file_ids[0] ?? '')).toBe('A');
      const info = await session.dev.api('GET', `/files/${file_ids[1]}/info`);
      expect(info).toMatchObject({ name: 'b.md', post_id: post.id });
    });

    test('of another post, or of nobody, are left out', async () => {
      const { file_infos } = await upload(session.channel, ['a.txt', 'A']);
      const file_ids = file_infos.map(({ id }) => id);
      await session.post('first', { file_ids });
      const second = await session.post('second', { file_ids: [...file_ids, newId()] });
      const seen = await session.bot<SeenPost>('GET', `/posts/${second.id}`);
      expect(seen.file_ids ?? []).toEqual([]);
    });

    test('are hidden until they are attached, and where one may not read', async () => {
      const { file_infos } = await upload(session.channel, ['a.txt', 'A']);
      await refused(session.dev.api('GET', `/files/${file_infos[0]?.id}/info`), ...FORBIDDEN);
      await refused(session.bot('GET', `/files/${newId()}/info`), 404, 'app.file_info.get.app_error');
      await refused(upload(await session.newChannel('O'), ['a.txt', 'A']), ...FORBIDDEN);
      await refused(upload('abc', ['a.txt', 'A']), ...BAD_URL);
    });
  });
}
