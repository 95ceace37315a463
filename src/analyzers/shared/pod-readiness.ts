import { ageMs, duration, type Failure, fromEvent, HOUR, MINUTE, olderThan } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Pod } from '../../kinds/pod.ts';
import { dependencies } from './dependencies.ts';
import { type Container, type ContainerSpec, containerEvents, fromContainer, isRecent } from './pod-containers.ts';
import { conditionOf, fromCondition, nodeCause, podFailure, saidOf, timesSeen, unreadyNode } from './pod-problems.ts';
import { sentence } from './wording.ts';

/** A container may run so long without being ready, and a Pod be unready: it starts, or catches its breath. */
const UNREADY_GRACE = 5 * MINUTE;
/** So many failed probes, the last within ten minutes, count at once where the container is past its start. */
const FAILED_PROBES = 3;
const PROBES_WITHIN = 10 * MINUTE;
/** A probe that fails now and then for so long, so often, is no start. */
const FLAPPING_FOR = 30 * MINUTE;
const FLAPPING_PROBES = 10;
/** Failures since the start of a container count as one slow start within this time. */
const SLOW_START_MAX = 2 * HOUR;

/** How the kubelet's messages about them begin. */
const PROBES = ['Readiness', 'Liveness', 'Startup'] as const;

type Probe = NonNullable<ContainerSpec['readinessProbe']>;

/** A Pod on a node that is silent: what its status says is the last that was heard of it. */
export function nodeLostFailure(pod: Pod, cluster: Cluster): Failure | undefined {
  if (conditionOf(pod, 'Ready')?.status === 'True' && pod.status?.phase !== 'Unknown') return undefined;
  const node = unreadyNode(pod, cluster);
  // A node that joins gets its first Pods, such as those of the network plugin, before it is ready.
  if (!node || !olderThan(cluster, pod.metadata.creationTimestamp, 2 * MINUTE)) return undefined;
  return podFailure(pod, 'NodeLost', {
    headline: saidOf(pod, 'is on a node that is not ready', 'has a Pod on a node that is not ready'),
    text: `Pod ${pod.metadata.name} is not ready because its ${node.what}.`,
    evidence: [fromCondition(pod, 'Ready')],
    values: { node: node.name },
    sensitive: [node.name],
    causes: nodeCause(pod),
  });
}

/** A container that runs and is not ready, beyond the time that it may take. */
export function unreadyFailure(pod: Pod, container: Container, cluster: Cluster): Failure | undefined {
  const { name, role, spec, status } = container;
  if (role === 'init' || status.ready !== false || !status.state?.running || pod.status?.phase !== 'Running')
    return undefined;
  const since = conditionOf(pod, 'Ready')?.lastTransitionTime ?? status.state.running.startedAt;
  const events = containerEvents(pod, container, cluster, 'Unhealthy');
  const event = events.find(({ message = '' }) => message.startsWith('Readiness')) ?? events[0];
  const running = ageMs(cluster, status.state.running.startedAt) ?? 0;
  if (running < patienceMs(container)) return undefined;
  const failsNow = event !== undefined && isRecent(event, cluster, PROBES_WITHIN) && timesSeen(event) >= FAILED_PROBES;
  if (!failsNow && !olderThan(cluster, since, UNREADY_GRACE)) return undefined;

  const age = ageMs(cluster, since);
  const long = age === undefined || age < 0 ? '' : ` for ${duration(age)}`;
  const times = event && timesSeen(event) > 1 ? ` (seen ${timesSeen(event)} times)` : '';
  const seen = event ? ` The kubelet says${times}: ${sentence(event.message)}` : '';
  const port = portHint(spec);
  const probe = spec?.readinessProbe;
  const asks = probe && !event ? ` Its readiness probe: ${describe(probe)}.` : '';
  const failing = PROBES.find((name) => event?.message?.startsWith(name)) ?? 'Readiness';
  return podFailure(pod, event ? `${failing}ProbeFailed` : 'Unready', {
    headline: event
      ? `fails the ${failing.toLowerCase()} probe in container ${name}`
      : `runs, but container ${name} is not ready`,
    text: `Container ${name} has been running but not ready${long}.${seen}${asks}${port}`,
    evidence: [
      ...(event ? [fromEvent(pod, event)] : []),
      fromContainer(pod, container, 'ready', false),
      fromCondition(pod, 'Ready'),
    ],
    values: {
      container: name,
      image: container.image,
      probe: probe ? describe(probe) : 'none in the manifest',
      node: pod.spec?.nodeName ?? '',
    },
    causes: dependencies(pod, container, cluster, event?.message),
    about: name,
  });
}

/** How long a container may run before it must be ready: the manifest may grant it more than we do. */
function patienceMs({ spec, restarts }: Container): number {
  // After a restart the startup probe may be the very thing that fails.
  const startup = restarts === 0 ? budgetMs(spec?.startupProbe) : 0;
  return Math.max(UNREADY_GRACE, startup, budgetMs(spec?.readinessProbe));
}

/** A Pod whose containers are all ready though it is not: a readiness gate is closed, or nobody updates it. */
export function gateFailure(pod: Pod, cluster: Cluster): Failure | undefined {
  const ready = conditionOf(pod, 'Ready');
  if (
    !/^(?:Running|Unknown)$/.test(pod.status?.phase ?? '') ||
    ready?.status !== 'False' ||
    !olderThan(cluster, ready.lastTransitionTime, UNREADY_GRACE)
  )
    return undefined;
  if (pod.status?.containerStatuses?.some((container) => container.ready === false)) return undefined;
  const closed = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) =>
    conditionType && conditionOf(pod, conditionType)?.status !== 'True' ? conditionType : [],
  );
  const since = duration(ageMs(cluster, ready.lastTransitionTime) ?? 0);
  if (closed.length === 0) {
    return podFailure(pod, 'Unready', {
      headline: saidOf(pod, 'runs, but is not ready', 'has a Pod that runs, but is not ready'),
      text: `Pod ${pod.metadata.name} has been running but not ready for ${since}. ${sentence(ready.message ?? ready.reason)}`.trim(),
      evidence: [fromCondition(pod, 'Ready')],
      values: {
        container: pod.spec?.containers?.[0]?.name ?? '',
        image: '',
        probe: 'unknown',
        node: pod.spec?.nodeName ?? '',
      },
      causes: nodeCause(pod),
    });
  }
  const states = closed.map((type) => `${type} is ${conditionOf(pod, type)?.status ?? 'not set'}`);
  return podFailure(pod, 'ReadinessGate', {
    headline: `waits for the readiness gate ${closed.join(', ')}`,
    text: `Pod ${pod.metadata.name} has been kept not ready for ${since}, though its containers are ready: of its readiness gates, ${states.join(', ')}. ${sentence(ready.message)}`.trim(),
    evidence: [fromCondition(pod, 'Ready'), ...closed.map((type) => fromCondition(pod, type))],
    values: { gate: closed.join(', ') },
  });
}

/** A Pod that is ready at the moment, but whose readiness probe has failed on and off for long. */
export function flappingFailure(pod: Pod, cluster: Cluster): Failure | undefined {
  if (conditionOf(pod, 'Ready')?.status !== 'True') return undefined;
  const event = cluster.latestEvent(pod, 'Unhealthy');
  if (!event || !/^Readiness probe/.test(event.message ?? '')) return undefined;
  const started = event.firstTimestamp ?? event.eventTime;
  const longAndOften = timesSeen(event) >= FLAPPING_PROBES && olderThan(cluster, started, FLAPPING_FOR);
  const readySince = conditionOf(pod, 'Ready')?.lastTransitionTime;
  // Single failures that never made the Pod unready are within what the manifest allows.
  if (!longAndOften || !isRecent(event, cluster, PROBES_WITHIN) || olderThan(cluster, readySince, PROBES_WITHIN))
    return undefined;
  if (isOneSlowStart(pod, started, cluster)) return undefined;
  const name = /\{(.+)\}/.exec(event.involvedObject?.fieldPath ?? '')?.[1] ?? pod.spec?.containers?.[0]?.name ?? '';
  return podFailure(pod, 'ReadinessFlapping', {
    headline: `is ready and not ready by turns in container ${name}`,
    text: `Container ${name} is ready and not ready by turns: its readiness probe failed ${timesSeen(event)} times in ${duration(ageMs(cluster, started) ?? 0)}. ${sentence(event.message)}`,
    evidence: [fromEvent(pod, event), fromCondition(pod, 'Ready')],
    values: { container: name },
    about: name,
  });
}

/** Whether the failures began as the containers did, not long ago: then they may be those of one start that took long. */
function isOneSlowStart(pod: Pod, failingSince: string | undefined, cluster: Cluster): boolean {
  const starts = (pod.status?.containerStatuses ?? []).flatMap(
    ({ state }) => Date.parse(state?.running?.startedAt ?? '') || [],
  );
  const start = Math.max(...starts);
  const runningBefore = Date.parse(failingSince ?? '') - start;
  return cluster.now - start < SLOW_START_MAX && runningBefore >= 0 && runningBefore < UNREADY_GRACE;
}

/** How long a probe may fail before it counts; 0 without one. Defaults as in the API reference of probes. */
export function budgetMs(probe: Probe | undefined): number {
  if (!probe) return 0;
  const { periodSeconds = 10, failureThreshold = 3 } = probe;
  return delayMs(probe) + Math.max(0, periodSeconds) * Math.max(0, failureThreshold) * 1000;
}

function delayMs(probe: Probe | undefined): number {
  return Math.max(0, probe?.initialDelaySeconds ?? 0) * 1000;
}

function describe({ httpGet, tcpSocket, grpc, exec }: Probe): string {
  if (httpGet) return `${httpGet.scheme ?? 'HTTP'} GET ${httpGet.path ?? '/'} on port ${httpGet.port ?? 'unknown'}`;
  if (tcpSocket) return `TCP connection to port ${tcpSocket.port ?? 'unknown'}`;
  if (grpc) return `gRPC health check on port ${grpc.port ?? 'unknown'}`;
  return exec ? `command ${(exec.command ?? []).join(' ').slice(0, 120)}` : 'of an unknown form';
}

/** A probe of a port that the container does not declare: always wrong for a name, suspicious for a number. */
function portHint(spec: ContainerSpec | undefined): string {
  const probe = spec?.readinessProbe;
  const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
  const declared = spec?.ports ?? [];
  if (port === undefined || (typeof port === 'number' && declared.length === 0)) return '';
  if (declared.some(({ name, containerPort }) => port === name || port === containerPort)) return '';
  const list = declared
    .map(({ name, containerPort }) => (name ? `${name} (${containerPort})` : `${containerPort}`))
    .slice(0, 5);
  return ` The probe asks for port ${port}, but the container declares ${list.join(', ') || 'no port'}.`;
}
