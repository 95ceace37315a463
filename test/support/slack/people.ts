import { wire } from './content.ts';
import type { Kind, Retry } from './delivery.ts';
import { read } from './reader.ts';
import type { WebApi } from './web-api.ts';
import { ANNA, APP, BOT, type SlackMessage, TEAM, type Workspace } from './workspace.ts';

type Payload = Record<string, unknown>;
type Block = { block_id?: string; elements?: Button[] };
type Button = Payload & { text?: { text: string }; type: string; action_id: string; value?: string };

interface Where {
  user?: string;
  channel?: string;
  thread?: string;
}

/** What people do in Slack. Each resolves when the app has acknowledged, and rejects when it did not. */
export interface People {
  command(text: string, where?: Where): Promise<void>;
  /** Writes a message; one that names the bot arrives as two events. */
  write(text: string, where?: Where & { bot?: boolean; subtype?: string }): Promise<void>;
  press(message: SlackMessage, label: string, user?: string): Promise<void>;
  /** Opens the app's page at its Home tab, or at its messages. */
  openHome(user?: string, tab?: 'home' | 'messages'): Promise<void>;
  pressAtHome(label: string, user?: string): Promise<void>;
  fill(values: Record<string, string>, user?: string): Promise<void>;
  redeliver(): Promise<void>;
}

interface PeopleOptions {
  workspace: Workspace;
  api: WebApi;
  send(kind: Kind, payload: Payload, retry?: Retry): Promise<unknown>;
  deliverEvent(payload: Payload, retry?: Retry): Promise<void>;
  eventOf(event: Payload): Payload;
  newTrigger(): string;
  newResponseUrl(channel: string, user: string): string;
}

export function createPeople({
  workspace,
  api,
  send,
  deliverEvent,
  eventOf,
  newTrigger,
  newResponseUrl,
}: PeopleOptions): People {
  let repeat: (retry?: Retry) => Promise<unknown> = async () => {};

  async function deliver(kind: Kind, payload: Payload): Promise<void> {
    repeat = (retry) => send(kind, payload, retry);
    await repeat();
  }

  return {
    command: (text, { user = ANNA, channel = 'C0OPS' } = {}) =>
      deliver('slash_commands', {
        command: '/k8sgpt',
        text,
        user_id: user,
        user_name: 'anna',
        channel_id: channel,
        channel_name: workspace.channels.get(channel)?.name ?? '',
        team_id: TEAM,
        team_domain: 'team',
        api_app_id: APP,
        is_enterprise_install: 'false',
        token: 'legacy',
        response_url: newResponseUrl(channel, user),
        trigger_id: newTrigger(),
      }),

    async write(text, { user = ANNA, channel = 'C0OPS', thread, bot, subtype } = {}) {
      const in_thread = thread ? { thread_ts: thread } : {};
      const message = workspace.add({
        channel,
        user: bot ? 'U0OTHER' : user,
        text,
        ...in_thread,
        ...(bot ? { bot_id: 'B0OTHER' } : {}),
      });
      const type = workspace.channels.get(channel)?.isDirect ? 'im' : 'channel';
      const heard = { ...wire(message), channel_type: type, ...(subtype ? { subtype } : {}) };
      const events = [eventOf(heard)];
      if (type === 'channel' && text.includes(`<@${BOT.user}`)) events.push(eventOf({ ...heard, type: 'app_mention' }));
      repeat = (retry) => Promise.all(events.map((event) => deliverEvent(event, retry)));
      await repeat();
    },

    press(message, label, user = ANNA) {
      const { button, block } = find(message.blocks, label);
      const { ts, channel, thread_ts, onlyFor } = message;
      const thread = thread_ts ? { thread_ts } : {};
      return deliver('interactive', {
        type: 'block_actions',
        user: { id: user, username: 'anna', team_id: TEAM },
        api_app_id: APP,
        token: 'legacy',
        team: { id: TEAM, domain: 'team' },
        container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: Boolean(onlyFor), ...thread },
        channel: { id: channel, name: workspace.channels.get(channel)?.name },
        // A whisper is not in the payload.
        ...(onlyFor ? {} : { message: wire(message) }),
        trigger_id: newTrigger(),
        response_url: newResponseUrl(channel, user),
        actions: [{ ...button, block_id: block.block_id ?? 'b1', action_ts: '1.1' }],
      });
    },

    async openHome(user = ANNA, tab = 'home') {
      const { id: channel } = workspace.directOf(user);
      const view = tab === 'home' ? api.home(user) : undefined;
      const event = eventOf({
        type: 'app_home_opened',
        user,
        channel,
        tab,
        event_ts: '1.1',
        ...(view ? { view } : {}),
      });
      repeat = (retry) => deliverEvent(event, retry);
      await repeat();
    },

    /** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload: of a view, without a channel. */
    pressAtHome(label, user = ANNA) {
      const home = api.home(user);
      const { button, block } = find(home?.blocks ?? [], label);
      return deliver('interactive', {
        type: 'block_actions',
        user: { id: user, username: 'anna', team_id: TEAM },
        api_app_id: APP,
        token: 'legacy',
        team: { id: TEAM, domain: 'team' },
        container: { type: 'view', view_id: home?.id },
        view: home,
        trigger_id: newTrigger(),
        actions: [{ ...button, block_id: block.block_id ?? 'b1', action_ts: '1.1' }],
      });
    },

    async fill(values, user = ANNA) {
      const { view } = api;
      if (!view) throw new Error('no form is open');
      const state = { values: Object.fromEntries(view.blocks.map((input) => answerTo(input, values))) };
      const unknown = Object.keys(values).filter((name) => !(name in state.values));
      if (unknown.length > 0) throw new Error(`the form has no field ${unknown.join(', ')}`);
      const body = { type: 'view_submission', user: { id: user, team_id: TEAM }, team: { id: TEAM }, api_app_id: APP };
      await deliver('interactive', {
        ...body,
        token: 'legacy',
        trigger_id: newTrigger(),
        view: { ...view, state },
        response_urls: [],
      });
    },

    async redeliver() {
      await repeat({ num: 1, reason: 'timeout' });
    },
  };
}

/** The button that a person would find by this label. */
function find(blocks: unknown[], label: string): { button: Button; block: Block } {
  for (const block of blocks as Block[]) {
    for (const element of block.elements ?? []) {
      if (element.type === 'feedback_buttons' && /^(👍|👎)$/u.test(label)) {
        const choice = element[label === '👍' ? 'positive_button' : 'negative_button'] as {
          text: unknown;
          value: string;
        };
        return {
          block,
          button: {
            type: element.type,
            action_id: element.action_id,
            value: choice.value,
            text: choice.text as Button['text'],
          },
        };
      }
      if (element.type === 'button' && element.text?.text === label) return { block, button: element };
    }
  }
  throw new Error(`no button '${label}' in: ${read({ blocks }).text}`);
}

/** One input's entry in the state of a view that is sent. */
function answerTo(input: Payload, values: Record<string, string>): [string, Payload] {
  const name = String(input.block_id);
  const element = input.element as Payload & { action_id: string; type: string };
  const options = [
    ...((element.options as { value: string }[] | undefined) ?? []),
    ...((element.option_groups as { options: { value: string }[] }[] | undefined) ?? []).flatMap(
      (group) => group.options,
    ),
  ];
  const chosen = (words: string[]) =>
    words.map((word) => {
      const option = options.find(({ value }) => value === word);
      if (!option) throw new Error(`the field ${name} has no choice '${word}'`);
      return option;
    });
  const given = values[name];
  const words = given?.split(' ').filter((word) => word !== '') ?? [];
  if (element.type === 'plain_text_input') {
    return [name, { [element.action_id]: { type: element.type, value: given ?? element.initial_value ?? null } }];
  }
  if (element.type === 'static_select') {
    const option = given === undefined ? (element.initial_option ?? null) : (chosen(words)[0] ?? null);
    return [name, { [element.action_id]: { type: element.type, selected_option: option } }];
  }
  const some = given === undefined ? (element.initial_options ?? []) : chosen(words);
  return [name, { [element.action_id]: { type: element.type, selected_options: some } }];
}
