import { expect, test } from 'vitest';
import { createOverlay } from '../../src/stores/overlay.ts';

test('keeps ten thousand changes, and lets go of the oldest', () => {
  const overlay = createOverlay(() => 0);
  for (let index = 0; index <= 10_000; index++) overlay.set(`key-${index}`, 'x', 1000);

  expect(overlay.size()).toBe(10_000);
  expect(overlay.has('key-0')).toBe(false);
  expect(overlay.get('key-1')).toBe('x');
});

test('keeps 32 million letters, and what was written again counts once', () => {
  const overlay = createOverlay(() => 0);
  const large = 'x'.repeat(10_000_000);
  for (let round = 0; round < 5; round++) for (const key of ['a', 'b', 'c']) overlay.set(key, large, 1000);
  expect(overlay.size()).toBe(3);

  overlay.set('d', large, 1000);

  expect(['a', 'b', 'c', 'd'].filter((key) => overlay.has(key))).toEqual(['b', 'c', 'd']);
});

test('forgets a change only where nothing was done since', () => {
  const overlay = createOverlay(() => 0);
  overlay.set('a', '1', 1000);
  const [key = '', kept] = overlay.first() ?? [];
  overlay.set('a', '2', 1000);

  expect(kept && overlay.forget(key, kept)).toBe(false);
  expect(overlay.get('a')).toBe('2');
});
