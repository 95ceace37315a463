import { createHash } from 'node:crypto';
import { SEVERITIES, type Severity } from '../analyzer.ts';
import type { Said } from '../attention.ts';
import type { Channel, Schedule, Watch } from '../digests.ts';
import { ConfigError, UserError } from '../errors.ts';
import { isRecord } from '../shape.ts';
import { durationOf, parseWhen, quietHoursOf, zoneOf } from './when.ts';

const SETTLE_MS = 2 * 60_000;
const PER_HOUR = 6;

export interface Declared {
  schedules: Schedule[];
  watches: Watch[];
}

interface Given {
  /** The `chat` part of the settings' file. */
  chat: Record<string, unknown>;
  /** The platform of channels that name none. */
  platform: string;
  /** The names of filters as people write them. Throws `UserError`. */
  filtersOf(filters: readonly string[]): string[];
  now: number;
}

/** Digests and watches that the settings declare. Throws `ConfigError` that names the entry and the cure. */
export function readDeclared({ chat, ...given }: Given): Declared {
  return {
    schedules: entriesOf(chat, 'digests').map(({ entry, at }) => toSchedule(entry, at, given)),
    watches: entriesOf(chat, 'watches').map(({ entry, at }) => toWatch(entry, at, given)),
  };
}

type Entry = Record<string, unknown>;
type Around = Omit<Given, 'chat'>;

function entriesOf(chat: Record<string, unknown>, name: string): { entry: Entry; at: string }[] {
  const entries = chat[name] ?? [];
  if (!Array.isArray(entries)) throw wrong(`chat.${name}`, 'must be a list');
  return entries.map((entry: unknown, index) => {
    const at = `chat.${name}[${index}]`;
    if (!isRecord(entry)) throw wrong(at, 'must have fields, such as channel');
    return { entry, at };
  });
}

function toSchedule(entry: Entry, at: string, around: Around): Schedule {
  const when = textOf(entry, 'when', at);
  if (!when) throw wrong(`${at}.when`, 'is missing, such as: every weekday at 9');
  const quiet = textOf(entry, 'quiet', at) ?? 'line';
  if (quiet !== 'line' && quiet !== 'nothing') throw wrong(`${at}.quiet`, `must be line or nothing, not "${quiet}"`);
  return {
    ...commonOf('dig', entry, at, around),
    cron: understood(`${at}.when`, () => parseWhen(when)),
    zone: zoneIn(entry, at),
    quiet,
    since: around.now,
  };
}

function toWatch(entry: Entry, at: string, around: Around): Watch {
  const severity = (textOf(entry, 'severity', at) ?? 'high') as Severity;
  if (!SEVERITIES.includes(severity)) {
    throw wrong(`${at}.severity`, `must be one of ${SEVERITIES.join(', ')}, not "${severity}"`);
  }
  const perHour = entry.perHour ?? PER_HOUR;
  if (typeof perHour !== 'number' || !Number.isInteger(perHour) || perHour < 1) {
    throw wrong(`${at}.perHour`, 'must be a number from 1 on');
  }
  const settle = textOf(entry, 'settle', at);
  const quiet = textOf(entry, 'quiet', at);
  return {
    ...commonOf('watch', entry, at, around),
    severity,
    settleMs: settle === undefined ? SETTLE_MS : understood(`${at}.settle`, () => durationOf(settle)),
    perHour,
    ...(quiet && { quietHours: understood(`${at}.quiet`, () => quietHoursOf(quiet, zoneIn(entry, at))) }),
  };
}

function commonOf(kind: string, entry: Entry, at: string, { platform, filtersOf, now }: Around) {
  const channel = textOf(entry, 'channel', at);
  if (!channel) throw wrong(`${at}.channel`, 'is missing: the id of a channel, such as C0123ABCD');
  const namespace = textOf(entry, 'namespace', at);
  const filters = entry.filters ?? [];
  if (!Array.isArray(filters)) throw wrong(`${at}.filters`, 'must be a list');
  const where: Channel = { platform: textOf(entry, 'platform', at) ?? platform, channel };
  const by: Said = { user: '', platform: where.platform, at: now };
  // The same entry keeps its name, and so what it told, over restarts.
  const name = createHash('sha256').update(JSON.stringify(entry)).digest('hex').slice(0, 5);
  return {
    ...where,
    id: `${kind}-${name}`,
    filters: filters.length > 0 ? understood(`${at}.filters`, () => filtersOf(filters.map(String))) : [],
    ...(namespace && { namespace }),
    declared: true,
    by,
  };
}

function zoneIn(entry: Entry, at: string): string {
  const zone = textOf(entry, 'timezone', at);
  if (zone === undefined) return Intl.DateTimeFormat().resolvedOptions().timeZone;
  return understood(`${at}.timezone`, () => zoneOf(zone));
}

function textOf(entry: Entry, name: string, at: string): string | undefined {
  const value = entry[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrong(`${at}.${name}`, 'must be a text; put it in quotes');
  return value;
}

function understood<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) throw wrong(at, `cannot be used. ${error.message}`);
    throw error;
  }
}

function wrong(at: string, what: string): ConfigError {
  return new ConfigError('K8SGPT_CONFIG', `${at} in the file of K8SGPT_CONFIG ${what.replace(/\.?$/, '.')}`);
}
