import type { ServerChannel } from '@mattermost/types/channels';
import type { UserProfile } from '@mattermost/types/users';
import { bad, type Finding, good, note } from '../../../checkup.ts';
import { type Api, isRefusal } from '../api.ts';

export interface Team {
  id: string;
  name: string;
}

/** Names that are listed in a line. */
const LISTED = 5;

/** Whose the token is. */
export function tokenOf({ username, is_bot: isBot, roles }: UserProfile): Finding {
  const isAdmin = roles.split(' ').includes('system_admin');
  if (!isBot) {
    return note(
      `The token is that of the person @${username}, who will seem to say what k8sgpt-chat says`,
      'Make a bot account under Integrations > Bot Accounts, and set its token as MATTERMOST_TOKEN.',
    );
  }
  if (isAdmin) {
    return note(
      `The token is that of the bot @${username}, which is a system administrator`,
      'Choose the role Member under Integrations > Bot Accounts: k8sgpt-chat needs no more.',
    );
  }
  return good(`The token is that of the bot @${username}`);
}

/** The teams that are heard, by MATTERMOST_TEAM where that is set, and what is wrong with them. */
export function chooseTeams(teams: readonly Team[], wanted: readonly string[], bot: string): [Team[], Finding] {
  const names = teams.map(({ name }) => name);
  const missing = wanted.filter((name) => !names.includes(name));
  const invite = `Invite @${bot} to the team (the team’s menu > Invite People), or run: mmctl team users add TEAM ${bot}`;
  const heard = wanted.length > 0 ? teams.filter(({ name }) => wanted.includes(name)) : [...teams];
  if (teams.length === 0) return [[], bad(`@${bot} is in no team`, invite)];
  if (missing.length > 0) {
    const text = `MATTERMOST_TEAM names ${missing.join(', ')}, and @${bot} is in no such team; it is in ${listed(names)}`;
    return [heard, bad(text, `Correct MATTERMOST_TEAM: it takes the names as addresses have them. ${invite}`)];
  }
  const unheard = names.filter((name) => !heard.some((team) => team.name === name));
  const left = unheard.length > 0 ? `; MATTERMOST_TEAM leaves out ${listed(unheard)}` : '';
  return [
    heard,
    good(`@${bot} is in the ${heard.length === 1 ? 'team' : 'teams'} ${listed(heard.map(({ name }) => name))}${left}`),
  ];
}

/** What somebody may do by their roles: permissions by the name of the role. */
export interface Rights {
  may(permission: string, ...roles: string[]): boolean;
  /** The roles that a membership has, in that of the system. */
  inTeam(team: string): string;
  inChannel(channel: string): string;
}

/** Reads which permissions our roles have. */
export async function readRights(api: Api, me: UserProfile, teams: readonly Team[]): Promise<Rights> {
  const ofTeams = new Map((await api.getMyTeamMembers()).map(({ team_id, roles }) => [team_id, roles]));
  const ofChannels = new Map<string, string>();
  for (const { id } of teams) {
    for (const { channel_id, roles } of await api.getMyChannelMembers(id)) ofChannels.set(channel_id, roles);
  }
  const names = new Set([me.roles, ...ofTeams.values(), ...ofChannels.values()].flatMap(wordsOf));
  const roles = await api.getRolesByNames([...names]);
  const permissions = new Map(roles.map((role) => [role.name, new Set(role.permissions)]));
  return {
    may: (permission, ...some) =>
      [me.roles, ...some].flatMap(wordsOf).some((role) => permissions.get(role)?.has(permission)),
    inTeam: (team) => ofTeams.get(team) ?? '',
    inChannel: (channel) => ofChannels.get(channel) ?? '',
  };
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The channels of a team that we are in, with whether we may speak there. */
export async function* examineTeam(
  team: Team,
  bot: string,
  { api, rights }: { api: Api; rights: Rights },
): AsyncGenerator<Finding, ServerChannel[]> {
  const channels = await channelsOf(api, team);
  const may = (permission: string, { id }: ServerChannel) =>
    rights.may(permission, rights.inTeam(team.id), rights.inChannel(id));
  if (channels.length === 0) {
    yield bad(`@${bot} is in no channel of ${team.name}`, `Write /invite @${bot} in each channel that it shall serve.`);
    return [];
  }
  const silent = channels.filter((channel) => !may('create_post', channel));
  const names = (some: readonly ServerChannel[]) => listed(some.map(({ name }) => name));
  const where = `in ${channels.length} ${channels.length === 1 ? 'channel' : 'channels'} of ${team.name} (${names(channels)})`;
  const cure = 'Let it post by the channel’s moderation (System Console > User Management > Channels), or by its role.';
  if (silent.length === channels.length) yield bad(`@${bot} is ${where} and may post in none (create_post)`, cure);
  else if (silent.length > 0)
    yield note(`@${bot} is ${where}, and may not post in ${names(silent)} (create_post)`, cure);
  else yield good(`@${bot} is ${where} and may post there; write /invite @${bot} in others`);
  const bare = channels.filter((channel) => !silent.includes(channel) && !may('upload_file', channel));
  if (bare.length > 0) {
    yield note(
      `@${bot} may not upload files in ${names(bare)} (upload_file): charts are told in words`,
      'Allow Upload Files in System Console > User Management > Permissions.',
    );
  }
  return channels.filter((channel) => may('use_slash_commands', channel));
}

async function channelsOf(api: Api, team: Team): Promise<ServerChannel[]> {
  try {
    // Direct ones are among them, which are of no team.
    return (await api.getMyChannels(team.id)).filter(({ team_id, delete_at }) => team_id === team.id && !delete_at);
  } catch (error) {
    if (isRefusal(error, 404)) return [];
    throw error;
  }
}

/** What is nice to have. */
export function* examineRights(rights: Rights): Generator<Finding> {
  if (!rights.may('create_direct_channel')) {
    yield bad(
      'The bot may not begin direct conversations (create_direct_channel), by which it tells one person something',
      'Run: mmctl permissions add system_user create_direct_channel',
    );
  }
  if (rights.may('create_post_ephemeral')) {
    yield good('It may show a message to one person alone in a channel (create_post_ephemeral)');
    return;
  }
  yield note(
    'It may not show a message to one person alone in a channel (create_post_ephemeral, optional): what is for one person comes as a direct message, unless it answers their slash command',
    'Nothing has to be done; deploy/mattermost/README.md says how to allow it.',
  );
}

function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  return more > 0 ? `${names.slice(0, LISTED).join(', ')} and ${more} more` : names.join(', ');
}
