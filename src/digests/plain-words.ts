import { nearest, UserError } from '../errors.ts';
import { parseCron } from './cron-fields.ts';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_WORDS = new Map<string, number>([
  ...DAYS.flatMap((day, number) => [day, `${day}s`, day.slice(0, 3)].map((word): [string, number] => [word, number])),
  ['tues', 2],
  ['thur', 4],
  ['thurs', 4],
]);
const GROUPS = new Map([
  ['day', '*'],
  ['daily', '*'],
  ['weekday', '1-5'],
  ['weekdays', '1-5'],
  ['weekend', '0,6'],
  ['weekends', '0,6'],
]);
/** They say nothing that the other words do not. */
const FILLERS = ['at', 'on', 'the', 'and', 'of', 'a', 'an', "o'clock", 'every', 'each', 'once', 'twice'];

const EXAMPLES = 'Write "every weekday at 9", "monday and thursday at 18:30", "every 6 hours", or five fields of cron';

/**
 * Plain words such as `every weekday at 9` as five fields of cron. Throws `UserError` that names the word at fault, or
 * what is missing.
 */
export function parseWords(text: string): string {
  const words = wordsOf(text);
  const { interval, rest } = intervalOf(text, words);
  const days = new Set<string>();
  const times: Time[] = [];
  for (const word of rest) {
    const day = dayOf(text, word);
    const time = day === undefined ? timeOf(text, word) : undefined;
    if (day !== undefined) days.add(day);
    else if (time) times.push(time);
    else if (!FILLERS.includes(word)) throw notUnderstood(text, word);
  }
  if (days.has('*') && days.size > 1) throw new UserError(`"${text}" says every day and certain days. Leave one out.`);
  const dayField = days.size === 0 ? '*' : [...days].join(',');
  if (interval) {
    if (times.length > 0) throw new UserError(`"${text}" says both a time of day and how often. Leave one out.`);
    return parseCron(`${interval} * * ${dayField}`, text);
  }
  if (times.length === 0) throw new UserError(`"${text}" says no time of day. Write "every weekday at 9".`);
  if (days.size === 0) throw new UserError(`"${text}" says no day. Write "every day at 9" or "every monday at 9".`);
  return parseCron(`${clockFields(text, times)} * * ${dayField}`, text);
}

/** Words in lower case; `mon-fri` and `monday to friday` are one, and so is `9 am`. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/\b(\d{1,2}(?:[:.]\d{2})?)\s*([ap])\.?m\b\.?/g, '$1$2m')
    .replace(/\b([a-z]{3,9})\s*(?:-|–|to|through|until)\s*([a-z]{3,9})\b/g, '$1-$2')
    .split(/[\s,;&]+/)
    .filter(Boolean);
}

/** The first two fields for `every 6 hours` and `hourly`, and the words beside them. */
function intervalOf(text: string, words: readonly string[]): { interval?: string; rest: readonly string[] } {
  const found = /(?:\bevery\s+(?:(\d+)\s*)?(hours?|hrs?|h|minutes?|mins?|m)\b)|\bhourly\b/.exec(words.join(' '));
  if (!found) return { rest: words };
  const [all, count = '1', unit = 'h'] = found;
  const rest = words.join(' ').replace(all, ' ').split(' ').filter(Boolean);
  const number = Number(count);
  const ofMinutes = unit.startsWith('m');
  if (number === 1 && !ofMinutes) return { interval: '0 *', rest };
  const whole = ofMinutes ? 60 : 24;
  if (number < 1 || number >= whole || whole % number !== 0) {
    const cure = ofMinutes ? '15, 20 or 30 minutes' : '2, 3, 4, 6, 8 or 12 hours';
    throw new UserError(`"${text}" does not come out even: ${ofMinutes ? 'an hour' : 'a day'} takes every ${cure}.`);
  }
  return { interval: ofMinutes ? `*/${number} *` : `0 */${number}`, rest };
}

/** A day, several, or a range of them, as the last field of cron has it. */
function dayOf(text: string, word: string): string | undefined {
  const group = GROUPS.get(word);
  if (group) return group;
  const [from, until] = word.split('-').map((part) => DAY_WORDS.get(part));
  if (from === undefined || !/^[a-z]+(-[a-z]+)?$/.test(word)) return undefined;
  if (!word.includes('-')) return String(from);
  if (until === undefined) throw notUnderstood(text, word);
  // A week ends with Sunday here, and some weeks go over it: friday to monday.
  const length = (until - from + 7) % 7;
  return Array.from({ length: length + 1 }, (_, day) => (from + day) % 7).join(',');
}

interface Time {
  hour: number;
  minute: number;
}

function timeOf(text: string, word: string): Time | undefined {
  if (word === 'noon') return { hour: 12, minute: 0 };
  if (word === 'midnight') return { hour: 0, minute: 0 };
  const [, hours, minutes = '0', half] = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/.exec(word) ?? [];
  if (!hours) return undefined;
  const [hour, minute] = [Number(hours), Number(minutes)];
  const wrong = half ? hour < 1 || hour > 12 : hour > 23;
  if (wrong || minute > 59) throw new UserError(`"${word}" in "${text}" is no time of day. Write it as 09:00 or 9am.`);
  return { hour: half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour, minute };
}

function clockFields(text: string, times: readonly Time[]): string {
  const minutes = new Set(times.map(({ minute }) => minute));
  if (minutes.size > 1) {
    throw new UserError(`"${text}" has times with different minutes, which need a schedule each.`);
  }
  const hours = [...new Set(times.map(({ hour }) => hour))].sort((a, b) => a - b);
  return `${[...minutes].join()} ${hours.join(',')}`;
}

function notUnderstood(text: string, word: string): UserError {
  const like = nearest(word, [...DAYS, ...GROUPS.keys(), 'hourly', 'hours', 'noon', 'midnight', 'every']);
  const hint = like.length > 0 ? `Did you mean ${like.join(' or ')}?` : `${EXAMPLES}.`;
  return new UserError(`"${word}" in "${text}" is not understood. ${hint}`);
}
