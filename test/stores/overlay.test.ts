import { expect, test } from 'vitest';
import { createOverlay, type Kept, type Overlay } from '../../src/stores/overlay.ts';

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

test.each<[string, (overlay: Overlay) => void, Partial<Kept> | undefined]>([
  ['nothing', () => {}, undefined],
  ['a value', (overlay) => overlay.set('a', 'new', 1000), { did: 'set', value: 'new' }],
  [
    'a change of it',
    (overlay) => overlay.replace('a', 'mine', 'new', 1000),
    { did: 'replace', before: 'mine', value: 'new' },
  ],
  ['its end', (overlay) => overlay.delete('a', 'mine'), { did: 'delete', value: 'mine' }],
])('goes on from a lock that was claimed in the store while %s came', (_, happen, left) => {
  const overlay = createOverlay(() => 0);
  overlay.setIfAbsent('a', 'mine', 1000);
  const [key = '', kept] = overlay.first() ?? [];
  happen(overlay);

  if (kept) overlay.made(key, kept);

  expect(overlay.first()?.[1]).toEqual(left && expect.objectContaining(left));
});

test('frees a renewed lock that was written to the store meanwhile', () => {
  const overlay = createOverlay(() => 0);
  overlay.replace('a', 'old', 'mine', 1000);
  const [key = '', kept] = overlay.first() ?? [];
  overlay.delete('a', 'mine');

  if (kept) overlay.made(key, kept);

  expect(overlay.first()?.[1]).toMatchObject({ did: 'delete', value: 'mine' });
});
