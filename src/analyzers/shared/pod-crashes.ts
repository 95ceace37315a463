import { ageMs, duration, eventTime, type Failure, fromEvent, HOUR, MINUTE, SECOND } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import { Node } from '../../kinds/node.ts';
import type { Pod } from '../../kinds/pod.ts';
import { dependencies, dependenciesOfEnded, unresolvedService } from './dependencies.ts';
import { commandFailure, startErrorFailure } from './pod-commands.ts';
import { type Container, containerEvents, fromContainer, isRecent, type Terminated } from './pod-containers.ts';
import { nodeCause, type PodProblem, podFailure } from './pod-problems.ts';
import { atThisMoment, stopEvidence, stopValues } from './pod-stops.ts';
import { counted, sentence, tellingPart } from './wording.ts';

/** Fewer restarts than these, with the container up again, are no pattern yet. */
const OOM_RESTARTS = 3;
const LOOP_RESTARTS = 3;
const OFTEN_RESTARTS = 5;
/** The kubelet forgets its back-off when a container has run for ten minutes. */
const BACK_OFF_RESET = 10 * MINUTE;
/** The API's default of `terminationGracePeriodSeconds`. */
const DEFAULT_GRACE_SECONDS = 30;
/** A container that runs longer than this between two restarts is no loop. */
const LOOP_RUN = 6 * HOUR;

/**
 * What is wrong with a container that stopped: now, or again and again though it runs at this moment. Nothing for one
 * that ended well, or whose restarts are few or long ago.
 */
export function crashFailure(pod: Pod, container: Container, cluster: Cluster): Failure | undefined {
  const { state, lastState } = container.status;
  const ended = state?.terminated ?? lastState?.terminated;
  const backingOff = state?.waiting?.reason === 'CrashLoopBackOff';
  if (!ended) return backingOff ? backOffOnly(pod, container, cluster) : undefined;
  const problem = kindOfStop(container, ended, cluster, backingOff, pod);
  if (!problem) return undefined;

  return (
    memoryFailure(pod, container, ended, cluster) ??
    hookFailed(pod, container, ended, cluster) ??
    commandFailure(pod, container, ended, cluster) ??
    startErrorFailure(pod, container, ended) ??
    accessDenied(pod, container, ended) ??
    killedByProbe(pod, container, ended, cluster) ??
    crashed(pod, container, ended, cluster, problem)
  );
}

/** How the stop counts: as a loop, as frequent restarts, as one failure, or not at all. */
function kindOfStop(
  { status, restarts }: Container,
  ended: Terminated,
  cluster: Cluster,
  backingOff: boolean,
  pod: Pod,
): 'CrashLoop' | 'RestartLoop' | 'ContainerFailed' | undefined {
  if (backingOff) return 'CrashLoop';
  const age = ageMs(cluster, ended.finishedAt) ?? Number.POSITIVE_INFINITY;
  const ran = runMs(ended) ?? 0;
  if (restarts >= LOOP_RESTARTS && age < BACK_OFF_RESET && ran < BACK_OFF_RESET) return 'CrashLoop';
  if (status.state?.terminated) return ended.exitCode === 0 ? undefined : 'ContainerFailed';
  // What waits for something else, such as its image, has another problem now.
  if (!status.state?.running || age >= HOUR) return undefined;
  if (ended.reason === 'OOMKilled') return restarts >= OOM_RESTARTS ? 'RestartLoop' : undefined;
  const between = (ageMs(cluster, pod.metadata.creationTimestamp) ?? 0) / restarts;
  return restarts >= OFTEN_RESTARTS && Math.min(ran, between) < LOOP_RUN ? 'RestartLoop' : undefined;
}

/** A container that is killed for its memory; with a limit too low even for the start, only the runtime says so. */
export function memoryFailure(
  pod: Pod,
  container: Container,
  ended: Terminated,
  cluster: Cluster,
): Failure | undefined {
  const { reason, message = '' } = ended;
  const atStart = /^(?:StartError|RunContainerError|CreateContainerError)$/.test(reason ?? '');
  const isKilled = reason === 'OOMKilled' || (atStart && /container init was OOM-killed/.test(message));
  return isKilled ? outOfMemory(pod, container, ended, cluster) : undefined;
}

function outOfMemory(pod: Pod, container: Container, ended: Terminated, cluster: Cluster): Failure {
  const { name, restarts } = container;
  const limit = container.spec?.resources?.limits?.memory;
  const systemOom = nodeOutOfMemory(pod, ended, cluster);
  const ranOut = limit === undefined ? 'it has no memory limit' : `its memory limit is ${limit}`;
  const byNode = systemOom ? ` Node ${pod.spec?.nodeName} itself ran out of memory (SystemOOM).` : '';
  const times = restarts > 0 ? `, ${counted(restarts, 'restart')} so far` : '';
  const how =
    ended.reason === 'OOMKilled'
      ? ` (OOMKilled, exit code ${ended.exitCode ?? 137}`
      : ` before its program began (${ended.reason}: ${ended.message}`;
  return podFailure(pod, 'OOMKilled', {
    headline: `runs out of memory in container ${name} (${limit === undefined ? 'no limit' : `limit ${limit}`})`,
    text: `Container ${name} was OOM-killed${how}${times}${last(ended, cluster)}); ${ranOut}.${atThisMoment(container)}${byNode}`,
    evidence: stopEvidence(pod, container, ended),
    values: { ...stopValues(pod, container, ended), limit: limit === undefined ? 'none' : String(limit) },
    causes: systemOom ? nodeCause(pod) : [],
    about: name,
  });
}

function nodeOutOfMemory(pod: Pod, ended: Terminated, cluster: Cluster): Event | undefined {
  const node = cluster.get(Node, pod.spec?.nodeName ?? '');
  const event = node && cluster.latestEvent(node, 'SystemOOM');
  const since = ageMs(cluster, ended.finishedAt) ?? 0;
  return event && isRecent(event, cluster, since + 5 * MINUTE) ? event : undefined;
}

function hookFailed(pod: Pod, container: Container, ended: Terminated, cluster: Cluster): Failure | undefined {
  const [event] = containerEvents(pod, container, cluster, 'FailedPostStartHook');
  if (!event || !isRecent(event, cluster, HOUR)) return undefined;
  return podFailure(pod, 'PostStartHookFailed', {
    headline: `has a postStart hook that fails in container ${container.name}`,
    text: `Container ${container.name} is stopped because its postStart hook fails: ${sentence(event.message)}${atThisMoment(container)}`,
    evidence: [fromEvent(pod, event), ...stopEvidence(pod, container, ended)],
    values: stopValues(pod, container, ended),
    about: container.name,
  });
}

const DENIED = /User "system:serviceaccount:([^:"]+):([^"]+)" cannot (\w+) resource "([^"]+)"/;

function accessDenied(pod: Pod, container: Container, ended: Terminated): Failure | undefined {
  const [, namespace, account, verb, resource] = DENIED.exec(ended.message ?? '') ?? [];
  if (!namespace || !account || !verb || !resource) return undefined;
  return podFailure(pod, 'AccessDenied', {
    headline: `runs as ServiceAccount ${account}, which may not ${verb} ${resource}`,
    text: `Container ${container.name} stops because its ServiceAccount ${account} may not ${verb} ${resource}: ${sentence(ended.message)}`,
    evidence: stopEvidence(pod, container, ended),
    values: { ...stopValues(pod, container, ended), account, accountNamespace: namespace, verb, resource },
    sensitive: [account],
    about: container.name,
  });
}

/** Whether an event may have to do with this end of a container, and not with an earlier one. */
function couldEnd({ spec }: Pod, event: Event, { finishedAt }: Terminated): boolean {
  const before = Date.parse(finishedAt ?? '') - Date.parse(eventTime(event) ?? '');
  return !(before > (spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * SECOND + MINUTE);
}

/** A container that the kubelet restarts since its liveness or startup probe fails. */
function killedByProbe(pod: Pod, container: Container, ended: Terminated, cluster: Cluster): Failure | undefined {
  const events = containerEvents(pod, container, cluster, 'Killing', 'Unhealthy').filter(
    (each) => isRecent(each, cluster, HOUR) && couldEnd(pod, each, ended),
  );
  const killing = events.find(({ message = '' }) => /failed (?:liveness|startup) probe/.test(message));
  const failing = events.find(({ message = '' }) => /^(?:Liveness|Startup) probe/.test(message));
  if (!killing && !(failing && (ended.exitCode === 137 || ended.exitCode === 143))) return undefined;
  const startup = /startup probe/i.test((killing ?? failing)?.message ?? '');
  const probe = startup ? 'startup' : 'liveness';
  const { name } = container;
  return podFailure(pod, startup ? 'StartupProbeFailed' : 'LivenessProbeFailed', {
    headline: `is restarted since the ${probe} probe of container ${name} fails`,
    text: `Container ${name} is restarted because its ${probe} probe fails (${counted(container.restarts, 'restart')}${last(ended, cluster)}, exit code ${ended.exitCode ?? 'unknown'}). ${sentence((failing ?? killing)?.message)}${atThisMoment(container)}`,
    evidence: [
      ...[failing, killing].flatMap((each) => (each ? [fromEvent(pod, each)] : [])),
      ...stopEvidence(pod, container, ended),
    ],
    values: { ...stopValues(pod, container, ended), probe },
    causes: dependencies(pod, container, cluster, failing?.message),
    about: name,
  });
}

function crashed(pod: Pod, container: Container, ended: Terminated, cluster: Cluster, problem: PodProblem): Failure {
  const { name, restarts } = container;
  const code = ended.exitCode ?? 'unknown';
  const lastWords = ended.message ? ` Its last words: ${sentence(tellingPart(ended.message, 300))}` : '';
  const verb =
    problem === 'CrashLoop' ? 'crashes again and again' : problem === 'RestartLoop' ? 'keeps restarting' : 'failed';
  const times = restarts > 0 ? `${counted(restarts, 'restart')}, ` : '';
  const missing = unresolvedService(pod, cluster, ended.message);
  const gone = missing ? ` There is no Service ${missing.name} in namespace ${missing.namespace}.` : '';
  const ofPod =
    problem === 'ContainerFailed'
      ? `failed in container ${name} with exit code ${code}`
      : `${verb} in container ${name} (exit code ${code})`;
  const goesOn = problem === 'ContainerFailed' && pod.spec?.restartPolicy !== 'Never' && pod.status?.phase !== 'Failed';
  return podFailure(pod, problem, {
    ...(goesOn && { severity: 'medium' as const }),
    headline: missing ? `does not exist, but container ${name} calls it` : ofPod,
    text: `Container ${name} ${verb}: ${times}${restarts > 0 ? 'last ' : ''}${ended.reason ?? 'Error'}, exit code ${code}${meaningOf(ended.exitCode)}${ago(ended, cluster)}.${atThisMoment(container)}${lastWords}${gone}`,
    evidence: stopEvidence(pod, container, ended),
    values: {
      ...stopValues(pod, container, ended),
      exitMeaning: meaningOf(ended.exitCode).replace(/^ \(|\)$/g, '') || 'set by the program itself',
    },
    causes: missing ? [{ ref: missing, certain: true }] : dependenciesOfEnded(pod, container, cluster, ended.message),
    about: name,
  });
}

/** The status has forgotten how the container ended; only the back-off shows. */
function backOffOnly(pod: Pod, container: Container, cluster: Cluster): Failure {
  const { name, status } = container;
  const waiting = status.state?.waiting;
  return podFailure(pod, 'CrashLoop', {
    headline: `crashes again and again in container ${name}`,
    text: `Container ${name} is in CrashLoopBackOff (${counted(container.restarts, 'restart')}). ${sentence(waiting?.message)}`.trim(),
    evidence: [fromContainer(pod, container, 'state.waiting.reason', waiting?.reason)],
    values: { ...stopValues(pod, container, {}), exitMeaning: 'not known any more' },
    causes: dependencies(pod, container, cluster),
    about: name,
  });
}

/** What an exit code says by convention: 128 + n is death by signal n (https://tldp.org/LDP/abs/html/exitcodes.html). */
function meaningOf(exitCode: number | undefined): string {
  if (exitCode === undefined) return '';
  const known: Record<number, string> = {
    0: 'it ends by itself, though it should go on',
    134: 'it aborted itself, SIGABRT',
    137: 'it was killed, SIGKILL',
    139: 'a segmentation fault, SIGSEGV',
    143: 'it was told to stop, SIGTERM',
  };
  const meaning = known[exitCode] ?? (exitCode > 128 && exitCode < 160 ? `signal ${exitCode - 128}` : '');
  return meaning && ` (${meaning})`;
}

function runMs({ startedAt, finishedAt }: Terminated): number | undefined {
  const ran = Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '');
  return Number.isNaN(ran) ? undefined : ran;
}

function last(ended: Terminated, cluster: Cluster): string {
  const age = ageMs(cluster, ended.finishedAt);
  return age === undefined ? '' : `, last ${duration(age)} ago`;
}

function ago(ended: Terminated, cluster: Cluster): string {
  const age = ageMs(cluster, ended.finishedAt);
  return age === undefined ? '' : `, ${duration(age)} ago`;
}
