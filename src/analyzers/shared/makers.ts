import type { Cluster } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../../kinds/workloads.ts';

/** The kinds of workload that make Pods. */
export const MAKERS = [Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob] as const;

/** A workload as far as a Service cares: the labels of its Pods, and how many it should have now. */
export interface Maker {
  object: KubernetesObject;
  labels: Record<string, string>;
  /** Zero for what is scaled down, finished, or between two runs. */
  wanted: number;
}

/** The workloads of a namespace that make Pods. Deployments stand for their ReplicaSets, of which most are old. */
export function makersIn(cluster: Cluster, namespace: string | undefined): Maker[] {
  const makers: Maker[] = [];
  const add = (object: KubernetesObject, labels: Record<string, string> | undefined, wanted: number) => {
    const isPart = object.metadata.ownerReferences?.some(({ kind }) => kind === 'Deployment' || kind === 'CronJob');
    if (labels && !isPart) makers.push({ object, labels, wanted });
  };
  for (const kind of [Deployment, StatefulSet, ReplicaSet]) {
    for (const each of cluster.list<Deployment | StatefulSet | ReplicaSet>(kind, namespace)) {
      add(each, each.spec?.template?.metadata?.labels, each.spec?.replicas ?? 1);
    }
  }
  for (const each of cluster.list(DaemonSet, namespace)) {
    add(each, each.spec?.template?.metadata?.labels, each.status?.desiredNumberScheduled ?? 1);
  }
  for (const each of cluster.list(Job, namespace)) {
    const finished = each.status?.conditions?.some(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    );
    add(each, each.spec?.template?.metadata?.labels, finished || each.spec?.suspend ? 0 : 1);
  }
  for (const each of cluster.list(CronJob, namespace)) {
    add(each, each.spec?.jobTemplate?.spec?.template?.metadata?.labels, 0);
  }
  return makers;
}
