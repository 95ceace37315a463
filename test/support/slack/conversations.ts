import { type Answer, type Args, SlackRefusal, wire } from './content.ts';
import { BOT, type SlackMessage, type Workspace } from './workspace.ts';

/** https://docs.slack.dev/reference/methods/conversations.history: what reading a kind of conversation needs. */
const READING: Record<string, string> = { C: 'channels:history', G: 'groups:history', D: 'im:history' };

/** The methods that read conversations, page by page. */
export function conversationMethods(workspace: Workspace, scopes: string[]): Record<string, (args: Args) => Answer> {
  /** What is there to read: in a channel that the bot is in. */
  function readable({ channel: id = '' }: Args): SlackMessage[] {
    const needed = READING[id.slice(0, 1)] ?? '';
    if (!scopes.includes(needed)) throw new SlackRefusal('missing_scope', { needed });
    const channel = workspace.channels.get(id);
    const member = channel?.members.has(BOT.user);
    if (!channel || (channel.isPrivate && !member)) throw new SlackRefusal('channel_not_found');
    if (!member) throw new SlackRefusal('not_in_channel');
    return workspace.messages.filter((one) => one.channel === id && !one.onlyFor);
  }

  function page(messages: SlackMessage[], { limit = '100', cursor = '0', include_all_metadata: all }: Args): Answer {
    const [start, size] = [Number(cursor), Number(limit)];
    if (!(size >= 1 && size <= 999)) throw new SlackRefusal('invalid_limit');
    const end = start + size;
    const next = end < messages.length ? { next_cursor: String(end) } : { next_cursor: '' };
    return {
      messages: messages.slice(start, end).map((message) => wire(message, all === 'true')),
      has_more: end < messages.length,
      response_metadata: next,
    };
  }

  return {
    'conversations.open'({ users = '' }) {
      return { channel: { id: workspace.directOf(users).id } };
    },

    /** A thread from its root on, oldest first. */
    'conversations.replies'(args) {
      const thread = readable(args).filter(({ ts, thread_ts }) => ts === args.ts || thread_ts === args.ts);
      if (thread.length === 0) throw new SlackRefusal('thread_not_found');
      return page(thread, args);
    },

    /** What stands in the channel itself, newest first. */
    'conversations.history'(args) {
      return page(
        readable(args)
          .filter(({ thread_ts }) => !thread_ts)
          .reverse(),
        args,
      );
    },
  };
}
