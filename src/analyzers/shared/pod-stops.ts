import type { Evidence } from '../../analyzer.ts';
import type { Pod } from '../../kinds/pod.ts';
import { clip } from '../../words.ts';
import { type Container, fromContainer, type Terminated } from './pod-containers.ts';
import { tellingPart } from './wording.ts';

/** Evidence: how a container ended or what kept it from starting, how often, and what it waits for now. */
export function stopEvidence(pod: Pod, container: Container, ended: Terminated): Evidence[] {
  const { state } = container.status;
  const path = state?.terminated ? 'state.terminated' : 'lastState.terminated';
  const { reason, exitCode, message } = ended;
  const how = { reason, exitCode, ...(message && { message: tellingPart(message, 300) }) };
  // A container that waits since it could not be started has not ended.
  const neverRan = exitCode === undefined && state?.waiting?.reason === reason;
  return [
    ...(neverRan ? [] : [fromContainer(pod, container, path, how, ended.finishedAt)]),
    ...(container.restarts > 0 ? [fromContainer(pod, container, 'restartCount', container.restarts)] : []),
    ...(state?.waiting?.reason ? [waitingEvidence(pod, container)] : []),
  ];
}

function waitingEvidence(pod: Pod, container: Container): Evidence {
  const { reason, message } = container.status.state?.waiting ?? {};
  const isBackOff = reason === 'CrashLoopBackOff';
  return isBackOff || !message
    ? fromContainer(pod, container, 'state.waiting.reason', reason)
    : fromContainer(pod, container, 'state.waiting', `${reason}: ${clip(message, 300)}`);
}

/** The values that the runbooks of stopped containers ask for. */
export function stopValues(pod: Pod, container: Container, ended: Terminated): Record<string, string> {
  return {
    container: container.name,
    image: container.image,
    exitCode: String(ended.exitCode ?? 'unknown'),
    reason: ended.reason ?? 'unknown',
    restarts: String(container.restarts),
    node: pod.spec?.nodeName ?? '',
  };
}

/** What the container does at this moment, as a sentence with a space before it. */
export function atThisMoment({ status }: Container): string {
  const { waiting, running } = status.state ?? {};
  if (waiting?.reason === 'CrashLoopBackOff') return ' It is in CrashLoopBackOff now.';
  return running ? ' It is up again at the moment.' : '';
}
