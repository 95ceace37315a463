import type { Ref } from './cluster.ts';
import type { KubernetesObject } from './kind.ts';
import { Pod } from './kinds/pod.ts';
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from './kinds/workloads.ts';
import type { PodSpec } from './pod-fields.ts';

/** What a Pod needs of its namespace. */
export interface Needed {
  ref: Ref;
  optional: boolean;
  /** What for: `env DB_HOST of container app`, `volume config`. */
  how: string;
}

/** The ConfigMaps, Secrets, claims and the account that a Pod refers to, each once for each use. */
export function neededBy(spec: PodSpec, namespace: string | undefined): Needed[] {
  const needed: Needed[] = [];
  const add = (kind: string, name: string | undefined, how: string, optional = false) => {
    if (name) needed.push({ ref: { kind, name, ...(namespace && { namespace }) }, how, optional });
  };
  for (const { name: container, env = [], envFrom = [] } of [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
  ]) {
    for (const { name, valueFrom } of env) {
      const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
      add('ConfigMap', configMapKeyRef?.name, `env ${name} of container ${container}`, configMapKeyRef?.optional);
      add('Secret', secretKeyRef?.name, `env ${name} of container ${container}`, secretKeyRef?.optional);
    }
    for (const { configMapRef, secretRef } of envFrom) {
      add('ConfigMap', configMapRef?.name, `env of container ${container}`, configMapRef?.optional);
      add('Secret', secretRef?.name, `env of container ${container}`, secretRef?.optional);
    }
  }
  for (const { name, configMap, secret, persistentVolumeClaim, projected } of spec.volumes ?? []) {
    add('ConfigMap', configMap?.name, `volume ${name}`, configMap?.optional);
    add('Secret', secret?.secretName, `volume ${name}`, secret?.optional);
    add('PersistentVolumeClaim', persistentVolumeClaim?.claimName, `volume ${name}`);
    for (const source of projected?.sources ?? []) {
      add('ConfigMap', source.configMap?.name, `volume ${name}`, source.configMap?.optional);
      add('Secret', source.secret?.name, `volume ${name}`, source.secret?.optional);
    }
  }
  for (const { name } of spec.imagePullSecrets ?? []) add('Secret', name, 'pulling images');
  add('ServiceAccount', spec.serviceAccountName, 'its account');
  return needed;
}

/** The kinds of workload that make Pods. */
export const MAKERS = [Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob] as const;

/** The spec of a Pod, or of those that a workload makes. */
export function podSpecOf(object: KubernetesObject): PodSpec | undefined {
  if (object.kind === Pod.kind) return (object as Pod).spec;
  if (object.kind === CronJob.kind) return (object as CronJob).spec?.jobTemplate?.spec?.template?.spec;
  return MAKERS.some(({ kind }) => kind === object.kind) ? (object as Deployment).spec?.template?.spec : undefined;
}
