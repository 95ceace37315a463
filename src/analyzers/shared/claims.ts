import { eventTime, type Failure, fromEvent, HOUR, olderThan } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import { Pod } from '../../kinds/pod.ts';
import type { PersistentVolumeClaim } from '../../kinds/storage.ts';
import { append } from '../../snapshot.ts';
import { perCluster } from './per-cluster.ts';
import { listed } from './wording.ts';

const podsByClaim = perCluster((cluster) => {
  const index = new Map<string, Pod[]>();
  for (const pod of cluster.list(Pod)) {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
      if (persistentVolumeClaim?.claimName) {
        append(index, `${pod.metadata.namespace}/${persistentVolumeClaim.claimName}`, pod);
      }
    }
  }
  return index;
});

/** The Pods that mount a claim, or want to. */
export function podsUsing(cluster: Cluster, { metadata }: PersistentVolumeClaim): readonly Pod[] {
  return podsByClaim(cluster).get(`${metadata.namespace}/${metadata.name}`) ?? [];
}

type Details = Omit<Failure, 'severity' | 'code'> & { code: string };

/** A claim that Pods wait for is worse than one that nobody uses yet. */
export function failure(claim: PersistentVolumeClaim, cluster: Cluster, details: Details): Failure {
  const pods = podsUsing(cluster, claim);
  const isUsed = pods.length > 0 || !cluster.complete(Pod, claim.metadata.namespace);
  return {
    sensitive: [claim.metadata.name],
    ...details,
    code: `PersistentVolumeClaim/${details.code}`,
    severity: isUsed ? 'high' : 'medium',
    text: pods.length > 0 ? `${details.text} ${waiting(pods)}` : details.text,
  };
}

function waiting(pods: readonly Pod[]): string {
  const names = pods.map(({ metadata }) => metadata.name);
  return `${names.length === 1 ? 'Pod' : 'Pods'} ${listed(names, 3)} ${names.length === 1 ? 'uses' : 'use'} it.`;
}

/** The newest event of one of these reasons within the last hour. */
export function recent(claim: PersistentVolumeClaim, cluster: Cluster, ...reasons: string[]): Event | undefined {
  const event = cluster.latestEvent(claim, ...reasons);
  return event && !olderThan(cluster, eventTime(event), HOUR) ? event : undefined;
}

/** The event as evidence, if there is one. */
export function eventEvidence(claim: PersistentVolumeClaim, event: Event | undefined) {
  return event ? [fromEvent(claim, event)] : [];
}
