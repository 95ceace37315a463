import { expect, test } from 'vitest';
import { meaningOf } from '../../../src/platforms/playground/words.ts';

test.each([
  ['/k8sgpt', { kind: 'command', text: '' }],
  ['/k8sgpt analyze Pod -n "my shop"', { kind: 'command', text: 'analyze Pod -n "my shop"' }],
  ['  /K8sGPT help ', { kind: 'command', text: 'help' }],
  ['@k8sgpt analyze -n shop', { kind: 'mention', text: 'analyze -n shop' }],
  ['hey @k8sgpt, why is it down?', { kind: 'mention', text: 'hey why is it down?' }],
  ['/giphy cat', { kind: 'stranger', name: '/giphy' }],
  ['/k8sgpt-chat help', { kind: 'stranger', name: '/k8sgpt-chat' }],
  ['/etc/hosts is wrong', { kind: 'talk', text: '/etc/hosts is wrong' }],
  ['I use /k8sgpt daily', { kind: 'talk', text: 'I use /k8sgpt daily' }],
  ['write to me@k8sgpt.example', { kind: 'talk', text: 'write to me@k8sgpt.example' }],
  ['ask @k8sgpt-bot', { kind: 'talk', text: 'ask @k8sgpt-bot' }],
])('understands %s', (typed, meaning) => {
  expect(meaningOf(typed)).toEqual(meaning);
});
