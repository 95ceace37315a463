import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const manifest = parse(readFileSync(new URL('../../../deploy/slack/manifest.yaml', import.meta.url), 'utf8'));

/** https://docs.slack.dev/reference/events: what each event needs. */
const NEEDED: Record<string, string | undefined> = {
  app_home_opened: undefined,
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  'message.mpim': 'mpim:history',
};

test('the manifest asks for the scopes of its events and of what we call, and no others', () => {
  const { bot_events: events } = manifest.settings.event_subscriptions as { bot_events: string[] };
  const ours = ['commands', 'chat:write', 'chat:write.public', 'files:write', 'im:write'];

  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(
    [...events.flatMap((event) => NEEDED[event] ?? []), ...ours].sort(),
  );
  expect(Object.keys(NEEDED).sort()).toEqual(events.toSorted());
});

test('the manifest lets people press buttons and write to the bot', () => {
  expect(manifest.settings).toMatchObject({ interactivity: { is_enabled: true }, socket_mode_enabled: true });
  expect(manifest.features.app_home).toMatchObject({
    home_tab_enabled: true,
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: false,
  });
});
