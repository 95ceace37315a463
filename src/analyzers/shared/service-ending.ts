import { ageMs, duration, type Failure, field, fromEvent, MINUTE } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Service } from '../../kinds/network.ts';
import { recentWarnings } from './warnings.ts';
import { listed, sentence } from './wording.ts';

/**
 * Deleted, but held by a finalizer, as that of a load balancer that its controller cannot take away
 * (https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#garbage-collecting-load-balancers).
 */
export function stuckTerminating(service: Service, cluster: Cluster): Failure[] {
  const { name, deletionTimestamp, finalizers = [] } = service.metadata;
  const age = ageMs(cluster, deletionTimestamp) ?? 0;
  if (age < 10 * MINUTE) return [];
  const event = recentWarnings(service, cluster)[0];
  const holder =
    finalizers.length > 0 ? `the finalizers ${listed(finalizers)} are still set` : 'nothing says what holds it';
  return [
    {
      code: 'Service/StuckTerminating',
      severity: 'medium',
      headline: 'cannot be deleted',
      text:
        `Service ${name} was deleted ${duration(age)} ago and is still Terminating: ${holder}.` +
        (event ? ` ${event.reason}: ${sentence(event.message)}` : ''),
      evidence: [
        field(service, 'metadata.deletionTimestamp', deletionTimestamp, deletionTimestamp),
        field(service, 'metadata.finalizers', finalizers),
        ...(event ? [fromEvent(service, event)] : []),
      ],
      values: {
        finalizers: listed(finalizers) || 'none',
        reason: sentence(event?.message ?? 'no event gives one'),
      },
      sensitive: [name],
    },
  ];
}
