import { describe, expect, test } from 'vitest';
import nodes from '../../src/analyzers/node.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { Lease, Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { DaemonSet, ReplicaSet, StatefulSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, event, ownedBy, type Raw } from '../support/cluster.ts';

const READY = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const SILENT = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
  lastTransitionTime: ago('21m'),
};

function node(conditions: Raw[], raw: Raw = {}) {
  return build(Node, {
    ...raw,
    metadata: { name: 'worker-b', ...raw.metadata },
    status: { conditions, ...(raw.status as Raw) },
  });
}

const healthy = (raw: Raw = {}) => node([READY], raw);

function pod(name: string, raw: Raw = {}) {
  return build(Pod, {
    status: { phase: 'Running' },
    ...raw,
    metadata: { name, ...raw.metadata },
    spec: { nodeName: 'worker-b', ...(raw.spec as Raw) },
  });
}

const requesting = (cpu: string, memory = '1Gi') => ({
  spec: { containers: [{ name: 'app', resources: { requests: { cpu, memory } } }] },
});

function lease(renewed: string) {
  return build(Lease, {
    metadata: { name: 'worker-b', namespace: 'kube-node-lease' },
    spec: { renewTime: ago(renewed) },
  });
}

function withGpus(has: string, offers: string, since = '2d') {
  return node([{ ...READY, lastTransitionTime: ago(since) }], {
    status: { capacity: { 'nvidia.com/gpu': has }, allocatable: { 'nvidia.com/gpu': offers } },
  });
}

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['a ready node', [healthy()]],
    [
      'conditions of a problem detector that are as they should be',
      [node([READY, { type: 'KernelDeadlock', status: 'False' }, { type: 'ReadonlyFilesystem', status: 'Unknown' }])],
    ],
    [
      'a condition that is good when True',
      [
        node([
          READY,
          { type: 'EtcdIsVoter', status: 'True' },
          { type: 'KernelReady', status: 'True' },
          { type: 'DefaultPoolMember', status: 'True' },
          { type: 'FailureDetectionEnabled', status: 'True' },
          { type: 'NoErrors', status: 'True' },
        ]),
      ],
    ],
    ['no pressure', [node([READY, { type: 'MemoryPressure', status: 'False' }])]],
    [
      'a new node that waits for its network',
      [
        node(
          [
            { ...READY, status: 'False' },
            { type: 'NetworkUnavailable', status: 'True' },
          ],
          {
            metadata: { creationTimestamp: ago('40s') },
          },
        ),
      ],
    ],
    [
      'a virtual node, whose version is not that of a kubelet',
      [
        healthy({
          metadata: { labels: { type: 'virtual-kubelet' } },
          status: { nodeInfo: { kubeletVersion: 'v1.19.10-vk-azure-aci-1.6.1' } },
        }),
      ],
    ],
    [
      'a lease that a kubelet does not renew, since it posts its status',
      [node([{ ...READY, lastHeartbeatTime: ago('20s') }]), lease('3h')],
    ],
    ['devices of which all are offered', [withGpus('4', '4')]],
    ['devices of a node that has just become ready', [withGpus('4', '0', '2m')]],
    ['devices of a kind that it has none of', [withGpus('0', '0')]],
    ['a node without a status', [build(Node)]],
    [
      'an absurd node',
      [build(Node, { spec: { taints: [null, {}] }, status: { conditions: [{}, 'x'], allocatable: { cpu: [] } } })],
    ],
    [
      'a node that was cordoned a few minutes ago',
      [
        healthy({
          spec: {
            unschedulable: true,
            taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: ago('10m') }],
          },
        }),
      ],
    ],
    [
      'a node that was cordoned lately, by its event',
      [
        healthy({ spec: { unschedulable: true } }),
        event(healthy(), 'NodeNotSchedulable', 'cordoned', { type: 'Normal' }),
      ],
    ],
    [
      'a control plane that keeps Pods away',
      [healthy({ spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] } })],
    ],
    [
      'room enough',
      [healthy({ status: { allocatable: { cpu: '4', memory: '16Gi', pods: '110' } } }), pod('a', requesting('3500m'))],
    ],
    [
      'Pods that have ended',
      [
        healthy({ status: { allocatable: { cpu: '4' } } }),
        pod('a', { ...requesting('4'), status: { phase: 'Succeeded' } }),
      ],
    ],
    ['an ordinary event', [healthy(), event(healthy(), 'NodeReady', 'is now ready', { type: 'Normal' })]],
    [
      'a kubelet that has not looked at its disk yet',
      [healthy(), event(healthy(), 'ImageGCFailed', 'unable to find data in memory cache', { count: 3 })],
    ],
    ['an old event', [healthy(), event(healthy(), 'SystemOOM', 'out of memory', { lastTimestamp: ago('2h') })]],
    ['a node that was away once', [healthy(), event(healthy(), 'NodeNotReady', 'not ready', { type: 'Normal' })]],
  ])('%s', async (_, objects) => {
    expect(await analyze(nodes, objects, { version: '1.36' })).toEqual([]);
  });
});

describe('a node that is not ready, as K8sGPT finds it', () => {
  test('silent: how long, since which heartbeat, and what is on it', async () => {
    const database = build(StatefulSet, { metadata: { name: 'claims-db' } });
    const agent = build(DaemonSet, { metadata: { name: 'agent' } });

    const [found, ...others] = await analyze(nodes, [
      node([SILENT, { type: 'MemoryPressure', status: 'Unknown' }]),
      database,
      agent,
      pod('claims-db-0', { metadata: { ownerReferences: ownedBy(database) } }),
      pod('agent-x', { metadata: { ownerReferences: ownedBy(agent) } }),
      pod('elsewhere', { spec: { nodeName: 'worker-a' } }),
      build(Lease, { metadata: { name: 'worker-b', namespace: 'kube-node-lease' }, spec: { renewTime: ago('22m') } }),
    ]);

    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'Node/NotReady', severity: 'critical' });
    expect(found?.headline).toContain('stopped posting status');
    expect(found?.text).toContain('for 21 min (NodeStatusUnknown). Kubelet stopped posting node status.');
    expect(found?.text).toContain('last renewed 22 min ago');
    expect(found?.text).toContain('2 Pods are on it, of shop/claims-db.');
  });

  test('names the Deployment through its ReplicaSet', async () => {
    const set = build(ReplicaSet, {
      metadata: {
        name: 'cart-7d9f',
        ownerReferences: [{ kind: 'Deployment', name: 'cart', uid: 'unread', controller: true }],
      },
    });

    const [found] = await analyze(nodes, [
      node([SILENT]),
      set,
      pod('cart-a', { metadata: { ownerReferences: ownedBy(set) } }),
    ]);

    expect(found?.values).toMatchObject({ workloads: 'shop/cart' });
  });

  test('speaking: with the kubelet’s reason; high while no Pod is on it', async () => {
    const condition = {
      type: 'Ready',
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'cni plugin not initialized',
    };

    const [found] = await analyze(nodes, [node([condition])]);

    expect(found).toMatchObject({ severity: 'high', headline: 'is not ready' });
    expect(found?.text).toContain('cni plugin not initialized.');
    expect(found?.text).toContain('No Pods are on it.');
  });

  test('one of several is critical', async () => {
    const found = await analyze(nodes, [node([SILENT]), node([SILENT], { metadata: { name: 'worker-c' } })]);

    expect(found.map(({ severity }) => severity)).toEqual(['critical', 'critical']);
  });
});

describe('conditions', () => {
  test.each([
    ['MemoryPressure', 'is short of memory'],
    ['DiskPressure', 'is short of disk space'],
    ['PIDPressure', 'is short of process ids'],
    ['NetworkUnavailable', 'has no working Pod network'],
  ])('%s, as K8sGPT finds it', async (type, headline) => {
    const found = await analyze(nodes, [node([READY, { type, status: 'True', message: 'see there' }])]);

    expect(found).toMatchObject([{ code: `Node/${type}`, severity: 'high', headline }]);
    expect(found[0]?.text).toContain('see there.');
  });

  test('a pressure that nobody knows, as K8sGPT finds it', async () => {
    expect(await analyze(nodes, [node([READY, { type: 'DiskPressure', status: 'Unknown' }])])).toMatchObject([
      { code: 'Node/DiskPressure', severity: 'medium' },
    ]);
  });

  test.each([
    ['ReadonlyFilesystem', 'True'],
    ['KernelDeadlock', 'True'],
    ['FrequentContainerdRestart', 'True'],
    ['GPUProblem', 'True'],
    ['VMEventScheduled', 'True'],
    ['NodeNotReady', 'True'],
    ['ReadOnlyFilesystem', 'True'],
    ['OutOfDisk', 'True'],
    ['ContainerRuntimeReady', 'False'],
  ])('a custom one: %s=%s', async (type, status) => {
    expect(await analyze(nodes, [node([READY, { type, status }])])).toMatchObject([
      { code: 'Node/ProblemCondition', about: type, text: expect.stringContaining(`${type}=${status}`) },
    ]);
  });
});

describe('a node that takes no Pods', () => {
  test.each<[string, Raw]>([
    [
      'for three days',
      { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', timeAdded: ago('3d') }] },
    ],
    ['for an unknown time', { unschedulable: true }],
  ])('is cordoned %s', async (_, spec) => {
    expect(await analyze(nodes, [healthy({ spec })])).toMatchObject([{ code: 'Node/Cordoned', severity: 'low' }]);
  });

  test('was never initialized by its cloud', async () => {
    const spec = { taints: [{ key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' }] };

    expect(await analyze(nodes, [healthy({ spec })])).toMatchObject([{ code: 'Node/Uninitialized' }]);
    expect(await analyze(nodes, [healthy({ spec, metadata: { creationTimestamp: ago('1m') } })])).toEqual([]);
  });

  describe('has a taint', () => {
    const tainted = healthy({ spec: { taints: [{ key: 'team', value: 'ml', effect: 'NoSchedule' }] } });
    const waiting = (message: string, tolerations: Raw[] = []) =>
      build(Pod, {
        metadata: { name: 'train-0' },
        spec: { tolerations },
        status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message }] },
      });
    const allTainted =
      '0/3 nodes are available: 3 node(s) had untolerated taint(s). preemption: 0/3 nodes are available';

    test('that shuts out Pods for which every node is tainted', async () => {
      const found = await analyze(nodes, [tainted, waiting(allTainted)]);

      expect(found).toMatchObject([
        { code: 'Node/TaintKeepsPodsOut', severity: 'low', about: 'team', values: { taint: 'team=ml:NoSchedule' } },
      ]);
    });

    test.each<[string, KubernetesObject]>([
      [
        'which the Pod tolerates',
        waiting(allTainted, [{ key: 'team', operator: 'Equal', value: 'ml', effect: 'NoSchedule' }]),
      ],
      ['where everything is tolerated', waiting(allTainted, [{ operator: 'Exists' }])],
      [
        'which is only one reason of several',
        waiting('0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu.'),
      ],
    ])('%s', async (_, pending) => {
      expect(await analyze(nodes, [tainted, pending])).toEqual([]);
    });
  });
});

test.each([
  ['v1.36.1', '1.36', 0],
  ['v1.33.0-eks-1', '1.36', 0],
  ['v1.32.9', '1.36', 1],
  ['v1.37.0', '1.36', 1],
  ['v1.25.0', '1.27', 0],
  ['v1.24.0', '1.27', 1],
  ['weird', '1.27', 0],
  ['v1.20.0', undefined, 0],
])('kubelet %s beside API server %s: %i findings of version skew', async (kubeletVersion, version, count) => {
  const found = await analyze(nodes, [healthy({ status: { nodeInfo: { kubeletVersion } } })], {
    ...(version && { version }),
  });

  expect(found.filter(({ code }) => code === 'Node/VersionSkew')).toHaveLength(count);
});

describe('a full node', () => {
  test('by requests: the larger of containers with sidecars, and init containers', async () => {
    const allocatable = { cpu: '4', memory: '16Gi', pods: '110' };
    const large = {
      spec: {
        containers: [{ name: 'app', resources: { requests: { cpu: '1' } } }],
        initContainers: [
          { name: 'proxy', restartPolicy: 'Always', resources: { requests: { cpu: '1500m' } } },
          { name: 'load', resources: { requests: { cpu: '3' } } },
        ],
      },
    };

    const found = await analyze(nodes, [
      healthy({ status: { allocatable } }),
      pod('a', large),
      pod('b', requesting('600m')),
    ]);

    expect(found).toMatchObject([{ code: 'Node/Overcommitted', severity: 'low' }]);
    expect(found[0]?.text).toContain('3600m of 4 cpu');
    expect(found[0]?.text).not.toContain('memory');
  });

  test('by the number of its Pods', async () => {
    const found = await analyze(nodes, [healthy({ status: { allocatable: { pods: '2' } } }), pod('a'), pod('b')]);

    expect(found[0]?.text).toContain('2 of 2 Pods');
  });
});

describe('events', () => {
  test.each<[string, string, string, number]>([
    ['SystemOOM', 'SystemOOM', 'medium', 1],
    ['Rebooted', 'Rebooted', 'low', 1],
    ['ImageGCFailed', 'DiskNotFreed', 'medium', 2],
    ['FreeDiskSpaceFailed', 'DiskNotFreed', 'medium', 2],
    ['EvictionThresholdMet', 'EvictionThresholdMet', 'medium', 1],
    ['NodeNotReady', 'Flapping', 'medium', 3],
  ])('%s gives %s', async (reason, code, severity, count) => {
    // The kubelet writes the node's name where others write its uid.
    const kubelet = { involvedObject: { kind: 'Node', name: 'worker-b', uid: 'worker-b' }, count };

    const found = await analyze(nodes, [healthy(), event(healthy(), reason, 'told by the kubelet', kubelet)]);

    expect(found).toMatchObject([{ code: `Node/${code}`, severity }]);
    expect(found[0]?.text).toContain('told by the kubelet.');
  });

  test('a shortage that lasts is told once', async () => {
    const pressed = node([READY, { type: 'MemoryPressure', status: 'True' }]);

    expect(await analyze(nodes, [pressed, event(pressed, 'EvictionThresholdMet', 'memory')])).toMatchObject([
      { code: 'Node/MemoryPressure' },
    ]);
  });
});

test.each(['ConntrackFull', 'KernelPanic', 'GpuThrottled'])('%s is a problem when True', async (type) => {
  expect(await analyze(nodes, [node([READY, { type, status: 'True' }])])).toMatchObject([
    { code: 'Node/ProblemCondition', about: type },
  ]);
});

test('a kubelet has fallen silent, and nobody has marked its node', async () => {
  const found = await analyze(nodes, [node([{ ...READY, lastHeartbeatTime: ago('47m') }]), lease('46m')]);

  expect(found).toMatchObject([{ code: 'Node/HeartbeatLost', severity: 'high' }]);
  expect(found[0]?.text).toContain('last renewed 46 min ago');
});

describe('what a ready node does not offer', () => {
  test.each([
    ['0', 'high'],
    ['3', 'medium'],
  ])('devices: %s of 4', async (offers, severity) => {
    const found = await analyze(nodes, [withGpus('4', offers)]);

    expect(found).toMatchObject([{ code: 'Node/ResourcesWithheld', severity }]);
    expect(found[0]?.text).toContain(`${offers} of 4 nvidia.com/gpu`);
  });

  test('any CPU at all', async () => {
    const subject = node([{ ...READY, lastTransitionTime: ago('2d') }], {
      status: { capacity: { cpu: '4', memory: '8Gi' }, allocatable: { cpu: '0', memory: '7Gi' } },
    });

    expect(await analyze(nodes, [subject])).toMatchObject([
      { code: 'Node/ResourcesWithheld', severity: 'high', values: { resources: 'cpu' } },
    ]);
  });
});
