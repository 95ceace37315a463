import { describe, expect, test } from 'vitest';
import claims from '../../../src/analyzers/persistent-volume-claim.ts';
import pod from '../../../src/analyzers/pod.ts';
import { keyOf } from '../../../src/cluster.ts';
import type { KubernetesObject } from '../../../src/kind.ts';
import { CSIDriver, PersistentVolumeClaim, StorageClass } from '../../../src/kinds/storage.ts';
import { DaemonSet, Deployment, StatefulSet } from '../../../src/kinds/workloads.ts';
import { ago, analyze, build, event, type Found, ownedBy } from '../../support/cluster.ts';
import { pod as somePod, waitingPod } from '../../support/pods.ts';

type Container = { image?: string; args?: string[]; env?: { name: string; value: string }[] };

const workload = (kind: typeof Deployment | typeof StatefulSet, name: string, container: Container = {}) =>
  build(kind, {
    metadata: { name, namespace: 'kube-system' },
    spec: { template: { spec: { containers: [{ name: 'driver', ...container }] } } },
  });
const causesOf = (found: Found | undefined) => found?.causes?.map(({ ref }) => keyOf(ref)) ?? [];

describe('a claim whose provisioner does not answer', () => {
  async function causes(provisioner: string, ...others: KubernetesObject[]): Promise<string[]> {
    const storageClass = build(StorageClass, {
      metadata: { name: 'fast' },
      provisioner,
      volumeBindingMode: 'Immediate',
    });
    const driver = build(CSIDriver, { metadata: { name: provisioner } });
    const claim = build(PersistentVolumeClaim, {
      metadata: { name: 'data', creationTimestamp: ago('1h') },
      spec: { storageClassName: 'fast' },
      status: { phase: 'Pending' },
    });
    const [found] = await analyze(claims, [claim, storageClass, driver, ...others]);
    expect(found?.code).toBe('PersistentVolumeClaim/ProvisionerSilent');
    return causesOf(found);
  }

  test('may owe it to the workload that is told to be that provisioner', async () => {
    const named = workload(Deployment, 'provisioner', {
      env: [{ name: 'PROVISIONER_NAME', value: 'example.org/nfs' }],
    });

    expect(await causes('example.org/nfs', named, workload(Deployment, 'nfs-csi'))).toEqual([
      'Deployment/kube-system/provisioner',
    ]);
  });

  test.each([
    ['ebs.csi.aws.com', workload(Deployment, 'ebs-csi-controller')],
    ['rancher.io/local-path', workload(Deployment, 'local-path-provisioner')],
    ['hostpath.csi.k8s.io', workload(StatefulSet, 'csi-hostpathplugin')],
    ['disk.csi.azure.com', workload(Deployment, 'csi-azuredisk-controller')],
  ])('may owe it to the one for storage that is called like it: %s', async (provisioner, controller) => {
    const others = [workload(Deployment, 'efs-csi-controller'), workload(Deployment, 'disk-usage-exporter')];

    expect(await causes(provisioner, controller, ...others)).toEqual([
      `${controller.kind}/kube-system/${controller.metadata.name}`,
    ]);
  });

  test('owes it to no other driver', async () => {
    expect(await causes('ebs.csi.aws.com', workload(Deployment, 'efs-csi-controller'))).toEqual([]);
  });
});

describe('a volume that is not mounted', () => {
  const stuck = waitingPod('ContainerCreating', '', { since: '31m' });
  const plugin = build(DaemonSet, {
    metadata: { name: 'disk-csi-node', namespace: 'kube-system' },
    status: { desiredNumberScheduled: 2, numberReady: 1 },
  });
  const onNode = somePod({
    metadata: { name: 'disk-csi-node-x', namespace: 'kube-system', ownerReferences: ownedBy(plugin) },
  });

  test.each([
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pv-1": driver name disk.csi.example.com not found in the list of registered CSI drivers',
      'Pod/kube-system/disk-csi-node-x',
    ],
    [
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pv-1": timed out waiting for external-attacher of disk.csi.example.com CSI driver to attach volume vol-1',
      'Deployment/kube-system/disk-csi-controller',
    ],
  ])('may owe it to the part of the driver that %s speaks of', async (reason, message, expected) => {
    const found = await analyze(pod, [
      stuck,
      event(stuck, reason, message),
      plugin,
      onNode,
      workload(Deployment, 'disk-csi-controller'),
    ]);

    expect(causesOf(found.find(({ object }) => object === 'cart-0'))).toEqual([expected, 'Node/worker-a']);
  });
});
