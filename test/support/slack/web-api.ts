import { problemsOfHome, problemsOfView } from './block-kit.ts';
import { type Answer, type Args, contentOf, metadataOf, SlackRefusal, wire } from './content.ts';
import { conversationMethods } from './conversations.ts';
import { createFiles, type Files } from './files.ts';
import { isOpen, streamMethods } from './streams.ts';
import { BOT, type SlackMessage, TEAM, type Workspace } from './workspace.ts';

export interface View {
  id: string;
  callback_id: string;
  private_metadata: string;
  blocks: Answer[];
  title: { text: string };
}

/** A Home tab. */
export interface Home {
  id: string;
  type: 'home';
  blocks: Answer[];
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
  /** So many messages with a new picture are refused. */
  pictureLooks: number;
  /** Whether the app has a Home tab, by its manifest. */
  hasHome: boolean;
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
  uploads: Files['uploads'];
  /** The Home tab of a person, as it was published last. */
  home(user: string): Home | undefined;
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
  const files = createFiles({ ...options, channelToPostIn, find });
  const homes = new Map<string, Home>();
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
      files.refusePictures(content.blocks);
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
      files.refusePictures(content.blocks);
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
      const content = contentOf(args);
      files.refusePictures(content.blocks);
      const message = workspace.add({
        channel,
        user: BOT.user,
        bot_id: BOT.id,
        ...thread,
        onlyFor: args.user,
        ...content,
      });
      return { message_ts: message.ts };
    },

    /** https://docs.slack.dev/reference/methods/chat.getPermalink */
    'chat.getPermalink'({ channel = '', message_ts: ts = '' }) {
      const message = workspace.channels.has(channel) && find(channel, ts);
      if (message === false) throw new SlackRefusal('channel_not_found');
      if (!message) throw new SlackRefusal('message_not_found');
      const { thread_ts: thread } = message;
      const within = thread && thread !== ts ? `?thread_ts=${thread}&cid=${channel}` : '';
      return { channel, permalink: `https://team.slack.com/archives/${channel}/p${ts.replace('.', '')}${within}` };
    },

    /** https://docs.slack.dev/reference/methods/views.publish */
    'views.publish'({ user_id: user = '', view: wanted = 'null' }) {
      const messages = /^[UW]\w+$/.test(user) ? problemsOfHome(JSON.parse(wanted)) : ['invalid `user_id`'];
      if (messages.length > 0) throw new SlackRefusal('invalid_arguments', { response_metadata: { messages } });
      if (Buffer.byteLength(wanted) > 250_000) throw new SlackRefusal('view_too_large');
      if (!options.hasHome) throw new SlackRefusal('not_enabled');
      const home: Home = { ...JSON.parse(wanted), id: homes.get(user)?.id ?? workspace.newId('V') };
      homes.set(user, home);
      return { view: home };
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

    ...files.methods,
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
    uploads: files.uploads,
    home: (user) => homes.get(user),
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
