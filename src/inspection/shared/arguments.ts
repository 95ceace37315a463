import { DAY, HOUR, MINUTE, SECOND } from '../../analyzer.ts';
import { UserError } from '../../errors.ts';

/** What a look was asked for; a model or a person wrote it, so it may be anything. */
export type Arguments = Readonly<Record<string, unknown>>;

const TEXT_MAX = 500;

/** A text; `undefined` where it is absent or empty. */
export function textOf(args: Arguments, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') throw wrong(name, 'text', value);
  const text = String(value).trim();
  if (text.length > TEXT_MAX) throw new UserError(`"${name}" is longer than ${TEXT_MAX} characters; shorten it.`);
  return text || undefined;
}

/** A text that must be there; `example` shows what it may be. */
export function needText(args: Arguments, name: string, example: string): string {
  const text = textOf(args, name);
  if (text === undefined) throw new UserError(`"${name}" is missing; give one such as ${example}.`);
  return text;
}

/** A whole number; what lies outside of the bounds is taken as the bound. */
export function numberOf(
  args: Arguments,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  const value = args[name];
  if (value === undefined || value === null || value === '') return fallback;
  const number = typeof value === 'boolean' || typeof value === 'object' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) throw wrong(name, `a number from ${min} to ${max}`, value);
  return Math.min(max, Math.max(min, Math.round(number)));
}

/** Yes or no, also as models write it. */
export function flagOf(args: Arguments, name: string): boolean {
  const value = args[name];
  if (value === undefined || value === null || value === '') return false;
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if (['true', 'yes', '1'].includes(word)) return true;
  if (['false', 'no', '0'].includes(word)) return false;
  throw wrong(name, 'true or false', value);
}

const UNITS: Record<string, number> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** A span of time in milliseconds: `90`, which means seconds, `90s`, `10m`, `1h30m`, `2 hours`, `3d`. */
export function spanOf(args: Arguments, name: string): number | undefined {
  const text = textOf(args, name)?.toLowerCase();
  if (text === undefined) return undefined;
  let rest = text.replace(/^(last|past|since)\s+|\s+ago$/g, '');
  if (/^\d+$/.test(rest)) rest += 's';
  let milliseconds = 0;
  const left = rest.replace(
    /(\d+(?:\.\d+)?)\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])\s*/g,
    (_, count: string, unit: string) => {
      milliseconds += Number(count) * (UNITS[unit[0] ?? ''] ?? 0);
      return '';
    },
  );
  if (left !== '' || milliseconds <= 0) throw wrong(name, 'a span of time such as 10m, 2h or 1h30m', text);
  return milliseconds;
}

function wrong(name: string, wanted: string, value: unknown): UserError {
  const given = typeof value === 'string' ? `"${value.slice(0, 60)}"` : Array.isArray(value) ? 'a list' : typeof value;
  return new UserError(`"${name}" must be ${wanted}, not ${typeof value === 'number' ? value : given}.`);
}
