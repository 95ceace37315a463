import { describe, expect, test } from 'vitest';
import {
  clockTime,
  dayAndTime,
  describeWhen,
  durationOf,
  durationText,
  lastRunBefore,
  nextRun,
  parseWhen,
  quietHoursOf,
  quietUntil,
  zoneOf,
} from '../../src/digests/when.ts';
import { UserError } from '../../src/errors.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tokyo', 'Pacific/Apia'];
const YEAR = Date.UTC(2026, 0, 1);

const at = (time: string) => Date.parse(time);
const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
/** The local date and time as another part of the runtime has it. */
const local = (time: number, zone: string) => new Date(time).toLocaleString('sv-SE', { timeZone: zone });

/** The first runs after a time. */
function runs(cron: string, zone: string, from: string, count: number): string[] {
  const found: string[] = [];
  let time: number | undefined = at(from);
  while (found.length < count && time !== undefined) {
    time = nextRun(cron, zone, time);
    if (time !== undefined) found.push(new Date(time).toISOString().replace(':00.000', ''));
  }
  return found;
}

describe('parseWhen', () => {
  test.each([
    ['every weekday at 9', '0 9 * * 1-5'],
    ['daily at 18:30', '30 18 * * *'],
    ['every monday and thursday at 9am', '0 9 * * 1,4'],
    ['every hour', '0 * * * *'],
    ['hourly', '0 * * * *'],
    ['hourly on weekdays', '0 * * * 1-5'],
    ['every 6 hours', '0 */6 * * *'],
    ['every 30 minutes', '*/30 * * * *'],
    ['weekdays 9:00', '0 9 * * 1-5'],
    ['twice a day at 9 and 17', '0 9,17 * * *'],
    ['Monday to Friday at 9 a.m.', '0 9 * * 1-5'],
    ['mon-fri, 12:15 pm', '15 12 * * 1-5'],
    ['fridays to mondays at midnight', '0 0 * * 0,1,5,6'],
    ['every day at noon', '0 12 * * *'],
    ['weekends at 12am', '0 0 * * 0,6'],
    ['@daily', '0 0 * * *'],
    ['@Weekly', '0 0 * * 0'],
    ['  0 9 * * 1-5 ', '0 9 * * 1-5'],
    ['0  9 ? jan,MAR mon-wed', '0 9 * 1,3 1-3'],
    ['0 9 * * 7', '0 9 * * 0'],
    ['0 0-23 * * 0-6', '0 * * * *'],
    ['0 22-2 * * *', '0 0-2,22,23 * * *'],
    ['0 */5 * * *', '0 0,5,10,15,20 * * *'],
    ['*/15 * * * *', '*/15 * * * *'],
    ['0 9 29 2 *', '0 9 29 2 *'],
  ])('%j is %s', (text, cron) => {
    expect(parseWhen(text)).toBe(cron);
    expect(parseWhen(cron)).toBe(cron);
  });

  test.each([
    ['', 'Say when'],
    ['61 9 * * *', '"61" is no minute. It takes 0 to 59'],
    ['0 25 * * *', '"25" is no hour. It takes 0 to 23'],
    ['0 9 32 * *', '"32" is no day of month. It takes 1 to 31'],
    ['0 9 L * *', '"L" is no day of month.'],
    ['0 9 * foo *', '"foo" is no month. It takes 1 to 12, or jan to dec'],
    ['0 9 * * 8', '"8" is no day of week. It takes 0 (Sunday) to 6, or sun to sat'],
    ['0 9 * * 5#2', '"5#2" is no day of week.'],
    ['0 9 * *', 'has 4 fields instead of 5: minute, hour, day of month, month, day of week.'],
    ['0 0 9 * * 1', 'has 6 fields instead of 5'],
    ['0 9 31 2 *', 'names a day that never comes'],
    ['@fortnightly', 'There is no "@fortnightly". Write @yearly'],
    ['* * * * *', 'leaves less than 15 minutes between two runs'],
    ['0,10 9 * * *', 'leaves less than 15 minutes between two runs'],
    ['5,55 0,23 * * *', 'leaves less than 15 minutes between two runs'],
    ['every 10 minutes', '"every 10 minutes" leaves less than 15 minutes between two runs'],
    ['every 5 hours', '"every 5 hours" does not come out even: a day takes every 2, 3, 4, 6, 8 or 12 hours.'],
    ['every 45 minutes', 'does not come out even: an hour takes every 15, 20 or 30 minutes.'],
    ['every wekday at 9', '"wekday" in "every wekday at 9" is not understood. Did you mean weekday'],
    ['every other day at 9', '"other" in "every other day at 9" is not understood. Write "every weekday at 9"'],
    ['mon-fry at 9', '"mon-fry" in "mon-fry at 9" is not understood.'],
    ['every monday', '"every monday" says no time of day.'],
    ['at 9', '"at 9" says no day.'],
    ['hourly at 9', 'says both a time of day and how often'],
    ['every day and monday at 9', 'says every day and certain days'],
    ['daily at 9:00 and 17:30', 'has times with different minutes, which need a schedule each'],
    ['daily at 25', '"25" in "daily at 25" is no time of day.'],
    ['daily at 13pm', '"13pm" in "daily at 13pm" is no time of day.'],
  ])('%j is refused with its fault', (text, message) => {
    expect(() => parseWhen(text)).toThrow(UserError);
    expect(() => parseWhen(text)).toThrow(message);
  });
});

describe('describeWhen', () => {
  test.each([
    ['0 9 * * 1-5', 'every weekday at 09:00'],
    ['30 18 * * *', 'every day at 18:30'],
    ['0 9,17 * * 1,4', 'every Monday and Thursday at 09:00 and 17:00'],
    ['0 10 * * 0,6', 'every Saturday and Sunday at 10:00'],
    ['0 * * * *', 'every hour'],
    ['20 * * * *', 'every hour at minute 20'],
    ['0 */6 * * *', 'every 6 hours'],
    ['*/30 * * * *', 'every 30 minutes'],
    ['0 * * * 1-5', 'every hour of every weekday'],
    ['0 9-17 * * 1-5', 'every weekday hourly from 09:00 to 17:00'],
    ['0 9 1 * *', 'on the 1st of every month at 09:00'],
    ['0 9 2,13,23 1,7 *', 'on the 2nd, 13th and 23rd of January and July at 09:00'],
    ['0 9 * 12 *', 'every day in December at 09:00'],
    ['0 9 1 * 1', 'at 0 9 1 * 1 (cron)'],
    ['*/20 9 * * *', 'at */20 9 * * * (cron)'],
  ])('%s is said as %j', (cron, words) => {
    expect(describeWhen(cron, 'Asia/Tokyo')).toBe(`${words}, Asia/Tokyo`);
  });
});

describe('zoneOf', () => {
  test.each([
    ['Asia/Tokyo', 'Asia/Tokyo'],
    ['asia/tokyo', 'Asia/Tokyo'],
    ['america/new york', 'America/New_York'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['US/Pacific', 'America/Los_Angeles'],
    ['UTC', 'UTC'],
    ['gmt', 'UTC'],
  ])('%s is %s', (text, zone) => {
    expect(zoneOf(text)).toBe(zone);
    expect(zoneOf(zone)).toBe(zone);
  });

  test.each([
    ['Tokyo', 'There is no time zone "Tokyo". Did you mean Asia/Tokyo?'],
    ['tokio', 'Did you mean Asia/Tokyo?'],
    ['Europe/Belin', 'Did you mean Europe/Berlin'],
    ['new york', 'Did you mean America/New_York?'],
    ['EST', '"EST" says nothing of summer time. Name a place, such as America/New_York.'],
    ['+09:00', 'Name a place, such as Asia/Tokyo, or UTC.'],
    ['', 'There is no time zone ""'],
  ])('%j is refused with what may be meant', (text, message) => {
    expect(() => zoneOf(text)).toThrow(UserError);
    expect(() => zoneOf(text)).toThrow(message);
  });
});

describe('runs through changes of the clock', () => {
  test.each([
    ['Europe/Berlin', '30 2 * * *', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:30Z']],
    ['Europe/Berlin', '0 2,3 * * *', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:00Z']],
    ['America/New_York', '15 2 * * *', '2026-03-07T12:00Z', ['2026-03-08T07:00Z', '2026-03-09T06:15Z']],
    ['Australia/Lord_Howe', '10 2 * * *', '2026-10-03T00:00Z', ['2026-10-03T15:30Z', '2026-10-04T15:10Z']],
    ['Pacific/Apia', '0 9 * * *', '2011-12-29T12:00Z', ['2011-12-29T19:00Z', '2011-12-30T10:00Z', '2011-12-30T19:00Z']],
  ])('in %s, %s runs once at the end of the gap that has it', (zone, cron, from, expected) => {
    expect(runs(cron, zone, from, expected.length)).toEqual(expected);
  });

  test.each([
    ['Europe/Berlin', '30 2 * * *', '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['Europe/Berlin', '0 */2 * * *', '2026-10-24T22:00Z', ['2026-10-25T00:00Z', '2026-10-25T03:00Z']],
    ['America/New_York', '15 1 * * *', '2026-10-31T12:00Z', ['2026-11-01T05:15Z', '2026-11-02T06:15Z']],
    ['Australia/Lord_Howe', '45 1 * * *', '2026-04-04T00:00Z', ['2026-04-04T14:45Z', '2026-04-05T15:15Z']],
  ])('in %s, %s runs once where the clock shows its time twice', (zone, cron, from, expected) => {
    expect(runs(cron, zone, from, expected.length)).toEqual(expected);
    const [first = ''] = expected;
    for (let minute = 0; minute < 120; minute++) {
      expect(iso(lastRunBefore(cron, zone, at(first) + minute * 60_000))).toBe(iso(at(first)));
      expect(iso(nextRun(cron, zone, at(first) + minute * 60_000))).toBe(iso(at(expected[1] ?? '')));
    }
  });

  test.each([
    ['Europe/Berlin', '0 * * * *', '2026-03-29', 23],
    ['Europe/Berlin', '0 * * * *', '2026-10-25', 25],
    ['America/New_York', '30 * * * *', '2026-03-08', 23],
    ['America/New_York', '30 * * * *', '2026-11-01', 25],
    ['Australia/Lord_Howe', '*/15 * * * *', '2026-04-05', 98],
    ['Australia/Lord_Howe', '*/15 * * * *', '2026-10-04', 94],
    ['Asia/Tokyo', '0 * * * *', '2026-03-29', 24],
  ])('in %s, %s goes by hours that pass: on %s it has %i runs', (zone, cron, day, count) => {
    const found = runs(cron, zone, new Date(at(day) - DAY_MS).toISOString(), 96 * 3 + 10);

    expect(found.filter((run) => local(at(run), zone).startsWith(day))).toHaveLength(count);
    const gaps = found.slice(1).map((run, index) => at(run) - at(found[index] ?? ''));
    expect(new Set(gaps).size).toBe(1);
    for (const run of found) {
      expect(iso(lastRunBefore(cron, zone, at(run)))).toBe(iso(at(run)));
      expect(lastRunBefore(cron, zone, at(run) - 1)).toBeLessThan(at(run));
    }
  });

  test.each(ZONES.flatMap((zone) => ['30 2 * * *', '0 0 * * *', '45 1 * * *'].map((cron) => [zone, cron] as const)))(
    'in %s, %s runs once each day of a year, and never goes back',
    (zone, cron) => {
      const days = new Map<string, number>();
      let time = YEAR;
      while (time < YEAR + 365 * DAY_MS) {
        const run = nextRun(cron, zone, time) ?? Number.NaN;
        expect(run).toBeGreaterThan(time);
        expect(lastRunBefore(cron, zone, run)).toBe(run);
        expect(lastRunBefore(cron, zone, run - 1)).toBeLessThan(run);
        const day = local(run, zone).slice(0, 10);
        days.set(day, (days.get(day) ?? 0) + 1);
        time = run;
      }

      expect([...days.values()].every((count) => count === 1)).toBe(true);
      expect(days.size).toBeGreaterThanOrEqual(365);
    },
  );

  test.each(ZONES)(
    'in %s, what comes next and what came last agree all through a year',
    (zone) => {
      for (const cron of ['30 2 * * 1-5', '0 * * * *']) {
        let last = Number.NEGATIVE_INFINITY;
        for (let time = YEAR; time < YEAR + 365 * DAY_MS; time += 5 * HOUR_MS) {
          const [before, after] = [lastRunBefore(cron, zone, time) ?? Number.NaN, nextRun(cron, zone, time)];
          expect(before).toBeLessThanOrEqual(time);
          expect(before).toBeGreaterThanOrEqual(last);
          expect(after).toBeGreaterThan(time);
          // Nothing lies between the two.
          expect(nextRun(cron, zone, before)).toBe(after);
          last = before;
        }
      }
    },
    30_000,
  );

  test('a day that is rare is found over years, and one that never comes is not', () => {
    expect(iso(nextRun('0 9 29 2 *', 'Asia/Tokyo', at('2026-01-01')))).toBe('2028-02-29T00:00:00.000Z');
    expect(iso(lastRunBefore('0 9 29 2 *', 'Asia/Tokyo', at('2026-01-01')))).toBe('2024-02-29T00:00:00.000Z');
    expect(nextRun('0 9 31 2 *', 'UTC', YEAR)).toBeUndefined();
    expect(lastRunBefore('0 9 31 2 *', 'UTC', YEAR)).toBeUndefined();
  });
});

describe('times in words', () => {
  const now = at('2026-11-28T01:00Z');

  test.each([
    ['2026-11-28T00:00Z', 'today 09:00'],
    ['2026-11-27T15:00Z', 'today 00:00'],
    ['2026-11-27T14:59Z', 'yesterday 23:59'],
    ['2026-11-28T15:00Z', 'tomorrow 00:00'],
    ['2026-11-26T00:00Z', 'Thu 26 Nov 09:00'],
    ['2025-11-27T00:00Z', 'Thu 27 Nov 2025 09:00'],
  ])('%s is %s in Tokyo', (time, words) => {
    expect(dayAndTime(at(time), 'Asia/Tokyo', now)).toBe(words);
  });

  test('the clock is the zone’s', () => {
    expect(clockTime(at('2026-07-01T22:05Z'), 'Europe/Berlin')).toBe('00:05');
    expect(clockTime(at('2026-07-01T22:05:59.999Z'), 'Australia/Lord_Howe')).toBe('08:35');
  });
});

describe('durations', () => {
  test.each([
    ['2d', 2 * DAY_MS, '2 days'],
    ['90m', 1.5 * HOUR_MS, '1 hour 30 minutes'],
    ['1h30m', 1.5 * HOUR_MS, '1 hour 30 minutes'],
    ['1 hour and 30 min', 1.5 * HOUR_MS, '1 hour 30 minutes'],
    ['1.5h', 1.5 * HOUR_MS, '1 hour 30 minutes'],
    ['1 week', 7 * DAY_MS, '1 week'],
    ['9 days', 9 * DAY_MS, '9 days'],
    ['an hour', HOUR_MS, '1 hour'],
    ['45s', 45_000, '45 seconds'],
    ['1d 2h 3m', DAY_MS + 2 * HOUR_MS + 180_000, '1 day 2 hours'],
  ])('%s lasts %i ms, which is %s', (text, ms, words) => {
    expect(durationOf(text)).toBe(ms);
    expect(durationText(ms)).toBe(words);
  });

  test.each([
    ['30', '"30" has no unit. Write 30m, 30h or 30d.'],
    ['2 months', '"2 months" is no length of time. Write it as 30m'],
    ['0m', '"0m" is no length of time.'],
    ['-2d', '"-2d" is no length of time.'],
    ['', '"" is no length of time.'],
    ['tomorrow', '"tomorrow" is no length of time.'],
  ])('%j is refused with the cure', (text, message) => {
    expect(() => durationOf(text)).toThrow(UserError);
    expect(() => durationOf(text)).toThrow(message);
  });
});

describe('quiet hours', () => {
  const until = (hours: string, zone: string, time: string) => iso(quietUntil(quietHoursOf(hours, zone), at(time)));

  test.each([
    ['22:00-07:00', 'Asia/Tokyo', '2026-03-14T12:59:59Z', undefined],
    ['22:00-07:00', 'Asia/Tokyo', '2026-03-14T13:00Z', '2026-03-14T22:00:00.000Z'],
    ['22:00-07:00', 'Asia/Tokyo', '2026-03-14T21:59:59Z', '2026-03-14T22:00:00.000Z'],
    ['22:00-07:00', 'Asia/Tokyo', '2026-03-14T22:00Z', undefined],
    ['12-13:30', 'UTC', '2026-03-14T13:00Z', '2026-03-14T13:30:00.000Z'],
    ['12-13:30', 'UTC', '2026-03-14T13:30Z', undefined],
    // The clocks are put forward, so that the night is shorter; then back, so that it is longer.
    ['22:00-07:00', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T05:00:00.000Z'],
    ['22:00-07:00', 'Europe/Berlin', '2026-10-24T23:00Z', '2026-10-25T06:00:00.000Z'],
    ['23:00-02:30', 'Europe/Berlin', '2026-03-29T00:30Z', '2026-03-29T01:00:00.000Z'],
    ['23:00-02:30', 'Europe/Berlin', '2026-10-25T00:15Z', '2026-10-25T00:30:00.000Z'],
    ['23:00-02:30', 'Europe/Berlin', '2026-10-25T01:15Z', undefined],
    ['22:00-07:00', 'Australia/Lord_Howe', '2026-10-03T14:00Z', '2026-10-03T20:00:00.000Z'],
  ])('%s in %s: at %s they last until %s', (hours, zone, time, end) => {
    expect(until(hours, zone, time)).toBe(end);
  });

  test('they are read with their zone', () => {
    expect(quietHoursOf('22 to 7:30', 'UTC')).toEqual({ from: '22:00', until: '07:30', zone: 'UTC' });
  });

  test.each(['22:00', '22:00-25:00', 'night', '22:00-07:00-08:00', '7:00-7:00'])('%s are refused', (text) => {
    expect(() => quietHoursOf(text, 'UTC')).toThrow(UserError);
    expect(() => quietHoursOf(text, 'UTC')).toThrow('Write them as 22:00-07:00.');
  });
});
