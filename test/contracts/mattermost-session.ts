import { afterAll, beforeAll, expect } from 'vitest';
import { type Api, type ApiError, createApi } from '../support/mattermost/api.ts';
import { newId } from '../support/mattermost/ids.ts';
import { type Integration, startIntegration } from '../support/mattermost/integration.ts';
import type { RateLimit } from '../support/mattermost/limiter.ts';
import { type Listener, listen } from '../support/mattermost/listener.ts';
import { createPerson, type Person, type SeenPost } from '../support/mattermost/person.ts';
import type { Settings } from '../support/mattermost/settle.ts';

/** A server that runs, with an administrator, a person and a bot in a team and a channel. */
export interface MattermostHarness {
  settings: Settings;
  /** Ends it and starts it again, on the same port and with the same database. */
  restart(): Promise<void>;
  /** Lets it take no more than this of each address, from now on; it may be restarted for that. */
  limit(limit: RateLimit): Promise<void>;
  stop(): Promise<void>;
  /** So long a trigger lives. */
  triggerMs: number;
}

/** What the cases share: who there is, and a program that the server calls. */
export interface Session {
  harness: MattermostHarness;
  settings: Settings;
  url: string;
  team: string;
  /** A channel that all three are in. */
  channel: string;
  bot: Api;
  admin: Api;
  nobody: Api;
  dev: Person;
  root: Person;
  integration: Integration;
  /** A channel with only these in it, and the administrator. */
  newChannel(type: 'O' | 'P', ...members: string[]): Promise<string>;
  post(text: string, more?: object): Promise<SeenPost>;
  listen(options?: { token?: string; query?: string }): Listener;
}

export function createSession(open: () => Promise<MattermostHarness>): Session {
  const session = {} as Session;
  const listeners: Listener[] = [];

  beforeAll(async () => {
    const harness = await open();
    const { settings } = harness;
    const { MATTERMOST_URL: url, MATTERMOST_TEAM_ID: team, MATTERMOST_CHANNEL_ID: channel } = settings;
    const bot = createApi(url, settings.MATTERMOST_TOKEN);
    const admin = createApi(url, settings.MATTERMOST_ADMIN_TOKEN);
    const person = (token: string) => createPerson({ url, token, channel, team });
    Object.assign(session, {
      harness,
      settings,
      url,
      team,
      channel,
      bot,
      admin,
      nobody: createApi(url),
      dev: await person(settings.MATTERMOST_USER_TOKEN),
      root: await person(settings.MATTERMOST_ADMIN_TOKEN),
      integration: await startIntegration(),
    } satisfies Partial<Session>);
  });

  afterAll(async () => {
    for (const listener of listeners) listener.close();
    session.dev?.close();
    session.root?.close();
    await session.integration?.close();
    await session.harness?.stop();
  });

  session.newChannel = async (type, ...members) => {
    const name = `c-${newId()}`;
    const { id } = await session.admin('POST', '/channels', { team_id: session.team, name, display_name: name, type });
    for (const user_id of members) await session.admin('POST', `/channels/${id}/members`, { user_id });
    return String(id);
  };
  session.post = (message, more = {}) =>
    session.bot('POST', '/posts', { channel_id: session.channel, message, ...more });
  session.listen = (options) => {
    const listener = listen(session.url, options);
    listeners.push(listener);
    return listener;
  };
  return session;
}

/** As `expect.poll`, for as long as a busy machine may need. */
export function eventually<T>(get: () => T) {
  return expect.poll(get, { timeout: 10_000 });
}

/** Expects a call to be refused with this status, and the id of this error. */
export async function refused(call: Promise<unknown>, status: number, id: string): Promise<void> {
  const error = await call.then(
    (answer) => answer,
    (reason: ApiError) => reason,
  );
  expect(error).toMatchObject({ name: 'ApiError', status, id });
}

export const FORBIDDEN = [403, 'api.context.permissions.app_error'] as const;
export const BAD_BODY = [400, 'api.context.invalid_body_param.app_error'] as const;
export const BAD_URL = [400, 'api.context.invalid_url_param.app_error'] as const;
export const NO_SESSION = [401, 'api.context.session_expired.app_error'] as const;

/** An attachment with buttons that send this context to this address. */
export function withButton(url: string, name = 'Explain', context: object = { of: 'pod' }): object {
  return { attachments: [{ text: 'A finding', actions: [{ name, type: 'button', integration: { url, context } }] }] };
}

interface Command {
  id: string;
  token: string;
  trigger: string;
}

/** A command of the team that calls a path of its own. */
export async function newCommand(session: Session): Promise<Command & { path: string }> {
  const trigger = `cmd-${newId()}`;
  const path = `/${trigger}`;
  const url = session.integration.url + path;
  const made = await session.admin<Command>('POST', '/commands', { team_id: session.team, trigger, method: 'P', url });
  return { ...made, path };
}

/** What the form said that was sent to the path last. */
export function formOf({ integration }: Session, path: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(integration.last(path).body));
}
