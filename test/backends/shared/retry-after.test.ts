import { expect, test } from 'vitest';
import { retryAfter } from '../../../src/backends/shared/retry-after.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');

test.each<[string, Record<string, string>, string, number | undefined]>([
  ['nothing', {}, '', undefined],
  ['seconds', { 'retry-after': '7' }, '', 7000],
  ['parts of seconds', { 'retry-after': '0.25' }, '', 250],
  ['no seconds', { 'retry-after': '0' }, '', 0],
  ['a date', { 'retry-after': 'Wed, 25 Nov 2026 12:01:30 GMT' }, '', 90_000],
  ['a date that is over', { 'retry-after': 'Wed, 25 Nov 2026 11:00:00 GMT' }, '', 0],
  ['milliseconds before seconds', { 'retry-after-ms': '1500.5', 'retry-after': '2' }, '', 1501],
  ['milliseconds of Azure', { 'x-ms-retry-after-ms': '300' }, '', 300],
  ['Google’s delay', {}, '{"error":{"details":[{"retryDelay":"34.07s"}]}}', 34_070],
  ['words', { 'retry-after': 'soon' }, '', undefined],
  ['a negative number', { 'retry-after': '-3' }, '', undefined],
  ['years', { 'retry-after': '1795648599' }, '', undefined],
  ['blanks', { 'retry-after': ' ' }, '', undefined],
])('reads %s', (_, headers, body, expected) => {
  expect(retryAfter((name) => headers[name], body, NOW)).toBe(expected);
});
