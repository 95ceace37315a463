import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { BAD_BODY, eventually, refused, withButton } from '../../contracts/mattermost-session.ts';
import { createApi } from '../../support/mattermost/api.ts';
import { type Integration, startIntegration } from '../../support/mattermost/integration.ts';
import { type Listener, listen } from '../../support/mattermost/listener.ts';
import type { Person } from '../../support/mattermost/person.ts';
import { type MattermostOptions, type MattermostServer, startMattermost } from '../../support/mattermost-server.ts';

const file = (name: string) => readFileSync(new URL(`../../support/tls/${name}`, import.meta.url), 'utf8');

async function opened(options?: MattermostOptions): Promise<{ mattermost: MattermostServer; dev: Person }> {
  const mattermost = await startMattermost(options);
  const dev = await mattermost.person();
  onTestFinished(async () => {
    dev.close();
    await mattermost.stop();
  });
  return { mattermost, dev };
}

async function integration(): Promise<Integration> {
  const started = await startIntegration();
  onTestFinished(() => started.close());
  return started;
}

function heard({ events }: Listener, text: string): boolean {
  return events.some(({ event, data }) => event === 'posted' && String(data.post).includes(text));
}

test('the next requests of a route fail as ordered', async () => {
  const { mattermost, dev } = await opened();
  mattermost.fail('POST /posts', 500, 1, 'app.post.save.app_error');
  mattermost.limit('POST /posts', 1, 7);
  await refused(dev.say('x'), 500, 'app.post.save.app_error');
  await refused(dev.say('x'), 429, '');
  expect(await dev.say('x')).toMatchObject({ message: 'x' });
  expect(mattermost.count('POST /posts')).toBe(3);
  const statuses = mattermost.asked.filter(({ route }) => route === 'POST /posts').map(({ status }) => status);
  expect(statuses).toEqual([500, 429, 201]);
});

test('an answer is lost after all was done', async () => {
  const { mattermost, dev } = await opened();
  mattermost.loseAnswer('POST /posts');
  await expect(dev.say('kept')).rejects.toThrow('fetch failed');
  expect((await dev.posts()).map(({ text }) => text)).toEqual(['kept']);
});

test('an answer takes its time', async () => {
  const { mattermost, dev } = await opened();
  mattermost.delay('POST /posts', 60_000);
  const never = vi.fn();
  dev.say('slow').then(never, () => {});
  await eventually(async () => (await dev.posts()).length).toBe(1);
  expect(never).not.toHaveBeenCalled();
});

test("a server under a path, behind a certificate of one's own", async () => {
  const tls = { cert: file('server.crt'), key: file('server.key'), ca: file('ca.crt') };
  const { mattermost, dev } = await opened({ path: '/chat', tls });
  expect(mattermost.settings.MATTERMOST_URL).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/chat$/);
  await dev.say('hello');
  await dev.listener.next('posted');
  const [root] = mattermost.settings.MATTERMOST_URL.split('/chat');
  await refused(createApi(root ?? '', '', tls.ca)('GET', '/system/ping'), 404, 'api.context.404.app_error');
});

test('connections are cut, refused, and muted', async () => {
  const { mattermost, dev } = await opened();
  const { MATTERMOST_URL: url, MATTERMOST_TOKEN: token, MATTERMOST_BOT_USER_ID: user } = mattermost.settings;
  const first = listen(url, { token });
  await mattermost.hub.connected(user);
  mattermost.hub.cut({ user });
  expect(await first.closed).toBe(1006);
  const second = listen(url, { token });
  await mattermost.hub.connected(user);
  mattermost.hub.cut({ user, code: 1001 });
  expect(await second.closed).toBe(1001);
  mattermost.fail('GET /websocket', 503);
  const third = listen(url, { token });
  expect(await third.closed).toBe(1006);
  const fourth = listen(url, { token });
  await fourth.next('hello');
  mattermost.hub.mute(true);
  await dev.say('unheard');
  expect(heard(fourth, 'unheard')).toBe(false);
  mattermost.hub.mute(false);
  await eventually(() => heard(fourth, 'unheard')).toBe(true);
  expect([mattermost.hub.count(user), mattermost.hub.made()]).toEqual([1, 4]);
  fourth.close();
});

test('a lost connection is forgotten after a while', async () => {
  const { mattermost } = await opened();
  const { MATTERMOST_URL: url, MATTERMOST_TOKEN: token, MATTERMOST_BOT_USER_ID: user } = mattermost.settings;
  const first = listen(url, { token });
  const { data } = await first.next('hello');
  mattermost.hub.cut({ user });
  await first.closed;
  mattermost.hub.forget();
  const again = listen(url, { token, query: `?connection_id=${data.connection_id}&sequence_number=2` });
  expect((await again.next('hello')).data.connection_id).not.toBe(data.connection_id);
  again.close();
});

test('a restart may take a moment, in which nobody answers', async () => {
  const { mattermost, dev } = await opened();
  await dev.say('before');
  const restarted = mattermost.restart(50);
  await expect(fetch(`${mattermost.settings.MATTERMOST_URL}/api/v4/system/ping`)).rejects.toThrow('fetch failed');
  await restarted;
  expect((await dev.posts()).map(({ text }) => text)).toEqual(['before']);
});

test('an integration has its time', async () => {
  const { mattermost, dev } = await opened({ integrationMs: 50 });
  const { url, answer } = await integration();
  answer('/act', { afterMs: 500 });
  const channel_id = mattermost.settings.MATTERMOST_CHANNEL_ID;
  const bot = createApi(mattermost.settings.MATTERMOST_URL, mattermost.settings.MATTERMOST_TOKEN);
  const post = await bot('POST', '/posts', { channel_id, message: '', props: withButton(`${url}/act`) });
  const press = dev.press(post as never, 'Explain');
  await refused(press, 400, 'api.post.do_action.action_integration.app_error');
});

test('a server that calls nobody in its own network', async () => {
  const { mattermost, dev } = await opened({ callsInternal: false });
  const { url, calls } = await integration();
  const channel_id = mattermost.settings.MATTERMOST_CHANNEL_ID;
  const bot = createApi(mattermost.settings.MATTERMOST_URL, mattermost.settings.MATTERMOST_TOKEN);
  const post = await bot('POST', '/posts', { channel_id, message: '', props: withButton(`${url}/act`) });
  const press = dev.press(post as never, 'Explain');
  await refused(press, 400, 'api.post.do_action.action_integration.app_error');
  expect(calls).toEqual([]);
});

const text = { display_name: 'Namespace', name: 'namespace', type: 'text' };
const menu = { display_name: 'From', name: 'from', type: 'select', options: [{ text: 'High', value: 'high' }] };

test.each([
  ['no title', { title: '' }],
  ['a long title', { title: 'x'.repeat(25) }],
  ['a title of few letters but many bytes', { title: 'ü'.repeat(13) }],
  ['a member that there is not', { subtitle: 'x' }],
  ['an icon of nowhere', { icon_url: 'icon.png' }],
  ['a name twice', { elements: [text, text] }],
  ['a field without a name', { elements: [{ ...text, name: '' }] }],
  ['a field without a label', { elements: [{ ...text, display_name: '' }] }],
  ['a long label', { elements: [{ ...text, display_name: 'x'.repeat(25) }] }],
  ['a long help', { elements: [{ ...text, help_text: 'x'.repeat(151) }] }],
  ['a long placeholder', { elements: [{ ...text, placeholder: 'x'.repeat(151) }] }],
  ['a long default', { elements: [{ ...text, default: 'x'.repeat(151) }] }],
  ['a kind that there is not', { elements: [{ ...text, type: 'input' }] }],
  ['a kind of text that there is not', { elements: [{ ...text, subtype: 'date' }] }],
  ['a least length above the most', { elements: [{ ...text, min_length: 5, max_length: 3 }] }],
  ['a choice that there is not', { elements: [{ ...menu, default: 'low' }] }],
  ['a source that there is not', { elements: [{ ...menu, options: [], data_source: 'pods' }] }],
  ['a switch that is neither on nor off', { elements: [{ ...text, type: 'bool', default: 'yes' }] }],
  ['a member of newer servers', { elements: [{ ...menu, multiselect: true }] }],
])('a dialog with %s is refused', async (_, wrong) => {
  const { mattermost, dev } = await opened();
  const { url, last } = await integration();
  const { MATTERMOST_URL, MATTERMOST_ADMIN_TOKEN, MATTERMOST_TEAM_ID: team_id } = mattermost.settings;
  const admin = createApi(MATTERMOST_URL, MATTERMOST_ADMIN_TOKEN);
  await admin('POST', '/commands', { team_id, trigger: 'k8sgpt', method: 'P', url: `${url}/command` });
  await dev.command('/k8sgpt analyze');
  const trigger_id = new URLSearchParams(last('/command').body).get('trigger_id');
  const open = (more: object) =>
    admin('POST', '/actions/dialogs/open', {
      trigger_id,
      url,
      dialog: { title: 'Analyze', elements: [text], ...more },
    });

  await refused(open(wrong), ...BAD_BODY);

  expect(await open({ elements: [text, menu] })).toEqual({ status: 'OK' });
});
