import { Cron } from 'croner';
import { CRON_DESCRIPTORS } from '../../cron-descriptors.ts';

/**
 * A schedule as the CronJob controller reads it: five fields, a descriptor such as `@daily`, or `@every 90m`
 * (robfig/cron v3, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax).
 */
export interface Schedule {
  /** The first time after this one, in milliseconds since 1970; none for a day that never comes, such as 31 February. */
  next(after: number): number | undefined;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');

const FIELDS = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: DAYS },
] as const;
type Field = (typeof FIELDS)[number];

/** Reads a schedule. Throws an `Error` that names the fault, as a predicate: `has 6 fields instead of 5`. */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const [, zone = timeZone, rest = ''] = /^(?:(?:CRON_)?TZ=(\S*)\s+)?(.*)$/s.exec(text.trim()) ?? [];
  const every = /^@every\s+(.+)$/.exec(rest);
  if (every) {
    const period = Math.max(1000, Math.floor(goDuration(every[1] ?? '') / 1000) * 1000);
    return { next: (after) => after + period };
  }
  const pattern = rest.startsWith('@') ? CRON_DESCRIPTORS[rest] : rest;
  if (!pattern) throw new Error(rest === '' ? 'is empty' : `has the unknown descriptor ${rest}`);
  const fields = pattern.split(/\s+/);
  if (fields.length !== FIELDS.length) throw new Error(`has ${fields.length} fields instead of 5`);
  if (!isTimeZone(zone)) throw new Error(`names the unknown time zone ${zone}`);
  const cron = new Cron(FIELDS.map((field, index) => normal(fields[index] ?? '', field)).join(' '), {
    timezone: zone,
    paused: true,
  });
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
}

/** Whether the name stands in the time zone database. `Local` and offsets do not count, as for the API server. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name) || name.toLowerCase() === 'local') return false;
  if (knownZones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    knownZones.add(name);
    return true;
  } catch {
    return false;
  }
}

/** To ask for a time zone is slow, and a cluster has few; there are some hundreds in all. */
const knownZones = new Set<string>();

/** A field with numbers for names and full ranges, so that both parsers mean the same by it. */
function normal(text: string, field: Field): string {
  return text
    .split(',')
    .map((part) => {
      const [range = '', step, ...more] = part.split('/');
      const [from = '', to, ...rest] = range.split('-');
      const isAny = from === '*' || from === '?';
      const [min, max] = [
        isAny ? field.min : numberIn(from, field),
        to === undefined ? undefined : numberIn(to, field),
      ];
      const badStep = step !== undefined && !/^[1-9]\d*$/.test(step);
      if (more.length > 0 || rest.length > 0 || badStep || (isAny && to !== undefined) || (max ?? min) < min) {
        throw new Error(`has ${part || 'nothing'} as ${field.name}`);
      }
      if (isAny) return step ? `*/${step}` : '*';
      if (step) return `${min}-${max ?? field.max}/${step}`;
      return max === undefined ? `${min}` : `${min}-${max}`;
    })
    .join(',');
}

function numberIn(text: string, { name, min, max, names }: Field): number {
  const named = (names as readonly string[]).indexOf(text.toLowerCase());
  const value = named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new Error(`has ${text || 'nothing'} as ${name}`);
  return value;
}

const GO_UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration such as `1h30m`. */
function goDuration(text: string): number {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) throw new Error(`has the unknown duration ${text}`);
  let milliseconds = 0;
  for (const [, count, unit = ''] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    milliseconds += Number(count) * (GO_UNITS[unit] ?? 0);
  }
  return milliseconds;
}
