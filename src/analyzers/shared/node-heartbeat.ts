import { ageMs, duration, type Failure, field, MINUTE } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import { Lease, type Node } from '../../kinds/node.ts';
import { onIt } from './node-pods.ts';

/** A kubelet renews its lease every ten seconds, and posts its whole status every five minutes. */
const SILENCE_MS = 10 * MINUTE;

/**
 * A node that counts as ready though its kubelet says nothing any more. The node lifecycle controller notices that
 * within a minute, so it does not run either (https://kubernetes.io/docs/reference/node/node-status/#heartbeats).
 */
export function heartbeatLost(node: Node, cluster: Cluster): Failure[] {
  const { name } = node.metadata;
  const lease = cluster.get(Lease, name, 'kube-node-lease');
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const renewed = ageMs(cluster, lease?.spec?.renewTime);
  const posted = ageMs(cluster, ready?.lastHeartbeatTime);
  if (!lease || renewed === undefined || posted === undefined || Math.min(renewed, posted) < SILENCE_MS) return [];
  return [
    {
      code: 'Node/HeartbeatLost',
      severity: 'high',
      headline: 'counts as ready, but its kubelet has stopped reporting',
      text:
        `Node ${name} counts as ready, but its lease was last renewed ${duration(renewed)} ago and its status last ` +
        `posted ${duration(posted)} ago. The controller manager should have marked it by now; perhaps it does not ` +
        `run either. ${onIt(node, cluster)}`,
      evidence: [
        field(lease, 'spec.renewTime', lease.spec?.renewTime, lease.spec?.renewTime),
        field(node, 'status.conditions[Ready].lastHeartbeatTime', ready?.lastHeartbeatTime, ready?.lastHeartbeatTime),
      ],
      sensitive: [name],
    },
  ];
}
