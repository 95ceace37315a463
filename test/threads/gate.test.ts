import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGate } from '../../src/threads/gate.ts';

test('lets one after another through, and others in between', async () => {
  const gate = createGate();
  const order: string[] = [];
  let working = true;
  const person = (async () => {
    while (working) {
      await nextTurn();
      order.push('a person');
    }
  })();

  await Promise.all(['one', 'two', 'three'].map((name) => gate().then(() => order.push(name))));
  working = false;
  await person;

  const works = order.filter((name) => name !== 'a person');
  expect(works).toEqual(['one', 'two', 'three']);
  for (const name of ['two', 'three']) expect(order[order.indexOf(name) - 1]).toBe('a person');
});
