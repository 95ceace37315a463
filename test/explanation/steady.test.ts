import { expect, test } from 'vitest';
import { steady } from '../../src/explanation/steady.ts';

test.each([
  ['Its lease was last renewed 24 min 40 s ago.', 'Its lease was last renewed 25 min 2 s ago.'],
  [
    'Container app crashes: 8 restarts, last Error, 2 min 50 s ago.',
    'Container app crashes: 9 restarts, last Error, 12 s ago.',
  ],
  ['spec.renewTime: 2026-09-16T09:15:20.000000Z', 'spec.renewTime: 2026-09-16T09:15:30.000000Z'],
  ['Node a has been NotReady for 24 min (x)', 'Node a has been NotReady for 1 h 2 min (x)'],
  ['was OOM-killed 14 times', 'was OOM-killed 15 times'],
  ['back-off 2m40s restarting failed container', 'back-off 5m0s restarting failed container'],
  ['Failed (x12 over 3m)', 'Failed (x13 over 4m)'],
])('is the same from scan to scan: %s', (now, later) => {
  expect(steady(now)).toBe(steady(later));
});

test.each([
  'Container app exits with code 137; its memory limit is 512Mi',
  '0 of 2 replicas are ready',
  'Service payments has port 8080, and timeoutSeconds is 30',
  'image registry.example.com/shop/payments:1.4.2',
  'connection refused after 30s',
])('keeps what does not change by itself: %s', (text) => {
  expect(steady(text)).toBe(text);
});
