import { Client4, WebSocketClient, type WebSocketMessage } from '@mattermost/client';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { newId } from '../support/mattermost/ids.ts';
import { eventually, type Session } from './mattermost-session.ts';

/** What Mattermost's own client makes of the server. */
export function serves(session: Session): void {
  describe("Mattermost's own client", () => {
    const sockets: WebSocketClient[] = [];

    function client(token = session.settings.MATTERMOST_TOKEN): Client4 {
      const made = new Client4();
      made.setUrl(session.url);
      made.setToken(token);
      return made;
    }

    /** One that reconnects at once, and says nothing on the console. */
    function socket(): { told: WebSocketMessage[]; ws: WebSocketClient } {
      vi.spyOn(console, 'log').mockImplementation(() => {});
      const ws = new WebSocketClient({ minWebSocketRetryTime: 20, reconnectJitterRange: 1 });
      sockets.push(ws);
      const told: WebSocketMessage[] = [];
      ws.addMessageListener((message) => told.push(message));
      ws.initialize(client().getWebSocketUrl().replace(/^http/, 'ws'), session.settings.MATTERMOST_TOKEN);
      return { told, ws };
    }

    afterEach(() => {
      for (const ws of sockets.splice(0)) ws.close();
      vi.restoreAllMocks();
    });

    test('posts, edits, deletes, and reads a thread', async () => {
      const api = client();
      const { id } = await api.getMe();
      const root = await api.createPost({ channel_id: session.channel, message: 'by the client' });
      expect(root).toMatchObject({ user_id: id, message: 'by the client' });
      await api.createPost({ channel_id: session.channel, message: 'reply', root_id: root.id });
      await api.patchPost({ id: root.id, message: 'edited' });
      const { posts } = await api.getPaginatedPostThread(root.id, { perPage: 60, direction: 'down' });
      expect(
        Object.values(posts)
          .map(({ message }) => message)
          .sort(),
      ).toEqual(['edited', 'reply']);
      expect(await api.deletePost(root.id)).toEqual({ status: 'OK' });
    });

    test('is told the status and the id of an error', async () => {
      const long = client().createPost({ channel_id: session.channel, message: 'x'.repeat(16_384) });
      await expect(long).rejects.toMatchObject({
        status_code: 400,
        server_error_id: 'model.post.is_valid.msg.app_error',
        message: 'Invalid message.',
      });
      await expect(client(newId()).getMe()).rejects.toMatchObject({ status_code: 401 });
    });

    test('uploads a file', async () => {
      const form = new FormData();
      form.append('channel_id', session.channel);
      form.append('files', new Blob(['content']), 'a.txt');
      expect(await client().uploadFile(form)).toMatchObject({ file_infos: [{ name: 'a.txt', size: 7 }] });
    });

    test('hears what is posted, and is told that it may have missed something after a restart', async () => {
      const { told, ws } = socket();
      const missed = vi.fn();
      ws.addMissedMessageListener(missed);
      await eventually(() => told.map(({ event }) => event)).toContain('hello');
      const heard = (text: string) =>
        told.some(({ event, data }) => event === 'posted' && JSON.stringify(data).includes(text));
      const before = newId();
      await session.bot('POST', '/posts', { channel_id: session.channel, message: before });
      await eventually(() => heard(before)).toBe(true);

      await session.harness.restart();

      await eventually(() => missed.mock.calls.length).toBe(1);
      const after = newId();
      await session.bot('POST', '/posts', { channel_id: session.channel, message: after });
      await eventually(() => heard(after)).toBe(true);
    });
  });

  describe('a server that takes only so many requests', () => {
    test('says when to try again', async () => {
      await session.harness.limit({ perSecond: 1, burst: 3 });
      const ask = () =>
        fetch(`${session.url}/api/v4/users/me`, {
          headers: { authorization: `Bearer ${session.settings.MATTERMOST_TOKEN}` },
        });

      const answers = [];
      for (let count = 0; count < 8; count++) answers.push(await ask());

      const limited = answers.find(({ status }) => status === 429);
      expect(await limited?.text()).toBe('limit exceeded\n');
      const headers = Object.fromEntries(limited?.headers ?? []);
      expect(headers).toMatchObject({ 'x-ratelimit-limit': '4', 'x-ratelimit-remaining': '0' });
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(headers).toHaveProperty('x-ratelimit-reset');
    });
  });
}
