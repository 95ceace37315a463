import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createDeliveries, inTime } from '../../deliveries.ts';
import type { Logger } from '../../log.ts';
import { commandLine } from '../../message.ts';
import type { Handlers, Incoming, Place } from '../../platform.ts';
import { isRecord } from '../../shape.ts';
import type { Respond } from '../shared/interactions.ts';
import { type Api, isRefusal } from './api.ts';
import { dialogOf, type Origin, valuesOf } from './dialogs.ts';
import { LIMITS } from './limits.ts';
import { interactions } from './private.ts';
import type { Page } from './render.ts';
import type { Server } from './server.ts';
import { readTrigger, type Signing, type Trigger } from './signing.ts';
import type { Threads } from './threads.ts';

/** Below this path Mattermost calls us. */
export const PATH = '/mattermost';
export const COMMAND_PATH = `${PATH}/command`;
export const ACTIONS_PATH = `${PATH}/actions`;
const DIALOGS_PATH = `${PATH}/dialogs`;

/** What the bot itself is answered, by which a checkup knows that the command came here. */
export const REACHED = 'k8sgpt-chat can be reached.';
/** What is answered to a button that we did not sign. */
export const NOT_OURS = 'This button is not one of ours.';

interface CallbacksOptions {
  api: Api;
  server: Server;
  threads: Threads;
  signing: Signing;
  commandTokens: readonly string[];
  publicUrl: string;
  on: Handlers;
  /** Tells a person what could not be done. */
  tell(place: Place, user: string, text: string): Promise<void>;
  log: Logger;
  now?: () => number;
}

const BODY_BYTES = 256 * 1024;
const DELIVERIES = 5000;
/** What somebody did is told at once; what is older was kept by somebody and sent again, or a clock is wrong. */
const FRESH_MS = 10 * 60_000;
/** A form may lie open for so long. What was sent is known for an hour, so that it is sent once. */
const FORM_MS = 50 * 60_000;

/** What is answered where something is not from Mattermost, or not as it should be. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Answer = Record<string, unknown>;

/** What a button does, as we signed it. */
interface Deed {
  run?: string;
  form?: string;
  values?: Record<string, string>;
  channel: string;
}

/** Answers what Mattermost calls us with: slash commands, buttons, forms that are sent. */
export function createCallbacks(options: CallbacksOptions): RequestListener {
  const { api, server, threads, signing, commandTokens, publicUrl, on, tell, log, now = Date.now } = options;
  const deliveries = createDeliveries(DELIVERIES);

  function handOn(incoming: Incoming, respond?: Respond<Page>): Promise<void> {
    return deliveries.take(incoming.delivery, () => interactions.during(respond, async () => on.command(incoming)));
  }

  async function command(form: URLSearchParams): Promise<Answer> {
    const field = (name: string) => form.get(name) ?? '';
    if (!signing.isToken(commandTokens, field('token'))) {
      throw new Refused(401, 'The token is not one of MATTERMOST_COMMAND_TOKEN.');
    }
    const user = field('user_id');
    const trigger = await triggerOf(field('trigger_id'), user);
    // The bot asks itself whether it can be reached.
    if (user === server.bot.id) return { text: REACHED, response_type: 'ephemeral' };
    const root = field('root_id');
    const place = { channel: field('channel_id'), ...(root && { thread: root }) };
    const [, hook] = field('response_url').match(/\/hooks\/commands\/(\w+)$/) ?? [];
    const respond = hook ? answering(hook) : undefined;
    await inTime(handOn({ text: field('text').trim(), user, place, delivery: trigger.id }, respond));
    return {};
  }

  function answering(hook: string): Respond<Page> {
    return ({ message, attachments }) =>
      // Without this the server would read `<…>` in it as Slack's markup.
      api.answerCommand(hook, { response_type: 'ephemeral', text: message, attachments, skip_slack_parsing: true });
  }

  async function action(body: Record<string, unknown>): Promise<Answer> {
    const deed = signing.open('action', body.context) as Deed | undefined;
    if (!deed || deed.channel !== body.channel_id) throw new Refused(403, NOT_OURS);
    const user = String(body.user_id);
    const { id: delivery } = await triggerOf(String(body.trigger_id), user);
    // Of what only one person sees Mattermost keeps no post, so it is said in the channel.
    const place = (await threads.placeOf(String(body.post_id))) ?? { channel: deed.channel };
    if (place.channel !== deed.channel) throw new Refused(403, 'This button is not of this channel.');
    if (deed.run !== undefined) await inTime(handOn({ text: deed.run, user, place, delivery }));
    else if (deed.form !== undefined) {
      const { form, values = {} } = deed;
      const origin: Origin = { form, values, place, user, trigger: delivery, at: now() };
      await inTime(deliveries.take(delivery, () => open(origin, String(body.trigger_id))));
    }
    return {};
  }

  /** Opens a form, at once, since servers before version 9 take one within three seconds of the press alone. */
  async function open(origin: Origin, trigger: string): Promise<void> {
    const { form: name, values, place, user } = origin;
    const form = on.form({ form: name, values, user, place });
    if (!form) return tell(place, user, `There is no form '${name}' any more.`);
    // The values stand in the fields as well, so they can be left out where they are long.
    const kept = JSON.stringify(values).length <= LIMITS.dialogValues ? values : {};
    const state = JSON.stringify(signing.sign('dialog', { ...origin, values: kept }));
    const dialog = dialogOf(form, { state, values, version: server.version });
    try {
      await api.openDialog({ trigger_id: trigger, url: `${publicUrl}${DIALOGS_PATH}`, dialog });
    } catch (err) {
      log.warn({ err, form: name }, 'A form was not opened');
      const isLate = isRefusal(err) && err.id.endsWith('decode_trigger_id.expired');
      const text = isLate ? 'The form came too late. Press the button again.' : 'The form could not be opened.';
      await tell(place, user, text);
    }
  }

  async function dialog(body: Record<string, unknown>): Promise<Answer> {
    const origin = signing.open('dialog', parsed(String(body.state))) as Origin | undefined;
    const user = String(body.user_id);
    if (!origin || origin.user !== user) throw new Refused(403, 'This form is not one of ours.');
    if (body.cancelled === true) return {};
    const again = 'Press the button again for a new one.';
    if (now() - origin.at > FORM_MS) return { error: `This form was open for too long. ${again}` };
    const { form: name, values, place, trigger } = origin;
    const form = on.form({ form: name, values, user, place });
    if (!form) return { error: `There is no form '${name}' any more.` };
    const text = commandLine(form, valuesOf(body.submission));
    await inTime(handOn({ text, user, place, delivery: `${trigger}:sent` }));
    return {};
  }

  /** What proves that a person did something, just now. */
  async function triggerOf(text: string, user: string): Promise<Trigger> {
    let trigger = readTrigger(text, server.triggerKey());
    if (!trigger && server.triggerKey()) {
      await server.renewTriggerKey();
      trigger = readTrigger(text, server.triggerKey());
    }
    if (!trigger || trigger.user !== user)
      throw new Refused(403, 'The trigger is not of Mattermost, or of another person.');
    if (Math.abs(now() - trigger.at) > FRESH_MS) {
      log.warn(
        { at: new Date(trigger.at).toISOString() },
        'Refused what Mattermost says was done long ago, or will be',
      );
      throw new Refused(403, 'This was done too long ago, or the clocks of Mattermost and k8sgpt-chat differ.');
    }
    return trigger;
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const path = (request.url ?? '').split('?')[0];
    if (request.method !== 'POST') throw new Refused(405, 'Mattermost calls with POST.');
    if (path === COMMAND_PATH) return command(new URLSearchParams(await bodyOf(request)));
    if (path !== ACTIONS_PATH && path !== DIALOGS_PATH) throw new Refused(404, 'There is nothing here.');
    const body = parsed(await bodyOf(request));
    if (!isRecord(body)) throw new Refused(400, 'The body must be a JSON object.');
    return path === ACTIONS_PATH ? action(body) : dialog(body);
  }

  return (request, response) => {
    answer(request).then(
      (content) => send(response, 200, content),
      (error: unknown) => {
        if (error instanceof Refused) {
          log.warn(
            { path: request.url, status: error.status, why: error.message },
            'Refused a call to Mattermost’s address',
          );
          return send(response, error.status, { error: error.message });
        }
        log.error({ err: error }, 'What Mattermost told was not taken');
        send(response, 503, { error: 'That could not be taken. Try again in a minute.' });
      },
    );
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES) throw new Refused(413, `The body has more than ${BODY_BYTES / 1024} KiB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, content: Answer): void {
  if (response.headersSent) return;
  // What is left of a body that was too long is not read.
  if (status === 413) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}
