import { expect, test } from 'vitest';
import { steady } from '../../src/operator/steady.ts';

test.each([
  ['restarted 14 times', 'restarted 15 times'],
  ['waits for 59 s', 'waits for 1 min 2 s'],
  ['has been down for 3 d 4 h now', 'has been down for 40 min now'],
  ['back-off 2m40s restarting', 'back-off 5m0s restarting'],
  ['at 2026-03-14T10:00:00Z it failed', 'at 2026-03-15T11:30:00.123Z it failed'],
  ['1 of 3 Pods are ready', '2 of 3 Pods are ready'],
  ['uses 81% of it', 'uses 82% of it'],
])('%s says the same as %s', (one, other) => {
  expect(steady(one)).toBe(steady(other));
});

test.each([
  ['exit code 1', 'exit code 137'],
  ['Pod cart-1 fails', 'Pod cart-2 fails'],
  ['image shop/cart:1 is missing', 'image shop/cart:2 is missing'],
  ['memory limit is 256Mi', 'memory limit is 512Mi'],
  ['is not ready', 'is ready'],
  ['asks 10.0.0.1:80', 'asks 10.0.0.2:80'],
])('%s says something else than %s', (one, other) => {
  expect(steady(one)).not.toBe(steady(other));
});
