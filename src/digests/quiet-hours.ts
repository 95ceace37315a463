import type { QuietHours } from '../digests.ts';
import { UserError } from '../errors.ts';
import { firstInstantOf, wallOf } from './zones.ts';

const DAY_MS = 24 * 3_600_000;

/** Quiet hours such as `22:00-07:00`. Throws `UserError` for what has not two times of the day, or the same twice. */
export function quietHoursOf(text: string, zone: string): QuietHours {
  const times = text.split(/\s*(?:-|–|\bto\b|\buntil\b)\s*/).map(timeOf);
  const [from, until] = times;
  if (times.length !== 2 || !from || !until) {
    throw new UserError(`"${text}" are no quiet hours. Write them as 22:00-07:00.`);
  }
  if (from === until) {
    throw new UserError(
      `Quiet hours from ${from} until ${until} would last all day or no time. Write them as 22:00-07:00.`,
    );
  }
  return { from, until, zone };
}

function timeOf(text: string): string | undefined {
  const [, hour = '', minute = '00'] = /^(\d{1,2})(?::(\d{2}))?$/.exec(text.trim()) ?? [];
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return `${hour.padStart(2, '0')}:${minute}`;
}

/** When the quiet hours end that a time stands in, in milliseconds since 1970; `undefined` where it stands outside. */
export function quietUntil({ from, until, zone }: QuietHours, at: number): number | undefined {
  const today = Math.floor(wallOf(at, zone) / DAY_MS) * DAY_MS;
  const nights = until <= from ? DAY_MS : 0;
  for (const day of [today - DAY_MS, today]) {
    const end = firstInstantOf(day + nights + msOf(until), zone);
    if (firstInstantOf(day + msOf(from), zone) <= at && at < end) return end;
  }
  return undefined;
}

function msOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (hour * 60 + minute) * 60_000;
}
