import { validateDetailed } from 'node-cron';
import { CRON_DESCRIPTORS } from '../cron-descriptors.ts';
import { UserError } from '../errors.ts';
import { nextRun } from './runs.ts';

/** Runs of a schedule are no closer than this. */
const APART_MIN_MS = 15 * 60_000;
/** A leap year is among them, so that 29 February comes. */
const SAMPLE_FROM = Date.UTC(2028, 0, 1);
/** Two days with a run every 15 minutes. */
const SAMPLE_RUNS = 192;

const FIELDS = [
  { key: 'minute', name: 'minute', min: 0, max: 59, takes: '0 to 59' },
  { key: 'hour', name: 'hour', min: 0, max: 23, takes: '0 to 23' },
  { key: 'dayOfMonth', name: 'day of month', min: 1, max: 31, takes: '1 to 31' },
  { key: 'month', name: 'month', min: 1, max: 12, takes: '1 to 12, or jan to dec' },
  { key: 'dayOfWeek', name: 'day of week', min: 0, max: 6, takes: '0 (Sunday) to 6, or sun to sat' },
] as const;

/** Whether a text is meant as cron: only its fields have stars, numbers alone, or a descriptor's sign. */
export function looksLikeCron(text: string): boolean {
  return text.startsWith('@') || /^[\d*?]\S*\s+[\d*?]\S*\s+\S+\s+\S+/.test(text) || /(^|\s)\*/.test(text);
}

/**
 * Five fields or a descriptor such as `@daily`, as five fields of numbers that every reader of cron understands alike.
 * Throws `UserError` that names the field at fault. `said`: how the person put it.
 */
export function parseCron(text: string, said = text): string {
  const pattern = text.startsWith('@') ? CRON_DESCRIPTORS[text.toLowerCase()] : text;
  if (!pattern)
    throw new UserError(`There is no "${text}". Write ${Object.keys(CRON_DESCRIPTORS).join(', ')}, or five fields.`);
  const given = pattern.split(/\s+/);
  if (given.length !== FIELDS.length) {
    const fields = FIELDS.map(({ name }) => name).join(', ');
    throw new UserError(`"${text}" has ${given.length} fields instead of 5: ${fields}. Write it as 0 9 * * 1-5.`);
  }
  const cron = FIELDS.map((field, index) => canonical(given[index] ?? '', field)).join(' ');
  refuseTooOften(said, cron);
  return cron;
}

function canonical(value: string, { key, name, min, max, takes }: (typeof FIELDS)[number]): string {
  const alone = FIELDS.map((each) => (each.key === key ? value : '*')).join(' ');
  const { fields } = /^[\d*?,/a-z-]+$/i.test(value) ? validateDetailed(alone) : {};
  const numbers = fields?.[key].map(Number) ?? [];
  if (numbers.length === 0 || numbers.some(Number.isNaN)) {
    throw new UserError(
      `"${value}" is no ${name}. It takes ${takes}, with *, commas, ranges and steps: * 1,3 1-5 */2.`,
    );
  }
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  if (sorted.length === max - min + 1) return '*';
  const [, step] = /^\*\/(\d+)$/.exec(value) ?? [];
  if (step && sorted.length > 1 && isClock(key) && (max + 1) % Number(step) === 0) return `*/${Number(step)}`;
  return rangesOf(sorted);
}

/** Steps of the others stand for days, whose numbers say more. */
function isClock(key: string): boolean {
  return key === 'minute' || key === 'hour';
}

/** `1-5`, `1,4`, `0-2,6`: neighbours of three and more are joined. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: number[][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === (last.at(-1) ?? 0) + 1) last.push(number);
    else ranges.push([number]);
  }
  return ranges.map((range) => (range.length > 2 ? `${range[0]}-${range.at(-1)}` : range.join(','))).join(',');
}

function refuseTooOften(text: string, cron: string): void {
  let run = nextRun(cron, 'UTC', SAMPLE_FROM);
  if (run === undefined)
    throw new UserError(`"${text}" names a day that never comes. Check its day of month and month.`);
  for (let count = 0; count < SAMPLE_RUNS; count++) {
    const before = run;
    run = nextRun(cron, 'UTC', before);
    if (run === undefined) return;
    if (run - before < APART_MIN_MS) {
      throw new UserError(
        `"${text}" leaves less than 15 minutes between two runs. Every 15 minutes (minute */15) is the most.`,
      );
    }
  }
}
