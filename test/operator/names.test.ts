import { expect, test } from 'vitest';
import { labelValue, resultName } from '../../src/operator/names.ts';

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const pod = (namespace: string, name: string) => ({ kind: 'Pod', namespace, name });

test('the name of a Result can be read, and is the same each time', () => {
  const name = resultName('team', pod('shop', 'cart-7d9c-x2x4z'));

  expect(name).toMatch(/^pod\.shop\.cart-7d9c-x2x4z-[0-9a-f]{10}$/);
  expect(resultName('team', pod('shop', 'cart-7d9c-x2x4z'))).toBe(name);
  expect(resultName('team', { kind: 'Node', name: 'node-1' })).toMatch(/^node\.node-1-/);
});

test.each([
  ['namespaces and names with hyphens', pod('a-b', 'c'), pod('a', 'b-c')],
  ['names with and without hyphens', pod('a', 'b-c'), pod('a', 'bc')],
  ['kinds', pod('a', 'b'), { kind: 'Service', namespace: 'a', name: 'b' }],
  ['names with dots', pod('a', 'b.c'), pod('a', 'b-c')],
  ['long names that differ at their end', pod('a', `${'x'.repeat(240)}1`), pod('a', `${'x'.repeat(240)}2`)],
  ['names that differ in what is no part of a DNS name', pod('a', 'b:c'), pod('a', 'b_c')],
])('Results are not mixed up over %s', (_, one, other) => {
  expect(resultName('team', one)).not.toBe(resultName('team', other));
});

test('two K8sGPTs have Results of their own about the same object', () => {
  expect(resultName('one', pod('shop', 'cart'))).not.toBe(resultName('two', pod('shop', 'cart')));
});

test.each([
  pod('shop', 'x'.repeat(253)),
  pod('shop', `${'x'.repeat(190)}.${'y'.repeat(60)}`),
  { kind: 'ClusterRole', name: 'system:node-proxier' },
  { kind: 'AWS/EKS', name: 'Main Cluster_' },
  { kind: 'Pod', namespace: 'shop', name: '-.-' },
])('what Kubernetes would refuse becomes a DNS subdomain: %j', (object) => {
  const name = resultName('team', object);

  expect(name).toMatch(NAME);
  expect(name.length).toBeLessThanOrEqual(253);
});

test('a name that is too long for a label is shortened, and still its own', () => {
  const long = `${'a'.repeat(51)}-${'b'.repeat(100)}`;

  expect(labelValue('team')).toBe('team');
  expect(labelValue(long)).toMatch(/^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/);
  expect(labelValue(`${long}c`)).not.toBe(labelValue(long));
});
