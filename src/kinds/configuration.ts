import { defineKind, type ObjectOf } from '../kind.ts';
import { list, number, object, sizes, string } from '../shape.ts';

export const Namespace = defineKind({
  kind: 'Namespace',
  group: '',
  version: 'v1',
  plural: 'namespaces',
  namespaced: false,
  keep: { status: object({ phase: string }) },
});
export type Namespace = ObjectOf<typeof Namespace>;

export const ConfigMap = defineKind({
  kind: 'ConfigMap',
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespaced: true,
  annotations: [
    'k8sgpt.ai/skip-usage-check',
    'control-plane.alpha.kubernetes.io/leader',
    'renewTime',
    'cluster-autoscaler.kubernetes.io/last-updated',
  ],
  keep: { data: sizes, binaryData: sizes },
});
export type ConfigMap = ObjectOf<typeof ConfigMap>;

export const ServiceAccount = defineKind({
  kind: 'ServiceAccount',
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  namespaced: true,
  keep: { imagePullSecrets: list(object({ name: string })) },
});
export type ServiceAccount = ObjectOf<typeof ServiceAccount>;

/**
 * A Secret without its contents: the server sends the table that `kubectl get secrets` prints, with the columns Type
 * and Data (the number of keys). Metadata comes with it, and so do annotations; those in which kubectl repeats what it
 * applied are dropped with all others as the page is read.
 */
export const Secret = defineKind({
  kind: 'Secret',
  group: '',
  version: 'v1',
  plural: 'secrets',
  namespaced: true,
  as: 'table',
  keep: { columns: object({ Type: string, Data: number }) },
});
export type Secret = ObjectOf<typeof Secret>;
