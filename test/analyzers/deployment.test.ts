import { describe, expect, test } from 'vitest';
import analyzer from '../../src/analyzers/deployment.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { ConfigMap } from '../../src/kinds/configuration.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, clusterOf, event, ownedBy, type Raw } from '../support/cluster.ts';

interface Given {
  age?: string;
  generation?: number;
  spec?: Raw;
  status?: Raw;
  conditions?: Raw[];
}

function deployment({ age = '26h', generation = 1, spec, status, conditions = [available(), complete()] }: Given = {}) {
  return build(Deployment, {
    metadata: { name: 'cart', creationTimestamp: ago(age), generation },
    spec: { replicas: 3, selector: { matchLabels: { app: 'cart' } }, ...spec },
    status: {
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      conditions,
      ...status,
    },
  });
}

const available = (status = 'True', since = '3h') => ({
  type: 'Available',
  status,
  reason: status === 'True' ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
  lastTransitionTime: ago(since),
});
const progressing = (
  status: string,
  reason: string,
  since: string,
  message = 'ReplicaSet "cart-2" is progressing.',
) => ({
  type: 'Progressing',
  status,
  reason,
  message,
  lastUpdateTime: ago(since),
});
const complete = (since = '3h') => progressing('True', 'NewReplicaSetAvailable', since);
const deadline = progressing(
  'False',
  'ProgressDeadlineExceeded',
  '35m',
  'ReplicaSet "cart-2" has timed out progressing.',
);
const quota =
  'pods "cart-2-x" is forbidden: exceeded quota: team, requested: limits.memory=2Gi, used: limits.memory=3Gi, limited: limits.memory=4Gi';
const failing = (message: string, since: string) => ({
  type: 'ReplicaFailure',
  status: 'True',
  reason: 'FailedCreate',
  message,
  lastTransitionTime: ago(since),
});

const set = (revision: number, conditions: Raw[] = []) =>
  build(ReplicaSet, {
    metadata: {
      name: `cart-${revision}`,
      ownerReferences: ownedBy(deployment()),
      annotations: { 'deployment.kubernetes.io/revision': `${revision}` },
    },
    status: { conditions },
  });

function pod(name: string, { age = '2h', revision = 2, ...status }: Raw & { age?: string; revision?: number } = {}) {
  return build(Pod, {
    metadata: { name, creationTimestamp: ago(age), ownerReferences: ownedBy(set(revision)) },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(age) }],
      ...status,
    },
  });
}
const waiting = (reason: string) => ({ containerStatuses: [{ name: 'app', state: { waiting: { reason } } }] });
const unschedulable = (message: string) => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});
const readyPod = pod('cart-2-ok', { conditions: [{ type: 'Ready', status: 'True' }] });

const NOTHING = {
  observedGeneration: undefined,
  replicas: 0,
  updatedReplicas: 0,
  readyReplicas: 0,
  availableReplicas: 0,
};
const short = { readyReplicas: 1, availableReplicas: 1 };
const rolling = progressing('True', 'ReplicaSetUpdated', '12s');

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['a Deployment with all replicas', [deployment()]],
    ['one scaled to zero', [deployment({ spec: { replicas: 0 }, status: { readyReplicas: 0, updatedReplicas: 0 } })]],
    ['one that is being deleted', [build(Deployment, { metadata: { deletionTimestamp: ago('2m') }, status: short })]],
    ['one of three seconds, without a status', [deployment({ age: '3s', status: { ...NOTHING }, conditions: [] })]],
    ['a rollout that advanced moments ago', [deployment({ status: short, conditions: [available(), rolling] })]],
    [
      'a rollout that advanced moments ago, though below its minimum for long',
      [deployment({ status: short, conditions: [available('False', '8m'), rolling] })],
    ],
    [
      'a rollout within its deadline while all wanted replicas are ready',
      [
        deployment({
          status: { replicas: 4, updatedReplicas: 1 },
          conditions: [available(), progressing('True', 'ReplicaSetUpdated', '6m')],
        }),
        set(2),
        pod('cart-2-a', waiting('ImagePullBackOff')),
      ],
    ],
    [
      'a rollout whose new Pods take long within its deadline, while enough replicas are available',
      [
        deployment({
          spec: { progressDeadlineSeconds: 1800 },
          status: short,
          conditions: [available(), progressing('True', 'ReplicaSetUpdated', '8m')],
        }),
        set(2),
        pod('cart-2-a', { age: '8m', ...waiting('ContainerCreating') }),
      ],
    ],
    [
      'a replica that is being replaced',
      [deployment({ status: short }), set(2), pod('cart-2-a', { age: '40s', ...waiting('ContainerCreating') })],
    ],
    [
      'a Pod whose ConfigMap may come a moment later',
      [deployment({ status: short }), set(2), pod('cart-2-a', { age: '9s', ...waiting('CreateContainerConfigError') })],
    ],
    [
      'a Pod that waits for the node that the autoscaler promised',
      [
        deployment({ status: short }),
        set(2),
        pod('cart-2-a', { age: '90s', ...unschedulable('0/3 nodes are available: 3 Insufficient cpu.') }),
        event(pod('cart-2-a'), 'TriggeredScaleUp', 'pod triggered scale-up', { type: 'Normal' }),
      ],
    ],
    [
      'a claim that is bound in a moment',
      [
        deployment({ status: short }),
        set(2),
        pod('cart-2-a', { age: '4s', ...unschedulable('pod has unbound immediate PersistentVolumeClaims.') }),
      ],
    ],
    [
      'a paused Deployment whose replicas are ready and up to date',
      [
        deployment({
          spec: { paused: true },
          conditions: [available(), progressing('Unknown', 'DeploymentPaused', '3d')],
        }),
      ],
    ],
    [
      'a pause of half an hour',
      [
        deployment({
          spec: { paused: true },
          status: { updatedReplicas: 1 },
          conditions: [available(), progressing('Unknown', 'DeploymentPaused', '30m')],
        }),
      ],
    ],
    [
      'a refusal of the last seconds that often passes',
      [deployment({ status: { updatedReplicas: 2 }, conditions: [available(), rolling, failing(quota, '20s')] })],
    ],
    ['more ready replicas than wanted, as in a rollout', [deployment({ spec: { replicas: 2 } })]],
    [
      'a rollout without a deadline',
      [
        deployment({
          spec: { progressDeadlineSeconds: 2147483647 },
          status: { updatedReplicas: 1 },
          conditions: [available(), progressing('True', 'ReplicaSetUpdated', '2d')],
        }),
      ],
    ],
    [
      'an absurd object',
      [build(Deployment, { spec: { replicas: -4, template: null }, status: { conditions: [null] } })],
    ],
  ])('%s', async (_, objects) => {
    expect(await analyze(analyzer, objects)).toEqual([]);
  });
});

describe('too few ready replicas', () => {
  test('are found where a Pod has failed for a while, with that Pod as the likely cause', async () => {
    const [found, ...more] = await analyze(analyzer, [
      deployment({ status: short }),
      set(1),
      set(2),
      readyPod,
      pod('cart-1-a', { revision: 1, ...waiting('ContainerCreating') }),
      pod('cart-2-a', { age: '2m', ...waiting('CrashLoopBackOff') }),
    ]);

    expect(more).toEqual([]);
    expect(found).toMatchObject({
      code: 'Deployment/Unavailable',
      severity: 'medium',
      headline: 'has too few ready replicas',
      causes: [{ ref: { kind: 'Pod', name: 'cart-2-a' } }, { ref: { kind: 'Pod', name: 'cart-1-a' } }],
    });
    expect(found?.text).toContain('1 of 3 replicas are ready (available: 1, updated: 3).');
    expect(found?.text).toContain('cart-2-a (CrashLoopBackOff)');
  });

  test.each<[string, KubernetesObject[]]>([
    [
      'the Deployment has been below its minimum for long',
      [deployment({ status: { readyReplicas: 0 }, conditions: [available('False', '9m'), complete()] })],
    ],
    [
      'its Pods are replaced again and again',
      [
        deployment({ status: { readyReplicas: 0 }, conditions: [available('False', '1h'), complete()] }),
        set(2),
        pod('cart-2-a', { age: '20s', ...waiting('ContainerCreating') }),
      ],
    ],
    [
      'a Pod runs and has not been ready for long',
      [deployment({ status: { readyReplicas: 0 } }), set(2), pod('cart-2-a')],
    ],
    [
      'no node fits a Pod, however young',
      [
        deployment({ age: '6s', status: { readyReplicas: 0 }, conditions: [available('False', '6s'), rolling] }),
        set(2),
        pod('cart-2-a', { age: '5s', ...unschedulable('no nodes available to schedule pods') }),
      ],
    ],
    [
      'the rollout still counts as progressing, but its Pods crash',
      [
        deployment({ status: { readyReplicas: 0 }, conditions: [available('False', '1m'), rolling] }),
        set(2),
        pod('cart-2-a', { age: '1m', ...waiting('CrashLoopBackOff') }),
      ],
    ],
    [
      'the rollout has time left, but too few replicas are available',
      [
        deployment({
          spec: { progressDeadlineSeconds: 1800 },
          status: { readyReplicas: 0 },
          conditions: [available('False', '8m'), progressing('True', 'ReplicaSetUpdated', '8m')],
        }),
        set(2),
        pod('cart-2-a', { age: '8m', ...waiting('ContainerCreating') }),
      ],
    ],
    ['nothing is known but the counts', [deployment({ status: { readyReplicas: 0 }, conditions: [] })]],
  ])('are found where %s', async (_, objects) => {
    expect(await analyze(analyzer, objects)).toMatchObject([
      { code: 'Deployment/Unavailable', severity: 'high', headline: 'has no ready replica' },
    ]);
  });

  test('name at most fifty Pods as causes', async () => {
    const pods = Array.from({ length: 80 }, (_, index) => pod(`cart-2-${index}`, waiting('CrashLoopBackOff')));
    const [found] = await analyze(analyzer, [deployment({ spec: { replicas: 80 } }), set(2), ...pods]);

    expect(found?.causes).toHaveLength(50);
    expect(found?.text).toContain('and 77 more');
  });

  test('do not count Pods that ended or are on their way out', async () => {
    const [found] = await analyze(analyzer, [
      deployment({ status: short, conditions: [available('False', '1h'), complete()] }),
      set(2),
      pod('cart-2-evicted', { phase: 'Failed' }),
      build(Pod, { metadata: { name: 'cart-2-old', deletionTimestamp: ago('1m'), ownerReferences: ownedBy(set(2)) } }),
    ]);

    expect(found?.causes).toEqual([]);
  });
});

describe('a rollout past its deadline', () => {
  test('is found though the old Pods still serve, in the words of the condition', async () => {
    const [found] = await analyze(analyzer, [
      deployment({ status: { replicas: 4, updatedReplicas: 1 }, conditions: [available(), deadline] }),
      set(2),
      pod('cart-2-a', waiting('CrashLoopBackOff')),
    ]);

    expect(found).toMatchObject({
      code: 'Deployment/ProgressDeadlineExceeded',
      severity: 'medium',
      values: { deadline: '10 min' },
    });
    expect(found?.text).toContain('ReplicaSet "cart-2" has timed out progressing (ProgressDeadlineExceeded).');
    expect(found?.causes).toEqual([{ ref: { kind: 'Pod', namespace: 'shop', name: 'cart-2-a' } }]);
  });

  test('is of high severity when nothing is ready, and tells the counts too', async () => {
    const [found, ...more] = await analyze(analyzer, [
      deployment({ status: { readyReplicas: 0 }, conditions: [available('False', '35m'), deadline] }),
    ]);

    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: 'Deployment/ProgressDeadlineExceeded', severity: 'high' });
    expect(found?.text).toContain('0 of 3 replicas are ready');
  });

  test('is found before the controller has said so', async () => {
    const late = deployment({
      status: { updatedReplicas: 1 },
      conditions: [available(), progressing('True', 'ReplicaSetUpdated', '40m')],
    });

    expect(await analyze(analyzer, [late])).toMatchObject([{ code: 'Deployment/ProgressDeadlineExceeded' }]);
  });
});

describe('a refused creation', () => {
  test('keeps the words of the server and points at the ReplicaSet that was refused', async () => {
    const [found, ...more] = await analyze(analyzer, [
      deployment({ status: { updatedReplicas: 0 }, conditions: [available(), deadline, failing(quota, '50m')] }),
      set(1),
      set(2, [failing(quota, '50m')]),
    ]);

    expect(more).toEqual([]);
    expect(found).toMatchObject({
      code: 'Deployment/ReplicaFailure',
      severity: 'medium',
      headline: 'cannot create all its Pods',
    });
    expect(found?.text).toContain('exceeded quota: team');
    expect(found?.text).toContain('has timed out progressing');
    expect(found?.causes).toEqual([{ ref: { kind: 'ReplicaSet', namespace: 'shop', name: 'cart-2' } }]);
  });

  test('that will not pass by itself is found at once', async () => {
    const denied =
      'pods "cart-2-x" is forbidden: violates PodSecurity "restricted:latest": privileged (container "app")';
    const young = deployment({
      age: '8s',
      status: { readyReplicas: 0, updatedReplicas: 0 },
      conditions: [available('False', '8s'), rolling, failing(denied, '8s')],
    });

    expect(await analyze(analyzer, [young])).toMatchObject([{ code: 'Deployment/ReplicaFailure', severity: 'high' }]);
  });
});

describe('a specification that nobody acts on', () => {
  test('is found where the status belongs to an older one', async () => {
    const [found] = await analyze(analyzer, [deployment({ generation: 4 })]);

    expect(found).toMatchObject({ code: 'Deployment/NotObserved', severity: 'medium' });
    expect(found?.text).toContain('generation 1');
  });

  test('is found after scaling down that had no effect', async () => {
    const scaled = deployment({ generation: 2, spec: { replicas: 1 } });

    expect(await analyze(analyzer, [scaled])).toMatchObject([{ code: 'Deployment/NotObserved' }]);
  });

  test('is found where there is no status at all', async () => {
    const found = await analyze(analyzer, [build(Deployment, { spec: { replicas: 2 } })]);

    expect(found).toMatchObject([{ code: 'Deployment/NotObserved', severity: 'high' }]);
    expect(found[0]?.text).toContain('no replica is ready');
  });

  test('does not hide that replicas are lacking', async () => {
    const found = await analyze(analyzer, [
      deployment({ generation: 2, status: { readyReplicas: 0 }, conditions: [available('False', '1h')] }),
    ]);

    expect(found.map(({ code }) => code)).toEqual(['Deployment/NotObserved', 'Deployment/Unavailable']);
  });
});

test('a pause that was forgotten is found', async () => {
  const paused = deployment({
    spec: { paused: true },
    status: { updatedReplicas: 1 },
    conditions: [available(), progressing('Unknown', 'DeploymentPaused', '3d')],
  });

  expect(await analyze(analyzer, [paused])).toMatchObject([
    { code: 'Deployment/PausedWithChanges', severity: 'low', text: expect.stringContaining('only 1 of 3 replicas') },
  ]);
});

describe('a reference in the template', () => {
  const template = (container: Raw, spec: Raw = {}) => ({
    template: { spec: { containers: [{ name: 'app', ...container }], ...spec } },
  });
  const config = build(ConfigMap, { metadata: { name: 'cart-config' }, data: { DB_HOST: 'db' } });
  const key = (name: string, of = 'cart-config', optional = false) => ({
    env: [{ name, valueFrom: { configMapKeyRef: { name: of, key: name, optional } } }],
  });

  test.each<[string, Raw, string, Raw]>([
    [
      'a key that was renamed',
      template(key('DATABASE_HOST')),
      'has no key DATABASE_HOST (it has DB_HOST)',
      { name: 'cart-config' },
    ],
    [
      'a ConfigMap that is gone',
      template(key('A', 'cart-conf')),
      'does not exist (there is cart-config)',
      { name: 'cart-conf' },
    ],
    [
      'a Secret that is gone',
      template({ envFrom: [{ secretRef: { name: 'login' } }] }),
      'does not exist',
      { kind: 'Secret', name: 'login' },
    ],
    [
      'a volume of a Secret that is gone',
      template({}, { volumes: [{ name: 'v', secret: { secretName: 'tls' } }] }),
      'does not exist',
      { kind: 'Secret', name: 'tls' },
    ],
  ])('to %s is found before Pods fail of it', async (_, spec, headline, ref) => {
    const [found] = await analyze(analyzer, [deployment({ spec }), config]);

    expect(found).toMatchObject({
      code: 'Deployment/LatentReference',
      severity: 'low',
      causes: [{ ref, certain: true }],
    });
    expect(found?.headline).toContain(headline);
  });

  test.each<[string, Raw, Raw?]>([
    ['is there', template(key('DB_HOST'))],
    ['is optional', template(key('X', 'cart-config', true))],
    [
      'belongs to an ephemeral volume',
      template({}, { volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: {} } }] }),
    ],
    ['belongs to what is scaled to zero', { ...template(key('X')), replicas: 0 }],
  ])('is left alone where it %s', async (_, spec) => {
    expect(await analyze(analyzer, [deployment({ spec }), config])).toEqual([]);
  });

  test('is left alone where ConfigMaps could not be read', async () => {
    const gaps = { ConfigMap: 'forbidden' } as const;

    expect(await analyze(analyzer, [deployment({ spec: template(key('X', 'gone')) })], { gaps })).toEqual([]);
  });

  test('is left to the Pods that already show it', async () => {
    const found = await analyze(analyzer, [
      deployment({ status: short, spec: template(key('DATABASE_HOST')) }),
      config,
      set(2),
      pod('cart-2-a', waiting('CreateContainerConfigError')),
    ]);

    expect(found.map(({ code }) => code)).toEqual(['Deployment/Unavailable']);
  });
});

test('a healthy Deployment asks for no Pods', () => {
  const cluster = clusterOf([deployment()]);
  const counted = {
    ...cluster,
    podsOf: () => {
      throw new Error('asked for Pods');
    },
  };

  expect(analyzer.check(deployment(), counted)).toEqual([]);
});
