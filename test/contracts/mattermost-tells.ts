import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { newId } from '../support/mattermost/ids.ts';
import type { Json } from '../support/mattermost/json.ts';
import type { Listener, Told } from '../support/mattermost/listener.ts';
import { eventually, FORBIDDEN, refused, type Session } from './mattermost-session.ts';

export function tells(session: Session): void {
  const bot = () => session.settings.MATTERMOST_BOT_USER_ID;
  const token = () => session.settings.MATTERMOST_TOKEN;
  const postIn = ({ data }: Told) => JSON.parse(String(data.post)) as Json;
  const saying = (message: string) => (event: Told) => postIn(event).message === message;

  async function opened(query = ''): Promise<Listener> {
    const listener = session.listen({ token: token(), query });
    await listener.next('hello');
    return listener;
  }

  const idOf = ({ events }: Listener) => String(events.find(({ event }) => event === 'hello')?.data.connection_id);
  const following = (listener: Listener) => (listener.events.at(-1)?.seq ?? -1) + 1;
  const send = ({ socket }: Listener, message: object) => socket.send(JSON.stringify(message));

  const resuming = (listener: Listener, seq: number) => `?connection_id=${idOf(listener)}&sequence_number=${seq}`;

  /** So many events for the bot. */
  async function flood(count: number): Promise<void> {
    const body = { channel_id: session.channel, parent_id: '' };
    for (let sent = 0; sent < count; sent++) await session.dev.api('POST', '/users/me/typing', body);
  }

  /** Loses the connection, and lets the server see that. */
  async function lose(listener: Listener): Promise<void> {
    listener.socket.terminate();
    await listener.closed;
    await sleep(200);
  }

  describe('a WebSocket', () => {
    test('begins with who one is, by its header', async () => {
      const { events } = await opened();
      expect(events[0]).toMatchObject({
        event: 'hello',
        seq: 0,
        data: {
          connection_id: expect.stringMatching(/^[a-z0-9]{26}$/),
          server_version: expect.stringMatching(/^\d+\./),
        },
        broadcast: { user_id: bot(), channel_id: '', team_id: '' },
      });
    });

    test('or by a challenge, before which it tells nothing', async () => {
      const listener = session.listen();
      await new Promise((resolve) => listener.socket.once('open', resolve));
      send(listener, { action: 'ping', seq: 1 });
      send(listener, { action: 'authentication_challenge', seq: 2, data: { token: token() } });
      await listener.next('hello');
      await eventually(() => listener.replies.get(2)).toMatchObject({ status: 'OK' });
      expect(listener.replies.has(1)).toBe(false);
    });

    test('ends without a word where the token is none', async () => {
      const listener = session.listen();
      await new Promise((resolve) => listener.socket.once('open', resolve));
      send(listener, { action: 'authentication_challenge', seq: 1, data: { token: newId() } });
      expect(await listener.closed).toBe(1006);
      expect(listener.events).toEqual([]);
    });

    test('ends where nobody says who they are, for five seconds', { timeout: 20_000 }, async () => {
      const listener = session.listen({ token: newId() });
      expect(await listener.closed).toBe(1006);
      expect(listener.events).toEqual([]);
    });

    test('answers a ping, and refuses what it does not know', async () => {
      const listener = await opened();
      send(listener, { action: 'ping', seq: 1 });
      send(listener, { action: 'dance', seq: 2 });
      send(listener, { seq: 3 });
      const reply = (seq: number) => eventually(() => listener.replies.get(seq));
      await reply(1).toMatchObject({ status: 'OK', data: { text: 'pong' } });
      await reply(2).toMatchObject({ status: 'FAIL', error: { id: 'api.web_socket_router.bad_action.app_error' } });
      await reply(3).toMatchObject({ status: 'FAIL', error: { id: 'api.web_socket_router.no_action.app_error' } });
    });
  });

  describe('what it tells', () => {
    test('what is posted, to all in the channel, who posted it among them', async () => {
      const listener = await opened();
      const text = `hello @k8sgpt ${newId()}`;
      const post = await session.dev.say(text);
      const told = await listener.next('posted', saying(text));
      expect(told.data).toMatchObject({
        channel_type: 'O',
        channel_name: 'ops',
        channel_display_name: 'Ops',
        sender_name: '@dev',
        team_id: session.team,
        mentions: JSON.stringify([bot()]),
      });
      expect(told.broadcast).toMatchObject({ channel_id: session.channel, user_id: '', team_id: '' });
      expect(postIn(told)).toMatchObject({ id: post.id, user_id: session.dev.id });
      await session.dev.listener.next('posted', saying(text));
    });

    test('but not to others', async () => {
      const listener = await opened();
      const channel = await session.newChannel('O', session.dev.id);
      const text = `hidden ${newId()}`;
      await session.dev.say(text, { channel });
      const later = `seen ${newId()}`;
      await session.dev.say(later);
      await listener.next('posted', saying(later));
      expect(listener.events.filter(({ event }) => event === 'posted').some(saying(text))).toBe(false);
    });

    test('what is edited and deleted', async () => {
      const listener = await opened();
      const post = await session.dev.say('before');
      await session.dev.edit(post.id, `after ${post.id}`);
      await listener.next('post_edited', saying(`after ${post.id}`));
      await session.dev.remove(post.id);
      const told = await listener.next('post_deleted', (event) => postIn(event).id === post.id);
      expect(told.data).not.toHaveProperty('delete_by');
      expect(postIn(told)).toMatchObject({ delete_at: 0 });
    });

    test('numbered one after another', async () => {
      const listener = await opened();
      const text = `last ${newId()}`;
      for (const one of ['1', '2', text]) await session.dev.say(one);
      await listener.next('posted', saying(text));
      expect(listener.events.map(({ seq }) => seq)).toEqual(listener.events.map((_, at) => at));
    });

    test('a direct message, with the other one mentioned', async () => {
      const listener = await opened();
      const channel = await session.dev.direct(bot());
      const text = `between us ${newId()}`;
      await session.dev.say(text, { channel });
      const { data } = await listener.next('posted', saying(text));
      expect(data).toMatchObject({ channel_type: 'D', team_id: '', mentions: JSON.stringify([bot()]) });
      expect(data.channel_name).toBe([bot(), session.dev.id].sort().join('__'));
    });

    test('who comes and goes', async () => {
      const listener = await opened();
      const channel = await session.newChannel('O', bot());
      await listener.next('user_added', ({ broadcast }) => broadcast.channel_id === channel);
      await session.dev.join(channel);
      await listener.next('user_added', ({ data }) => data.user_id === session.dev.id);
      await listener.next('posted', (event) => postIn(event).type === 'system_join_channel');
      await session.admin('DELETE', `/channels/${channel}/members/${bot()}`);
      const told = await listener.next('user_removed', ({ data }) => data.channel_id === channel);
      expect(told.broadcast).toMatchObject({ user_id: bot() });
    });

    test('who is typing, to the others', async () => {
      const body = { channel_id: session.channel, parent_id: '' };
      session.dev.listener.forget();
      expect(await session.bot('POST', '/users/me/typing', body)).toEqual({ status: 'OK' });
      const told = await session.dev.listener.next('typing', ({ data }) => data.user_id === bot());
      expect(told.data).toEqual({ parent_id: '', user_id: bot() });
      const elsewhere = { channel_id: await session.newChannel('P') };
      await refused(session.bot('POST', '/users/me/typing', elsewhere), ...FORBIDDEN);
    });

    test('what is said to who came before their token was revoked, but to nobody who comes after', async () => {
      const made = await session.admin('POST', `/users/${bot()}/tokens`, { description: 'for a while' });
      const listener = session.listen({ token: String(made.token) });
      await listener.next('hello');

      await session.admin('POST', '/users/tokens/revoke', { token_id: made.id });

      const text = `still heard ${newId()}`;
      await session.dev.say(text);
      await listener.next('posted', saying(text));
      const later = session.listen();
      await new Promise((resolve) => later.socket.once('open', resolve));
      send(later, { action: 'authentication_challenge', seq: 1, data: { token: made.token } });
      expect(await later.closed).toBe(1006);
    });
  });

  describe('a connection that was lost', () => {
    test('goes on where it ended', async () => {
      const first = await opened();
      await session.dev.say('heard');
      await first.next('posted');
      await lose(first);
      const text = `missed ${newId()}`;
      const sequence = following(first);
      await session.dev.say(text);

      const again = session.listen({ token: token(), query: resuming(first, sequence) });

      const told = await again.next('posted', saying(text));
      expect(told.seq).toBeGreaterThanOrEqual(sequence);
      expect(again.events[0]?.seq).toBe(sequence);
      expect(again.events.some(({ event }) => event === 'hello')).toBe(false);
    });

    test('tells again what one did not hear', async () => {
      const first = await opened();
      await flood(200);
      await eventually(() => first.events.length).toBeGreaterThan(200);
      await lose(first);
      const heard = following(first);
      const again = session.listen({ token: token(), query: resuming(first, heard - 20) });
      await eventually(() => again.events.length).toBeGreaterThanOrEqual(20);
      expect(again.events.map(({ seq }) => seq).slice(0, 20)).toEqual(
        Array.from({ length: 20 }, (_, at) => heard - 20 + at),
      );
    });

    test('is a new one where more was missed, or more is wanted again, than the server keeps', async () => {
      const first = await opened();
      await lose(first);
      await flood(300);
      const second = await opened(resuming(first, following(first)));
      expect(second.events[0]).toMatchObject({ event: 'hello', seq: 0 });
      await flood(200);
      await eventually(() => second.events.length).toBeGreaterThan(200);
      await lose(second);
      const third = await opened(resuming(second, 10));
      expect(third.events[0]).toMatchObject({ event: 'hello', seq: 0 });
      expect(idOf(third)).not.toBe(idOf(second));
    });

    test('is a new one to who says by a challenge who they are', async () => {
      const first = await opened();
      await lose(first);
      const again = session.listen({ query: resuming(first, following(first)) });
      await new Promise((resolve) => again.socket.once('open', resolve));
      send(again, { action: 'authentication_challenge', seq: 1, data: { token: token() } });
      const hello = await again.next('hello');
      expect(hello.seq).toBe(0);
      expect(idOf(again)).not.toBe(idOf(first));
    });

    test('is a new one where the server does not know it', async () => {
      const again = await opened(`?connection_id=${newId()}&sequence_number=5`);
      expect(again.events[0]).toMatchObject({ event: 'hello', seq: 0 });
      const bad = session.listen({ token: token(), query: '?connection_id=abc&sequence_number=5' });
      expect(await bad.closed).toBe(1006);
    });

    test('is lost with a restart, and what is stored is not', async () => {
      const first = await opened();
      const post = await session.dev.say('before the restart');

      await session.harness.restart();

      expect(await first.closed).toBe(1006);
      expect(await session.bot('GET', `/posts/${post.id}`)).toMatchObject({ message: 'before the restart' });
      const again = await opened(resuming(first, following(first)));
      expect(idOf(again)).not.toBe(idOf(first));
      expect(again.events[0]).toMatchObject({ seq: 0 });
    });
  });
}
