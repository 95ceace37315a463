import { describe, expect, test } from 'vitest';
import service from '../../src/analyzers/service.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { EndpointSlice, Ingress, Service } from '../../src/kinds/network.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { CronJob, Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, event, ownedBy, type Raw } from '../support/cluster.ts';

const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const CRASHING = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [
    { name: 'app', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } },
  ],
};
const STARTING = {
  phase: 'Pending',
  containerStatuses: [
    { name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } },
  ],
};
const WEB_PORT = [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }];

function cart(spec: Raw = {}, raw: Raw = {}) {
  return build(Service, {
    ...raw,
    metadata: { name: 'cart', ...raw.metadata },
    spec: { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  });
}

function pod(name: string, status: Raw, raw: Raw = {}) {
  return build(Pod, {
    spec: { containers: WEB_PORT },
    ...raw,
    status,
    metadata: { name, labels: { app: 'cart' }, ...raw.metadata },
  });
}

function slice(endpoints: [name: string, conditions: Raw][], raw: Raw = {}) {
  return build(EndpointSlice, {
    ports: [{ port: 8080 }],
    ...raw,
    metadata: { name: 'cart-x7k2p', labels: { 'kubernetes.io/service-name': 'cart' }, ...raw.metadata },
    endpoints: endpoints.map(([name, conditions]) => ({
      conditions,
      targetRef: { kind: 'Pod', name, namespace: 'shop' },
    })),
  });
}

function deployment(name: string, labels: Record<string, string>, spec: Raw = {}) {
  return build(Deployment, { metadata: { name }, spec: { replicas: 2, template: { metadata: { labels } }, ...spec } });
}

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['a Service whose Pods are ready', [cart(), pod('cart-1', READY), slice([['cart-1', { ready: true }]])]],
    ['an endpoint that says nothing of its readiness', [cart(), pod('cart-1', READY), slice([['cart-1', {}]])]],
    ['ready Pods where no EndpointSlice was read', [cart(), pod('cart-1', READY)]],
    ['a Service without a selector', [cart({ selector: undefined })]],
    ['an alias of an outside name', [cart({ type: 'ExternalName', externalName: 'mail.example.net' })]],
    [
      'the lock of a leader election',
      [cart({}, { metadata: { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } } })],
    ],
    [
      'a headless Service that publishes Pods before they are ready',
      [cart({ clusterIP: 'None', publishNotReadyAddresses: true }), pod('cart-1', CRASHING)],
    ],
    ['a Service that was just made', [cart({}, { metadata: { creationTimestamp: ago('30s') } })]],
    ['a workload scaled to zero on purpose', [cart(), deployment('cart', { app: 'cart' }, { replicas: 0 })]],
    [
      'a workload that some operator has scaled to zero',
      [
        cart(),
        build(Deployment, {
          metadata: {
            name: 'cart-00001',
            ownerReferences: [{ kind: 'Revision', name: 'cart-00001', controller: true }],
          },
          spec: { replicas: 0, template: { metadata: { labels: { app: 'cart' } } } },
        }),
      ],
    ],
    [
      'a CronJob between two runs',
      [
        cart(),
        build(CronJob, {
          metadata: { name: 'cart' },
          spec: { jobTemplate: { spec: { template: { metadata: { labels: { app: 'cart' } } } } } },
        }),
      ],
    ],
    [
      'a Pod in an ordinary start beside a ready one',
      [
        cart(),
        pod('cart-1', READY),
        pod('cart-2', STARTING, { metadata: { creationTimestamp: ago('20s') } }),
        slice([
          ['cart-1', { ready: true }],
          ['cart-2', { ready: false }],
        ]),
      ],
    ],
    [
      'a Pod that is being deleted beside a ready one',
      [
        cart(),
        pod('cart-1', READY),
        slice([
          ['cart-1', { ready: true }],
          ['cart-2', { ready: false, terminating: true }],
        ]),
      ],
    ],
    [
      'a Pod that became ready after the slices were read',
      [cart(), pod('cart-1', READY), slice([['cart-1', { ready: false }]])],
    ],
    ['an absurd Service', [build(Service, { spec: { selector: null, ports: 'http' }, status: { loadBalancer: [] } })]],
    [
      'a port that no container declares, where one declares none at all',
      [
        cart({ ports: [{ port: 80, targetPort: 9000 }] }),
        pod('cart-1', READY, { spec: { containers: [...WEB_PORT, { name: 'proxy' }] } }),
        slice([['cart-1', { ready: true }]]),
      ],
    ],
    [
      'a port that only a probe names',
      [
        cart({ ports: [{ port: 80, targetPort: 9000 }] }),
        pod('cart-1', READY, {
          spec: { containers: [{ ...WEB_PORT[0], readinessProbe: { httpGet: { port: 9000 } } }] },
        }),
        slice([['cart-1', { ready: true }]]),
      ],
    ],
    [
      'a named port of a sidecar',
      [
        cart({ ports: [{ port: 80, targetPort: 'proxy' }] }),
        pod('cart-1', READY, {
          spec: {
            containers: WEB_PORT,
            initContainers: [
              { name: 'mesh', restartPolicy: 'Always', ports: [{ name: 'proxy', containerPort: 15001 }] },
            ],
          },
        }),
      ],
    ],
    [
      'a load balancer with an address',
      [
        cart(
          { type: 'LoadBalancer', selector: undefined },
          { status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } } },
        ),
      ],
    ],
    [
      'a load balancer that was asked for a minute ago',
      [cart({ type: 'LoadBalancer', selector: undefined }, { metadata: { creationTimestamp: ago('1m') } })],
    ],
  ])('%s', async (_, objects) => {
    expect(await analyze(service, objects)).toEqual([]);
  });

  test('Pods that could not be read', async () => {
    expect(await analyze(service, [cart()], { gaps: { Pod: 'forbidden' } })).toEqual([]);
  });

  test('events about an object of the same name, old ones, and conflicts that solve themselves', async () => {
    const subject = cart({ selector: undefined });
    const namesake = build(Deployment, { metadata: { name: 'cart' } });

    const found = await analyze(service, [
      subject,
      event(namesake, 'FailedGetResourceMetric', 'no metrics'),
      event(subject, 'SyncLoadBalancerFailed', 'quota exceeded', { lastTimestamp: ago('3h') }),
      event(subject, 'FailedToUpdateEndpointSlices', 'the object has been modified; please apply your changes'),
      event(subject, 'EnsuredLoadBalancer', 'Ensured load balancer', { type: 'Normal' }),
    ]);

    expect(found).toEqual([]);
  });

  test.each([
    ['ClusterIPNotAllocated', 'Cluster IP [IPv4]: 10.96.108.11 is not allocated; repairing'],
    ['PortNotAllocated', 'Port 30080 is not allocated; repairing'],
  ])('what the API server repairs by itself: %s', async (reason, message) => {
    const subject = cart({ selector: undefined });

    expect(await analyze(service, [subject, event(subject, reason, message)])).toEqual([]);
    expect(await analyze(service, [subject, event(subject, reason, 'please recreate service')])).toHaveLength(1);
  });

  test('a warning that a later success has settled', async () => {
    const subject = cart({ selector: undefined });

    const found = await analyze(service, [
      subject,
      event(subject, 'SyncLoadBalancerFailed', 'timeout', { lastTimestamp: ago('20m') }),
      event(subject, 'EnsuredLoadBalancer', 'Ensured load balancer', { type: 'Normal', lastTimestamp: ago('10m') }),
    ]);

    expect(found).toEqual([]);
  });
});

describe('a Service that no Pod answers', () => {
  test('has not-ready Pods: names each with its state, and as causes', async () => {
    const set = build(ReplicaSet, { metadata: { name: 'cart-7d9f' } });
    const pods = ['cart-7d9f-a', 'cart-7d9f-b'].map((name) =>
      pod(name, CRASHING, { metadata: { ownerReferences: ownedBy(set) } }),
    );

    const [found, ...others] = await analyze(service, [
      cart(),
      set,
      ...pods,
      slice(pods.map(({ metadata }) => [metadata.name, { ready: false }])),
      build(Ingress, { metadata: { name: 'front' }, spec: { defaultBackend: { service: { name: 'cart' } } } }),
    ]);

    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: 'Service/NoReadyEndpoints',
      severity: 'critical',
      headline: 'has no ready endpoints',
    });
    expect(found?.text).toContain('cart-7d9f-a (CrashLoopBackOff) and cart-7d9f-b (CrashLoopBackOff)');
    expect(found?.text).toContain('Ingress front');
    expect(found?.causes?.map(({ ref }) => `${ref.kind}/${ref.name}`)).toEqual([
      'Pod/cart-7d9f-a',
      'Pod/cart-7d9f-b',
      'ReplicaSet/cart-7d9f',
    ]);
  });

  test('has Pods without an address yet, which no slice lists', async () => {
    const unschedulable = {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
    };
    const young = { metadata: { creationTimestamp: ago('5s') } };

    const [found] = await analyze(service, [cart({}, young), pod('cart-1', unschedulable, young), slice([])]);

    expect(found).toMatchObject({ code: 'Service/NoReadyEndpoints' });
    expect(found?.text).toContain('its only Pod is not ready: cart-1 (Unschedulable)');
  });

  test('has a Pod stuck in deletion', async () => {
    const stuck = pod('cart-0', READY, { metadata: { deletionTimestamp: ago('15m') } });

    const [found] = await analyze(service, [cart(), stuck, slice([['cart-0', { ready: false, terminating: true }]])]);

    expect(found?.text).toContain('cart-0 (terminating)');
  });

  test('has some not-ready Pods: names them, as K8sGPT names notReadyAddresses', async () => {
    const [found, ...others] = await analyze(service, [
      cart(),
      pod('cart-1', READY),
      pod('cart-2', CRASHING),
      slice([
        ['cart-1', { ready: true }],
        ['cart-2', { ready: false }],
      ]),
    ]);

    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'Service/SomeEndpointsNotReady', severity: 'medium' });
    expect(found?.text).toContain('1 of 2 endpoints not ready: cart-2 (CrashLoopBackOff)');
  });

  test('counts a Pod of two address families once', async () => {
    const found = await analyze(service, [
      cart(),
      pod('cart-1', READY),
      slice([['cart-1', { ready: true }]]),
      slice([['cart-1', { ready: true }]], { metadata: { name: 'cart-v6' } }),
    ]);

    expect(found).toEqual([]);
  });

  test('takes the word of EndpointSlices where Pods could not be read', async () => {
    const [found] = await analyze(service, [cart(), slice([['cart-1', { ready: false }]])], {
      gaps: { Pod: 'forbidden' },
    });

    expect(found).toMatchObject({ code: 'Service/NoReadyEndpoints', text: expect.stringContaining('cart-1') });
  });
});

describe('a Service that selects nothing, as K8sGPT finds it (no subsets)', () => {
  test('lists every pair of its selector', async () => {
    const [found] = await analyze(service, [cart({ selector: { app: 'cart', tier: 'web' } }), slice([])]);

    expect(found).toMatchObject({
      code: 'Service/NoMatchingPods',
      severity: 'medium',
      values: { selector: 'app=cart,tier=web' },
    });
    expect(found?.text).toContain('no endpoints');
    expect(found?.text).toContain('app=cart,tier=web');
  });

  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    [
      'its value under another key',
      { app: 'points' },
      { 'app.kubernetes.io/name': 'points' },
      'app.kubernetes.io/name=points instead of app=points',
    ],
    ['a value that differs by case', { app: 'Points' }, { app: 'points' }, 'app=points instead of app=Points'],
    ['a value with a slip', { app: 'pionts' }, { app: 'points' }, 'app=points instead of app=pionts'],
    [
      'all pairs but one',
      { app: 'points', track: 'stable' },
      { app: 'points' },
      'no label track (wanted track=stable)',
    ],
  ])('names the workload that has %s', async (_, selector, labels, difference) => {
    const [found] = await analyze(service, [
      build(Service, { metadata: { name: 'front' }, spec: { selector } }),
      deployment('other', { job: 'unlike' }),
      deployment('loyalty', labels),
    ]);

    expect(found).toMatchObject({ code: 'Service/NoMatchingPods', severity: 'high' });
    expect(found?.text).toContain(`Deployment loyalty comes nearest: it has ${difference}`);
    // The selector is at fault, whatever else the workload may suffer from.
    expect(found?.causes).toBeUndefined();
  });

  test('is not deceived by the old ReplicaSet of a Deployment whose labels have changed', async () => {
    const current = deployment('cart', { 'app.kubernetes.io/name': 'cart' });
    const old = build(ReplicaSet, {
      metadata: { name: 'cart-old', ownerReferences: ownedBy(current) },
      spec: { replicas: 0, template: { metadata: { labels: { app: 'cart' } } } },
    });

    expect(await analyze(service, [cart(), current, old])).toMatchObject([{ code: 'Service/NoMatchingPods' }]);
  });

  test('names a Pod without a workload that comes near', async () => {
    const [found] = await analyze(service, [cart(), pod('lonely', READY, { metadata: { labels: { app: 'carts' } } })]);

    expect(found?.text).toContain('Pod lonely comes nearest');
  });

  test('looks in its own namespace only', async () => {
    const elsewhere = pod('cart-1', READY, { metadata: { namespace: 'other' } });

    expect(await analyze(service, [cart(), elsewhere])).toMatchObject([{ code: 'Service/NoMatchingPods' }]);
  });

  test('leaves out Pods that have ended', async () => {
    const [found] = await analyze(service, [cart(), pod('cart-1', { phase: 'Succeeded' })]);

    expect(found).toMatchObject({ code: 'Service/NoMatchingPods' });
    expect(found?.text).not.toContain('nearest');
  });

  test('blames the workload that should have made its Pods', async () => {
    const [found] = await analyze(service, [cart(), deployment('cart', { app: 'cart' })]);

    expect(found).toMatchObject({
      code: 'Service/NoPods',
      severity: 'high',
      causes: [{ ref: { kind: 'Deployment', name: 'cart', namespace: 'shop' } }],
    });
    expect(found?.text).toContain('no endpoints');
  });
});

describe('ports', () => {
  test('a named targetPort that no container has', async () => {
    const [found, ...others] = await analyze(service, [
      cart({ ports: [{ port: 80, targetPort: 'htttp' }] }),
      pod('cart-1', READY),
      slice([['cart-1', { ready: true }]], { ports: null }),
    ]);

    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'Service/NamedPortMissing', severity: 'high', about: '80' });
    expect(found?.text).toContain('targetPort "htttp"');
    expect(found?.text).toContain('Perhaps http was meant');
  });

  test('one named port of two, and a protocol that does not fit', async () => {
    const found = await analyze(service, [
      cart({
        ports: [
          { name: 'web', port: 80, targetPort: 'http' },
          { name: 'dns', port: 53, targetPort: 'http', protocol: 'UDP' },
        ],
      }),
      pod('cart-1', READY),
      slice([['cart-1', { ready: true }]], { ports: [{ name: 'web', port: 8080 }] }),
    ]);

    expect(found).toMatchObject([{ code: 'Service/NamedPortMissing', about: 'dns' }]);
    expect(found[0]?.text).toContain('not for UDP');
  });

  test('a number that every container leaves out', async () => {
    const found = await analyze(service, [
      cart({ ports: [{ port: 80, targetPort: 9000 }] }),
      pod('cart-1', READY),
      slice([['cart-1', { ready: true }]]),
    ]);

    expect(found).toMatchObject([{ code: 'Service/PortMismatch', severity: 'low', values: { targetPort: '9000' } }]);
    expect(found[0]?.text).toContain('8080/TCP');
  });
});

describe('load balancers and events', () => {
  const balancer = cart({ type: 'LoadBalancer', selector: undefined });

  test('one without an address after five minutes', async () => {
    const [found] = await analyze(service, [balancer]);

    expect(found).toMatchObject({ code: 'Service/LoadBalancerPending', severity: 'high' });
    expect(found?.text).toContain('LoadBalancer');
  });

  test('one that was refused, at once and with the reason, and no second finding for the event', async () => {
    const young = cart({ type: 'LoadBalancer', selector: undefined }, { metadata: { creationTimestamp: ago('1m') } });

    const found = await analyze(service, [
      young,
      event(young, 'SyncLoadBalancerFailed', 'quota of 5 forwarding rules exceeded'),
    ]);

    expect(found).toMatchObject([{ code: 'Service/LoadBalancerPending' }]);
    expect(found[0]?.text).toContain('quota of 5 forwarding rules exceeded.');
  });

  test.each([
    ['cilium.io/IPAMRequestSatisfied', 'False'],
    ['LoadBalancerPortsError', 'True'],
  ])('one that was refused by the condition %s', async (type, status) => {
    const conditions = [{ type, status, reason: 'no_pool', message: 'no pool matches this Service' }];
    const subject = cart({ type: 'LoadBalancer', selector: undefined }, { status: { conditions } });

    expect((await analyze(service, [subject]))[0]?.text).toContain('no_pool: no pool matches this Service.');
  });

  test('a warning about the Service itself, once a reason, as K8sGPT reports events', async () => {
    const subject = cart({ selector: undefined });

    const found = await analyze(service, [
      subject,
      event(subject, 'UpdateLoadBalancerFailed', 'no nodes', { metadata: { name: 'a' }, lastTimestamp: ago('9m') }),
      event(subject, 'UpdateLoadBalancerFailed', 'no healthy nodes', { metadata: { name: 'b' } }),
    ]);

    expect(found).toMatchObject([
      { code: 'Service/WarningEvent', severity: 'medium', about: 'UpdateLoadBalancerFailed' },
    ]);
    expect(found[0]?.text).toContain('no healthy nodes');
  });
});

describe('an alias', () => {
  test.each(['192.0.2.10', '2001:db8::1'])('that is the address %s', async (externalName) => {
    expect(await analyze(service, [cart({ type: 'ExternalName', externalName })])).toMatchObject([
      { code: 'Service/ExternalNameIsAddress', severity: 'medium' },
    ]);
  });

  test('of a Service that does not exist', async () => {
    const alias = cart({ type: 'ExternalName', externalName: 'db.data.svc.cluster.local' });

    expect(await analyze(service, [alias])).toMatchObject([
      {
        code: 'Service/ExternalNameNotFound',
        causes: [{ ref: { kind: 'Service', namespace: 'data', name: 'db' }, certain: true }],
      },
    ]);
    expect(await analyze(service, [alias], { namespace: 'shop' })).toEqual([]);
    expect(
      await analyze(service, [alias, cart({ selector: undefined }, { metadata: { name: 'db', namespace: 'data' } })]),
    ).toEqual([]);
  });
});

describe('endpoints written by hand', () => {
  const legacy = cart({ selector: undefined });

  test('that are ready, or that there are none of', async () => {
    expect(await analyze(service, [legacy, slice([['x', { ready: true }]])])).toEqual([]);
    expect(await analyze(service, [legacy])).toEqual([]);
  });

  test('that are not ready', async () => {
    expect(await analyze(service, [legacy, slice([['x', { ready: false }]])])).toMatchObject([
      { code: 'Service/ManualEndpointsNotReady', severity: 'high' },
    ]);
    expect(
      await analyze(service, [
        legacy,
        slice([
          ['x', { ready: false }],
          ['y', { ready: true }],
        ]),
      ]),
    ).toMatchObject([{ code: 'Service/ManualEndpointsNotReady', severity: 'medium' }]);
  });
});

describe('a Service that was deleted', () => {
  const deleted = (age: string) =>
    cart(
      { type: 'LoadBalancer' },
      { metadata: { deletionTimestamp: ago(age), finalizers: ['service.kubernetes.io/load-balancer-cleanup'] } },
    );

  test('a moment ago', async () => {
    expect(await analyze(service, [deleted('30s')])).toEqual([]);
  });

  test('three hours ago, and why it is still there', async () => {
    const subject = deleted('3h');
    const found = await analyze(service, [subject, event(subject, 'SyncLoadBalancerFailed', 'resource in use')]);

    expect(found).toMatchObject([{ code: 'Service/StuckTerminating', severity: 'medium' }]);
    expect(found[0]?.text).toContain('load-balancer-cleanup');
    expect(found[0]?.text).toContain('resource in use.');
  });
});
