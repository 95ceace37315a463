import type { Analyzer } from '../analyzer.ts';
import { keyOf, type Reading, type Ref } from '../cluster.ts';
import { Pod } from '../kinds/pod.ts';
import { findingsOf } from '../report.ts';
import { analyze } from './run.ts';

/** Of many replicas that fail alike, a few tell it all. */
const PODS_OF_OWNER = 3;
const PODS_MAX = 60;

/** The Pods of a reading that have findings, those of the worst incidents first; a few of each workload. */
export async function troubledPods(reading: Reading, analyzers: readonly Analyzer[]): Promise<readonly Pod[]> {
  const { cluster } = reading;
  const report = await analyze({ name: cluster.name, read: async () => reading }, analyzers, { filters: [] });
  const chosen = new Map<string, Pod>();
  const counts = new Map<string, number>();
  for (const { object, owner } of findingsOf(report)) {
    const pod = podOf(object);
    const count = counts.get(keyOf(owner)) ?? 0;
    if (!pod || chosen.has(keyOf(object)) || count >= PODS_OF_OWNER || chosen.size >= PODS_MAX) continue;
    counts.set(keyOf(owner), count + 1);
    chosen.set(keyOf(object), pod);
  }
  return [...chosen.values()];

  function podOf({ kind, name, namespace }: Ref): Pod | undefined {
    return kind === Pod.kind ? cluster.get(Pod, name, namespace) : undefined;
  }
}
