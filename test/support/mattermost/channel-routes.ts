import { created, type Handler, OK, type Parts, type Routes } from './call.ts';
import { isId } from './ids.ts';
import { type Json, membersOf, wordsOf } from './json.ts';
import { badBody, Refusal } from './refusal.ts';
import type { Channel } from './state.ts';

/** api4/channel.go */
export function channelRoutes({ state, may, posts, hub }: Parts): Routes {
  const self = (id: string, user: string) => (id === 'me' ? user : id);

  function readable(channel: Channel, user: string): Json {
    const { id, team_id } = channel;
    if (channel.type === 'O' && may.inTeam(user, team_id, 'read_public_channel')) return wireChannel(channel);
    const permission = channel.type === 'O' ? 'read_public_channel' : 'read_channel';
    may.require(may.inChannel(user, id, 'read_channel'), permission);
    return wireChannel(channel);
  }

  const byName: Handler = ({ params: { team = '', name = '' }, query, user }) => {
    const deleted = query.get('include_deleted') === 'true';
    const missing = new Refusal(404, 'app.channel.get_by_name.missing.app_error');
    const channel = [...state.channels.values()].find(
      (one) => one.team_id === team && one.name === name && (deleted || one.delete_at === 0),
    );
    if (!channel) throw missing;
    // Of a private channel not even its name is told.
    if (channel.type !== 'O' && !may.inChannel(user, channel.id, 'read_channel')) throw missing;
    return readable(channel, user);
  };

  const create: Handler = ({ body, user }) => {
    const kinds = { team_id: 'string', name: 'string', display_name: 'string', type: 'string' } as const;
    const given = membersOf<Record<keyof typeof kinds, string>>(body, kinds, 'channel');
    const { team_id = '', name = '', display_name = name, type = '' } = given;
    if (type !== 'O' && type !== 'P') throw new Refusal(400, 'model.channel.is_valid.type.app_error');
    const permission = type === 'O' ? 'create_public_channel' : 'create_private_channel';
    may.require(may.inTeam(user, team_id, permission), permission);
    if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) {
      throw new Refusal(400, 'model.channel.is_valid.1_or_more.app_error');
    }
    const exists = [...state.channels.values()].some((one) => one.team_id === team_id && one.name === name);
    if (exists) throw new Refusal(400, 'store.sql_channel.save_channel.exists.app_error');
    const people = { members: new Set([user]), admins: new Set([user]) };
    return created(wireChannel(state.addChannel({ type, name, display_name, team_id, creator_id: user, ...people })));
  };

  const direct: Handler = ({ body, user }) => {
    const ids = wordsOf(body);
    if (ids.length !== 2) throw badBody('user_ids');
    for (const id of ids) if (!isId(id)) throw badBody('user_id');
    may.require(may.inSystem(user, 'create_direct_channel'), 'create_direct_channel');
    if (!ids.includes(user)) may.require(may.isAdmin(user), 'manage_system');
    if (!ids.every((id) => state.users.has(id))) {
      throw new Refusal(400, 'api.channel.create_direct_channel.invalid_user.app_error');
    }
    const name = [...ids].sort().join('__');
    const before = [...state.channels.values()].find((one) => one.type === 'D' && one.name === name);
    if (before) return created(wireChannel(before));
    const [creator_id = '', teammate_id = ''] = ids;
    const channel = state.addChannel({ type: 'D', name, display_name: '', creator_id, members: new Set(ids) });
    hub.publish('direct_added', { channel: channel.id }, { creator_id, teammate_id });
    return created(wireChannel(channel));
  };

  const group: Handler = ({ body, user }) => {
    const ids = [...new Set([...wordsOf(body), user])].sort();
    if (ids.length < 3 || ids.length > 8) throw new Refusal(400, 'api.channel.create_group.bad_size.app_error');
    for (const id of ids) if (!isId(id)) throw badBody('user_id');
    const names = ids.map((id) => state.user(id).username).sort();
    const before = [...state.channels.values()].find(
      (one) => one.type === 'G' && [...one.members].sort().join() === ids.join(),
    );
    if (before) return created(wireChannel(before));
    const people = { members: new Set(ids), display_name: names.join(', ') };
    const channel = state.addChannel({ type: 'G', name: ids.join('').slice(0, 40), ...people });
    hub.publish('group_added', { channel: channel.id }, { teammate_ids: JSON.stringify(ids) });
    return created(wireChannel(channel));
  };

  function openTo(id: string): Channel {
    const channel = state.channel(id);
    if (channel.type === 'D' || channel.type === 'G') {
      throw new Refusal(400, 'api.channel.add_user_to_channel.type.app_error');
    }
    return channel;
  }

  const add: Handler = ({ params: { channel: id = '' }, body, user }) => {
    const { user_id } = (body ?? {}) as { user_id?: string };
    if (!isId(user_id)) throw badBody('user_id');
    const channel = openTo(id);
    const isNew = !channel.members.has(user_id);
    if (channel.type === 'O' && user_id === user) {
      if (isNew) may.require(may.inTeam(user, channel.team_id, 'join_public_channels'), 'join_public_channels');
    } else if (user_id !== user || isNew) {
      const permission = `manage_${channel.type === 'O' ? 'public' : 'private'}_channel_members`;
      may.require(may.inChannel(user, id, permission), permission);
    }
    const { username } = state.user(user_id);
    if (!state.teams.get(channel.team_id)?.members.has(user_id)) {
      throw new Refusal(404, 'app.team.get_member.missing.app_error');
    }
    if (isNew) {
      channel.members.add(user_id);
      hub.publish('user_added', { channel: id }, { team_id: channel.team_id, user_id });
      const props = { username };
      const base = { channel_id: id, user_id, props };
      if (user_id === user) {
        posts.create({ ...base, type: 'system_join_channel', message: `${username} joined the channel.` });
      } else {
        const by = state.user(user).username;
        const message = `${username} added to the channel by ${by}.`;
        const added = { addedUserId: user_id, addedUsername: username, userId: user, username: by };
        posts.create({ ...base, user_id: user, type: 'system_add_to_channel', message, props: added });
      }
    }
    return created(member(channel, user_id));
  };

  const drop: Handler = ({ params: { channel: id = '', user: who = '' }, user }) => {
    const channel = state.channel(id);
    const whom = state.user(self(who, user));
    if (channel.type === 'D' || channel.type === 'G') {
      throw new Refusal(400, 'api.channel.remove_channel_member.type.app_error');
    }
    if (whom.id !== user) {
      const permission = `manage_${channel.type === 'O' ? 'public' : 'private'}_channel_members`;
      may.require(may.inChannel(user, id, permission), permission);
    }
    if (channel.name === 'town-square') throw new Refusal(400, 'api.channel.remove.default.app_error');
    if (!channel.members.delete(whom.id)) throw new Refusal(404, 'app.channel.get_member.missing.app_error');
    hub.publish('user_removed', { channel: id }, { remover_id: user, user_id: whom.id });
    hub.publish('user_removed', { user: whom.id }, { channel_id: id, remover_id: user });
    const { username } = whom;
    if (whom.id === user) {
      const message = `${username} left the channel.`;
      posts.create({ channel_id: id, user_id: user, type: 'system_leave_channel', message, props: { username } });
    } else {
      const message = `${username} removed from the channel.`;
      const props = { removedUserId: whom.id, removedUsername: username };
      posts.create({ channel_id: id, user_id: user, type: 'system_remove_from_channel', message, props });
    }
    return OK;
  };

  const archive: Handler = ({ params: { channel: id = '' }, user }) => {
    const channel = state.channel(id);
    const permission = `delete_${channel.type === 'O' ? 'public' : 'private'}_channel`;
    may.require(may.inChannel(user, id, permission), permission);
    const { username } = state.user(user);
    const message = `${username} archived the channel.`;
    posts.create({ channel_id: id, user_id: user, type: 'system_channel_deleted', message, props: { username } });
    channel.delete_at = state.now();
    hub.publish('channel_deleted', { team: channel.team_id }, { channel_id: id, delete_at: channel.delete_at });
    return OK;
  };

  /** Those of a team, and direct and group channels, which are of none. */
  const mine: Handler = ({ params: { user: id = '', team = '' }, user }) => {
    const whose = self(id, user);
    if (whose !== user) may.require(may.inSystem(user, 'edit_other_users'), 'edit_other_users');
    if (team) may.require(may.inTeam(user, team, 'view_team'), 'view_team');
    const found = [...state.channels.values()].filter(
      (one) => one.members.has(whose) && one.delete_at === 0 && (!team || one.team_id === team || one.team_id === ''),
    );
    if (found.length === 0) throw new Refusal(404, 'app.channel.get_channels.not_found.app_error');
    return found.map(wireChannel);
  };

  return {
    'POST /channels': create,
    'POST /channels/direct': direct,
    'POST /channels/group': group,
    'GET /channels/:channel': ({ params: { channel = '' }, user }) => readable(state.channel(channel), user),
    'DELETE /channels/:channel': archive,
    'POST /channels/:channel/members': add,
    'POST /channels/members/:user/view': ({ body, user }) => {
      const { channel_id = '' } = (body ?? {}) as { channel_id?: string };
      hub.publish('channel_viewed', { user }, { channel_id });
      return { status: 'OK', last_viewed_at_times: { [channel_id]: state.now() } };
    },
    'GET /channels/:channel/members': ({ params: { channel: id = '' }, query, user }) => {
      may.require(may.inChannel(user, id, 'read_channel'), 'read_channel');
      const [page, perPage] = [Number(query.get('page') ?? 0), Number(query.get('per_page') ?? 60)];
      const channel = state.channel(id);
      return [...channel.members].slice(page * perPage, (page + 1) * perPage).map((one) => member(channel, one));
    },
    'GET /channels/:channel/members/:user': ({ params: { channel: id = '', user: who = '' }, user }) => {
      may.require(may.inChannel(user, id, 'read_channel'), 'read_channel');
      const channel = state.channel(id);
      if (!channel.members.has(self(who, user))) throw new Refusal(404, 'app.channel.get_member.missing.app_error');
      return member(channel, self(who, user));
    },
    'DELETE /channels/:channel/members/:user': drop,
    'GET /teams/:team/channels/name/:name': byName,
    'GET /users/:user/teams/:team/channels': mine,
    'GET /users/:user/channels': mine,
    'GET /users/:user/teams/:team/channels/members': ({ params: { user: id = '', team = '' }, user }) => {
      const whose = self(id, user);
      if (whose !== user) may.require(may.isAdmin(user), 'manage_system');
      may.require(may.inTeam(user, team, 'view_team'), 'view_team');
      return [...state.channels.values()]
        .filter((one) => one.members.has(whose) && (one.team_id === team || one.team_id === ''))
        .map((one) => member(one, whose));
    },
  };
}

const NOTIFY = {
  desktop: 'default',
  email: 'default',
  ignore_channel_mentions: 'default',
  mark_unread: 'all',
  push: 'default',
};

function member({ id, admins }: Channel, user: string): Json {
  const isAdmin = admins.has(user);
  return {
    channel_id: id,
    user_id: user,
    roles: isAdmin ? 'channel_user channel_admin' : 'channel_user',
    last_viewed_at: 0,
    msg_count: 0,
    mention_count: 0,
    mention_count_root: 0,
    msg_count_root: 0,
    notify_props: NOTIFY,
    last_update_at: 0,
    scheme_guest: false,
    scheme_user: true,
    scheme_admin: isAdmin,
    explicit_roles: '',
  };
}

function wireChannel({ members: _, admins: __, ...channel }: Channel): Json {
  return {
    ...channel,
    update_at: Math.max(channel.create_at, channel.delete_at),
    header: '',
    purpose: '',
    total_msg_count: 0,
    extra_update_at: 0,
    scheme_id: null,
    props: null,
    group_constrained: null,
    shared: null,
    total_msg_count_root: 0,
    policy_id: null,
    last_root_post_at: channel.last_post_at,
  };
}
