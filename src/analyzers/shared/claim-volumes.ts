import type { Cluster } from '../../cluster.ts';
import { CLASS_ANNOTATION, PersistentVolume, type PersistentVolumeClaim } from '../../kinds/storage.ts';
import { parseQuantity } from '../../quantities.ts';
import { append, matches } from '../../snapshot.ts';
import { perCluster } from './per-cluster.ts';

/** The class of a claim or volume; `''` asks for none, `undefined` leaves the choice to the cluster. */
export function classOf({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string | undefined {
  return metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName;
}

const volumesByClass = perCluster((cluster) => {
  const index = new Map<string, PersistentVolume[]>();
  for (const volume of cluster.list(PersistentVolume)) append(index, classOf(volume) ?? '', volume);
  return index;
});

/** Whether volumes carry a class, be there such a StorageClass or not. */
export function hasVolumesOf(cluster: Cluster, className: string): boolean {
  return volumesByClass(cluster).has(className);
}

/** Prepared volumes that a claim could bind to: the one that it names, or the free ones of its class. */
export function candidates(claim: PersistentVolumeClaim, cluster: Cluster, className: string): PersistentVolume[] {
  const named = claim.spec?.volumeName;
  return (volumesByClass(cluster).get(className) ?? []).filter(
    (volume) => (!named || volume.metadata.name === named) && !whyNot(volume, claim),
  );
}

/**
 * Why a volume cannot be bound to a claim, as a clause about the volume; nothing where it can
 * (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding).
 */
export function whyNot(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { spec, status, metadata } = volume;
  const { namespace, name } = spec?.claimRef ?? {};
  if (name && (name !== claim.metadata.name || namespace !== claim.metadata.namespace)) {
    return `it belongs to claim ${namespace}/${name}`;
  }
  if (status?.phase === 'Released') return 'it is Released: it still belongs to an earlier claim that was deleted';
  if (status?.phase === 'Failed' || (status?.phase === 'Bound' && !name)) return `it is ${status.phase}`;

  const { resources, accessModes = [], volumeMode = 'Filesystem', selector } = claim.spec ?? {};
  const size = spec?.capacity?.storage;
  if ((parseQuantity(size) ?? 0) < (parseQuantity(resources?.requests?.storage) ?? 0)) return `it has only ${size}`;
  const lacking = accessModes.find((mode) => !spec?.accessModes?.includes(mode));
  if (lacking) return `it cannot be used as ${lacking}`;
  if ((spec?.volumeMode ?? 'Filesystem') !== volumeMode) return `its volumeMode is not ${volumeMode}`;
  if (selector && !matches(selector, metadata.labels ?? {})) return "the claim's selector does not choose it";
  return undefined;
}
