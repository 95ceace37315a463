import { randomBytes } from 'node:crypto';
import type { Message } from '../../message.ts';
import type { Change, Channel, Entry } from './wire.ts';

const CHANNELS: readonly Channel[] = [
  { id: 'general', topic: 'Everything about this cluster' },
  { id: 'shop-oncall', topic: 'The people who keep the shop running' },
  { id: 'platform', topic: 'Nodes, networks, storage' },
];

/** Caps of what is kept in memory: messages, the letters in them (about bytes), and channels. */
export const CAPS = { messages: 500, letters: 16_000_000, channels: 20 } as const;

export interface Caps {
  messages: number;
  letters: number;
  channels: number;
}

type NewEntry = Pick<Entry, 'channel' | 'author' | 'body'> & {
  thread?: string;
  whispered?: true;
  key?: string;
  growing?: true;
};

/** The transcript, kept in memory: each change gets the next version, so that a page can ask for what came after one. */
export class Room {
  /** Ids must not come again after a restart, since threads are remembered by them elsewhere. */
  readonly boot = randomBytes(4).toString('hex');
  readonly #entries = new Map<string, Entry>();
  readonly #sizes = new Map<string, number>();
  readonly #channels = new Map(CHANNELS.map((channel) => [channel.id, channel]));
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #now: () => number;
  readonly #caps: Caps;
  #version = 0;
  #lastRemoval = 0;
  #letters = 0;

  constructor(now: () => number = Date.now, caps: Caps = CAPS) {
    this.#now = now;
    this.#caps = caps;
  }

  /** The number of the last change. */
  get version(): number {
    return this.#version;
  }

  get channels(): Channel[] {
    return [...this.#channels.values()];
  }

  get entries(): Entry[] {
    return [...this.#entries.values()];
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** The newest message of the bot that was posted under a key. */
  find(channel: string, thread: string | undefined, key: string): Entry | undefined {
    return this.entries.findLast((entry) => entry.key === key && entry.channel === channel && entry.thread === thread);
  }

  /** Adds a message, and its channel where there is none of that name yet. */
  add(entry: NewEntry): Entry {
    const channel = this.#channelNamed(entry.channel);
    const version = ++this.#version;
    const added = {
      ...entry,
      channel,
      id: `${this.boot}-${version}`,
      version,
      at: new Date(this.#now()).toISOString(),
    };
    this.#keep(added);
    this.#tell({ channels: this.channels, entries: [added], removed: this.#letGo(added) });
    return added;
  }

  /** Replaces a message of the bot; whether it was still there. */
  replace(id: string, message: Message): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    const changed: Entry = { ...entry, version: ++this.#version, body: { message }, edited: true };
    this.#keep(changed);
    this.#tell({ channels: this.channels, entries: [changed], removed: this.#letGo(changed) });
    return true;
  }

  /** Ends the growth of a message. */
  settle(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry?.growing) return;
    const { growing: _, ...settled } = { ...entry, version: ++this.#version };
    this.#keep(settled);
    this.#tell({ channels: this.channels, entries: [settled], removed: [] });
  }

  /** Whether an answer in this thread speaks to the bot: it began the thread, or answered in it. */
  isOurs(thread: string): boolean {
    return this.entries.some(
      (entry) => entry.author === 'bot' && !entry.whispered && (entry.id === thread || entry.thread === thread),
    );
  }

  /** What came after a version; `undefined` where only the whole will do, since something was removed in between. */
  since(version: number): Change | undefined {
    if (version > this.#version || version < this.#lastRemoval) return undefined;
    const entries = this.entries.filter((entry) => entry.version > version);
    return { channels: this.channels, entries, removed: [] };
  }

  /** Calls back with every change, until the function it returns is called. */
  watch(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #channelNamed(name: string): string {
    const id = name.replace(/^#/, '');
    if (this.#channels.has(id)) return id;
    if (this.#channels.size >= this.#caps.channels) return 'general';
    this.#channels.set(id, { id, topic: '' });
    return id;
  }

  #keep(entry: Entry): void {
    const size = JSON.stringify(entry.body).length;
    this.#letters += size - (this.#sizes.get(entry.id) ?? 0);
    this.#sizes.set(entry.id, size);
    this.#entries.set(entry.id, entry);
  }

  /** Lets go of the oldest messages, each with its answers, until the caps hold; never of the newest one or the one it answers. */
  #letGo(newest: Entry): string[] {
    const removed: string[] = [];
    for (const { id } of this.#entries.values()) {
      if (this.#entries.size <= this.#caps.messages && this.#letters <= this.#caps.letters) break;
      if (id === newest.id || id === newest.thread) continue;
      for (const entry of this.#entries.values()) {
        if (entry.id === id || entry.thread === id) removed.push(entry.id);
      }
      for (const gone of removed) this.#forget(gone);
    }
    if (removed.length > 0) this.#lastRemoval = this.#version;
    return removed;
  }

  #forget(id: string): void {
    this.#letters -= this.#sizes.get(id) ?? 0;
    this.#sizes.delete(id);
    this.#entries.delete(id);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
