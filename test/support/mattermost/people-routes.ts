import { created, type Handler, OK, type Parts, Reply, type Routes } from './call.ts';
import { newId } from './ids.ts';
import { type Json, membersOf, wordsOf } from './json.ts';
import { badBody, Refusal } from './refusal.ts';
import type { Team, User } from './state.ts';

/** api4/user.go, api4/bot.go, api4/team.go */
export function peopleRoutes({ state, may, hub }: Parts): Routes {
  const self = (id: string, user: string) => (id === 'me' ? user : id);
  const byName = (name: string) => [...state.users.values()].find((one) => one.username === name);
  const team = (id: string, user: string): Json => {
    const found = state.team(id);
    return wireTeam(found, may.inTeam(user, id, 'manage_team'));
  };

  const addUser: Handler = ({ body }) => {
    const kinds = { username: 'string', password: 'string', email: 'string' } as const;
    const {
      username = '',
      password = '',
      email = '',
    } = membersOf<Record<keyof typeof kinds, string>>(body, kinds, 'user');
    if (!/^[a-z][a-z0-9._-]{1,63}$/.test(username)) throw new Refusal(400, 'model.user.is_valid.username.app_error');
    if (byName(username)) throw new Refusal(400, 'app.user.save.username_exists.app_error');
    const roles = state.users.size === 0 ? 'system_admin system_user' : 'system_user';
    return created(wireUser(state.addUser({ username, password, email, roles })));
  };

  const logIn: Handler = ({ body }) => {
    const { login_id = '', password = '' } = (body ?? {}) as Record<string, string>;
    const user = byName(login_id);
    if (!user || user.password !== password) {
      throw new Refusal(401, 'api.user.login.invalid_credentials_email_username');
    }
    const token = state.addSession(user.id);
    return new Reply(200, JSON.stringify(wireUser(user)), { 'content-type': 'application/json', token });
  };

  const addBot: Handler = ({ body, user }) => {
    may.require(may.inSystem(user, 'create_bot'), 'create_bot');
    const kinds = { username: 'string', display_name: 'string', description: 'string' } as const;
    const given = membersOf<Record<keyof typeof kinds, string>>(body, kinds, 'bot');
    const { username = '', display_name = '', description = '' } = given;
    if (byName(username)) throw new Refusal(400, 'app.user.save.username_exists.app_error');
    const bot = state.addUser({ username, first_name: display_name, is_bot: true, bot_description: description });
    return created({ user_id: bot.id, username, display_name, description, owner_id: user, create_at: bot.create_at });
  };

  const addToken: Handler = ({ params: { user: id = '' }, body, user }) => {
    const owner = self(id, user);
    may.require(may.inSystem(user, 'create_user_access_token'), 'create_user_access_token');
    const { description = '' } = (body ?? {}) as { description?: string };
    if (description === '') throw new Refusal(400, 'model.user_access_token.is_valid.description.app_error');
    const accessToken = newId();
    const token = state.addSession(state.user(owner).id, accessToken);
    return { id: accessToken, token, user_id: owner, description, is_active: true };
  };

  const revoke: Handler = ({ body, user }) => {
    const { token_id = '' } = (body ?? {}) as { token_id?: string };
    if (token_id === '') throw badBody('token_id');
    may.require(may.inSystem(user, 'revoke_user_access_token'), 'revoke_user_access_token');
    for (const [token, { accessToken }] of state.sessions) if (accessToken === token_id) state.sessions.delete(token);
    return OK;
  };

  const typing: Handler = ({ params: { user: id = '' }, body, user }) => {
    const kinds = { channel_id: 'string', parent_id: 'string' } as const;
    const given = membersOf<Record<keyof typeof kinds, string>>(body, kinds, 'typing_request');
    const { channel_id = '', parent_id = '' } = given;
    if (self(id, user) !== user) may.require(may.isAdmin(user), 'manage_system');
    may.require(may.inChannel(self(id, user), channel_id, 'create_post'), 'create_post');
    hub.publish('typing', { channel: channel_id, omit: user }, { parent_id, user_id: self(id, user) });
    return OK;
  };

  const named = (words: string[], what: string) => {
    if (words.length === 0) throw badBody(what);
    return [...state.users.values()].filter(({ id, username }) => words.includes(id) || words.includes(username));
  };

  const addMember: Handler = ({ params: { team: id = '' }, body, user }) => {
    const { user_id = '' } = (body ?? {}) as { user_id?: string };
    if (user_id !== user) may.require(may.inTeam(user, id, 'add_user_to_team'), 'add_user_to_team');
    state.team(id).members.add(state.user(user_id).id);
    for (const channel of state.channels.values()) {
      if (channel.team_id === id && channel.name === 'town-square') channel.members.add(user_id);
    }
    hub.publish('added_to_team', { user: user_id }, { team_id: id, user_id });
    return created({ team_id: id, user_id, roles: 'team_user' });
  };

  const addTeam: Handler = ({ body, user }) => {
    const { name = '' } = (body ?? {}) as { name?: string };
    may.require(may.inSystem(user, 'create_team'), 'create_team');
    if (!/^[a-z0-9-]{2,64}$/.test(name)) throw new Refusal(400, 'model.team.is_valid.characters.app_error');
    return created(wireTeam(state.addTeam(name, name, user), true));
  };

  return {
    'POST /users': addUser,
    'POST /users/login': logIn,
    'POST /users/ids': ({ body }) => named(wordsOf(body), 'user_ids').map(wireUser),
    'POST /users/usernames': ({ body }) => named(wordsOf(body), 'usernames').map(wireUser),
    'POST /users/tokens/revoke': revoke,
    'GET /users/username/:name': ({ params: { name = '' } }) => {
      const user = byName(name);
      if (!user) throw new Refusal(404, 'app.user.get_by_username.app_error');
      return wireUser(user);
    },
    'GET /users/:user': ({ params: { user: id = '' }, user }) => wireUser(state.user(self(id, user))),
    'POST /users/:user/tokens': addToken,
    'POST /users/:user/typing': typing,
    'GET /users/:user/teams': ({ params: { user: id = '' }, user }) => {
      const whose = self(id, user);
      const permission = 'sysconsole_read_user_management_users';
      if (whose !== user) may.require(may.inSystem(user, permission), permission);
      return [...state.teams.values()].filter(({ members }) => members.has(whose)).map((one) => wireTeam(one, false));
    },
    'GET /users/:user/status': ({ params: { user: id = '' }, user }) => {
      const user_id = state.user(self(id, user)).id;
      const status = hub.count(user_id) > 0 ? 'online' : 'offline';
      return { user_id, status, manual: false, last_activity_at: 0, dnd_end_time: 0 };
    },
    'GET /teams/:team/members/:user': ({ params: { team: id = '', user: who = '' }, user }) => {
      may.require(may.inTeam(user, id, 'view_team'), 'view_team');
      const { members, admins } = state.team(id);
      const user_id = self(who, user);
      if (!members.has(user_id)) throw new Refusal(404, 'app.team.get_member.missing.app_error');
      return { team_id: id, user_id, roles: admins.has(user_id) ? 'team_user team_admin' : 'team_user', delete_at: 0 };
    },
    'GET /users/:user/teams/members': ({ params: { user: id = '' }, user }) => {
      const whose = self(id, user);
      if (whose !== user) may.require(may.isAdmin(user), 'read_other_users_teams');
      return [...state.teams.values()]
        .filter(({ members }) => members.has(whose))
        .map(({ id: team_id, admins }) => ({
          team_id,
          user_id: whose,
          roles: admins.has(whose) ? 'team_user team_admin' : 'team_user',
          delete_at: 0,
        }));
    },
    'POST /bots': addBot,
    'POST /teams': addTeam,
    'POST /teams/:team/members': addMember,
    'GET /teams/name/:name': ({ params: { name = '' }, user }) => {
      const found = [...state.teams.values()].find((one) => one.name === name);
      if (!found) throw new Refusal(404, 'app.team.get_by_name.missing.app_error');
      may.require(may.inTeam(user, found.id, 'view_team'), 'view_team');
      return team(found.id, user);
    },
    'GET /teams/:team': ({ params: { team: id = '' }, user }) => {
      const found = team(id, user);
      may.require(may.inTeam(user, id, 'view_team'), 'view_team');
      return found;
    },
  };
}

const TIMEZONE = { automaticTimezone: '', manualTimezone: '', useAutomaticTimezone: 'true' };

function wireUser({ password: _, ...user }: User): Json {
  const { is_bot, bot_description, ...person } = user;
  const bot = is_bot ? { is_bot, bot_description, bot_last_icon_update: 0 } : {};
  return { ...person, auth_service: '', position: '', timezone: TIMEZONE, disable_welcome_email: false, ...bot };
}

function wireTeam({ id, create_at, name, display_name }: Team, manages: boolean): Json {
  return {
    id,
    create_at,
    update_at: create_at,
    delete_at: 0,
    display_name,
    name,
    description: '',
    email: '',
    type: 'O',
    company_name: '',
    allowed_domains: '',
    invite_id: manages ? id : '',
    allow_open_invite: false,
    scheme_id: null,
    group_constrained: null,
    policy_id: null,
  };
}
