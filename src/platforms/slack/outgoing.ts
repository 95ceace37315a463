import type { WebClient } from '@slack/web-api';
import type { Logger } from '../../log.ts';
import type { Message } from '../../message.ts';
import type { Place, Platform, Posted } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import type { Attachment } from './attachment.ts';
import { note } from './blocks.ts';
import { errorCode } from './client.ts';
import { respondWith } from './interaction.ts';
import { createPacer } from './pacer.ts';
import { type Page, type Rendering, render, textsOf } from './render.ts';
import { escaped } from './rich-text.ts';
import type { Threads } from './threads.ts';

export interface Outgoing extends Pick<Platform, 'post' | 'update' | 'whisper'> {
  /** Waits for what is being sent. */
  finish(): Promise<void>;
}

interface OutgoingOptions {
  client: WebClient;
  /** The bot's name in the workspace, by which people invite it. */
  botName: string;
  threads: Threads;
  updateEveryMs: number;
  log: Logger;
}

/** Slack lets us not post here; a person can be answered through the interaction all the same. */
const ABSENT = new Set(['not_in_channel', 'channel_not_found', 'user_not_in_channel']);
/** Slack knows a block otherwise than we do. The letters still go. */
const REFUSED = new Set(['invalid_blocks', 'invalid_blocks_format', 'invalid_attachments', 'msg_blocks_too_long']);
const REMEMBERED = 1000;

/** What of a message stands in its thread. */
interface Appendix {
  pages: string[];
  files: Set<string>;
}

/** Sends messages: in order in each channel, updates paced, what does not fit into the message's thread. */
export function createOutgoing({ client, botName, threads, updateEveryMs, log }: OutgoingOptions): Outgoing {
  const queues = new Map<string, Promise<unknown>>();
  const appendices = createRecent<Appendix>(REMEMBERED);
  const updates = createPacer<{ posted: Posted; message: Message }>(updateEveryMs, ({ posted, message }) =>
    inOrder(posted.place.channel, () => replace(posted, message)),
  );

  /** Does the work once all earlier work for the channel is done. */
  function inOrder<T>(channel: string, work: () => Promise<T>): Promise<T> {
    const turn = (queues.get(channel) ?? Promise.resolve()).then(work);
    const done = turn
      .catch(() => {})
      .then(() => {
        if (queues.get(channel) === done) queues.delete(channel);
      });
    queues.set(channel, done);
    return turn;
  }

  async function post(to: Place, message: Message): Promise<Posted> {
    const rendering = render(message);
    const sent = await send(to, rendering.first).catch((error) => {
      if (!ABSENT.has(errorCode(error))) throw error;
    });
    if (!sent) return answer(to, message, rendering);
    const place = { channel: sent.channel, thread: to.thread ?? sent.ts };
    threads.add(place);
    await append(sent.ts, place, rendering);
    return { id: sent.ts, place };
  }

  /** Posts one page; as plain letters where Slack refuses its blocks. */
  async function send(to: Place, page: Page): Promise<{ channel: string; ts: string }> {
    const { channel = to.channel, ts = '' } = await withLetters(page, (content) =>
      client.chat.postMessage({
        channel: to.channel,
        thread_ts: to.thread,
        unfurl_links: false,
        unfurl_media: false,
        ...content,
      }),
    );
    return { channel, ts };
  }

  async function withLetters<T>(page: Page, call: (content: Page & { parse?: 'none' }) => Promise<T>) {
    return call(page).catch((err) => {
      if (!REFUSED.has(errorCode(err))) throw err;
      log.error({ err, details: err.data?.response_metadata?.messages }, 'Slack refused the blocks of a message');
      const letters = page.blocks.map((block) => textsOf(block).join(' ')).join('\n');
      // An update without blocks would keep those that stand there, and show nothing of this.
      return call({ text: `${page.text}\n${escaped(letters)}`, blocks: [], parse: 'none' });
    });
  }

  /** Brings what stands in the thread of a message in line with its rendering. */
  async function append(id: string, place: Place, { more, files }: Rendering): Promise<void> {
    const key = `${place.channel}:${id}`;
    const { pages, files: attached } = appendices.get(key) ?? { pages: [], files: new Set() };
    for (const [index, page] of more.entries()) {
      const ts = pages[index];
      if (!ts || !(await edit(place.channel, ts, page))) pages[index] = (await send(place, page)).ts;
    }
    for (const ts of pages.splice(more.length)) await unlessGone(client.chat.delete({ channel: place.channel, ts }));
    for (const file of files) {
      if (attached.has(JSON.stringify(file))) continue;
      attached.add(JSON.stringify(file));
      await attach(place, file);
    }
    if (pages.length > 0 || attached.size > 0) appendices.set(key, { pages, files: attached });
  }

  async function attach({ channel, thread }: Place, { name, title, content }: Attachment): Promise<void> {
    const file = { channel_id: channel, filename: name, title, content };
    try {
      await client.filesUploadV2(thread ? { ...file, thread_ts: thread } : file);
    } catch (err) {
      log.error({ err, name }, 'Slack took no file');
      const text = `${name} could not be attached. ${cureFor(errorCode(err))}`;
      await send({ channel, thread }, { text, blocks: note(text) });
    }
  }

  function cureFor(code: string): string {
    if (code === 'missing_scope') return 'The Slack app needs the scope files:write.';
    if (ABSENT.has(code)) return `Use /invite @${botName} in this channel, and ask again.`;
    return `Slack says ${code || 'nothing'}; the log has more.`;
  }

  /** Edits a message; whether it was still there. */
  function edit(channel: string, ts: string, page: Page): Promise<boolean> {
    return unlessGone(withLetters(page, (content) => client.chat.update({ channel, ts, ...content })));
  }

  async function replace({ id, place }: Posted, message: Message): Promise<void> {
    const rendering = render(message);
    if (await edit(place.channel, id, rendering.first)) return append(id, place, rendering);
    // Someone has deleted it. What it would have said must not be lost.
    await post({ channel: place.channel, ...(place.thread === id ? {} : { thread: place.thread }) }, message);
  }

  async function whisper(to: Place, user: string, message: Message): Promise<void> {
    const rendering = render(message);
    try {
      for (const page of [rendering.first, ...rendering.more]) {
        await withLetters(page, (content) =>
          client.chat.postEphemeral({ channel: to.channel, thread_ts: to.thread, user, ...content }),
        );
      }
    } catch (error) {
      if (!ABSENT.has(errorCode(error))) throw error;
      await answer(to, message, rendering);
      return;
    }
    if (rendering.files.length === 0) return;
    // A file has no whisper; the person's own conversation with the bot is as private.
    const { channel } = await client.conversations.open({ users: user });
    for (const file of rendering.files) await attach({ channel: channel?.id ?? user }, file);
  }

  /** Answers the person alone where we cannot post, and says how to have us there. */
  async function answer(place: Place, message: Message, { first, more, files }: Rendering): Promise<Posted> {
    const unposted = { id: '', place };
    // Slack takes five answers; how far the work is would use them up.
    if (message.blocks.some((block) => block.type === 'progress')) return unposted;
    const missing = more.length + files.length;
    const left = missing > 0 ? ` ${missing} more messages and files could not be shown here.` : '';
    const cure = `Only you see this, since I am not in this channel.${left} To have me here: /invite @${botName}`;
    // The last block of several pages says that the rest stands in the thread, which there is none of here.
    const blocks = [...first.blocks.slice(0, more.length > 0 ? -1 : undefined), ...note(cure)];
    await respondWith({ text: first.text, blocks }, `I cannot post in this channel. Use /invite @${botName} there.`);
    return unposted;
  }

  return {
    post: (to, message) => inOrder(to.channel, () => post(to, message)),
    async update(posted, message) {
      const { id, place } = posted;
      if (id) await updates.send(`${place.channel}:${id}`, { posted, message });
      else await inOrder(place.channel, () => answer(place, message, render(message)));
    },
    whisper: (to, user, message) =>
      to.channel.startsWith('D')
        ? inOrder(to.channel, () => post(to, message)).then(() => {})
        : inOrder(to.channel, () => whisper(to, user, message)),
    async finish() {
      await updates.finish();
      while (queues.size > 0) await Promise.all(queues.values());
    },
  };
}

/** Whether the message that a call is about was still there. */
async function unlessGone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (errorCode(error) === 'message_not_found') return false;
    throw error;
  }
}
