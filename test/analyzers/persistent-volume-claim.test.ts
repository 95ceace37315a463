import { describe, expect, test } from 'vitest';
import claims from '../../src/analyzers/persistent-volume-claim.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { CSIDriver, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../src/kinds/storage.ts';
import { ago, analyze, build, event, type Raw } from '../support/cluster.ts';

const CLASS_BY_ANNOTATION = { 'volume.beta.kubernetes.io/storage-class': 'fast' };
const DEFAULT = { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } };

function claim(spec: Raw = {}, raw: Raw = {}) {
  return build(PersistentVolumeClaim, {
    status: { phase: 'Pending' },
    ...raw,
    metadata: { name: 'data', ...raw.metadata },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, ...spec },
  });
}

function storageClass(name: string, raw: Raw = {}) {
  return build(StorageClass, { provisioner: 'disk.csi.example.com', ...raw, metadata: { name, ...raw.metadata } });
}

function volume(spec: Raw = {}, phase = 'Available') {
  return build(PersistentVolume, {
    metadata: { name: 'disk-1' },
    spec: { capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
    status: { phase },
  });
}

function user(raw: Raw = {}) {
  return build(Pod, {
    metadata: { name: 'db-0' },
    ...raw,
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
  });
}

const driver = build(CSIDriver, { metadata: { name: 'disk.csi.example.com' } });
const waiting = (subject: KubernetesObject, raw: Raw = {}) =>
  event(subject, 'ExternalProvisioning', 'Waiting for a volume to be created by the external provisioner', {
    type: 'Normal',
    firstTimestamp: ago('20m'),
    ...raw,
  });

describe('finds nothing wrong with', () => {
  const fast = claim({ storageClassName: 'fast' });

  test.each<[string, KubernetesObject[]]>([
    ['a bound claim', [claim({ storageClassName: 'fast', volumeName: 'disk-1' }, { status: { phase: 'Bound' } })]],
    [
      'a bound claim without a class',
      [claim({ storageClassName: '', volumeName: 'x' }, { status: { phase: 'Bound' } })],
    ],
    [
      'a claim that waits for its first Pod',
      [claim({ storageClassName: 'later' }), storageClass('later', { volumeBindingMode: 'WaitForFirstConsumer' })],
    ],
    [
      'a claim whose Pod finds no node, since the Pod has the finding',
      [
        claim({ storageClassName: 'later' }),
        storageClass('later', { volumeBindingMode: 'WaitForFirstConsumer' }),
        user(),
      ],
    ],
    [
      'a claim for local volumes that waits for its first Pod',
      [
        claim({ storageClassName: 'local' }),
        storageClass('local', {
          provisioner: 'kubernetes.io/no-provisioner',
          volumeBindingMode: 'WaitForFirstConsumer',
        }),
      ],
    ],
    ['a claim that the default class will serve', [claim(), storageClass('fast', { metadata: DEFAULT })]],
    [
      'a claim that has just been handed to its provisioner',
      [
        claim({ storageClassName: 'fast' }, { metadata: { creationTimestamp: ago('1m') } }),
        storageClass('fast'),
        driver,
        waiting(fast, { firstTimestamp: ago('1m') }),
      ],
    ],
    [
      'a provisioner that is at work',
      [
        fast,
        storageClass('fast'),
        driver,
        waiting(fast),
        event(fast, 'Provisioning', 'External provisioner is provisioning volume', { type: 'Normal' }),
      ],
    ],
    ['a claim whose prepared volume is free', [claim({ storageClassName: '' }), volume({ storageClassName: '' })]],
    [
      'a claim whose prepared volume is reserved for it',
      [claim({ storageClassName: '' }), volume({ claimRef: { namespace: 'shop', name: 'data' } })],
    ],
    [
      'a claim that names its class by the old annotation',
      [
        claim({}, { metadata: { annotations: CLASS_BY_ANNOTATION } }),
        storageClass('fast', { volumeBindingMode: 'WaitForFirstConsumer' }),
      ],
    ],
    [
      'a claim that changes its attributes class right now',
      [claim({}, { status: { phase: 'Bound', modifyVolumeStatus: { status: 'InProgress' } } })],
    ],
    [
      'a class that was missing and has been made since',
      [
        claim({ storageClassName: 'fast' }, { metadata: { creationTimestamp: ago('2m') } }),
        storageClass('fast'),
        driver,
        event(fast, 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found'),
      ],
    ],
    ['a claim that was deleted a minute ago', [claim({}, { metadata: { deletionTimestamp: ago('1m') } }), user()]],
    ['an absurd claim', [build(PersistentVolumeClaim, { spec: 'fast', status: null })]],
    [
      'a volume that waits for its next mount, with no Pod',
      [
        claim(
          {},
          {
            status: {
              phase: 'Bound',
              conditions: [{ type: 'FileSystemResizePending', status: 'True', lastTransitionTime: ago('2h') }],
            },
          },
        ),
      ],
    ],
    [
      'a claim that has grown',
      [
        claim({}, { status: { phase: 'Bound', capacity: { storage: '10Gi' } } }),
        event(claim(), 'VolumeResizeFailed', 'timed out'),
      ],
    ],
  ])('%s', async (_, objects) => {
    expect(await analyze(claims, objects)).toEqual([]);
  });

  test('classes and volumes that could not be read', async () => {
    const gaps = { StorageClass: 'forbidden', PersistentVolume: 'forbidden' } as const;

    expect(await analyze(claims, [fast], { gaps })).toEqual([]);
    expect(await analyze(claims, [claim()], { gaps })).toEqual([]);
    expect(await analyze(claims, [claim({ storageClassName: '' })], { gaps })).toEqual([]);
  });
});

describe('class', () => {
  test('one that does not exist', async () => {
    const [found] = await analyze(claims, [claim({ storageClassName: 'fast-ssd' }), storageClass('ssd'), user()]);

    expect(found).toMatchObject({
      code: 'PersistentVolumeClaim/StorageClassNotFound',
      severity: 'high',
      headline: 'does not exist, but claim shop/data asks for it',
      causes: [{ ref: { kind: 'StorageClass', name: 'fast-ssd' }, certain: true }],
    });
    expect(found?.text).toContain('fast-ssd, which does not exist (there is ssd)');
    expect(found?.text).toContain('Pod db-0 uses it');
  });

  test('none named, none the default', async () => {
    const subject = claim();
    const says = 'no persistent volumes available for this claim and no storage class is set';

    const [found] = await analyze(claims, [
      subject,
      storageClass('slow'),
      event(subject, 'FailedBinding', says, { type: 'Normal' }),
    ]);

    expect(found).toMatchObject({ code: 'PersistentVolumeClaim/NoStorageClass', severity: 'medium' });
    expect(found?.text).toContain(says);
  });
});

describe('prepared volumes', () => {
  test.each<[string, Raw, KubernetesObject[]]>([
    ['none', { storageClassName: '' }, []],
    ['one too small', { storageClassName: '' }, [volume({ capacity: { storage: '1Gi' } })]],
    ['one with another access mode', { storageClassName: '' }, [volume({ accessModes: ['ReadOnlyMany'] })]],
    ['one that is taken', { storageClassName: '' }, [volume({ claimRef: { name: 'other' } }, 'Bound')]],
    [
      'one that is Released',
      { storageClassName: '' },
      [volume({ claimRef: { namespace: 'shop', name: 'data' } }, 'Released')],
    ],
    [
      'one that is reserved for a namesake in another namespace',
      { storageClassName: '' },
      [volume({ claimRef: { namespace: 'lab', name: 'data' } })],
    ],
    [
      'one that the selector does not choose',
      { storageClassName: '', selector: { matchLabels: { disk: 'ssd' } } },
      [volume()],
    ],
    ['a block device', { storageClassName: '' }, [volume({ volumeMode: 'Block' })]],
    [
      'a class that exists in name only',
      { storageClassName: 'manual' },
      [volume({ storageClassName: 'manual' }, 'Bound')],
    ],
    [
      'a class without a provisioner',
      { storageClassName: 'local' },
      [storageClass('local', { provisioner: 'kubernetes.io/no-provisioner' })],
    ],
  ])('do not fit: %s', async (_, spec, objects) => {
    expect(await analyze(claims, [claim(spec), ...objects])).toMatchObject([
      { code: 'PersistentVolumeClaim/NoMatchingVolume', values: { size: '10Gi', accessModes: 'ReadWriteOnce' } },
    ]);
  });

  test('the one named does not exist', async () => {
    expect(await analyze(claims, [claim({ volumeName: 'disk-9' })])).toMatchObject([
      {
        code: 'PersistentVolumeClaim/NoMatchingVolume',
        causes: [{ ref: { kind: 'PersistentVolume', name: 'disk-9' }, certain: true }],
      },
    ]);
  });

  test.each<[string, KubernetesObject, string]>([
    ['is Released', volume({ claimRef: { namespace: 'shop', name: 'data' } }, 'Released'), 'it is Released'],
    ['belongs to another', volume({ claimRef: { namespace: 'lab', name: 'x' } }, 'Bound'), 'belongs to claim lab/x'],
    ['is too small', volume({ capacity: { storage: '1Gi' } }), 'it has only 1Gi'],
    ['is of another class', volume({ storageClassName: 'slow' }), 'its class is slow'],
  ])('the one named %s, whatever else is free', async (_, named, why) => {
    const other = build(PersistentVolume, { ...volume(), metadata: { name: 'disk-2' } });

    const found = await analyze(claims, [claim({ storageClassName: '', volumeName: 'disk-1' }), named, other]);

    expect(found).toMatchObject([{ code: 'PersistentVolumeClaim/NoMatchingVolume' }]);
    expect(found[0]?.text).toContain(why);
  });

  test('the cluster says at once why', async () => {
    const young = claim({ storageClassName: '' }, { metadata: { creationTimestamp: ago('5s') } });
    const says = 'no persistent volumes available for this claim and no storage class is set';

    expect(await analyze(claims, [young])).toEqual([]);
    expect((await analyze(claims, [young, event(young, 'FailedBinding', says)]))[0]?.text).toContain(says);
  });

  test('the volume of a bound claim is gone', async () => {
    const [found] = await analyze(claims, [claim({ volumeName: 'disk-9' }, { status: { phase: 'Lost' } })]);

    expect(found).toMatchObject({
      code: 'PersistentVolumeClaim/Lost',
      causes: [{ ref: { kind: 'PersistentVolume', name: 'disk-9' }, certain: true }],
    });
    expect(found?.text).toContain('disk-9 does not exist any more');
  });
});

describe('provisioner', () => {
  const fast = claim({ storageClassName: 'fast' });

  test('one that fails, as K8sGPT finds it; later events do not hide it', async () => {
    const [found] = await analyze(claims, [
      fast,
      storageClass('fast'),
      driver,
      event(fast, 'ProvisioningFailed', 'rpc error: quota exceeded', { lastTimestamp: ago('10m') }),
      waiting(fast),
    ]);

    expect(found).toMatchObject({
      code: 'PersistentVolumeClaim/ProvisioningFailed',
      causes: [{ ref: { kind: 'StorageClass', name: 'fast' } }],
    });
    expect(found?.text).toContain('rpc error: quota exceeded.');
  });

  test('one that fails for a class that could not be read', async () => {
    const missing = event(fast, 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found');

    expect(await analyze(claims, [fast, missing], { gaps: { StorageClass: 'forbidden' } })).toMatchObject([
      { code: 'PersistentVolumeClaim/ProvisioningFailed' },
    ]);
  });

  test('one whose CSI driver is not registered, at once', async () => {
    const young = claim({ storageClassName: 'fast' }, { metadata: { creationTimestamp: ago('5s') } });

    expect(await analyze(claims, [young, storageClass('fast')])).toMatchObject([
      {
        code: 'PersistentVolumeClaim/ProvisionerSilent',
        headline: 'is not registered, but claim shop/data waits for it',
        causes: [{ ref: { kind: 'CSIDriver', name: 'disk.csi.example.com' }, certain: true }],
        text: expect.stringContaining('provisioner disk.csi.example.com'),
      },
    ]);
  });

  test.each([
    ['a registered driver', 'disk.csi.example.com'],
    ['a provisioner that is no CSI driver', 'rancher.io/local-path'],
  ])('%s that has not answered for five minutes', async (_, provisioner) => {
    const found = await analyze(claims, [fast, storageClass('fast', { provisioner }), driver, waiting(fast)]);

    expect(found).toMatchObject([
      { code: 'PersistentVolumeClaim/ProvisionerSilent', causes: [], values: { provisioner } },
    ]);
  });

  test('one that was asked after a Pod was placed', async () => {
    const placed = claim(
      { storageClassName: 'later' },
      { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'a' } } },
    );
    const later = storageClass('later', { volumeBindingMode: 'WaitForFirstConsumer' });

    expect(await analyze(claims, [placed, later, driver])).toMatchObject([
      { code: 'PersistentVolumeClaim/ProvisionerSilent' },
    ]);
  });
});

describe('growing', () => {
  const bound = (status: Raw) => claim({}, { status: { phase: 'Bound', capacity: { storage: '5Gi' }, ...status } });

  test.each<[string, KubernetesObject[], string]>([
    ['an event', [bound({}), event(bound({}), 'VolumeResizeFailed', 'too large')], 'too large'],
    [
      'a status that the driver calls infeasible',
      [bound({ allocatedResourceStatuses: { storage: 'ControllerResizeInfeasible' } })],
      'ControllerResizeInfeasible',
    ],
    [
      'a condition',
      [bound({ conditions: [{ type: 'NodeResizeError', status: 'True', message: 'xfs_growfs failed' }] })],
      'xfs_growfs failed',
    ],
  ])('fails: %s', async (_, objects, why) => {
    const [found] = await analyze(claims, objects);

    expect(found).toMatchObject({ code: 'PersistentVolumeClaim/ResizeFailed', severity: 'medium' });
    expect(found?.text).toContain('from 5Gi to 10Gi');
    expect(found?.text).toContain(why);
  });

  test.each([
    ['Resizing', []],
    ['FileSystemResizePending', [user()]],
  ])('waits too long: %s', async (type, others) => {
    const since = (age: string) => bound({ conditions: [{ type, status: 'True', lastTransitionTime: ago(age) }] });

    expect(await analyze(claims, [since('20m'), ...others])).toMatchObject([
      { code: 'PersistentVolumeClaim/ResizePending', values: { condition: type } },
    ]);
    expect(await analyze(claims, [since('5m'), ...others])).toEqual([]);
  });
});

describe('deletion', () => {
  const deleted = claim(
    {},
    {
      metadata: { deletionTimestamp: ago('2h'), finalizers: ['kubernetes.io/pvc-protection'] },
      status: { phase: 'Bound' },
    },
  );

  test('is held up by a Pod', async () => {
    const [found] = await analyze(claims, [deleted, user()]);

    expect(found).toMatchObject({ code: 'PersistentVolumeClaim/StuckTerminating', values: { pods: 'db-0' } });
    expect(found?.text).toContain('Pod db-0 still uses it');
  });

  test('is held up by a finalizer; a Pod that has ended holds nothing', async () => {
    const [found] = await analyze(claims, [deleted, user({ status: { phase: 'Succeeded' } })]);

    expect(found?.text).toContain('the finalizers kubernetes.io/pvc-protection are still set');
  });
});

test('finds that a class named by the old annotation does not exist', async () => {
  const subject = claim({}, { metadata: { annotations: CLASS_BY_ANNOTATION } });

  expect(await analyze(claims, [subject, storageClass('slow')])).toMatchObject([
    { code: 'PersistentVolumeClaim/StorageClassNotFound', values: { class: 'fast' } },
  ]);
});

describe('another attributes class', () => {
  const wanting = (status: Raw) =>
    claim({ volumeAttributesClassName: 'gold' }, { status: { phase: 'Bound', ...status } });
  const target = { targetVolumeAttributesClassName: 'gold' };

  test.each<[string, Raw, string]>([
    ['does not exist', { modifyVolumeStatus: { ...target, status: 'Pending' } }, 'no such class'],
    ['is refused', { modifyVolumeStatus: { ...target, status: 'Infeasible' } }, 'Infeasible'],
    [
      'fails, with the words of the driver',
      { conditions: [{ type: 'ModifyVolumeError', status: 'True', message: 'iops above the limit' }] },
      'iops above the limit',
    ],
  ])('%s', async (_, status, says) => {
    const found = await analyze(claims, [wanting(status)]);

    expect(found).toMatchObject([
      { code: 'PersistentVolumeClaim/ModifyFailed', severity: 'medium', values: { class: 'gold' } },
    ]);
    expect(found[0]?.text).toContain(says);
  });
});
