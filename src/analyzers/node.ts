import { ageMs, defineAnalyzer, duration, eventTime, type Failure, field, HOUR, olderThan } from '../analyzer.ts';
import { type Cluster, nameOf, refOf } from '../cluster.ts';
import { Event } from '../kinds/event.ts';
import { Lease, Node } from '../kinds/node.ts';
import { Pod } from '../kinds/pod.ts';
import { DaemonSet, Job, ReplicaSet } from '../kinds/workloads.ts';
import { withheld } from './shared/node-allocatable.ts';
import { overcommitted } from './shared/node-capacity.ts';
import { conditions } from './shared/node-conditions.ts';
import { nodeEvents } from './shared/node-events.ts';
import { onIt } from './shared/node-pods.ts';
import { taints } from './shared/node-taints.ts';
import { fromCondition } from './shared/pod-problems.ts';
import { firstAlike, shutOutByCordon } from './shared/shut-out.ts';
import { counted, listed } from './shared/wording.ts';

export default defineAnalyzer({
  filter: 'Node',
  summary:
    'Nodes that are lost, short of memory, disk or processes, cordoned, overfull, or of a version that does not fit',
  core: true,
  kind: Node,
  reads: [Pod, ReplicaSet, Job, DaemonSet, Lease, Event],
  codes: [
    'NotReady',
    'MemoryPressure',
    'DiskPressure',
    'PIDPressure',
    'NetworkUnavailable',
    'ProblemCondition',
    'Cordoned',
    'Uninitialized',
    'TaintKeepsPodsOut',
    'VersionSkew',
    'Overcommitted',
    'ResourcesWithheld',
    'HeartbeatLost',
    'SystemOOM',
    'Rebooted',
    'DiskNotFreed',
    'EvictionThresholdMet',
    'Flapping',
  ],

  check(node, cluster) {
    if (node.metadata.deletionTimestamp) return [];
    return [
      ...conditions(node, cluster),
      ...cordoned(node, cluster),
      ...taints(node, cluster),
      ...versionSkew(node, cluster),
      ...overcommitted(node, cluster),
      ...withheld(node, cluster),
      ...nodeEvents(node, cluster),
    ];
  },
});

/** Taken out of service by hand, and perhaps forgotten. */
function cordoned(node: Node, cluster: Cluster): Failure[] {
  if (!node.spec?.unschedulable) return [];
  const taint = node.spec.taints?.find(({ key }) => key === 'node.kubernetes.io/unschedulable');
  const event = cluster.latestEvent(node, 'NodeNotSchedulable');
  const since = ageMs(cluster, taint?.timeAdded ?? (event && eventTime(event)));
  const waiting = shutOutByCordon(node, cluster);
  if (waiting.length > 0) return [cordonedInVain(node, since, waiting, cluster)];
  if (since !== undefined && since < HOUR) return [];
  if (!olderThan(cluster, node.metadata.creationTimestamp ?? '1970-01-01T00:00:00Z', HOUR)) return [];
  const { name } = node.metadata;
  return [
    {
      code: 'Node/Cordoned',
      severity: 'low',
      headline: 'is cordoned',
      text:
        `Node ${name} is cordoned${since === undefined ? '' : ` for ${duration(since)}`}, so no new Pods are ` +
        `placed on it. ${onIt(node, cluster)}`,
      evidence: [field(node, 'spec.unschedulable', true, taint?.timeAdded)],
      sensitive: [name],
    },
  ];
}

/** Cordoned while Pods wait that have no other node to go to. */
function cordonedInVain(node: Node, since: number | undefined, waiting: readonly Pod[], cluster: Cluster): Failure {
  const { name } = node.metadata;
  const names = listed(
    waiting.map((pod) => nameOf(refOf(pod))),
    3,
  );
  const isAlike = (other: Node) => other.spec?.unschedulable === true && shutOutByCordon(other, cluster).length > 0;
  return {
    code: 'Node/Cordoned',
    severity: 'high',
    headline: 'is cordoned, and waiting Pods have no other node to go to',
    text:
      `Node ${name} is cordoned${since === undefined ? '' : ` for ${duration(since)}`}, and so is every other node ` +
      `that would take ${counted(waiting.length, 'waiting Pod')}: ${names}. ${onIt(node, cluster)}`,
    evidence: [
      field(node, 'spec.unschedulable', true),
      ...waiting.slice(0, 3).map((pod) => fromCondition(pod, 'PodScheduled')),
    ],
    sensitive: [name],
    causes: firstAlike(node, isAlike, cluster, 'Node/Cordoned'),
  };
}

/**
 * A kubelet may be up to three minor versions older than the API server, two before 1.28, and never newer
 * (https://kubernetes.io/releases/version-skew-policy/#kubelet).
 */
function versionSkew(node: Node, cluster: Cluster): Failure[] {
  const kubelet = minorOf(node.status?.nodeInfo?.kubeletVersion);
  const server = minorOf(cluster.version);
  if (kubelet === undefined || server === undefined || isVirtual(node)) return [];
  const allowed = server >= 28 ? 3 : 2;
  if (kubelet <= server && server - kubelet <= allowed) return [];
  const { name } = node.metadata;
  const problem =
    kubelet > server ? 'newer than the API server' : `more than ${allowed} minor versions older than the API server`;
  return [
    {
      code: 'Node/VersionSkew',
      severity: 'medium',
      headline: `runs a kubelet ${problem}`,
      text:
        `Node ${name} runs kubelet ${node.status?.nodeInfo?.kubeletVersion}, which is ${problem} ` +
        `(${cluster.version}); this combination is not supported.`,
      evidence: [field(node, 'status.nodeInfo.kubeletVersion', node.status?.nodeInfo?.kubeletVersion)],
      values: { kubelet: node.status?.nodeInfo?.kubeletVersion ?? '', server: cluster.version ?? '' },
      sensitive: [name],
    },
  ];
}

/** No machine with a kubelet, but a cloud's service that stands for one, with a version of its own. */
function isVirtual({ metadata, spec, status }: Node): boolean {
  return (
    metadata.labels?.type === 'virtual-kubelet' ||
    /-vk-/.test(status?.nodeInfo?.kubeletVersion ?? '') ||
    (spec?.taints ?? []).some(({ key }) => key === 'virtual-kubelet.io/provider')
  );
}

function minorOf(version: string | undefined): number | undefined {
  const [, minor] = /^v?1\.(\d+)/.exec(version ?? '') ?? [];
  return minor === undefined ? undefined : Number(minor);
}
