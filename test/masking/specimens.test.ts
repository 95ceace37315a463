import { expect, test } from 'vitest';
import { MASK, maskCredentials } from '../../src/masking/index.ts';
import { CREDENTIALS, INNOCENTS } from '../support/specimens.ts';

const MARKED = /⟦([^⟧]*)⟧/g;

test.each(CREDENTIALS)('masks what is marked in %s', (marked) => {
  const text = marked.replace(MARKED, '$1');

  const masked = maskCredentials(text);

  expect(masked).toBe(marked.replace(MARKED, MASK));
  expect(maskCredentials(masked), 'twice is as once').toBe(masked);
});

test.each(INNOCENTS)('leaves %s', (text) => {
  expect(maskCredentials(text)).toBe(text);
});
