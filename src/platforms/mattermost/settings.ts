import { readFileSync } from 'node:fs';
import { ConfigError, messageOf } from '../../errors.ts';

export interface Settings {
  /** The server's address, of a sub-path as well, without a slash at its end. */
  url: string;
  token: string;
  /** The tokens of the slash commands, one a team; none: there is no slash command. */
  commandTokens: string[];
  /** The names of the teams whose channels are heard; empty: all that the bot is in. */
  teams: string[];
  /** Where Mattermost reaches us, without a slash at its end; absent: it does not, and there are no buttons. */
  publicUrl?: string;
  /** Certificates of authorities that are trusted beside the usual ones, PEM. */
  ca?: string;
}

const WHERE = {
  MATTERMOST_URL: 'Give the address of the Mattermost server, such as https://chat.example.com.',
  MATTERMOST_TOKEN:
    'Make a bot account under Integrations > Bot Accounts and copy its token; see deploy/mattermost/README.md.',
  MATTERMOST_COMMAND_TOKEN:
    'Copy the token of the slash command from Integrations > Slash Commands; those of several teams are parted by commas.',
  MATTERMOST_TEAM: 'Give the names of teams as their addresses have them, parted by commas, or leave it out.',
  MATTERMOST_CA_FILE: 'Give the path of a PEM file with the certificate of the authority, or leave it out.',
  PUBLIC_URL: 'Give the address at which Mattermost reaches this program, such as https://k8sgpt.example.com.',
};

const OURS = ['MATTERMOST_TOKEN', 'MATTERMOST_COMMAND_TOKEN', 'MATTERMOST_TEAM', 'MATTERMOST_CA_FILE'] as const;

/** Reads the settings; `undefined` where there is no Mattermost at all. Throws `ConfigError` for half of one. */
export function readSettings(env: NodeJS.ProcessEnv): Settings | undefined {
  const url = env.MATTERMOST_URL?.trim();
  const token = env.MATTERMOST_TOKEN?.trim();
  if (!url) {
    const other = OURS.find((name) => env[name]?.trim());
    if (other) throw refuse('MATTERMOST_URL', `is missing, though ${other} is set`);
    return undefined;
  }
  if (!token) throw refuse('MATTERMOST_TOKEN', 'is missing, though MATTERMOST_URL is set');
  const commandTokens = listOf(env.MATTERMOST_COMMAND_TOKEN);
  const publicUrl = env.PUBLIC_URL?.trim();
  if (commandTokens.length > 0 && !publicUrl) {
    throw refuse('PUBLIC_URL', 'is missing, though MATTERMOST_COMMAND_TOKEN is set');
  }
  return {
    url: addressOf('MATTERMOST_URL', url),
    token,
    commandTokens,
    teams: listOf(env.MATTERMOST_TEAM).map((name) => name.toLowerCase()),
    ...(publicUrl && { publicUrl: addressOf('PUBLIC_URL', publicUrl) }),
    ...readCa(env.MATTERMOST_CA_FILE?.trim()),
  };
}

function listOf(value = ''): string[] {
  return value.split(/[\s,]+/).filter((part) => part !== '');
}

function addressOf(setting: 'MATTERMOST_URL' | 'PUBLIC_URL', value: string): string {
  // Seen first, since what is no address at all is shown.
  if (/^(?:\w+:\/\/)?[^/?#]*@/.test(value)) throw refuse(setting, 'must not hold a name or a password');
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse(setting, `is no http or https address: '${value}'`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api\/v4$/, '')}`;
}

function readCa(file: string | undefined): { ca?: string } {
  if (!file) return {};
  try {
    const ca = readFileSync(file, 'utf8');
    if (ca.includes('-----BEGIN CERTIFICATE-----')) return { ca };
  } catch (error) {
    throw refuse('MATTERMOST_CA_FILE', `cannot be read: ${messageOf(error)}`);
  }
  throw refuse('MATTERMOST_CA_FILE', `names a file without a PEM certificate: '${file}'`);
}

/** An error that names the setting, what is wrong with it, and where to get a right one. Never the value of a secret. */
export function refuse(setting: keyof typeof WHERE, problem: string): ConfigError {
  return new ConfigError(setting, `${setting} ${problem}. ${WHERE[setting]}`);
}
