import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { Namespace } from '../../src/kinds/configuration.ts';
import { NodeMetrics, PodMetrics } from '../../src/kinds/metrics.ts';
import { Node } from '../../src/kinds/node.ts';
import { ago, build } from '../support/cluster.ts';
import { healthyPod } from '../support/pods.ts';
import { look } from '../support/scene.ts';

const cart = healthyPod({
  metadata: { name: 'cart-7d9c-x2x4z' },
  spec: {
    containers: [
      { name: 'app', resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } } },
      { name: 'proxy' },
    ],
  },
});
const usage = (name: string, cpu: string, memory: string) => ({ name, usage: { cpu, memory } });
const measured = [
  build(PodMetrics, {
    metadata: { name: 'cart-7d9c-x2x4z' },
    timestamp: ago('20s'),
    containers: [usage('proxy', '1500000n', '20Mi'), usage('app', '250m', '245760Ki')],
  }),
  build(PodMetrics, { metadata: { name: 'cart-worker-7d9c-x2x4z' }, containers: [usage('app', '2', '1Gi')] }),
  build(PodMetrics, { metadata: { name: 'mail-0', namespace: 'infra' }, containers: [usage('app', '10m', '64Mi')] }),
];
const nodes = ['a', 'b', 'c'].map((name) =>
  build(Node, { metadata: { name }, status: { allocatable: { cpu: '4', memory: '8Gi' } } }),
);
const nodeUsage = [
  build(NodeMetrics, { metadata: { name: 'a' }, timestamp: ago('20s'), usage: { cpu: '1', memory: '2Gi' } }),
  build(NodeMetrics, { metadata: { name: 'b' }, usage: { cpu: '3500m', memory: '7Gi' } }),
];
const all = [cart, ...measured, ...nodes, ...nodeUsage, build(Namespace, { metadata: { name: 'shop' } })];

const rows = async (args: Record<string, unknown>) =>
  (await look('top', args, all)).text.split('\n').map((line) => line.replace(/ +/g, ' '));

test('containers stand beside what they asked for, those nearest to their limit first', async () => {
  expect(await rows({ namespace: 'shop' })).toEqual([
    'Measured 20 s ago.',
    'POD CONTAINER CPU REQUEST LIMIT MEMORY REQUEST LIMIT OF LIMIT',
    'cart-7d9c-x2x4z app 250m 100m - 240Mi 128Mi 256Mi 94%',
    'cart-worker-7d9c-x2x4z app 2 - - 1Gi - - -',
    'cart-7d9c-x2x4z proxy 2m - - 20Mi - - -',
  ]);
});

test('Pods of all namespaces are told with theirs', async () => {
  const shown = await look('top', {}, all);

  expect(shown).toMatchObject({
    title: 'What containers use in all namespaces',
    command: 'kubectl top pods -A --containers',
  });
  expect(shown.text).toContain('infra/mail-0');
  expect(shown.refs).toContainEqual({ kind: 'Pod', namespace: 'infra', name: 'mail-0' });
});

test.each([
  { kind: 'pods', namespace: 'shop', name: 'cart-7d9c-x2x4z' },
  { kind: 'deploy', namespace: 'shop', name: 'cart' },
  { name: 'deploy/cart' },
  { name: 'pod/shop/cart-7d9c-x2x4z' },
])('one Pod or workload alone, by %j', async (args) => {
  const { text, title } = await look('top', args, all);

  expect(text).toContain('cart-7d9c-x2x4z');
  expect(text).not.toMatch(/cart-worker|mail/);
  expect(title).toMatch(/^What the containers of cart/);
});

test('nodes stand beside what they can give, the fullest first', async () => {
  expect(await rows({ kind: 'nodes' })).toEqual([
    'Measured 20 s ago.',
    'NODE CPU ALLOCATABLE OF IT MEMORY ALLOCATABLE OF IT',
    'b 3500m 4 88% 7Gi 8Gi 88%',
    'a 1 4 25% 2Gi 8Gi 25%',
    'Not measured: c',
  ]);
  expect(await rows({ kind: 'node', name: 'a' })).toHaveLength(3);
});

test('more than there is room for', async () => {
  const { omitted } = await look('top', { namespace: 'shop', limit: 1 }, all);

  expect(omitted).toBe(
    '1 of 3 containers are shown, those nearest to their memory limit first; name a namespace or a higher limit.',
  );
});

test('what cannot be measured is no number', async () => {
  const odd = [
    {
      kind: 'PodMetrics',
      metadata: { name: 'a', namespace: 'shop' },
      containers: [{ name: 'app', usage: { cpu: 'much' } }, {}],
    },
    { kind: 'PodMetrics', metadata: { name: 'b', namespace: 'shop' }, containers: 7 },
  ];

  expect((await look('top', { namespace: 'shop' }, odd)).text).toContain('a    app');
});

test.each<[Record<string, unknown>, string]>([
  [{ kind: 'svc' }, '"kind" must be pods or nodes, not "svc".'],
  [{ kind: 'gizmo' }, 'The cluster has no kind "gizmo".'],
  [{ namespace: 'shpo' }, 'There is no namespace "shpo". Did you mean shop?'],
  [
    { namespace: 'shop', name: 'nope' },
    'Nothing of nope is measured in namespace shop: it does not exist, does not run',
  ],
  [{ kind: 'nodes', name: 'c' }, 'Nothing of c is measured: it does not exist'],
])('refuses %j', async (args, expected) => {
  const taken = look('top', args, all);

  await expect(taken).rejects.toThrow(UserError);
  await expect(taken).rejects.toThrow(expected);
});

test('a cluster without metrics says what to install', async () => {
  const problems = ['PodMetrics', 'NodeMetrics'].map((kind) => ({
    kind,
    reason: 'not installed' as const,
    text: 'no',
  }));

  for (const kind of ['pods', 'nodes']) {
    await expect(look('top', { kind }, [cart], { problems })).rejects.toThrow(
      new UserError(
        'The cluster test serves no metrics (metrics.k8s.io), so usage is not known; install metrics-server there.',
      ),
    );
  }
});
