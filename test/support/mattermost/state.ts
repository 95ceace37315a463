import type { Attachment } from './attachments.ts';
import { newId } from './ids.ts';
import { Refusal } from './refusal.ts';

export interface User {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  username: string;
  password?: string;
  email: string;
  nickname: string;
  first_name: string;
  last_name: string;
  roles: string;
  locale: string;
  is_bot?: boolean;
  bot_description?: string;
}

export interface Team {
  id: string;
  create_at: number;
  name: string;
  display_name: string;
  members: Set<string>;
  admins: Set<string>;
}

/** O: open, P: private, D: between two, G: a group. */
export type ChannelType = 'O' | 'P' | 'D' | 'G';

export interface Channel {
  id: string;
  create_at: number;
  delete_at: number;
  team_id: string;
  type: ChannelType;
  display_name: string;
  name: string;
  creator_id: string;
  last_post_at: number;
  members: Set<string>;
  admins: Set<string>;
}

export interface Post {
  id: string;
  create_at: number;
  update_at: number;
  edit_at: number;
  delete_at: number;
  is_pinned: boolean;
  user_id: string;
  channel_id: string;
  root_id: string;
  /** Of what an edit replaced, which the server keeps as a deleted post: the post that was edited. */
  original_id: string;
  message: string;
  type: string;
  props: Props;
  file_ids: string[];
}

export interface Props {
  attachments?: Attachment[] | null;
  [name: string]: unknown;
}

export interface StoredFile {
  id: string;
  user_id: string;
  post_id: string;
  channel_id: string;
  create_at: number;
  delete_at: number;
  name: string;
  mime_type: string;
  bytes: Buffer;
}

export interface Command {
  id: string;
  token: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  creator_id: string;
  team_id: string;
  trigger: string;
  method: string;
  username: string;
  icon_url: string;
  auto_complete: boolean;
  auto_complete_desc: string;
  auto_complete_hint: string;
  display_name: string;
  description: string;
  url: string;
  plugin_id: string;
}

/** What a `response_url` stands for. */
export interface CommandHook {
  command: string;
  user: string;
  channel: string;
  root: string;
  made: number;
  uses: number;
}

export interface IncomingHook {
  id: string;
  user: string;
  channel: string;
}

export interface Session {
  token: string;
  user: string;
  /** The id of a token that does not end by itself, such as a bot's. */
  accessToken?: string;
}

/** What a Mattermost server keeps in its database. */
export interface State {
  users: Map<string, User>;
  teams: Map<string, Team>;
  channels: Map<string, Channel>;
  /** In the order they were made; what edits replaced and what was deleted among them. */
  posts: Post[];
  files: Map<string, StoredFile>;
  commands: Map<string, Command>;
  commandHooks: Map<string, CommandHook>;
  incomingHooks: Map<string, IncomingHook>;
  sessions: Map<string, Session>;
  now(): number;
  addUser(user: Partial<User> & Pick<User, 'username'>): User;
  addTeam(name: string, display: string, admin: string): Team;
  addChannel(channel: Partial<Channel> & Pick<Channel, 'type' | 'name'>): Channel;
  /** A token of this user. */
  addSession(user: string, accessToken?: string): string;
  user(id: string): User;
  team(id: string): Team;
  channel(id: string): Channel;
  /** The post, unless it was deleted. */
  post(id: string): Post | undefined;
}

export function createState(now: () => number): State {
  const state: State = {
    users: new Map(),
    teams: new Map(),
    channels: new Map(),
    posts: [],
    files: new Map(),
    commands: new Map(),
    commandHooks: new Map(),
    incomingHooks: new Map(),
    sessions: new Map(),
    now,

    addUser(user) {
      const at = now();
      const whole: User = {
        id: newId(),
        create_at: at,
        update_at: at,
        delete_at: 0,
        email: `${user.username}@example.test`,
        nickname: '',
        first_name: '',
        last_name: '',
        roles: 'system_user',
        locale: 'en',
        ...user,
      };
      state.users.set(whole.id, whole);
      return whole;
    },

    addTeam(name, display, admin) {
      const team: Team = {
        id: newId(),
        create_at: now(),
        name,
        display_name: display,
        members: new Set([admin]),
        admins: new Set([admin]),
      };
      state.teams.set(team.id, team);
      for (const town of ['town-square', 'off-topic']) {
        state.addChannel({ type: 'O', name: town, team_id: team.id, members: new Set([admin]) });
      }
      return team;
    },

    addChannel(channel) {
      const whole: Channel = {
        id: newId(),
        create_at: now(),
        delete_at: 0,
        team_id: '',
        display_name: channel.name,
        creator_id: '',
        last_post_at: 0,
        members: new Set(),
        admins: new Set(),
        ...channel,
      };
      state.channels.set(whole.id, whole);
      return whole;
    },

    addSession(user, accessToken) {
      const token = newId();
      state.sessions.set(token, { token, user, ...(accessToken ? { accessToken } : {}) });
      return token;
    },

    user: (id) => found(state.users.get(id), 'app.user.missing_account.const'),
    team: (id) => found(state.teams.get(id), 'app.team.get.find.app_error'),
    channel: (id) => found(state.channels.get(id), 'app.channel.get.existing.app_error'),
    post: (id) => state.posts.find((one) => one.id === id && one.delete_at === 0),
  };
  return state;
}

function found<T>(value: T | undefined, id: string): T {
  if (!value) throw new Refusal(404, id);
  return value;
}
