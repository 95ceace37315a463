import { created, type Handler, OK, type Parts, type Routes } from './call.ts';
import { newId } from './ids.ts';
import { membersOf } from './json.ts';
import { badBody, Refusal } from './refusal.ts';
import type { Command } from './state.ts';

/** Commands of the server itself, which nobody can have (app/slashcommands). */
const BUILT_IN = ['away', 'echo', 'help', 'invite', 'join', 'leave', 'me', 'msg', 'shrug', 'status'];

const COMMAND = {
  id: 'string',
  team_id: 'string',
  trigger: 'string',
  method: 'string',
  username: 'string',
  icon_url: 'string',
  auto_complete: 'boolean',
  auto_complete_desc: 'string',
  auto_complete_hint: 'string',
  display_name: 'string',
  description: 'string',
  url: 'string',
} as const;
type Given = Pick<Command, keyof typeof COMMAND>;

/** api4/command.go: what commands there are. */
export function commandRoutes({ state, may }: Parts): Routes {
  const missing = () => new Refusal(404, 'store.sql_command.save.get.app_error');

  const create: Handler = ({ body, user }) => {
    const given = membersOf<Given>(body, COMMAND, 'command');
    const { team_id = '' } = given;
    may.require(may.inTeam(user, team_id, 'manage_slash_commands'), 'manage_slash_commands');
    const trigger = (given.trigger ?? '').toLowerCase();
    const taken = [...state.commands.values()].some((one) => one.team_id === team_id && one.trigger === trigger);
    if (taken || BUILT_IN.includes(trigger)) throw new Refusal(400, 'api.command.duplicate_trigger.app_error');
    const at = state.now();
    const command = refuseInvalid({
      ...blank(given),
      id: newId(),
      token: newId(),
      create_at: at,
      update_at: at,
      creator_id: user,
      team_id,
      trigger,
    });
    state.commands.set(command.id, command);
    return created(command);
  };

  /** One that this user may see and change; to others there is none. */
  function managed(id: string, user: string, change = false): Command {
    const command = state.commands.get(id);
    if (!command || !may.inTeam(user, command.team_id, 'manage_slash_commands')) throw missing();
    if (change && command.creator_id !== user) {
      const permission = 'manage_others_slash_commands';
      may.require(may.inTeam(user, command.team_id, permission), permission);
    }
    return command;
  }

  const update: Handler = ({ params: { command: id = '' }, body, user }) => {
    const given = membersOf<Given>(body, COMMAND, 'command');
    if (given.id !== id) throw badBody('command');
    const before = state.commands.get(id);
    if (!before) throw missing();
    if (before.team_id !== given.team_id) throw new Refusal(400, 'api.command.team_mismatch.app_error');
    managed(id, user, true);
    const { token, create_at, creator_id } = before;
    const trigger = (given.trigger ?? '').toLowerCase();
    const whole = { ...blank(given), id, token, create_at, creator_id, trigger, update_at: state.now() };
    const command = refuseInvalid({ ...whole, team_id: before.team_id });
    state.commands.set(id, command);
    return command;
  };

  const list: Handler = ({ query, user }) => {
    const team = query.get('team_id') ?? '';
    if (team === '') throw badBody('team_id');
    may.require(may.inTeam(user, team, 'view_team'), 'view_team');
    const all = [...state.commands.values()].filter((one) => one.team_id === team);
    const manages = may.inTeam(user, team, 'manage_slash_commands');
    if (query.get('custom_only') === 'true') {
      may.require(manages, 'manage_slash_commands');
      return all;
    }
    if (manages) return all;
    const hidden = { token: '', creator_id: '', method: '', url: '', username: '', icon_url: '' };
    return all.filter((one) => one.auto_complete).map((one) => ({ ...one, ...hidden }));
  };

  return {
    'POST /commands': create,
    'GET /commands': list,
    'GET /commands/:command': ({ params: { command = '' }, user }) => managed(command, user),
    'PUT /commands/:command': update,
    'PUT /commands/:command/regen_token': ({ params: { command = '' }, user }) => {
      const found = managed(command, user, true);
      found.token = newId();
      return { token: found.token };
    },
    'DELETE /commands/:command': ({ params: { command = '' }, user }) => {
      managed(command, user, true);
      state.commands.delete(command);
      return OK;
    },
  };
}

function blank(given: Partial<Given>): Command {
  return {
    id: '',
    token: '',
    create_at: 0,
    update_at: 0,
    delete_at: 0,
    creator_id: '',
    team_id: '',
    trigger: '',
    method: '',
    username: '',
    icon_url: '',
    auto_complete: false,
    auto_complete_desc: '',
    auto_complete_hint: '',
    display_name: '',
    description: '',
    url: '',
    plugin_id: '',
    ...given,
  };
}

/** `Command.IsValid` */
function refuseInvalid(command: Command): Command {
  const { trigger, url, method, display_name, description } = command;
  const wrong =
    (!/^(?!\/)[^ ]{1,128}$/.test(trigger) && 'trigger') ||
    ((url === '' || url.length > 1024) && 'url') ||
    (!/^https?:\/\/[^/\s]/.test(url) && 'url_http') ||
    (!['G', 'P'].includes(method) && 'method') ||
    (Buffer.byteLength(display_name) > 64 && 'display_name') ||
    (Buffer.byteLength(description) > 128 && 'description');
  if (wrong) throw new Refusal(400, `model.command.is_valid.${wrong}.app_error`);
  return command;
}
