import { forbidden } from './refusal.ts';
import type { State } from './state.ts';

/** What members may do on a server whose permissions nobody has changed (model/role.go). */
const CHANNEL_USER = new Set([
  'read_channel',
  'create_post',
  'edit_post',
  'delete_post',
  'upload_file',
  'use_slash_commands',
  'use_channel_mentions',
  'manage_public_channel_members',
  'manage_private_channel_members',
  'delete_public_channel',
  'delete_private_channel',
]);
const CHANNEL_ADMIN = new Set([...CHANNEL_USER, 'manage_channel_roles']);
const TEAM_USER = new Set([
  'view_team',
  'list_team_channels',
  'read_public_channel',
  'join_public_channels',
  'create_public_channel',
  'create_private_channel',
  'add_user_to_team',
]);
const TEAM_ADMIN = new Set([
  ...TEAM_USER,
  'delete_post',
  'delete_others_posts',
  'manage_slash_commands',
  'manage_others_slash_commands',
  'manage_incoming_webhooks',
]);
const SYSTEM_USER = new Set(['create_direct_channel', 'create_group_channel', 'view_members', 'create_team']);

/** The permissions of the roles that there are. */
export const ROLES: Readonly<Record<string, ReadonlySet<string>>> = {
  system_user: SYSTEM_USER,
  team_user: TEAM_USER,
  team_admin: TEAM_ADMIN,
  channel_user: CHANNEL_USER,
  channel_admin: CHANNEL_ADMIN,
};

export interface Permissions {
  isAdmin(user: string): boolean;
  inSystem(user: string, permission: string): boolean;
  inTeam(user: string, team: string, permission: string): boolean;
  inChannel(user: string, channel: string, permission: string): boolean;
  /** The same, of the channel that a post is in. */
  byPost(user: string, post: string, permission: string): boolean;
  require(allowed: boolean, permission: string): void;
  ofRole(role: string): string[];
}

/** As app/authorization.go: a channel's roles first, then those of its team, then those of the system. */
export function createPermissions(state: State): Permissions {
  const isAdmin = (user: string) => state.users.get(user)?.roles.split(' ').includes('system_admin') ?? false;

  const permissions: Permissions = {
    isAdmin,
    inSystem: (user, permission) => isAdmin(user) || SYSTEM_USER.has(permission),
    inTeam(user, id, permission) {
      if (id === '') return false;
      const team = state.teams.get(id);
      if (team?.members.has(user) && (team.admins.has(user) ? TEAM_ADMIN : TEAM_USER).has(permission)) return true;
      return permissions.inSystem(user, permission);
    },
    inChannel(user, id, permission) {
      const channel = state.channels.get(id);
      if (!channel) return false;
      const roles = channel.admins.has(user) ? CHANNEL_ADMIN : CHANNEL_USER;
      if (channel.members.has(user) && roles.has(permission)) return true;
      if (channel.team_id !== '') return permissions.inTeam(user, channel.team_id, permission);
      return permissions.inSystem(user, permission);
    },
    byPost(user, id, permission) {
      const post = state.posts.find((one) => one.id === id);
      if (!post) return permissions.inSystem(user, permission);
      return permissions.inChannel(user, post.channel_id, permission);
    },
    ofRole: (role) => [...(ROLES[role] ?? [])],
    require(allowed, permission) {
      if (!allowed) throw forbidden(permission);
    },
  };
  return permissions;
}
