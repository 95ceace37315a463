import { describe, expect, test } from 'vitest';
import { createApi } from '../support/mattermost/api.ts';
import { newId } from '../support/mattermost/ids.ts';
import { BAD_BODY, BAD_URL, FORBIDDEN, NO_SESSION, refused, type Session } from './mattermost-session.ts';

export function knows(session: Session): void {
  describe('whom it knows', () => {
    test('it answers a ping, and tells its version, to anybody', async () => {
      expect(await session.nobody('GET', '/system/ping')).toMatchObject({ status: 'OK' });
      expect(await session.nobody('GET', '/config/client?format=old')).toHaveProperty('Version');
      await refused(session.nobody('GET', '/config/client'), 501, 'api.config.client.old_format.app_error');
    });

    test('without a session it tells nothing', async () => {
      await refused(session.nobody('GET', '/users/me'), ...NO_SESSION);
      await refused(createApi(session.url, newId())('GET', '/users/me'), ...NO_SESSION);
      await refused(createApi(session.url, 'a guess')('POST', '/posts', {}), ...NO_SESSION);
    });

    test('a token that was revoked is of no use', async () => {
      const bot = session.settings.MATTERMOST_BOT_USER_ID;
      const made = await session.admin('POST', `/users/${bot}/tokens`, { description: 'for a while' });
      const api = createApi(session.url, String(made.token));
      expect(await api('GET', '/users/me')).toMatchObject({ id: bot });

      await session.admin('POST', '/users/tokens/revoke', { token_id: made.id });

      await refused(api('GET', '/users/me'), ...NO_SESSION);
    });

    test('a path that there is not', async () => {
      await refused(session.bot('GET', '/no/such/thing'), 404, 'api.context.404.app_error');
      await refused(session.nobody('GET', '/no/such/thing'), 404, 'api.context.404.app_error');
    });

    test('users, by id and by name', async () => {
      const { id, name } = session.dev;
      expect(await session.bot('GET', '/users/me')).toMatchObject({ username: 'k8sgpt', is_bot: true });
      expect(await session.bot('GET', `/users/${id}`)).toMatchObject({ username: name, delete_at: 0 });
      expect(await session.bot('POST', '/users/ids', [id, newId()])).toMatchObject([{ id }]);
      expect(await session.bot('POST', '/users/usernames', [name, 'nobody-here'])).toMatchObject([{ id }]);
      expect(await session.bot('GET', `/users/username/${name}`)).toMatchObject({ id });
    });

    test('users that there are not', async () => {
      await refused(session.bot('GET', `/users/${newId()}`), 404, 'app.user.missing_account.const');
      await refused(session.bot('GET', '/users/username/nobody-here'), 404, 'app.user.get_by_username.app_error');
      await refused(session.bot('GET', '/users/abc'), ...BAD_URL);
      await refused(session.bot('POST', '/users/ids', []), ...BAD_BODY);
      await refused(session.bot('POST', '/users/usernames', {}), ...BAD_BODY);
    });

    test('teams', async () => {
      const { team } = session;
      expect(await session.bot('GET', '/users/me/teams')).toMatchObject([{ id: team, name: 'platform' }]);
      expect(await session.bot('GET', '/teams/name/platform')).toMatchObject({ id: team });
      expect(await session.bot('GET', `/teams/${team}`)).toMatchObject({ name: 'platform' });
      await refused(session.bot('GET', '/teams/name/elsewhere'), 404, 'app.team.get_by_name.missing.app_error');
      await refused(session.bot('GET', `/teams/${newId()}`), 404, 'app.team.get.find.app_error');
    });

    test('a team that one is not in', async () => {
      const name = `t${newId()}`;
      const { id } = await session.admin('POST', '/teams', { name, display_name: 'Other', type: 'O' });
      await refused(session.bot('GET', `/teams/${id}`), ...FORBIDDEN);
      await refused(session.bot('GET', `/teams/name/${name}`), ...FORBIDDEN);
      await refused(session.bot('GET', `/users/me/teams/${id}/channels`), ...FORBIDDEN);
    });
  });

  describe('its channels', () => {
    test('one by id, by name, and all that one is in', async () => {
      const { channel, team } = session;
      expect(await session.bot('GET', `/channels/${channel}`)).toMatchObject({ name: 'ops', type: 'O', team_id: team });
      expect(await session.bot('GET', `/teams/${team}/channels/name/ops`)).toMatchObject({ id: channel });
      const mine = await session.bot<{ id: string }[]>('GET', `/users/me/teams/${team}/channels`);
      expect(mine.map(({ id }) => id)).toContain(channel);
      const all = await session.bot<{ id: string }[]>('GET', '/users/me/channels');
      expect(all.map(({ id }) => id)).toContain(channel);
    });

    test('those that there are not', async () => {
      const missing = session.bot('GET', `/teams/${session.team}/channels/name/no-such-channel`);
      await refused(missing, 404, 'app.channel.get_by_name.missing.app_error');
      await refused(session.bot('GET', `/channels/${newId()}`), 404, 'app.channel.get.existing.app_error');
      await refused(session.bot('GET', '/channels/abc'), ...BAD_URL);
    });

    test('an open one is known to those who are not in it, but not what is said there', async () => {
      const channel = await session.newChannel('O');
      expect(await session.bot('GET', `/channels/${channel}`)).toMatchObject({ id: channel });
      await refused(session.bot('GET', `/channels/${channel}/posts`), ...FORBIDDEN);
      await refused(session.bot('GET', `/channels/${channel}/members/me`), ...FORBIDDEN);
    });

    test('of a private one not even the name', async () => {
      const channel = await session.newChannel('P');
      const { name } = await session.admin('GET', `/channels/${channel}`);
      await refused(session.bot('GET', `/channels/${channel}`), ...FORBIDDEN);
      const byName = session.bot('GET', `/teams/${session.team}/channels/name/${name}`);
      await refused(byName, 404, 'app.channel.get_by_name.missing.app_error');
    });

    test('members', async () => {
      const { channel, dev } = session;
      const path = `/channels/${channel}/members`;
      expect(await session.bot('GET', `${path}/me`)).toMatchObject({ channel_id: channel });
      expect(await session.bot('GET', `${path}/${dev.id}`)).toMatchObject({ user_id: dev.id });
      const private_ = await session.newChannel('P', session.settings.MATTERMOST_BOT_USER_ID);
      const none = session.bot('GET', `/channels/${private_}/members/${dev.id}`);
      await refused(none, 404, 'app.channel.get_member.missing.app_error');
    });

    test('who joins an open channel is in it, and who leaves is not', async () => {
      const channel = await session.newChannel('O');
      await session.dev.join(channel);
      expect(await session.dev.say('here', { channel })).toMatchObject({ message: 'here' });
      await session.dev.leave(channel);
      await refused(session.dev.say('there', { channel }), ...FORBIDDEN);
      const closed = await session.newChannel('P');
      await refused(session.dev.join(closed), ...FORBIDDEN);
    });

    test('a group is one, whoever opens it', async () => {
      const bot = session.settings.MATTERMOST_BOT_USER_ID;
      const { id } = await session.bot('POST', '/channels/group', [session.root.id, session.dev.id]);
      const people = [session.root.id, bot];
      expect(await session.dev.api('POST', '/channels/group', people)).toMatchObject({ id, type: 'G', team_id: '' });
      const few = session.bot('POST', '/channels/group', [bot]);
      await refused(few, 400, 'api.channel.create_group.bad_size.app_error');
    });

    test('the channel of two people is one, whoever opens it', async () => {
      const bot = session.settings.MATTERMOST_BOT_USER_ID;
      const { id } = session.dev;
      const channel = await session.dev.direct(bot);
      expect(await session.bot('POST', '/channels/direct', [bot, id])).toMatchObject({ id: channel, type: 'D' });
      const name = [bot, id].sort().join('__');
      expect(await session.bot('GET', `/channels/${channel}`)).toMatchObject({ name, team_id: '' });
      await refused(session.bot('POST', '/channels/direct', [bot]), ...BAD_BODY);
      await refused(session.bot('POST', '/channels/direct', [bot, 'abc']), ...BAD_BODY);
      await refused(session.bot('POST', '/channels/direct', [session.root.id, id]), ...FORBIDDEN);
    });
  });
}
