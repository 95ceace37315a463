import { type Age, ago, keyOf, type Manifest, uidOf } from '../manifest.ts';

export const DRIVER = 'disk.csi.example.com';

export function storageClass(name: string, { isDefault = false, immediate = false } = {}): Manifest {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name,
      creationTimestamp: ago('365d'),
      ...(isDefault && { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }),
    },
    provisioner: DRIVER,
    reclaimPolicy: 'Delete',
    volumeBindingMode: immediate ? 'Immediate' : 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  };
}

interface ClaimOptions {
  namespace: string;
  name: string;
  size: string;
  className: string;
  labels?: Record<string, string>;
  age?: Age;
}

/** A claim that is bound, and its volume. */
export function boundClaim(options: ClaimOptions): Manifest[] {
  const claim = claimOf(options);
  const { namespace, name, size, className, age = '180d' } = options;
  const volumeName = `pvc-${uidOf(keyOf(claim))}`;
  const accessModes = ['ReadWriteOnce'];
  const volume: Manifest = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName, creationTimestamp: ago(age) },
    spec: {
      capacity: { storage: size },
      accessModes,
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: className,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid: uidOf(keyOf(claim)) },
      csi: { driver: DRIVER, volumeHandle: volumeName.slice(4) },
    },
    status: { phase: 'Bound' },
  };
  const spec = { ...(claim.spec as object), volumeName };
  return [volume, { ...claim, spec, status: { phase: 'Bound', accessModes, capacity: { storage: size } } }];
}

export function pendingClaim(options: ClaimOptions): Manifest {
  return { ...claimOf(options), status: { phase: 'Pending' } };
}

function claimOf({ namespace, name, size, className, labels = {}, age = '180d' }: ClaimOptions): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace, labels, creationTimestamp: ago(age) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
      storageClassName: className,
      volumeMode: 'Filesystem',
    },
  };
}
