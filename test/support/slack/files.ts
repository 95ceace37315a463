import { type Answer, type Args, SlackRefusal } from './content.ts';
import { BOT, type SlackFile, type SlackMessage, type Workspace } from './workspace.ts';

/** A file on its way, or there. */
export interface Upload extends SlackFile {
  /** As it was announced. */
  length: number;
  bytes: Buffer;
  /** Set when it was completed. So many messages that show it are refused still, while Slack looks through it. */
  looks?: number;
}

interface FilesOptions {
  workspace: Workspace;
  pictureLooks: number;
  uploadUrl(file: string): string;
  channelToPostIn(id?: string): string;
  find(channel: string, ts?: string): SlackMessage | undefined;
  posted(message: SlackMessage): void;
}

export interface Files {
  uploads: Map<string, Upload>;
  methods: Record<string, (args: Args) => Answer>;
  /** Refuses blocks with a picture that is not there, is none, or is not ready yet. */
  refusePictures(blocks: unknown[]): void;
}

const KINDS = ['89504e470d0a1a0a', 'ffd8ff', '474946383761', '474946383961'];

/** https://docs.slack.dev/messaging/working-with-files: announced, sent, completed, and some time later ready. */
export function createFiles(options: FilesOptions): Files {
  const { workspace, channelToPostIn, find } = options;
  const uploads = new Map<string, Upload>();

  function complete(id: string, title?: string): Upload {
    const file = uploads.get(id);
    if (!file || file.looks !== undefined) throw new SlackRefusal('file_not_found');
    if (file.bytes.length !== file.length) throw new SlackRefusal('file_update_failed');
    Object.assign(file, { title: title ?? file.title, looks: options.pictureLooks });
    return file;
  }

  /** https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object: png, jpg and gif. */
  function isShown(id: string): boolean {
    const file = uploads.get(id);
    if (file?.looks === undefined || !KINDS.some((kind) => file.bytes.toString('hex').startsWith(kind))) return false;
    return file.looks-- <= 0;
  }

  return {
    uploads,
    methods: {
      'files.getUploadURLExternal'({ filename = '', length = '' }) {
        if (!filename) throw new SlackRefusal('invalid_arguments');
        if (!(Number(length) > 0)) throw new SlackRefusal('missing_argument');
        const id = workspace.newId('F');
        const file = { id, name: filename, title: filename, content: '', bytes: Buffer.of(), length: Number(length) };
        uploads.set(id, file);
        return { file_id: id, upload_url: options.uploadUrl(id) };
      },

      /** Without a channel, the file is the bot's alone until a message shows it. */
      'files.completeUploadExternal'(args) {
        const channel = args.channel_id ? channelToPostIn(args.channel_id) : undefined;
        if (!channel && args.thread_ts) throw new SlackRefusal('invalid_arguments');
        if (channel && args.thread_ts && !find(channel, args.thread_ts)) throw new SlackRefusal('thread_not_found');
        const given = JSON.parse(args.files ?? '[]') as { id: string; title?: string }[];
        const files = given.map(({ id, title }) => complete(id, title));
        const thread = args.thread_ts ? { thread_ts: args.thread_ts } : {};
        if (channel) options.posted(workspace.add({ channel, user: BOT.user, bot_id: BOT.id, ...thread, files }));
        return { files: files.map(({ id, title }) => ({ id, title, mimetype: '' })) };
      },
    },
    refusePictures(blocks) {
      for (const [index, block] of (blocks as { slack_file?: { id?: string } }[]).entries()) {
        if (!block.slack_file || isShown(block.slack_file.id ?? '')) continue;
        const messages = [`[ERROR] invalid slack file [json-pointer:/blocks/${index}/slack_file]`];
        throw new SlackRefusal('invalid_blocks', { response_metadata: { messages } });
      }
    },
  };
}
