import type { RawObject } from '../../cluster.ts';
import { Pod } from '../../kinds/pod.ts';
import { isWell, podStatus, readyCount, restartsOf } from './containers.ts';
import { at, mapAt, pairs, recordsAt, sayAt, textAt } from './raw.ts';
import { age } from './result.ts';

/** How the objects of a kind are listed: as kubectl prints them, as far as it helps who debugs. */
export interface Columns {
  headings: readonly string[];
  cells(object: RawObject, now: number): (string | undefined)[];
  /** Whether an object is as it should be; absent: nobody can say. */
  isWell?(object: RawObject): boolean;
}

const AGE = 'AGE';

const replicas: Columns = {
  headings: ['READY', 'UP-TO-DATE', 'AVAILABLE', AGE, 'IMAGES'],
  cells: (object, now) => [
    `${textAt(object, 'status.readyReplicas') ?? 0}/${textAt(object, 'spec.replicas') ?? 1}`,
    textAt(object, 'status.updatedReplicas') ?? '0',
    textAt(object, 'status.availableReplicas') ?? '0',
    ageOf(object, now),
    images(object),
  ],
  isWell: (object) => Number(at(object, 'status.readyReplicas') ?? 0) >= Number(at(object, 'spec.replicas') ?? 1),
};

/** By `Kind`, or `Kind.group` where two groups have a kind of one name. */
const COLUMNS: Record<string, Columns> = {
  Pod: {
    headings: ['READY', 'STATUS', 'RESTARTS', AGE, 'NODE'],
    cells(object, now) {
      const pod = Pod.trim(object);
      if (!pod) return [];
      return [readyCount(pod), podStatus(pod), String(restartsOf(pod)), ageOf(object, now), pod.spec?.nodeName];
    },
    isWell: (object) => {
      const pod = Pod.trim(object);
      return pod !== undefined && isWell(pod);
    },
  },
  Deployment: replicas,
  StatefulSet: replicas,
  ReplicaSet: {
    headings: ['DESIRED', 'CURRENT', 'READY', AGE, 'IMAGES'],
    cells: (object, now) => [
      textAt(object, 'spec.replicas') ?? '1',
      textAt(object, 'status.replicas') ?? '0',
      textAt(object, 'status.readyReplicas') ?? '0',
      ageOf(object, now),
      images(object),
    ],
    isWell: replicas.isWell,
  },
  DaemonSet: {
    headings: ['DESIRED', 'READY', 'UP-TO-DATE', AGE, 'IMAGES'],
    cells: (object, now) => [
      textAt(object, 'status.desiredNumberScheduled') ?? '0',
      textAt(object, 'status.numberReady') ?? '0',
      textAt(object, 'status.updatedNumberScheduled') ?? '0',
      ageOf(object, now),
      images(object),
    ],
    isWell: (object) =>
      Number(at(object, 'status.numberReady') ?? 0) >= Number(at(object, 'status.desiredNumberScheduled') ?? 0),
  },
  Job: {
    headings: ['STATUS', 'COMPLETIONS', AGE, 'IMAGES'],
    cells: (object, now) => [
      conditionsOf(object)[0] ?? (at(object, 'status.active') ? 'Running' : 'Waiting'),
      `${textAt(object, 'status.succeeded') ?? 0}/${textAt(object, 'spec.completions') ?? 1}`,
      ageOf(object, now),
      images(object),
    ],
    isWell: (object) => !conditionsOf(object).includes('Failed'),
  },
  CronJob: {
    headings: ['SCHEDULE', 'SUSPEND', 'ACTIVE', 'LAST SCHEDULED', 'LAST SUCCESSFUL', AGE],
    cells: (object, now) => [
      textAt(object, 'spec.schedule'),
      textAt(object, 'spec.suspend') ?? 'false',
      String(recordsAt(object, 'status.active').length),
      since(textAt(object, 'status.lastScheduleTime'), now),
      since(textAt(object, 'status.lastSuccessfulTime'), now),
      ageOf(object, now),
    ],
  },
  Service: {
    headings: ['TYPE', 'CLUSTER-IP', 'PORTS', AGE, 'SELECTOR'],
    cells: (object, now) => [
      textAt(object, 'spec.type') ?? 'ClusterIP',
      textAt(object, 'spec.clusterIP'),
      recordsAt(object, 'spec.ports')
        .map((port) => `${sayAt(port, 'port')}/${textAt(port, 'protocol') ?? 'TCP'}`)
        .join(','),
      ageOf(object, now),
      pairs(mapAt(object, 'spec.selector'), ','),
    ],
  },
  EndpointSlice: {
    headings: ['SERVICE', 'READY', 'NOT READY', 'PORTS', AGE],
    cells(object, now) {
      const endpoints = recordsAt(object, 'endpoints');
      const ready = endpoints.filter((endpoint) => at(endpoint, 'conditions.ready') !== false).length;
      return [
        mapAt(object, 'metadata.labels')['kubernetes.io/service-name'],
        String(ready),
        String(endpoints.length - ready),
        recordsAt(object, 'ports')
          .map((port) => textAt(port, 'port'))
          .join(','),
        ageOf(object, now),
      ];
    },
  },
  Ingress: {
    headings: ['CLASS', 'HOSTS', 'ADDRESS', AGE],
    cells: (object, now) => [
      textAt(object, 'spec.ingressClassName'),
      recordsAt(object, 'spec.rules')
        .map((rule) => textAt(rule, 'host') ?? '*')
        .join(','),
      recordsAt(object, 'status.loadBalancer.ingress')
        .map((each) => textAt(each, 'ip') ?? textAt(each, 'hostname'))
        .join(','),
      ageOf(object, now),
    ],
  },
  Node: {
    headings: ['STATUS', 'VERSION', AGE, 'TAINTS'],
    cells: (object, now) => [
      [readiness(object), at(object, 'spec.unschedulable') === true && 'SchedulingDisabled'].filter(Boolean).join(','),
      textAt(object, 'status.nodeInfo.kubeletVersion'),
      ageOf(object, now),
      recordsAt(object, 'spec.taints')
        .map((taint) => `${sayAt(taint, 'key')}:${sayAt(taint, 'effect')}`)
        .join(','),
    ],
    isWell: (object) => readiness(object) === 'Ready' && at(object, 'spec.unschedulable') !== true,
  },
  PersistentVolumeClaim: {
    headings: ['STATUS', 'VOLUME', 'CAPACITY', 'STORAGECLASS', AGE],
    cells: (object, now) => [
      textAt(object, 'status.phase'),
      textAt(object, 'spec.volumeName'),
      textAt(object, 'status.capacity.storage'),
      textAt(object, 'spec.storageClassName'),
      ageOf(object, now),
    ],
    isWell: (object) => at(object, 'status.phase') === 'Bound',
  },
  PersistentVolume: {
    headings: ['STATUS', 'CAPACITY', 'CLAIM', 'STORAGECLASS', AGE],
    cells: (object, now) => [
      textAt(object, 'status.phase'),
      textAt(object, 'spec.capacity.storage'),
      [textAt(object, 'spec.claimRef.namespace'), textAt(object, 'spec.claimRef.name')].filter(Boolean).join('/'),
      textAt(object, 'spec.storageClassName'),
      ageOf(object, now),
    ],
    isWell: (object) => at(object, 'status.phase') !== 'Failed',
  },
  StorageClass: {
    headings: ['PROVISIONER', 'BINDING', 'DEFAULT', AGE],
    cells: (object, now) => [
      textAt(object, 'provisioner'),
      textAt(object, 'volumeBindingMode') ?? 'Immediate',
      mapAt(object, 'metadata.annotations')['storageclass.kubernetes.io/is-default-class'] ?? 'false',
      ageOf(object, now),
    ],
  },
  ConfigMap: {
    headings: ['DATA', AGE],
    cells: (object, now) => [String(keysIn(object, 'data') + keysIn(object, 'binaryData')), ageOf(object, now)],
  },
  Secret: {
    headings: ['TYPE', 'DATA', AGE],
    cells: (object, now) => [textAt(object, 'type'), textAt(object, 'keys'), ageOf(object, now)],
  },
  HorizontalPodAutoscaler: {
    headings: ['REFERENCE', 'MIN', 'MAX', 'REPLICAS', 'WANTED', AGE],
    cells: (object, now) => [
      [textAt(object, 'spec.scaleTargetRef.kind'), textAt(object, 'spec.scaleTargetRef.name')]
        .filter(Boolean)
        .join('/'),
      textAt(object, 'spec.minReplicas') ?? '1',
      textAt(object, 'spec.maxReplicas'),
      textAt(object, 'status.currentReplicas'),
      textAt(object, 'status.desiredReplicas'),
      ageOf(object, now),
    ],
  },
  PodDisruptionBudget: {
    headings: ['MIN AVAILABLE', 'MAX UNAVAILABLE', 'ALLOWED', 'HEALTHY', AGE],
    cells: (object, now) => [
      textAt(object, 'spec.minAvailable'),
      textAt(object, 'spec.maxUnavailable'),
      textAt(object, 'status.disruptionsAllowed'),
      `${textAt(object, 'status.currentHealthy') ?? '?'}/${textAt(object, 'status.desiredHealthy') ?? '?'}`,
      ageOf(object, now),
    ],
  },
};

/** What can be said of any object: its phase, or whether it is ready. */
const GENERIC: Columns = {
  headings: ['STATUS', AGE],
  cells: (object, now) => [textAt(object, 'status.phase') ?? readiness(object), ageOf(object, now)],
  isWell: (object) => readiness(object) !== 'NotReady',
};

const WITHOUT_STATUS: Columns = { headings: [AGE], cells: (object, now) => [ageOf(object, now)] };

export function columnsFor(kind: string, group: string, objects: readonly RawObject[]): Columns {
  const isBuiltIn = group === '' || group.endsWith('.k8s.io') || !group.includes('.');
  const known = isBuiltIn ? COLUMNS[kind] : undefined;
  if (known) return known;
  return objects.some((object) => GENERIC.cells(object, 0)[0]) ? GENERIC : WITHOUT_STATUS;
}

/** `Ready`, `NotReady`, or nothing where an object has no such condition. */
export function readiness(object: RawObject): string | undefined {
  const ready = recordsAt(object, 'status.conditions').find((condition) => condition.type === 'Ready');
  if (!ready) return undefined;
  return ready.status === 'True' ? 'Ready' : 'NotReady';
}

/** The types of the conditions that hold. */
function conditionsOf(object: RawObject): string[] {
  const holding = recordsAt(object, 'status.conditions').filter(({ status }) => status === 'True');
  const types = holding.map(({ type }) => String(type));
  return ['Failed', 'Complete', 'Suspended'].filter((type) => types.includes(type));
}

function images(object: RawObject): string {
  const containers = [
    ...recordsAt(object, 'spec.template.spec.containers'),
    ...recordsAt(object, 'spec.jobTemplate.spec.template.spec.containers'),
  ];
  return containers.map((container) => textAt(container, 'image')).join(',');
}

function ageOf(object: RawObject, now: number): string {
  return age(textAt(object, 'metadata.creationTimestamp'), now);
}

function since(time: string | undefined, now: number): string {
  return time === undefined ? 'never' : `${age(time, now)} ago`;
}

function keysIn(object: RawObject, path: string): number {
  return Object.keys(mapAt(object, path)).length;
}
