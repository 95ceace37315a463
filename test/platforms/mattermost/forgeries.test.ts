import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSigning } from '../../../src/platforms/mattermost/signing.ts';
import { say, withBlocks } from '../../contracts/platform-session.ts';
import { type Started, started } from '../../support/mattermost/started.ts';
import { soon } from '../../support/soon.ts';

const MINUTE = 60_000;

/** A call to our address as whoever knows it could make one. */
async function call(at: Started, path: string, body: string | object | URLSearchParams, method = 'POST') {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(at.url + path, {
    method,
    ...(method === 'POST' && {
      body: typeof body === 'string' || isForm ? body : JSON.stringify(body),
      headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
    }),
  });
  return { status: response.status, text: await response.text() };
}

/** The form of the slash command that Mattermost sent last, with changes. */
function lastForm(at: Started, changes: Record<string, string> = {}): URLSearchParams {
  const form = new URLSearchParams(at.last()?.body);
  for (const [name, value] of Object.entries(changes)) form.set(name, value);
  return form;
}

function lastJson(at: Started): Record<string, unknown> {
  return JSON.parse(at.last()?.body ?? '') as Record<string, unknown>;
}

/** A trigger as the server makes them, but by a key of one's own. */
function invented(user: string, at = Date.now()): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const data = `${randomBytes(13).toString('hex')}:${user}:${at}:`;
  return Buffer.from(data + sign('sha256', Buffer.from(data), privateKey).toString('base64')).toString('base64');
}

async function refused(at: Started, path: string, body: object | URLSearchParams, status = 403): Promise<void> {
  expect((await call(at, path, body)).status).toBe(status);
  expect(at.commands).toEqual([]);
  expect(at.forms).toEqual([]);
}

describe('a slash command', () => {
  async function scene() {
    const at = await started();
    await at.command('status');
    at.commands.length = 0;
    return at;
  }

  test.each(['', 'a guess', 'x'.repeat(26)])('with the token "%s" does nothing', async (token) => {
    const at = await scene();
    await refused(at, '/mattermost/command', lastForm(at, { token }), 401);
  });

  test('with a trigger of another person, an invented one, or none, does nothing', async () => {
    const at = await scene();
    await refused(at, '/mattermost/command', lastForm(at, { user_id: at.bert }));
    await refused(at, '/mattermost/command', lastForm(at, { trigger_id: invented(at.person.id) }));
    await refused(at, '/mattermost/command', lastForm(at, { trigger_id: '' }));
    await refused(at, '/mattermost/command', lastForm(at, { trigger_id: 'x:y:z' }));
  });

  test('that was done long ago, or will be, does nothing', async () => {
    let now = Date.now();
    const at = await started({ now: () => now });
    for (const away of [-11 * MINUTE, 11 * MINUTE]) {
      now = Date.now() + away;
      await at.command('status').catch(() => {});
    }
    expect(at.commands).toEqual([]);
  });

  test('is taken once, however often it is sent', async () => {
    const at = await started();
    await at.command('status');
    for (let time = 0; time < 3; time++) expect((await call(at, '/mattermost/command', lastForm(at))).status).toBe(200);
    // Another text does not make another command of it.
    await call(at, '/mattermost/command', lastForm(at, { text: 'analyze' }));
    expect(at.commands).toMatchObject([{ text: 'status' }]);
  });
});

describe('a button', () => {
  async function scene() {
    const at = await started();
    const channel = at.server.settings.MATTERMOST_CHANNEL_ID;
    const actions = [
      { label: 'Go', run: 'explain inc-1' },
      { label: 'Ask', form: 'analyze' },
    ];
    await at.platform.post({ channel }, withBlocks({ type: 'actions', actions }));
    const [shown] = at.shown(channel);
    if (!shown) throw new Error('nothing was posted');
    return { at, channel, shown };
  }

  test('with no context, a changed one, one of another channel or of another purpose does nothing', async () => {
    const { at, shown } = await scene();
    await at.press(shown, 'Go');
    const pressed = lastJson(at);
    const context = pressed.context as { content: string; signature: string };
    at.commands.length = 0;

    await refused(at, '/mattermost/actions', { ...pressed, context: undefined });
    await refused(at, '/mattermost/actions', { ...pressed, context: { run: 'purge' } });
    const changed = { ...context, content: context.content.replace('inc-1', 'inc-2') };
    await refused(at, '/mattermost/actions', { ...pressed, context: changed });
    await refused(at, '/mattermost/actions', { ...pressed, channel_id: 'z'.repeat(26) });
    const content = { run: 'purge', channel: pressed.channel_id };
    const { MATTERMOST_TOKEN: token } = at.server.settings;
    const otherPurpose = { ...createSigning(token).sign('dialog', content) };
    await refused(at, '/mattermost/actions', { ...pressed, context: otherPurpose });
    const otherKey = { ...createSigning('another token').sign('action', content) };
    await refused(at, '/mattermost/actions', { ...pressed, context: otherKey });
  });

  test('pressed in the name of another person does nothing, and one press acts once', async () => {
    const { at, shown } = await scene();
    await at.press(shown, 'Go');
    const pressed = lastJson(at);
    for (let time = 0; time < 3; time++) expect((await call(at, '/mattermost/actions', pressed)).status).toBe(200);
    expect(at.commands).toMatchObject([{ text: 'explain inc-1', user: at.person.id }]);
    at.commands.length = 0;

    await refused(at, '/mattermost/actions', { ...pressed, user_id: at.bert });
    await refused(at, '/mattermost/actions', { ...pressed, user_id: at.bert, trigger_id: invented(at.bert) });
  });

  test('that a person gave a post of their own does nothing', async () => {
    const { at, channel } = await scene();
    const context = { content: JSON.stringify({ run: 'purge', channel }), signature: 'a guess' };
    const integration = { url: `${at.url}/mattermost/actions`, context };
    const attachments = [{ actions: [{ id: 'own', name: 'Own', type: 'button', integration }] }];
    const { id } = await at.person.api<{ id: string }>('POST', '/posts', {
      channel_id: channel,
      message: 'mine',
      props: { attachments },
    });

    await expect(at.person.api('POST', `/posts/${id}/actions/own`, {})).rejects.toThrow();

    expect(at.commands).toEqual([]);
  });

  test('’s form is sent by who opened it alone, once, and not after an hour', async () => {
    const { at, shown } = await scene();
    await at.press(shown, 'Ask');
    await at.fill({ severity: 'low' });
    await soon(() => expect(at.commands).toHaveLength(1));
    const sent = lastJson(at);

    for (let time = 0; time < 3; time++) expect((await call(at, '/mattermost/dialogs', sent)).status).toBe(200);
    expect((await call(at, '/mattermost/dialogs', { ...sent, user_id: at.bert })).status).toBe(403);
    const state = JSON.parse(String(sent.state)) as { content: string; signature: string };
    const other = { ...state, content: state.content.replace(at.person.id, at.bert) };
    const forged = { ...sent, user_id: at.bert, state: JSON.stringify(other) };
    expect((await call(at, '/mattermost/dialogs', forged)).status).toBe(403);
    expect((await call(at, '/mattermost/dialogs', { ...sent, state: 'no state' })).status).toBe(403);
    const { MATTERMOST_TOKEN: token } = at.server.settings;
    const old = { ...(JSON.parse(state.content) as object), trigger: 'another', at: Date.now() - 51 * MINUTE };
    const late = { ...sent, state: JSON.stringify(createSigning(token).sign('dialog', old)) };
    expect((await call(at, '/mattermost/dialogs', late)).text).toContain('Press the button again');
    expect(at.commands).toHaveLength(1);
  });
});

test('what is no call of Mattermost’s is refused in a word', async () => {
  const at = await started();

  expect((await call(at, '/mattermost/actions', 'x'.repeat(300_000))).status).toBe(413);
  expect((await call(at, '/mattermost/actions', '{"broken')).status).toBe(400);
  expect((await call(at, '/mattermost/actions', '[]')).status).toBe(400);
  expect((await call(at, '/mattermost/nowhere', {})).status).toBe(404);
  expect((await call(at, '/mattermost/command', '', 'GET')).status).toBe(405);
  expect(at.commands).toEqual([]);
});

describe('a post', () => {
  /** What is heard of what these do, up to a last command that is. */
  async function heardOf(act: (at: Started) => Promise<unknown>) {
    const at = await started();
    await act(at);
    await at.mention('the end');
    await soon(() => expect(at.commands.map(({ text }) => text)).toContain('the end'));
    return { commands: at.commands.map(({ text }) => text), replies: at.replies.map(({ text }) => text) };
  }
  const nothing = { commands: ['the end'], replies: [] };

  test('of the bot itself, though it mentions the bot, is not heard', async () => {
    const heard = await heardOf(async (at) => {
      const { MATTERMOST_CHANNEL_ID: channel, MATTERMOST_BOT_USER_ID: user } = at.server.settings;
      const { place } = await at.platform.post({ channel }, withBlocks({ type: 'text', text: ['Hi ', { user }] }));
      await at.platform.post(place, withBlocks({ type: 'text', text: [{ user }, ' analyze'] }));
    });
    expect(heard).toEqual(nothing);
  });

  test('of another bot, in a channel, a thread or a conversation, is not heard', async () => {
    const heard = await heardOf(async (at) => {
      const { MATTERMOST_CHANNEL_ID: channel } = at.server.settings;
      const { place } = await at.platform.post({ channel }, say('A report'));
      await at.botReply?.('@k8sgpt analyze', '');
      await at.botReply?.('why?', place.thread ?? '');
    });
    expect(heard).toEqual(nothing);
  });

  test('of an incoming webhook is not heard', async () => {
    const heard = await heardOf(async (at) => {
      const { MATTERMOST_URL: url, MATTERMOST_CHANNEL_ID: channel_id, MATTERMOST_ADMIN_TOKEN } = at.server.settings;
      const admin = await at.server.person(MATTERMOST_ADMIN_TOKEN);
      const { id } = await admin.api<{ id: string }>('POST', '/hooks/incoming', { channel_id });
      admin.close();
      const body = JSON.stringify({ text: '@k8sgpt analyze' });
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(`${url}/hooks/${id}`, { method: 'POST', body, headers })).ok).toBe(true);
    });
    expect(heard).toEqual(nothing);
  });

  test('of the server itself, such as that someone has come, is not heard', async () => {
    const heard = await heardOf(async (at) => {
      const other = await at.server.newcomer('k8sgpt-fan');
      await other.leave(at.server.settings.MATTERMOST_CHANNEL_ID);
      other.close();
    });
    expect(heard).toEqual(nothing);
  });

  test('that is edited or deleted is not heard again', async () => {
    const heard = await heardOf(async (at) => {
      const { id } = await at.person.say('nothing of yours');
      await at.person.edit(id, '@k8sgpt analyze');
      await at.person.remove(id);
    });
    expect(heard).toEqual(nothing);
  });

  test.each(['`@k8sgpt analyze`', '```\n@k8sgpt analyze\n```', '@k8sgpt2 analyze', 'mail@k8sgpt.io', '@k8sgpt.io'])(
    'that mentions no one of this name (%s) is not heard',
    async (text) => {
      expect(await heardOf((at) => at.person.say(text))).toEqual(nothing);
    },
  );

  test.each([
    ['@k8sgpt, why?', 'why?'],
    ['@K8SGPT analyze', 'analyze'],
    ['@k8sgpt: status', 'status'],
    ['What is wrong, @k8sgpt?', 'What is wrong,  ?'],
  ])('that mentions it (%s) is heard', async (said, text) => {
    expect(await heardOf((at) => at.person.say(said))).toEqual({ commands: [text, 'the end'], replies: [] });
  });
});
