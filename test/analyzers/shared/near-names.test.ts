import { expect, test } from 'vitest';
import { nearNames } from '../../../src/analyzers/shared/near-names.ts';

test.each([
  ['DATABASE_HOST', ['DB_HOST', 'LOG_LEVEL', 'PORT'], ['DB_HOST']],
  ['fast-ssd', ['ssd', 'standard'], ['ssd']],
  ['seat-layout', ['seat-layouts', 'kube-root-ca.crt'], ['seat-layouts']],
  ['settings', ['settings', 'ca.crt'], []],
  ['db', [], []],
  ['', ['', 'a'], []],
])('near to %s among %j is %j', (wanted, candidates, near) => {
  expect(nearNames(wanted, candidates)).toEqual(near);
});

test('gives the best first, and no more than asked for', () => {
  expect(nearNames('app-config', ['app-config-v1', 'app-configs', 'config', 'other'], 2)).toEqual([
    'app-configs',
    'app-config-v1',
  ]);
});
