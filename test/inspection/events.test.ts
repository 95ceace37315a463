import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { Namespace } from '../../src/kinds/configuration.ts';
import { Node } from '../../src/kinds/node.ts';
import { Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import { ago, build, event } from '../support/cluster.ts';
import { healthyPod } from '../support/pods.ts';
import { look } from '../support/scene.ts';

const deployment = build(Deployment, { metadata: { name: 'cart' } });
const replicaSet = build(ReplicaSet, { metadata: { name: 'cart-7d9c' } });
const pod = healthyPod({ metadata: { name: 'cart-7d9c-x2x4z' } });
const namesake = healthyPod({ metadata: { name: 'cart-worker-7d9c-x2x4z' } });
const node = build(Node, { metadata: { name: 'worker-a' } });
const shop = build(Namespace, { metadata: { name: 'shop' } });

const backOff = event(pod, 'BackOff', 'Back-off restarting', { count: 118, firstTimestamp: ago('24m') });
const scheduled = event(pod, 'Scheduled', 'Assigned to worker-a', { type: 'Normal', lastTimestamp: ago('26m') });
/** As the newer API writes it. */
const series = event(deployment, 'Stuck', 'No progress', {
  lastTimestamp: undefined,
  eventTime: ago('40m'),
  series: { count: 7, lastObservedTime: ago('1m') },
});
const made = event(replicaSet, 'SuccessfulCreate', 'Created Pod', { type: 'Normal', lastTimestamp: ago('27m') });
const other = event(namesake, 'Killing', 'Stopping', { lastTimestamp: ago('3m') });
const silent = event(node, 'NodeNotReady', 'Node is not ready', { type: 'Normal', lastTimestamp: ago('5m') });
const all = [backOff, scheduled, series, made, other, silent, deployment, pod, node, shop];

const lines = async (args: Record<string, unknown>, objects: object[] = all) =>
  (await look('events', args, objects)).text.split('\n');

test('newest first, equal ones counted, with the times of both APIs', async () => {
  expect(await lines({})).toEqual([
    '1 min ago  Warning Stuck ×7 in 39 min Deployment shop/cart: No progress',
    '2 min ago  Warning BackOff ×118 in 22 min Pod shop/cart-7d9c-x2x4z: Back-off restarting',
    '3 min ago  Warning Killing Pod shop/cart-worker-7d9c-x2x4z: Stopping',
    '5 min ago  Normal NodeNotReady Node worker-a: Node is not ready',
    '26 min ago  Normal Scheduled Pod shop/cart-7d9c-x2x4z: Assigned to worker-a',
    '27 min ago  Normal SuccessfulCreate ReplicaSet shop/cart-7d9c: Created Pod',
  ]);
});

test('about one object alone', async () => {
  const shown = await look('events', { kind: 'Pod', name: 'cart-7d9c-x2x4z', namespace: 'shop' }, all);

  expect(shown.title).toBe('Events about Pod shop/cart-7d9c-x2x4z');
  expect(shown.command).toBe('kubectl events --for pod/cart-7d9c-x2x4z -n shop');
  expect(shown.text.split('\n')).toEqual([
    '2 min ago  Warning BackOff ×118 in 22 min: Back-off restarting',
    '26 min ago  Normal Scheduled: Assigned to worker-a',
  ]);
  expect(shown.refs).toEqual([{ kind: 'Pod', namespace: 'shop', name: 'cart-7d9c-x2x4z' }]);
});

test('about a workload and what it made, but not about its namesakes', async () => {
  const shown = await look('events', { kind: 'deploy', name: 'cart' }, all);

  expect(shown.title).toBe('Events about Deployment shop/cart and what it made');
  expect(shown.text.split('\n').map((line) => line.replace(/^.* ago {2}/, ''))).toEqual([
    'Warning Stuck ×7 in 39 min: No progress',
    'Warning BackOff ×118 in 22 min Pod shop/cart-7d9c-x2x4z: Back-off restarting',
    'Normal Scheduled Pod shop/cart-7d9c-x2x4z: Assigned to worker-a',
    'Normal SuccessfulCreate ReplicaSet shop/cart-7d9c: Created Pod',
  ]);
});

test('about an object of no namespace, and about one that is gone', async () => {
  const gone = event(healthyPod({ metadata: { name: 'gone' } }), 'Killing', 'Stopping');

  expect(await lines({ kind: 'node', name: 'worker-a' })).toEqual([
    '5 min ago  Normal NodeNotReady: Node is not ready',
  ]);
  expect(await lines({ kind: 'pod', name: 'shop/gone' }, [gone])).toEqual(['2 min ago  Warning Killing: Stopping']);
});

test('that are joined where only numbers differ', async () => {
  const failed = [1, 2, 3].map((at) =>
    event(pod, 'Failed', `try ${at} failed`, { lastTimestamp: ago(`${at}m`), metadata: { name: `e${at}` } }),
  );

  expect(await lines({}, failed)).toEqual([
    '1 min ago  Warning Failed ×3 in 2 min Pod shop/cart-7d9c-x2x4z: try 1 failed',
  ]);
});

test('narrowed by time and by weight', async () => {
  expect(await lines({ since: '4m', warnings: true })).toHaveLength(3);
  expect((await look('events', { since: '4m', warnings: true }, all)).title).toBe(
    'Warnings in all namespaces of the last 4m',
  );
  expect(await lines({ since: '10s' })).toEqual([
    'There are no events of the last 10 s. The cluster test keeps them for about an hour only.',
  ]);
});

test('of which there are too many', async () => {
  const many = Array.from({ length: 80 }, (_, at) =>
    event(healthyPod({ metadata: { name: `pod-${'x'.repeat(at)}` } }), 'Failed', 'failed'),
  );

  const shown = await look('events', { namespace: 'shop', limit: 10 }, many);

  expect(shown.text.split('\n')).toHaveLength(10);
  expect(shown.omitted).toBe('10 of 80 are shown; name an object, a shorter time or a higher limit.');
});

test('with words that hold a credential or several lines', async () => {
  const said = event(pod, 'Failed', 'login with password=hunter2\nwas refused');

  expect(await lines({}, [said])).toEqual([
    '2 min ago  Warning Failed Pod shop/cart-7d9c-x2x4z: login with password=*** was refused',
  ]);
});

test.each([{ metadata: { name: 'x' } }, { metadata: { name: 'x' }, message: 7, involvedObject: 'a', count: 'b' }])(
  'stands %j',
  async (raw) => {
    expect(await lines({}, [{ kind: 'Event', ...raw }])).toHaveLength(1);
  },
);

test.each<[Record<string, unknown>, string]>([
  [{ kind: 'Pod' }, '"name" is missing; say which Pod, or leave "kind" out for the events of all objects.'],
  [{ name: 'cart' }, '"kind" is missing; say what cart is, such as Pod or deploy.'],
  [{ namespace: 'shopp' }, 'There is no namespace "shopp". Did you mean shop?'],
  [{ since: 'ever' }, '"since" must be a span of time'],
  [{ kind: 'deploy', name: 'carts' }, 'There is no Deployment "carts". Did you mean cart?'],
])('refuses %j', async (args, expected) => {
  const taken = look('events', args, all);

  await expect(taken).rejects.toThrow(UserError);
  await expect(taken).rejects.toThrow(expected);
});
