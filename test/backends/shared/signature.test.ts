import { expect, test } from 'vitest';
import { signatureFor, signed } from '../../../src/backends/shared/signature.ts';

const call = (signature?: string) => ({ id: 'a', name: 'nodes', arguments: '{}', ...(signature && { signature }) });

test('a signature comes back for the model that made it', () => {
  const thoughts = [{ type: 'thinking', thinking: 'Hm.', signature: 'EqMB' }];

  expect(signatureFor('anthropic claude-test', call(signed('anthropic claude-test', thoughts)))).toEqual(thoughts);
});

test.each<[string, string | undefined]>([
  ['no signature', undefined],
  ['another model’s', signed('anthropic claude-old', [])],
  ['another protocol’s', signed('google claude-test', 'c2ln')],
  ['what is none', 'c2lnbmVk'],
])('gives nothing for %s', (_, signature) => {
  expect(signatureFor('anthropic claude-test', call(signature))).toBeUndefined();
});
