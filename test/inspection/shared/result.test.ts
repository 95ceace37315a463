import { describe, expect, test } from 'vitest';
import { kubectl, lookOf, table } from '../../../src/inspection/shared/result.ts';
import { LOOK_MAX } from '../../../src/look.ts';

const base = { title: 'Pods', command: 'kubectl get pods', refs: [] };
const many = Array.from({ length: 5_000 }, (_, at) => `line ${at}`).join('\n');

describe('a look', () => {
  test('that fits is whole', () => {
    expect(lookOf({ ...base, text: 'one\ntwo\n' })).toEqual({ ...base, text: 'one\ntwo' });
  });

  test.each<['start' | 'end' | 'ends', RegExp, RegExp]>([
    ['start', /^line 0\n/, /\nline \d+\n\[…\]$/],
    ['end', /^\[…\]\nline \d+\n/, /\nline 4999$/],
    ['ends', /^line 0\n/, /\n\[…\]\n[\s\S]*\nline 4999$/],
  ])('that is too long keeps its %s, and says what is missing', (keep, first, last) => {
    const look = lookOf({ ...base, text: many, keep, narrower: 'name a namespace' });

    expect(look.text.length).toBeLessThanOrEqual(LOOK_MAX);
    expect(look.text).toMatch(first);
    expect(look.text).toMatch(last);
    const shown = look.text.split('\n').length - 1;
    expect(look.omitted).toBe(`${5_000 - shown} lines were left out for want of room; name a namespace.`);
  });

  test.each(['start', 'end', 'ends'] as const)('of one endless line keeps a part of its %s', (keep) => {
    const look = lookOf({ ...base, text: 'x'.repeat(500_000), keep });

    expect(look.text.length).toBeLessThanOrEqual(LOOK_MAX);
    expect(look.text.length).toBeGreaterThan(9_000);
  });

  test('holds no credentials, and nothing that cannot be seen', () => {
    const look = lookOf({ ...base, text: 'password=hunter2\nturned \u202e around' });

    expect(look.text).toBe('password=***\nturned \\u{202e} around');
    expect(look.omitted).toBeUndefined();
  });

  test('names each object once, and not what has no name', () => {
    const pod = { kind: 'Pod', namespace: 'shop', name: 'cart' };

    expect(lookOf({ ...base, text: '', refs: [pod, { ...pod }, { kind: 'Pod', name: '' }] }).refs).toEqual([pod]);
  });
});

test('a command is safe to copy', () => {
  expect(kubectl('get', 'pods', '-l', 'app=cart,tier!=x', undefined, false)).toBe(
    'kubectl get pods -l app=cart,tier!=x',
  );
  expect(kubectl('logs', 'a; rm -rf /', "it's")).toBe("kubectl logs 'a; rm -rf /' 'it'\\''s'");
});

test('a table lines its columns up, and a long cell moves its own row alone', () => {
  const long = 'x'.repeat(100);

  expect(
    table(
      ['NAME', 'AGE'],
      [
        ['a', '1 d'],
        ['bcdefg', '2 d'],
      ],
    ).split('\n'),
  ).toEqual(['NAME    AGE', 'a       1 d', 'bcdefg  2 d']);
  expect(
    table(
      ['NAME', 'AGE'],
      [
        [long, '1 d'],
        ['b', '2 d'],
      ],
    ).split('\n')[2]?.length,
  ).toBeLessThan(90);
});
