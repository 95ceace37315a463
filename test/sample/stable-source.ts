import type { ClusterSource } from '../../src/cluster.ts';
import { UserError } from '../../src/errors.ts';
import type { Kind, KubernetesObject } from '../../src/kind.ts';
import { NodeMetrics, PodMetrics } from '../../src/kinds/metrics.ts';
import type { LogEntry } from '../../src/recording/format.ts';
import { snapshot } from '../../src/snapshot.ts';
import type { Uids } from './load.ts';
import { keyOf, type Manifest, RECORDED_AT, uidOf } from './manifest.ts';
import { nodeMetrics, podMetrics } from './metrics.ts';

const UID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * A loaded cluster as it is to be recorded, the same at every build: looked at at one fixed time, with the ages that
 * scenarios gave, uids that follow from names, without what the server makes by itself (leases, repair events), and with
 * what a server without nodes cannot have: logs, and what is used.
 */
export function stableSource(
  live: ClusterSource,
  name: string,
  objects: readonly Manifest[],
  loaded: Uids,
  logs: readonly LogEntry[],
): ClusterSource {
  const manifests = new Map(objects.map((object) => [keyOf(object), object]));
  const stable = new Map([...loaded].map(([key, uid]) => [uid, uidOf(key)]));

  function restore<T extends KubernetesObject>(object: T): T[] {
    const manifest = manifests.get(keyOfRead(object));
    if (!manifest) return [];
    const text = JSON.stringify(object).replace(UID, (uid) => stable.get(uid) ?? uid);
    const copy = JSON.parse(text) as T;
    const { creationTimestamp, deletionTimestamp } = manifest.metadata;
    copy.metadata.creationTimestamp = creationTimestamp ?? RECORDED_AT;
    if (deletionTimestamp) copy.metadata.deletionTimestamp = deletionTimestamp;
    return [copy];
  }

  return {
    name,
    inspector: {
      ...live.inspector,
      async logs({ namespace, pod, container, previous = false }) {
        const entry = logs.find(
          (each) =>
            each.namespace === namespace &&
            each.pod === pod &&
            each.container === container &&
            each.previous === previous,
        );
        if (!entry) throw new UserError(`The scenarios have no such log of ${namespace}/${pod}.`);
        return entry.text;
      },
    },
    async read(kinds, scope, options) {
      const measured = new Map<Kind, KubernetesObject[]>([
        [PodMetrics, podMetrics(objects).flatMap((raw) => PodMetrics.trim(raw) ?? [])],
        [NodeMetrics, nodeMetrics(objects).flatMap((raw) => NodeMetrics.trim(raw) ?? [])],
      ]);
      const served = kinds.filter((kind) => !measured.has(kind));
      const reading = await live.read(served, scope, options);
      const problem = reading.problems.find(({ reason }) => reason !== 'not installed');
      if (problem) throw new Error(problem.text);
      const lists = kinds.map((kind: Kind) => ({
        kind,
        objects: measured.get(kind) ?? reading.cluster.list(kind).flatMap(restore),
      }));
      const { version } = reading.cluster;
      const cluster = snapshot(lists, { name, now: Date.parse(RECORDED_AT), ...(version && { version }) });
      return { ...reading, cluster, objects: lists.reduce((sum, list) => sum + list.objects.length, 0) };
    },
  };
}

function keyOfRead({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return [kind, namespace, name].filter(Boolean).join('/');
}
