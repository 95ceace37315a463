import { ageMs, duration, type Failure, field, fromEvent, MINUTE, olderThan } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Service } from '../../kinds/network.ts';
import { recentWarnings } from './warnings.ts';
import { sentence } from './wording.ts';

/** A load balancer that has no address five minutes after it was asked for, or that was refused. */
export function loadBalancerPending(service: Service, cluster: Cluster): Failure[] {
  const { name, creationTimestamp } = service.metadata;
  if (service.spec?.type !== 'LoadBalancer' || service.status?.loadBalancer?.ingress?.length) return [];
  const event = recentWarnings(service, cluster)[0];
  if (!event && !olderThan(cluster, creationTimestamp, 5 * MINUTE)) return [];
  const age = ageMs(cluster, creationTimestamp);
  const since = age === undefined ? '' : `, ${duration(age)} after it was made`;
  const refusal = refusedBy(service);
  const said = event ?? refusal;
  const why = said
    ? ` ${said.reason ?? 'The controller says'}: ${sentence(said.message)}`
    : ' No event says why: probably nothing in this cluster provides load balancers.';
  return [
    {
      code: 'Service/LoadBalancerPending',
      severity: 'high',
      headline: 'has no load balancer address',
      text: `Service ${name} of type LoadBalancer still has no external address${since}.${why}`,
      evidence: [
        field(service, 'status.loadBalancer.ingress', undefined),
        ...(event ? [fromEvent(service, event)] : []),
        ...(refusal ? [field(service, `status.conditions[${refusal.type}]`, refusal.message)] : []),
      ],
      values: { reason: sentence(said?.message ?? 'no event gives one') },
      sensitive: [name],
    },
  ];
}

/** Some controllers write into a condition why there is no address: one that asks and is False, or an error that is True. */
function refusedBy({ status }: Service) {
  return status?.conditions?.find(
    ({ type = '', status, message }) => message && status === (type.endsWith('Error') ? 'True' : 'False'),
  );
}
