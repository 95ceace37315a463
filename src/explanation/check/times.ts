import type { Readings } from './numbers.ts';

/** A date or a time of day in a text. */
export interface Moment {
  start: number;
  end: number;
  /** `2026-09-16`, `09-16`, `09:40`, `09:40:12`. */
  readings: Readings;
}

/** Names of months, as dates have them in these languages, with their numbers. */
const MONTHS = new Map(
  ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'ru', 'uk', 'tr', 'sv'].flatMap((language) =>
    (language === 'en' ? (['long', 'short'] as const) : (['long'] as const)).flatMap((style) => {
      const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: style, timeZone: 'UTC' });
      return Array.from({ length: 12 }, (_, month) => {
        const part = format.formatToParts(new Date(Date.UTC(2026, month, 1))).find(({ type }) => type === 'month');
        return [(part?.value ?? '').replace(/\.$/, ''), two(month + 1)] as const;
      });
    }),
  ),
);
const MONTH = [...MONTHS.keys()].filter((name) => /^\p{L}{3,}$/u.test(name)).join('|');

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?`;
const ISO = new RegExp(
  String.raw`(?<![\w.-])(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ]${CLOCK}(?:Z| ?UTC|[+-]\d\d:?\d\d)?)?(?![\w-]|[.:]\d)`,
  'g',
);
const TIME_OF_DAY = new RegExp(String.raw`(?<![\w.:/-])${CLOCK}(?:\s?([ap])\.?m\b\.?|Z\b)?(?![\w:/-]|\.\d)`, 'gi');
const NUMERIC = /(?<![\w./-])(\d{1,2})([./])(\d{1,2})\2(\d{4})(?![\w/-]|\.\d)/g;
const DAY_MONTH = new RegExp(
  String.raw`(?<![\w.-])(\d{1,2})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?(${MONTH})(?!\p{L})\.?(?:,?\s+(?:de\s+)?(\d{4})\b)?`,
  'gu',
);
const MONTH_DAY = new RegExp(
  String.raw`(?<!\p{L})(${MONTH})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4})\b)?`,
  'gu',
);
const IDEOGRAPHIC = /(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]/g;
const IDEOGRAPHIC_CLOCK = /(\d{1,2})[時点点](\d{1,2})分(?:(\d{1,2})秒)?/g;

/** The dates and times of day in a text, in its order. */
export function momentsIn(text: string): Moment[] {
  if (!/\d/.test(text)) return [];
  const found: Moment[] = [];
  for (const match of text.matchAll(ISO)) {
    const [, year = '', month = '', day = '', hours, minutes = '', seconds] = match;
    add(match, [[`${year}-${month}-${day}`, ...(hours ? [clock(hours, minutes, seconds)] : [])]]);
  }
  for (const match of text.matchAll(NUMERIC)) {
    const [, first = '', mark, second = '', year = ''] = match;
    const dayFirst = [date(year, second, first)];
    add(match, mark === '.' ? [dayFirst] : [dayFirst, [date(year, first, second)]]);
  }
  for (const match of text.matchAll(DAY_MONTH)) add(match, [[date(match[3], MONTHS.get(match[2] ?? ''), match[1])]]);
  for (const match of text.matchAll(MONTH_DAY)) add(match, [[date(match[3], MONTHS.get(match[1] ?? ''), match[2])]]);
  for (const match of text.matchAll(IDEOGRAPHIC)) add(match, [[date(match[1], match[2], match[3])]]);
  for (const match of text.matchAll(IDEOGRAPHIC_CLOCK)) add(match, [[clock(match[1], match[2], match[3])]]);
  for (const match of text.matchAll(TIME_OF_DAY)) {
    const [, hours = '', minutes = '', seconds, half] = match;
    const late = half?.toLowerCase() === 'p' && Number(hours) < 12 ? 12 : 0;
    if (Number(hours) < 24 && Number(minutes) < 60) add(match, [[clock(`${Number(hours) + late}`, minutes, seconds)]]);
  }
  return found.sort((a, b) => a.start - b.start);

  function add({ index, 0: whole }: RegExpExecArray, readings: Readings): void {
    const end = index + whole.length;
    if (!found.some((other) => index < other.end && end > other.start)) found.push({ start: index, end, readings });
  }
}

/** A moment in every shorter form that it may be told in. */
export function formsOf({ readings }: Moment): string[] {
  return readings.flat().flatMap((form) => {
    if (form.includes(':')) return [form, form.slice(0, 5)];
    return form.length > 5 ? [form, form.slice(5)] : [form];
  });
}

function date(year: string | undefined, month = '', day = ''): string {
  return `${year ? `${year}-` : ''}${two(month)}-${two(day)}`;
}

function clock(hours = '', minutes = '', seconds?: string): string {
  return [hours, minutes, ...(seconds ? [seconds] : [])].map(two).join(':');
}

function two(number: string | number): string {
  return String(Number(number)).padStart(2, '0');
}
