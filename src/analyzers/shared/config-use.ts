import type { Cluster } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import type { ConfigMap } from '../../kinds/configuration.ts';
import { Ingress, IngressClass } from '../../kinds/network.ts';
import { Pod } from '../../kinds/pod.ts';
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../../kinds/workloads.ts';
import { perCluster } from './per-cluster.ts';

type PodSpec = NonNullable<Pod['spec']>;
type Template = NonNullable<NonNullable<Deployment['spec']>['template']>;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
const PART_OF = 'app.kubernetes.io/part-of';

/** Whatever may use a ConfigMap: Pods, all that will make Pods, even if it makes none now, and Ingress controllers. */
export const CONFIG_USERS = [
  Pod,
  Deployment,
  StatefulSet,
  DaemonSet,
  ReplicaSet,
  Job,
  CronJob,
  Ingress,
  IngressClass,
] as const;

/** Whether a Pod or Pod template in its own namespace uses a ConfigMap, or names it in an argument or a variable. */
export function isConfigMapUsed(cluster: Cluster, { metadata }: ConfigMap): boolean {
  return usedNames(cluster).has(`${metadata.namespace}/${metadata.name}`);
}

/**
 * Whether a workload beside it says that both are part of one application. Such applications often read their
 * configuration through the API, by a name that no template shows.
 */
export function isPartOfWorkloads(cluster: Cluster, { metadata }: ConfigMap): boolean {
  const application = metadata.labels?.[PART_OF];
  return application !== undefined && applications(cluster).has(`${metadata.namespace}/${application}`);
}

/** `namespace/application` of all workloads that say so. */
const applications = perCluster((cluster) => {
  const parts = new Set<string>();
  for (const kind of [Deployment, StatefulSet, DaemonSet]) {
    for (const { metadata } of cluster.list<Deployment | StatefulSet | DaemonSet>(kind)) {
      if (metadata.labels?.[PART_OF]) parts.add(`${metadata.namespace}/${metadata.labels[PART_OF]}`);
    }
  }
  return parts;
});

/**
 * Whether a sidecar loads it by its label, as that of Grafana's chart does, which is told the label by a variable
 * (https://github.com/kiwigrid/k8s-sidecar#configuration-environment-variables).
 */
export function isLoadedByLabel(cluster: Cluster, { metadata }: ConfigMap): boolean {
  return Object.keys(metadata.labels ?? {}).some((label) => loadedLabels(cluster).has(label));
}

const loadedLabels = perCluster((cluster) => {
  const labels = new Set<string>();
  for (const kind of [Deployment, StatefulSet, DaemonSet]) {
    for (const { spec } of cluster.list<Deployment | StatefulSet | DaemonSet>(kind)) {
      const { initContainers = [], containers = [] } = spec?.template?.spec ?? {};
      for (const { env = [] } of [...initContainers, ...containers]) {
        for (const { name, value } of env) if (name === 'LABEL' && value) labels.add(value);
      }
    }
  }
  return labels;
});

/** `namespace/name` of all that is used. */
const usedNames = perCluster((cluster) => {
  const used = new Set<string>();
  const add = ({ metadata }: KubernetesObject, spec: PodSpec | undefined) => {
    for (const name of namesIn(spec)) used.add(`${metadata.namespace}/${name}`);
  };
  const addTemplate = (maker: KubernetesObject, template: Template | undefined) => {
    add(maker, template?.spec);
    for (const [key, value] of Object.entries(template?.metadata?.annotations ?? {})) {
      for (const name of nameIn(key, value)) used.add(`${maker.metadata.namespace}/${name}`);
    }
  };
  for (const pod of cluster.list(Pod)) {
    // These Pods have what their template has, and there may be thousands of one. Pods of StatefulSets and DaemonSets
    // may be older than the template.
    const owner = cluster.ownerOf(pod)?.kind;
    const isLikeTemplate = owner === ReplicaSet.kind || owner === Job.kind;
    add(pod, isLikeTemplate ? { ephemeralContainers: pod.spec?.ephemeralContainers ?? [] } : pod.spec);
  }
  for (const kind of [Deployment, StatefulSet, DaemonSet, ReplicaSet, Job]) {
    for (const each of cluster.list<Deployment | StatefulSet | DaemonSet | ReplicaSet | Job>(kind)) {
      addTemplate(each, each.spec?.template);
    }
  }
  for (const each of cluster.list(CronJob)) addTemplate(each, each.spec?.jobTemplate?.spec?.template);
  for (const name of namedByIngresses(cluster)) used.add(name);
  return used;
});

function* namesIn(spec: PodSpec | undefined): Generator<string> {
  for (const { configMap, projected } of spec?.volumes ?? []) {
    if (configMap?.name) yield configMap.name;
    for (const source of projected?.sources ?? []) if (source.configMap?.name) yield source.configMap.name;
  }
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec ?? {};
  for (const container of [...initContainers, ...containers, ...ephemeralContainers]) {
    for (const { configMapRef } of container.envFrom ?? []) if (configMapRef?.name) yield configMapRef.name;
    for (const { name, value, valueFrom } of container.env ?? []) {
      if (valueFrom?.configMapKeyRef?.name) yield valueFrom.configMapKeyRef.name;
      yield* nameIn(name, value);
    }
    let flag: string | undefined;
    for (const argument of [...(container.command ?? []), ...(container.args ?? [])]) {
      const [name, value] = argument.split('=', 2);
      yield* argument.startsWith('-') ? nameIn(name, value) : nameIn(flag, argument);
      flag = argument;
    }
  }
}

/** `namespace/name` of what Ingress controllers read: parameters of their classes, and what annotations name. */
function* namedByIngresses(cluster: Cluster): Generator<string> {
  for (const { spec } of cluster.list(IngressClass)) {
    const { kind, namespace, name } = spec?.parameters ?? {};
    if (kind === 'ConfigMap' && name) yield `${namespace ?? ''}/${name}`;
  }
  for (const { metadata } of cluster.list(Ingress)) {
    for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
      if (!key.startsWith('nginx.ingress.kubernetes.io/')) continue;
      yield value.includes('/') ? value : `${metadata.namespace}/${value}`;
    }
  }
}

/**
 * The name that a setting gives. Controllers read their ConfigMap through the API and are told its name:
 * `--configmap=$(NAMESPACE)/controller`, `CONFIG_MAP=controller`.
 */
function* nameIn(setting = '', value = ''): Generator<string> {
  const [, name] = /^(?:[^/]+\/)?([a-z0-9][a-z0-9.-]*)$/.exec(value) ?? [];
  if (name && /config/i.test(setting)) yield name;
}
