import { ageMs, duration, type Failure, field, MINUTE } from '../../analyzer.ts';
import { type Cluster, nameOf, refOf } from '../../cluster.ts';
import { PersistentVolume, type PersistentVolumeClaim } from '../../kinds/storage.ts';
import { failure, podsUsing } from './claims.ts';
import { listed } from './wording.ts';

/** Bound to a volume that is no longer there. */
export function lost(claim: PersistentVolumeClaim, cluster: Cluster): Failure[] {
  const volume = claim.spec?.volumeName ?? '';
  const isMissing = volume !== '' && cluster.missing(PersistentVolume, volume);
  return [
    failure(claim, cluster, {
      code: 'Lost',
      headline: isMissing
        ? `does not exist any more, but claim ${nameOf(refOf(claim))} is bound to it`
        : 'has lost its volume',
      text:
        `PersistentVolumeClaim ${claim.metadata.name} is Lost: its volume ${volume || '(unnamed)'} ` +
        `${isMissing ? 'does not exist any more' : 'is no longer bound to it'}, so Pods that use it cannot start ` +
        'and its data may be gone.',
      evidence: [field(claim, 'status.phase', 'Lost'), field(claim, 'spec.volumeName', volume)],
      values: { volume: volume || '(unnamed)' },
      causes: volume ? [{ ref: { kind: 'PersistentVolume', name: volume }, ...(isMissing && { certain: true }) }] : [],
    }),
  ];
}

/**
 * Deleted, but held by a Pod that mounts it
 * (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection).
 */
export function stuckTerminating(claim: PersistentVolumeClaim, cluster: Cluster): Failure[] {
  const { name, deletionTimestamp, finalizers = [] } = claim.metadata;
  const age = ageMs(cluster, deletionTimestamp) ?? 0;
  if (age < 5 * MINUTE) return [];
  const pods = podsUsing(cluster, claim);
  const holder =
    pods.length > 0
      ? `${listed(pods.map(({ metadata }) => `Pod ${metadata.name}`))} still ${pods.length === 1 ? 'uses' : 'use'} it`
      : finalizers.length > 0
        ? `the finalizers ${listed(finalizers)} are still set`
        : 'nothing says what holds it';
  return [
    {
      code: 'PersistentVolumeClaim/StuckTerminating',
      severity: 'medium',
      headline: 'cannot be deleted',
      text: `PersistentVolumeClaim ${name} was deleted ${duration(age)} ago and is still Terminating: ${holder}.`,
      evidence: [
        field(claim, 'metadata.deletionTimestamp', deletionTimestamp),
        field(claim, 'metadata.finalizers', finalizers),
        ...pods.slice(0, 3).map((pod) => field(pod, 'spec.volumes[*].persistentVolumeClaim.claimName', name)),
      ],
      values: {
        pods: listed(pods.map(({ metadata }) => metadata.name)) || 'none',
        finalizers: listed(finalizers) || 'none',
      },
      sensitive: [name],
    },
  ];
}
