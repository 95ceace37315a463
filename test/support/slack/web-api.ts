import { problemsOfView, refusalOf } from './block-kit.ts';
import { APP, BOT, type SlackFile, type SlackMessage, TEAM, type Workspace } from './workspace.ts';

type Args = Record<string, string>;
type Answer = Record<string, unknown>;

export interface View {
  id: string;
  callback_id: string;
  private_metadata: string;
  blocks: Answer[];
  title: { text: string };
}

/** Slack's answer `{ ok: false, error }`. */
export class SlackRefusal extends Error {
  readonly answer: Answer;
  constructor(error: string, more: Answer = {}) {
    super(error);
    this.answer = { ok: false, error, ...more };
  }
}

export interface WebApiOptions {
  workspace: Workspace;
  botToken: string;
  appToken: string;
  scopes: string[];
  /** Updates of one message that come sooner after one another are refused with 429. */
  minUpdateGapMs: number;
  now(): number;
  /** Trigger ids that are valid, and until when. */
  triggers: Map<string, number>;
  openSocket(): string;
  uploadUrl(file: string): string;
  /** A message that the app's own posts make everyone hear. */
  posted(message: SlackMessage, change?: 'message_changed' | 'message_deleted'): void;
}

export interface WebApi {
  /** Answers one call. Throws `SlackRefusal`. */
  call(method: string, token: string, args: Args): Answer;
  /** The form that was opened last. */
  readonly view: View | undefined;
  uploads: Map<string, SlackFile & { length: number }>;
}

const SCOPES: Record<string, string> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'conversations.open': 'im:write',
  'conversations.replies': 'channels:history',
};

/** The methods of Slack's Web API that a bot such as ours may use, with the refusals that Slack documents for them. */
export function createWebApi(options: WebApiOptions): WebApi {
  const { workspace, now, triggers } = options;
  const uploads: WebApi['uploads'] = new Map();
  let view: View | undefined;

  const methods: Record<string, (args: Args) => Answer> = {
    'auth.test': () => ({
      url: 'https://team.slack.com/',
      team_id: TEAM,
      user: BOT.name,
      user_id: BOT.user,
      bot_id: BOT.id,
    }),

    'apps.connections.open': () => ({ url: options.openSocket() }),

    'chat.postMessage'(args) {
      const channel = channelToPostIn(args.channel);
      const content = contentOf(args);
      if (args.thread_ts && !find(channel, args.thread_ts)) throw new SlackRefusal('thread_not_found');
      const thread = args.thread_ts ? { thread_ts: args.thread_ts } : {};
      const message = workspace.add({ channel, user: BOT.user, bot_id: BOT.id, ...thread, ...content });
      options.posted(message);
      return { channel, ts: message.ts, message: wire(message) };
    },

    'chat.update'(args) {
      const channel = channelToPostIn(args.channel);
      const message = find(channel, args.ts);
      if (!message) throw new SlackRefusal('message_not_found');
      if (message.bot_id !== BOT.id) throw new SlackRefusal('cant_update_message');
      if (now() - (message.editedAt ?? 0) < options.minUpdateGapMs) throw new SlackRefusal('ratelimited');
      const content = contentOf(args);
      // Without new blocks, the old ones stay: https://github.com/slack-go/slack/issues/1214
      const blocks = args.blocks === undefined ? message.blocks : content.blocks;
      Object.assign(message, content, { blocks, edited: true, editedAt: now() });
      options.posted(message, 'message_changed');
      return { channel, ts: message.ts, text: message.text };
    },

    'chat.delete'(args) {
      const message = find(channelToPostIn(args.channel), args.ts);
      if (!message) throw new SlackRefusal('message_not_found');
      workspace.messages.splice(workspace.messages.indexOf(message), 1);
      options.posted(message, 'message_deleted');
      return { channel: args.channel, ts: args.ts };
    },

    'chat.postEphemeral'(args) {
      const channel = channelToPostIn(args.channel);
      if (!workspace.channels.get(channel)?.members.has(args.user ?? '')) throw new SlackRefusal('user_not_in_channel');
      const thread = args.thread_ts ? { thread_ts: args.thread_ts } : {};
      const message = workspace.add({
        channel,
        user: BOT.user,
        bot_id: BOT.id,
        ...thread,
        onlyFor: args.user,
        ...contentOf(args),
      });
      return { message_ts: message.ts };
    },

    'views.open'(args) {
      const until = triggers.get(args.trigger_id ?? '');
      if (until === undefined) throw new SlackRefusal('invalid_trigger_id');
      triggers.delete(args.trigger_id ?? '');
      if (now() > until) throw new SlackRefusal('expired_trigger_id');
      const wanted = JSON.parse(args.view ?? 'null');
      const messages = problemsOfView(wanted);
      if (messages.length > 0) throw new SlackRefusal('invalid_arguments', { response_metadata: { messages } });
      view = { private_metadata: '', callback_id: '', ...wanted, id: workspace.newId('V') } as View;
      return { view };
    },

    'files.getUploadURLExternal'({ filename = '', length = '' }) {
      if (!filename) throw new SlackRefusal('invalid_arguments');
      if (!(Number(length) > 0)) throw new SlackRefusal('missing_argument');
      const id = workspace.newId('F');
      uploads.set(id, { id, name: filename, title: filename, content: '', length: Number(length) });
      return { file_id: id, upload_url: options.uploadUrl(id) };
    },

    'files.completeUploadExternal'(args) {
      const channel = channelToPostIn(args.channel_id);
      const files = (JSON.parse(args.files ?? '[]') as { id: string; title?: string }[]).map(({ id, title }) => {
        const file = uploads.get(id);
        if (!file) throw new SlackRefusal('file_not_found');
        if (Buffer.byteLength(file.content) !== file.length) throw new SlackRefusal('file_update_failed');
        return { ...file, title: title ?? file.title };
      });
      if (args.thread_ts && !find(channel, args.thread_ts)) throw new SlackRefusal('thread_not_found');
      const thread = args.thread_ts ? { thread_ts: args.thread_ts } : {};
      options.posted(workspace.add({ channel, user: BOT.user, bot_id: BOT.id, ...thread, files }));
      return { files: files.map(({ id, title }) => ({ id, title })) };
    },

    'conversations.open'({ users = '' }) {
      return { channel: { id: workspace.directOf(users).id } };
    },

    'conversations.replies'({ channel = '', ts = '' }) {
      const inThread = workspace.messages.filter((one) => one.channel === channel && !one.onlyFor);
      return { messages: inThread.filter((one) => one.ts === ts || one.thread_ts === ts).map(wire) };
    },
  };

  function channelToPostIn(id = ''): string {
    const channel = /^[UW]/.test(id) ? workspace.directOf(id) : workspace.channels.get(id);
    const member = channel?.members.has(BOT.user);
    if (!channel || (channel.isPrivate && !member)) throw new SlackRefusal('channel_not_found');
    if (!member) throw new SlackRefusal('not_in_channel');
    if (channel.isArchived) throw new SlackRefusal('is_archived');
    return channel.id;
  }

  function find(channel: string, ts = ''): SlackMessage | undefined {
    return workspace.messages.find((one) => one.channel === channel && one.ts === ts && !one.onlyFor);
  }

  return {
    uploads,
    get view() {
      return view;
    },
    call(method, token, args) {
      const known = methods[method];
      if (!known) throw new SlackRefusal('unknown_method', { req_method: method });
      if (!token) throw new SlackRefusal('not_authed');
      const right = method === 'apps.connections.open' ? options.appToken : options.botToken;
      if (token !== right) {
        const other = [options.appToken, options.botToken].includes(token);
        throw new SlackRefusal(other ? 'not_allowed_token_type' : 'invalid_auth');
      }
      const needed = SCOPES[method];
      if (needed && !options.scopes.includes(needed)) throw new SlackRefusal('missing_scope', { needed });
      return { ok: true, ...known(args) };
    },
  };
}

/** The text and blocks of a message to be posted. Throws what Slack would refuse them with. */
export function contentOf({ text = '', blocks }: { text?: string; blocks?: unknown }): {
  text: string;
  blocks: unknown[];
} {
  const wanted = typeof blocks === 'string' ? parsed(blocks) : (blocks ?? []);
  const refusal = refusalOf(wanted);
  if (refusal) throw new SlackRefusal(refusal.error, { response_metadata: { messages: refusal.messages } });
  if (!text && (wanted as unknown[]).length === 0) throw new SlackRefusal('no_text');
  if (text.length > 40_000) throw new SlackRefusal('msg_too_long');
  return { text, blocks: wanted as unknown[] };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new SlackRefusal('invalid_blocks_format');
  }
}

/** A message as events and answers have it. */
export function wire({ ts, channel, thread_ts, user, bot_id, text, blocks }: SlackMessage): Answer {
  const bot = bot_id ? { bot_id, app_id: APP } : {};
  return {
    type: 'message',
    ts,
    event_ts: ts,
    channel,
    user,
    text,
    blocks,
    team: TEAM,
    ...bot,
    ...(thread_ts ? { thread_ts } : {}),
  };
}
