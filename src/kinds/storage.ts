import { defineKind, type ObjectOf } from '../kind.ts';
import { intOrString, list, map, object, prose, string } from '../shape.ts';
import { condition, labelSelector, nodeSelectorTerms } from './pod-template.ts';

/** Names a class as the field storageClassName does, and goes before it where both are there. */
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const PersistentVolumeClaim = defineKind({
  kind: 'PersistentVolumeClaim',
  group: '',
  version: 'v1',
  plural: 'persistentvolumeclaims',
  namespaced: true,
  annotations: ['volume.kubernetes.io/selected-node', 'volume.kubernetes.io/storage-provisioner', CLASS_ANNOTATION],
  keep: {
    spec: object({
      storageClassName: string,
      volumeName: string,
      volumeMode: string,
      volumeAttributesClassName: string,
      selector: labelSelector,
      dataSource: object({ kind: string, name: string }),
      accessModes: list(string),
      resources: object({ requests: map(intOrString) }),
    }),
    status: object({
      phase: string,
      capacity: map(intOrString),
      conditions: list(condition),
      allocatedResourceStatuses: map(string),
      modifyVolumeStatus: object({ targetVolumeAttributesClassName: string, status: string }),
    }),
  },
});
export type PersistentVolumeClaim = ObjectOf<typeof PersistentVolumeClaim>;

export const PersistentVolume = defineKind({
  kind: 'PersistentVolume',
  group: '',
  version: 'v1',
  plural: 'persistentvolumes',
  namespaced: false,
  annotations: [CLASS_ANNOTATION],
  keep: {
    spec: object({
      storageClassName: string,
      capacity: map(intOrString),
      accessModes: list(string),
      volumeMode: string,
      persistentVolumeReclaimPolicy: string,
      claimRef: object({ namespace: string, name: string }),
      csi: object({ driver: string }),
      nodeAffinity: object({ required: object({ nodeSelectorTerms }) }),
    }),
    status: object({ phase: string, reason: string, message: prose }),
  },
});
export type PersistentVolume = ObjectOf<typeof PersistentVolume>;

export const StorageClass = defineKind({
  kind: 'StorageClass',
  group: 'storage.k8s.io',
  version: 'v1',
  plural: 'storageclasses',
  namespaced: false,
  annotations: ['storageclass.kubernetes.io/is-default-class'],
  keep: { provisioner: string, volumeBindingMode: string, reclaimPolicy: string },
});
export type StorageClass = ObjectOf<typeof StorageClass>;

export const CSIDriver = defineKind({
  kind: 'CSIDriver',
  group: 'storage.k8s.io',
  version: 'v1',
  plural: 'csidrivers',
  namespaced: false,
  keep: {},
});
export type CSIDriver = ObjectOf<typeof CSIDriver>;
