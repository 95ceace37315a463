import { expect, test } from 'vitest';
import type { Handlers, Incoming } from '../../../src/platform.ts';
import { say } from '../../contracts/platform-session.ts';
import { openMattermost } from '../../support/mattermost/harness.ts';
import { type Started, started } from '../../support/mattermost/started.ts';
import { soon } from '../../support/soon.ts';

const HOUR = 3_600_000;
const texts = (incoming: readonly Incoming[]) => incoming.map(({ text }) => text);

/** The bot's connection is lost, and does not come back before this is over. */
async function whileAway(at: Started, act: () => Promise<unknown>): Promise<void> {
  const { MATTERMOST_BOT_USER_ID: user } = at.server.settings;
  at.server.fail('GET /websocket', 503, 1000);
  at.server.hub.cut({ user });
  await act();
  at.server.fail('GET /websocket', 503, 0);
  at.server.fail('GET /websocket', 503, 0);
  await at.server.hub.connected(user);
}

test('what was said while the connection was lost is heard afterwards, once and in its order', async () => {
  const at = await started();
  const { MATTERMOST_CHANNEL_ID: channel, MATTERMOST_BOT_USER_ID: bot } = at.server.settings;
  const { place } = await at.platform.post({ channel }, say('A report'));
  const direct = await at.person.direct(bot);

  await whileAway(at, async () => {
    for (const word of ['one', 'two', 'three']) await at.person.say(`@k8sgpt ${word}`);
    await at.person.say('in the thread', { thread: place.thread ?? '' });
    await at.person.say('between us', { channel: direct });
  });

  await soon(() => expect(at.commands).toHaveLength(4));
  expect(texts(at.commands).filter((text) => text !== 'between us')).toEqual(['one', 'two', 'three']);
  expect(at.commands.find(({ text }) => text === 'between us')).toMatchObject({ place: { channel: direct } });
  await soon(() => expect(texts(at.replies)).toEqual(['in the thread']));
  await at.disconnect?.();
  await at.mention('the end');
  await soon(() => expect(texts(at.commands).at(-1)).toBe('the end'));
  expect(at.commands).toHaveLength(5);
});

test('among more posts than a page has', async () => {
  const at = await started();

  await whileAway(at, async () => {
    await at.person.say('@k8sgpt first');
    for (let index = 0; index < 450; index++) await at.person.say(`chatter ${index}`);
    await at.person.say('@k8sgpt last');
  });

  await soon(() => expect(texts(at.commands)).toEqual(['first', 'last']));
});

test('what could not be taken is tried again, and is not counted as read before', async () => {
  let isFull = true;
  const at = await started({
    take: async () => {
      if (isFull) throw new Error('nowhere to keep it');
    },
  });
  await at.mention('hello');
  await soon(() => expect(at.commands.length).toBeGreaterThan(2));
  await at.platform.stop();
  isFull = false;

  const heard: Incoming[] = [];
  await at.another(listening(heard));

  await soon(() => expect(texts(heard)).toEqual(['hello']));
});

test('what was said while the bot did not run is heard when it runs again', async () => {
  const at = await started();
  await at.mention('before');
  await soon(() => expect(at.commands).toHaveLength(1));
  await at.platform.stop();
  await at.person.say('@k8sgpt meanwhile');

  const heard: Incoming[] = [];
  await at.another(listening(heard));

  // What was said within some seconds before it ended is told again, under the same id.
  await soon(() => expect(texts(heard)).toContain('meanwhile'));
  const again = heard.filter(({ text }) => text !== 'meanwhile');
  for (const { delivery } of again) expect(at.commands.map((one) => one.delivery)).toContain(delivery);
});

test('but nothing that is an hour old, and a bot that never ran hears nothing old at all', async () => {
  const at = await openMattermost();
  try {
    const { state, settings } = at.server;
    await at.person.say('@k8sgpt long before');
    const first: Incoming[] = [];
    await at.platform.start(listening(first));
    await at.mention('now');
    await soon(() => expect(texts(first)).toEqual(['now']));
    await at.platform.stop();

    await at.person.say('@k8sgpt two hours ago');
    await at.person.say('@k8sgpt a minute ago');
    for (const post of state.posts) {
      if (post.message.includes('two hours ago')) post.create_at -= 2 * HOUR;
      if (/long before|@k8sgpt now/.test(post.message)) post.create_at -= 3 * HOUR;
    }
    await at.store.set(`mattermost:v1:heard:${settings.MATTERMOST_BOT_USER_ID}`, String(Date.now() - 3 * HOUR), HOUR);
    const second: Incoming[] = [];
    await at.another(listening(second));

    await soon(() => expect(texts(second)).toEqual(['a minute ago']));
  } finally {
    await at.stop();
  }
});

test('each post is a delivery of its own, by its id, so that replicas know it', async () => {
  const at = await started();
  const other: Incoming[] = [];
  await at.another(listening(other));

  const { id } = await at.person.say('@k8sgpt status');

  await soon(() => expect([...at.commands, ...other].map(({ delivery }) => delivery)).toEqual([id, id]));
});

test('in channels that the bot comes into later, and no more in those that it was put out of', async () => {
  const at = await started();
  const { MATTERMOST_TEAM_ID: team_id, MATTERMOST_BOT_USER_ID: user_id } = at.server.settings;
  const { id: channel } = await at.person.api<{ id: string }>('POST', '/channels', {
    team_id,
    name: 'later',
    display_name: 'Later',
    type: 'P',
  });
  await at.person.api('POST', `/channels/${channel}/members`, { user_id });
  await at.person.say('@k8sgpt here', { channel });
  await soon(() => expect(texts(at.commands)).toEqual(['here']));

  await at.person.api('DELETE', `/channels/${channel}/members/${user_id}`);
  await at.person.say('@k8sgpt gone', { channel });
  await at.disconnect?.();
  await at.mention('the end');

  await soon(() => expect(texts(at.commands)).toEqual(['here', 'the end']));
});

function listening(heard: Incoming[]): Handlers {
  return {
    command: async (incoming) => void heard.push(incoming),
    reply: async (incoming) => void heard.push(incoming),
    form: () => undefined,
  };
}
