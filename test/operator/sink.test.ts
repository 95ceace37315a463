import { expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { K8SGPT, RESULT } from '../../src/operator/types.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { podFinding } from '../support/findings.ts';
import { INTERVAL_MS, k8sgpt, scene } from '../support/operator.ts';

const cart = podFinding('cart');

const sink = { type: 'slack', webhook: 'https://hooks.example/secret', channel: '#ops' };

test('a sink is told of an incident once when it begins, and once when it is solved', async () => {
  const { clock, resources, found, told, restart } = await scene();
  found(cart);
  resources.apply(K8SGPT, k8sgpt({ sink }));
  await clock.advance(5 * INTERVAL_MS);
  await restart();
  await clock.advance(5 * INTERVAL_MS);
  expect(told).toMatchObject([{ what: 'new', incident: { severity: 'high' }, details: expect.any(String) }]);
  expect(told[0]?.problems).toEqual([cart.text]);

  found();
  await clock.advance(5 * INTERVAL_MS);

  expect(told.map(({ what }) => what)).toEqual(['new', 'solved']);
  expect(told[1]?.incident).toMatchObject({ id: told[0]?.incident.id, title: told[0]?.incident.title });
  expect(told[1]?.incident.startedAt).toBe(told[0]?.incident.startedAt);
  expect(told[1]?.id).not.toBe(told[0]?.id);
});

test('a sink leaves no address in Results', async () => {
  const { clock, resources, found } = await scene();
  found(cart);
  resources.apply(K8SGPT, k8sgpt({ sink }));
  await clock.advance(INTERVAL_MS);

  expect(JSON.stringify(resources.all(RESULT))).not.toContain('hooks.example');
  expect(resources.all(RESULT)).toMatchObject([{ status: { webhook: expect.stringMatching(/^slack\//) } }]);
});

test('a sink that cannot be told is told later, under the same id', async () => {
  const ids: (string | undefined)[] = [];
  let isDown = true;
  const { clock, resources, found, status } = await scene({
    async tell(_, { id }) {
      ids.push(id);
      if (isDown) throw new UserError('The store is away.');
    },
  });
  found(cart);
  resources.apply(K8SGPT, k8sgpt({ sink }));
  await clock.advance(INTERVAL_MS + 1000);
  expect(status().Degraded).toBe('True: The store is away.');

  isDown = false;
  await clock.advance(3 * INTERVAL_MS);

  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(1);
  expect(status().Degraded).toMatch(/^False/);
});

test('a sink has its address from a Secret, which goes before the webhook', async () => {
  const asked: string[] = [];
  const { clock, resources, found, status } = await scene({
    tell: async ({ webhook }) => void asked.push(webhook),
  });
  found(cart);
  resources.apply(K8SGPT, k8sgpt({ sink: { ...sink, secret: { name: 'hook', key: 'url' } } }));
  await clock.advance(1000);
  expect(status().Degraded).toContain('spec.sink.secret: the Secret team/hook has no value at "url"');

  resources.secrets.set('team/hook/url', 'https://hooks.example/other');
  await clock.advance(INTERVAL_MS);

  expect(asked).toEqual(['https://hooks.example/other']);
});

test('a sink that fails between two notices is told each of them once, the solved one too', async () => {
  const told: string[] = [];
  let calls = 0;
  const { clock, resources, found } = await scene({
    async tell(_, { what, incident }) {
      if (++calls % 2 === 0) throw new UserError('The service does not answer.');
      told.push(`${what} ${incident.title}`);
    },
  });
  found(cart, podFinding('pay'));
  resources.apply(K8SGPT, k8sgpt({ sink }));
  await clock.advance(10 * INTERVAL_MS);
  expect(told).toHaveLength(2);

  found();
  await clock.advance(100 * INTERVAL_MS);

  expect(resources.all(RESULT)).toEqual([]);
  expect(told.filter((each) => each.startsWith('new'))).toHaveLength(2);
  expect(told.filter((each) => each.startsWith('solved'))).toHaveLength(2);
});

test('what a sink could not be told of the end of an incident is told by the next leader', async () => {
  const told: string[] = [];
  let isDown = false;
  const store = createSqliteStore({ file: ':memory:' });
  onTestFinished(() => store.close());
  const { clock, resources, found, restart } = await scene({
    store,
    async tell(_, { what }) {
      if (isDown) throw new UserError('The service does not answer.');
      told.push(what);
    },
  });
  found(cart);
  resources.apply(K8SGPT, k8sgpt({ sink }));
  await clock.advance(3 * INTERVAL_MS);
  isDown = true;
  found();
  await clock.advance(3 * INTERVAL_MS);
  await restart();
  isDown = false;
  await clock.advance(10 * INTERVAL_MS);

  expect(told).toEqual(['new', 'solved']);
});

test('a sink that is away for hours is called ever more seldom', async () => {
  let calls = 0;
  const { clock, resources, found } = await scene({
    async tell() {
      calls++;
      throw new UserError('The service does not answer.');
    },
  });
  found(cart);
  resources.apply(K8SGPT, k8sgpt({ sink, analysis: { interval: '2m' } }));

  await clock.advance(12 * 3_600_000);

  expect(calls).toBeGreaterThan(10);
  expect(calls).toBeLessThan(25);
});
