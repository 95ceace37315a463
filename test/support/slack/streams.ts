import { type Answer, type Args, metadataOf, parsed, refuseBlocks, SlackRefusal } from './content.ts';
import { byType, list, oneOf, problemsOf, string } from './schema.ts';
import { BOT, type SlackMessage, type StreamState, TEAM, type Workspace } from './workspace.ts';

interface StreamsOptions {
  workspace: Workspace;
  /** How long a stream lives, whatever is appended to it. */
  streamMs: number;
  now(): number;
  channelToPostIn(id?: string): string;
  find(channel: string, ts?: string): SlackMessage | undefined;
  posted(message: SlackMessage, change?: 'message_changed'): void;
}

interface Task {
  id: string;
  title: string;
  status: string;
  details?: string;
  output?: string;
}

type Chunk =
  | { type: 'blocks'; blocks: unknown[] }
  | { type: 'markdown_text'; text: string }
  | ({ type: 'task_update' } & Task)
  | { type: 'plan_update'; title: string };

/** https://docs.slack.dev/reference/methods/chat.appendStream: what a chunk may be; blocks are checked as those of messages. */
const chunk = byType({
  blocks: { required: { blocks: list(() => {}, 1, 50) } },
  markdown_text: { required: { text: string(1, 12_000) } },
  task_update: {
    required: {
      id: string(1, 256),
      title: string(1, 256),
      status: oneOf('pending', 'in_progress', 'complete', 'error'),
    },
    optional: { details: string(0, 12_000), output: string(0, 12_000), sources: list(() => {}, 0, 50) },
  },
  plan_update: { required: { title: string(1, 256) } },
});

/** The three methods that stream a message, with the states that Slack keeps for it. */
export function streamMethods(options: StreamsOptions): Record<string, (args: Args) => Answer> {
  const { workspace, streamMs, now } = options;

  /** The message that a call is about, as long as it is streamed. */
  function streamed(args: Args): { message: SlackMessage; stream: StreamState } {
    const message = options.find(options.channelToPostIn(args.channel), args.ts);
    if (!message) throw new SlackRefusal('message_not_found');
    if (message.bot_id !== BOT.id) throw new SlackRefusal('message_not_owned_by_app');
    if (!message.stream || !isOpen(message, now())) throw new SlackRefusal('message_not_in_streaming_state');
    return { message, stream: message.stream };
  }

  return {
    'chat.startStream'(args) {
      const channel = options.channelToPostIn(args.channel);
      if (!args.thread_ts) throw new SlackRefusal('invalid_arguments');
      if (!options.find(channel, args.thread_ts)) throw new SlackRefusal('thread_not_found');
      // Documented for channels; Slack asks for both everywhere.
      if (!args.recipient_team_id) throw new SlackRefusal('missing_recipient_team_id');
      if (!args.recipient_user_id) throw new SlackRefusal('missing_recipient_user_id');
      if (args.recipient_team_id !== TEAM) throw new SlackRefusal('team_not_found');
      if (!workspace.channels.get(channel)?.members.has(args.recipient_user_id))
        throw new SlackRefusal('user_not_found');
      const stream: StreamState = { until: now() + streamMs };
      const blocks = taken(stream, [], args);
      const thread = { thread_ts: args.thread_ts };
      const message = workspace.add({ channel, user: BOT.user, bot_id: BOT.id, ...thread, blocks, stream });
      options.posted(message);
      return { channel, ts: message.ts };
    },

    'chat.appendStream'(args) {
      const { message, stream } = streamed(args);
      if (!args.chunks && !args.markdown_text) throw new SlackRefusal('no_text');
      message.blocks = taken(stream, message.blocks, args);
      options.posted(message, 'message_changed');
      return { channel: message.channel, ts: message.ts };
    },

    'chat.stopStream'(args) {
      const { message, stream } = streamed(args);
      if (args.blocks && stream.mode === 'chunks') throw new SlackRefusal('streaming_mode_mismatch');
      const last = args.blocks ? (parsed(args.blocks, 'invalid_blocks_format') as unknown[]) : [];
      const blocks = [...taken(stream, message.blocks, args), ...last];
      refuseBlocks(blocks);
      Object.assign(message, { blocks, ...metadataOf(args) });
      stream.until = Number.NEGATIVE_INFINITY;
      options.posted(message, 'message_changed');
      return { channel: message.channel, ts: message.ts };
    },
  };
}

/** Whether a message is being streamed: it can be neither edited nor deleted then. */
export function isOpen({ stream }: SlackMessage, now: number): boolean {
  return stream !== undefined && now < stream.until;
}

/** The blocks with what a call brings. The first content says which kind all later content must be. */
function taken(stream: StreamState, blocks: unknown[], { markdown_text: text, chunks: json }: Args): unknown[] {
  if (text && json) throw new SlackRefusal('cannot_provide_both_markdown_text_and_chunks');
  if (!text && !json) return blocks;
  const mode = json ? 'chunks' : 'markdown';
  if (stream.mode && stream.mode !== mode) throw new SlackRefusal('streaming_mode_mismatch');
  const chunks = json ? (parsed(json, 'invalid_chunks') as Chunk[]) : [{ type: 'markdown_text' as const, text }];
  const messages = problemsOf(list(chunk, 1, 100), chunks, '/chunks');
  if (messages.length > 0) throw new SlackRefusal('invalid_chunks', { response_metadata: { messages } });
  const all = (chunks as Chunk[]).reduce(withChunk, blocks);
  refuseBlocks(all);
  stream.mode = mode;
  return all;
}

/** What a message shows with one chunk more: a task is shown once, as it was told last. */
function withChunk(blocks: unknown[], one: Chunk): unknown[] {
  if (one.type === 'blocks') return [...blocks, ...one.blocks];
  if (one.type === 'markdown_text') return [...blocks, { type: 'markdown', text: one.text }];
  if (one.type === 'plan_update') return blocks;
  const before = blocks.find((block) => (block as { task_id?: string }).task_id === one.id);
  return before ? blocks.map((block) => (block === before ? cardOf(one) : block)) : [...blocks, cardOf(one)];
}

function cardOf({ id, title, status, output }: Task): unknown {
  const rich = (text: string) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  });
  return { type: 'task_card', task_id: id, title, status, ...(output ? { output: rich(output) } : {}) };
}
