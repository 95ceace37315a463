import type { WebClient } from '@slack/web-api';
import { UserError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Place, Posted } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import type { Attachment } from '../shared/attachments.ts';
import { createPaged, idOf } from '../shared/paged.ts';
import type { Private } from '../shared/private.ts';
import type { Sending } from '../shared/sending.ts';
import { note } from './blocks.ts';
import { errorCode } from './client.ts';
import { growMessage } from './growing.ts';
import { findByKey, metadataOf } from './keys.ts';
import { createPages } from './pages.ts';
import { createPictures } from './pictures.ts';
import { ABSENT, createSlackPrivate } from './private.ts';
import { render } from './render.ts';
import type { Streams } from './streams.ts';
import type { Threads } from './threads.ts';

export interface Outgoing extends Sending {
  conversationWith: Private['conversationWith'];
  /** Waits for what is being sent. */
  finish(): Promise<void>;
}

interface OutgoingOptions {
  client: WebClient;
  bot: {
    user: string;
    /** Its name in the workspace, by which people invite it. */
    name: string;
  };
  threads: Threads;
  streams: Streams;
  updateEveryMs: number;
  /** The first wait for what Slack is not ready for. */
  retryMs: number;
  log: Logger;
}

const REMEMBERED = 1000;
/** There is no message any more that a link could lead to. */
const GONE = new Set(['message_not_found', 'channel_not_found']);

/** Channels that take nothing from us until somebody changes them, and what to do. */
const CLOSED: Readonly<Record<string, string>> = {
  is_archived: 'it is archived. Unarchive it, or choose another one.',
  restricted_action: 'only some people may post there. Let me, in its settings, or choose another one.',
};

/** Sends messages to Slack. */
export function createOutgoing({
  client,
  bot,
  threads,
  streams,
  updateEveryMs,
  retryMs,
  log,
}: OutgoingOptions): Outgoing {
  const pages = createPages(client, retryMs, log);
  const pictures = createPictures(client, log);
  const links = createRecent<string>(REMEMBERED);
  const paged = createPaged({
    sheets: {
      async post(to, page, mark) {
        const { channel, ts } = await pages.post(to, page, mark && metadataOf(mark.key, mark.page));
        return { channel, id: ts };
      },
      edit: pages.edit,
      delete: pages.delete,
      attach,
    },
    render: async (message) => render(message, await pictures.upload(message)),
    async refused(error, to, message) {
      const closed = CLOSED[errorCode(error)];
      if (closed) throw new UserError(`I cannot post in this channel: ${closed}`, { cause: error });
      if (!ABSENT.has(errorCode(error))) throw error;
      return privately.answer(to, message);
    },
    updateUnposted: (place, message) => privately.answer(place, message),
    async find(place, key) {
      const found = await findByKey({ client, botUser: bot.user, log }, place, key);
      return found && { id: found.ts, more: found.more };
    },
    isOurs: threads.add,
    updateEveryMs,
  });
  const privately = createSlackPrivate({
    client,
    pages,
    botName: bot.name,
    post: (to, message) => paged.post(to, message),
    attach,
  });

  async function attach({ channel, thread }: Place, { name, title, content }: Attachment): Promise<void> {
    const file = { channel_id: channel, filename: name, title, content };
    try {
      await client.filesUploadV2(thread ? { ...file, thread_ts: thread } : file);
    } catch (err) {
      log.error({ err, name }, 'Slack took no file');
      const text = `${name} could not be attached. ${cureFor(errorCode(err))}`;
      await pages.post({ channel, ...(thread && { thread }) }, { text, blocks: note(text) });
    }
  }

  function cureFor(code: string): string {
    if (code === 'missing_scope') return 'The Slack app needs the scope files:write.';
    if (ABSENT.has(code)) return `Use /invite @${bot.name} in this channel, and ask again.`;
    return `Slack says ${code || 'nothing'}; the log has more.`;
  }

  async function link(asked: Posted): Promise<string | undefined> {
    const posted = paged.current(asked);
    const before = links.get(idOf(posted));
    if (before || !posted.id) return before;
    try {
      const { permalink } = await client.chat.getPermalink({ channel: posted.place.channel, message_ts: posted.id });
      if (permalink) links.set(idOf(posted), permalink);
      return permalink;
    } catch (error) {
      if (!GONE.has(errorCode(error))) throw error;
      return undefined;
    }
  }

  const { post, update, find } = paged;
  return {
    post,
    update,
    find,
    link,
    conversationWith: privately.conversationWith,
    grow: (to, message, user) =>
      growMessage(
        {
          post,
          update,
          stream(place, blocks) {
            threads.add(place);
            return paged.inOrder(place.channel, () => streams.start(place, blocks, user));
          },
          log,
        },
        to,
        message,
      ),
    whisper: (to, user, message) =>
      to.channel.startsWith('D')
        ? post(to, message).then(() => {})
        : paged.inOrder(to.channel, () => privately.whisper(to, user, message)),
    async finish() {
      await streams.finish();
      await paged.finish();
    },
  };
}
