import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SEVERITIES, type Severity, severityRank } from '../analyzer.ts';
import type { Maintenance } from '../attention.ts';
import type { Channel } from '../digests.ts';
import { UserError } from '../errors.ts';
import { type Guard, isNumber, isText, listOf, optional, withMembers } from '../guards.ts';
import { byEveryId, type Track } from '../history.ts';
import { withLock } from '../lock.ts';
import type { Logger } from '../log.ts';
import type { Block, Message } from '../message.ts';
import type { Platform, Posted } from '../platform.ts';
import type { Store } from '../store.ts';
import { cardNow, type Said, type Standing, standingOf } from './card.ts';
import { createRegister } from './register.ts';
import { timeOf } from './words.ts';

const TTL_MS = 60 * 24 * 3_600_000;
/** Messages of a channel that go on being edited; older ones stay as they are. */
const MESSAGES_MAX = 100;
/** A message whose incidents are all solved is left alone after so long. */
const REST_MS = 7 * 24 * 3_600_000;
const CHANNELS_MAX = 1000;
const LEASE_MS = 15_000;
/** Another process may be at the same channel. */
const TRIES = 20;
const PAUSE_MS = 250;

/** Where in a message an incident is shown. */
export interface Slot {
  /** The id of its track. */
  incident: string;
  /** The number of its block in the message. */
  block: number;
}

/** A slot with how it was shown last, so that a message is edited and its thread told only where something changed. */
interface Shown extends Slot {
  standing: Standing;
  severity: Severity;
  /** A hash of what is shown. */
  looks: string;
  /** What solved it, as it was seen when it was. */
  solution?: string[];
}

interface Entry {
  posted: Posted;
  at: number;
  slots: Shown[];
}

const isEntry: Guard = withMembers({
  posted: withMembers({ id: isText, place: withMembers({ channel: isText }) }),
  at: isNumber,
  slots: listOf(
    withMembers({
      incident: isText,
      block: isNumber,
      standing: isText,
      severity: (value) => SEVERITIES.includes(value as Severity),
      looks: isText,
      solution: optional(listOf(isText)),
    }),
  ),
});

const isChannel: Guard = withMembers({ platform: isText, channel: isText });

/** How incidents stand now. */
export interface Present extends Said {
  tracks: readonly Track[];
  maintenance: readonly Maintenance[];
  /** What solved an incident, a sentence each; nothing where it is not known. */
  solution(track: Track): Promise<string[]>;
  now: number;
}

/** The messages in which channels are told of incidents: one for each incident and channel, edited as it develops. */
export interface Board {
  /** Notes a message that was posted `dressed`; the same message again changes nothing. */
  add(channel: Channel, posted: Posted, message: Message, slots: readonly Slot[], present: Present): Promise<void>;
  /** Where a channel is told of incidents, by the id of their tracks. */
  where(channel: Channel): Promise<Map<string, Posted>>;
  /** Edits what has changed, and tells the threads. What a service does not take now is tried again the next time. */
  refresh(present: Present): Promise<void>;
}

interface BoardOptions {
  store: Store;
  log: Logger;
  platform(name: string): Platform | undefined;
}

export function createBoard({ store, log, platform }: BoardOptions): Board {
  const channels = createRegister<Channel>({
    store,
    log,
    key: 'board-channels:1',
    guard: isChannel,
    max: CHANNELS_MAX,
    noun: 'channels',
  });
  const entriesOf = ({ platform: name, channel }: Channel) =>
    createRegister<Entry>({
      store,
      log,
      key: `board:1:${name}:${channel}`,
      guard: isEntry,
      max: MESSAGES_MAX,
      noun: 'messages',
    });
  const messageKey = ({ platform: name }: Channel, { id, place }: Posted) =>
    `board-message:1:${name}:${place.channel}:${id}`;

  async function readMessage(channel: Channel, posted: Posted): Promise<Message | undefined> {
    const kept = await store.get(messageKey(channel, posted));
    try {
      return kept === undefined ? undefined : (JSON.parse(kept) as Message);
    } catch {
      return undefined;
    }
  }

  async function refreshChannel(channel: Channel, present: Present): Promise<void> {
    const on = platform(channel.platform);
    if (!on) return;
    const register = entriesOf(channel);
    const tracks = byEveryId(present.tracks);
    for (const entry of await register.list()) {
      const after = await refreshEntry(on, channel, entry, tracks, present).catch((error: unknown) => {
        log.warn(
          { err: error, channel: channel.channel },
          'A message could not be brought up to date; it is tried again',
        );
        return entry;
      });
      if (after === entry) continue;
      await register.change((entries) =>
        entries.flatMap((each) => (each.posted.id === entry.posted.id ? (after ?? []) : each)),
      );
      if (!after) await store.delete(messageKey(channel, entry.posted));
    }
  }

  /** The entry as it is shown from now on; the same where nothing changed, `undefined` for one that is left alone. */
  async function refreshEntry(
    on: Platform,
    channel: Channel,
    entry: Entry,
    tracks: ReadonlyMap<string, Track>,
    present: Present,
  ): Promise<Entry | undefined> {
    if (isAtRest(entry, tracks, present.now)) return undefined;
    const changed = entry.slots.some(({ incident, looks }) => {
      const track = tracks.get(incident);
      return track !== undefined && looksOf(track, present) !== looks;
    });
    if (!changed) return entry;
    const base = await readMessage(channel, entry.posted);
    if (!base) return undefined;
    const blocks = [...base.blocks];
    const slots: Shown[] = [];
    const told: { key: string; message: Message }[] = [];
    for (const slot of entry.slots) {
      const track = tracks.get(slot.incident);
      const card = base.blocks[slot.block];
      if (!track || card?.type !== 'card') {
        slots.push(slot);
        continue;
      }
      const solved = standingOf(track) === 'solved';
      const solution = solved ? (slot.solution ?? (await present.solution(track))) : [];
      blocks[slot.block] = cardNow(card, track, present, solution);
      const shown = { ...shownAs(slot, track, present), ...(solved && { solution }) };
      slots.push(shown);
      const message = developmentOf(slot, track, solution);
      if (message) told.push({ key: `${track.id}-${shown.standing}-${track.resolvedAt ?? track.lastSeen}`, message });
    }
    try {
      await on.update(entry.posted, { ...base, blocks });
      for (const { key, message } of told) {
        if (!(await on.find(entry.posted.place, key))) await on.post(entry.posted.place, message, { key });
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // The channel takes nothing from the bot any more: to try again is of no use.
      log.warn({ channel: channel.channel, reason: error.message }, 'A message is not brought up to date any more');
      return undefined;
    }
    return { ...entry, slots };
  }

  return {
    async add(channel, posted, message, slots, present) {
      if (slots.length === 0) return;
      const tracks = byEveryId(present.tracks);
      await store.set(messageKey(channel, posted), JSON.stringify(message), TTL_MS);
      const shown = slots.flatMap((slot): Shown[] => {
        const [track, card] = [tracks.get(slot.incident), message.blocks[slot.block]];
        return track && card?.type === 'card' ? [shownAs(slot, track, present)] : [];
      });
      const entry: Entry = { posted, at: present.now, slots: shown };
      await entriesOf(channel).change((entries) =>
        entries.some((each) => each.posted.id === posted.id) ? entries : [...entries, entry].slice(-MESSAGES_MAX),
      );
      await channels.change((all) =>
        all.some((each) => isSame(each, channel))
          ? all
          : [...all, { platform: channel.platform, channel: channel.channel }],
      );
    },
    async where(channel) {
      const entries = await entriesOf(channel).list();
      return new Map(entries.flatMap(({ posted, slots }) => slots.map(({ incident }) => [incident, posted] as const)));
    },
    async refresh(present) {
      for (const channel of await channels.list()) {
        const key = `board-lock:1:${channel.platform}:${channel.channel}`;
        for (let tries = 0; tries < TRIES; tries++) {
          if (await withLock(store, key, LEASE_MS, () => refreshChannel(channel, present))) break;
          await sleep(PAUSE_MS);
        }
      }
    },
  };
}

/** A message with its cards as the incidents stand now, and with what people can do about them. */
export function dressed(message: Message, slots: readonly Slot[], present: Omit<Present, 'solution'>): Message {
  const blocks = [...message.blocks];
  for (const { incident, block } of slots) {
    const [track, card] = [present.tracks.find(({ id }) => id === incident), blocks[block]];
    if (track && card?.type === 'card') blocks[block] = cardNow(card, track, present, []);
  }
  return { ...message, blocks };
}

function shownAs({ incident, block }: Slot, track: Track, said: Said): Shown {
  return { incident, block, standing: standingOf(track), severity: track.severity, looks: looksOf(track, said) };
}

/** All that changes in a card as its incident develops, whatever else it shows. */
function looksOf(track: Track, said: Said): string {
  const card = cardNow({ type: 'card', severity: track.severity, title: '', lines: [] }, track, said, []);
  return createHash('sha256').update(JSON.stringify(card)).digest('hex').slice(0, 12);
}

/** What the thread is told: that it is solved and by what, that it is back, or that it is worse. */
function developmentOf(before: Shown, track: Track, solution: readonly string[]): Message | undefined {
  const standing = standingOf(track);
  if (standing === before.standing) {
    if (standing !== 'open' || severityRank(track.severity) >= severityRank(before.severity)) return undefined;
    const text = `Worse: ${track.title} was ${before.severity}, is ${track.severity}.`;
    return { text, severity: track.severity, blocks: [{ type: 'alert', level: 'warning', text }] };
  }
  if (standing === 'solved') {
    const text = `Solved: ${track.title}.`;
    const blocks: Block[] = [{ type: 'alert', level: 'success', text }];
    if (solution.length > 0) blocks.push({ type: 'list', items: [...solution] });
    else blocks.push({ type: 'note', text: 'What solved it is not seen in the objects that I remember.' });
    return { text, severity: 'ok', blocks };
  }
  const text =
    standing === 'flapping'
      ? `It comes and goes: ${track.title}. This thread is told when it has been at rest for a day.`
      : `It is back: ${track.title}.`;
  return {
    text,
    severity: track.severity,
    blocks: [{ type: 'alert', level: 'warning', text: [text, ' As of ', timeOf(track.lastSeen), '.'] }],
  };
}

function isAtRest({ at, slots }: Entry, tracks: ReadonlyMap<string, Track>, now: number): boolean {
  return slots.every(({ incident }) => {
    const track = tracks.get(incident);
    // A track that is forgotten was solved long ago.
    return (track ? (track.resolvedAt ?? now) : at) < now - REST_MS;
  });
}

function isSame(a: Channel, b: Channel): boolean {
  return a.platform === b.platform && a.channel === b.channel;
}
