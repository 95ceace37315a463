import type { Message } from '../../message.ts';
import type { Place, Platform, Posted } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import type { Attachment } from './attachments.ts';
import { createOrder } from './order.ts';
import { createPacer } from './pacer.ts';

/** A message as a service takes it: one of its messages, and what of it goes into the thread. */
export interface Rendering<P> {
  first: P;
  more: P[];
  files: Attachment[];
}

/** What a message is found by: its key, and which of its pages it is, from 1. */
export interface Mark {
  key: string;
  page: number;
}

/** Single messages of a service. */
export interface Sheets<P> {
  post(to: Place, page: P, mark: Mark | undefined): Promise<{ channel: string; id: string }>;
  /** Edits a message; whether it stands there still. */
  edit(channel: string, id: string, page: P): Promise<boolean>;
  delete(channel: string, id: string): Promise<void>;
  /** Attaches a file; where the service takes none, says so in its place. */
  attach(to: Place, file: Attachment): Promise<void>;
}

interface PagedOptions<P> {
  sheets: Sheets<P>;
  render(message: Message, channel: string): Promise<Rendering<P>>;
  /** What is done instead where nothing can be posted, for this reason; throws what people are to be told. */
  refused(error: unknown, to: Place, message: Message): Promise<Posted>;
  /** An update of what could not be posted. */
  updateUnposted(place: Place, message: Message): Promise<unknown>;
  /** The messages that one under this key became. */
  find(place: Place, key: string): Promise<{ id: string; more: string[] } | undefined>;
  /** Is told of each place that has something of ours. */
  isOurs(place: Place): void;
  updateEveryMs: number;
}

export interface Paged extends Pick<Platform, 'post' | 'update' | 'find'> {
  /** Does the work once all earlier work for the channel is done. */
  inOrder<T>(channel: string, work: () => Promise<T>): Promise<T>;
  /** What stands for a message now: someone may have deleted it, and it was posted anew. */
  current(posted: Posted): Posted;
  /** Waits for what is being sent. */
  finish(): Promise<void>;
}

const REMEMBERED = 1000;

/** What belongs to a message, beside the one of the service's that it is updated by. */
interface Appendix {
  key?: string | undefined;
  /** Its further pages, in its thread. */
  pages: string[];
  files: Set<string>;
}

/** Sends messages: in order in each channel, updates paced, what does not fit into the message's thread. */
export function createPaged<P>({ sheets, render, updateEveryMs, ...options }: PagedOptions<P>): Paged {
  const order = createOrder();
  const appendices = createRecent<Appendix>(REMEMBERED);
  /** What was posted anew for messages that were no longer there to be updated. */
  const anew = createRecent<Posted>(REMEMBERED);
  const updates = createPacer<{ posted: Posted; message: Message }>(updateEveryMs, ({ posted, message }) =>
    order.run(posted.place.channel, () => replace(posted, message)),
  );

  async function post(to: Place, message: Message, key?: string): Promise<Posted> {
    const rendering = await render(message, to.channel);
    let sent: { channel: string; id: string };
    try {
      sent = await sheets.post(to, rendering.first, markOf(key, 1));
    } catch (error) {
      return options.refused(error, to, message);
    }
    const posted = { id: sent.id, place: { channel: sent.channel, thread: to.thread ?? sent.id } };
    options.isOurs(posted.place);
    if (key !== undefined) appendices.set(idOf(posted), { key, pages: [], files: new Set() });
    await append(posted, rendering);
    return posted;
  }

  /** Brings what stands in the thread of a message in line with its rendering. */
  async function append(posted: Posted, { more, files }: Rendering<P>): Promise<void> {
    const appendix = appendices.get(idOf(posted)) ?? { pages: [], files: new Set() };
    const { place } = posted;
    for (const [index, page] of more.entries()) {
      const id = appendix.pages[index];
      if (id && (await sheets.edit(place.channel, id, page))) continue;
      appendix.pages[index] = (await sheets.post(place, page, markOf(appendix.key, index + 2))).id;
    }
    for (const id of appendix.pages.splice(more.length)) await sheets.delete(place.channel, id);
    for (const file of files) {
      const name = JSON.stringify(file);
      if (appendix.files.has(name)) continue;
      appendix.files.add(name);
      await sheets.attach(place, file);
    }
    if (appendix.pages.length + appendix.files.size > 0) appendices.set(idOf(posted), appendix);
  }

  function current(posted: Posted): Posted {
    return anew.get(idOf(posted)) ?? posted;
  }

  async function replace(asked: Posted, message: Message): Promise<void> {
    const posted = current(asked);
    const { id, place } = posted;
    const rendering = await render(message, place.channel);
    if (await sheets.edit(place.channel, id, rendering.first)) return append(posted, rendering);
    // Someone has deleted it. What it would have said must not be lost.
    const { key } = appendices.get(idOf(posted)) ?? {};
    const to = { channel: place.channel, ...(place.thread !== id && place.thread && { thread: place.thread }) };
    anew.set(idOf(asked), await post(to, message, key));
  }

  return {
    post: (to, message, { key } = {}) => order.run(to.channel, () => post(to, message, key)),
    async update(posted, message) {
      const { place } = posted;
      if (posted.id) await updates.send(idOf(posted), { posted, message });
      else await order.run(place.channel, () => options.updateUnposted(place, message));
    },
    async find(place, key) {
      const found = await options.find(place, key);
      if (!found) return undefined;
      const posted = { id: found.id, place: { channel: place.channel, thread: place.thread ?? found.id } };
      options.isOurs(posted.place);
      if (!appendices.get(idOf(posted))) appendices.set(idOf(posted), { key, pages: found.more, files: new Set() });
      return posted;
    },
    inOrder: order.run,
    current,
    async finish() {
      await updates.finish();
      await order.finish();
    },
  };
}

function markOf(key: string | undefined, page: number): Mark | undefined {
  return key === undefined ? undefined : { key, page };
}

export function idOf({ id, place }: Posted): string {
  return `${place.channel}:${id}`;
}
