import { UserError } from '../errors.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

const UNITS = [
  { ms: WEEK_MS, name: 'week', words: ['w', 'wk', 'wks', 'week', 'weeks'] },
  { ms: DAY_MS, name: 'day', words: ['d', 'day', 'days'] },
  { ms: HOUR_MS, name: 'hour', words: ['h', 'hr', 'hrs', 'hour', 'hours'] },
  { ms: MINUTE_MS, name: 'minute', words: ['m', 'min', 'mins', 'minute', 'minutes'] },
  { ms: SECOND_MS, name: 'second', words: ['s', 'sec', 'secs', 'second', 'seconds'] },
];

const PART = /(\d{1,6}(?:\.\d{1,3})?|\ban?\b)\s*([a-z]+)/g;

/** Milliseconds of `2d`, `90m`, `1h30m`, `1 week`, `an hour`. Throws `UserError` for anything else, and for nothing at all. */
export function durationOf(text: string): number {
  const given = text.trim().toLowerCase();
  if (/^\d+$/.test(given)) throw new UserError(`"${text}" has no unit. Write ${given}m, ${given}h or ${given}d.`);
  const rest = given.replace(PART, '').replace(/\band\b|[\s,]/g, '');
  const parts = [...given.matchAll(PART)].map(([, count = '', word = '']) => {
    const unit = UNITS.find(({ words }) => words.includes(word));
    return unit && (count.startsWith('a') ? 1 : Number(count)) * unit.ms;
  });
  const total = parts.reduce<number>((sum, part) => sum + (part ?? Number.NaN), 0);
  if (rest !== '' || !(total > 0)) {
    throw new UserError(`"${text}" is no length of time. Write it as 30m, 12h, 2d, 1w or 1h30m.`);
  }
  return Math.round(total);
}

/** `2 days`, `1 hour 30 minutes`: the two largest units at most, rounded down to what is left of the smaller. */
export function durationText(ms: number): string {
  // Nine days are easier to grasp than a week and two days.
  const units = UNITS.filter(({ name }) => name !== 'week' || (ms >= WEEK_MS && ms % WEEK_MS === 0));
  const first = units.findIndex((unit) => ms >= unit.ms);
  if (first < 0) return 'less than a second';
  let left = ms;
  const parts = units.slice(first, first + 2).flatMap((unit) => {
    const count = Math.floor(left / unit.ms);
    left -= count * unit.ms;
    return count > 0 ? [`${count} ${unit.name}${count === 1 ? '' : 's'}`] : [];
  });
  return parts.join(' ');
}
