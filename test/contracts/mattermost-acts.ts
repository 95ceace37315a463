import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { newId } from '../support/mattermost/ids.ts';
import type { Json } from '../support/mattermost/json.ts';
import type { SeenPost } from '../support/mattermost/person.ts';
import {
  BAD_BODY,
  eventually,
  FORBIDDEN,
  formOf,
  newCommand,
  refused,
  type Session,
  withButton,
} from './mattermost-session.ts';

export function acts(session: Session): void {
  const sent = (path: string) => JSON.parse(session.integration.last(path).body) as Json;
  const failed = [400, 'api.post.do_action.action_integration.app_error'] as const;

  describe('a button', () => {
    let count = 0;

    async function newButton(more: object = {}): Promise<{ post: SeenPost; path: string }> {
      const path = `/button${++count}`;
      return {
        path,
        post: await session.post('press it', { props: withButton(session.integration.url + path), ...more }),
      };
    }

    test('calls its integration with what it was made with', async () => {
      const { post, path } = await newButton();

      const answer = await session.dev.press(post, 'Explain');

      expect(answer).toEqual({ status: 'OK', trigger_id: expect.stringMatching(/^[a-z0-9]{26}$/) });
      expect(session.integration.last(path).headers).toMatchObject({ 'content-type': 'application/json' });
      expect(sent(path)).toEqual({
        user_id: session.dev.id,
        user_name: 'dev',
        channel_id: session.channel,
        channel_name: 'ops',
        team_id: session.team,
        team_domain: 'platform',
        post_id: post.id,
        trigger_id: expect.any(String),
        type: 'button',
        data_source: '',
        context: { of: 'pod' },
      });
    });

    test('a menu tells what was chosen', async () => {
      const url = `${session.integration.url}/menu`;
      const options = [
        { text: 'One', value: '1' },
        { text: 'Two', value: '2' },
      ];
      const actions = [{ name: 'Which', type: 'select', options, integration: { url, context: { of: 'menu' } } }];
      const post = await session.post('choose', { props: { attachments: [{ actions }] } });
      await session.dev.press(post, 'Which', 'Two');
      expect(sent('/menu')).toMatchObject({ type: 'select', context: { of: 'menu', selected_option: '2' } });
    });

    test('may change its post, of which the rest stays only if it is not mentioned', async () => {
      const { post, path } = await newButton();
      session.integration.answer(path, { update: { message: 'pressed' } });
      await session.dev.press(post, 'Explain');
      const kept = await session.bot<SeenPost>('GET', `/posts/${post.id}`);
      expect(kept).toMatchObject({ message: 'pressed' });
      // So it can be pressed again.
      session.integration.answer(path, { update: { message: 'pressed twice', props: {} } });
      await session.dev.press(kept, 'Explain');
      const { message, props } = await session.bot<SeenPost>('GET', `/posts/${post.id}`);
      expect([message, props.attachments ?? []]).toEqual(['pressed twice', []]);
    });

    test('is not pressed where it is no more', async () => {
      const { post } = await newButton();
      await session.bot('PUT', `/posts/${post.id}/patch`, { props: {} });
      await refused(session.dev.press(post, 'Explain'), 404, 'api.post.do_action.action_id.app_error');
      await session.bot('DELETE', `/posts/${post.id}`);
      await refused(session.dev.press(post, 'Explain'), 404, 'app.post.get.app_error');
    });

    test('keeps what it was made with when only the text is changed', async () => {
      const { post, path } = await newButton();
      await session.bot('PUT', `/posts/${post.id}/patch`, { message: 'other' });
      await session.dev.press(post, 'Explain');
      expect(sent(path)).toMatchObject({ context: { of: 'pod' } });
    });

    test('may say something to who pressed it, in the thread', async () => {
      const { post, path } = await newButton();
      session.integration.answer(path, { ephemeral_text: `thanks ${path}` });
      await session.dev.press(post, 'Explain');
      const seen = await session.dev.whispered(({ text }) => text === `thanks ${path}`);
      expect(seen.thread).toBe(post.id);
    });

    test('fails where its integration does', async () => {
      const { post, path } = await newButton();
      session.integration.answer(path, { status: 500 });
      await refused(session.dev.press(post, 'Explain'), ...failed);
      session.integration.answer(path, { status: 204 });
      await refused(session.dev.press(post, 'Explain'), ...failed);
      session.integration.answer(path, { body: 'no JSON' });
      await refused(session.dev.press(post, 'Explain'), ...failed);
    });

    test('is not pressed by who may not read', async () => {
      const channel = await session.newChannel('P', session.settings.MATTERMOST_BOT_USER_ID);
      const { post } = await newButton({ channel_id: channel });
      await refused(session.dev.press(post, 'Explain'), ...FORBIDDEN);
    });

    test('of an id with other than letters and digits cannot be pressed', async () => {
      const integration = { url: `${session.integration.url}/dash` };
      const actions = [{ id: 'a-b', name: 'Dash', type: 'button', integration }];
      const post = await session.post('x', { props: { attachments: [{ actions }] } });
      await refused(session.dev.press(post, 'Dash'), 404, 'api.context.404.app_error');
    });

    test('of what one person alone sees is pressed too', async () => {
      const props = withButton(`${session.integration.url}/whisper`);
      const post = { channel_id: session.channel, message: 'psst, a button', props };
      await session.admin('POST', '/posts/ephemeral', { user_id: session.dev.id, post });
      const seen = await session.dev.whispered(({ text }) => text.startsWith('psst, a button'));
      expect(seen.post.props.attachments?.[0]?.actions?.[0]).not.toHaveProperty('integration');
      await session.dev.press(seen.post, 'Explain');
      expect(sent('/whisper')).toMatchObject({ post_id: seen.id, context: { of: 'pod' }, team_id: session.team });
    });
  });

  describe('a dialog', () => {
    const text = { display_name: 'Namespace', name: 'namespace', type: 'text', max_length: 50, default: 'shop' };
    const dialog = { callback_id: 'analyze', title: 'Analyze', state: 'x1', elements: [text] };
    let count = 0;

    async function trigger(): Promise<string> {
      const { path, trigger: name } = await newCommand(session);
      await session.dev.command(`/${name}`);
      return formOf(session, path).trigger_id ?? '';
    }

    async function open(more: object = {}): Promise<string> {
      const path = `/dialog${++count}`;
      const url = session.integration.url + path;
      const body = { trigger_id: await trigger(), url, dialog: { ...dialog, ...more } };
      expect(await session.bot('POST', '/actions/dialogs/open', body)).toEqual({ status: 'OK' });
      return path;
    }

    test('is shown to who did what it is opened for, and what is filled in is sent on', async () => {
      const path = await open();
      await eventually(async () => (await session.dev.dialog()).url).toContain(path);
      const shown = await session.dev.dialog();
      expect(shown.dialog).toMatchObject({ title: 'Analyze', callback_id: 'analyze', elements: [text] });

      expect(await session.dev.fill({ namespace: 'infra' })).toEqual({});

      expect(sent(path)).toEqual({
        type: 'dialog_submission',
        callback_id: 'analyze',
        state: 'x1',
        user_id: session.dev.id,
        channel_id: session.channel,
        team_id: session.team,
        submission: { namespace: 'infra' },
        cancelled: false,
      });
    });

    test('stays open with what is said against it', async () => {
      const path = await open();
      await eventually(async () => (await session.dev.dialog()).url).toContain(path);
      session.integration.answer(path, { errors: { namespace: 'There is none.' } });
      expect(await session.dev.fill({})).toEqual({ errors: { namespace: 'There is none.' } });
      session.integration.answer(path, { error: 'Not now.' });
      expect(await session.dev.fill({})).toEqual({ error: 'Not now.' });
      session.integration.answer(path, { body: 'no JSON' });
      expect(await session.dev.fill({})).toEqual({});
    });

    test('tells that it was closed, if it wished to', async () => {
      const path = await open({ notify_on_cancel: true });
      await eventually(async () => (await session.dev.dialog()).url).toContain(path);
      await session.dev.cancel();
      expect(sent(path)).toMatchObject({ cancelled: true, state: 'x1', submission: null });
    });

    test('is not sent where its integration fails, or where one may not be', async () => {
      const path = await open();
      await eventually(async () => (await session.dev.dialog()).url).toContain(path);
      session.integration.answer(path, { status: 500 });
      await refused(session.dev.fill({}), ...failed);
      const url = session.integration.url + path;
      const submit = (more: object) =>
        session.dev.api('POST', '/actions/dialogs/submit', {
          url,
          channel_id: session.channel,
          team_id: session.team,
          ...more,
        });
      await refused(submit({ channel_id: await session.newChannel('P') }), ...FORBIDDEN);
      await refused(submit({ team_id: newId() }), ...FORBIDDEN);
      await refused(submit({ url: '' }), ...BAD_BODY);
    });

    test('is opened by who did something a moment ago, and by nobody else', async () => {
      const url = `${session.integration.url}/late`;
      const request = (trigger_id: string) => session.bot('POST', '/actions/dialogs/open', { trigger_id, url, dialog });
      const wrong = (what: string) => [400, `interactive_message.decode_trigger_id.${what}`] as const;
      const id = await trigger();
      expect(await request(id)).toEqual({ status: 'OK' });
      // As often as one likes, meanwhile.
      expect(await request(id)).toEqual({ status: 'OK' });
      await refused(request('no trigger'), ...wrong('base64_decode_failed'));
      await refused(request(Buffer.from('a:b:c').toString('base64')), ...wrong('missing_data'));
      await refused(session.bot('POST', '/actions/dialogs/open', { trigger_id: id, dialog }), ...BAD_BODY);
      await sleep(session.harness.triggerMs + 100);
      await refused(request(id), ...wrong('expired'));
    });
  });

  describe('an incoming webhook', () => {
    test('posts as who made it', async () => {
      const { id } = await session.admin('POST', '/hooks/incoming', { channel_id: session.channel });
      const text = `by a webhook ${newId()}`;
      const send = (hook: unknown, body: object) =>
        fetch(`${session.url}/hooks/${hook}`, { method: 'POST', body: JSON.stringify(body) });
      expect((await send(id, { text, attachments: [{ text: 'more' }] })).status).toBe(200);
      const seen = (await session.dev.posts()).find((one) => one.text === `${text}\nmore`);
      expect(seen?.post).toMatchObject({ type: 'slack_attachment', props: { from_webhook: 'true' } });
      expect((await send(newId(), { text })).status).toBe(400);
      expect((await send(id, {})).status).toBe(400);
    });
  });
}
