import { bad, type Finding, good, note } from '../../../checkup.ts';
import { ConfigError, messageOf } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { Api, dispatcherOf, isRefusal, unreachable } from '../api.ts';
import { meetServer } from '../server.ts';
import { readSettings, type Settings } from '../settings.ts';
import { createSocket } from '../socket.ts';
import { chooseTeams, examineRights, examineTeam, readRights, tokenOf } from './account.ts';
import { examineCalls, type OpenHost } from './calls.ts';
import { limitsOf, reach, versionOf } from './server.ts';

interface ExamineOptions {
  env: NodeJS.ProcessEnv;
  /** Opens the program's HTTP server where it does not run. Throws `ConfigError` where its port is taken. */
  open(): Promise<OpenHost>;
  log: Logger;
  /** So long Mattermost may take to greet us on its WebSocket. */
  greetingMs?: number;
}

const GREETING_MS = 10_000;

/** Looks at everything that Mattermost needs, in the order in which one thing rests upon another. Posts nothing. */
export async function* examine({ env, open, log, greetingMs = GREETING_MS }: ExamineOptions): AsyncGenerator<Finding> {
  const settings = settingsOf(env);
  if ('state' in settings) return yield settings;
  const { url, token, publicUrl } = settings;
  yield good(`Settings: Mattermost at ${url}${publicUrl ? `, which calls us at ${publicUrl}` : ''}`);

  const dispatcher = dispatcherOf(settings);
  const reached = await reach(settings, dispatcher);
  yield reached;
  if (reached.state === 'bad') return;
  // One try is enough: who waits at a terminal can try again.
  const api = new Api({ url, token, dispatcher, log, patienceMs: 0 });
  try {
    const config = await api.clientConfig();
    yield versionOf(String(config.Version ?? ''));
    const me = await api.getMe();
    yield tokenOf(me);
    yield* limitsOf(config, settings);

    const [teams, finding] = chooseTeams(await api.getMyTeams(), settings.teams, me.username);
    yield finding;
    const rights = await readRights(api, me, teams);
    const places = [];
    for (const team of teams) {
      const [channel] = yield* examineTeam(team, me.username, { api, rights });
      places.push({ team, channel: channel?.id });
    }
    yield* examineRights(rights);

    if (publicUrl) {
      const server = await meetServer(api, { ...settings, teams: [] }, log);
      const calls = { api, server, settings: { ...settings, publicUrl }, dispatcher, places, open, log };
      yield* examineCalls(calls);
    } else {
      yield note(
        'PUBLIC_URL is not set, so there are neither buttons nor a slash command; mentions and threads work without',
        'Set PUBLIC_URL to an address at which Mattermost reaches the port of k8sgpt-chat (PORT).',
      );
    }
    yield await greet({ url, token, dispatcher, log, retryMs: 500, greetingMs });
  } catch (error) {
    yield broken(error, url);
  }
}

/** Why it goes no further. */
function broken(error: unknown, url: string): Finding {
  if (isRefusal(error, 401)) {
    return bad(
      'Mattermost refuses the token: it was made by another server, or was disabled',
      'Make a new token under Integrations > Bot Accounts, and set it as MATTERMOST_TOKEN.',
    );
  }
  if (isRefusal(error)) {
    return bad(
      `Mattermost refuses what each member may ask (${error.status}): ${error.message}`,
      'Look into the logs of Mattermost and of the proxy before it.',
    );
  }
  const isNoAnswer = error instanceof Error && (error.cause !== undefined || error.name === 'TimeoutError');
  if (isNoAnswer) return bad(unreachable(url, error).message);
  throw error;
}

function settingsOf(env: NodeJS.ProcessEnv): Settings | Finding {
  try {
    const settings = readSettings(env);
    if (settings) return settings;
    return bad(
      'Mattermost is not set',
      'Set MATTERMOST_URL and MATTERMOST_TOKEN; deploy/mattermost/README.md says how to get them.',
    );
  } catch (error) {
    if (error instanceof ConfigError) return bad(error.message);
    throw error;
  }
}

type SocketOptions = Omit<Parameters<typeof createSocket>[0], 'on' | 'connected'>;

/** Waits for the server's first word on its WebSocket. */
async function greet(options: SocketOptions): Promise<Finding> {
  const begun = Date.now();
  const socket = createSocket({ ...options, on() {}, connected() {} });
  try {
    await socket.start();
    return good(`WebSocket: Mattermost greeted us after ${Date.now() - begun} ms`);
  } catch (error) {
    return bad(messageOf(error));
  } finally {
    socket.stop();
  }
}
