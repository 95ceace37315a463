import type { Cluster } from '../../cluster.ts';

/** An index of a cluster: made when first asked for, and kept as long as the cluster itself. */
export function perCluster<T>(make: (cluster: Cluster) => T): (cluster: Cluster) => T {
  const made = new WeakMap<Cluster, { value: T }>();
  return (cluster) => {
    let kept = made.get(cluster);
    if (!kept) {
      kept = { value: make(cluster) };
      made.set(cluster, kept);
    }
    return kept.value;
  };
}
