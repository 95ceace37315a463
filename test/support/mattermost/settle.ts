import { newId } from './ids.ts';
import type { Posts } from './posts.ts';
import type { State } from './state.ts';

/** As the tools for a real server print them: a team, a channel, an administrator, a person and a bot. */
export interface Settings {
  MATTERMOST_URL: string;
  MATTERMOST_TOKEN: string;
  MATTERMOST_TEAM: string;
  MATTERMOST_TEAM_ID: string;
  MATTERMOST_CHANNEL_ID: string;
  MATTERMOST_BOT_USER_ID: string;
  MATTERMOST_ADMIN_TOKEN: string;
  MATTERMOST_USER_TOKEN: string;
}

/** What a fresh server is given to be tried with. */
export function settle(state: State, posts: Posts, url: string): Settings {
  const admin = state.addUser({ username: 'admin', password: 'Loopback-only-1', roles: 'system_admin system_user' });
  const dev = state.addUser({ username: 'dev', password: 'Loopback-only-1' });
  const bot = state.addUser({ username: 'k8sgpt', is_bot: true, first_name: 'k8sgpt-chat', bot_description: '' });
  const team = state.addTeam('platform', 'Platform', admin.id);
  for (const { id } of [dev, bot]) team.members.add(id);
  for (const one of state.channels.values()) for (const { id } of [dev, bot]) one.members.add(id);
  const members = new Set([admin.id, dev.id, bot.id]);
  const ops = { type: 'O', name: 'ops', display_name: 'Ops' } as const;
  const channel = state.addChannel({
    ...ops,
    team_id: team.id,
    creator_id: admin.id,
    members,
    admins: new Set([admin.id]),
  });
  const join = { channel_id: channel.id, user_id: admin.id, type: 'system_join_channel', props: { username: 'admin' } };
  posts.create({ ...join, message: 'admin joined the channel.' });
  for (const { id, username } of [dev, bot]) {
    const props = { addedUserId: id, addedUsername: username, userId: admin.id, username: 'admin' };
    const message = `${username} added to the channel by admin.`;
    posts.create({ ...join, type: 'system_add_to_channel', message, props });
  }
  return {
    MATTERMOST_URL: url,
    MATTERMOST_TOKEN: state.addSession(bot.id, newId()),
    MATTERMOST_TEAM: team.name,
    MATTERMOST_TEAM_ID: team.id,
    MATTERMOST_CHANNEL_ID: channel.id,
    MATTERMOST_BOT_USER_ID: bot.id,
    MATTERMOST_ADMIN_TOKEN: state.addSession(admin.id),
    MATTERMOST_USER_TOKEN: state.addSession(dev.id),
  };
}
