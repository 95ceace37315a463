import { expect, test } from 'vitest';
import { createRecent } from '../src/recent.ts';

test('of more values than it holds, the one used longest ago goes first', () => {
  const recent = createRecent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.get('a');
  recent.set('c', 3);

  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
});

test('a value that was deleted is gone, and one that was set anew is there once', () => {
  const recent = createRecent<number>(2);
  recent.set('a', 1);
  recent.set('a', 2);
  recent.set('b', 3);
  recent.delete('b');

  expect(['a', 'b'].map((key) => recent.get(key))).toEqual([2, undefined]);
});
