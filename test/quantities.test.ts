import { expect, test } from 'vitest';
import { formatQuantity, parseQuantity } from '../src/quantities.ts';

test.each([
  ['250m', 0.25],
  ['2', 2],
  [4, 4],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['128Mi', 2 ** 27],
  ['1e3', 1000],
  ['12E', 12e18],
  ['5k', 5000],
  ['.5', 0.5],
])('%s is %d', (quantity, amount) => {
  expect(parseQuantity(quantity)).toBeCloseTo(amount, 6);
});

test.each(['', 'much', '1Gb', '--1', '1 Gi', undefined])('%s is no quantity', (quantity) => {
  expect(parseQuantity(quantity)).toBeUndefined();
});

test.each([
  ['cpu', 0.25, '250m'],
  ['cpu', 2, '2'],
  ['memory', 1.5 * 2 ** 30, '1.5Gi'],
  ['memory', 2 ** 27, '128Mi'],
  ['ephemeral-storage', 900, '900'],
  ['nvidia.com/gpu', 2, '2'],
])('%s of %d is written %s', (resource, amount, text) => {
  expect(formatQuantity(resource, amount)).toBe(text);
});
