import { describe, expect, test } from 'vitest';
import nodes from '../../../src/analyzers/node.ts';
import pod from '../../../src/analyzers/pod.ts';
import { keyOf } from '../../../src/cluster.ts';
import type { KubernetesObject } from '../../../src/kind.ts';
import { Node } from '../../../src/kinds/node.ts';
import { DaemonSet } from '../../../src/kinds/workloads.ts';
import { ago, analyze, build, event, type Found, ownedBy } from '../../support/cluster.ts';
import { healthyPod, pod as somePod, waitingPod } from '../../support/pods.ts';

const set = (name: string, image = `quay.io/net/${name}:1`, ready = 1) =>
  build(DaemonSet, {
    metadata: { name, namespace: 'kube-system' },
    spec: { template: { spec: { containers: [{ name: 'agent', image }] } } },
    status: { desiredNumberScheduled: 2, numberReady: ready },
  });
const agent = (of: DaemonSet, nodeName = 'worker-a', make = somePod) =>
  make({
    metadata: { name: `${of.metadata.name}-${nodeName}`, namespace: 'kube-system', ownerReferences: ownedBy(of) },
    spec: { nodeName },
  });
const causesOf = (found: Found | undefined) => found?.causes?.map(({ ref }) => keyOf(ref)) ?? [];

describe('a Pod without a sandbox', () => {
  const stuck = waitingPod('ContainerCreating', '', { since: '31m' });
  const noNetwork = event(
    stuck,
    'FailedCreatePodSandBox',
    'Failed to create pod sandbox: plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file',
  );

  async function causes(...others: KubernetesObject[]): Promise<string[]> {
    const found = await analyze(pod, [stuck, noNetwork, ...others]);
    return causesOf(found.find(({ object }) => object === 'cart-0'));
  }

  test('may owe it to the network agents of its node, the one that the message names first', async () => {
    const [calico, proxy, logs] = [set('calico-node'), set('kube-proxy'), set('log-agent')];

    expect(await causes(proxy, agent(proxy), logs, agent(logs), calico, agent(calico))).toEqual([
      'Pod/kube-system/calico-node-worker-a',
      'Pod/kube-system/kube-proxy-worker-a',
      'Node/worker-a',
    ]);
  });

  test('may owe it to a DaemonSet that has no Pod on its node', async () => {
    const calico = set('calico-node');

    expect(await causes(calico, agent(calico, 'worker-b', healthyPod))).toEqual([
      'DaemonSet/kube-system/calico-node',
      'Node/worker-a',
    ]);
  });

  test('does not owe it to agents that are ready there, or unready elsewhere', async () => {
    const calico = set('calico-node');

    expect(await causes(calico, agent(calico, 'worker-a', healthyPod), agent(calico, 'worker-b'))).toEqual([
      'Node/worker-a',
    ]);
  });
});

describe('a node that is not ready', () => {
  const node = (status: string, message: string) =>
    build(Node, {
      metadata: { name: 'worker-a' },
      status: { conditions: [{ type: 'Ready', status, message, lastTransitionTime: ago('30m') }] },
    });
  const cilium = set('cilium');

  test.each<[string, string, string, string[]]>([
    [
      'may wait for its network plugin',
      'False',
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady',
      ['Pod/kube-system/cilium-worker-a'],
    ],
    ['does not wait for it when its runtime is down', 'False', 'container runtime is down', []],
    ['does not wait for it when it is silent', 'Unknown', 'Kubelet stopped posting node status.', []],
  ])('%s', async (_, status, message, expected) => {
    const [found] = await analyze(nodes, [node(status, message), cilium, agent(cilium)]);

    expect(found?.code).toBe('Node/NotReady');
    expect(causesOf(found)).toEqual(expected);
  });
});
