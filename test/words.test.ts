import { expect, test } from 'vitest';
import { clip, pluralOf } from '../src/words.ts';

test.each([
  ['short', 5, 'short'],
  ['shortened', 6, 'short…'],
  ['tens 🙂', 6, 'tens …'],
])('%j in %i letters is %j', (text, max, expected) => {
  expect(clip(text, max)).toBe(expected);
});

test.each([
  ['Pod', 'Pods'],
  ['Ingress', 'Ingresses'],
  ['NetworkPolicy', 'NetworkPolicies'],
  ['Gateway', 'Gateways'],
])('one %s, several %s', (one, several) => {
  expect(pluralOf(one)).toBe(several);
});
