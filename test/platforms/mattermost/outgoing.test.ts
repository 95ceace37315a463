import { beforeEach, describe, expect, test } from 'vitest';
import { say, withBlocks } from '../../contracts/platform-session.ts';
import { type Started, started } from '../../support/mattermost/started.ts';
import { soon } from '../../support/soon.ts';

let at: Started;
let channel: string;
beforeEach(async () => {
  at = await started();
  channel = at.server.settings.MATTERMOST_CHANNEL_ID;
});

const shown = () => at.shown(channel).map(({ text }) => text.trim());
/** What an edit is refused with after `PostEditTimeLimit`. */
const LATE = 'api.post.update_post.permissions_time_limit.app_error';

describe('a message stands there once', () => {
  test('although the answer to its post was lost', async () => {
    at.server.loseAnswer('POST /posts');
    const posted = await at.platform.post({ channel }, say('Once'));

    expect(shown()).toEqual(['Once']);
    expect(at.shown(channel)[0]?.id).toBe(posted.id);
  });

  test('although the server was away, and failed before', async () => {
    at.server.fail('POST /posts', 502, 2);
    const posting = at.platform.post({ channel }, say('Late'));
    await posting;
    const restarting = at.server.restart(300);
    const second = at.platform.post({ channel }, say('Later'));
    await Promise.all([restarting, second]);

    expect(shown()).toEqual(['Late', 'Later']);
  });

  test('although we are asked to wait', async () => {
    at.server.limit('POST /posts', 3, 0);
    await at.platform.post({ channel }, say('Patient'));

    expect(shown()).toEqual(['Patient']);
    expect(at.server.count('POST /posts')).toBe(4);
  });
});

describe('what can be edited no more is posted anew:', () => {
  test('a post that somebody deleted', async () => {
    const posted = await at.platform.post({ channel }, say('0 of 2'));
    const admin = await at.server.person(at.server.settings.MATTERMOST_ADMIN_TOKEN);
    await admin.remove(posted.id);
    admin.close();

    await at.platform.update(posted, say('1 of 2'));
    await at.platform.update(posted, say('2 of 2'));

    expect(shown()).toEqual(['2 of 2']);
  });

  test('one whose time for edits is over', async () => {
    const posted = await at.platform.post({ channel }, say('0 of 1'));
    at.server.fail('PUT /posts/:post/patch', 400, 1, LATE);

    await at.platform.update(posted, say('1 of 1'));

    expect(shown()).toEqual(['0 of 1', '1 of 1']);
  });
});

test('an edit leaves the marks of a message and of the server as they are', async () => {
  const { id } = await at.platform.post({ channel }, say('One'), { key: 'k' });
  const other = await at.another();
  const found = await other.find({ channel }, 'k');
  if (!found) throw new Error('nothing was found');

  await other.update(found, say('Two'));

  const post = at.server.state.post(id);
  expect(post?.props).toMatchObject({ from_bot: 'true', k8sgpt: { key: 'k', page: 1 } });
  expect(await at.platform.find({ channel }, 'k')).toEqual(found);
});

test('a thread that was deleted is said to be deleted', async () => {
  const { id } = await at.person.say('a question');
  await at.person.remove(id);

  await expect(at.platform.post({ channel, thread: id }, say('x'))).rejects.toThrow(/was deleted/);
});

test('an archived channel is said to be archived', async () => {
  const { state } = at.server;
  state.channel(channel).delete_at = Date.now();

  await expect(at.platform.post({ channel }, say('x'))).rejects.toThrow(/archived/);
});

test('a file that is not taken is told of in its place', async () => {
  at.server.fail('POST /files', 413, 1);
  await at.platform.post({ channel }, withBlocks({ type: 'file', name: 'a.log', title: 'Log', content: 'line' }));

  await soon(() => expect(shown().join('\n')).toContain('a.log could not be attached'));
});

test('a picture that is not taken leaves its words', async () => {
  at.server.fail('POST /files', 403, 1);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
  await at.platform.post(
    { channel },
    withBlocks({ type: 'image', name: 't', title: 'Trend', alt: 'Two are open', svg }),
  );

  expect(shown().join()).toContain('Two are open');
});

test('people are mentioned by their names, which are asked for once', async () => {
  const greet = withBlocks({ type: 'text', text: ['Hi ', { user: at.bert }] });
  await at.platform.post({ channel }, greet);
  await at.platform.post({ channel }, greet);

  expect(at.shown(channel).map(({ live }) => live)).toEqual([[`@${at.bert}`], [`@${at.bert}`]]);
  expect(at.server.count('POST /users/ids')).toBe(1);
});

test('a link leads to the post in its team', async () => {
  const posted = await at.platform.post({ channel }, say('x'));
  const direct = await at.person.direct(at.server.settings.MATTERMOST_BOT_USER_ID);
  const alone = await at.platform.post({ channel: direct }, say('y'));
  const { MATTERMOST_URL } = at.server.settings;

  expect(await at.platform.link?.(posted)).toBe(`${MATTERMOST_URL}/platform/pl/${posted.id}`);
  expect(await at.platform.link?.(alone)).toBe(`${MATTERMOST_URL}/_redirect/pl/${alone.id}`);
});

test('cards have the colour of their severity, and what comes after them stands below them', async () => {
  await at.platform.post(
    { channel },
    withBlocks(
      { type: 'heading', text: 'Two' },
      { type: 'card', severity: 'critical', title: 'One', lines: ['line'], actions: [{ label: 'Go', run: 'go' }] },
      { type: 'card', severity: 'low', title: 'Other', lines: [] },
      { type: 'note', text: 'The end' },
      { type: 'actions', actions: [{ label: 'Again', run: 'again' }] },
    ),
  );

  const post = at.server.state.posts.findLast(({ user_id }) => user_id === at.server.settings.MATTERMOST_BOT_USER_ID);
  expect(post?.message).toBe('#### Two');
  expect(post?.props.attachments).toMatchObject([
    { color: '#b3002d', text: '🔴 critical  **One**\nline', actions: [{ id: 'a1', name: 'Go' }] },
    { color: '#8a8f98', text: '⚪ low  **Other**' },
    { text: '_The end_', actions: [{ id: 'a2', name: 'Again' }] },
  ]);
});
