import { UserError } from '../errors.ts';
import { durationOf } from './durations.ts';
import { firstInstantOf, wallOf } from './zones.ts';

const DAY_MS = 24 * 3_600_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const CLOCK = /^(\d{1,2})(?::(\d{2}))?(?::00)?$/;
/** A time that is the same everywhere: `2026-03-14T22:00Z`, `2026-03-14T22:00+01:00`. */
const ANYWHERE = /^\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2})?(?:z|[+-]\d{2}:\d{2})$/;

/**
 * A time that a person names, in milliseconds since 1970: `now`, `in 2h`, `22:00` (the next one), `tomorrow 9:00`,
 * `2026-03-14 22:00` by the clocks of a zone, or with an offset of its own. Throws `UserError` for anything else.
 */
export function momentOf(text: string, zone: string, now: number): number {
  const given = text.trim().toLowerCase();
  if (given === 'now') return now;
  if (given.startsWith('in ')) return now + durationOf(given.slice(3));
  if (ANYWHERE.test(given)) return anywhere(text, given);
  const [first = '', second = '', ...rest] = given.split(/\s+at\s+|[\s,]+|(?<=\d)t(?=\d)/);
  const today = Math.floor(wallOf(now, zone) / DAY_MS) * DAY_MS;
  if (!second) return nextTime(text, first, { zone, now, today });
  const day = dayOf(first, today);
  const time = clockOf(second);
  if (day === undefined || time === undefined || rest.length > 0) throw notUnderstood(text);
  return firstInstantOf(day + time, zone);
}

function anywhere(text: string, given: string): number {
  const at = Date.parse(given.toUpperCase().replace(' ', 'T'));
  if (Number.isNaN(at) || dayOf(given.slice(0, 10), 0) === undefined) throw notUnderstood(text);
  return at;
}

function nextTime(text: string, word: string, day: { zone: string; now: number; today: number }): number {
  const time = clockOf(word);
  if (time === undefined) throw notUnderstood(text);
  const at = firstInstantOf(day.today + time, day.zone);
  return at > day.now ? at : firstInstantOf(day.today + DAY_MS + time, day.zone);
}

function dayOf(word: string, today: number): number | undefined {
  if (word === 'today') return today;
  if (word === 'tomorrow') return today + DAY_MS;
  const [, year, month, date] = DATE.exec(word)?.map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const day = Date.UTC(year, month - 1, date);
  // Otherwise 31 February would be a day of March.
  return new Date(day).toISOString().startsWith(word) ? day : undefined;
}

function clockOf(word: string): number | undefined {
  const [, hour, minute = '0'] = CLOCK.exec(word) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return (Number(hour) * 60 + Number(minute)) * 60_000;
}

function notUnderstood(text: string): UserError {
  return new UserError(
    `"${text}" is no time. Write it as 22:00, "tomorrow 22:00", "2026-03-14 22:00", "in 2h", or 2026-03-14T22:00Z.`,
  );
}
