import {
  type Cause,
  DAY,
  defineAnalyzer,
  type Failure,
  field,
  fromEvent,
  HOUR,
  MINUTE,
  olderThan,
} from '../analyzer.ts';
import type { Cluster, Ref } from '../cluster.ts';
import { Service } from '../kinds/network.ts';
import { Pod } from '../kinds/pod.ts';
import { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../kinds/storage.ts';
import { StatefulSet } from '../kinds/workloads.ts';
import { isLasting, REFUSAL_READS, REFUSALS, refusalFailure, refusedByEvent } from './shared/creation.ts';
import { isReady, whyNotReady } from './shared/endpoints.ts';
import { latentReference, REFERENCE_READS } from './shared/latent-reference.ts';
import { nearNames } from './shared/near-names.ts';
import { perCluster } from './shared/per-cluster.ts';
import { asHeadline, isStuck, podCauses, START_GRACE, selectorText } from './shared/rollout.ts';
import { listed, sentence } from './shared/wording.ts';

const CANARY_MAX = DAY;
/** A set of thousands is told by its first hundred as well. */
const REPLICAS_MAX = 100;

/** The classes that existing volumes name. */
const volumeClasses = perCluster(
  (cluster) => new Set(cluster.list(PersistentVolume).map(({ spec }) => spec?.storageClassName)),
);

export default defineAnalyzer({
  filter: 'StatefulSet',
  summary: 'StatefulSets with too few ready replicas and what holds them up, missing Services and StorageClasses',
  core: true,
  kind: StatefulSet,
  reads: [Pod, Service, StorageClass, PersistentVolume, ...REFUSAL_READS, ...REFERENCE_READS],
  codes: ['Unavailable', 'MissingService', 'MissingStorageClass', 'PartitionLeft', 'LatentReference', ...REFUSALS],

  check(set, cluster) {
    const wanted = set.spec?.replicas ?? 1;
    if (wanted <= 0 || set.metadata.deletionTimestamp) return [];
    const ready = set.status?.readyReplicas ?? 0;
    const failures = [...missingService(set, ready, cluster), ...missingClasses(set, wanted, ready, cluster)];
    if (ready < wanted) failures.push(...shortage(set, wanted, ready, failures, cluster));
    else failures.push(...partitionLeft(set, cluster), ...latentReference(set, set.spec?.template, cluster));
    return failures;
  },
});

/** One replica: its number, its Pod if there is one, and the claims that belong to it. */
interface Replica {
  name: string;
  pod: Pod | undefined;
  unbound: Ref[];
}

/** The first replicas, in order. */
function replicasOf(set: StatefulSet, wanted: number, cluster: Cluster): Replica[] {
  const { name, namespace } = set.metadata;
  const start = set.spec?.ordinals?.start ?? 0;
  const templates = set.spec?.volumeClaimTemplates ?? [];
  return Array.from({ length: Math.min(wanted, REPLICAS_MAX) }, (_, index) => {
    const replica = `${name}-${start + index}`;
    const unbound = templates.flatMap(({ metadata }) => {
      const claim = `${metadata?.name ?? 'data'}-${replica}`;
      const found = cluster.get(PersistentVolumeClaim, claim, namespace);
      return found && found.status?.phase !== 'Bound' ? [beside(set, PersistentVolumeClaim.kind, claim)] : [];
    });
    return { name: replica, pod: cluster.get(Pod, replica, namespace), unbound };
  });
}

function shortage(
  set: StatefulSet,
  wanted: number,
  ready: number,
  others: readonly Failure[],
  cluster: Cluster,
): Failure[] {
  const { status, metadata } = set;
  const severity = ready > 0 ? 'medium' : 'high';
  const refused = refusedByEvent(set, cluster);
  if (refused && isLasting(refused, set, cluster) && (status?.replicas ?? 0) < wanted) {
    const short = `${ready} of ${wanted} replicas are ready; ${status?.replicas ?? 0} of ${wanted} Pods could be created.`;
    return [
      refusalFailure(set, cluster, refused, {
        short,
        severity,
        evidence: [field(set, 'status.replicas', status?.replicas ?? 0)],
      }),
    ];
  }

  const isKnown = cluster.complete(Pod, metadata.namespace);
  const waiting = isKnown ? replicasOf(set, wanted, cluster).filter(({ pod }) => !isUp(pod)) : [];
  // Every Pod is ready after all, so the status lags behind for a moment.
  if (isKnown && waiting.length === 0 && wanted <= REPLICAS_MAX) return [];
  const pods = waiting.flatMap(({ pod }) => pod ?? []);
  if (!pods.some((pod) => isStuck(pod, cluster)) && !lacksPods(set, waiting, cluster)) return [];

  const { blocking, words } = blockadeOf(set, waiting);
  // A class that does not exist explains why its claims have no volume; one finding says both.
  const explained = others.some(({ code }) => code === 'StatefulSet/MissingStorageClass') && blocking?.unbound.length;
  if (explained) return [];
  const warning = pods.length === 0 ? cluster.eventsOf(set).find(({ type }) => type === 'Warning') : undefined;
  return [
    {
      code: 'StatefulSet/Unavailable',
      severity,
      headline: ready > 0 ? 'has too few ready replicas' : 'has no ready replica',
      text: `${ready} of ${wanted} replicas are ready${words}.${warning?.message ? ` ${sentence(warning.message)}` : ''}`,
      evidence: [
        field(set, 'status.readyReplicas', ready),
        field(set, 'spec.replicas', wanted),
        ...(warning ? [fromEvent(set, warning)] : []),
      ],
      values: {
        selector: selectorText(set.spec?.selector),
        pod: blocking?.name ?? `${metadata.name}-0`,
        ready: `${ready}`,
        wanted: `${wanted}`,
      },
      sensitive: [metadata.name, ...waiting.map(({ name }) => name)],
      causes: [...podCauses(pods), ...waiting.flatMap(({ unbound }) => unbound).map((ref): Cause => ({ ref }))],
    },
  ];
}

function isUp(pod: Pod | undefined): boolean {
  return pod !== undefined && !pod.metadata.deletionTimestamp && isReady(pod);
}

/** Whether Pods are absent, or already gone from the status, for longer than it takes to make one. */
function lacksPods(set: StatefulSet, waiting: readonly Replica[], cluster: Cluster): boolean {
  if (!olderThan(cluster, set.metadata.creationTimestamp, START_GRACE)) return false;
  const [newest] = cluster.eventsOf(set);
  const changed = newest?.type === 'Normal' ? (newest.lastTimestamp ?? newest.eventTime) : undefined;
  if (changed && !olderThan(cluster, changed, START_GRACE)) return false;
  const isTerminating = waiting.some(({ pod }) => olderThan(cluster, pod?.metadata.deletionTimestamp, MINUTE));
  return isTerminating || waiting.every(({ pod }) => !pod);
}

/** The Pod that the others wait for, and how to say so. Pods start from the first to the last, and are updated from the last to the first. */
function blockadeOf(set: StatefulSet, waiting: readonly Replica[]): { blocking: Replica | undefined; words: string } {
  const { updateStrategy, podManagementPolicy } = set.spec ?? {};
  const { currentRevision, updateRevision } = set.status ?? {};
  const isUpdating =
    currentRevision !== updateRevision && updateStrategy?.type !== 'OnDelete' && waiting.every(({ pod }) => pod);
  const blocking = isUpdating ? waiting.at(-1) : waiting[0];
  if (!blocking) return { blocking, words: '' };
  const { name, pod, unbound } = blocking;
  const state = pod ? `is not ready (${whyNotReady(pod)})` : 'does not exist';
  const claims = unbound.length > 0 ? ` because its claim ${listed(unbound.map((ref) => ref.name))} is not bound` : '';
  const isStarting = !isUpdating && podManagementPolicy !== 'Parallel' && waiting.slice(1).some((each) => !each.pod);
  const others = isUpdating ? ' and holds up the update' : isStarting ? ' and holds up the ones after it' : '';
  return { blocking, words: `; ${name} ${state}${claims}${others}` };
}

function missingService(set: StatefulSet, ready: number, cluster: Cluster): Failure[] {
  const { name, namespace } = set.metadata;
  const service = set.spec?.serviceName;
  if (!service || !cluster.missing(Service, service, namespace)) return [];
  if (!olderThan(cluster, set.metadata.creationTimestamp, START_GRACE)) return [];
  const near = nearNames(
    service,
    cluster.list(Service, namespace).map(({ metadata }) => metadata.name),
  );
  const hint = near.length > 0 ? ` (there is ${listed(near)})` : '';
  return [
    {
      code: 'StatefulSet/MissingService',
      severity: 'medium',
      headline: asHeadline(`does not exist${hint}, but StatefulSet ${name} names it`),
      text: `StatefulSet ${name} names Service ${service} as the one that gives its Pods their DNS names, but it does not exist${hint}. Names such as ${name}-${set.spec?.ordinals?.start ?? 0}.${service} do not resolve.`,
      evidence: [field(set, 'spec.serviceName', service), field(set, 'status.readyReplicas', ready)],
      values: { service, selector: selectorText(set.spec?.selector) },
      sensitive: [name, service],
      causes: [{ ref: beside(set, Service.kind, service), certain: true }],
    },
  ];
}

function missingClasses(set: StatefulSet, wanted: number, ready: number, cluster: Cluster): Failure[] {
  const failures: Failure[] = [];
  for (const { metadata, spec } of set.spec?.volumeClaimTemplates ?? []) {
    const wantedClass = spec?.storageClassName;
    // An empty name asks for a prepared volume without a class.
    if (!wantedClass || !cluster.missing(StorageClass, wantedClass)) continue;
    if (failures.some(({ about }) => about === wantedClass)) continue;
    const replicas = replicasOf(set, wanted, cluster);
    const claims = replicas.flatMap(({ unbound }) => unbound);
    // Prepared volumes may carry the name of a class that was never made.
    const prepared = volumeClasses(cluster).has(wantedClass);
    if (prepared && claims.length === 0) continue;
    failures.push(
      missingClass(set, metadata?.name ?? 'data', wantedClass, { wanted, ready, claims, replicas }, cluster),
    );
  }
  return failures;
}

function missingClass(
  set: StatefulSet,
  template: string,
  name: string,
  { wanted, ready, claims, replicas }: { wanted: number; ready: number; claims: Ref[]; replicas: Replica[] },
  cluster: Cluster,
): Failure {
  const classes = cluster.list(StorageClass).map(({ metadata }) => metadata.name);
  const near = nearNames(name, classes);
  const hint = near.length > 0 ? ` (there is ${listed(near)})` : '';
  const first = claims[0]?.name ?? `${template}-${replicas[0]?.name ?? `${set.metadata.name}-0`}`;
  const state =
    claims.length > 0
      ? ` ${ready} of ${wanted} replicas are ready; claim ${first} is not bound, so its Pod ${first.slice(template.length + 1)} cannot start.`
      : ` Claims such as ${first} cannot be provisioned.`;
  return {
    code: 'StatefulSet/MissingStorageClass',
    severity: claims.length > 0 && ready === 0 ? 'high' : 'medium',
    headline: asHeadline(`does not exist${hint}, but claims such as ${first} ask for it`),
    text: `The volume claim template ${template} asks for StorageClass ${name}, which does not exist${hint}.${state}`,
    evidence: [
      field(set, `spec.volumeClaimTemplates[${template}].spec.storageClassName`, name),
      field(set, 'status.readyReplicas', ready),
    ],
    values: { class: name, classes: listed(classes) || 'none', template, claim: first },
    sensitive: [set.metadata.name, name, first],
    causes: [{ ref: { kind: StorageClass.kind, name }, certain: true }],
    about: name,
  };
}

/** A canary of `partition` that nobody finished: some Pods run the new template, and have for a day. */
function partitionLeft(set: StatefulSet, cluster: Cluster): Failure[] {
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const { currentRevision, updateRevision, updatedReplicas = 0 } = set.status ?? {};
  if (partition <= 0 || !updateRevision || currentRevision === updateRevision) return [];
  const updated = cluster
    .podsOf(set)
    .filter(({ metadata }) => metadata.labels?.['controller-revision-hash'] === updateRevision);
  const isLeft =
    updated.length > 0 && updated.every(({ metadata }) => olderThan(cluster, metadata.creationTimestamp, CANARY_MAX));
  if (!isLeft) return [];
  return [
    {
      code: 'StatefulSet/PartitionLeft',
      severity: 'low',
      headline: 'has an update that its partition holds back',
      text: `The update of StatefulSet ${set.metadata.name} stops at partition ${partition}: ${updatedReplicas} of ${set.spec?.replicas ?? 1} replicas have run the new template for more than ${CANARY_MAX / HOUR} hours, the others still run the old one.`,
      evidence: [
        field(set, 'spec.updateStrategy.rollingUpdate.partition', partition),
        field(set, 'status.updatedReplicas', updatedReplicas),
      ],
      values: { partition: `${partition}`, selector: selectorText(set.spec?.selector) },
      sensitive: [set.metadata.name],
    },
  ];
}

function beside(set: StatefulSet, kind: string, name: string): Ref {
  const { namespace } = set.metadata;
  return namespace ? { kind, namespace, name } : { kind, name };
}
