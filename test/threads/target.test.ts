import { expect, test } from 'vitest';
import { emptyContext } from '../../src/threads/context.ts';
import { targetOf } from '../../src/threads/target.ts';
import { podFinding, reportOf } from '../support/findings.ts';

const { incidents } = reportOf([
  podFinding('cart', 'Pod/OOMKilled', { severity: 'critical' }),
  podFinding('cart-api', 'Pod/ImageNotFound'),
  podFinding('search', 'Pod/CrashLoop', { severity: 'medium' }),
]);
const context = { ...emptyContext('prod'), incidents };
const [first, second, third] = incidents;

test('is the most severe incident, then the one that was spoken of last', () => {
  expect(targetOf('why?', context)).toEqual({ incident: first, isGuess: true });
  expect(targetOf('why?', { ...context, focus: third?.id ?? '' })).toEqual({ incident: third });
});

test.each([
  ['why inc', () => `why ${second?.id}?`, () => second],
  ['the second one', () => 'what about the second one?', () => second],
  ['a number', () => 'explain incident 3', () => third],
  ['#2', () => 'logs of #2', () => second],
])('is the incident that is named: %s', (_, question, incident) => {
  expect(targetOf(question(), context).incident).toBe(incident());
});

test('is the most severe one that suits the question, where nothing tells which is meant', () => {
  const isThird = ({ id }: { id: string }) => id === third?.id;

  expect(targetOf('why?', context, isThird)).toEqual({ incident: third, isGuess: true });
  expect(targetOf('why?', { ...context, focus: first?.id ?? '' }, isThird)).toEqual({ incident: first });
});

test('is the object that is named, by its whole name', () => {
  expect(targetOf('logs of cart', context)).toEqual({
    incident: first,
    named: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  });
  expect(targetOf('logs of cart-api please', context)).toMatchObject({ incident: second, named: { name: 'cart-api' } });
  expect(targetOf('describe pod cart-7d9c-x2x4z.', context)).toMatchObject({
    named: { kind: 'Pod', name: 'cart-7d9c-x2x4z' },
  });
  expect(targetOf('the cartography service?', context)).toEqual({ incident: first, isGuess: true });
});

test.each([
  ['logs of pod web-1 in namespace front', { kind: 'Pod', name: 'web-1', namespace: 'front' }],
  ['describe deploy/orders -n sales', { kind: 'Deployment', name: 'orders', namespace: 'sales' }],
  ['yaml of svc/front/web-public', { kind: 'Service', name: 'web-public', namespace: 'front' }],
  ['describe node worker-3', { kind: 'Node', name: 'worker-3' }],
  ['logs of orders-api', { kind: '', name: 'orders-api' }],
  ['describe orders-api in sales', { kind: '', name: 'orders-api', namespace: 'sales' }],
])('may be an object that no incident speaks of: %s', (question, named) => {
  expect(targetOf(question, context).named).toEqual(named);
});

test.each(['why is the pod failing?', 'which node is it on?', 'does the service work?', 'show me the pod logs'])(
  'takes no word of a language for a name: %s',
  (question) => {
    expect(targetOf(question, context).named).toBeUndefined();
  },
);

test('is nothing where nothing is known', () => {
  expect(targetOf('why?', emptyContext('prod'))).toEqual({});
});
