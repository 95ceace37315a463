import { expect, test } from 'vitest';
import { matcher } from '../../../src/inspection/shared/matcher.ts';
import { cpuMs } from '../../support/cpu.ts';

test.each<[string, string]>([
  ['error', 'an ERROR came'],
  ['error|timeout', 'read Timeout'],
  ['(error|fail)', 'it failed'],
  ['(?i)Error', 'error'],
  ['(?:a|b)', 'b'],
  ['connect.*refused', 'connect to db: connection refused'],
  ['^panic', 'panic: nil'],
  ['exit 1$', 'with exit 1'],
  ['db\\.shop', 'to db.shop'],
  ['a\\|b', 'a|b'],
  ['status=5\\d\\d', 'status=503'],
  ['[Ee]rror', 'Error'],
  ['code [0-9]+ sent', 'code 42 sent'],
  ['\\berror\\b', 'the error is'],
  ['[ERROR]', '[ERROR] no'],
  ['a.+z', 'abcz'],
  ['*', '5 * 3'],
  ['(', 'f(x)'],
  ['\\', 'a\\b'],
])('%s finds "%s"', (pattern, line) => {
  expect(matcher(pattern)(line)).toBe(true);
});

test.each<[string, string]>([
  ['error', 'all is well'],
  ['connect.*refused', 'refused to connect'],
  ['^panic', 'no panic'],
  ['exit 1$', 'exit 1 came'],
  ['db\\.shop', 'dbxshop'],
  ['[ERROR]', 'E'],
  ['error|', 'well'],
])('%s does not find "%s"', (pattern, line) => {
  expect(matcher(pattern)(line)).toBe(false);
});

test.each(['|', '||', Array.from({ length: 30 }, (_, at) => `a${at}`).join('|')])('%s is refused', (pattern) => {
  expect(() => matcher(pattern)).toThrow(/"grep" must be a text, or at most 20 parted by \|/);
});

test.each(['(a+)+$', '(.*)*x', '.*.*.*.*.*x', 'a.*'.repeat(100), '\\d+\\d+\\d+x'])(
  'takes no long time for %s',
  (pattern) => {
    const find = matcher(pattern);

    expect(cpuMs(() => Array.from({ length: 1_000 }, () => find('a'.repeat(2_000))))).toBeLessThan(2_000);
  },
);
