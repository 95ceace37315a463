import { describe, expect, test } from 'vitest';
import nodes from '../../../src/analyzers/node.ts';
import pod from '../../../src/analyzers/pod.ts';
import { Node } from '../../../src/kinds/node.ts';
import { PersistentVolume, PersistentVolumeClaim } from '../../../src/kinds/storage.ts';
import { ago, analyze, build } from '../../support/cluster.ts';
import { unscheduledPod } from '../../support/pods.ts';

const node = (name: string, spec: Record<string, unknown>) => build(Node, { metadata: { name }, spec });
const cordon = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: ago('10m') }];
const cordoned = (name: string) => node(name, { unschedulable: true, taints: cordon });
const waiting = (message: string, name = 'cart-0') => unscheduledPod(message, { metadata: { name } });

describe('cordoned nodes', () => {
  test('are at fault while Pods have no other node to go to, the first one for all', async () => {
    const pending = waiting(
      '0/2 nodes are available: 2 node(s) were unschedulable. preemption: 0/2 nodes are available',
    );

    const found = await analyze(nodes, [cordoned('worker-a'), cordoned('worker-b'), pending]);

    expect(found).toMatchObject([
      { object: 'worker-a', code: 'Node/Cordoned', severity: 'high', causes: [] },
      { object: 'worker-b', code: 'Node/Cordoned', causes: [{ ref: { kind: 'Node', name: 'worker-a' } }] },
    ]);
    expect(found[0]?.text).toContain('shop/cart-0');
  });

  test('are at fault where the others are kept for the control plane', async () => {
    const pending = waiting(
      '0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable.',
    );

    expect(await analyze(nodes, [cordoned('worker-a'), pending])).toMatchObject([{ severity: 'high' }]);
  });

  test('are not where another reason keeps the Pods waiting', async () => {
    const pending = waiting('0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable.');

    expect(await analyze(nodes, [cordoned('worker-a'), pending])).toEqual([]);
  });
});

describe('a taint on every node', () => {
  const tainted = (name: string) => node(name, { taints: [{ key: 'upgrade', effect: 'NoSchedule' }] });
  const message = '0/2 nodes are available: 2 node(s) had untolerated taint {upgrade: }.';
  const cluster = [tainted('worker-a'), tainted('worker-b'), waiting(message)];

  test('is untidy while it keeps out one workload, which may have to tolerate it', async () => {
    expect(await analyze(nodes, cluster)).toMatchObject([{ severity: 'low' }, { severity: 'low' }]);
  });

  test('is at fault once it keeps out several, the first node for all', async () => {
    const found = await analyze(nodes, [...cluster, waiting(message, 'queue-0')]);

    expect(found).toMatchObject([
      { object: 'worker-a', severity: 'high', causes: [] },
      { object: 'worker-b', severity: 'high', causes: [{ ref: { name: 'worker-a' } }] },
    ]);
  });

  test('may be what a Pod waits for', async () => {
    const [found] = await analyze(pod, cluster);

    expect(found?.causes).toEqual(
      ['worker-a', 'worker-b'].map((name) => ({
        ref: { kind: 'Node', name },
        codes: ['Node/TaintKeepsPodsOut'],
      })),
    );
  });
});

test('a node under disk pressure may be why Pods find no room', async () => {
  const pressed = node('worker-b', { taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] });
  const pending = waiting(
    '0/2 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.',
  );

  const [found] = await analyze(pod, [node('worker-a', {}), pressed, pending]);

  expect(found).toMatchObject({ code: 'Pod/InsufficientResources', causes: [{ ref: { name: 'worker-b' } }] });
});

test('a volume whose zone has no node tells which zone that is', async () => {
  const zone = 'topology.kubernetes.io/zone';
  const volume = build(PersistentVolume, {
    metadata: { name: 'pv-1' },
    spec: {
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: 'In', values: ['c'] }] }] },
      },
    },
  });
  const claim = build(PersistentVolumeClaim, { metadata: { name: 'data' }, spec: { volumeName: 'pv-1' } });
  const inZone = build(Node, { metadata: { name: 'worker-a', labels: { [zone]: 'a' } } });
  const pending = unscheduledPod("0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity.", {
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
  });

  const [found] = await analyze(pod, [volume, claim, inZone, pending]);

  expect(found?.text).toContain(
    `PersistentVolume pv-1 is bound to its place: No node has ${zone}=c; there is ${zone}=a.`,
  );
});
