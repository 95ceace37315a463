import { type Failure, field, fromEvent, MINUTE, olderThan } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { PersistentVolumeClaim } from '../../kinds/storage.ts';
import { failure, podsUsing, recent } from './claims.ts';
import { sentence } from './wording.ts';

const ERROR_CONDITIONS = ['ControllerResizeError', 'NodeResizeError'];

/**
 * A bound claim that should grow and does not
 * (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims).
 */
export function resizing(claim: PersistentVolumeClaim, cluster: Cluster): Failure[] {
  const conditions = claim.status?.conditions?.filter(({ status }) => status === 'True') ?? [];
  const error = conditions.find(({ type }) => ERROR_CONDITIONS.includes(type ?? ''));
  const infeasible = Object.entries(claim.status?.allocatedResourceStatuses ?? {}).find(([, status]) =>
    status.endsWith('Infeasible'),
  );
  const wanted = String(claim.spec?.resources?.requests?.storage ?? '');
  const actual = String(claim.status?.capacity?.storage ?? '');
  const event = wanted === actual ? undefined : recent(claim, cluster, 'VolumeResizeFailed', 'FileSystemResizeFailed');
  const sizes = { wanted: wanted || 'unknown', actual: actual || 'unknown' };

  if (error || infeasible || event) {
    const why = event?.message ?? error?.message ?? `the driver calls it infeasible (${infeasible?.[1]})`;
    return [
      {
        ...failure(claim, cluster, {
          code: 'ResizeFailed',
          headline: 'cannot be made larger',
          text:
            `PersistentVolumeClaim ${claim.metadata.name} should grow from ${sizes.actual} to ${sizes.wanted} and ` +
            `fails: ${sentence(why)}`,
          evidence: [
            ...(error
              ? [field(claim, `status.conditions[${error.type}]`, error.message, error.lastTransitionTime)]
              : []),
            ...(infeasible ? [field(claim, 'status.allocatedResourceStatuses', infeasible[1])] : []),
            ...(event ? [fromEvent(claim, event)] : []),
          ],
          values: { ...sizes, message: sentence(why) },
        }),
        severity: 'medium',
      },
    ];
  }

  const waiting = conditions.find(({ type }) => type === 'Resizing' || type === 'FileSystemResizePending');
  if (!waiting || !olderThan(cluster, waiting.lastTransitionTime, 10 * MINUTE)) return [];
  const isFilesystem = waiting.type === 'FileSystemResizePending';
  // The file system grows when a Pod mounts it; without one it may wait as long as it likes.
  if (isFilesystem && podsUsing(cluster, claim).length === 0) return [];
  const step = isFilesystem
    ? 'its volume has grown, but the file system on it has not; some drivers do that only when the Pod starts anew'
    : 'the storage driver has not finished';
  return [
    {
      ...failure(claim, cluster, {
        code: 'ResizePending',
        headline: 'should have grown and still waits',
        text:
          `PersistentVolumeClaim ${claim.metadata.name} should grow from ${sizes.actual} to ${sizes.wanted}: ` +
          `${step}.`,
        evidence: [field(claim, `status.conditions[${waiting.type}]`, waiting.message, waiting.lastTransitionTime)],
        values: { ...sizes, condition: waiting.type ?? '' },
      }),
      severity: 'medium',
    },
  ];
}
