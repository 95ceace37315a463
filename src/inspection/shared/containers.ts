import { DEFAULT_CONTAINER, type Pod } from '../../kinds/pod.ts';
import { age } from './result.ts';

type Status = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];
type State = NonNullable<Status['state']>;

/** Containers that stand beside the program: proxies, agents and the like. */
const SIDECARS =
  /^(istio-proxy|linkerd-proxy|envoy(-.*)?|vault-agent(-.*)?|cloud-?sql-proxy|.*-sidecar|sidecar-.*|config-reloader|filebeat|fluent-?bit|fluentd|promtail|otel-.*|opentelemetry-.*|datadog-agent|consul-.*|kube-rbac-proxy|oauth2?-proxy|metrics-exporter|.*-exporter)$/;

/** What kubectl would print under STATUS. */
export function podStatus({ metadata, spec, status = {} }: Pod): string {
  if (metadata.deletionTimestamp) return 'Terminating';
  const { phase = 'Unknown', reason } = status;
  const inits = spec?.initContainers ?? [];
  const statuses = status.initContainerStatuses ?? [];
  const total = inits.length;
  for (const [index, { name, restartPolicy }] of inits.entries()) {
    const own = statuses.find((each) => each.name === name);
    const { terminated, waiting } = own?.state ?? {};
    if (terminated?.exitCode === 0 || (restartPolicy === 'Always' && own?.started)) continue;
    if (phase !== 'Pending' && phase !== 'Running') break;
    if (terminated) return `Init:${terminated.reason ?? `ExitCode:${terminated.exitCode}`}`;
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
    if (own) return `Init:${index}/${total}`;
    break;
  }
  for (const { state } of status.containerStatuses ?? []) {
    if (state?.waiting?.reason) return state.waiting.reason;
    const { terminated } = state ?? {};
    if (terminated && phase !== 'Succeeded' && terminated.exitCode !== 0)
      return terminated.reason ?? `ExitCode:${terminated.exitCode}`;
  }
  return phase === 'Succeeded' ? 'Completed' : (reason ?? phase);
}

/** `1/2`. */
export function readyCount({ spec, status }: Pod): string {
  const ready = (status?.containerStatuses ?? []).filter((each) => each.ready).length;
  return `${ready}/${(spec?.containers ?? []).length || (status?.containerStatuses ?? []).length}`;
}

export function restartsOf({ status }: Pod): number {
  return allStatuses(status).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}

/** `CrashLoopBackOff, 8 restarts`, `Running but not ready, 0 restarts`. */
export function fareOf(pod: Pod): string {
  const status = podStatus(pod);
  const restarts = restartsOf(pod);
  const silent = status === 'Running' && !isWell(pod) ? ' but not ready' : '';
  return `${status}${silent}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
}

/** Whether a Pod does what it should: it is ready, or has done its work. */
export function isWell(pod: Pod): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return (ready && !pod.metadata.deletionTimestamp) || pod.status?.phase === 'Succeeded';
}

/** The higher, the more a Pod has to tell of what is wrong. */
export function troubleOf(pod: Pod): number {
  const statuses = allStatuses(pod.status);
  const failing = statuses.some(isFailing);
  const ended = statuses.some(({ lastState }) => (lastState?.terminated?.exitCode ?? 0) !== 0);
  return (failing ? 8 : 0) + (isWell(pod) ? 0 : 4) + (ended ? 2 : 0) + (restartsOf(pod) > 0 ? 1 : 0);
}

export function allStatuses(status: Pod['status']): Status[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function isFailing({ state, lastState }: Status): boolean {
  const { waiting, terminated } = state ?? {};
  return (terminated?.exitCode ?? 0) !== 0 || (Boolean(waiting) && lastState?.terminated !== undefined);
}

/** The container whose log tells most, and why it is that one. */
export function tellingContainer({ spec, status, metadata }: Pod): { name: string; why: string } | undefined {
  const statuses = allStatuses(status);
  const failing = statuses.find(isFailing);
  if (failing?.name) return { name: failing.name, why: 'it fails' };
  const failed = statuses.find(({ name = '', lastState }) => lastState?.terminated?.exitCode && !SIDECARS.test(name));
  if (failed?.name) return { name: failed.name, why: 'its last run failed' };
  const names = (spec?.containers ?? []).map(({ name = '' }) => name);
  const asked = metadata.annotations?.[DEFAULT_CONTAINER];
  if (asked && names.includes(asked)) return { name: asked, why: 'the Pod names it as its default' };
  const unready = (status?.containerStatuses ?? []).find(({ ready, name = '' }) => !ready && !SIDECARS.test(name));
  const running = (status?.initContainerStatuses ?? []).find(({ state, started }) => state?.running && !started);
  if (running?.name) return { name: running.name, why: 'the Pod is at its start' };
  if (unready?.name && names.length > 1) return { name: unready.name, why: 'it is not ready' };
  const main = names.find((name) => !SIDECARS.test(name)) ?? names[0];
  return main === undefined ? undefined : { name: main, why: 'it is the first that is no sidecar' };
}

/** A state in words: `waiting CrashLoopBackOff: back-off 5m0s …`. */
export function stateText({ waiting, running, terminated }: State, now: number): string {
  if (waiting) return `waiting ${[waiting.reason ?? '', waiting.message].filter(Boolean).join(': ')}`.trim();
  if (terminated) return `ended ${endText(terminated, now)}`;
  return running ? `running for ${age(running.startedAt, now)}` : 'not started';
}

/** `Error, exit code 1, 2 min ago, after 4 s: panic: …`. */
export function endText(ended: NonNullable<State['terminated']>, now: number): string {
  const { reason, exitCode, signal, message, startedAt, finishedAt } = ended;
  const lasted = Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '');
  const facts = [
    reason,
    exitCode !== undefined && `exit code ${exitCode}`,
    signal && `signal ${signal}`,
    finishedAt && `${age(finishedAt, now)} ago`,
    lasted >= 0 && `after ${age(startedAt, Date.parse(finishedAt ?? ''))}`,
  ];
  return facts.filter(Boolean).join(', ') + (message ? `: ${message.trim()}` : '');
}
