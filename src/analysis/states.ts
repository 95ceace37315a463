import { createHash } from 'node:crypto';
import type { Cluster } from '../cluster.ts';
import type { KubernetesObject } from '../kind.ts';
import type { WebhookConfiguration } from '../kinds/admission.ts';
import type { ConfigMap, Secret } from '../kinds/configuration.ts';
import { EndpointSlice, type Ingress, type Service } from '../kinds/network.ts';
import type { Node } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';
import type { condition } from '../kinds/pod-template.ts';
import type { HorizontalPodAutoscaler } from '../kinds/scaling.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../kinds/storage.ts';
import type { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../kinds/workloads.ts';
import { maskCredentials, maskNamed } from '../masking/index.ts';
import { podFields, type Template } from '../pod-fields.ts';
import { clip } from '../words.ts';

const VALUE_MAX = 200;

type Fields = Record<string, string | number | boolean | undefined>;
type Condition = NonNullable<ReturnType<typeof condition>>;

/** How an object stands, as far as who debugs cares, by fields in words. Credentials are masked. */
export function stateOf(object: KubernetesObject, cluster: Cluster): Record<string, string> {
  const fields = {
    deletion: object.metadata.deletionTimestamp && 'asked for',
    ...READERS[object.kind]?.(object as never, cluster),
  };
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== '') kept[name] = clip(maskCredentials(String(value)), VALUE_MAX);
  }
  return kept;
}

/** Readers of the kinds; each knows the objects of its own only. */
const READERS: Record<string, (object: never, cluster: Cluster) => Fields> = {
  Pod: podState,
  Deployment: (object: Deployment) => ({
    ...template(object.metadata.uid, object.spec?.template),
    replicas: object.spec?.replicas ?? 1,
    paused: object.spec?.paused && 'yes',
    strategy: object.spec?.strategy?.type,
    ready: object.status?.readyReplicas ?? 0,
    'up to date': object.status?.updatedReplicas ?? 0,
    ...conditions(object.status?.conditions),
  }),
  ReplicaSet: (object: ReplicaSet) => ({
    replicas: object.spec?.replicas ?? 1,
    ready: object.status?.readyReplicas ?? 0,
    ...conditions(object.status?.conditions),
  }),
  StatefulSet: (object: StatefulSet) => ({
    ...template(object.metadata.uid, object.spec?.template),
    replicas: object.spec?.replicas ?? 1,
    ready: object.status?.readyReplicas ?? 0,
    'up to date': object.status?.updatedReplicas ?? 0,
    ...conditions(object.status?.conditions),
  }),
  DaemonSet: (object: DaemonSet) => ({
    ...template(object.metadata.uid, object.spec?.template),
    replicas: object.status?.desiredNumberScheduled ?? 0,
    ready: object.status?.numberReady ?? 0,
    'up to date': object.status?.updatedNumberScheduled ?? 0,
  }),
  Job: (object: Job) => ({
    ...template(object.metadata.uid, object.spec?.template),
    suspended: object.spec?.suspend && 'yes',
    succeeded: object.status?.succeeded,
    failed: object.status?.failed,
    ...conditions(object.status?.conditions),
  }),
  CronJob: (object: CronJob) => ({
    ...template(object.metadata.uid, object.spec?.jobTemplate?.spec?.template),
    schedule: object.spec?.schedule,
    suspended: object.spec?.suspend && 'yes',
    'last scheduled': object.status?.lastScheduleTime,
    'last successful': object.status?.lastSuccessfulTime,
  }),
  ConfigMap: ({ data, binaryData }: ConfigMap) => lengths({ ...data, ...binaryData }),
  Secret: ({ columns }: Secret) => ({ type: columns?.Type, keys: columns?.Data }),
  Service: serviceState,
  Ingress: ({ spec, status }: Ingress) => ({
    class: spec?.ingressClassName,
    routes: (spec?.rules ?? [])
      .flatMap(({ host = '*', http }) =>
        (http?.paths ?? []).map(({ path = '/', backend }) => {
          const { name, port } = backend?.service ?? {};
          return `${host}${path} to ${name}:${port?.name ?? port?.number}`;
        }),
      )
      .join(', '),
    'TLS Secrets': spec?.tls?.map(({ secretName }) => secretName).join(', '),
    address: status?.loadBalancer?.ingress?.map(({ ip, hostname }) => ip ?? hostname).join(', '),
  }),
  Node: ({ spec, status }: Node) => ({
    cordoned: spec?.unschedulable && 'yes',
    taints: spec?.taints?.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`).join(', '),
    'kubelet version': status?.nodeInfo?.kubeletVersion,
    'allocatable cpu': status?.allocatable?.cpu,
    'allocatable memory': status?.allocatable?.memory,
    ...conditions(status?.conditions),
  }),
  PersistentVolumeClaim: ({ spec, status }: PersistentVolumeClaim) => ({
    class: spec?.storageClassName,
    request: spec?.resources?.requests?.storage,
    volume: spec?.volumeName,
    phase: status?.phase,
    capacity: status?.capacity?.storage,
  }),
  PersistentVolume: ({ spec, status }: PersistentVolume) => ({
    class: spec?.storageClassName,
    claim: spec?.claimRef && `${spec.claimRef.namespace}/${spec.claimRef.name}`,
    phase: status?.phase,
  }),
  StorageClass: ({ provisioner, volumeBindingMode }: StorageClass) => ({ provisioner, binding: volumeBindingMode }),
  HorizontalPodAutoscaler: ({ spec, status }: HorizontalPodAutoscaler) => ({
    bounds: `${spec?.minReplicas ?? 1} to ${spec?.maxReplicas}`,
    'desired replicas': status?.desiredReplicas,
    ...conditions(status?.conditions),
  }),
  ValidatingWebhookConfiguration: webhookState,
  MutatingWebhookConfiguration: webhookState,
};

function podState({ metadata, spec, status }: Pod): Fields {
  const owned = (metadata.ownerReferences ?? []).length > 0;
  const fields: Fields = {
    // What an owned Pod is made of stands in its owner's template.
    ...(owned ? {} : template(metadata.uid, { metadata, ...(spec && { spec }) })),
    node: spec?.nodeName,
    phase: status?.phase,
    reason: status?.reason,
  };
  for (const each of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
    const { waiting, terminated, running } = each.state ?? {};
    const last = each.lastState?.terminated;
    fields[`container ${each.name} image`] = each.image;
    fields[`container ${each.name} state`] = terminated
      ? ending(terminated)
      : `${waiting ? `waiting ${waiting.reason ?? ''}` : running ? 'running' : 'unknown'}`.trim();
    fields[`container ${each.name} restarts`] = each.restartCount;
    if (last) fields[`container ${each.name} last ended`] = ending(last);
  }
  return { ...fields, ...conditions(status?.conditions) };
}

function ending({ reason = 'ended', exitCode }: { reason?: string; exitCode?: number }): string {
  return `${reason} (exit code ${exitCode ?? '?'})`;
}

function serviceState(service: Service, cluster: Cluster): Fields {
  const { metadata, spec } = service;
  const slices = cluster
    .list(EndpointSlice, metadata.namespace)
    .filter(({ metadata: { labels } }) => labels?.['kubernetes.io/service-name'] === metadata.name);
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  return {
    type: spec?.type,
    selector: pairs(spec?.selector),
    ports: spec?.ports?.map(({ port, targetPort }) => `${port} to ${targetPort ?? port}`).join(', '),
    ...(cluster.complete(EndpointSlice, metadata.namespace) && {
      'ready endpoints': endpoints.filter(({ conditions }) => conditions?.ready !== false).length,
    }),
  };
}

function webhookState({ webhooks = [] }: WebhookConfiguration): Fields {
  return Object.fromEntries(
    webhooks.map(({ name, failurePolicy, clientConfig }) => {
      const { service, url } = clientConfig ?? {};
      return [`webhook ${name}`, `${failurePolicy} by ${service ? `${service.namespace}/${service.name}` : url}`];
    }),
  );
}

function lengths(data: Record<string, number>): Fields {
  return Object.fromEntries(Object.entries(data).map(([key, length]) => [`key ${key}`, `${length} characters`]));
}

/** Conditions of a status by type, without their messages, which change by themselves. */
function conditions(list: readonly Condition[] = []): Fields {
  return Object.fromEntries(
    list.map(({ type, status, reason }) => [`condition ${type}`, [status, reason].filter(Boolean).join(' ')]),
  );
}

/** Of variables that are masked or long, a short hash shows that they changed. It differs from object to object. */
function template(uid = '', given: Template | undefined): Fields {
  return podFields(given ?? {}, (name, value) => {
    const shown = clip(maskNamed(name, value), 80);
    if (shown === value) return shown;
    return `${shown} (${createHash('sha256').update(`${uid} ${name} ${value}`).digest('hex').slice(0, 6)})`;
  });
}

function pairs(map: Record<string, string> = {}): string {
  return Object.entries(map)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
