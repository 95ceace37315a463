import { problemsOfView } from './block-kit.ts';
import { type Answer, type Args, contentOf, metadataOf, SlackRefusal, wire } from './content.ts';
import { conversationMethods } from './conversations.ts';
import { isOpen, streamMethods } from './streams.ts';
import { BOT, type SlackFile, type SlackMessage, TEAM, type Workspace } from './workspace.ts';

export interface View {
  id: string;
  callback_id: string;
  private_metadata: string;
  blocks: Answer[];
  title: { text: string };
}

export interface WebApiOptions {
  workspace: Workspace;
  botToken: string;
  appToken: string;
  scopes: string[];
  /** Updates of one message that come sooner after one another are refused with 429. */
  minUpdateGapMs: number;
  /** How long a stream lives. */
  streamMs: number;
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
  /** Ends all streams, as Slack does with each after some minutes. */
  endStreams(): void;
  uploads: Map<string, SlackFile & { length: number }>;
}

const SCOPES: Record<string, string> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'chat.startStream': 'chat:write',
  'chat.appendStream': 'chat:write',
  'chat.stopStream': 'chat:write',
  'conversations.open': 'im:write',
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
      const message = workspace.add({
        channel,
        user: BOT.user,
        bot_id: BOT.id,
        ...thread,
        ...content,
        ...metadataOf(args),
      });
      options.posted(message);
      return { channel, ts: message.ts, message: wire(message) };
    },

    'chat.update'(args) {
      const channel = channelToPostIn(args.channel);
      const message = find(channel, args.ts);
      if (!message) throw new SlackRefusal('message_not_found');
      if (message.bot_id !== BOT.id) throw new SlackRefusal('cant_update_message');
      if (isOpen(message, now())) throw new SlackRefusal('streaming_state_conflict');
      if (now() - (message.editedAt ?? 0) < options.minUpdateGapMs) throw new SlackRefusal('ratelimited');
      const content = contentOf(args);
      // Without new blocks, the old ones stay: https://github.com/slack-go/slack/issues/1214
      const blocks = args.blocks === undefined ? message.blocks : content.blocks;
      // And without new metadata, the old one: https://docs.slack.dev/reference/methods/chat.update
      Object.assign(message, content, metadataOf(args), { blocks, edited: true, editedAt: now() });
      options.posted(message, 'message_changed');
      return { channel, ts: message.ts, text: message.text };
    },

    'chat.delete'(args) {
      const message = find(channelToPostIn(args.channel), args.ts);
      if (!message) throw new SlackRefusal('message_not_found');
      if (isOpen(message, now())) throw new SlackRefusal('cant_delete_message');
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

    ...conversationMethods(workspace, options.scopes),
    ...streamMethods({ ...options, channelToPostIn, find }),
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
    endStreams() {
      for (const { stream } of workspace.messages) if (stream) stream.until = Number.NEGATIVE_INFINITY;
    },
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
