import { expect, test } from 'vitest';
import type { ApiObject } from '../../src/custom-resources.ts';
import { K8SGPT, RESULT } from '../../src/operator/types.ts';
import { podFinding } from '../support/findings.ts';
import { INTERVAL_MS, k8sgpt, scene } from '../support/operator.ts';

const cart = podFinding('cart');
const pay = podFinding('pay');
const CART = 'Pod shop/cart-7d9c-x2x4z';
const PAY = 'Pod shop/pay-7d9c-x2x4z';

test('Results are what the analysis found, with owner, labels, details and what a status knows', async () => {
  const { clock, resources, found, requests } = await scene();
  found(podFinding('cart', 'Pod/OOMKilled', { sensitive: ['cart'] }));
  const { metadata } = resources.apply(
    K8SGPT,
    k8sgpt({ filters: ['Pod'], targetNamespace: 'shop', analysis: { interval: '1m' } }),
  );

  await clock.advance(1000);

  expect(requests).toEqual([{ filters: ['Pod'], lenient: true, namespace: 'shop' }]);
  expect(resources.all(RESULT)).toMatchObject([
    {
      metadata: {
        namespace: 'team',
        labels: {
          'k8sgpts.k8sgpt.ai/name': 'team',
          'k8sgpts.k8sgpt.ai/namespace': 'team',
          'k8sgpts.k8sgpt.ai/backend': 'builtin',
        },
        ownerReferences: [{ apiVersion: 'core.k8sgpt.ai/v1alpha1', kind: 'K8sGPT', name: 'team', uid: metadata.uid }],
      },
      spec: {
        backend: 'builtin',
        kind: 'Pod',
        name: 'shop/cart-7d9c-x2x4z',
        parentObject: 'Deployment/cart',
        details: expect.stringContaining('memory'),
        error: [{ text: cart.text, sensitive: [{ unmasked: 'cart', masked: '****' }] }],
      },
      status: { lifecycle: 'created', contentHash: expect.stringMatching(/^[0-9a-f]+$/) },
    },
  ]);
});

test('Results are not written again where nothing but times and counts changed', async () => {
  const { clock, resources, found } = await scene();
  found(cart);
  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(2 * INTERVAL_MS + 1000);
  expect(resources.all(RESULT)).toMatchObject([{ status: { lifecycle: 'historical' } }]);
  resources.writes.length = 0;

  for (let count = 15; count < 25; count++) {
    found(podFinding('cart', 'Pod/OOMKilled', { text: cart.text.replace('14 times', `${count} times`) }));
    await clock.advance(INTERVAL_MS);
  }

  expect(resources.writes.filter((write) => !write.includes('leases'))).toEqual([]);
});

test('Results are written where something else is wrong, once', async () => {
  const { clock, resources, found } = await scene();
  found(cart);
  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(2 * INTERVAL_MS);
  resources.writes.length = 0;

  found(podFinding('cart', 'Pod/OOMKilled', { text: 'Container web was OOM-killed.' }));
  await clock.advance(INTERVAL_MS);

  expect(resources.writes.filter((write) => write.startsWith('update results'))).toHaveLength(1);
  expect(resources.all(RESULT)).toMatchObject([
    { spec: { error: [{ text: 'Container web was OOM-killed.' }] }, status: { lifecycle: 'updated' } },
  ]);
});

test('Results go when their problem is solved, and stay where their kind could not be read', async () => {
  const made = await scene();
  const { clock, resources, found, results } = made;
  found(cart, pay);
  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);
  expect(results()).toEqual([CART, PAY]);

  made.given = { unread: ['Pod'], errors: ['Pods could not be read.'] };
  found();
  await clock.advance(INTERVAL_MS);
  expect(results()).toEqual([CART, PAY]);
  expect(made.status().Degraded).toBe('True: Pods could not be read.');

  made.given = {};
  found(pay);
  await clock.advance(INTERVAL_MS);
  expect(results()).toEqual([PAY]);
  expect(made.status().Degraded).toMatch(/^False/);
});

test('Results that other programs wrote for this K8sGPT give way, and those of another one do not', async () => {
  const { clock, resources, found, results } = await scene();
  const labels = { 'k8sgpts.k8sgpt.ai/name': 'team', 'k8sgpts.k8sgpt.ai/namespace': 'team' };
  const spec = { kind: 'Pod', name: 'shop/old' };
  resources.apply(RESULT, { metadata: { name: 'shopold', namespace: 'team', labels }, spec });
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Other', name: 'other', uid: 'u-1' }];
  resources.apply(RESULT, {
    metadata: { name: 'theirs', namespace: 'team', labels, ownerReferences },
    spec: { kind: 'Pod', name: 'shop/theirs' },
  });
  found(cart);
  resources.apply(K8SGPT, k8sgpt());

  await clock.advance(1000);

  expect(results()).toEqual([CART, 'Pod shop/theirs']);
});

test('Results that somebody spoils or removes are brought right', async () => {
  const { clock, resources, found, results } = await scene();
  found(cart, pay);
  resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);
  const [one, other] = resources.all(RESULT) as [ApiObject, ApiObject];
  resources.apply(RESULT, { ...one, spec: { ...(one.spec as object), error: [] } });
  await resources.delete(RESULT, other.metadata, AbortSignal.timeout(1000));

  await clock.advance(INTERVAL_MS);

  expect(results()).toEqual([CART, PAY]);
  expect(resources.all(RESULT).every(({ spec }) => (spec as { error: unknown[] }).error.length === 1)).toBe(true);
});

test('Results of two K8sGPTs are apart, and go with their own', async () => {
  const { clock, resources, found, results } = await scene();
  found(cart);
  const one = resources.apply(K8SGPT, k8sgpt({}, { name: 'one' }));
  resources.apply(K8SGPT, k8sgpt({}, { name: 'two' }));
  await clock.advance(2 * INTERVAL_MS);
  expect([results('one'), results('two')]).toEqual([[CART], [CART]]);

  await resources.delete(K8SGPT, one.metadata, AbortSignal.timeout(1000));
  await clock.advance(1000);

  expect([results('one'), results('two')]).toEqual([[], [CART]]);
});

test('Results of a K8sGPT that went while no operator ran are removed', async () => {
  const { clock, resources, found, results, restart } = await scene();
  found(cart);
  const gone = resources.apply(K8SGPT, k8sgpt());
  await clock.advance(1000);
  await Promise.all([restart(), resources.delete(K8SGPT, gone.metadata, AbortSignal.timeout(1000))]);

  await clock.advance(5000);

  expect(results()).toEqual([]);
});
