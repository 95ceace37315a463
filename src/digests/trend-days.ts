import { SEVERITIES } from '../analyzer.ts';
import type { TrendPoint } from '../history.ts';

/** As many days as a trend tells of, today among them. */
export const DAYS = 14;
const DAY_MS = 24 * 3_600_000;

/** A day of the calendar. */
export interface TrendDay {
  /** `Aug 19`. */
  name: string;
  /** As its last analysis found it; absent: none ran. */
  open?: TrendPoint['open'];
}

/** The last days of a trend in a time zone, oldest first. Throws `RangeError` for a zone that there is none of. */
export function daysOf(points: readonly TrendPoint[], zone: string, now: number): TrendDay[] {
  const dates = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const last = new Map<string, TrendPoint>();
  for (const point of points) {
    const date = dates.format(point.at);
    if (point.at <= now && point.at >= (last.get(date)?.at ?? 0)) last.set(date, point);
  }
  // Days of the calendar are counted without their hours, of which some days have 23 or 25.
  const today = Date.parse(dates.format(now));
  return Array.from({ length: DAYS }, (_, index) => {
    const date = new Date(today - (DAYS - 1 - index) * DAY_MS);
    const open = last.get(date.toISOString().slice(0, 10))?.open;
    return { name: nameOf(date), ...(open && { open }) };
  });
}

function nameOf(date: Date): string {
  return date.toLocaleDateString('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric' });
}

/** How many were open on a day; 0 where nothing is known of it. */
export function totalOf({ open }: TrendDay): number {
  return open ? SEVERITIES.reduce((sum, severity) => sum + open[severity], 0) : 0;
}

/** A trend in words, for those who do not see its picture. */
export function sayTrend(days: readonly TrendDay[]): string {
  const known = days.filter(({ open }) => open);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return `Open incidents over ${DAYS} days: no analysis of the whole cluster ran.`;
  const at = last === days.at(-1) ? 'now' : `on ${last.name}`;
  const parts = SEVERITIES.filter((severity) => known.some(({ open }) => open?.[severity])).map((severity) => {
    const then = first === last ? '' : `, ${count(first.open?.[severity])} on ${first.name}`;
    return `${count(last.open?.[severity])} ${severity} ${at}${then}`;
  });
  const sentences = [`Open incidents over ${DAYS} days: ${parts.join('; ') || 'none'}.`];

  const peak = known.reduce((most, day) => (totalOf(day) > totalOf(most) ? day : most));
  if (totalOf(peak) > Math.max(totalOf(first), totalOf(last))) {
    sentences.push(`Most were open on ${peak.name}: ${count(totalOf(peak))}.`);
  }
  const missing = days.length - known.length;
  const on = missing === 1 ? 'one day' : `${missing} days`;
  if (missing > 0) sentences.push(`No analysis of the whole cluster ran on ${on}.`);
  return sentences.join(' ');
}

function count(open = 0): string {
  return open.toLocaleString('en-US');
}
