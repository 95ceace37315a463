import type { KeyObject } from 'node:crypto';
import type { ServerChannel } from '@mattermost/types/channels';
import type { Logger } from '../../log.ts';
import { createRecent } from '../../recent.ts';
import { type Api, isRefusal, unreachable } from './api.ts';
import { LIMITS } from './limits.ts';
import { refuse, type Settings } from './settings.ts';
import { publicKeyOf } from './signing.ts';

/** What we know of the server, and of ourselves in it. */
export interface Server {
  bot: { id: string; name: string };
  /** Its version as it tells it, and the first number of it. */
  versionName: string;
  version: number;
  maxPostLetters: number;
  takesFiles: boolean;
  /** Where people open it, without a slash at its end. */
  siteUrl: string;
  teams: readonly { id: string; name: string }[];
  /** The key that its triggers are signed with; asked for anew where one does not fit, since a server may have got a new one. */
  triggerKey(): KeyObject | undefined;
  renewTriggerKey(): Promise<void>;
  /** The name of the team that a channel belongs to; one that leads to the right one where it belongs to none. */
  teamNameOf(channel: string): Promise<string>;
  isDirect(channel: string): Promise<boolean>;
  /** Whether what is said in a channel of this team concerns us; a direct message has no team. */
  isHeard(team: string): boolean;
}

const REMEMBERED = 2000;
const RENEW_EVERY_MS = 60_000;

/** Asks Mattermost whose the token is, what its limits are, and which teams there are. Throws `ConfigError` for wrong settings. */
export async function meetServer(api: Api, settings: Settings, log: Logger): Promise<Server> {
  const me = await api.getMe().catch((error: unknown) => {
    if (isRefusal(error, 401, 403)) throw refuse('MATTERMOST_TOKEN', `was refused by Mattermost (${error.message})`);
    if (isRefusal(error, 404)) throw refuse('MATTERMOST_URL', `leads to no Mattermost: ${settings.url} has no /api/v4`);
    throw unreachable(settings.url, error);
  });
  const config = await api.clientConfig();
  const teams = await api.getMyTeams();
  for (const name of settings.teams) {
    if (teams.some((team) => team.name === name)) continue;
    const known = teams.map((team) => team.name).join(', ') || 'none';
    throw refuse('MATTERMOST_TEAM', `names '${name}', and ${me.username} is in no such team (it is in: ${known})`);
  }
  if (teams.length === 0) log.warn({ bot: me.username }, 'The Mattermost bot is in no team; add it to one');
  let key = publicKeyOf(config.AsymmetricSigningPublicKey);
  let renewed = 0;
  if (!key) log.warn({}, 'Mattermost tells no AsymmetricSigningPublicKey, so who pressed a button is taken on trust');
  const channels = createRecent<Promise<ServerChannel | undefined>>(REMEMBERED);

  /** `undefined`: one that we are not in, and are told nothing of. */
  function channelOf(id: string): Promise<ServerChannel | undefined> {
    const known = channels.get(id);
    if (known) return known;
    const asked = api.getChannel(id).catch((error: unknown) => {
      channels.delete(id);
      if (isRefusal(error, 403, 404)) return undefined;
      throw error;
    });
    channels.set(id, asked);
    return asked;
  }

  const versionName = String(config.Version ?? api.getServerVersion());
  const heard = new Set(
    teams.filter(({ name }) => settings.teams.length === 0 || settings.teams.includes(name)).map(({ id }) => id),
  );
  return {
    bot: { id: me.id, name: me.username },
    versionName,
    version: Number.parseInt(versionName, 10) || 0,
    maxPostLetters: Number(config.MaxPostSize) || LIMITS.message,
    takesFiles: config.EnableFileAttachments !== 'false',
    siteUrl: String(config.SiteURL || settings.url).replace(/\/+$/, ''),
    teams: teams.map(({ id, name }) => ({ id, name })),
    triggerKey: () => key,
    async renewTriggerKey() {
      if (Date.now() - renewed < RENEW_EVERY_MS) return;
      renewed = Date.now();
      key = publicKeyOf((await api.clientConfig()).AsymmetricSigningPublicKey) ?? key;
    },
    // Mattermost leads from `_redirect` to a team of the reader's own.
    teamNameOf: async (channel) => {
      const team = (await channelOf(channel))?.team_id;
      return teams.find(({ id }) => id === team)?.name ?? '_redirect';
    },
    isDirect: async (channel) => (await channelOf(channel))?.type === 'D',
    // Teams that we are added to later are heard as well, where none are chosen.
    isHeard: (team) => team === '' || settings.teams.length === 0 || heard.has(team),
  };
}
