import { describe, expect, test } from 'vitest';
import analyzer from '../../src/analyzers/daemon-set.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { Secret } from '../../src/kinds/configuration.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { DaemonSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, event, ownedBy, type Raw } from '../support/cluster.ts';

function agent({ age = '26h', template, ...status }: Raw & { age?: string; template?: Raw } = {}) {
  return build(DaemonSet, {
    metadata: { name: 'agent', creationTimestamp: ago(age) },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: { spec: template } },
    status: { desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3, numberMisscheduled: 0, ...status },
  });
}

function pod(node: string, { age = '2h', ...status }: Raw & { age?: string } = {}) {
  return build(Pod, {
    metadata: { name: `agent-${node}`, creationTimestamp: ago(age), ownerReferences: ownedBy(agent()) },
    spec: { nodeName: node },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(age) }],
      containerStatuses: [{ name: 'app', state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 40 }],
      ...status,
    },
  });
}
const ready = (node: string) => pod(node, { conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [] });
const starting = (node: string, age: string) =>
  pod(node, {
    age,
    phase: 'Pending',
    containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ContainerCreating' } } }],
  });
const secret = (name: string) => build(Secret, { metadata: { name }, columns: { Type: 'Opaque', Data: 1 } });

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['one that is ready on all nodes', [agent()]],
    ['one that no node wants', [agent({ desiredNumberScheduled: 0, currentNumberScheduled: 0, numberReady: 0 })]],
    ['a node that has just joined', [agent({ numberReady: 2 }), ready('a'), ready('b'), starting('c', '40s')]],
    ['one that was created a minute ago', [agent({ age: '1m', numberReady: 0, currentNumberScheduled: 0 })]],
    [
      'a Pod that is being replaced',
      [
        agent({ numberReady: 2 }),
        ready('a'),
        ready('b'),
        event(agent(), 'SuccessfulDelete', 'Deleted pod', { type: 'Normal', lastTimestamp: ago('20s') }),
      ],
    ],
    ['a pull secret that exists', [agent({ template: { imagePullSecrets: [{ name: 'login' }] } }), secret('login')]],
    [
      'one that is being deleted',
      [build(DaemonSet, { metadata: { deletionTimestamp: ago('1m') }, status: { desiredNumberScheduled: 3 } })],
    ],
    [
      'an absurd object',
      [
        build(DaemonSet, {
          spec: { template: { spec: { imagePullSecrets: [null, {}] } } },
          status: { desiredNumberScheduled: -2, numberReady: -5, numberMisscheduled: -1 },
        }),
      ],
    ],
    ['an object without anything', [build(DaemonSet, {})]],
  ])('%s', async (_, objects) => {
    expect(await analyze(analyzer, objects)).toEqual([]);
  });

  test('a pull secret, where Secrets could not be read', async () => {
    const daemonSet = agent({ template: { imagePullSecrets: [{ name: 'login' }] } });

    expect(await analyze(analyzer, [daemonSet], { gaps: { Secret: 'forbidden' } })).toEqual([]);
  });
});

describe('fewer ready Pods than nodes', () => {
  test('are found with Pod and node', async () => {
    const found = await analyze(analyzer, [agent({ numberReady: 2 }), ready('a'), ready('c'), pod('b')]);

    expect(found).toMatchObject([
      {
        code: 'DaemonSet/Unavailable',
        severity: 'medium',
        headline: 'is not ready on every node that should have it',
        causes: [{ ref: { kind: 'Pod', name: 'agent-b' } }],
        values: { selector: 'app=agent', nodes: 'b' },
      },
    ]);
    expect(found[0]?.text).toBe(
      '2 of 3 nodes have a ready Pod of DaemonSet agent. Not ready: agent-b (CrashLoopBackOff). Without a ready Pod: node b.',
    );
  });

  test('may be due to a node that is not ready', async () => {
    const lost = build(Node, {
      metadata: { name: 'b' },
      status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
    });
    const [found] = await analyze(analyzer, [agent({ numberReady: 2 }), ready('a'), ready('c'), pod('b'), lost]);

    expect(found?.causes).toContainEqual({ ref: { kind: 'Node', name: 'b' } });
  });

  test('are of high severity when no Pod is ready, and found where no Pod is known', async () => {
    const found = await analyze(analyzer, [agent({ numberReady: 0, currentNumberScheduled: 0 })]);

    expect(found).toMatchObject([{ code: 'DaemonSet/Unavailable', severity: 'high', headline: 'is ready on no node' }]);
  });

  test('are explained by the refusal to create Pods', async () => {
    const daemonSet = agent({ numberReady: 1, currentNumberScheduled: 1 });
    const message =
      'Error creating: pods "agent-" is forbidden: violates PodSecurity "baseline:latest": hostPath volumes';
    const found = await analyze(analyzer, [daemonSet, event(daemonSet, 'FailedCreate', message)]);

    expect(found).toMatchObject([
      { code: 'DaemonSet/PodSecurity', severity: 'medium', values: { profile: 'baseline' } },
    ]);
    expect(found[0]?.text).toMatch(/^1 of 3 nodes have their Pod\./);
  });
});

test('a pull secret that does not exist is the certain cause', async () => {
  const found = await analyze(analyzer, [
    agent({ template: { imagePullSecrets: [{ name: 'harbor-robot' }] } }),
    secret('harbor-robots'),
  ]);

  expect(found).toMatchObject([
    {
      code: 'DaemonSet/MissingPullSecret',
      severity: 'medium',
      headline: 'does not exist (there is harbor-robots), but DaemonSet agent pulls images with it',
      causes: [{ ref: { kind: 'Secret', namespace: 'shop', name: 'harbor-robot' }, certain: true }],
    },
  ]);
});

test('Pods on nodes that were tainted later are named by node', async () => {
  const tainted = build(Node, {
    metadata: { name: 'gpu-1' },
    spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
  });
  const found = await analyze(analyzer, [agent({ numberMisscheduled: 1 }), ready('gpu-1'), ready('b'), tainted]);

  expect(found).toMatchObject([{ code: 'DaemonSet/Misscheduled', severity: 'low', values: { nodes: 'gpu-1' } }]);
});

test('a reference in the template that would fail the next Pod is found', async () => {
  const template = { containers: [{ name: 'app', envFrom: [{ configMapRef: { name: 'gone' } }] }] };

  expect(await analyze(analyzer, [agent({ template })])).toMatchObject([
    { code: 'DaemonSet/LatentReference', severity: 'low' },
  ]);
});
