import { type Failure, field, MINUTE, olderThan } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Node } from '../../kinds/node.ts';
import { firstAlike, isOfSeveral, shutOutByTaint } from './shut-out.ts';
import { counted, listed } from './wording.ts';

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';
/** Set by Kubernetes for what has a finding of its own, or to keep its control plane apart. */
const OWN = /^node(-role)?\.kubernetes\.io\//;

/** Taints that keep Pods away though nobody seems to want that. */
export function taints(node: Node, cluster: Cluster): Failure[] {
  return (node.spec?.taints ?? []).flatMap((taint) => {
    if (taint.key === UNINITIALIZED) return uninitialized(node, taint, cluster);
    if (!taint.key || OWN.test(taint.key) || taint.effect === 'PreferNoSchedule') return [];
    return keepsOut(node, taint, cluster);
  });
}

function uninitialized(node: Node, taint: Taint, cluster: Cluster): Failure[] {
  const { name, creationTimestamp } = node.metadata;
  if (!olderThan(cluster, taint.timeAdded ?? creationTimestamp, 5 * MINUTE)) return [];
  return [
    {
      code: 'Node/Uninitialized',
      severity: 'medium',
      headline: 'was never initialized by its cloud provider',
      text:
        `Node ${name} still has the taint ${UNINITIALIZED}, which the cloud controller manager removes from new ` +
        'nodes; until then no Pods are placed on it.',
      evidence: [field(node, 'spec.taints', taint)],
      sensitive: [name],
    },
  ];
}

function keepsOut(node: Node, taint: Taint, cluster: Cluster): Failure[] {
  const { key = '' } = taint;
  const pods = shutOutByTaint(node, key, cluster);
  if (pods.length === 0) return [];
  const code = 'Node/TaintKeepsPodsOut';
  const isAtFault = isOfSeveral(pods, cluster);
  const isAlike = ({ spec }: Node) =>
    spec?.taints?.some((each) => each.key === key && each.effect === taint.effect) === true;
  const { name } = node.metadata;
  const text = `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`;
  const names = listed(
    pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    3,
  );
  return [
    {
      code,
      severity: isAtFault ? 'high' : 'low',
      headline: `has taint ${key}, which waiting Pods do not tolerate`,
      text:
        `Node ${name} has the taint ${text}, and every node is tainted for ${counted(pods.length, 'waiting Pod')}: ` +
        `${names}.`,
      evidence: [
        field(node, 'spec.taints', text),
        ...pods.slice(0, 3).map((pod) => field(pod, 'spec.tolerations', pod.spec?.tolerations)),
      ],
      values: { taint: text, key, pods: names },
      sensitive: [name],
      causes: isAtFault ? firstAlike(node, isAlike, cluster, code) : [],
      about: key,
    },
  ];
}
