import type { App, RespondFn } from '@slack/bolt';
import { createDeliveries } from '../../deliveries.ts';
import type { Logger } from '../../log.ts';
import { commandLine, problem } from '../../message.ts';
import type { Handlers, Incoming, Place } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import type { Respond } from '../shared/interactions.ts';
import { errorCode } from './client.ts';
import { homeOf } from './home.ts';
import { interactions } from './interaction.ts';
import type { Page } from './render.ts';
import { typed } from './rich-text.ts';
import type { Threads } from './threads.ts';
import { CALLBACK, type Origin, originOf, type ViewValues, valuesOf, viewOf } from './views.ts';

interface IncomingOptions {
  app: App;
  on: Handlers;
  botUser: string;
  threads: Threads;
  /** Tells a person what could not be done. */
  tell(place: Place, user: string, text: string): Promise<void>;
  /** A person's own conversation with the bot. */
  conversationWith(user: string): Promise<string>;
  log: Logger;
}

/** Slack repeats an event for an hour at most. */
const DELIVERIES = 5000;
const FORMS = 500;
const HOMES = 500;
/** A message of a person: plain, with a file, or also sent to the channel. All other subtypes are edits and notices. */
const SUBTYPES = new Set([undefined, 'file_share', 'thread_broadcast']);

/** The parts of Slack's payloads that we read. */
interface MessageEvent {
  channel: string;
  channel_type?: string;
  user?: string;
  bot_id?: string;
  subtype?: string;
  text?: string;
  ts: string;
  thread_ts?: string;
}

interface ButtonPress {
  trigger_id: string;
  user: { id: string };
  channel?: { id: string };
  /** Absent in a view. */
  container?: { channel_id?: string; message_ts?: string; thread_ts?: string; is_ephemeral?: boolean };
  message?: { ts: string; thread_ts?: string };
  actions: { action_id: string; value?: string }[];
}

/** Registers what we hear from Slack. A listener is done, and what it heard acknowledged, when its handler has taken it. */
export function listen({ app, on, botUser, threads, tell, conversationWith, log }: IncomingOptions): void {
  const deliveries = createDeliveries(DELIVERIES);
  /** How the button that opened a form is answered, by its press: a form that is sent has no answer of its own. */
  const opened = createRecent<Respond<Page>>(FORMS);
  /** By person, the publication of the Home tab that was begun last: an earlier one has nothing newer to say. */
  const published = createRecent<object>(HOMES);
  const mention = new RegExp(`<@${botUser}(\\|[^>]*)?>[,:]?`);

  function handOn(
    handler: 'command' | 'reply',
    incoming: Incoming,
    respond?: Respond<Page>,
    onEnd?: () => void,
  ): Promise<void> {
    return deliveries.take(incoming.delivery, () =>
      interactions.during(respond, async () => on[handler](incoming, onEnd)),
    );
  }

  // Whatever name the command has in the app's manifest, such as one a cluster.
  app.command(/.*/, async ({ command, respond }) => {
    const place = { channel: command.channel_id };
    const text = typed(command.text ?? '');
    await handOn('command', { text, user: command.user_id, place, delivery: command.trigger_id }, privately(respond));
  });

  app.event('app_mention', async ({ event, body }) => {
    const { channel, user, bot_id, text = '', ts, thread_ts } = event as MessageEvent;
    if (bot_id || !user) return;
    const place = { channel, thread: thread_ts ?? ts };
    const words = typed(text.replace(mention, ' '));
    await handOn('command', { text: words, user, place, delivery: body.event_id, spoken: true });
  });

  app.event('message', async ({ event, body }) => {
    const { channel, channel_type, user, bot_id, subtype, text = '', thread_ts } = event as MessageEvent;
    if (bot_id || !user || user === botUser || !SUBTYPES.has(subtype)) return;
    const direct = channel_type === 'im';
    // In a channel, what mentions us comes once more as app_mention.
    if (!direct && mention.test(text)) return;
    const place = { channel, ...(thread_ts ? { thread: thread_ts } : {}) };
    const words = typed(text.replace(mention, ' '));
    const incoming: Incoming = { text: words, user, place, delivery: body.event_id, ...(direct && { spoken: true }) };
    if (thread_ts && (await threads.has(channel, thread_ts))) await handOn('reply', incoming);
    else if (direct) await handOn('command', incoming);
  });

  app.event('app_home_opened', async ({ event, client }) => {
    const { user, tab } = event as { user: string; tab: string };
    // It is made anew with each visit, so one that is missed costs nothing; it must not keep Slack waiting.
    if (tab === 'home') void publish(client, user);
  });

  async function publish(client: App['client'], user: string): Promise<void> {
    if (!on.home) return;
    const own = {};
    published.set(user, own);
    const message = await on.home(user).catch((err: unknown) => {
      log.error({ err }, 'The Home tab could not be made');
      return problem('This page could not be made. Open it again in a minute; the log says why.');
    });
    if ((published.get(user) ?? own) !== own) return;
    try {
      await client.views.publish({ user_id: user, view: homeOf(message) });
    } catch (err) {
      log.error({ err }, 'The Home tab could not be shown');
    }
  }

  app.action(/.*/, async ({ body, respond, client }) => {
    const press = body as unknown as ButtonPress;
    const [{ action_id: id, value = '' } = { action_id: '' }] = press.actions;
    const user = press.user.id;
    const there = placeOf(press);
    const place = there ?? { channel: await conversationWith(user) };
    if (id.startsWith('run:')) {
      // The page shows what the button has changed.
      const onEnd = there ? undefined : () => void publish(client, user);
      await handOn('command', { text: value, user, place, delivery: press.trigger_id }, privately(respond), onEnd);
    } else if (id.startsWith('form:')) {
      const origin: Origin = {
        ...(JSON.parse(value) as Pick<Origin, 'form' | 'values'>),
        place,
        trigger: press.trigger_id,
        ...(!there && { atHome: true }),
      };
      // Kept before the form is opened: it may be sent before the opening is acknowledged.
      opened.set(origin.trigger, privately(respond));
      await deliveries.take(origin.trigger, () =>
        interactions.during(privately(respond), () => open(client, user, origin)),
      );
    }
  });

  /** Opens a form, at once, since Slack takes one within three seconds of the press alone. */
  async function open(client: App['client'], user: string, origin: Origin): Promise<void> {
    const { form: name, values = {}, place, trigger } = origin;
    try {
      const form = on.form({ form: name, values, user, place });
      if (form) await client.views.open({ trigger_id: trigger, view: viewOf(form, { ...origin, values }) });
      else await tell(place, user, `There is no form '${name}' any more.`);
    } catch (err) {
      log.warn({ err, form: name }, 'A form was not opened');
      const late = errorCode(err) === 'expired_trigger_id';
      const text = late ? 'The form came too late. Press the button again.' : 'The form could not be opened.';
      await tell(place, user, text);
    }
  }

  app.view(CALLBACK, async ({ body, view, client }) => {
    const { form: name, values, place, trigger, atHome } = originOf(view);
    const user = body.user.id;
    const form = on.form({ form: name, values, user, place });
    if (!form) return tell(place, user, `There is no form '${name}' any more.`);
    const text = commandLine(form, valuesOf(view.state.values as ViewValues));
    const onEnd = atHome ? () => void publish(client, user) : undefined;
    await handOn('command', { text, user, place, delivery: view.id }, opened.get(trigger), onEnd);
  });
}

/** Bolt's answer to what a person did, for that person alone. */
function privately(respond: RespondFn): Respond<Page> {
  return (page) => respond({ ...page, response_type: 'ephemeral', replace_original: false });
}

/** The thread of the message that a button stands in. A whisper has none; it may stand in one. The Home tab is no place. */
function placeOf({ container, channel, message }: ButtonPress): Place | undefined {
  const id = channel?.id ?? container?.channel_id;
  if (!id) return undefined;
  const inThread = message?.thread_ts ?? container?.thread_ts;
  const thread = inThread ?? (container?.is_ephemeral ? undefined : (message?.ts ?? container?.message_ts));
  return { channel: id, ...(thread ? { thread } : {}) };
}
