import { type Cause, MINUTE, olderThan } from '../../analyzer.ts';
import { type Cluster, keyOf, type Ref, refOf } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import { EndpointSlice, type Service } from '../../kinds/network.ts';
import { Pod } from '../../kinds/pod.ts';
import { append } from '../../snapshot.ts';
import { perCluster } from './per-cluster.ts';
import { listed } from './wording.ts';

/** What stands behind a Service, by the names of Pods or of whatever else its EndpointSlices name. */
export interface Endpoints {
  ready: string[];
  notReady: string[];
  /** Names of the Service's ports that a ready endpoint serves; absent where EndpointSlices do not tell. */
  ports?: Set<string>;
}

const slicesByService = perCluster((cluster) => {
  const index = new Map<string, EndpointSlice[]>();
  for (const slice of cluster.list(EndpointSlice)) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (service) append(index, `${slice.metadata.namespace}/${service}`, slice);
  }
  return index;
});

/** For each namespace that is asked about, its Pods by each of their labels. */
const labelIndexes = perCluster(() => new Map<string, Map<string, Pod[]>>());

function podsByLabel(cluster: Cluster, namespace: string): Map<string, Pod[]> {
  const known = labelIndexes(cluster).get(namespace);
  if (known) return known;
  const index = new Map<string, Pod[]>();
  for (const pod of cluster.list(Pod, namespace)) {
    for (const [key, value] of Object.entries(pod.metadata.labels ?? {})) append(index, `${key}=${value}`, pod);
  }
  labelIndexes(cluster).set(namespace, index);
  return index;
}

/** The Pods that a Service's selector chooses, those that have ended left out. */
export function podsBehind(cluster: Cluster, service: Service): Pod[] {
  const pairs = Object.entries(service.spec?.selector ?? {});
  if (pairs.length === 0) return [];
  const index = podsByLabel(cluster, service.metadata.namespace ?? '');
  const lists = pairs.map(([key, value]) => index.get(`${key}=${value}`) ?? []);
  const shortest = lists.reduce((a, b) => (b.length < a.length ? b : a));
  return shortest.filter(
    (pod) => !hasEnded(pod) && pairs.every(([key, value]) => pod.metadata.labels?.[key] === value),
  );
}

/**
 * Who answers for a Service. Its EndpointSlices say so; where they could not be read, its Pods do. An endpoint without
 * `ready` counts as ready, one that is being deleted as none
 * (https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions).
 */
export function endpointsOf(cluster: Cluster, service: Service): Endpoints {
  const { name, namespace } = service.metadata;
  const slices = slicesByService(cluster).get(`${namespace}/${name}`);
  if (!slices) return endpointsByPods(cluster, service);
  const found = { ready: new Set<string>(), notReady: new Set<string>(), ports: new Set<string>() };
  for (const slice of slices) {
    let serves = false;
    slice.endpoints?.forEach(({ conditions, targetRef }, index) => {
      if (conditions?.terminating) return;
      const ready = conditions?.ready !== false;
      serves ||= ready;
      found[ready ? 'ready' : 'notReady'].add(targetRef?.name ?? `${slice.metadata.name}[${index}]`);
    });
    if (serves) for (const port of slice.ports ?? []) found.ports.add(port.name ?? '');
  }
  // A Pod stands in one slice for IPv4 and one for IPv6.
  const notReady = [...found.notReady].filter((each) => !found.ready.has(each));
  return { ready: [...found.ready], notReady, ports: found.ports };
}

function endpointsByPods(cluster: Cluster, service: Service): Endpoints {
  const found: Endpoints = { ready: [], notReady: [] };
  for (const pod of podsBehind(cluster, service)) {
    if (pod.metadata.deletionTimestamp) continue;
    const ready = isReady(pod) || service.spec?.publishNotReadyAddresses === true;
    found[ready ? 'ready' : 'notReady'].push(pod.metadata.name);
  }
  return found;
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Whether a Pod should get traffic. */
export function isServing(pod: Pod): boolean {
  return isReady(pod) && !pod.metadata.deletionTimestamp;
}

function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Reasons for which a container waits in an ordinary start. */
const ORDINARY_WAITS = new Set(['ContainerCreating', 'PodInitializing']);
const START_MS = 2 * MINUTE;

/** Whether a Pod is in the first two minutes of a start in which nothing has gone wrong so far. */
export function isStarting(cluster: Cluster, pod: Pod): boolean {
  if (olderThan(cluster, pod.metadata.creationTimestamp, START_MS)) return false;
  if (pod.status?.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False')) return false;
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].every(
    ({ state, restartCount = 0 }) =>
      restartCount === 0 && (!state?.waiting?.reason || ORDINARY_WAITS.has(state.waiting.reason)),
  );
}

/** Why a Pod is not ready, in a word or two: what its containers wait for, or its phase. */
export function whyNotReady(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'terminating';
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return scheduled.reason ?? 'not scheduled';
  const states = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const { state } of states) if (state?.waiting?.reason) return state.waiting.reason;
  for (const { state, ready } of states) {
    if (state?.terminated && !ready) return state.terminated.reason ?? `exit code ${state.terminated.exitCode}`;
  }
  return pod.status?.phase === 'Running' ? 'running, not ready' : (pod.status?.phase ?? 'no status');
}

/** Whether an object is younger than the two minutes that it may take to be complete. */
export function isNew(cluster: Cluster, object: KubernetesObject): boolean {
  return !olderThan(cluster, object.metadata.creationTimestamp ?? '1970-01-01T00:00:00Z', START_MS);
}

/** `cart-0 (CrashLoopBackOff)`. */
export function withReason(pod: Pod): string {
  return `${pod.metadata.name} (${whyNotReady(pod)})`;
}

/** `none of its 2 Pods is ready: cart-0 (Pending) and cart-1 (CrashLoopBackOff)`. */
export function noneIsReady(pods: readonly Pod[]): string {
  const subject = pods.length === 1 ? 'its only Pod is not ready' : `none of its ${pods.length} Pods is ready`;
  return `${subject}: ${listed(pods.map(withReason))}`;
}

/** The Pods as causes, nearest first, then the workloads over them. The first few speak for all. */
export function causedBy(cluster: Cluster, pods: readonly Pod[]): Cause[] {
  const refs = new Map<string, Ref>();
  const few = pods.slice(0, 20);
  for (const ref of [...few.map(refOf), ...few.map((pod) => cluster.topOwnerOf(pod))]) refs.set(keyOf(ref), ref);
  return [...refs.values()].map((ref) => ({ ref }));
}
