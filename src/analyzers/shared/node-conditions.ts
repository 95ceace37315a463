import { ageMs, duration, type Failure, field, MINUTE, olderThan, type Severity } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import { Lease, type Node } from '../../kinds/node.ts';
import { networkAgents } from './node-agents.ts';
import { heartbeatLost } from './node-heartbeat.ts';
import { lostNodes, onIt, workloadsOn } from './node-pods.ts';
import { listed, sentence } from './wording.ts';

type Condition = NonNullable<NonNullable<Node['status']>['conditions']>[number];

/** What every node has beside Ready: https://kubernetes.io/docs/reference/node/node-status/#condition */
const PRESSURES: Record<string, { severity: Severity; headline: string; effect: string }> = {
  MemoryPressure: {
    severity: 'high',
    headline: 'is short of memory',
    effect: 'The kubelet evicts Pods from it, and no BestEffort Pod is placed there.',
  },
  DiskPressure: {
    severity: 'high',
    headline: 'is short of disk space',
    effect: 'The kubelet deletes unused images and evicts Pods, and no new Pod is placed there.',
  },
  PIDPressure: {
    severity: 'high',
    headline: 'is short of process ids',
    effect: 'The kubelet evicts Pods from it, and no new Pod is placed there.',
  },
  NetworkUnavailable: {
    severity: 'high',
    headline: 'has no working Pod network',
    effect: 'Pods on it cannot be reached, and no new Pod is placed there.',
  },
};

/** What its conditions say is wrong with a node. */
export function conditions(node: Node, cluster: Cluster): Failure[] {
  const all = node.status?.conditions ?? [];
  const ready = all.find(({ type }) => type === 'Ready');
  const lost = ready && ready.status !== 'True' ? notReady(node, ready, cluster) : heartbeatLost(node, cluster);
  // The other conditions of a silent kubelet say nothing of their own.
  const others = all.filter(({ type, status }) => type !== 'Ready' && !(lost.length > 0 && status === 'Unknown'));
  return [...lost, ...others.flatMap((condition) => problemCondition(node, condition, cluster))];
}

function notReady(node: Node, ready: Condition, cluster: Cluster): Failure[] {
  const { name } = node.metadata;
  // A new node is not ready before its network is.
  if (isNew(node, cluster)) return [];
  const silent = ready.status === 'Unknown';
  const since = ageMs(cluster, ready.lastTransitionTime);
  const lease = silent ? cluster.get(Lease, name, 'kube-node-lease') : undefined;
  const renewed = ageMs(cluster, lease?.spec?.renewTime);
  const workloads = workloadsOn(cluster, name);
  const isCritical = workloads.length > 0 || lostNodes(cluster) > 1;
  const heartbeat = renewed === undefined ? '' : `Its lease was last renewed ${duration(renewed)} ago.`;
  return [
    {
      code: 'Node/NotReady',
      severity: isCritical ? 'critical' : 'high',
      headline: silent ? 'is not ready: its kubelet stopped posting status' : `is not ready${reasonOf(ready)}`,
      text: [
        `Node ${name} has been NotReady${lasting(since)}`,
        `(${ready.reason ?? `Ready is ${ready.status}`}).`,
        sentence(ready.message),
        heartbeat,
        onIt(node, cluster),
      ]
        .filter(Boolean)
        .join(' '),
      evidence: [
        field(
          node,
          'status.conditions[Ready]',
          `${ready.status} ${ready.reason ?? ''}: ${ready.message ?? ''}`,
          ready.lastTransitionTime,
        ),
        ...(lease ? [field(lease, 'spec.renewTime', lease.spec?.renewTime)] : []),
      ],
      values: { reason: ready.reason ?? 'unknown', workloads: listed(workloads) || 'none' },
      sensitive: [name],
      causes: networkMissing(ready) ? networkAgents(name, cluster) : [],
    },
  ];
}

function isNew({ metadata }: Node, cluster: Cluster): boolean {
  return metadata.creationTimestamp !== undefined && !olderThan(cluster, metadata.creationTimestamp, 2 * MINUTE);
}

function lasting(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : ` for ${duration(milliseconds)}`;
}

function reasonOf({ reason }: Condition): string {
  return reason && reason !== 'KubeletNotReady' ? ` (${reason})` : '';
}

/** Whether the kubelet waits for its network plugin, which a Pod on the node brings. */
function networkMissing({ status, message = '' }: Condition): boolean {
  return status === 'False' && /NetworkPluginNotReady|NetworkReady=false|cni plugin|network plugin/i.test(message);
}

/** Words of condition types that mean trouble when True, as the node problem detector and the clouds name them. */
const PROBLEM_WORDS = new Set(
  (
    'problem pressure deadlock readonly corrupt corrupted corruption frequent unhealthy error failed failing failure ' +
    'fault faulty shutdown unavailable unreachable degraded exhausted exhaustion full leak hung stalled stuck lost out ' +
    'outage down dead not bad broken missing scheduled panic panicked oops crash crashed crashing lockup throttled ' +
    'throttling overheated skewed timeout expired mismatch interruption preempted'
  ).split(' '),
);
/** Types that mean trouble when False: `KernelReady`. */
const HEALTH = /(?<!Not)(Ready|Healthy)$/;
/** What comes last says what is so: a node with `FailureDetectionEnabled` has no failure, nor has one with `NoErrors`. */
const GOOD =
  /(Enabled|Installed|Configured|Supported|Completed|Passed|Resolved|Cleared|Fixed|Recovered|Free)$|^No[A-Z]/;

function meansTrouble(type: string, status: string | undefined): boolean {
  if (HEALTH.test(type)) return status === 'False';
  if (status !== 'True' || GOOD.test(type)) return false;
  const words = type
    .replace(/ReadOnly/, 'Readonly')
    .split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+/);
  return words.some((word) => PROBLEM_WORDS.has(word.toLowerCase()));
}

function problemCondition(node: Node, condition: Condition, cluster: Cluster): Failure[] {
  const { type = '', status, reason, message, lastTransitionTime } = condition;
  const known = PRESSURES[type];
  const isProblem = known ? status === 'True' || status === 'Unknown' : meansTrouble(type, status);
  // The network of a new node comes after the node.
  if (!isProblem || (type === 'NetworkUnavailable' && isNew(node, cluster))) return [];
  const since = ageMs(cluster, lastTransitionTime);
  const {
    severity = 'medium',
    headline = `reports ${type}${status === 'True' ? '' : `=${status}`}`,
    effect = '',
  } = known ?? {};
  return [
    {
      code: known ? `Node/${type}` : 'Node/ProblemCondition',
      severity: status === 'Unknown' ? 'medium' : severity,
      headline: status === 'Unknown' ? `does not know its ${type}` : headline,
      text: [
        `Node ${node.metadata.name} has ${type}=${status}${reason ? ` (${reason})` : ''}${lasting(since)}.`,
        sentence(message),
        status === 'True' ? effect : '',
        onIt(node, cluster),
      ]
        .filter(Boolean)
        .join(' '),
      evidence: [
        field(node, `status.conditions[${type}]`, `${status} ${reason ?? ''}: ${message ?? ''}`, lastTransitionTime),
      ],
      values: { condition: type, reason: reason ?? 'none given', message: message ?? 'none given' },
      sensitive: [node.metadata.name],
      causes: type === 'NetworkUnavailable' ? networkAgents(node.metadata.name, cluster) : [],
      ...(!known && { about: type }),
    },
  ];
}
