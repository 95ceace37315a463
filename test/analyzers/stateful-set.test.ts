import { describe, expect, test } from 'vitest';
import analyzer from '../../src/analyzers/stateful-set.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { Service } from '../../src/kinds/network.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../src/kinds/storage.ts';
import { StatefulSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, event, ownedBy, type Raw } from '../support/cluster.ts';

function ring({ age = '26h', spec, ...status }: Raw & { age?: string; spec?: Raw } = {}) {
  return build(StatefulSet, {
    metadata: { name: 'ring', creationTimestamp: ago(age) },
    spec: { replicas: 3, selector: { matchLabels: { app: 'ring' } }, ...spec },
    status: {
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      updatedReplicas: 3,
      currentRevision: 'ring-1',
      updateRevision: 'ring-1',
      ...status,
    },
  });
}

function pod(ordinal: number, { age = '2h', metadata, ...status }: Raw & { age?: string } = {}) {
  return build(Pod, {
    metadata: { name: `ring-${ordinal}`, creationTimestamp: ago(age), ownerReferences: ownedBy(ring()), ...metadata },
    spec: { nodeName: 'a' },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(age) }],
      ...status,
    },
  });
}
const ready = (ordinal: number, raw: Raw = {}) =>
  pod(ordinal, { ...raw, conditions: [{ type: 'Ready', status: 'True' }] });
const service = (name: string) => build(Service, { metadata: { name } });
const storageClass = (name: string) => build(StorageClass, { metadata: { name } });
const claims = (storageClassName?: string) => ({
  volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName } }],
});
const claim = (ordinal: number, phase: string) =>
  build(PersistentVolumeClaim, { metadata: { name: `data-ring-${ordinal}` }, status: { phase } });
const preparedVolume = build(PersistentVolume, { metadata: { name: 'pv-1' }, spec: { storageClassName: 'manual' } });

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['a set with all replicas', [ring()]],
    ['one that wants no Service', [ring({ spec: { serviceName: '' } })]],
    ['one whose Service exists', [ring({ spec: { serviceName: 'ring' } }), service('ring')]],
    ['one scaled to zero', [ring({ spec: { replicas: 0, serviceName: 'gone' }, readyReplicas: 0 })]],
    ['volumes without a class, on purpose', [ring({ spec: claims('') })]],
    ['the default class', [ring({ spec: claims() })]],
    ['a class that exists', [ring({ spec: claims('ssd') }), storageClass('ssd')]],
    ['prepared volumes of a class in name only', [ring({ spec: claims('manual') }), preparedVolume, claim(0, 'Bound')]],
    ['one that is starting', [ring({ age: '3m', readyReplicas: 1, replicas: 2 }), ready(0), pod(1, { age: '40s' })]],
    ['a replica that is being replaced', [ring({ readyReplicas: 2 }), ready(0), ready(1), pod(2, { age: '1m' })]],
    [
      'a replica whose old Pod has just gone',
      [
        ring({ readyReplicas: 2, replicas: 2 }),
        ready(0),
        ready(1),
        event(ring(), 'SuccessfulDelete', 'delete Pod ring-2 in StatefulSet ring successful', {
          type: 'Normal',
          lastTimestamp: ago('10s'),
        }),
      ],
    ],
    ['ordinals that start elsewhere', [ring({ spec: { ordinals: { start: 5 } } }), ready(5), ready(6), ready(7)]],
    [
      'a canary of this morning',
      [
        ring({
          spec: { updateStrategy: { rollingUpdate: { partition: 2 } } },
          updateRevision: 'ring-2',
          updatedReplicas: 1,
        }),
        ready(2, { age: '3h', metadata: { labels: { 'controller-revision-hash': 'ring-2' } } }),
      ],
    ],
    [
      'one that is being deleted',
      [build(StatefulSet, { metadata: { deletionTimestamp: ago('1m') }, spec: { serviceName: 'gone' } })],
    ],
    [
      'an absurd object',
      [build(StatefulSet, { spec: { replicas: -2, volumeClaimTemplates: [null, {}] }, status: null })],
    ],
  ])('%s', async (_, objects) => {
    expect(await analyze(analyzer, objects)).toEqual([]);
  });

  test('a status that lags behind its Pods', async () => {
    expect(await analyze(analyzer, [ring({ readyReplicas: 2 }), ready(0), ready(1), ready(2)])).toEqual([]);
  });

  test('what could not be read', async () => {
    const set = ring({ spec: { serviceName: 'ring', ...claims('ssd') } });

    expect(await analyze(analyzer, [set], { gaps: { Service: 'forbidden', StorageClass: 'forbidden' } })).toEqual([]);
  });
});

describe('too few ready replicas', () => {
  test('name the first Pod that holds up the others', async () => {
    const found = await analyze(analyzer, [ring({ readyReplicas: 1, replicas: 2 }), ready(0), pod(1)]);

    expect(found).toMatchObject([
      {
        code: 'StatefulSet/Unavailable',
        severity: 'medium',
        values: { pod: 'ring-1' },
        causes: [{ ref: { kind: 'Pod', name: 'ring-1' } }],
      },
    ]);
    expect(found[0]?.text).toBe(
      '1 of 3 replicas are ready; ring-1 is not ready (running, not ready) and holds up the ones after it.',
    );
  });

  test('name the Pod that holds up an update, which goes from the last to the first', async () => {
    const updating = ring({ readyReplicas: 2, updateRevision: 'ring-2', updatedReplicas: 1 });
    const found = await analyze(analyzer, [updating, ready(0), ready(1), pod(2)]);

    expect(found[0]?.text).toContain('ring-2 is not ready (running, not ready) and holds up the update.');
  });

  test('hold up nothing where Pods start side by side, or the last one is away', async () => {
    const parallel = ring({ spec: { podManagementPolicy: 'Parallel' }, readyReplicas: 2 });

    expect((await analyze(analyzer, [parallel, ready(0), pod(1), ready(2)]))[0]?.text).not.toContain('holds up');
    expect((await analyze(analyzer, [ring({ readyReplicas: 2 }), ready(0), ready(1), pod(2)]))[0]?.text).not.toContain(
      'holds up',
    );
  });

  test('call no Pod missing where Pods could not be read', async () => {
    const [found] = await analyze(analyzer, [ring({ readyReplicas: 1 })], { gaps: { Pod: 'forbidden' } });

    expect(found?.text).toBe('1 of 3 replicas are ready.');
  });

  test('count from where the ordinals start', async () => {
    const set = ring({ spec: { ordinals: { start: 4 } }, readyReplicas: 0, replicas: 1 });

    expect((await analyze(analyzer, [set, pod(4)]))[0]?.text).toContain('ring-4 is not ready');
  });

  test('may be due to claims without a volume', async () => {
    const [found] = await analyze(analyzer, [
      ring({ spec: claims('ssd'), readyReplicas: 0, replicas: 1 }),
      storageClass('ssd'),
      pod(0, { phase: 'Pending' }),
      claim(0, 'Pending'),
    ]);

    expect(found?.causes).toContainEqual({
      ref: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data-ring-0' },
    });
    expect(found?.text).toContain(
      'ring-0 is not ready (Pending) because its claim data-ring-0 is not bound and holds up',
    );
  });

  test('are found where a Pod hangs on its way out', async () => {
    const found = await analyze(analyzer, [
      ring({ spec: { replicas: 1 }, readyReplicas: 0 }),
      pod(0, { metadata: { deletionTimestamp: ago('20m') } }),
    ]);

    expect(found).toMatchObject([{ severity: 'high', headline: 'has no ready replica' }]);
    expect(found[0]?.text).toContain('ring-0 is not ready (terminating)');
  });

  test('are found where the first Pod is missing, with the warning that tells why', async () => {
    const set = ring({ readyReplicas: 0, replicas: 0 });
    const found = await analyze(analyzer, [
      set,
      event(set, 'RecreatingFailedPod', 'StatefulSet shop/ring is recreating failed Pod ring-0'),
    ]);

    expect(found[0]?.text).toBe(
      '0 of 3 replicas are ready; ring-0 does not exist and holds up the ones after it. StatefulSet shop/ring is recreating failed Pod ring-0.',
    );
  });

  test('are explained by the refusal to create Pods, however young', async () => {
    const set = ring({ age: '9s', spec: { replicas: 1 }, readyReplicas: 0, replicas: 0 });
    const message =
      'create Pod ring-0 in StatefulSet ring failed error: pods "ring-0" is forbidden: violates PodSecurity "restricted:latest": privileged';
    const found = await analyze(analyzer, [set, event(set, 'FailedCreate', message, { lastTimestamp: ago('2s') })]);

    expect(found).toMatchObject([{ code: 'StatefulSet/PodSecurity', severity: 'high' }]);
    expect(found[0]?.text).toContain('violates PodSecurity');
  });
});

test('a Service that does not exist is the certain cause, with what is like it', async () => {
  const found = await analyze(analyzer, [ring({ spec: { serviceName: 'ring-headles' } }), service('ring-headless')]);

  expect(found).toMatchObject([
    {
      code: 'StatefulSet/MissingService',
      severity: 'medium',
      headline: 'does not exist (there is ring-headless), but StatefulSet ring names it',
      causes: [{ ref: { kind: 'Service', namespace: 'shop', name: 'ring-headles' }, certain: true }],
    },
  ]);
});

describe('a StorageClass that does not exist', () => {
  test('explains why nothing is ready', async () => {
    const found = await analyze(analyzer, [
      ring({ spec: claims('fast-ssd'), readyReplicas: 0, replicas: 1 }),
      storageClass('ssd'),
      pod(0, { phase: 'Pending' }),
      claim(0, 'Pending'),
    ]);

    expect(found).toMatchObject([
      {
        code: 'StatefulSet/MissingStorageClass',
        severity: 'high',
        headline: 'does not exist (there is ssd), but claims such as data-ring-0 ask for it',
        causes: [{ ref: { kind: 'StorageClass', name: 'fast-ssd' }, certain: true }],
      },
    ]);
    expect(found[0]?.text).toContain(
      '0 of 3 replicas are ready; claim data-ring-0 is not bound, so its Pod ring-0 cannot start',
    );
  });

  test('is found before it hurts', async () => {
    const found = await analyze(analyzer, [ring({ spec: claims('gone') })]);

    expect(found).toMatchObject([
      { code: 'StatefulSet/MissingStorageClass', severity: 'medium', values: { class: 'gone' } },
    ]);
  });

  test('is found where a claim waits, though other volumes carry its name', async () => {
    const set = ring({ spec: claims('manual'), readyReplicas: 2, replicas: 3 });
    const found = await analyze(analyzer, [
      set,
      preparedVolume,
      ready(0),
      ready(1),
      pod(2, { age: '1m' }),
      claim(2, 'Pending'),
    ]);

    expect(found.map(({ code }) => code)).toEqual(['StatefulSet/MissingStorageClass']);
  });
});

test('a canary that nobody finished is found', async () => {
  const set = ring({
    spec: { updateStrategy: { rollingUpdate: { partition: 2 } } },
    updateRevision: 'ring-2',
    updatedReplicas: 1,
  });
  const canary = ready(2, { age: '3d', metadata: { labels: { 'controller-revision-hash': 'ring-2' } } });

  expect(await analyze(analyzer, [set, ready(0), ready(1), canary])).toMatchObject([
    { code: 'StatefulSet/PartitionLeft', severity: 'low', values: { partition: '2' } },
  ]);
});

test('a reference in the template that would fail the next Pod is found', async () => {
  const template = { spec: { containers: [{ name: 'app', envFrom: [{ secretRef: { name: 'gone' } }] }] } };

  expect(await analyze(analyzer, [ring({ spec: { template } })])).toMatchObject([
    { code: 'StatefulSet/LatentReference' },
  ]);
});
