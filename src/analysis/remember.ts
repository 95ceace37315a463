import { type Cluster, keyOf, type Ref, refOf } from '../cluster.ts';
import type { Kind } from '../kind.ts';
import { neededBy, podSpecOf } from '../pod-needs.ts';
import type { Incident, Remembered } from '../report.ts';
import { stateOf } from './states.ts';

/** Of the objects of incidents; those that a request names have as much room again. */
const OBJECTS_MAX = 150;
/** Letters of JSON. */
const SIZE_MAX = 120_000;
/** One incident with hundreds of Pods leaves room for the others. */
const OF_INCIDENT_MAX = 30;

/**
 * How the objects stood that matter to incidents: causes, what was found on, its owners, and what those read their
 * configuration from. The worst incidents come first; what was not read is left out.
 */
export function rememberObjects(
  cluster: Cluster,
  kinds: readonly Kind[],
  incidents: readonly Incident[],
  named: readonly Ref[] = [],
): Remembered[] {
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]));
  const seen = new Set<string>();

  function collect(refs: Iterable<Ref>): Remembered[] {
    const kept: Remembered[] = [];
    let size = 0;
    for (const ref of refs) {
      if (seen.has(keyOf(ref))) continue;
      seen.add(keyOf(ref));
      const state = remember(cluster, byName.get(ref.kind), ref);
      if (!state) continue;
      size += JSON.stringify(state).length;
      if (kept.length >= OBJECTS_MAX || size > SIZE_MAX) break;
      kept.push(state);
    }
    return kept;
  }

  return [...collect(named), ...collect(refsOf(incidents, cluster, byName))];
}

function remember(cluster: Cluster, kind: Kind | undefined, ref: Ref): Remembered | undefined {
  if (!kind) return undefined;
  const object = cluster.get(kind, ref.name, ref.namespace);
  if (!object) return cluster.missing(kind, ref.name, ref.namespace) ? { ref, absent: true, fields: {} } : undefined;
  const { uid, creationTimestamp, generation } = object.metadata;
  const owner = cluster.topOwnerOf(object);
  return {
    ref: refOf(object),
    ...(keyOf(owner) !== keyOf(ref) && { owner }),
    ...(uid && { uid }),
    ...(creationTimestamp && { createdAt: creationTimestamp }),
    ...(generation !== undefined && { generation }),
    fields: stateOf(object, cluster),
  };
}

/** What incidents are about, the worst incident first, and of each the cause first. */
function* refsOf(incidents: readonly Incident[], cluster: Cluster, kinds: ReadonlyMap<string, Kind>): Iterable<Ref> {
  for (const { cause, findings, consequences } of incidents) {
    const all = [...findings, ...consequences];
    const refs = [
      cause,
      ...all.map(({ owner }) => owner),
      ...all.flatMap(({ causes = [] }) => causes.filter(({ certain }) => certain).map(({ ref }) => ref)),
      ...findings.map(({ object }) => object),
      ...all.flatMap(({ owner }) => settingsOf(owner, cluster, kinds)),
      ...consequences.map(({ object }) => object),
    ];
    const chosen = new Map(refs.map((ref) => [keyOf(ref), ref]));
    yield* [...chosen.values()].slice(0, OF_INCIDENT_MAX);
  }
}

/** The ConfigMaps and Secrets that a workload's Pods read. */
function settingsOf({ kind, name, namespace }: Ref, cluster: Cluster, kinds: ReadonlyMap<string, Kind>): Ref[] {
  const known = kinds.get(kind);
  const object = known && cluster.get(known, name, namespace);
  const spec = object && podSpecOf(object);
  return spec ? neededBy(spec, namespace).flatMap(({ ref }) => (SETTINGS.has(ref.kind) ? [ref] : [])) : [];
}

const SETTINGS = new Set(['ConfigMap', 'Secret']);
