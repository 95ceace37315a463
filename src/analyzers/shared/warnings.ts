import { eventTime, type Failure, fromEvent, HOUR, olderThan } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import type { Event } from '../../kinds/event.ts';
import { sentence } from './wording.ts';

/**
 * Conflicts of two writers, which the writer solves by trying again, and what the API server's own repair of cluster IPs
 * and node ports says while it mends them (kubernetes/pkg/registry/core/service).
 */
const SOLVES_ITSELF = /object has been modified|operation cannot be fulfilled|; (repairing|cleaning up)$/i;
/** What load balancer controllers say once all is well. */
const SUCCESSES = new Set(['EnsuredLoadBalancer', 'UpdatedLoadBalancer', 'SuccessfullyReconciled']);

/** Warnings of the last hour about this very object, the newest of each reason, up to the last success. */
export function recentWarnings(object: KubernetesObject, cluster: Cluster): Event[] {
  const newest = new Map<string, Event>();
  for (const event of cluster.eventsOf(object)) {
    const { type, reason = 'Warning', message } = event;
    if (type === 'Normal' && SUCCESSES.has(reason)) break;
    if (type === 'Normal' || !message || SOLVES_ITSELF.test(message)) continue;
    if (olderThan(cluster, eventTime(event), HOUR)) continue;
    if (!newest.has(reason)) newest.set(reason, event);
  }
  return [...newest.values()];
}

/** What controllers have complained of lately, a finding for each reason. */
export function warningEvents(object: KubernetesObject, cluster: Cluster): Failure[] {
  const { kind, metadata } = object;
  return recentWarnings(object, cluster).map((event) => {
    const { reason = 'Warning' } = event;
    const message = sentence(event.message);
    return {
      code: `${kind}/WarningEvent`,
      severity: 'medium',
      headline: `has warnings: ${reason}`,
      text: `${kind} ${metadata.name}: ${reason}: ${message}`,
      evidence: [fromEvent(object, event)],
      values: { reason, message },
      sensitive: [metadata.name],
      about: reason,
    };
  });
}
