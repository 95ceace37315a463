import { expect, test } from 'vitest';
import { momentOf } from '../../src/digests/when.ts';
import { UserError } from '../../src/errors.ts';

const NOW = Date.parse('2026-03-28T10:00:00Z');

test.each([
  ['now', 'Asia/Tokyo', '2026-03-28T10:00Z'],
  ['in 1h30m', 'Asia/Tokyo', '2026-03-28T11:30Z'],
  // In Tokyo it is seven in the evening.
  ['22:00', 'Asia/Tokyo', '2026-03-28T13:00Z'],
  ['9', 'Asia/Tokyo', '2026-03-29T00:00Z'],
  ['today 9:00', 'Asia/Tokyo', '2026-03-28T00:00Z'],
  ['Tomorrow at 9:00', 'Asia/Tokyo', '2026-03-29T00:00Z'],
  ['2026-04-01 22:00', 'Asia/Tokyo', '2026-04-01T13:00Z'],
  ['2026-04-01T22:00', 'Asia/Tokyo', '2026-04-01T13:00Z'],
  ['2026-04-01T22:00Z', 'Asia/Tokyo', '2026-04-01T22:00Z'],
  ['2026-04-01T22:00+02:00', 'Asia/Tokyo', '2026-04-01T20:00Z'],
  // The clock goes from two to three that night, and shows two twice in autumn.
  ['tomorrow 2:30', 'Europe/Berlin', '2026-03-29T01:00Z'],
  ['2026-10-25 2:30', 'Europe/Berlin', '2026-10-25T00:30Z'],
])('%s in %s is %s', (text, zone, time) => {
  expect(new Date(momentOf(text, zone, NOW)).toISOString()).toBe(new Date(time).toISOString());
});

test.each(['', '25:00', '2026-02-31 9:00', '2026-13-01T00:00Z', 'tomorrow', 'friday 9:00', 'today 9:00 sharp'])(
  '%j is refused with what can be written',
  (text) => {
    expect(() => momentOf(text, 'UTC', NOW)).toThrow(UserError);
    expect(() => momentOf(text, 'UTC', NOW)).toThrow(`"${text}" is no time. Write it as 22:00`);
  },
);
