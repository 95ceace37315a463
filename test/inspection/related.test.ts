import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { ConfigMap, Namespace, Secret, ServiceAccount } from '../../src/kinds/configuration.ts';
import { HTTPRoute } from '../../src/kinds/gateway.ts';
import { Ingress, Service } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { HorizontalPodAutoscaler, PodDisruptionBudget } from '../../src/kinds/scaling.ts';
import { PersistentVolume, PersistentVolumeClaim } from '../../src/kinds/storage.ts';
import { Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import { build, ownedBy } from '../support/cluster.ts';
import { crashingPod, healthyPod } from '../support/pods.ts';
import { look, type SceneOptions } from '../support/scene.ts';

const labels = { app: 'cart' };
const spec = {
  serviceAccountName: 'cart',
  imagePullSecrets: [{ name: 'registry' }],
  containers: [
    {
      name: 'app',
      env: [
        { name: 'HOST', valueFrom: { configMapKeyRef: { name: 'settings', key: 'HOST' } } },
        { name: 'PORT', valueFrom: { configMapKeyRef: { name: 'settings', key: 'PORT' } } },
      ],
      envFrom: [{ secretRef: { name: 'keys', optional: true } }],
    },
  ],
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
};
const deployment = build(Deployment, {
  metadata: { name: 'cart' },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
});
const replicaSet = build(ReplicaSet, { metadata: { name: 'cart-7d9c', ownerReferences: ownedBy(deployment) } });
const owned = (name: string, nodeName: string) => ({
  metadata: { name, labels, ownerReferences: ownedBy(replicaSet) },
  spec: { ...spec, nodeName },
});
const healthy = healthyPod(owned('cart-7d9c-aaaaa', 'a'));
const crashing = crashingPod({}, owned('cart-7d9c-x2x4z', 'b'));
const service = build(Service, {
  metadata: { name: 'cart' },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
});
const ingress = build(Ingress, {
  metadata: { name: 'shop' },
  spec: {
    tls: [{ secretName: 'shop-tls' }],
    rules: [{ http: { paths: [{ backend: { service: { name: 'cart' } } }] } }],
  },
});
const route = build(HTTPRoute, {
  metadata: { name: 'cart-route' },
  spec: { rules: [{ backendRefs: [{ name: 'cart' }] }] },
});
const scaler = build(HorizontalPodAutoscaler, {
  metadata: { name: 'cart' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' } },
});
const budget = build(PodDisruptionBudget, { metadata: { name: 'cart' }, spec: { selector: { matchLabels: labels } } });
const settings = build(ConfigMap, { metadata: { name: 'settings' } });
const claim = build(PersistentVolumeClaim, { metadata: { name: 'data' } });
const account = build(ServiceAccount, { metadata: { name: 'cart' } });
const elsewhere = build(Service, { metadata: { name: 'cart', namespace: 'infra' }, spec: { selector: labels } });
const all = [
  deployment,
  replicaSet,
  healthy,
  crashing,
  service,
  ingress,
  route,
  scaler,
  budget,
  settings,
  claim,
  account,
  elsewhere,
];

const lines = async (kind: string, name: string, objects: object[] = all, options?: SceneOptions) =>
  (await look('related', { kind, name, namespace: 'shop' }, objects, options)).text.split('\n');

describe('what is related', () => {
  const pods = [
    'Pods: 2, 1 of them not well',
    '  cart-7d9c-x2x4z: CrashLoopBackOff, 8 restarts, on b',
    '  cart-7d9c-aaaaa: Running, 0 restarts, on a',
  ];
  const around = [
    'Selected by:',
    '  Service cart: 80 to http, selects app=cart',
    'Reached through: Ingress shop, HTTPRoute cart-route',
    'Scaled by: HorizontalPodAutoscaler cart',
    'Disruption budgets: PodDisruptionBudget cart',
  ];
  const needs = [
    'Needs:',
    '  Secret registry: does not exist; pulling images',
    '  Secret keys (optional): does not exist; env of container app',
    '  ConfigMap settings: exists; env HOST of container app, env PORT of container app',
    '  PersistentVolumeClaim data: exists; volume data',
    '  ServiceAccount cart: exists; its account',
  ];
  const sorted = (list: string[]) => list.toSorted();

  test('to a workload', async () => {
    const shown = await lines('deploy', 'cart');

    expect(shown.slice(0, 4)).toEqual(['Owns: ReplicaSet cart-7d9c', ...pods]);
    expect(shown.slice(4, 10)).toEqual(['Nodes: a (1), b (1)', ...around]);
    expect(shown[10]).toBe('Needs:');
    expect(shown.slice(11, 13).every((line) => line.includes('does not exist'))).toBe(true);
    expect(sorted(shown.slice(10))).toEqual(sorted(needs));
  });

  test('to a Pod, with its owners up to the top', async () => {
    const shown = await lines('pod', 'cart-7d9c-x2x4z');

    expect(shown.slice(0, 8)).toEqual([
      'Owned by: ReplicaSet cart-7d9c, Deployment cart',
      'Pods: 1, 1 of them not well',
      '  cart-7d9c-x2x4z: CrashLoopBackOff, 8 restarts, on b',
      ...around,
    ]);
  });

  test('to a Service', async () => {
    expect(await lines('svc', 'cart')).toEqual([
      ...pods,
      'Nodes: a (1), b (1)',
      'Reached through: Ingress shop, HTTPRoute cart-route',
      'Scaled by: HorizontalPodAutoscaler cart',
      'Disruption budgets: PodDisruptionBudget cart',
    ]);
  });

  test('to a ConfigMap, a claim or an account: who uses it', async () => {
    const used = 'Used by:';

    expect((await lines('cm', 'settings')).slice(-2)).toEqual([
      used,
      '  Deployment cart (env HOST of container app, env PORT of container app)',
    ]);
    expect((await lines('pvc', 'data')).slice(-2)).toEqual([used, '  Deployment cart (volume data)']);
    expect((await lines('sa', 'cart')).slice(-2)).toEqual([used, '  Deployment cart (its account)']);
  });

  test('to an Ingress', async () => {
    expect(await lines('ing', 'shop')).toEqual([
      'Needs:',
      '  Secret shop-tls: does not exist; TLS',
      '  Service cart: exists; backend',
    ]);
  });

  test('to a Secret that an Ingress shows', async () => {
    const secret = build(Secret, { metadata: { name: 'shop-tls' }, columns: { Type: 'kubernetes.io/tls', Data: 2 } });

    expect(await lines('secret', 'shop-tls', [...all, secret])).toEqual(['Reached through: Ingress shop']);
  });

  test('to an autoscaler and to a budget', async () => {
    expect((await lines('hpa', 'cart')).slice(0, 3)).toEqual(pods);
    expect((await lines('pdb', 'cart')).slice(0, 3)).toEqual(pods);
  });

  test('to a volume, through its claim', async () => {
    const volume = build(PersistentVolume, {
      metadata: { name: 'pv-1' },
      spec: { claimRef: { namespace: 'shop', name: 'data' } },
    });

    const { text } = await look('related', { kind: 'pv', name: 'pv-1' }, [...all, volume]);

    expect(text.split('\n')[0]).toBe('Bound to: PersistentVolumeClaim shop/data');
    expect(text).toContain('  Deployment cart (volume data)');
  });

  test('to a node: its Pods', async () => {
    const node = build(Node, { metadata: { name: 'b' } });

    const shown = await look('related', { kind: 'node', name: 'b' }, [...all, node]);

    expect(shown.text.split('\n')).toEqual([
      'Pods: 1, 1 of them not well',
      '  shop/cart-7d9c-x2x4z: CrashLoopBackOff, 8 restarts',
    ]);
    expect(shown.command).toBe('kubectl get pods -A --field-selector spec.nodeName=b -o wide');
  });

  test('to a custom resource: what it owns', async () => {
    const gizmo = { kind: 'Gizmo', metadata: { name: 'g', namespace: 'shop', uid: 'gizmo-1' } };
    const made = build(Deployment, {
      metadata: { name: 'made', ownerReferences: [{ kind: 'Gizmo', name: 'g', uid: 'gizmo-1', controller: true }] },
    });

    expect(await lines('gizmo', 'g', [gizmo, made], { custom: [{ kind: 'Gizmo', group: 'example.com' }] })).toEqual([
      'Owns: Deployment made',
    ]);
  });

  test('to a custom resource that is called like a built-in one', async () => {
    const other = { kind: 'Ingress', metadata: { name: 'shop', namespace: 'shop' } };
    const options = { custom: [{ kind: 'Ingress', group: 'example.com' }] };

    const { text } = await look(
      'related',
      { kind: 'ingress.example.com', name: 'shop', namespace: 'shop' },
      [other, ingress],
      options,
    );

    expect(text).toBe('Nothing in its namespace is related to it.');
  });

  test('to nothing', async () => {
    expect(await lines('cm', 'lonely', [build(ConfigMap, { metadata: { name: 'lonely' } })])).toEqual([
      'Nothing in its namespace is related to it.',
    ]);
  });

  test('as far as it could be read', async () => {
    const problems = [
      { kind: 'Secret', reason: 'forbidden' as const, text: 'Secrets could not be read: …' },
      { kind: 'HTTPRoute', reason: 'not installed' as const, text: 'HTTPRoutes were not read.' },
    ];

    const shown = await lines('deploy', 'cart', all, { problems });

    expect(shown).toContain('  Secret registry: not known; pulling images');
    expect(shown.at(-1)).toBe('Not known: Secrets could not be read: …');
    expect(shown.join()).not.toContain('HTTPRoute');
  });

  test('is named by the API’s own fields', async () => {
    const { refs } = await look('related', { kind: 'deploy', name: 'cart' }, all);

    expect(refs.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining(['Deployment cart', 'Pod cart-7d9c-x2x4z', 'Service cart', 'Secret registry', 'Node b']),
    );
  });
});

test('absurd objects harm nobody', async () => {
  const ring = build(Deployment, {
    metadata: {
      name: 'ring',
      uid: 'r',
      ownerReferences: [{ kind: 'Deployment', name: 'ring', uid: 'r', controller: true }],
    },
  });
  const empty = [
    { kind: 'Pod', metadata: { name: 'p', namespace: 'shop' } },
    { kind: 'Service', metadata: { name: 's', namespace: 'shop' }, spec: { selector: {} } },
    { kind: 'Ingress', metadata: { name: 'i', namespace: 'shop' }, spec: { rules: [{}] } },
    { kind: 'HorizontalPodAutoscaler', metadata: { name: 'h', namespace: 'shop' } },
    { kind: 'PodDisruptionBudget', metadata: { name: 'b', namespace: 'shop' } },
    ring,
  ];

  for (const { kind, metadata } of empty) expect((await lines(kind, metadata.name, empty)).length).toBeGreaterThan(0);
});

test.each<[Record<string, unknown>, string]>([
  [
    { kind: 'deploy', name: 'crat', namespace: 'shop' },
    'There is no Deployment "crat" in namespace shop. Did you mean cart?',
  ],
  [
    { kind: 'ns', name: 'shop' },
    'What is related to a Namespace is not known here; use describe, or list with a selector.',
  ],
  [{ kind: 'deploy' }, '"name" is missing'],
])('refuses %j', async (args, expected) => {
  const taken = look('related', args, [...all, build(Namespace, { metadata: { name: 'shop' } })]);

  await expect(taken).rejects.toThrow(UserError);
  await expect(taken).rejects.toThrow(expected);
});
