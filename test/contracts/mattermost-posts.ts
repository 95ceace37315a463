import { describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '../support/mattermost/ids.ts';
import { newcomer } from '../support/mattermost/newcomer.ts';
import type { SeenPost } from '../support/mattermost/person.ts';
import { BAD_BODY, FORBIDDEN, refused, type Session, withButton } from './mattermost-session.ts';

export function posts(session: Session): void {
  describe('what it takes as a post', () => {
    test('one of a bot is marked as such', async () => {
      const post = await session.post('hello');

      expect(post).toMatchObject({ message: 'hello', type: '', root_id: '', edit_at: 0, delete_at: 0 });
      expect(post.props).toEqual({ from_bot: 'true' });
      expect(post.update_at).toBe(post.create_at);
      expect((await session.dev.say('hello')).props).toEqual({});
    });

    test('up to 16,383 characters, each of which may be more than one unit', async () => {
      expect(await session.post('x'.repeat(16_383))).toMatchObject({ delete_at: 0 });
      expect(await session.post('🙂'.repeat(16_383))).toMatchObject({ delete_at: 0 });
      await refused(session.post('x'.repeat(16_384)), 400, 'model.post.is_valid.msg.app_error');
      await refused(session.post('🙂'.repeat(16_384)), 400, 'model.post.is_valid.msg.app_error');
    });

    test('no more than it stores of properties and files', async () => {
      await refused(
        session.post('x', { props: { big: 'x'.repeat(800_000) } }),
        400,
        'model.post.is_valid.props.app_error',
      );
      const file_ids = Array.from({ length: 11 }, newId);
      await refused(session.post('x', { file_ids }), 400, 'model.post.is_valid.file_ids.app_error');
    });

    test('nothing that is no post', async () => {
      await refused(session.post('x', { message: 5 }), ...BAD_BODY);
      await refused(session.post('x', { props: 'none' }), ...BAD_BODY);
      await refused(session.bot('POST', '/posts', []), ...BAD_BODY);
      await refused(session.post('x', { type: 'system_generic' }), 400, 'api.context.invalid_param.app_error');
      await refused(session.post('x', { type: 'mine' }), 400, 'model.post.is_valid.type.app_error');
      await refused(session.post('x', { id: newId() }), 400, 'app.post.save.existing.app_error');
      expect(await session.post('', {})).toMatchObject({ message: '' });
    });

    test('no character that its database does not store', async () => {
      await refused(session.post('a\0b'), 500, 'app.post.save.app_error');
      await refused(session.post('x', { props: { attachments: [{ text: 'a\0b' }] } }), 500, 'app.post.save.app_error');
      expect(await session.post('a\ud800b')).toMatchObject({ message: 'a\ufffdb' });
    });

    test('only from who is in the channel, and while it is not archived', async () => {
      const channel_id = await session.newChannel('O');
      await refused(session.post('x', { channel_id }), ...FORBIDDEN);
      await refused(session.post('x', { channel_id: newId() }), ...FORBIDDEN);
      await refused(session.post('x', { channel_id: '' }), ...FORBIDDEN);
      const old = await session.newChannel('O', session.settings.MATTERMOST_BOT_USER_ID);
      const before = await session.post('x', { channel_id: old });
      await session.admin('DELETE', `/channels/${old}`);
      const archived = session.post('x', { channel_id: old });
      await refused(archived, 400, 'api.post.create_post.can_not_post_to_deleted.error');
      const patched = session.bot('PUT', `/posts/${before.id}/patch`, { message: 'y' });
      await refused(patched, 400, 'api.post.patch_post.can_not_update_post_in_deleted.error');
      const deleted = session.bot('DELETE', `/posts/${before.id}`);
      await refused(deleted, 400, 'api.post.delete_post.can_not_delete_post_in_deleted.error');
    });

    test('an answer to a post of the same channel that is no answer itself', async () => {
      const root = await session.post('root');
      const reply = await session.post('reply', { root_id: root.id });
      expect(reply).toMatchObject({ root_id: root.id, reply_count: 1 });
      const wrong = [400, 'api.post.create_post.root_id.app_error'] as const;
      await refused(session.post('x', { root_id: reply.id }), ...wrong);
      await refused(session.post('x', { root_id: newId() }), ...wrong);
      await session.bot('DELETE', `/posts/${root.id}`);
      await refused(session.post('x', { root_id: root.id }), ...wrong);
      const channel_id = await session.newChannel('O', session.settings.MATTERMOST_BOT_USER_ID);
      const elsewhere = await session.post('root', { channel_id });
      const across = session.post('x', { root_id: elsewhere.id });
      await refused(across, 400, 'api.post.create_post.channel_root_id.app_error');
    });

    test('one that is sent twice, once', async () => {
      const pending_post_id = `bot:${newId()}`;
      const first = await session.post('once', { pending_post_id });
      expect(await session.post('once', { pending_post_id })).toMatchObject({ id: first.id });
    });

    test('attachments, whose actions get ids, and whose integrations nobody sees', async () => {
      const post = await session.post('x', { props: withButton('http://127.0.0.1:1/act') });

      const action = { id: expect.stringMatching(/^[a-z0-9]{26}$/), name: 'Explain', type: 'button' };
      expect(post.props.attachments?.[0]?.actions).toEqual([action]);
      const seen = await session.dev.api<SeenPost>('GET', `/posts/${post.id}`);
      expect(seen.props.attachments).toEqual(post.props.attachments);
      expect(seen.metadata).toMatchObject({ embeds: [{ type: 'message_attachment' }] });
    });

    test('of attachments, those that are none are left out', async () => {
      const attachments = [{ text: 5 }, { text: 'right', fields: [{ title: 'a', value: 'b', short: true }] }, null];
      const post = await session.post('x', { props: { attachments } });
      expect(post.props.attachments?.filter((one) => one.text !== '').map(({ text }) => text)).toEqual(['right']);
    });
  });

  describe('a change of a post', () => {
    test('of the text, which counts as an edit', async () => {
      const { id, create_at } = await session.post('before', { props: withButton('http://127.0.0.1:1/act') });

      const post = await session.bot<SeenPost>('PUT', `/posts/${id}/patch`, { message: 'after' });

      expect(post).toMatchObject({ id, message: 'after', create_at });
      expect(post.edit_at).toBeGreaterThan(0);
      expect(post.update_at).toBeGreaterThan(create_at - 1);
      expect(post.props.attachments).toHaveLength(1);
    });

    test('of the properties alone, which take the place of those before', async () => {
      const { id } = await session.post('text', { props: { kept: 'no' } });

      const post = await session.bot<SeenPost>('PUT', `/posts/${id}/patch`, { props: { mine: 'yes' } });

      expect(post).toMatchObject({ message: 'text', edit_at: 0, props: { mine: 'yes' } });
      expect(post.props).not.toHaveProperty('kept');
      const shown = await session.bot<SeenPost>('PUT', `/posts/${id}/patch`, {
        props: withButton('http://127.0.0.1:1/'),
      });
      expect(shown.edit_at).toBeGreaterThan(0);
    });

    test('of the whole post', async () => {
      const { id } = await session.post('before', { props: { kept: 'no' } });
      expect(await session.bot('PUT', `/posts/${id}`, { id, message: 'after' })).toMatchObject({ message: 'after' });
      expect((await session.bot<SeenPost>('GET', `/posts/${id}`)).props).not.toHaveProperty('kept');
      await refused(session.bot('PUT', `/posts/${id}`, { id: newId(), message: 'x' }), ...BAD_BODY);
      await refused(session.bot('PUT', `/posts/${id}`, { message: 'x' }), ...BAD_BODY);
    });

    test("only of what is there, one's own, and not too long", async () => {
      const theirs = await session.dev.say('mine');
      await refused(session.bot('PUT', `/posts/${theirs.id}/patch`, { message: 'x' }), ...FORBIDDEN);
      await refused(session.bot('PUT', `/posts/${theirs.id}`, { id: theirs.id, message: 'x' }), ...FORBIDDEN);
      await refused(session.bot('PUT', `/posts/${newId()}/patch`, { message: 'x' }), ...FORBIDDEN);
      const { id } = await session.post('mine');
      const long = session.bot('PUT', `/posts/${id}/patch`, { message: 'x'.repeat(16_384) });
      await refused(long, 400, 'model.post.is_valid.msg.app_error');
      await session.bot('DELETE', `/posts/${id}`);
      await refused(session.bot('PUT', `/posts/${id}/patch`, { message: 'x' }), ...FORBIDDEN);
    });
  });

  describe('what is deleted', () => {
    test('is gone, and its answers with it', async () => {
      const root = await session.post('root');
      const reply = await session.dev.say('reply', { thread: root.id });

      await session.bot('DELETE', `/posts/${root.id}`);

      const gone = [404, 'app.post.get.app_error'] as const;
      await refused(session.bot('GET', `/posts/${root.id}`), ...gone);
      await refused(session.dev.thread(root.id), ...gone);
      await refused(session.bot('GET', `/posts/${reply.id}`), ...gone);
      await refused(session.bot('DELETE', `/posts/${root.id}`), ...FORBIDDEN);
    });

    test("is one's own, or an administrator does it", async () => {
      const theirs = await session.dev.say('mine');
      await refused(session.bot('DELETE', `/posts/${theirs.id}`), ...FORBIDDEN);
      expect(await session.admin('DELETE', `/posts/${theirs.id}`)).toEqual({ status: 'OK' });
    });
  });

  describe('what one person alone sees', () => {
    test('is for administrators to send, not for bots', async () => {
      const post = { channel_id: session.channel, message: 'psst' };
      const whisper = { user_id: session.dev.id, post };
      await refused(session.bot('POST', '/posts/ephemeral', whisper), ...FORBIDDEN);
      await refused(session.admin('POST', '/posts/ephemeral', { post }), ...BAD_BODY);
      await refused(session.admin('POST', '/posts/ephemeral', { user_id: session.dev.id }), ...BAD_BODY);
      const other = await newcomer(session.settings, `n${newId()}`);
      onTestFinished(() => other.close());
      session.dev.listener.forget();
      expect(await session.admin('POST', '/posts/ephemeral', whisper)).toMatchObject({ type: 'system_ephemeral' });
      const seen = await session.dev.whispered(({ text }) => text === 'psst');
      expect(other.whispers()).toEqual([]);
      await refused(session.dev.api('GET', `/posts/${seen.id}`), 404, 'app.post.get.app_error');
    });
  });
}
