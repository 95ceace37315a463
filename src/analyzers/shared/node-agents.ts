import type { Cause } from '../../analyzer.ts';
import { type Cluster, refOf } from '../../cluster.ts';
import type { Pod } from '../../kinds/pod.ts';
import { DaemonSet } from '../../kinds/workloads.ts';
import { isReady } from './endpoints.ts';
import { podsOn } from './node-pods.ts';
import { perCluster } from './per-cluster.ts';

/** kube-proxy and network plugins (https://kubernetes.io/docs/concepts/cluster-administration/addons/#networking-and-network-policy). */
const PROXY = /\bkube-proxy\b/;
const NETWORK =
  /\b(?:kube-proxy|kube-router|kindnet|aws-node|azure-cn[is]|ovnkube|ovs|weave)\b|cni\b|calico|canal|cilium|flannel|antrea|kube-ovn|multus/;

const networkSets = perCluster((cluster) => cluster.list(DaemonSet).filter((set) => NETWORK.test(wordsOf(set))));

/**
 * What gives the Pods of a node their network and is not ready there: kube-proxy and the network plugin, the one that
 * the message names first. For Pods on the node's own network only kube-proxy counts.
 */
export function networkAgents(
  node: string | undefined,
  cluster: Cluster,
  { message = '', hostNetwork = false }: { message?: string; hostNetwork?: boolean | undefined } = {},
): Cause[] {
  const [, plugin = ''] = /plugin type="([\w-]+?)(?:-cni)?"/.exec(message) ?? [];
  const sets = plugin
    ? cluster.list(DaemonSet).filter((set) => NETWORK.test(wordsOf(set)) || wordsOf(set).includes(plugin))
    : networkSets(cluster);
  const isNamed = (set: DaemonSet) => plugin !== '' && wordsOf(set).includes(plugin);
  return agentsOn(
    node,
    [...sets.filter(isNamed), ...sets.filter((set) => !isNamed(set))].filter(
      (set) => !hostNetwork || PROXY.test(wordsOf(set)),
    ),
    cluster,
  );
}

/** The Pods of DaemonSets that should be ready on a node and are not; the DaemonSet itself where it has no Pod there. */
export function agentsOn(node: string | undefined, sets: readonly DaemonSet[], cluster: Cluster): Cause[] {
  if (!node) return [];
  const pods = podsOn(cluster, node);
  return sets.flatMap((set): Cause[] => {
    const mine = pods.filter((pod) => isOwnedBy(pod, set));
    if (mine.some(isReady)) return [];
    const { desiredNumberScheduled = 0, numberReady = 0 } = set.status ?? {};
    if (mine.length > 0) return mine.map((pod) => ({ ref: refOf(pod) }));
    return numberReady < desiredNumberScheduled ? [{ ref: refOf(set) }] : [];
  });
}

function isOwnedBy({ metadata }: Pod, set: DaemonSet): boolean {
  return (
    metadata.namespace === set.metadata.namespace &&
    metadata.ownerReferences?.some(({ kind, name }) => kind === set.kind && name === set.metadata.name) === true
  );
}

/** What tells which program a DaemonSet runs: its name, its containers' names, their images. */
function wordsOf({ metadata, spec }: DaemonSet): string {
  const containers = spec?.template?.spec?.containers ?? [];
  return [metadata.name, ...containers.flatMap(({ name = '', image = '' }) => [name, image])].join(' ').toLowerCase();
}
