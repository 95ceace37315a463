import { createHash } from 'node:crypto';
import type { Said } from '../attention.ts';
import type { Channel, Schedule, Watch } from '../digests.ts';
import { UserError } from '../errors.ts';
import { type Entry, entriesOf, severityOf, textOf, wrong } from '../settings-entries.ts';
import { enumerate } from '../words.ts';
import { durationOf, ownZone, parseWhen, quietHoursOf, zoneOf } from './when.ts';

const SETTLE_MS = 2 * 60_000;
const PER_HOUR = 6;

export interface Declared {
  schedules: Schedule[];
  watches: Watch[];
}

interface Given {
  /** The `chat` part of the settings' file. */
  chat: Record<string, unknown>;
  /** The names of the platforms that there are; the first is that of channels that name none. */
  platforms: readonly string[];
  /** The names of filters as people write them. Throws `UserError`. */
  filtersOf(filters: readonly string[]): string[];
  now: number;
}

/** Digests and watches that the settings declare. Throws `ConfigError` that names the entry and the cure. */
export function readDeclared({ chat, ...given }: Given): Declared {
  return {
    schedules: entriesOf(chat, 'digests', 'channel').map((entry) => toSchedule(entry, given)),
    watches: entriesOf(chat, 'watches', 'channel').map((entry) => toWatch(entry, given)),
  };
}

type Around = Omit<Given, 'chat'>;

function toSchedule(entry: Entry, around: Around): Schedule {
  const { at } = entry;
  const when = textOf(entry, 'when');
  if (!when) throw wrong(`${at}.when`, 'is missing, such as: every weekday at 9');
  const quiet = textOf(entry, 'quiet') ?? 'line';
  if (quiet !== 'line' && quiet !== 'nothing') throw wrong(`${at}.quiet`, `must be line or nothing, not "${quiet}"`);
  return {
    ...commonOf('dig', entry, around),
    cron: understood(`${at}.when`, () => parseWhen(when)),
    zone: zoneIn(entry),
    quiet,
    since: around.now,
  };
}

function toWatch(entry: Entry, around: Around): Watch {
  const { at, fields } = entry;
  const severity = severityOf(textOf(entry, 'severity') ?? 'high', at);
  const perHour = fields.perHour ?? PER_HOUR;
  if (typeof perHour !== 'number' || !Number.isInteger(perHour) || perHour < 1) {
    throw wrong(`${at}.perHour`, 'must be a number from 1 on');
  }
  const settle = textOf(entry, 'settle');
  const quiet = textOf(entry, 'quiet');
  return {
    ...commonOf('watch', entry, around),
    severity,
    settleMs: settle === undefined ? SETTLE_MS : understood(`${at}.settle`, () => durationOf(settle)),
    perHour,
    ...(quiet && { quietHours: understood(`${at}.quiet`, () => quietHoursOf(quiet, zoneIn(entry))) }),
  };
}

function commonOf(kind: string, entry: Entry, { platforms, filtersOf, now }: Around) {
  const { at, fields } = entry;
  const channel = textOf(entry, 'channel');
  if (!channel) throw wrong(`${at}.channel`, 'is missing: the id of a channel, such as C0123ABCD');
  const namespace = textOf(entry, 'namespace');
  const filters = fields.filters ?? [];
  if (!Array.isArray(filters)) throw wrong(`${at}.filters`, 'must be a list');
  const platform = textOf(entry, 'platform') ?? platforms[0] ?? '';
  if (!platforms.includes(platform)) {
    throw wrong(`${at}.platform`, `is "${platform}", and there is none but ${enumerate(platforms)}`);
  }
  const where: Channel = { platform, channel };
  const by: Said = { user: '', platform: where.platform, at: now };
  // The same entry keeps its name, and so what it told, over restarts.
  const name = createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 5);
  return {
    ...where,
    id: `${kind}-${name}`,
    filters: filters.length > 0 ? understood(`${at}.filters`, () => filtersOf(filters.map(String))) : [],
    ...(namespace && { namespace }),
    declared: true,
    by,
  };
}

function zoneIn(entry: Entry): string {
  const zone = textOf(entry, 'timezone');
  if (zone === undefined) return ownZone();
  return understood(`${entry.at}.timezone`, () => zoneOf(zone));
}

function understood<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) throw wrong(at, `cannot be used. ${error.message}`);
    throw error;
  }
}
