import { type Failure, field } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Node } from '../../kinds/node.ts';
import type { Pod } from '../../kinds/pod.ts';
import { formatQuantity, parseQuantity } from '../../quantities.ts';
import { podsOn } from './node-pods.ts';
import { listed } from './wording.ts';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;

/** A node whose room is nearly given away: 90 % of a resource by requests, or 95 % of the Pods that it may hold. */
export function overcommitted(node: Node, cluster: Cluster): Failure[] {
  const { name } = node.metadata;
  const pods = podsOn(cluster, name);
  if (pods.length === 0) return [];
  const full: string[] = [];
  for (const resource of RESOURCES) {
    const room = parseQuantity(node.status?.allocatable?.[resource]) ?? 0;
    if (room <= 0) continue;
    const asked = pods.reduce((sum, pod) => sum + requested(pod, resource), 0);
    if (asked >= 0.9 * room) {
      full.push(`${formatQuantity(resource, asked)} of ${formatQuantity(resource, room)} ${resource}`);
    }
  }
  const places = parseQuantity(node.status?.allocatable?.pods) ?? 0;
  if (places > 0 && pods.length >= 0.95 * places) full.push(`${pods.length} of ${places} Pods`);
  if (full.length === 0) return [];
  return [
    {
      code: 'Node/Overcommitted',
      severity: 'low',
      headline: 'has hardly any room left for more Pods',
      text: `Node ${name} has hardly any room left: its Pods request ${listed(full)}. Larger Pods will not fit.`,
      evidence: [field(node, 'status.allocatable', node.status?.allocatable)],
      values: { full: listed(full) },
      sensitive: [name],
    },
  ];
}

/**
 * What a Pod asks for: its containers and sidecars together, or its largest init container
 * (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers).
 */
function requested({ spec }: Pod, resource: string): number {
  let sum = 0;
  let largest = 0;
  for (const { resources } of spec?.containers ?? []) sum += parseQuantity(resources?.requests?.[resource]) ?? 0;
  for (const { resources, restartPolicy } of spec?.initContainers ?? []) {
    const request = parseQuantity(resources?.requests?.[resource]) ?? 0;
    if (restartPolicy === 'Always') sum += request;
    else largest = Math.max(largest, request);
  }
  return Math.max(sum, largest);
}
