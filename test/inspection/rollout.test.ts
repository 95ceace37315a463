import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../src/kinds/workloads.ts';
import { ago, build, ownedBy } from '../support/cluster.ts';
import { look } from '../support/scene.ts';

const template = (image: string, env: object[], hash: string) => ({
  metadata: { labels: { app: 'cart', 'pod-template-hash': hash } },
  spec: { containers: [{ name: 'app', image, env, resources: { limits: { memory: '256Mi' } } }] },
});
const selector = { matchLabels: { app: 'cart' } };
const deployment = build(Deployment, {
  metadata: { name: 'cart', generation: 4 },
  spec: { replicas: 3, selector },
  status: {
    observedGeneration: 4,
    updatedReplicas: 1,
    readyReplicas: 2,
    conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' }],
  },
});

function replicaSet(revision: number, image: string, env: object[], age: string, more: object = {}) {
  return build(ReplicaSet, {
    metadata: {
      name: `cart-r${revision}`,
      labels: { app: 'cart' },
      creationTimestamp: ago(age),
      ownerReferences: ownedBy(deployment),
      annotations: { 'deployment.kubernetes.io/revision': String(revision), ...more },
    },
    spec: { replicas: revision === 3 ? 1 : 2, template: template(image, env, `h${revision}`) },
    status: { readyReplicas: revision === 2 ? 2 : 0 },
  });
}

const old = [
  { name: 'HOST', value: 'db' },
  { name: 'DB_PASSWORD', value: 'hunter2' },
];
const now = [
  { name: 'HOST', value: 'db-2' },
  { name: 'DB_PASSWORD', value: 'hunter3' },
  { name: 'NEW', value: 'x' },
];
const sets = [
  replicaSet(1, 'shop/cart:1.2', old, '40d'),
  replicaSet(3, 'shop/cart:1.4', now, '12m', { 'kubernetes.io/change-cause': 'release 1.4 token=hunter2' }),
  replicaSet(2, 'shop/cart:1.3', old, '6d'),
];
const foreign = build(ReplicaSet, { metadata: { name: 'other', labels: { app: 'cart' } } });

test('a Deployment shows its revisions, and what differs between the newest two', async () => {
  const shown = await look('rollout', { kind: 'deploy', name: 'cart', namespace: 'shop' }, [
    deployment,
    ...sets,
    foreign,
  ]);

  expect(shown.text.split('\n')).toEqual([
    'Status: stuck, 1 of 3 Pods are of the newest version, 2 ready in all (ProgressDeadlineExceeded: timed out)',
    'Revisions, newest first:',
    '  3 (cart-r3): 12 min old; 0 of 1 Pods ready; shop/cart:1.4; cause: release 1.4 token=***',
    '  2 (cart-r2): 6 d old; 2 of 2 Pods ready; shop/cart:1.3',
    '  1 (cart-r1): 40 d old; 0 of 2 Pods ready; shop/cart:1.2',
    'What differs between revision 2 and 3:',
    '  container app image: shop/cart:1.3 -> shop/cart:1.4',
    '  container app env HOST: db -> db-2',
    '  container app env NEW is new: x',
  ]);
  expect(shown).toMatchObject({
    title: 'Rollouts of Deployment shop/cart',
    command: 'kubectl rollout history deployment/cart -n shop',
    refs: [
      { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      { kind: 'ReplicaSet', namespace: 'shop', name: 'cart-r3' },
      { kind: 'ReplicaSet', namespace: 'shop', name: 'cart-r2' },
      { kind: 'ReplicaSet', namespace: 'shop', name: 'cart-r1' },
    ],
  });
});

test.each<[string, object]>([
  ['by kind and name', { kind: 'Deployment', name: 'shop/cart' }],
  ['by its name alone', { name: 'cart' }],
  ['by a word', { name: 'deploy/cart' }],
  ['by namespace and name', { name: 'shop/cart' }],
])('a Deployment is found %s', async (_, args) => {
  expect((await look('rollout', { ...args }, [deployment, ...sets])).title).toBe('Rollouts of Deployment shop/cart');
});

test.each<[string, object, object, string]>([
  ['complete', {}, { updatedReplicas: 3, readyReplicas: 3, observedGeneration: 4 }, 'complete, 3 of 3'],
  ['under way', {}, { updatedReplicas: 1, readyReplicas: 3, observedGeneration: 4 }, 'under way, 1 of 3'],
  ['not ready', {}, { updatedReplicas: 3, readyReplicas: 2, observedGeneration: 4 }, 'rolled out, but 3 of 3'],
  ['not seen yet', {}, { observedGeneration: 3 }, 'the controller has not seen the last change yet'],
  ['paused', { paused: true }, { observedGeneration: 4 }, 'paused'],
])('a rollout that is %s', async (_, spec, status, expected) => {
  const object = build(Deployment, {
    metadata: { name: 'cart', generation: 4 },
    spec: { replicas: 3, selector, ...spec },
    status,
  });

  expect((await look('rollout', { name: 'cart' }, [object])).text).toContain(`Status: ${expected}`);
});

test.each([StatefulSet, DaemonSet])('ControllerRevisions are those of others: %o', async (kind) => {
  const object = build(kind, {
    metadata: { name: 'cart' },
    spec: { selector, replicas: 2 },
    status: {
      currentRevision: 'cart-a',
      updateRevision: 'cart-b',
      updatedReplicas: 2,
      readyReplicas: 2,
      desiredNumberScheduled: 2,
    },
  });
  const revision = (number: number, image: string) =>
    build(ControllerRevision, {
      metadata: {
        name: `cart-${number}`,
        labels: { app: 'cart' },
        ownerReferences: ownedBy(object),
        creationTimestamp: ago('1h'),
      },
      revision: number,
      data: { spec: { template: template(image, [], 'h') } },
    });

  const { text } = await look('rollout', { kind: kind.kind, name: 'cart' }, [
    object,
    revision(9, 'shop/cart:1'),
    revision(10, 'shop/cart:2'),
  ]);

  expect(text.split('\n').slice(1)).toEqual([
    'Revisions, newest first:',
    '  10 (cart-10): 1 h old; shop/cart:2',
    '  9 (cart-9): 1 h old; shop/cart:1',
    'What differs between revision 9 and 10:',
    '  container app image: shop/cart:1 -> shop/cart:2',
  ]);
  expect(text).toMatch(/^Status: under way/);
});

test('the same twice, and none at all', async () => {
  const same = [replicaSet(1, 'a', old, '2h'), replicaSet(2, 'a', old, '1h')];

  expect((await look('rollout', { name: 'cart' }, [deployment, ...same])).text).toMatch(
    /Between revision 1 and 2 nothing differs but labels, annotations or fields that are not compared here\.$/,
  );
  expect((await look('rollout', { name: 'cart' }, [deployment])).text).toMatch(/No revisions are kept\.$/);
});

test('of many revisions the newest are shown', async () => {
  const many = Array.from({ length: 14 }, (_, at) => replicaSet(at + 1, 'a', old, '1h'));

  expect((await look('rollout', { name: 'cart' }, [deployment, ...many])).omitted).toBe(
    '10 of 14 revisions are shown.',
  );
});

test.each<[Record<string, unknown>, string]>([
  [{}, '"name" is missing; say which workload, such as deploy/cart.'],
  [{ kind: 'svc', name: 'cart' }, 'A Service has no rollouts; name a Deployment, StatefulSet or DaemonSet.'],
  [{ name: 'carts' }, 'There is no Deployment "carts". Did you mean cart?'],
  [{ kind: {}, name: 'cart' }, '"kind" must be text, not object.'],
])('refuses %j', async (args, expected) => {
  const taken = look('rollout', args, [deployment]);

  await expect(taken).rejects.toThrow(UserError);
  await expect(taken).rejects.toThrow(expected);
});
