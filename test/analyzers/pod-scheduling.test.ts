import { expect, test } from 'vitest';
import pod from '../../src/analyzers/pod.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { PersistentVolumeClaim } from '../../src/kinds/storage.ts';
import { ago, analyze, build, event, type Raw } from '../support/cluster.ts';
import { unscheduledPod } from '../support/pods.ts';

function node(
  name: string,
  spec: Raw = {},
  labels: Record<string, string> = {},
  allocatable = { cpu: '4', memory: '8Gi' },
) {
  return build(Node, { metadata: { name, labels }, spec, status: { allocatable } });
}

const noRoom =
  '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';

test.each([
  [
    'a Pod that an autoscaler is making a node for',
    unscheduledPod(noRoom),
    'TriggeredScaleUp',
    'pod triggered scale-up',
  ],
  [
    'a Pod that Karpenter has nominated a node for',
    unscheduledPod(noRoom),
    'Nominated',
    'Pod should schedule on: nodeclaim/a',
  ],
])('finds nothing wrong with %s', async (_, object, reason, message) => {
  expect(await analyze(pod, [object, event(object, reason, message)])).toEqual([]);
});

test.each([
  [
    'a Pod that was just made',
    build(Pod, { metadata: { creationTimestamp: ago('20s') }, status: { phase: 'Pending' } }),
  ],
  ['a Pod that others make room for', unscheduledPod(noRoom, { since: '1m', status: { nominatedNodeName: 'a' } })],
  [
    'a Pod whose claims are being bound',
    unscheduledPod('pod has unbound immediate PersistentVolumeClaims.', { since: '9s' }),
  ],
  ['a Pod that was just gated', unscheduledPod('', { since: '1m' }, 'SchedulingGated')],
  [
    'a Pod whose old condition says so, but that has been scheduled since',
    unscheduledPod('', {
      since: '1m',
      status: { conditions: [{ type: 'PodScheduled', status: 'True', reason: 'Unschedulable', message: noRoom }] },
    }),
  ],
])('finds nothing wrong with %s', async (_, object) => {
  expect(await analyze(pod, [object])).toEqual([]);
});

test('tells a Pod that nobody has made room for in all the time', async () => {
  expect(await analyze(pod, [unscheduledPod(noRoom, { status: { nominatedNodeName: 'a' } })])).toHaveLength(1);
});

// The wordings of Kubernetes 1.36 and of older releases.
test.each([
  ['InsufficientResources', '0/3 nodes are available: 3 Insufficient cpu. preemption: not helpful'],
  [
    'InsufficientResources',
    '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Too many pods.',
  ],
  [
    'InsufficientResources',
    "0/9 nodes are available: 1 Insufficient cpu, 8 node(s) didn't match Pod's node affinity/selector.",
  ],
  ['UntoleratedTaint', '0/4 nodes are available: 4 node(s) had untolerated taint {dedicated: gpu}.'],
  ['UntoleratedTaint', "0/4 nodes are available: 4 node(s) had taints that the pod didn't tolerate."],
  ['NodesCordoned', '0/2 nodes are available: 2 node(s) were unschedulable.'],
  ['NodeAffinityMismatch', "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector."],
  ['PodAffinity', "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules."],
  ['PodAffinity', "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules."],
  ['TopologySpread', "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints."],
  ['PortConflict', "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports."],
  ['UnboundVolume', '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.'],
  ['UnboundVolume', "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind."],
  ['VolumeElsewhere', "0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity."],
  ['VolumeElsewhere', '0/3 nodes are available: 3 node(s) had volume node affinity conflict.'],
  ['VolumeLimit', '0/3 nodes are available: 3 node(s) exceed max volume count.'],
  ['NoNodes', 'no nodes available to schedule pods'],
  ['ResourceClaimPending', '0/3 nodes are available: 3 cannot allocate all claims. still not schedulable'],
  ['ResourceClaimPending', '0/3 nodes are available: waiting for resource claim controller to create the claim'],
  ['Unschedulable', '0/3 nodes are available: 3 node(s) were refused by a plug-in.'],
])('K8sGPT (a), an unschedulable Pod: %s for %s', async (problem, message) => {
  const [found, ...more] = await analyze(pod, [unscheduledPod(message)]);

  expect(more).toEqual([]);
  expect(found?.code).toBe(`Pod/${problem}`);
  expect(found?.text).toContain(message.split(' preemption:')[0]?.replace(/\.$/, ''));
  expect(found?.text).not.toContain('preemption');
});

test('names the full cluster as the cause where nothing but room is lacking', async () => {
  const asks = unscheduledPod(noRoom, { container: { resources: { requests: { memory: '6Gi' } } } });

  const [found] = await analyze(pod, [asks, node('worker-a'), node('worker-b', {}, {}, { cpu: '8', memory: '16Gi' })]);

  expect(found?.causes).toEqual([{ ref: { kind: 'Cluster', name: 'test' }, certain: true }]);
  expect(found?.headline).toBe('has no node with enough free memory');
  expect(found?.text).toContain('It asks for 6Gi memory; the largest node has 16Gi in all.');
});

test('names the nodes that are down instead of the full cluster', async () => {
  const down = node('worker-b', { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }] });

  const [found] = await analyze(pod, [unscheduledPod(noRoom), node('worker-a'), down]);

  expect(found?.causes).toMatchObject([{ ref: { kind: 'Node', name: 'worker-b' } }]);
});

test('tells a request that no node could ever hold, with sidecars and init containers counted', async () => {
  const asks = unscheduledPod(noRoom, {
    container: { resources: { requests: { memory: '5Gi' } } },
    spec: {
      containers: [{ name: 'app', image: 'a', resources: { requests: { memory: '5Gi' } } }],
      initContainers: [
        { name: 'proxy', image: 'b', restartPolicy: 'Always', resources: { requests: { memory: '4096Mi' } } },
      ],
    },
  });

  const [found] = await analyze(pod, [asks, node('worker-a')]);

  expect(found).toMatchObject({
    code: 'Pod/RequestExceedsNodes',
    values: { request: '9Gi', largest: '8Gi', resource: 'memory' },
  });
  expect(found?.causes).toEqual([]);
});

test('tells a device that no node offers', async () => {
  const asks = unscheduledPod('0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: no', {
    container: { resources: { limits: { 'nvidia.com/gpu': 1 } } },
  });

  const [found] = await analyze(pod, [asks, node('worker-a')]);

  expect(found).toMatchObject({
    code: 'Pod/RequestExceedsNodes',
    values: { resource: 'nvidia.com/gpu', request: '1', largest: '0' },
  });
});

test('names the taints that the Pod does not tolerate, though the message does not', async () => {
  const waits = unscheduledPod("0/2 nodes are available: 2 node(s) had taints that the pod didn't tolerate.", {
    spec: { tolerations: [{ key: 'spot', operator: 'Exists' }], containers: [] },
  });
  const gpu = node('worker-a', {
    taints: [
      { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
      { key: 'spot', effect: 'NoSchedule' },
    ],
  });

  const [found] = await analyze(pod, [waits, gpu]);

  expect(found?.text).toContain('dedicated=gpu:NoSchedule');
  expect(found?.text).not.toContain('spot');
});

test('does not blame the taints of the control plane, which keep off every workload', async () => {
  const message =
    "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.";
  const master = { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] };

  const [found] = await analyze(pod, [
    unscheduledPod(message),
    node('cp-1', master),
    node('cp-2', master),
    node('worker-a'),
  ]);

  expect(found?.code).toBe('Pod/NodeAffinityMismatch');
});

test('names the labels that come nearest to the selector', async () => {
  const message = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.";
  const waits = unscheduledPod(message, {
    spec: { nodeSelector: { disktype: 'ssd', 'disk-size': 'big' }, containers: [] },
  });

  const [found] = await analyze(pod, [waits, node('worker-a', {}, { disktype: 'nvme', disk_size: 'big' })]);

  expect(found?.text).toContain('No node has disktype=ssd; there is disktype=nvme.');
  expect(found?.text).toContain('No node has the label disk-size; there is disk_size.');
});

test('points from an unbound volume to the claims that have none', async () => {
  const waits = unscheduledPod(
    '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: no',
    {
      spec: {
        containers: [],
        volumes: ['data', 'logs'].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
      },
    },
  );
  const claims = [
    ['data', 'Pending'],
    ['logs', 'Bound'],
  ].map(([name, phase]) => build(PersistentVolumeClaim, { metadata: { name: name ?? '' }, status: { phase } }));

  const [found] = await analyze(pod, [waits, ...claims]);

  expect(found?.text).toContain('unbound immediate PersistentVolumeClaims');
  expect(found?.causes).toEqual([{ ref: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' } }]);
});

test('names a claim that does not exist as the certain cause', async () => {
  const waits = unscheduledPod('0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: no');

  const [found] = await analyze(pod, [waits, build(PersistentVolumeClaim, { metadata: { name: 'data-cart' } })]);

  expect(found).toMatchObject({
    code: 'Pod/MissingClaim',
    headline: 'does not exist (there is data-cart), but Pod cart-0 needs it',
  });
  expect(found?.causes?.[0]).toMatchObject({ ref: { kind: 'PersistentVolumeClaim', name: 'data' }, certain: true });
});

test('adds why the autoscaler makes no node', async () => {
  const waits = unscheduledPod(noRoom);

  const [found] = await analyze(pod, [
    waits,
    event(waits, 'NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached"),
  ]);

  expect(found?.text).toContain('max node group size reached');
});

test('K8sGPT (b): a Pod behind a scheduling gate', async () => {
  const gated = unscheduledPod(
    'Scheduling is blocked due to non-empty scheduling gates',
    { spec: { schedulingGates: [{ name: 'example.com/quota' }] } },
    'SchedulingGated',
  );

  const [found] = await analyze(pod, [gated]);

  expect(found).toMatchObject({ code: 'Pod/SchedulingGated', values: { gate: 'example.com/quota' } });
  expect(found?.text).toContain('Scheduling is blocked due to non-empty scheduling gates');
});

test('tells a scheduler that never looked at the Pod', async () => {
  const waits = build(Pod, { spec: { schedulerName: 'batch-scheduler' }, status: { phase: 'Pending' } });

  const [found] = await analyze(pod, [waits]);

  expect(found).toMatchObject({ code: 'Pod/SchedulerSilent', values: { scheduler: 'batch-scheduler' } });
});

test('names who has the host port that a Pod asks for', async () => {
  const message = "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.";
  const ports = [{ containerPort: 80, hostPort: 8080 }];
  const holder = build(Pod, {
    metadata: { name: 'edge-0', namespace: 'edge' },
    spec: { nodeName: 'worker-a', containers: [{ name: 'app', ports: [{ containerPort: 8080 }] }], hostNetwork: true },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const ended = build(Pod, {
    metadata: { name: 'done' },
    spec: { nodeName: 'worker-a', containers: [{ name: 'app', ports }] },
    status: { phase: 'Succeeded' },
  });

  const [found] = await analyze(pod, [unscheduledPod(message, { container: { ports } }), holder, ended]);

  expect(found?.headline).toBe('asks for host port 8080, which is taken on every node that fits');
  expect(found?.text).toContain('Taken by Pod edge/edge-0.');
});

test('a device class that does not exist is the certain cause', async () => {
  const message = '0/1 nodes are available: request gpu: device class gpu.example.com does not exist.';

  const [found] = await analyze(pod, [unscheduledPod(message)]);

  expect(found).toMatchObject({
    code: 'Pod/ResourceClaimPending',
    headline: 'does not exist, but a resource claim of Pod cart-0 asks for it',
    causes: [{ ref: { kind: 'DeviceClass', name: 'gpu.example.com' }, certain: true }],
  });
});

test('tells why a resource claim cannot be created', async () => {
  const waits = unscheduledPod('0/1 nodes are available: waiting for resource claim controller to create the claim.');

  const [found] = await analyze(pod, [
    waits,
    event(waits, 'FailedResourceClaimCreation', 'PodResourceClaim gpu: resourceclaimtemplate "gpu" not found'),
  ]);

  expect(found?.headline).toBe('waits for a resource claim that cannot be created');
  expect(found?.text).toContain('resourceclaimtemplate "gpu" not found');
});

test('tells that nodes lack the label which Pods are spread over', async () => {
  const message =
    "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints (missing required label).";
  const topologySpreadConstraints = [
    { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
  ];
  const containers = [{ name: 'app' }];

  const [found] = await analyze(pod, [unscheduledPod(message, { spec: { containers, topologySpreadConstraints } })]);

  expect(found?.code).toBe('Pod/TopologySpread');
  expect(found?.text).toContain('Nodes without the label topology.kubernetes.io/zone do not count.');
});
