import type { WebClient } from '@slack/web-api';
import { UserError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Message } from '../../message.ts';
import type { Place, Platform, Posted, PostOptions } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import type { Attachment } from './attachment.ts';
import { note } from './blocks.ts';
import { errorCode } from './client.ts';
import { growMessage } from './growing.ts';
import { findByKey, metadataOf } from './keys.ts';
import { createOrder } from './order.ts';
import { createPacer } from './pacer.ts';
import { createPages } from './pages.ts';
import { createPictures } from './pictures.ts';
import { ABSENT, createPrivate, type Private } from './private.ts';
import { type Rendering, render } from './render.ts';
import type { Streams } from './streams.ts';
import type { Threads } from './threads.ts';

export interface Outgoing extends Omit<Platform, 'name' | 'start' | 'stop'> {
  conversationWith: Private['conversationWith'];
  /** The address of a message. */
  link(posted: Posted): Promise<string | undefined>;
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

/** What belongs to a message, beside the one of Slack's that it is updated by. */
interface Appendix {
  key?: string | undefined;
  /** Its further pages, in its thread. */
  pages: string[];
  files: Set<string>;
}

/** Sends messages: in order in each channel, updates paced, what does not fit into the message's thread. */
export function createOutgoing({
  client,
  bot,
  threads,
  streams,
  updateEveryMs,
  retryMs,
  log,
}: OutgoingOptions): Outgoing {
  const order = createOrder();
  const pages = createPages(client, retryMs, log);
  const pictures = createPictures(client, log);
  const privately = createPrivate({ client, pages, botName: bot.name, post, attach });
  const appendices = createRecent<Appendix>(REMEMBERED);
  /** What was posted anew for messages that were no longer there to be updated. */
  const anew = createRecent<Posted>(REMEMBERED);
  const links = createRecent<string>(REMEMBERED);
  const updates = createPacer<{ posted: Posted; message: Message }>(updateEveryMs, ({ posted, message }) =>
    order.run(posted.place.channel, () => replace(posted, message)),
  );

  async function post(to: Place, message: Message, { key }: PostOptions = {}): Promise<Posted> {
    const rendering = render(message, await pictures.upload(message));
    const sent = await pages.post(to, rendering.first, metadataOf(key, 1)).catch((error) => {
      const closed = CLOSED[errorCode(error)];
      if (closed) throw new UserError(`I cannot post in this channel: ${closed}`, { cause: error });
      if (!ABSENT.has(errorCode(error))) throw error;
    });
    if (!sent) return privately.answer(to, message, rendering);
    const posted = { id: sent.ts, place: { channel: sent.channel, thread: to.thread ?? sent.ts } };
    threads.add(posted.place);
    if (key !== undefined) appendices.set(idOf(posted), { key, pages: [], files: new Set() });
    await append(posted, rendering);
    return posted;
  }

  /** Brings what stands in the thread of a message in line with its rendering. */
  async function append(posted: Posted, { more, files }: Rendering): Promise<void> {
    const appendix = appendices.get(idOf(posted)) ?? { pages: [], files: new Set() };
    const { place } = posted;
    for (const [index, page] of more.entries()) {
      const ts = appendix.pages[index];
      if (ts && (await pages.edit(place.channel, ts, page))) continue;
      appendix.pages[index] = (await pages.post(place, page, metadataOf(appendix.key, index + 2))).ts;
    }
    for (const ts of appendix.pages.splice(more.length)) await pages.delete(place.channel, ts);
    for (const file of files) {
      const name = JSON.stringify(file);
      if (appendix.files.has(name)) continue;
      appendix.files.add(name);
      await attach(place, file);
    }
    if (appendix.pages.length + appendix.files.size > 0) appendices.set(idOf(posted), appendix);
  }

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

  async function replace(asked: Posted, message: Message): Promise<void> {
    const posted = anew.get(idOf(asked)) ?? asked;
    const { id, place } = posted;
    const rendering = render(message, await pictures.upload(message));
    if (await pages.edit(place.channel, id, rendering.first)) return append(posted, rendering);
    // Someone has deleted it. What it would have said must not be lost.
    const { key } = appendices.get(idOf(posted)) ?? {};
    const to = { channel: place.channel, ...(place.thread !== id && place.thread && { thread: place.thread }) };
    anew.set(idOf(asked), await post(to, message, key === undefined ? {} : { key }));
  }

  async function update(posted: Posted, message: Message): Promise<void> {
    const { place } = posted;
    if (posted.id) await updates.send(idOf(posted), { posted, message });
    else await order.run(place.channel, () => privately.answer(place, message, render(message)));
  }

  async function find(place: Place, key: string): Promise<Posted | undefined> {
    const found = await findByKey({ client, botUser: bot.user, log }, place, key);
    if (!found) return undefined;
    const posted = { id: found.ts, place: { channel: place.channel, thread: place.thread ?? found.ts } };
    threads.add(posted.place);
    if (!appendices.get(idOf(posted))) appendices.set(idOf(posted), { key, pages: found.more, files: new Set() });
    return posted;
  }

  async function link(asked: Posted): Promise<string | undefined> {
    const posted = anew.get(idOf(asked)) ?? asked;
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

  const outgoing: Outgoing = {
    post: (to, message, options) => order.run(to.channel, () => post(to, message, options)),
    update,
    find,
    link,
    conversationWith: privately.conversationWith,
    grow: (to, message, user) =>
      growMessage(
        {
          ...outgoing,
          stream(place, blocks) {
            threads.add(place);
            return order.run(place.channel, () => streams.start(place, blocks, user));
          },
          log,
        },
        to,
        message,
      ),
    whisper: (to, user, message) =>
      to.channel.startsWith('D')
        ? outgoing.post(to, message).then(() => {})
        : order.run(to.channel, () => privately.whisper(to, user, message)),
    async finish() {
      await streams.finish();
      await updates.finish();
      await order.finish();
    },
  };
  return outgoing;
}

function idOf({ id, place }: Posted): string {
  return `${place.channel}:${id}`;
}
