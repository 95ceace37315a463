import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { inspect, lookers } from '../../src/inspection/index.ts';
import { sourceOf } from '../support/scene.ts';

const never = new AbortController().signal;

test('each look says what it shows and what it takes', () => {
  expect(lookers.map(({ name }) => name)).toEqual([
    'describe',
    'events',
    'get',
    'list',
    'logs',
    'related',
    'rollout',
    'top',
  ]);
  for (const { description, parameters } of lookers) {
    expect(description.length).toBeGreaterThan(80);
    expect(parameters.type).toBe('object');
    expect(Object.keys(parameters.properties)).toEqual(expect.arrayContaining([...(parameters.required ?? [])]));
    for (const property of Object.values(parameters.properties)) expect(property.description).toMatch(/\.$/);
  }
});

test.each([
  ['lgos', 'There is no look named "lgos". Did you mean logs?'],
  ['delete', 'There is no look named "delete". There are describe, events, get, list, logs, related, rollout, top.'],
])('there is no other: %s', async (looker, expected) => {
  await expect(inspect(sourceOf([]), { looker, args: {} }, never)).rejects.toThrow(new UserError(expected));
});

test('arguments that are no object are none', async () => {
  for (const args of [null, [], 'kind=Pod', 7]) {
    const taken = inspect(sourceOf([]), { looker: 'list', args: args as never }, never);

    await expect(taken).rejects.toThrow('"kind" is missing');
  }
});

test.each(lookers.map(({ name }) => name))('%s stands arguments of any kind', async (looker) => {
  const values = [null, '', 7, true, [], {}, 'a/b/c', '../..', '-A', '$(x)', 'x'.repeat(9_000), '\u0000', ' / '];
  const names = [
    'kind',
    'name',
    'namespace',
    'pod',
    'container',
    'selector',
    'since',
    'lines',
    'limit',
    'grep',
    'previous',
  ];
  const source = sourceOf([{ kind: 'Pod', metadata: { name: 'a', namespace: 'b' } }]);

  for (const value of values) {
    for (const name of names) {
      const args = { kind: 'Pod', name: 'a', pod: 'a', namespace: 'b', [name]: value };
      const taken = inspect(source, { looker, args }, never);
      await taken.catch((error: unknown) => expect(error).toBeInstanceOf(UserError));
    }
  }
});
