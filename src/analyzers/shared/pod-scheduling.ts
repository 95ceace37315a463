import { ageMs, duration, type Failure, field, fromEvent, MINUTE, olderThan, SECOND } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Pod } from '../../kinds/pod.ts';
import { isRecent } from './pod-containers.ts';
import { capacityOf, controlPlaneNodes } from './pod-placement.ts';
import { conditionOf, fromCondition, type PodProblem, podFailure } from './pod-problems.ts';
import { missingVolumeSources, referenceFailures, referencesIn } from './pod-references.ts';
import { explain, type Reason } from './pod-unschedulable.ts';
import { sentence } from './wording.ts';

/** A gate, or a scheduler of one's own, may take a while. */
const GATE_GRACE = 5 * MINUTE;
/** The gates of Kueue. */
const QUEUE_GATES = 'kueue.x-k8s.io/';
/** After it announced a new node, an autoscaler is given this long. */
const SCALE_UP_GRACE = 10 * MINUTE;
/** Pods that make room for one of a higher priority get their time to stop. */
const PREEMPTION_GRACE = 5 * MINUTE;
/** A claim that binds at once is unbound for a moment all the same. */
const BINDING_GRACE = 30 * SECOND;

/** What the scheduler says of nodes, and what it means (`ErrReason…` in `pkg/scheduler/framework/plugins`, older wordings too). */
const REASONS: readonly [RegExp, PodProblem][] = [
  [
    /unbound immediate|persistent volumes to bind|persistentvolumeclaim|non-existent pv|enough free storage/i,
    'UnboundVolume',
  ],
  [/volume node affinity|PersistentVolume's node affinity|volume zone/i, 'VolumeElsewhere'],
  [/ReadWriteOncePod|available disk/i, 'VolumeElsewhere'],
  [/max volume count/i, 'VolumeLimit'],
  [/^Insufficient |^Too many pods/i, 'InsufficientResources'],
  [/resource ?claim|dynamic resource|allocate all claims|device ?class|claim to be allocated/i, 'ResourceClaimPending'],
  [/taint/i, 'UntoleratedTaint'],
  [/were unschedulable/i, 'NodesCordoned'],
  [/topology spread/i, 'TopologySpread'],
  [/free ports/i, 'PortConflict'],
  [/pod affinity|anti-affinity/i, 'PodAffinity'],
  [/node affinity|node selector|requested node name/i, 'NodeAffinityMismatch'],
];

/** Why a Pod has no node. Nothing while an autoscaler is at work, or while a gate is fresh. */
export function schedulingFailures(pod: Pod, cluster: Cluster): Failure[] {
  const condition = conditionOf(pod, 'PodScheduled');
  if (condition?.status === 'True') return [];
  if (condition?.reason === 'SchedulingGated') return gated(pod, cluster);
  if (/^(?:Unschedulable|SchedulerError)$/.test(condition?.reason ?? '') && condition?.message)
    return unschedulable(pod, condition.message, cluster);
  if (condition || !olderThan(cluster, pod.metadata.creationTimestamp, GATE_GRACE)) return [];
  const scheduler = pod.spec?.schedulerName ?? 'default-scheduler';
  const silent = podFailure(pod, 'SchedulerSilent', {
    headline: `waits for the scheduler ${scheduler}, which does not answer`,
    text: `Pod ${pod.metadata.name} has waited ${duration(ageMs(cluster, pod.metadata.creationTimestamp) ?? 0)} for a node, and scheduler ${scheduler} has not looked at it.`,
    evidence: [fromCondition(pod, 'PodScheduled'), field(pod, 'spec.schedulerName', scheduler)],
    values: { scheduler },
  });
  return [silent];
}

function gated(pod: Pod, cluster: Cluster): Failure[] {
  const condition = conditionOf(pod, 'PodScheduled');
  const since = condition?.lastTransitionTime ?? pod.metadata.creationTimestamp;
  if (!olderThan(cluster, since, GATE_GRACE)) return [];
  const names = (pod.spec?.schedulingGates ?? []).flatMap(({ name }) => name ?? []);
  // A queue keeps a Pod back until its turn comes; that is for the queue to decide.
  if (names.length > 0 && names.every((name) => name.startsWith(QUEUE_GATES))) return [];
  const gates = names.join(', ') || 'unknown';
  const failure = podFailure(pod, 'SchedulingGated', {
    headline: `waits for the scheduling gate ${gates} to be lifted`,
    text: `Pod ${pod.metadata.name} is not scheduled (SchedulingGated): its gate ${gates} has been closed for ${duration(ageMs(cluster, since) ?? 0)}. ${sentence(condition?.message)}`.trim(),
    evidence: [fromCondition(pod, 'PodScheduled'), field(pod, 'spec.schedulingGates', gates)],
    values: { gate: gates },
  });
  return [failure];
}

function unschedulable(pod: Pod, message: string, cluster: Cluster): Failure[] {
  if (isOnItsWay(pod, cluster)) return [];

  // What comes after the reasons is about preemption, and about claims of devices that nobody made.
  const [said = ''] = message.split(/\s*(?:(?:no new claims to deallocate|still not schedulable),\s*)?preemption:/);
  const text = `Pod ${pod.metadata.name} cannot be scheduled: ${sentence(said)}`;
  const evidence = [fromCondition(pod, 'PodScheduled')];
  const missing = referencesIn(said, pod);
  if (missing.length > 0) {
    const proven = missingVolumeSources(pod, cluster);
    return referenceFailures(pod, missing, proven, cluster, { state: 'Unschedulable', message: said, evidence });
  }

  const refused = cluster.latestEvent(pod, 'NotTriggerScaleUp');
  const scaler = refused ? ` The autoscaler adds no node: ${sentence(refused.message)}` : '';
  const reasons = reasonsIn(said);
  const problem = problemOf(pod, said, reasons, cluster);
  const { headline, hint = '', causes = [], values = {} } = explain(problem, { pod, said, reasons, cluster });
  const failure = podFailure(pod, problem, {
    headline,
    text: `${text}${hint && ` ${hint}`}${scaler}`,
    evidence: [...evidence, ...(refused ? [fromEvent(pod, refused)] : [])],
    values: { scheduler: pod.spec?.schedulerName ?? 'default-scheduler', ...values },
    causes,
  });
  return [failure];
}

/** Whether a node for the Pod is being made or emptied, or its volume is being bound. */
export function isOnItsWay(pod: Pod, cluster: Cluster): boolean {
  // Events of the cluster autoscaler and of Karpenter.
  const scaling = cluster.latestEvent(pod, 'TriggeredScaleUp', 'Nominated');
  if (scaling && isRecent(scaling, cluster, SCALE_UP_GRACE)) return true;
  const { creationTimestamp } = pod.metadata;
  const { message = '', lastTransitionTime = creationTimestamp } = conditionOf(pod, 'PodScheduled') ?? {};
  if (pod.status?.nominatedNodeName && !olderThan(cluster, lastTransitionTime, PREEMPTION_GRACE)) return true;
  return /unbound immediate/.test(message) && !olderThan(cluster, creationTimestamp, BINDING_GRACE);
}

/** The reason to act on: a lack of room shows that nodes would fit otherwise; else the one that rules out most nodes. */
function problemOf(pod: Pod, said: string, reasons: readonly Reason[], cluster: Cluster): PodProblem {
  if (/no nodes available/i.test(said)) return 'NoNodes';
  // Words that nobody knows may be an aside of the scheduler.
  const ofPod = reasons.find(({ nodes, problem }) => nodes === 0 && problem !== 'Unschedulable');
  if (ofPod) return ofPod.problem;
  if (reasons.some(({ problem }) => problem === 'InsufficientResources')) {
    return capacityOf(pod, said, cluster)?.exceeds ? 'RequestExceedsNodes' : 'InsufficientResources';
  }
  const reserved = controlPlaneNodes(pod, cluster);
  const weight = ({ problem, nodes }: Reason) => (problem === 'UntoleratedTaint' ? nodes - reserved : nodes);
  return (
    reasons.reduce<Reason | undefined>((best, each) => (!best || weight(each) > weight(best) ? each : best), undefined)
      ?.problem ?? 'Unschedulable'
  );
}

/** `0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint {a: b}.`, by reason. */
function reasonsIn(said: string): Reason[] {
  const [, list = said] = /nodes are available: (.*)$/s.exec(said) ?? [];
  return list
    .split(/, (?=\d)|\.(?:\s+|$)/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, count, text = ''] = /^(?:(\d+) )?(.*)$/s.exec(part.trim()) ?? [];
      const problem =
        REASONS.find(([pattern]) => pattern.test(text.replace(/^node\(s\) /, '')))?.[1] ?? 'Unschedulable';
      return { nodes: Number(count ?? 0), text, problem };
    });
}
