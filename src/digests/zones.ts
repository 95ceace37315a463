import { nearest, UserError } from '../errors.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No zone is further ahead of UTC, or further behind it, than this. */
const OFFSET_MAX_MS = 15 * HOUR_MS;

/** The runtime gives some places by the names that they had before. */
const RENAMED: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** Short names say nothing of summer time, and some stand for several zones; a place that may be meant. */
const SHORT: Record<string, string> = {
  AEDT: 'Australia/Sydney',
  AEST: 'Australia/Sydney',
  BST: 'Europe/London',
  CDT: 'America/Chicago',
  CEST: 'Europe/Berlin',
  CET: 'Europe/Berlin',
  CST: 'America/Chicago',
  EDT: 'America/New_York',
  EEST: 'Europe/Helsinki',
  EET: 'Europe/Helsinki',
  EST: 'America/New_York',
  HST: 'Pacific/Honolulu',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  MDT: 'America/Denver',
  MET: 'Europe/Berlin',
  MST: 'America/Denver',
  PDT: 'America/Los_Angeles',
  PST: 'America/Los_Angeles',
  WEST: 'Europe/Lisbon',
  WET: 'Europe/Lisbon',
};

/** The IANA name of a time zone. Throws `UserError` with the nearest names for what is none. */
export function zoneOf(text: string): string {
  const name = text.trim().replaceAll(' ', '_');
  const short = SHORT[name.toUpperCase()];
  if (short) throw new UserError(`"${text}" says nothing of summer time. Name a place, such as ${short}.`);
  const known = /^[A-Za-z]/.test(name) ? canonical(name) : undefined;
  if (known) return RENAMED[known] ?? known;
  const like = placesLike(name);
  const hint = like.length > 0 ? `Did you mean ${like.join(' or ')}?` : 'Name a place, such as Asia/Tokyo, or UTC.';
  throw new UserError(`There is no time zone "${text}". ${hint}`);
}

/** The time zone of the machine that the program runs on. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function canonical(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Zones whose name, or whose city alone, is like a word. */
function placesLike(word: string): string[] {
  const zones = Intl.supportedValuesOf('timeZone').map((zone) => RENAMED[zone] ?? zone);
  const cities = new Map(zones.map((zone) => [(zone.split('/').at(-1) ?? zone).toLowerCase(), zone]));
  const city = cities.get(word.toLowerCase());
  if (city) return [city];
  const whole = nearest(word, zones);
  if (whole.length > 0) return whole;
  const lastWord = word.split('/').at(-1) ?? word;
  return nearest(lastWord, cities.keys()).flatMap((found) => cities.get(found) ?? []);
}

/** To make one is slow, and people use few zones; there are some hundreds in all. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const two = '2-digit' as const;
    const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...fields });
    formats.set(zone, format);
  }
  return format;
}

/** What the clocks of a zone show at a time, as milliseconds since 1970 of a clock in UTC that shows the same. */
export function wallOf(at: number, zone: string): number {
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = formatOf(zone)
    .format(at)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) + (at - Math.floor(at / 1000) * 1000);
}

/** The times at which the clocks of a zone show this, in order: none, one, or two where the clock is put back. */
export function instantsOf(wall: number, zone: string): number[] {
  const change = changeAround(wall, zone);
  const { before, after } = change;
  if (before === after) return [wall - before];
  const at = changeTime(change, zone);
  return [...(wall - before < at ? [wall - before] : []), ...(wall - after >= at ? [wall - after] : [])];
}

/** The first time at which the clocks of a zone show this or later: the end of the gap for what is skipped in spring. */
export function firstInstantOf(wall: number, zone: string): number {
  const [first] = instantsOf(wall, zone);
  return first ?? changeTime(changeAround(wall, zone), zone);
}

interface Change {
  /** The clocks are put forward or back between these two, or not at all. */
  from: number;
  until: number;
  /** How far the clocks were ahead of UTC then, in milliseconds. */
  before: number;
  after: number;
}

function changeAround(wall: number, zone: string): Change {
  const [from, until] = [wall - OFFSET_MAX_MS, wall + OFFSET_MAX_MS];
  return { from, until, before: wallOf(from, zone) - from, after: wallOf(until, zone) - until };
}

/** The first moment at which the new offset holds. */
function changeTime({ from, until, before }: Change, zone: string): number {
  let [low, high] = [Math.floor(from / 1000), Math.ceil(until / 1000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallOf(middle * 1000, zone) - middle * 1000 === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}

const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `09:00` */
export function clockTime(at: number, zone: string): string {
  return new Date(wallOf(at, zone)).toISOString().slice(11, 16);
}

/** `today 09:00`, `yesterday 09:00`, `tomorrow 09:00`, `Fri 27 Nov 09:00`, and the year where it is another one. */
export function dayAndTime(at: number, zone: string, now: number): string {
  const wall = wallOf(at, zone);
  const today = wallOf(now, zone);
  const days = Math.floor(wall / DAY_MS) - Math.floor(today / DAY_MS);
  return `${NEAR[days] ?? dayOf(new Date(wall), new Date(today))} ${clockTime(at, zone)}`;
}

const NEAR: Record<number, string> = { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' };

function dayOf(date: Date, today: Date): string {
  const day = `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return date.getUTCFullYear() === today.getUTCFullYear() ? day : `${day} ${date.getUTCFullYear()}`;
}
