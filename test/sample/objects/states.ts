import { type Age, ago } from '../manifest.ts';
import { event, schedulerEvent } from './event.ts';
import { SILENT_NODE, SILENT_SINCE } from './node.ts';
import type { ContainerState, PodFacts, StateOf } from './pod.ts';

/** What a container last ended with. */
interface Ending {
  exitCode: number;
  reason?: 'Error' | 'OOMKilled' | 'Completed';
  /** The last lines of its log. */
  message?: string;
}

/** Ends again and again; the kubelet waits five minutes between two tries. */
export function crashLooping(ending: Ending, { restarts, since }: { restarts: number; since: Age }): StateOf {
  return (pod) => {
    const { name, namespace } = pod.about.metadata;
    const message = `back-off 5m0s restarting failed container=${pod.container} pod=${name}_${namespace}(${pod.uid})`;
    const restarting = `Back-off restarting failed container ${pod.container} in pod ${name}_${namespace}(${pod.uid})`;
    return {
      since,
      container: {
        ready: false,
        started: false,
        restartCount: restarts,
        state: { waiting: { reason: 'CrashLoopBackOff', message } },
        lastState: ended(ending, '3m20s', '2m50s'),
      },
      events: [kubelet(pod, 'BackOff', restarting, { first: since, last: '45s', count: restarts * 18 })],
    };
  };
}

/** Runs again after it was ended some times. */
export function restarted(ending: Ending, { restarts, last }: { restarts: number; last: Age }): StateOf {
  return () => ({
    since: last,
    container: {
      ready: true,
      started: true,
      restartCount: restarts,
      state: { running: { startedAt: ago(last) } },
      lastState: ended(ending, `${last}6m`, last),
    },
  });
}

/** Cannot be created, since the environment that it asks for is not there. */
export function misconfigured(message: string, since: Age): StateOf {
  return (pod) => ({
    phase: 'Pending',
    container: waiting('CreateContainerConfigError', message),
    events: [
      ...scheduled(pod, since),
      kubelet(
        pod,
        'Pulled',
        `Container image "${pod.image}" already present on machine and can be accessed by the pod`,
        {
          type: 'Normal',
          first: since,
          last: '20s',
          count: 118,
        },
      ),
      kubelet(pod, 'Failed', `Error: ${message}`, { first: since, last: '20s', count: 116 }),
    ],
  });
}

/** Its image cannot be pulled: `error` is what the container runtime says. */
export function imagePullFailing(error: (image: string) => string, since: Age, secret?: string): StateOf {
  return (pod) => {
    const { image } = pod;
    const failed = `Failed to pull image "${image}": ${error(image)}`;
    const missing = `Unable to retrieve some image pull secrets (${secret}); attempting to pull the image may not succeed.`;
    return {
      phase: 'Pending',
      container: waiting('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${error(image)}`),
      events: [
        ...scheduled(pod, since),
        kubelet(pod, 'Pulling', `Pulling image "${image}"`, { type: 'Normal', first: since, last: '4m', count: 9 }),
        kubelet(pod, 'Failed', failed, { first: since, last: '4m', count: 9 }),
        kubelet(pod, 'Failed', 'Error: ErrImagePull', { first: since, last: '4m', count: 9 }),
        kubelet(pod, 'BackOff', `Back-off pulling image "${image}"`, {
          type: 'Normal',
          first: since,
          last: '15s',
          count: 160,
        }),
        kubelet(pod, 'Failed', 'Error: ImagePullBackOff', { first: since, last: '15s', count: 160 }),
        ...(secret
          ? [kubelet(pod, 'FailedToRetrieveImagePullSecret', missing, { first: since, last: '15s', count: 171 })]
          : []),
      ],
    };
  };
}

/** Waits for a volume that cannot be mounted. */
export function mountFailing(volume: string, error: string, since: Age): StateOf {
  return (pod) => ({
    container: waiting('ContainerCreating'),
    events: [
      ...scheduled(pod, since),
      kubelet(pod, 'FailedMount', `MountVolume.SetUp failed for volume "${volume}" : ${error}`, {
        first: since,
        last: '70s',
        count: 24,
      }),
    ],
  });
}

/** Was made seconds ago and pulls its image, as each Pod once does. */
export function starting(since: Age): StateOf {
  return (pod) => ({
    phase: 'Pending',
    container: waiting('ContainerCreating'),
    events: [
      ...scheduled(pod, since),
      kubelet(pod, 'Pulling', `Pulling image "${pod.image}"`, { type: 'Normal', first: since, last: since }),
    ],
  });
}

/** Runs, but its readiness probe fails. */
export function unready(message: string, since: Age): StateOf {
  return (pod) => ({
    since,
    container: { ready: false, started: true, state: { running: { startedAt: ago(since) } } },
    events: [kubelet(pod, 'Unhealthy', `Readiness probe failed: ${message}`, { first: since, last: '4s', count: 296 })],
  });
}

/** Fits no node; the scheduler has said so through the newer events API. */
export function unschedulable(message: string, since: Age): StateOf {
  return ({ about }) => ({
    unschedulable: message,
    events: [schedulerEvent(about, 'FailedScheduling', message, { first: since, last: '50s', count: 9 })],
  });
}

/** On the silent node: it may well run on there, but nobody knows. */
export function lost({ terminating }: { terminating: boolean }): StateOf {
  return ({ about }) => {
    const { name, namespace } = about.metadata;
    const controller = { from: 'node-controller', first: SILENT_SINCE, last: SILENT_SINCE };
    return {
      node: SILENT_NODE,
      ready: false,
      since: SILENT_SINCE,
      ...(terminating && { terminating: '18m20s' }),
      events: [
        event(about, 'NodeNotReady', 'Node is not ready', controller),
        ...(terminating
          ? [
              event(about, 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`, {
                type: 'Normal',
                from: 'taint-eviction-controller',
                last: '18m50s',
              }),
            ]
          : []),
      ],
    };
  };
}

/** Has done its work, as a Job's Pod should. */
export function completed(finished: Age, took: Age): StateOf {
  return () => ({
    phase: 'Succeeded',
    since: finished,
    container: exited({ exitCode: 0, reason: 'Completed' }, finished, took),
  });
}

/** Has ended with an error and is not tried again. */
export function failed(ending: Ending, finished: Age, took: Age): StateOf {
  return () => ({ phase: 'Failed', since: finished, container: exited(ending, finished, took) });
}

function exited(ending: Ending, finished: Age, took: Age): ContainerState {
  return { ready: false, started: false, state: ended(ending, finished + took, finished) };
}

function ended({ exitCode, reason = 'Error', message }: Ending, started: Age, finished: Age) {
  const times = { startedAt: ago(started), finishedAt: ago(finished) };
  return { terminated: { exitCode, reason, ...times, ...(message && { message }) } };
}

function waiting(reason: string, message?: string): ContainerState {
  return { ready: false, started: false, state: { waiting: { reason, ...(message && { message }) } } };
}

function kubelet(pod: PodFacts, reason: string, message: string, options: Parameters<typeof event>[3] = {}) {
  return event(pod.about, reason, message, { host: pod.node, container: pod.container, ...options });
}

/** Events live for an hour: what was scheduled before is no longer told. */
function scheduled({ about, node }: Pick<PodFacts, 'about' | 'node'>, since: Age) {
  const { name, namespace } = about.metadata;
  const hour = Date.parse(ago('1h'));
  if (Date.parse(ago(since)) < hour) return [];
  return [
    schedulerEvent(about, 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`, { first: since }),
  ];
}
