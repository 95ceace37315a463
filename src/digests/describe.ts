import { enumerate } from '../words.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** More times of the day than this are not written out. */
const TIMES_MAX = 5;

/** Five fields of cron in words: `every weekday at 09:00, Asia/Tokyo`. What words cannot say shortly is shown as it is. */
export function describeWhen(cron: string, zone: string): string {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = cron.split(' ');
  const clock = clockWords(minute, hour);
  const days = dayWords(dayOfMonth, month, dayOfWeek);
  if (clock === undefined || days === undefined) return `at ${cron} (cron), ${zone}`;
  if (/^(at|hourly) /.test(clock)) return `${days || 'every day'} ${clock}, ${zone}`;
  return `${clock}${days ? ` ${days.replace(/^every /, 'of every ')}` : ''}, ${zone}`;
}

/** `at 09:00 and 17:00`, `every 6 hours`; `undefined` for what has no short words. */
function clockWords(minute: string, hour: string): string | undefined {
  const [minutes, hours] = [numbersOf(minute), numbersOf(hour)];
  const past = minutes?.length === 1 && minutes[0] ? ` at minute ${minutes[0]}` : '';
  const [, step] = /^\*\/(\d+)$/.exec(hour) ?? [];
  if (hour === '*' && /^\*\/\d+$/.test(minute)) return `every ${minute.slice(2)} minutes`;
  if (minutes?.length === 1 && hour === '*') return `every hour${past}`;
  if (minutes?.length === 1 && step) return `every ${step} hours${past}`;
  if (!minutes || !hours) return undefined;
  const times = hours.flatMap((each) => minutes.map((past) => `${two(each)}:${two(past)}`));
  if (minutes.length === 1 && /^\d+-\d+$/.test(hour)) return `hourly from ${times[0]} to ${times.at(-1)}`;
  return times.length <= TIMES_MAX ? `at ${enumerate(times)}` : undefined;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** `every weekday`, `on the 1st of every month`; empty for every day, `undefined` for what has no short words. */
function dayWords(dayOfMonth: string, month: string, dayOfWeek: string): string | undefined {
  const [dates, months, days] = [numbersOf(dayOfMonth), numbersOf(month), numbersOf(dayOfWeek)];
  const named = dayOfWeek === '*' ? '' : weekWords(days);
  if (month === '*' && dayOfMonth === '*') return named;
  if (dayOfWeek !== '*') return undefined;
  const when = month === '*' ? 'every month' : months && enumerate(months.map((each) => MONTHS[each - 1] ?? ''));
  if (!when) return undefined;
  if (dayOfMonth === '*') return `every day in ${when}`;
  return dates && dates.length <= TIMES_MAX ? `on the ${enumerate(dates.map(ordinal))} of ${when}` : undefined;
}

function weekWords(days: readonly number[] | undefined): string | undefined {
  if (!days) return undefined;
  if (days.join() === '1,2,3,4,5') return 'every weekday';
  if (days.join() === '0,6') return 'every Saturday and Sunday';
  // A week begins with Monday, as its people have it, and ends with cron's first day.
  return `every ${enumerate(days.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7)).map((day) => DAYS[day] ?? ''))}`;
}

/** The numbers of `1,3-5`; `undefined` for stars and steps. */
function numbersOf(field: string): number[] | undefined {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(field)) return undefined;
  return field.split(',').flatMap((part) => {
    const [from = 0, until = from] = part.split('-').map(Number);
    return Array.from({ length: until - from + 1 }, (_, index) => from + index);
  });
}

function ordinal(number: number): string {
  const ending = number > 10 && number < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
}
