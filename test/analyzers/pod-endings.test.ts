import { expect, test } from 'vitest';
import { analyze as analyzeAll } from '../../src/analysis/run.ts';
import type { Analyzer } from '../../src/analyzer.ts';
import pod from '../../src/analyzers/pod.ts';
import type { ClusterSource } from '../../src/cluster.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { Node } from '../../src/kinds/node.ts';
import { CronJob, DaemonSet, Job, ReplicaSet, StatefulSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, clusterOf, event, ownedBy } from '../support/cluster.ts';
import { noInspector } from '../support/inspector.ts';
import { crashingPod, healthyPod, type PodParts, pod as somePod, stopped } from '../support/pods.ts';

/** A Pod that has failed; by its container, unless `status` says otherwise. */
function failedPod(owner?: KubernetesObject, parts: PodParts = {}) {
  return somePod({
    phase: 'Failed',
    ...(owner && { metadata: { ownerReferences: ownedBy(owner) } }),
    app: { state: { terminated: stopped({ exitCode: 3, finishedAt: ago('1h') }) } },
    ...parts,
  });
}

function job(condition?: string, metadata = {}) {
  const conditions = condition ? [{ type: condition, status: 'True', lastTransitionTime: ago('1h') }] : [];
  return build(Job, { metadata: { name: 'orders', ...metadata }, status: { failed: 1, conditions } });
}

const complete = job('Complete');
const retrying = job();
const cron = build(CronJob, { metadata: { name: 'orders' }, status: { lastSuccessfulTime: ago('10m') } });
const oldRun = job('Failed', { ownerReferences: ownedBy(cron) });
const whole = build(ReplicaSet, { metadata: { name: 'cart-1' }, spec: { replicas: 2 }, status: { readyReplicas: 2 } });
const daemons = build(DaemonSet, {
  metadata: { name: 'agent' },
  status: { desiredNumberScheduled: 3, numberReady: 3 },
});
const shutdown = {
  status: { reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.' },
};

test.each<[string, KubernetesObject[]]>([
  ['a Pod that is going down right now', [healthyPod({ metadata: { deletionTimestamp: ago('-25s') } })]],
  ['a Pod whose time to end has just passed', [crashingPod({}, { metadata: { deletionTimestamp: ago('30s') } })]],
  ['a Pod that has done its work', [somePod({ phase: 'Succeeded' })]],
  ['a failed try of a Job that succeeded later', [complete, failedPod(complete)]],
  ['a failed try of a Job that tries again', [retrying, failedPod(retrying)]],
  ['a failed run of a CronJob that has succeeded since', [cron, oldRun, failedPod(oldRun)]],
  [
    'a Pod that a node shutdown ended, and that was replaced',
    [whole, failedPod(whole, { metadata: { ownerReferences: ownedBy(whole) }, ...shutdown })],
  ],
  ['a failed Pod of a DaemonSet that has all its Pods', [daemons, failedPod(daemons)]],
])('finds nothing wrong with %s', async (_, objects) => {
  expect(await analyze(pod, objects)).toEqual([]);
});

test('tells the failed Pod of a Job that has given up', async () => {
  const failed = job('Failed');

  const [found, ...more] = await analyze(pod, [failed, failedPod(failed)]);

  expect(more).toEqual([]);
  expect(found?.code).toBe('Pod/ContainerFailed');
  expect(found?.text).toContain('exit code 3');
});

test('K8sGPT (c): an evicted Pod', async () => {
  const message = 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 8Gi.';
  const evicted = failedPod(undefined, { status: { reason: 'Evicted', message, containerStatuses: [] } });

  const [found] = await analyze(pod, [evicted]);

  expect(found).toMatchObject({
    code: 'Pod/Evicted',
    severity: 'medium',
    values: { resource: 'ephemeral-storage', node: 'worker-a' },
  });
  expect(found?.text).toContain(message);
  expect(found?.causes).toMatchObject([{ ref: { kind: 'Node', name: 'worker-a' } }]);
});

test.each([
  'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.',
  'Container app exceeded its local ephemeral storage limit "1Gi".',
  'Usage of EmptyDir volume "cache" exceeds the limit "1Gi".',
])('does not blame the node for a Pod that broke a limit of its own: %s', async (message) => {
  const [found] = await analyze(pod, [failedPod(undefined, { status: { reason: 'Evicted', message } })]);

  expect(found).toMatchObject({
    code: 'Pod/Evicted',
    headline: 'was evicted for using more disk than its limit allows',
    values: { resource: 'ephemeral-storage' },
    causes: [],
  });
});

test('tells the pressure that a node turned a Pod away for', async () => {
  const message = 'Pod was rejected: The node had condition: [DiskPressure].';

  const [found] = await analyze(pod, [failedPod(undefined, { status: { reason: 'Evicted', message } })]);

  expect(found?.headline).toBe('was evicted from node worker-a (DiskPressure)');
});

test('many evicted Pods of one workload are one incident', async () => {
  const status = { reason: 'Evicted', message: 'The node was low on resource: memory.', containerStatuses: [] };
  const short = build(ReplicaSet, { metadata: { name: 'cart-1' }, spec: { replicas: 2 }, status: {} });
  const pods = [1, 2, 3, 4].map((at) =>
    failedPod(short, { metadata: { name: `cart-1-${at}`, ownerReferences: ownedBy(short) }, status }),
  );
  const source: ClusterSource = {
    name: 'test',
    inspector: noInspector,
    read: async () => ({ cluster: clusterOf([short, ...pods]), problems: [], requests: 0, objects: 5 }),
  };

  const { incidents } = await analyzeAll(source, [pod as unknown as Analyzer], { filters: ['Pod'] });

  expect(incidents.map(({ title, findings }) => [title, findings.length])).toEqual([
    ['ReplicaSet shop/cart-1 had a Pod evicted from node worker-a (memory)', 4],
  ]);
});

test('takes an eviction lightly once the workload has its Pods again', async () => {
  const evicted = failedPod(whole, {
    metadata: { ownerReferences: ownedBy(whole) },
    status: {
      reason: 'Evicted',
      message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.',
    },
  });

  const [found] = await analyze(pod, [whole, evicted]);

  expect(found).toMatchObject({ code: 'Pod/Evicted', severity: 'low' });
});

test.each([
  ['OutOfcpu', 'Node did not have enough resource: cpu, requested: 500, used: 3900, capacity: 4000'],
  ['DeadlineExceeded', 'Pod was active on the node longer than the specified deadline'],
  ['UnexpectedAdmissionError', 'Allocate failed due to no healthy devices'],
])('tells a Pod that the node ended or refused: %s', async (reason, message) => {
  const [found, ...more] = await analyze(pod, [failedPod(undefined, { status: { reason, message } })]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({ code: 'Pod/PodFailed', values: { reason } });
  expect(found?.text).toContain(message);
});

test('tells a finalizer that keeps a deleted Pod', async () => {
  const stuck = somePod({
    phase: 'Succeeded',
    metadata: { name: 'export-3', deletionTimestamp: ago('5h'), finalizers: ['storage.example.com/flush'] },
  });

  const [found, ...more] = await analyze(pod, [stuck]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({
    code: 'Pod/StuckFinalizer',
    headline: 'is stuck in Terminating by finalizer storage.example.com/flush',
  });
  expect(found?.text).toBe(
    'Pod export-3 is stuck in Terminating: its deletion was due 5 h ago, but no controller has removed the finalizer storage.example.com/flush.',
  );
});

test('blames the silent node for a Pod that does not go away', async () => {
  const owner = build(StatefulSet, { metadata: { name: 'db' } });
  const stuck = healthyPod({
    metadata: { deletionTimestamp: ago('15m'), ownerReferences: ownedBy(owner), finalizers: ['a/b'] },
  });
  const node = build(Node, {
    metadata: { name: 'worker-a' },
    status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] },
  });

  const [found] = await analyze(pod, [stuck, owner, node]);

  expect(found).toMatchObject({
    code: 'Pod/StuckTerminating',
    severity: 'high',
    headline: 'has a Pod that is stuck in Terminating',
  });
  expect(found?.text).toContain('node worker-a is NotReady (NodeStatusUnknown)');
  expect(found?.causes).toMatchObject([{ ref: { kind: 'Node', name: 'worker-a' } }]);
});

test('tells why the kubelet cannot stop the containers', async () => {
  const stuck = healthyPod({ metadata: { deletionTimestamp: ago('15m') } });

  const [found] = await analyze(pod, [
    stuck,
    event(stuck, 'FailedKillPod', 'error killing pod: device or resource busy'),
  ]);

  expect(found?.code).toBe('Pod/StuckTerminating');
  expect(found?.text).toContain('device or resource busy');
});

test('tells a node that was deleted under its Pod', async () => {
  const stuck = healthyPod({ metadata: { deletionTimestamp: ago('15m') } });

  const [found] = await analyze(pod, [stuck, build(Node, { metadata: { name: 'worker-b' } })]);

  expect(found?.text).toContain('its node worker-a no longer exists');
});
