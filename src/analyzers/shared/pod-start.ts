import { duration, eventTime, type Failure, fromEvent, MINUTE } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import { Pod } from '../../kinds/pod.ts';
import { PersistentVolumeClaim } from '../../kinds/storage.ts';
import { append } from '../../snapshot.ts';
import { awaitedService, dependencies, serversNamed } from './dependencies.ts';
import { perCluster } from './per-cluster.ts';
import { commandFailure } from './pod-commands.ts';
import { type Container, fromContainer } from './pod-containers.ts';
import { memoryFailure } from './pod-crashes.ts';
import { conditionOf, fromCondition, nodeCause, podFailure, refBeside, saidOf, startAgeMs } from './pod-problems.ts';
import {
  claimsOf,
  mayLack,
  missingEnvSources,
  missingVolumeSources,
  referenceFailures,
  referencesIn,
} from './pod-references.ts';
import { sandboxFailure } from './pod-sandbox.ts';
import { driverCauses } from './storage-drivers.ts';
import { sentence } from './wording.ts';

/** A start of a container takes a while; before this a Pod that is being created is left alone. */
const CREATING_GRACE = 2 * MINUTE;
/** Without any event that tells why, a start must last this long to be worth a word; with a pull under way, longer. */
const SILENT_GRACE = 10 * MINUTE;
const PULL_GRACE = 30 * MINUTE;
const INIT_GRACE = 5 * MINUTE;
const RETRIED_WITHIN = 5 * MINUTE;

/** A container whose configuration the kubelet cannot put together (CreateContainerConfigError). */
export function configFailures(pod: Pod, container: Container, cluster: Cluster): Failure[] {
  const { name } = container;
  const { reason = 'CreateContainerConfigError', message = '' } = container.status.state?.waiting ?? {};
  const evidence = [fromContainer(pod, container, 'state.waiting', [reason, message].filter(Boolean).join(': '))];
  const said = referencesIn(message, pod);
  // Any other message is the reason to act on first.
  const proven = said.length > 0 || !message ? missingEnvSources(pod, container.spec, cluster) : [];
  const missing = referenceFailures(pod, said, proven, cluster, { container, state: reason, message, evidence });
  if (missing.length > 0) return missing;

  const asRoot = /runAsNonRoot/.test(message);
  const refused = podFailure(pod, asRoot ? 'RunAsNonRoot' : 'InvalidContainerConfig', {
    headline: asRoot
      ? `must not run as root, but the image of container ${name} does`
      : `has a configuration that container ${name} cannot start with`,
    text: `Container ${name} cannot be created (${reason}). ${sentence(message)}`.trim(),
    evidence,
    values: { container: name, image: container.image },
    sensitive: [container.image],
    about: name,
  });
  return [refused];
}

/** A container that the runtime cannot create or start: RunContainerError, CreateContainerError, PostStartHookError … */
export function startFailure(pod: Pod, container: Container, cluster: Cluster): Failure {
  const { name } = container;
  const { reason = '', message = '' } = container.status.state?.waiting ?? {};
  const known =
    memoryFailure(pod, container, { reason, message }, cluster) ??
    commandFailure(pod, container, { reason, message }, cluster);
  if (known) return known;
  const hook = reason === 'PostStartHookError';
  return podFailure(pod, hook ? 'PostStartHookFailed' : 'ContainerStartFailed', {
    headline: hook
      ? `has a postStart hook that fails in container ${name}`
      : `cannot start container ${name} (${reason})`,
    text: `Container ${name} cannot start (${reason}). ${sentence(message)}`.trim(),
    evidence: [fromContainer(pod, container, 'state.waiting', [reason, message].filter(Boolean).join(': '))],
    values: {
      container: name,
      image: container.image,
      exitCode: '',
      reason,
      restarts: String(container.restarts),
      node: pod.spec?.nodeName ?? '',
    },
    sensitive: [container.image],
    about: name,
  });
}

/** An init container that has not ended, or a sidecar that has not started, while the others wait for it. */
export function initFailure(pod: Pod, container: Container, cluster: Cluster): Failure | undefined {
  const { name, role, status } = container;
  const started = role === 'sidecar' && status.started === true;
  const since = status.state?.running?.startedAt;
  const age = since ? cluster.now - Date.parse(since) : 0;
  if (role === 'main' || started || pod.status?.phase !== 'Pending' || !(age >= INIT_GRACE)) return undefined;
  const missing = awaitedService(pod, container, cluster);
  const gone = missing ? ` There is no Service ${missing.name} in namespace ${missing.namespace}.` : '';
  const command = [...(container.spec?.command ?? []), ...(container.spec?.args ?? [])].join(' ');
  const runs = command ? ` It runs: ${sentence(command.slice(0, 200))}` : '';
  const what = role === 'sidecar' ? 'has not come up' : 'has not ended';
  return podFailure(pod, 'InitBlocked', {
    headline: missing
      ? `does not exist, but init container ${name} waits for it`
      : `waits for init container ${name}, which ${what}`,
    text: `Init container ${name} has been running for ${duration(age)} and ${what}, so the other containers wait (PodInitializing).${runs}${gone}`,
    evidence: [fromContainer(pod, container, 'state.running.startedAt', since), fromCondition(pod, 'Initialized')],
    values: { container: name, image: container.image },
    causes: missing ? [{ ref: missing, certain: true }] : dependencies(pod, container, cluster),
    about: name,
  });
}

const CREATION_EVENTS = [
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedCreatePodSandBox',
  'NetworkNotReady',
  'FailedPrepareDynamicResources',
];

/** A Pod that has its node but none of its containers yet: its volumes or its network do not come. */
export function creationFailures(pod: Pod, containers: readonly Container[], cluster: Cluster): Failure[] {
  const age = creationAgeMs(pod, containers, cluster);
  if (age === undefined || age < CREATING_GRACE) return [];
  const events = creationEvents(cluster.eventsOf(pod));
  const event = tellingEvent(events, pod);
  const missing = missingFailures(pod, event, events, cluster);
  if (missing.length > 0) return missing;
  if (event) return [fromCreationEvent(pod, event, cluster)];

  const pulling = cluster.latestEvent(pod, 'Pulling', 'Pulled')?.reason === 'Pulling';
  if (age < (pulling ? PULL_GRACE : SILENT_GRACE)) return [];
  const stalled = podFailure(pod, 'StartStalled', {
    headline: saidOf(pod, 'does not get its containers', 'has a Pod that does not get its containers'),
    text: `Pod ${pod.metadata.name} has been in ContainerCreating for ${duration(age)} on node ${pod.spec?.nodeName ?? 'unknown'}${pulling ? ', still pulling an image' : ', and no event tells why'}.`,
    evidence: [fromCondition(pod, 'Ready')],
    values: { node: pod.spec?.nodeName ?? '' },
    causes: nodeCause(pod),
  });
  return [stalled];
}

/** What a Pod that is not created lacks, by its events, or proven where they are silent or gone. */
function missingFailures(pod: Pod, event: Event | undefined, events: readonly Event[], cluster: Cluster): Failure[] {
  const message = event?.message ?? '';
  const said = referencesIn(message, pod);
  const inVolumes = missingVolumeSources(pod, cluster);
  // Where something else is in the way, that is what to mend first.
  if (said.length === 0 && (event || inVolumes.length === 0)) return [];
  const others = events
    .filter((each) => isAsRecent(each, event))
    .flatMap((each) => referencesIn(each.message ?? '', pod))
    .filter((reference) => mayLack(reference, pod, cluster));
  // Once the volumes are there, the containers would fail next.
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  const inEnv = [...initContainers, ...containers].flatMap((spec) => missingEnvSources(pod, spec, cluster));
  const evidence = event ? [fromEvent(pod, event)] : [fromCondition(pod, 'Ready')];
  const stuck = { state: 'ContainerCreating', message, evidence };
  return referenceFailures(pod, said, [...others, ...inVolumes, ...inEnv], cluster, stuck);
}

/** The kubelet tries a volume again every two minutes at least, so what it no longer says has been mended. */
function isAsRecent(event: Event, newest: Event | undefined): boolean {
  const time = Date.parse(eventTime(event) ?? '');
  return Date.parse((newest && eventTime(newest)) ?? '') - time <= RETRIED_WITHIN;
}

/** How long the Pod has waited for its next container; `undefined` where one runs, or none is waited for. */
function creationAgeMs(pod: Pod, containers: readonly Container[], cluster: Cluster): number | undefined {
  const { initContainerStatuses = [], containerStatuses = [], phase } = pod.status ?? {};
  const waiting = containers.some(({ status }) => isToBeCreated(status));
  if (!waiting && (phase !== 'Pending' || containerStatuses.length > 0)) return undefined;
  if (containers.some(({ status, role }) => status.state?.running && role !== 'sidecar')) return undefined;
  // An init container has ended, or a sidecar has started: only since then the next one is due.
  const ends = initContainerStatuses.flatMap(
    ({ state }) => Date.parse(state?.terminated?.finishedAt ?? state?.running?.startedAt ?? '') || [],
  );
  // After a restart of its node a Pod gets its sandbox and its containers anew.
  const sandbox = conditionOf(pod, 'PodReadyToStartContainers');
  if (sandbox?.status === 'False') ends.push(Date.parse(sandbox.lastTransitionTime ?? '') || 0);
  return Math.min(startAgeMs(pod, cluster), ...ends.map((end) => cluster.now - end));
}

/** A state that says nothing stands for waiting, as in the API reference. */
function isToBeCreated({ state, ready }: Container['status']): boolean {
  if (state?.running || state?.terminated || ready) return false;
  return /^(?:ContainerCreating|PodInitializing)?$/.test(state?.waiting?.reason ?? '');
}

/** The events that tell why a Pod is not created, and that nothing has settled since; newest first. */
function creationEvents(events: readonly Event[]): Event[] {
  // A pull comes after volumes and network: whatever failed before it has been mended.
  const done = events.findIndex(({ reason = '' }) => ['Pulling', 'Pulled', 'Created', 'Started'].includes(reason));
  const attached = events.findIndex(({ reason }) => reason === 'SuccessfulAttachVolume');
  return events.filter(({ reason = '' }, at) => {
    if (!CREATION_EVENTS.includes(reason) || (done >= 0 && at > done)) return false;
    return reason !== 'FailedAttachVolume' || attached < 0 || at < attached;
  });
}

/** Of these events the most exact one: what is missing, then what is attached elsewhere, then the newest. */
function tellingEvent(events: readonly Event[], pod: Pod): Event | undefined {
  return (
    events.find(({ message = '' }) => referencesIn(message, pod).length > 0) ??
    events.find(({ reason }) => reason === 'FailedAttachVolume') ??
    events.find(({ message = '' }) => !/timed out waiting/.test(message)) ??
    events[0]
  );
}

function fromCreationEvent(pod: Pod, event: Event, cluster: Cluster): Failure {
  const { reason = '', message = '' } = event;
  const evidence = [fromEvent(pod, event)];
  const node = pod.spec?.nodeName ?? '';
  const age = eventTime(event) ? `, last ${duration(cluster.now - Date.parse(eventTime(event) ?? ''))} ago` : '';
  const text = `Pod ${pod.metadata.name} is stuck in ContainerCreating on node ${node || 'unknown'} (${reason}${age}): ${sentence(message)}`;
  if (!/Volume|Mount/.test(reason)) return sandboxFailure(pod, event, text, cluster);
  const claims = claimsOf(pod);
  const volume = /volume "([^"]+)"|volumes=\[([^\]]+)\]/.exec(message)?.slice(1).find(Boolean) ?? '';
  const elsewhere = reason === 'FailedAttachVolume' ? otherNodeOf(pod, claims, cluster) : undefined;
  const held = elsewhere
    ? ` Pod ${elsewhere.metadata.name} uses the same claim on node ${elsewhere.spec?.nodeName}.`
    : '';
  const multi = /Multi-Attach/.test(message);
  return podFailure(pod, reason === 'FailedAttachVolume' ? 'VolumeAttachFailed' : 'MountFailed', {
    headline: multi
      ? 'waits for a volume that is attached to another node'
      : `cannot ${reason === 'FailedAttachVolume' ? 'attach' : 'mount'} ${volume ? `volume ${volume}` : 'a volume'}`,
    text: `${text}${held}`,
    evidence,
    values: {
      node,
      volume: volume || 'unknown',
      claim: claims[0] ?? 'none',
      holder: elsewhere?.metadata.name ?? 'not known',
    },
    sensitive: claims,
    causes: [
      ...(elsewhere ? [{ ref: refBeside(pod, 'Pod', elsewhere.metadata.name) }] : []),
      ...claims.map((claim) => ({ ref: refBeside(pod, PersistentVolumeClaim.kind, claim) })),
      ...driverCauses(message, node, cluster),
      ...serversNamed(message, pod, cluster),
      ...nodeCause(pod),
    ],
  });
}

/** The Pods that mount each claim, by `namespace/name`. */
const usersOfClaims = perCluster((cluster) => {
  const users = new Map<string, Pod[]>();
  for (const pod of cluster.list(Pod)) {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    for (const claim of claimsOf(pod)) append(users, `${pod.metadata.namespace}/${claim}`, pod);
  }
  return users;
});

/** A Pod on another node that mounts one of these claims. */
function otherNodeOf(pod: Pod, claims: readonly string[], cluster: Cluster): Pod | undefined {
  const users = claims.flatMap((claim) => usersOfClaims(cluster).get(`${pod.metadata.namespace}/${claim}`) ?? []);
  return users.find(({ spec }) => spec?.nodeName && spec.nodeName !== pod.spec?.nodeName);
}
