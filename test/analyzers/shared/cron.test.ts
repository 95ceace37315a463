import { expect, test } from 'vitest';
import { isTimeZone, parseSchedule } from '../../../src/analyzers/shared/cron.ts';

const FROM = Date.parse('2026-03-14T10:00:00Z');

function nextOf(schedule: string, timeZone?: string, from = FROM): string | undefined {
  const next = parseSchedule(schedule, timeZone).next(from);
  return next === undefined ? undefined : new Date(next).toISOString().slice(0, 19);
}

test.each<[string, string]>([
  ['5 * * * *', '2026-03-14T10:05:00'],
  ['0 3 1 * *', '2026-04-01T03:00:00'],
  ['0 4 * * 0', '2026-03-15T04:00:00'],
  ['0 4 * * SUN', '2026-03-15T04:00:00'],
  ['0 0 1 jan ?', '2027-01-01T00:00:00'],
  ['10-20/5,40 * * * *', '2026-03-14T10:10:00'],
  // A start with a step means: from there to the end.
  ['5/15 * * * *', '2026-03-14T10:05:00'],
  // Where both are restricted, either day will do: the 20th is a Friday.
  ['0 0 30 * 5', '2026-03-20T00:00:00'],
  ['0 0 29 2 *', '2028-02-29T00:00:00'],
  ['@daily', '2026-03-15T00:00:00'],
  ['@weekly', '2026-03-15T00:00:00'],
  ['@every 1h30m', '2026-03-14T11:30:00'],
  ['@every 0.5h', '2026-03-14T10:30:00'],
  ['TZ=Asia/Tokyo 0 6 * * *', '2026-03-14T21:00:00'],
  ['CRON_TZ=Asia/Tokyo @daily', '2026-03-14T15:00:00'],
  ['TZ=Europe/Berlin @every 10m', '2026-03-14T10:10:00'],
])('%s is next due at %s', (schedule, expected) => {
  expect(nextOf(schedule)).toBe(expected);
});

test('a day that never comes has no next time', () => {
  expect(nextOf('0 0 31 2 *')).toBeUndefined();
});

test('a schedule follows its time zone through summer time', () => {
  expect(nextOf('0 6 * * *', 'Europe/Berlin')).toBe('2026-03-15T05:00:00');
  expect(nextOf('0 6 * * *', 'Europe/Berlin', Date.parse('2026-03-29T00:00:00Z'))).toBe('2026-03-29T04:00:00');
});

test.each<[string, string]>([
  ['', 'is empty'],
  ['* * * *', 'has 4 fields instead of 5'],
  ['60 * * * *', 'has 60 as minute'],
  ['* 24 * * *', 'has 24 as hour'],
  ['* * 0 * *', 'has 0 as day of month'],
  ['* * L * *', 'has L as day of month'],
  ['* * * 13 *', 'has 13 as month'],
  ['* * * * 7', 'has 7 as day of week'],
  ['* * * * 5#2', 'has 5#2 as day of week'],
  ['*/0 * * * *', 'has */0 as minute'],
  ['9-5 * * * *', 'has 9-5 as minute'],
  ['1,,2 * * * *', 'has nothing as minute'],
  ['@reboot', 'has the unknown descriptor @reboot'],
  ['@every soon', 'has the unknown duration soon'],
  ['TZ=Mars/Base * * * * *', 'names the unknown time zone Mars/Base'],
])('%s is no schedule: it %s', (schedule, fault) => {
  expect(() => parseSchedule(schedule)).toThrow(fault);
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Etc/GMT+2', true],
  ['Local', false],
  ['+02:00', false],
  ['', false],
])('%s is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
