import { ageMs, type Cause, type Failure, field, type Severity } from '../../analyzer.ts';
import type { Cluster, Ref } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import { Node } from '../../kinds/node.ts';
import type { Pod } from '../../kinds/pod.ts';
import { clip } from '../../words.ts';

/** Every problem that a Pod can have, with its usual severity. */
export const POD_PROBLEMS = {
  // Waits for a node
  InsufficientResources: 'high',
  RequestExceedsNodes: 'high',
  UntoleratedTaint: 'high',
  NodesCordoned: 'high',
  NodeAffinityMismatch: 'high',
  PodAffinity: 'high',
  TopologySpread: 'high',
  PortConflict: 'high',
  UnboundVolume: 'high',
  VolumeElsewhere: 'high',
  VolumeLimit: 'high',
  ResourceClaimPending: 'high',
  NoNodes: 'high',
  Unschedulable: 'high',
  SchedulingGated: 'medium',
  SchedulerSilent: 'high',
  // Waits for an image
  ImageNotFound: 'high',
  ImagePullUnauthorized: 'high',
  ImagePullRateLimited: 'high',
  ImageArchitecture: 'high',
  RegistryUnreachable: 'high',
  RegistryCertificate: 'high',
  RegistryPlainHttp: 'high',
  InvalidImageName: 'high',
  ImageNeverPull: 'high',
  ImageSignature: 'high',
  NodeDiskFull: 'high',
  ImagePullFailed: 'high',
  // Waits for what it refers to, or for its volumes and network
  MissingConfigMap: 'high',
  MissingSecret: 'high',
  MissingKey: 'high',
  MissingClaim: 'high',
  RunAsNonRoot: 'high',
  InvalidContainerConfig: 'high',
  MountFailed: 'high',
  VolumeAttachFailed: 'high',
  SandboxFailed: 'high',
  RuntimeHandlerMissing: 'high',
  StartStalled: 'medium',
  InitBlocked: 'high',
  // Starts and stops again
  CommandNotFound: 'high',
  CommandNotExecutable: 'high',
  ContainerStartFailed: 'high',
  PostStartHookFailed: 'high',
  OOMKilled: 'high',
  CrashLoop: 'high',
  RestartLoop: 'medium',
  LivenessProbeFailed: 'high',
  StartupProbeFailed: 'high',
  AccessDenied: 'high',
  ContainerFailed: 'high',
  // Runs, but is not well
  ReadinessProbeFailed: 'high',
  ReadinessFlapping: 'medium',
  ReadinessGate: 'high',
  Unready: 'high',
  NodeLost: 'high',
  // Ends, or should
  StuckTerminating: 'medium',
  StuckFinalizer: 'medium',
  Evicted: 'medium',
  PodFailed: 'medium',
} as const satisfies Record<string, Severity>;

export type PodProblem = keyof typeof POD_PROBLEMS;

const HEADLINE_MAX = 110;

/** A finding about a Pod. */
export function podFailure(
  pod: Pod,
  problem: PodProblem,
  { headline, sensitive = [], ...details }: Omit<Failure, 'code' | 'severity'> & { severity?: Severity },
): Failure {
  return {
    code: `Pod/${problem}`,
    severity: POD_PROBLEMS[problem],
    headline: clip(headline, HEADLINE_MAX),
    sensitive: [...new Set([pod.metadata.name, pod.metadata.namespace, ...sensitive])].filter(
      (name) => name !== undefined,
    ),
    ...details,
  };
}

/**
 * A predicate that fits whichever object stands as the cause: the Pod itself where it has no owner, else the workload.
 * `ofPod` follows "Pod x", `ofOwner` follows "Deployment y".
 */
export function saidOf(pod: Pod, ofPod: string, ofOwner: string): string {
  return pod.metadata.ownerReferences?.length ? ofOwner : ofPod;
}

export function conditionOf(pod: Pod, type: string) {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** Milliseconds since the Pod was given to its node, or was made. */
export function startAgeMs(pod: Pod, cluster: Cluster): number {
  const scheduled = conditionOf(pod, 'PodScheduled');
  const since = scheduled?.status === 'True' ? scheduled.lastTransitionTime : undefined;
  return ageMs(cluster, since ?? pod.status?.startTime ?? pod.metadata.creationTimestamp) ?? 0;
}

/** How often an event was seen. */
export function timesSeen(event: Event): number {
  return event.series?.count ?? event.count ?? 1;
}

export function refBeside(pod: Pod, kind: string, name: string): Ref {
  return pod.metadata.namespace ? { kind, namespace: pod.metadata.namespace, name } : { kind, name };
}

/** The Pod's node, if it does not report that it is ready: its name and what is wrong with it. */
export function unreadyNode(pod: Pod, cluster: Cluster): { name: string; what: string } | undefined {
  const name = pod.spec?.nodeName ?? '';
  const ready = cluster.get(Node, name)?.status?.conditions?.find((condition) => condition.type === 'Ready');
  if (!ready || ready.status === 'True') return undefined;
  return { name, what: `node ${name} is NotReady${ready.reason ? ` (${ready.reason})` : ''}` };
}

/** Findings of a Node that explain why its Pods fare badly; being cordoned or overbooked is none. */
export const NODE_UNWELL = [
  'NotReady',
  'MemoryPressure',
  'DiskPressure',
  'PIDPressure',
  'NetworkUnavailable',
  'ProblemCondition',
  'SystemOOM',
  'DiskNotFreed',
  'EvictionThresholdMet',
  'Flapping',
].map((problem) => `Node/${problem}`);

/** The Pod's node as a possible cause, where it is unwell. */
export function nodeCause(pod: Pod): Cause[] {
  const name = pod.spec?.nodeName;
  return name ? [{ ref: { kind: Node.kind, name }, codes: NODE_UNWELL }] : [];
}

/** Evidence: a condition of the Pod. */
export function fromCondition(pod: Pod, type: string) {
  const condition = conditionOf(pod, type);
  const value = [condition?.status, condition?.reason, condition?.message].filter(Boolean).join(': ');
  return field(pod, `status.conditions[${type}]`, value || 'absent', condition?.lastTransitionTime);
}
