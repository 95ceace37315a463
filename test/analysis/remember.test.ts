import { describe, expect, test } from 'vitest';
import { rememberObjects } from '../../src/analysis/remember.ts';
import { stateOf } from '../../src/analysis/states.ts';
import type { Ref } from '../../src/cluster.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { ConfigMap, Secret } from '../../src/kinds/configuration.ts';
import { EndpointSlice, Service } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { PersistentVolumeClaim } from '../../src/kinds/storage.ts';
import { Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import type { Finding, Incident } from '../../src/report.ts';
import { build, type ClusterOptions, clusterOf, ownedBy } from '../support/cluster.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { KINDS } from '../support/kinds.ts';
import { crashingPod } from '../support/pods.ts';

const template = {
  metadata: { labels: { app: 'cart' } },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'shop/cart:1.4',
        env: [
          { name: 'DB_HOST', value: 'db.shop' },
          { name: 'DB_PASSWORD', value: 'hunter2' },
          { name: 'CURRENCY', valueFrom: { configMapKeyRef: { name: 'settings', key: 'CURRENCY' } } },
        ],
      },
    ],
  },
};
const deployment = build(Deployment, {
  metadata: { name: 'cart', generation: 3 },
  spec: { replicas: 2, template },
  status: { readyReplicas: 0, updatedReplicas: 2, conditions: [{ type: 'Available', status: 'False', reason: 'No' }] },
});
const replicaSet = build(ReplicaSet, { metadata: { name: 'cart-7d9c', ownerReferences: ownedBy(deployment) } });
const pod = crashingPod(
  { exitCode: 137, reason: 'OOMKilled' },
  { metadata: { name: 'cart-7d9c-x2x4z', ownerReferences: ownedBy(replicaSet) }, app: { image: 'shop/cart:1.4' } },
);
const settings = build(ConfigMap, { metadata: { name: 'settings' }, data: { CURRENCY: 'EUR' } });
const objects: KubernetesObject[] = [deployment, replicaSet, pod, settings];

const incidents = reportOf([podFinding('cart')]).incidents;

function remembered(all = objects, named: Ref[] = [], options: ClusterOptions = {}, of: Incident[] = incidents) {
  return rememberObjects(clusterOf(all, options), KINDS, of, named);
}

describe('an analysis remembers', () => {
  test('the cause, what was found on, and what that is configured by', () => {
    expect(remembered().map(({ ref }) => `${ref.kind} ${ref.name}`)).toEqual([
      'Deployment cart',
      'Pod cart-7d9c-x2x4z',
      'ConfigMap settings',
    ]);
  });

  test('the state of each, with its owner at the top', () => {
    const [first, second, third] = remembered();

    expect(first).toMatchObject({
      generation: 3,
      uid: 'Deployment/shop/cart',
      createdAt: deployment.metadata.creationTimestamp,
      fields: { 'container app image': 'shop/cart:1.4', replicas: '2', ready: '0', 'condition Available': 'False No' },
    });
    expect(first).not.toHaveProperty('owner');
    expect(second).toMatchObject({ owner: { kind: 'Deployment', namespace: 'shop', name: 'cart' } });
    expect(second?.fields).toMatchObject({
      node: 'worker-a',
      phase: 'Running',
      'container app image': 'shop/cart:1.4',
      'container app state': 'waiting CrashLoopBackOff',
      'container app last ended': 'OOMKilled (exit code 137)',
      'container app restarts': '8',
      'condition Ready': 'False',
    });
    expect(third?.fields).toEqual({ 'key CURRENCY': '3 characters' });
  });

  test('that a credential is another, but not what it is', () => {
    const state = (value: string, uid = 'one') => {
      const [container] = template.spec.containers;
      const env = [{ name: 'DB_PASSWORD', value }];
      const raw = { metadata: { uid }, spec: { template: { spec: { containers: [{ ...container, env }] } } } };
      return stateOf(build(Deployment, raw), clusterOf([]))['container app env DB_PASSWORD'];
    };

    expect(state('hunter2')).toMatch(/^\*\*\* \([0-9a-f]{6}\)$/);
    expect(state('hunter2')).toBe(state('hunter2'));
    expect(state('hunter3')).not.toBe(state('hunter2'));
    expect(state('hunter2', 'two')).not.toBe(state('hunter2'));
  });

  test('what a request names, and that it does not exist where that is certain', () => {
    const named: Ref[] = [
      { kind: 'Pod', namespace: 'shop', name: 'gone' },
      { kind: 'Secret', namespace: 'shop', name: 'unknown' },
      { kind: 'Image', name: 'shop/cart:1.4' },
      { kind: 'ConfigMap', namespace: 'shop', name: 'settings' },
    ];

    const kept = remembered(objects, named, { gaps: { Secret: 'forbidden' } }, []);

    expect(kept).toEqual([
      { ref: named[0], absent: true, fields: {} },
      expect.objectContaining({ ref: named[3], fields: { 'key CURRENCY': '3 characters' } }),
    ]);
  });

  test('each object once, and not more than there is room for', () => {
    const many = Array.from({ length: 400 }, (_, at) =>
      build(Pod, { metadata: { name: `pod-${at}`, uid: `${at}` }, spec: { nodeName: 'worker-a' } }),
    );
    const found = many.map(({ metadata }): Finding => {
      const ref = { kind: 'Pod', namespace: 'shop', name: metadata.name };
      return { ...podFinding(metadata.name), object: ref, owner: ref };
    });

    const all = remembered(many, [], {}, reportOf(found).incidents);
    const ofOne = remembered(many, [], {}, [
      { ...(incidents[0] as Incident), cause: { kind: 'Node', name: 'worker-a' }, findings: found },
    ]);

    expect(all).toHaveLength(150);
    expect(new Set(all.map(({ ref }) => ref.name)).size).toBe(150);
    expect(ofOne.length).toBeLessThanOrEqual(30);
    expect(JSON.stringify(all).length).toBeLessThan(121_000);
  });
});

describe('the state of', () => {
  test.each<[string, KubernetesObject, Record<string, string>]>([
    [
      'a Node',
      build(Node, {
        metadata: { name: 'one' },
        spec: { unschedulable: true, taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
        status: { conditions: [{ type: 'Ready', status: 'True' }], allocatable: { cpu: '4' } },
      }),
      { cordoned: 'yes', taints: 'gpu=yes:NoSchedule', 'condition Ready': 'True', 'allocatable cpu': '4' },
    ],
    ['a Secret', build(Secret, { columns: { Type: 'Opaque', Data: 2 } }), { type: 'Opaque', keys: '2' }],
    [
      'a claim',
      build(PersistentVolumeClaim, { spec: { storageClassName: 'ssd' }, status: { phase: 'Pending' } }),
      { class: 'ssd', phase: 'Pending' },
    ],
    [
      'a Pod without an owner',
      build(Pod, { spec: { containers: [{ name: 'app', image: 'a:1', args: ['--token', 'x'] }] } }),
      { 'container app image': 'a:1', 'container app arguments': '--token ***' },
    ],
    [
      'an object that is being deleted',
      build(ConfigMap, { metadata: { deletionTimestamp: '2026-03-14T09:00:00Z' } }),
      { deletion: 'asked for' },
    ],
  ])('%s', (_, object, expected) => {
    expect(stateOf(object, clusterOf([object]))).toEqual(expected);
  });

  test('a Service counts its ready endpoints', () => {
    const service = build(Service, { spec: { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 'http' }] } });
    const slice = build(EndpointSlice, {
      metadata: { name: 'cart-x', labels: { 'kubernetes.io/service-name': 'example' } },
      endpoints: [{ conditions: { ready: true } }, { conditions: { ready: false } }, {}],
    });

    expect(stateOf(service, clusterOf([service, slice]))).toEqual({
      selector: 'app=cart',
      ports: '80 to http',
      'ready endpoints': '2',
    });
    expect(stateOf(service, clusterOf([service], { gaps: { EndpointSlice: 'forbidden' } }))).not.toHaveProperty(
      'ready endpoints',
    );
  });

  test.each(KINDS.map((kind) => [kind.kind, kind] as const))('an empty %s', (_, kind) => {
    expect(() => stateOf(build(kind, {}), clusterOf([]))).not.toThrow();
  });
});
