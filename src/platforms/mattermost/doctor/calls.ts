import type { CommandArgs } from '@mattermost/types/integrations';
import { type Dispatcher, fetch } from 'undici';
import { bad, type Finding, good, note } from '../../../checkup.ts';
import { ConfigError, UserError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import type { HttpHost } from '../../../platform.ts';
import { isRecord } from '../../../shape.ts';
import { type Api, isRefusal, type MattermostError } from '../api.ts';
import { ACTIONS_PATH, COMMAND_PATH, createCallbacks, NOT_OURS, PATH, REACHED } from '../callbacks.ts';
import type { Server } from '../server.ts';
import type { Settings } from '../settings.ts';
import { createSigning } from '../signing.ts';
import { createThreads } from '../threads.ts';
import { causeOf } from '../unreached.ts';
import type { Team } from './account.ts';

export interface OpenHost extends HttpHost {
  close(): Promise<void>;
}

interface CallsOptions {
  api: Api;
  server: Server;
  settings: Settings & { publicUrl: string };
  dispatcher: Dispatcher | undefined;
  /** Each team that is heard, with a channel in which the command can be tried. */
  places: readonly { team: Team; channel: string | undefined }[];
  open(): Promise<OpenHost>;
  log: Logger;
}

const TIMEOUT_MS = 10_000;
const TRIGGER = 'k8sgpt';

/**
 * Whether Mattermost reaches us at PUBLIC_URL. Where nobody answers there, since the program does not run, we do so for as
 * long as it takes.
 */
export async function* examineCalls(options: CallsOptions): AsyncGenerator<Finding> {
  const { settings, dispatcher, places } = options;
  const { publicUrl, commandTokens } = settings;
  const first = await press(publicUrl, dispatcher);
  const inPlace = first.isOurs ? undefined : await answerInPlace(options);
  try {
    if (first.isOurs) yield good(`k8sgpt-chat is running: it answers at ${publicUrl}`);
    else if (inPlace instanceof ConfigError) {
      yield note(
        `k8sgpt-chat does not run at ${publicUrl} (${first.why}), and I cannot answer in its place: ${inPlace.message}`,
      );
    } else
      yield note(`k8sgpt-chat does not run at ${publicUrl} (${first.why}), so I answer in its place while this takes`);
    if (commandTokens.length === 0) {
      yield note(
        'MATTERMOST_COMMAND_TOKEN is not set, so there is no slash command; mentions and buttons work without',
        `${makeIt(publicUrl)} Its token is MATTERMOST_COMMAND_TOKEN.`,
      );
    }
    let isReached = false;
    for (const { team, channel } of commandTokens.length > 0 ? places : []) {
      const finding = await tryCommand(options, team, channel);
      isReached ||= finding.state === 'good';
      yield finding;
    }
    const last = first.isOurs ? first : await press(publicUrl, dispatcher);
    yield buttonsOf(last, publicUrl, isReached);
  } finally {
    if (inPlace && !(inPlace instanceof ConfigError)) await inPlace.close();
  }
}

interface Press {
  isOurs: boolean;
  /** What was answered, or why nothing was. */
  why: string;
}

/** Presses a button that we did not sign, which k8sgpt-chat alone refuses in its words. */
async function press(publicUrl: string, dispatcher: Dispatcher | undefined): Promise<Press> {
  try {
    const response = await fetch(`${publicUrl}${ACTIONS_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(dispatcher && { dispatcher }),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    const isOurs = response.status === 403 && isRecord(answer) && answer.error === NOT_OURS;
    return { isOurs, why: `${response.status}, not by k8sgpt-chat` };
  } catch (error) {
    const { code, message } = causeOf(error);
    return { isOurs: false, why: message || code };
  }
}

/** Opens the address that Mattermost calls. What people do meanwhile is refused, so that they do it again. */
async function answerInPlace({ api, server, settings, open, log }: CallsOptions): Promise<OpenHost | ConfigError> {
  const refuse = async () => {
    throw new UserError('k8sgpt-chat is not running.');
  };
  try {
    const host = await open();
    const { token, commandTokens, publicUrl } = settings;
    const threads = createThreads(api, server.bot.id);
    const on = { command: refuse, reply: refuse, form: () => undefined };
    const signing = createSigning(token);
    host.mount(
      PATH,
      createCallbacks({ api, server, threads, signing, commandTokens, publicUrl, on, tell: refuse, log }),
    );
    return host;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function buttonsOf({ isOurs, why }: Press, publicUrl: string, isReached: boolean): Finding {
  const url = `${publicUrl}${ACTIONS_PATH}`;
  if (isOurs) return good(`Buttons and forms: ${url} answers`);
  if (isReached)
    return note(`Buttons and forms: ${url} is not reached from this machine (${why}), but Mattermost reaches it`);
  return bad(
    `Buttons and forms: ${url} is not reached: ${why}`,
    `Correct PUBLIC_URL, or have the proxy there pass it on to ${PATH} of k8sgpt-chat (PORT).`,
  );
}

/** The bot runs the command itself; k8sgpt-chat knows its own user, and answers that it was reached. */
async function tryCommand({ api, settings }: CallsOptions, team: Team, channel: string | undefined): Promise<Finding> {
  const name = `/${TRIGGER} in ${team.name}`;
  if (!channel) return note(`${name} cannot be tried, since the bot may use slash commands in none of its channels`);
  try {
    const args = { channel_id: channel, team_id: team.id, root_id: '' } as CommandArgs;
    const { text } = (await api.executeCommand(`/${TRIGGER}`, args)) as { text?: string };
    if (text === REACHED) {
      const isOffered = (await api.getCommandsList(team.id)).some(({ trigger }) => trigger === TRIGGER);
      const hint = isOffered ? '' : '; tick Autocomplete in the command to have it offered while people type';
      return good(`${name}: Mattermost reaches k8sgpt-chat, and its token is right${hint}`);
    }
    return bad(
      `${name}: another program answers it, with “${String(text ?? '').slice(0, 60)}”`,
      `Under Integrations > Slash Commands give it the URL ${settings.publicUrl}${COMMAND_PATH}, and have its proxy pass that on.`,
    );
  } catch (error) {
    if (isRefusal(error)) return refused(name, error, settings.publicUrl);
    return bad(`${name}: Mattermost gives no answer (${causeOf(error).message})`, 'Run the doctor again.');
  }
}

function makeIt(publicUrl: string): string {
  return `In the team’s menu, Integrations > Slash Commands, make one: trigger word ${TRIGGER}, method POST, URL ${publicUrl}${COMMAND_PATH}.`;
}

function refused(name: string, error: MattermostError, publicUrl: string): Finding {
  const { id, status, message, details } = error;
  if (id.endsWith('.not_found.app_error')) {
    return bad(
      `${name}: there is no such command`,
      `${makeIt(publicUrl)} Put its token into MATTERMOST_COMMAND_TOKEN.`,
    );
  }
  if (id.includes('disabled')) return bad(`${name}: custom slash commands are off`, 'See EnableCommands above.');
  if (id.includes('.failed_resp.')) return answered(name, Number(/\b[1-5]\d\d\b/.exec(message)?.[0]), publicUrl);
  if (!id.includes('.failed.')) return note(`${name} cannot be tried: Mattermost says ${status}, ${message}`);
  return unreached(name, details, publicUrl);
}

/** Somebody answered at the command's address, and not with 200. */
function answered(name: string, status: number, publicUrl: string): Finding {
  const url = `${publicUrl}${COMMAND_PATH}`;
  if (status === 401) {
    return bad(
      `${name}: MATTERMOST_COMMAND_TOKEN is of another command (401)`,
      'Copy the token from Integrations > Slash Commands of this team; those of several teams are parted by commas. Restart k8sgpt-chat then.',
    );
  }
  if (status === 403) {
    return bad(
      `${name}: k8sgpt-chat does not believe when this was done, or by whom (403)`,
      'Set the clocks of both machines by NTP; where MATTERMOST_URL is not the server that has the command, correct it.',
    );
  }
  if (status === 405) {
    return bad(
      `${name}: the command does not come as a POST (405)`,
      `Choose the method POST under Integrations > Slash Commands, and the URL ${url} without a redirect on its way.`,
    );
  }
  if (status >= 502 && status <= 504) {
    return bad(
      `${name}: the proxy at the command’s URL does not reach k8sgpt-chat (${status})`,
      'Start k8sgpt-chat, or have the proxy pass the address on to the port that it listens on (PORT).',
    );
  }
  return bad(
    `${name}: the command’s URL is answered with ${status}`,
    `Under Integrations > Slash Commands give it the URL ${url}, and have the proxy pass that path on unchanged.`,
  );
}

/** A name without a dot, of a cluster or a company, or an address that is private by its number. */
const INTERNAL =
  /^(?:localhost|[^.:]+|.*\.(?:svc|local|internal|lan)|127\..*|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|\[.*\])$/;

/** Mattermost got no answer. Why, it tells only where `EnableDeveloper` is on, which it seldom is. */
function unreached(name: string, details: string, publicUrl: string): Finding {
  const [, called = publicUrl] = /"(https?:[^"]+)"/.exec(details) ?? [];
  const host = URL.parse(called)?.hostname ?? 'its host';
  const forbidden = `Add ${host} to System Console > Environment > Developer > Allow untrusted internal connections to (AllowedUntrustedInternalConnections).`;
  const why = details.replace(/^\w+ "[^"]*": /, '');
  if (/address forbidden|AllowedUntrusted/i.test(details)) {
    return bad(`${name}: Mattermost may not call this address, which is one of its own network`, forbidden);
  }
  if (/x509|certificate/i.test(details)) {
    return bad(
      `${name}: Mattermost does not trust the certificate at ${publicUrl} (${why})`,
      'Add its authority to those that the machine of Mattermost trusts, and restart Mattermost.',
    );
  }
  const correct = `the command needs the URL ${publicUrl}${COMMAND_PATH}, k8sgpt-chat running behind it, and a way there from Mattermost’s machine`;
  if (details) return bad(`${name}: Mattermost does not reach k8sgpt-chat (${why})`, `To mend it, ${correct}.`);
  const unsaid = `${name}: Mattermost does not reach k8sgpt-chat, and says why in its own log alone`;
  if (INTERNAL.test(host)) return bad(unsaid, `${forbidden} Where it is there already, ${correct}.`);
  return bad(unsaid, `To mend it, ${correct}. Where that is in a private network: ${forbidden}`);
}
