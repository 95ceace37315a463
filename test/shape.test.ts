import { expect, test } from 'vitest';
import { boolean, intOrString, list, map, number, object, present, shared, sizes, string } from '../src/shape.ts';

const pod = object({
  name: string,
  replicas: number,
  ready: boolean,
  port: intOrString,
  token: present,
  labels: map(string),
  containers: list(object({ image: string })),
});

test('keeps the named fields, and drops the others', () => {
  expect(
    pod({
      name: 'cart',
      replicas: 2,
      ready: true,
      port: 'http',
      token: { secret: 'x' },
      labels: { app: 'cart' },
      containers: [{ image: 'a', command: ['b'] }],
      managedFields: [{}],
    }),
  ).toEqual({
    name: 'cart',
    replicas: 2,
    ready: true,
    port: 'http',
    token: true,
    labels: { app: 'cart' },
    containers: [{ image: 'a' }],
  });
});

test.each([
  ['values of the wrong type', { name: 7, replicas: 'two', ready: 'yes', port: {}, labels: ['a'], containers: {} }],
  ['null', { name: null, replicas: null, ready: null, port: null, token: null, labels: null, containers: null }],
  ['numbers that are none', { replicas: Number.NaN, port: Number.POSITIVE_INFINITY }],
])('takes %s as absent', (_, value) => {
  expect(pod(value)).toEqual({});
});

test('leaves out of lists and maps what does not fit', () => {
  expect(pod({ labels: { a: 'b', c: 7 }, containers: [null, { image: 'a' }, 'x', [7]] })).toEqual({
    labels: { a: 'b' },
    containers: [{ image: 'a' }],
  });
});

test.each([undefined, null, 'text', 7, []])('%s is no object', (value) => {
  expect(pod(value)).toBeUndefined();
});

test('counts the characters of a map’s values, and keeps a count', () => {
  expect(sizes({ a: 'four', b: '', c: null })).toEqual({ a: 4, b: 0, c: 0 });
  expect(sizes(sizes({ a: 'four' }))).toEqual({ a: 4 });
});

test('gives equal values one result, and others their own', () => {
  const labels = shared(map(string));
  const first = labels({ app: 'cart', tier: 'web' });

  expect(labels({ tier: 'web', app: 'cart' })).toBe(first);
  expect(labels({ app: 'cart' })).toEqual({ app: 'cart' });
  expect(labels({ app: 'cart', tier: 'web', zone: 'a' })).toEqual({ app: 'cart', tier: 'web', zone: 'a' });
  expect(labels({ app: 'cart', tier: undefined })).toEqual({ app: 'cart' });
  expect(labels(['cart'])).toBeUndefined();
});

test('remembers the last few values only', () => {
  const labels = shared(map(string));
  const first = labels({ at: '0' });
  for (let at = 1; at < 20; at++) labels({ at: String(at) });

  expect(labels({ at: '0' })).toEqual(first);
  expect(labels({ at: '0' })).not.toBe(first);
});

test('tells nested values apart', () => {
  const probes = shared(list(object({ port: intOrString })));

  expect(probes([{ port: 80 }])).toEqual([{ port: 80 }]);
  expect(probes([{ port: '80' }])).toEqual([{ port: '80' }]);
  expect(probes([{ port: 80 }, { port: 81 }])).toEqual([{ port: 80 }, { port: 81 }]);
  expect(probes({ 0: { port: 80 }, length: 1 })).toBeUndefined();
});
