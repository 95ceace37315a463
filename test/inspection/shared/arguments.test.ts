import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { flagOf, needText, numberOf, spanOf, textOf } from '../../../src/inspection/shared/arguments.ts';

const bounds = { min: 1, max: 100, fallback: 10 };

describe('arguments are taken as people and models write them', () => {
  test.each<[unknown, string | undefined]>([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    ['  ', undefined],
    [' cart ', 'cart'],
    [7, '7'],
  ])('the text %j is %j', (value, expected) => {
    expect(textOf({ value }, 'value')).toBe(expected);
  });

  test.each<[unknown, number]>([
    [undefined, 10],
    [null, 10],
    ['', 10],
    [50, 50],
    ['50', 50],
    [3.6, 4],
    [0, 1],
    [-5, 1],
    [1e9, 100],
  ])('the number %j is %j', (value, expected) => {
    expect(numberOf({ value }, 'value', bounds)).toBe(expected);
  });

  test.each<[unknown, boolean]>([
    [undefined, false],
    [null, false],
    ['', false],
    [true, true],
    ['true', true],
    ['Yes', true],
    [1, true],
    [false, false],
    ['no', false],
    [0, false],
  ])('the flag %j is %j', (value, expected) => {
    expect(flagOf({ value }, 'value')).toBe(expected);
  });

  test.each<[unknown, number]>([
    ['90', 90_000],
    [90, 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['2 hours', 7_200_000],
    ['10 min', 600_000],
    ['last 3 days', 259_200_000],
    ['1.5h', 5_400_000],
    ['30s ago', 30_000],
  ])('the span %j is %i ms', (value, expected) => {
    expect(spanOf({ value }, 'value')).toBe(expected);
  });
});

describe('what makes no sense is said in one sentence', () => {
  test.each<[() => unknown, string]>([
    [() => textOf({ pod: ['a'] }, 'pod'), '"pod" must be text, not a list.'],
    [() => textOf({ pod: { name: 'a' } }, 'pod'), '"pod" must be text, not object.'],
    [() => textOf({ pod: true }, 'pod'), '"pod" must be text, not boolean.'],
    [() => textOf({ pod: 'x'.repeat(501) }, 'pod'), '"pod" is longer than 500 characters; shorten it.'],
    [() => needText({}, 'kind', 'Pod or svc'), '"kind" is missing; give one such as Pod or svc.'],
    [() => numberOf({ lines: 'many' }, 'lines', bounds), '"lines" must be a number from 1 to 100, not "many".'],
    [() => numberOf({ lines: true }, 'lines', bounds), '"lines" must be a number from 1 to 100, not boolean.'],
    [() => numberOf({ lines: [] }, 'lines', bounds), '"lines" must be a number from 1 to 100, not a list.'],
    [() => numberOf({ lines: Number.NaN }, 'lines', bounds), '"lines" must be a number from 1 to 100, not NaN.'],
    [() => flagOf({ previous: 'maybe' }, 'previous'), '"previous" must be true or false, not "maybe".'],
    [
      () => spanOf({ since: 'yesterday' }, 'since'),
      '"since" must be a span of time such as 10m, 2h or 1h30m, not "yesterday".',
    ],
    [() => spanOf({ since: '0m' }, 'since'), '"since" must be a span of time such as 10m, 2h or 1h30m, not "0m".'],
    [
      () => spanOf({ since: '10 months' }, 'since'),
      '"since" must be a span of time such as 10m, 2h or 1h30m, not "10 months".',
    ],
    [
      () => spanOf({ since: '10m ; rm' }, 'since'),
      '"since" must be a span of time such as 10m, 2h or 1h30m, not "10m ; rm".',
    ],
  ])('%o', (read, expected) => {
    expect(read).toThrow(new UserError(expected));
  });
});
