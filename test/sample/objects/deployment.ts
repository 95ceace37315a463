import { type Age, after, ago, type Manifest, ownedBy, span, suffix, timeOf } from '../manifest.ts';
import { event } from './event.ts';
import { service } from './network.ts';
import { nodeFor } from './node.ts';
import { isReady, pod, type StateOf } from './pod.ts';
import { before } from './revision.ts';
import { budget, scaler } from './scaling.ts';
import { companions, type PodTemplate, selectorOf, type TemplateOptions, template } from './template.ts';

export interface DeploymentOptions extends TemplateOptions {
  replicas?: number;
  /** How long the Deployment exists, and how long its present version is out. */
  age?: Age;
  released?: Age;
  /** What was different in the version before; its image by default. */
  last?: Partial<TemplateOptions>;
  /** How its Pods fare, by their number. */
  state?: (index: number) => StateOf | undefined;
  strategy?: 'RollingUpdate' | 'Recreate';
  /** A rollout that has not come to its end, or never will once ten minutes are over: how many Pods of the last version still run, and of the new one exist. */
  stuck?: { from: string; fromMemory?: string; oldPods: number; newPods: number; wantedNewPods?: number };
  /** What the API server answers where it refuses to create Pods of the present version. */
  refused?: { message: (pod: string) => string; since: Age };
  /** Pods that were lost with a node and replaced elsewhere. */
  left?: StateOf;
  /** `false`: no Service. */
  service?: false | { selector?: Record<string, string>; age?: Age };
  scale?: { min: number; max: number };
  budget?: boolean;
}

const DEADLINE: Age = '10m';

/** A Deployment with its ReplicaSets, Pods, Service, account and settings, their statuses agreeing with each other. */
export function deployment(options: DeploymentOptions): Manifest[] {
  const { namespace, name, replicas = 2, age = '180d', released = '6d', stuck, refused, strategy } = options;
  const labels = selectorOf(options);
  const current = template(options);
  const previous = template({
    ...options,
    image: stuck?.from ?? before(options.image),
    ...options.last,
    ...(stuck?.fromMemory && { memory: stuck.fromMemory }),
  });
  const releasedBefore = `${released}34d`;
  const isFirst = span(age) < span(releasedBefore);
  const revision = isFirst ? 1 : 2 + (replicas % 5) + name.length;

  const head = deploymentHead(options, current, revision);
  const wanted = stuck ? (stuck.wantedNewPods ?? stuck.newPods) : replicas;
  const existing = stuck?.newPods ?? (refused ? 0 : replicas);
  const newSet = replicaSet(head, current, { replicas: wanted, revision, age: released, labels });
  const oldSet = replicaSet(head, previous, {
    replicas: stuck?.oldPods ?? 0,
    revision: revision - 1,
    age: releasedBefore,
    labels,
  });

  const newPods = podsOf(newSet, current, existing, {
    released,
    state: options.state,
    ...(options.left && { lastReplaced: '18m45s' }),
  });
  const oldPods = podsOf(oldSet, previous, stuck?.oldPods ?? 0, { released: releasedBefore });
  const lostPods = options.left
    ? podsOf(newSet, current, 1, { released, state: () => options.left, seed: 'left' })
    : [];
  const available = newPods.filter(isReadyPod).length + oldPods.filter(isReadyPod).length;

  newSet.status = setStatus(newPods, wanted, refused && failure(refused, newSet));
  oldSet.status = setStatus(oldPods, stuck?.oldPods ?? 0);
  const minimum = replicas - (strategy === 'Recreate' ? 0 : Math.floor(replicas / 4));
  head.status = {
    observedGeneration: 1,
    replicas: existing + (stuck?.oldPods ?? 0),
    updatedReplicas: existing,
    readyReplicas: available,
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wanted + (stuck?.oldPods ?? 0) - available),
    conditions: [
      availability(available >= minimum, newPods, released),
      progress(newSet, released, Boolean(stuck || refused) || (available === 0 && neverCame(newPods))),
      ...(refused ? [failure(refused, newSet)] : []),
    ],
  };

  return [
    ...companions(options, age),
    head,
    newSet,
    ...(isFirst ? [] : [oldSet]),
    ...newPods,
    ...oldPods,
    ...lostPods,
    ...rolloutEvents(head, newSet, released, wanted, refused),
    ...(options.port && options.service !== false ? [serviceOf(options)] : []),
    ...(options.scale ? [scaler(head, replicas, options.scale)] : []),
    ...(options.budget ? [budget(namespace, name, labels, replicas, available)] : []),
  ];
}

function serviceOf(options: DeploymentOptions): Manifest {
  const { namespace, name, age = '180d' } = options;
  const own = { selector: selectorOf(options), age, ...options.service };
  return service({ namespace, name, ports: [{ port: 80, targetPort: 'http' }], ...own });
}

function deploymentHead(options: DeploymentOptions, template: PodTemplate, revision: number): Manifest {
  const { namespace, name, replicas = 2, age = '180d', strategy = 'RollingUpdate' } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      labels: selectorOf(options),
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      creationTimestamp: ago(age),
    },
    spec: {
      replicas,
      selector: { matchLabels: selectorOf(options) },
      strategy: { type: strategy },
      template,
    },
  };
}

interface SetOptions {
  replicas: number;
  revision: number;
  age: Age;
  labels: Record<string, string>;
}

function replicaSet(deployment: Manifest, template: PodTemplate, { replicas, revision, age, labels }: SetOptions) {
  const { name, namespace = '' } = deployment.metadata;
  const hash = suffix(`${namespace}/${name}/${JSON.stringify(template)}`, 10);
  const hashed = { ...labels, 'pod-template-hash': hash };
  const set: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: hashed,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: ownedBy(deployment),
      creationTimestamp: ago(age),
    },
    spec: { replicas, selector: { matchLabels: hashed }, template: { ...template, metadata: { labels: hashed } } },
  };
  return set;
}

interface PodsOptions {
  released: Age;
  state?: DeploymentOptions['state'];
  seed?: string;
  /** How long ago the last of them was made in place of a lost one. */
  lastReplaced?: Age;
}

function podsOf(set: Manifest, template: PodTemplate, count: number, options: PodsOptions) {
  const { released, state, seed = '', lastReplaced = released } = options;
  const { name, namespace = '', labels } = set.metadata;
  return Array.from({ length: count }, (_, index) => {
    const stateOf = state?.(index);
    return pod({
      namespace,
      name: `${name}-${suffix(`${namespace}/${name}/${seed}${index}`, 5)}`,
      template,
      owner: ownedBy(set),
      age: index === count - 1 ? lastReplaced : released,
      node: nodeFor(`${namespace}/${name}`, index),
      ...(labels && { labels }),
      ...(stateOf && { state: stateOf }),
    });
  }).flat();
}

function isPod({ kind }: Manifest): boolean {
  return kind === 'Pod';
}

function isReadyPod(object: Manifest): boolean {
  return isPod(object) && isReady(object);
}

/** Whether no Pod of the version ever started: then the rollout itself has failed, not the program later on. */
function neverCame(pods: Manifest[]): boolean {
  return pods.filter(isPod).every((pod) => (pod.status as { phase: string }).phase === 'Pending');
}

function setStatus(pods: Manifest[], wanted: number, failure?: object) {
  const replicas = pods.filter(isPod).length;
  const ready = pods.filter(isReadyPod).length;
  return {
    observedGeneration: 1,
    replicas: Math.min(replicas, wanted),
    fullyLabeledReplicas: Math.min(replicas, wanted),
    readyReplicas: ready,
    availableReplicas: ready,
    ...(failure && { conditions: [failure] }),
  };
}

function failure({ message, since }: NonNullable<DeploymentOptions['refused']>, set: Manifest) {
  const pod = `${set.metadata.name}-${suffix(`${set.metadata.name}/refused`, 5)}`;
  const at = ago(since);
  return {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: message(pod),
    lastTransitionTime: at,
  };
}

function availability(available: boolean, pods: Manifest[], released: Age) {
  const changes = pods.filter(isPod).flatMap((pod) => {
    const { conditions = [] } = pod.status as { conditions?: { type: string; lastTransitionTime: string }[] };
    return conditions.filter(({ type }) => type === 'Ready').map((each) => Date.parse(each.lastTransitionTime));
  });
  const at = changes.length > 0 ? timeOf(Math.max(...changes)) : ago(released);
  return {
    type: 'Available',
    status: available ? 'True' : 'False',
    reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${available ? 'has' : 'does not have'} minimum availability.`,
    ...times(at),
  };
}

function progress(set: Manifest, released: Age, stuck: boolean) {
  const { name } = set.metadata;
  if (stuck && span(released) < span(DEADLINE)) {
    const message = `ReplicaSet "${name}" is progressing.`;
    return { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message, ...times(ago(released)) };
  }
  const at = stuck ? after(released, DEADLINE) : after(released, '90s');
  return {
    type: 'Progressing',
    status: stuck ? 'False' : 'True',
    reason: stuck ? 'ProgressDeadlineExceeded' : 'NewReplicaSetAvailable',
    message: `ReplicaSet "${name}" ${stuck ? 'has timed out progressing.' : 'has successfully progressed.'}`,
    ...times(at),
  };
}

function times(at: string) {
  return { lastTransitionTime: at, lastUpdateTime: at };
}

/** What the controllers told of a rollout within the last hour; older events have expired. */
function rolloutEvents(
  head: Manifest,
  set: Manifest,
  released: Age,
  wanted: number,
  refused: DeploymentOptions['refused'],
): Manifest[] {
  const events: Manifest[] = [];
  if (Date.parse(ago(released)) > Date.parse(ago('1h')))
    events.push(
      event(head, 'ScalingReplicaSet', `Scaled up replica set ${set.metadata.name} from 0 to ${wanted}`, {
        type: 'Normal',
        from: 'deployment-controller',
        last: released,
      }),
    );
  if (refused)
    events.push(
      event(set, 'FailedCreate', `Error creating: ${failure(refused, set).message}`, {
        from: 'replicaset-controller',
        first: refused.since,
        last: '3m',
        count: 14,
      }),
    );
  return events;
}
