import { type Failure, field, MINUTE, olderThan } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Node } from '../../kinds/node.ts';
import { parseQuantity } from '../../quantities.ts';
import { listed } from './wording.ts';

const ORDINARY = new Set(['cpu', 'memory', 'pods']);

/**
 * Resources that a ready node has and does not offer: nothing is left of CPU, memory or Pods, or devices of an extended
 * resource count as unhealthy
 * (https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/#implementation).
 */
export function withheld(node: Node, cluster: Cluster): Failure[] {
  const { name } = node.metadata;
  const { capacity = {}, allocatable = {}, conditions = [] } = node.status ?? {};
  const ready = conditions.find(({ type }) => type === 'Ready');
  // Device plugins register a while after the kubelet.
  if (ready?.status !== 'True' || !olderThan(cluster, ready.lastTransitionTime, 10 * MINUTE)) return [];
  const lacking = Object.keys(capacity).filter((resource) => {
    const has = parseQuantity(capacity[resource]) ?? 0;
    const offers = parseQuantity(allocatable[resource]) ?? has;
    return isDevice(resource) ? offers < has : ORDINARY.has(resource) && has > 0 && offers <= 0;
  });
  if (lacking.length === 0) return [];
  const counts = listed(lacking.map((each) => `${allocatable[each]} of ${capacity[each]} ${each}`));
  return [
    {
      code: 'Node/ResourcesWithheld',
      severity: lacking.some((each) => (parseQuantity(allocatable[each]) ?? 0) <= 0) ? 'high' : 'medium',
      headline: `offers less ${listed(lacking, 2)} than it has`,
      text:
        `Node ${name} is ready, but of what it has Pods can be given only ${counts} (status.allocatable against ` +
        'status.capacity), so Pods that ask for it are not placed there.',
      evidence: [
        ...lacking.slice(0, 3).map((each) => field(node, `status.capacity[${each}]`, capacity[each])),
        ...lacking.slice(0, 3).map((each) => field(node, `status.allocatable[${each}]`, allocatable[each])),
      ],
      values: { resources: listed(lacking), counts },
      sensitive: [name],
    },
  ];
}

/** Extended resources carry the domain of their maker: `nvidia.com/gpu`. */
function isDevice(resource: string): boolean {
  return resource.includes('/') && !resource.includes('kubernetes.io/');
}
