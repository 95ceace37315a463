import { type Age, ago, digest, type Manifest, type Owner, uidOf } from '../manifest.ts';
import { nodeIp, podIp } from './node.ts';
import type { PodTemplate } from './template.ts';

/** The state of one container, as `status.containerStatuses` has it. */
export interface ContainerState {
  ready: boolean;
  started: boolean;
  restartCount?: number;
  state: object;
  lastState?: object;
}

/** How a Pod fares; what is absent is as in a healthy one. */
export interface PodState {
  phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /** Why the scheduler found no node. */
  unschedulable?: string;
  /** Of the first container. */
  container?: ContainerState;
  /** Of the init container; the others then wait. */
  init?: ContainerState;
  /** Overrides its place. */
  node?: string;
  /** Since when it is (not) ready; absent: since it started. */
  since?: Age;
  /** False for a Pod whose containers run but that counts as not ready, as on a lost node. */
  ready?: boolean;
  /** Since when its deletion is overdue. */
  terminating?: Age;
  events?: Manifest[];
}

/** What a state may speak of. */
export interface PodFacts {
  about: Manifest;
  uid: string;
  container: string;
  image: string;
  node: string;
}

export type StateOf = (pod: PodFacts) => PodState;

interface PodOptions {
  namespace: string;
  name: string;
  template: PodTemplate;
  owner: Owner[];
  /** Since when it exists. */
  age: Age;
  node: string;
  labels?: Record<string, string>;
  state?: StateOf;
}

/** A Pod and the events about it. */
export function pod(options: PodOptions): Manifest[] {
  const { namespace, name, template, owner, age, labels } = options;
  const about: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } };
  const [first] = template.spec.containers;
  if (!first) throw new Error(`${name} has no container`);
  const uid = uidOf(`Pod/${namespace}/${name}`);
  const facts = { about, uid, container: first.name, image: first.image, node: options.node };
  const state = options.state?.(facts) ?? {};
  const node = state.unschedulable ? undefined : (state.node ?? options.node);
  return [
    {
      ...about,
      metadata: {
        name,
        namespace,
        labels: { ...template.metadata.labels, ...labels },
        ownerReferences: owner,
        creationTimestamp: ago(age),
        ...(state.terminating && { deletionTimestamp: ago(state.terminating) }),
      },
      spec: { ...template.spec, ...(node && { nodeName: node }) },
      status: node ? startedStatus(template, state, age, node, name) : pendingStatus(state, age),
    },
    ...(state.events ?? []),
  ];
}

/** Whether a Pod made by `pod()` counts as ready. */
export function isReady(pod: Manifest): boolean {
  const { conditions = [] } = pod.status as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function pendingStatus(state: PodState, age: Age) {
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: state.unschedulable,
    lastTransitionTime: ago(age),
  };
  return { phase: 'Pending', conditions: [condition] };
}

function startedStatus(template: PodTemplate, state: PodState, age: Age, node: string, name: string) {
  const { containers, initContainers = [] } = template.spec;
  const initDone = !state.init;
  const statuses = containers.map(({ name, image }, index) =>
    status(name, image, initDone ? (index === 0 && state.container) || running(age) : INITIALIZING),
  );
  const unready = statuses.filter((each) => !each.ready).map((each) => each.name);
  const done = state.phase === 'Succeeded' || state.phase === 'Failed';
  const ready = (state.ready ?? true) && unready.length === 0 && !done;
  const changed = ago(state.since ?? age);
  const reasons = ready ? {} : whyUnready(state, unready);
  const condition = (type: string, holds: boolean, at: string, more = {}) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: at,
    ...more,
  });
  const ip = template.spec.hostNetwork ? nodeIp(node) : podIp(node, name);
  const sandboxed = state.container ? hasSandbox(state.container) : true;
  return {
    phase: state.phase ?? (initDone && sandboxed ? 'Running' : 'Pending'),
    conditions: [
      condition('PodReadyToStartContainers', sandboxed && !done, ago(age)),
      condition('Initialized', initDone, ago(age), initDone ? {} : { reason: 'ContainersNotInitialized' }),
      condition('Ready', ready, changed, reasons),
      condition('ContainersReady', ready, changed, reasons),
      condition('PodScheduled', true, ago(age)),
    ],
    hostIP: nodeIp(node),
    hostIPs: [{ ip: nodeIp(node) }],
    ...(sandboxed && { podIP: ip, podIPs: [{ ip }] }),
    startTime: ago(age),
    ...(initContainers.length > 0 && {
      initContainerStatuses: initContainers.map(({ name, image }) =>
        status(name, image, state.init ?? initialized(age)),
      ),
    }),
    containerStatuses: statuses,
  };
}

/** A lost node's Pods are unready without a reason, as the node controller marks them. */
function whyUnready({ phase }: PodState, unready: readonly string[]) {
  if (phase === 'Succeeded') return { reason: 'PodCompleted' };
  if (phase === 'Failed') return { reason: 'PodFailed' };
  if (unready.length === 0) return {};
  return { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
}

function status(name: string, image: string, state: ContainerState) {
  const known = !('waiting' in state.state) || Boolean(state.lastState);
  return {
    name,
    image,
    imageID: known ? `${image.replace(/:[^:/]*$/, '')}@${digest(image)}` : '',
    restartCount: 0,
    ...state,
  };
}

function running(age: Age): ContainerState {
  return { ready: true, started: true, state: { running: { startedAt: ago(age) } } };
}

const INITIALIZING: ContainerState = {
  ready: false,
  started: false,
  state: { waiting: { reason: 'PodInitializing' } },
};

function initialized(age: Age): ContainerState {
  const at = ago(age);
  const terminated = { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at };
  return { ready: true, started: false, state: { terminated } };
}

/** A Pod whose volumes are not there yet has no sandbox, and with it no address. */
function hasSandbox({ state }: ContainerState): boolean {
  const { waiting } = state as { waiting?: { reason: string } };
  return waiting?.reason !== 'ContainerCreating';
}
