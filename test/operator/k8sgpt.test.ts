import { expect, test } from 'vitest';
import type { ApiObject } from '../../src/custom-resources.ts';
import { UserError } from '../../src/errors.ts';
import { noMetrics } from '../../src/metrics.ts';
import { EVENT, K8SGPT, LEASE } from '../../src/operator/types.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { INTERVAL_MS, k8sgpt, scene } from '../support/operator.ts';

const cart = podFinding('cart');
const CART = 'Pod shop/cart-7d9c-x2x4z';

test('a K8sGPT is analyzed in its interval, and at once when it is edited', async () => {
  const { clock, resources, requests } = await scene();
  resources.apply(K8SGPT, k8sgpt({ filters: ['Pod'], analysis: { interval: '5m' } }));
  await clock.advance(11 * 60_000);
  expect(requests).toHaveLength(3);

  resources.apply(K8SGPT, k8sgpt({ filters: ['Service'], analysis: { interval: '1h' } }));
  await clock.advance(1000);
  expect(requests).toHaveLength(4);
  expect(requests.at(-1)).toMatchObject({ filters: ['Service'] });

  await clock.advance(50 * 60_000);
  expect(requests).toHaveLength(4);
});

test('a K8sGPT that is paused is left alone until it goes on', async () => {
  const { clock, resources, requests, found, results, status } = await scene();
  found(cart);
  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);
  resources.apply(K8SGPT, k8sgpt({}, { annotations: { 'core.k8sgpt.ai/paused': 'true' } }));
  found();
  await clock.advance(10 * INTERVAL_MS);
  expect(requests).toHaveLength(1);
  expect(results()).toEqual([CART]);
  expect(status().Ready).toMatch(/^False: It is paused/);

  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);

  expect(results()).toEqual([]);
  expect(status().Ready).toMatch(/^True/);
});

test('a K8sGPT says what is not done as asked for, once as an Event, and does the rest', async () => {
  const { clock, resources, found, results, status } = await scene();
  found(cart);
  resources.apply(
    K8SGPT,
    k8sgpt({
      version: 'v0.4.1',
      resources: { limits: { cpu: '1' } },
      analysis: { interval: '1s' },
      customAnalyzers: [{ name: 'mine' }],
      integrations: { trivy: { enabled: true } },
      remoteCache: { interplex: { endpoint: 'x' } },
      ai: { backend: 'openai', autoRemediation: { enabled: true } },
      brandNew: true,
    }),
  );

  await clock.advance(10 * 10_000);

  expect(results()).toEqual([CART]);
  expect(status().Ready).toMatch(/^True/);
  for (const part of ['1s', 'customAnalyzers', 'trivy', 'interplex', 'autoRemediation', 'spec.brandNew']) {
    expect(status().Degraded).toContain(part);
  }
  expect(status().Degraded).not.toMatch(/version|spec\.resources/);
  const events = resources.all(EVENT).filter(({ reason }) => reason === 'NotAsAsked');
  expect(events).toMatchObject([{ type: 'Warning', involvedObject: { kind: 'K8sGPT', name: 'team' }, count: 1 }]);
});

test('a K8sGPT of another cluster is not worked on', async () => {
  const { clock, resources, requests, status } = await scene();
  resources.apply(K8SGPT, k8sgpt({ kubeconfig: { name: 'other', key: 'config' } }));

  await clock.advance(10 * INTERVAL_MS);

  expect(requests).toEqual([]);
  expect(status().Ready).toMatch(/^False: spec.kubeconfig names another cluster/);
});

test('a K8sGPT whose analysis fails says why, is tried again ever more slowly, and keeps its Results', async () => {
  let reason: string | undefined;
  let tries = 0;
  const errors: string[] = [];
  const made = await scene({
    analysis: {
      async run() {
        tries++;
        if (reason) throw new UserError(reason);
        return reportOf([cart], { filters: ['Pod'] });
      },
    },
    metrics: { ...noMetrics, reconcileError: (of: string) => void errors.push(of) },
  });
  const { clock, resources, results, status } = made;
  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);
  const transition = () => made.conditions()[0]?.lastTransitionTime;
  const begun = transition();

  reason = 'The cluster "prod" does not answer. Check the network.';
  tries = 0;
  await clock.advance(3_600_000);
  expect(tries).toBeGreaterThan(10);
  expect(tries).toBeLessThan(25);
  expect(errors).toHaveLength(tries);
  expect(results()).toEqual([CART]);
  expect(status().Ready).toBe(`False: ${reason}`);
  expect(transition()).not.toBe(begun);
  expect(resources.writes.filter((write) => write === 'patch k8sgpts team')).toHaveLength(2);

  reason = undefined;
  await clock.advance(5 * 60_000);
  expect(status().Ready).toMatch(/^True/);
});

test('a K8sGPT whose Results may not be written says the rule that is missing', async () => {
  const { clock, resources, found, status } = await scene();
  found(cart);
  resources.fault = (verb, plural) => (verb === 'create' && plural === 'results' ? 'forbidden' : undefined);
  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);

  expect(status().Ready).toMatch(/^False/);
  resources.fault = undefined;
  await clock.advance(60_000);
  expect(status().Ready).toMatch(/^True/);
});

test('a K8sGPT has no status written again and again that an older CRD drops', async () => {
  const { clock, resources } = await scene();
  let patches = 0;
  resources.patchStatus = async (type, name, _, signal) => {
    if (type === K8SGPT) patches++;
    return (await resources.get(type, name, signal)) as ApiObject;
  };
  resources.apply(K8SGPT, k8sgpt());

  await clock.advance(10 * INTERVAL_MS);

  expect(patches).toBe(1);
});

test('what changes is told in an Event that counts', async () => {
  const { clock, resources, found } = await scene();
  resources.apply(K8SGPT, k8sgpt());
  for (let time = 0; time < 3; time++) {
    found(cart);
    await clock.advance(INTERVAL_MS);
    found();
    await clock.advance(INTERVAL_MS);
  }

  const events = resources.all(EVENT).map(({ message, count }) => `${message} ${count}`);
  expect(events.sort()).toEqual(['Results: 1 new. 3', 'Results: 1 solved. 3']);
});

test('metrics tell what stands, and nothing of what is gone', async () => {
  const counts = new Map<string, readonly object[]>();
  const results = (of: string, now: readonly object[]) => void counts.set(of, now);
  const metrics = { ...noMetrics, results };
  const { clock, resources, found } = await scene({ metrics });
  found(cart);
  const made = resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);
  expect(counts.get('team/team')).toEqual([{ namespace: 'shop', kind: 'Pod', name: 'shop/cart-7d9c-x2x4z' }]);

  await resources.delete(K8SGPT, made.metadata, AbortSignal.timeout(1000));
  await clock.advance(1000);
  expect(counts.get('team/team')).toEqual([]);
});

test('metrics tell nothing of Results once another replica leads', async () => {
  const counts = new Map<string, readonly object[]>();
  const results = (of: string, now: readonly object[]) => void counts.set(of, now);
  const { clock, resources, found } = await scene({ metrics: { ...noMetrics, results } });
  found(cart);
  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);
  expect(counts.get('team/team')).toHaveLength(1);

  const [there] = resources.all(LEASE);
  if (there) resources.apply(LEASE, { ...there, spec: { holderIdentity: 'b', leaseDurationSeconds: 3600 } });
  await clock.advance(5000);

  expect(counts.get('team/team')).toEqual([]);
});
