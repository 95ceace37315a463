import { defineAnalyzer, type Failure, field, MINUTE, olderThan, type Severity } from '../analyzer.ts';
import { type Cluster, refOf } from '../cluster.ts';
import { Event } from '../kinds/event.ts';
import { EndpointSlice, Ingress, Service } from '../kinds/network.ts';
import { Pod } from '../kinds/pod.ts';
import { clip } from '../words.ts';
import {
  causedBy,
  type Endpoints,
  endpointsOf,
  isNew,
  isServing,
  isStarting,
  noneIsReady,
  podsBehind,
  whyNotReady,
  withReason,
} from './shared/endpoints.ts';
import { ingressesTo } from './shared/ingresses.ts';
import { MAKERS, makersIn } from './shared/makers.ts';
import { nearestTo } from './shared/near-miss.ts';
import { externalName } from './shared/service-alias.ts';
import { stuckTerminating } from './shared/service-ending.ts';
import { loadBalancerPending } from './shared/service-load-balancer.ts';
import { portFailures } from './shared/service-ports.ts';
import { warningEvents } from './shared/warnings.ts';
import { listed } from './shared/wording.ts';

export default defineAnalyzer({
  filter: 'Service',
  summary: 'Services that lead nowhere: no ready Pods, selectors and ports that fit nothing, load balancers that wait',
  core: true,
  kind: Service,
  reads: [EndpointSlice, Pod, Ingress, ...MAKERS, Event],
  codes: [
    'NoMatchingPods',
    'NoPods',
    'NoReadyEndpoints',
    'SomeEndpointsNotReady',
    'ManualEndpointsNotReady',
    'NamedPortMissing',
    'PortMismatch',
    'LoadBalancerPending',
    'StuckTerminating',
    'WarningEvent',
    'ExternalNameIsAddress',
    'ExternalNameNotFound',
  ],

  check(service, cluster) {
    if (service.metadata.deletionTimestamp) return stuckTerminating(service, cluster);
    const found = service.spec?.type === 'ExternalName' ? externalName(service, cluster) : endpoints(service, cluster);
    const balancer = loadBalancerPending(service, cluster);
    return [...found, ...balancer, ...(balancer.length > 0 ? [] : warningEvents(service, cluster))];
  },
});

/** What is wrong with the way from the Service to its Pods. */
function endpoints(service: Service, cluster: Cluster): Failure[] {
  const selector = service.spec?.selector ?? {};
  // The object is only a lock that a leader holds.
  if (service.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader']) return [];

  const found = endpointsOf(cluster, service);
  if (Object.keys(selector).length === 0) return handMade(service, cluster, found);
  if (found.ready.length > 0) {
    return [...someNotReady(service, cluster, found), ...portFailures(service, cluster, found)];
  }
  const pods = podsBehind(cluster, service);
  // The lists were read one after the other: a Pod that has become ready meanwhile will be an endpoint at once.
  if (pods.some(isServing)) return [];
  if (pods.length > 0) return noneReady(service, cluster, pods);
  if (found.notReady.length > 0) return someNotReady(service, cluster, found);
  if (!cluster.complete(Pod, service.metadata.namespace) || isNew(cluster, service)) return [];
  return noPods(service, cluster, selector);
}

/** Without a selector somebody else writes the endpoints, or nobody wants any: only those that are there can tell. */
function handMade(service: Service, cluster: Cluster, { ready, notReady }: Endpoints): Failure[] {
  if (notReady.length === 0 || isNew(cluster, service)) return [];
  const { name } = service.metadata;
  const isDown = ready.length === 0;
  return [
    {
      code: 'Service/ManualEndpointsNotReady',
      severity: isDown ? severityOfOutage(service, cluster) : 'medium',
      headline: 'has hand-made endpoints that are not ready',
      text:
        `Service ${name} has no selector, and of the endpoints that were written for it ${notReady.length} of ` +
        `${ready.length + notReady.length} are not ready: ${listed(notReady)}.${isDown ? routes(service, cluster) : ''}`,
      evidence: [field(service, 'spec.selector', undefined)],
      values: { endpoints: listed(notReady) },
      sensitive: [name],
    },
  ];
}

function noneReady(service: Service, cluster: Cluster, pods: readonly Pod[]): Failure[] {
  if (service.spec?.publishNotReadyAddresses || pods.every((pod) => isChanging(cluster, pod))) return [];
  return [notReady(service, cluster, pods, true, `has no ready endpoints: ${noneIsReady(pods)}`)];
}

function someNotReady(service: Service, cluster: Cluster, found: Endpoints): Failure[] {
  const named = found.notReady.map((name) => ({ name, pod: cluster.get(Pod, name, service.metadata.namespace) }));
  const late = named.filter(({ pod }) => !pod || !isChanging(cluster, pod));
  if (late.length === 0) return [];
  const all = found.ready.length + found.notReady.length;
  const names = listed(late.map(({ name, pod }) => (pod ? withReason(pod) : name)));
  const pods = late.flatMap(({ pod }) => pod ?? []);
  const text = `has ${late.length} of ${all} endpoints not ready: ${names}`;
  return [notReady(service, cluster, pods, found.ready.length === 0, text)];
}

function notReady(service: Service, cluster: Cluster, pods: readonly Pod[], isDown: boolean, what: string): Failure {
  const { name } = service.metadata;
  return {
    code: isDown ? 'Service/NoReadyEndpoints' : 'Service/SomeEndpointsNotReady',
    severity: isDown ? severityOfOutage(service, cluster) : 'medium',
    headline: isDown ? 'has no ready endpoints' : 'has endpoints that are not ready',
    text: `Service ${name} ${what}.${isDown ? routes(service, cluster) : ' The others carry all of its traffic.'}`,
    evidence: [
      field(service, 'spec.selector', service.spec?.selector),
      ...pods.slice(0, 3).map((pod) => field(pod, 'status.conditions[Ready]', whyNotReady(pod))),
    ],
    values: { selector: selectorText(service) },
    sensitive: [name],
    causes: causedBy(cluster, pods),
  };
}

/** No Pod has the labels: nobody makes such Pods, or somebody should and does not. */
function noPods(service: Service, cluster: Cluster, selector: Record<string, string>): Failure[] {
  const { name, namespace = '' } = service.metadata;
  const wanted = selectorText(service);
  const makers = makersIn(cluster, namespace);
  const fitting = makers.filter(({ labels }) => fits(selector, labels));
  const makersKnown = MAKERS.every((kind) => cluster.complete(kind, namespace));
  const common = {
    evidence: [field(service, 'spec.selector', selector)],
    values: { selector: wanted },
    sensitive: [name, ...Object.values(selector).filter(Boolean)],
  };

  if (fitting.length > 0) {
    const failing = fitting.filter((maker) => maker.wanted > 0 && !isNew(cluster, maker.object));
    // Scaled to zero on purpose, between two runs, or begun a moment ago.
    if (failing.length === 0) return [];
    const who = listed(failing.map(({ object }) => `${object.kind} ${object.metadata.name}`));
    return [
      {
        ...common,
        code: 'Service/NoPods',
        severity: severityOfOutage(service, cluster),
        headline: 'has no endpoints, since its Pods were never made',
        text:
          `Service ${name} has no endpoints: no Pod has ${wanted}. ${who} should make such Pods and has none.` +
          routes(service, cluster),
        causes: failing.map(({ object }) => ({ ref: refOf(object) })),
      },
    ];
  }

  const candidates = [
    ...makers.map(({ object, labels }) => ({ kind: object.kind, name: object.metadata.name, labels })),
    ...cluster
      .list(Pod, namespace)
      .filter((pod) => !pod.metadata.ownerReferences?.length)
      .map(({ metadata }) => ({ kind: 'Pod', name: metadata.name, labels: metadata.labels ?? {} })),
  ];
  const miss = nearestTo(selector, name, candidates);
  const hint = miss
    ? ` ${miss.kind} ${miss.name} comes nearest: it has ${listed(miss.differences)}.`
    : makersKnown
      ? ' No workload in the namespace makes Pods with these labels.'
      : '';
  const outage = severityOfOutage(service, cluster);
  return [
    {
      ...common,
      code: 'Service/NoMatchingPods',
      severity: miss || outage === 'critical' ? outage : 'medium',
      headline: `selects ${clip(wanted, 80)}, which no Pod has`,
      text:
        `Service ${name} has no endpoints: no Pod in namespace ${namespace} has ` +
        `${wanted}.${hint}${routes(service, cluster)}`,
    },
  ];
}

/** Whether a Pod starts or ends in the ordinary way, so that waiting is the cure. */
function isChanging(cluster: Cluster, pod: Pod): boolean {
  const { deletionTimestamp } = pod.metadata;
  return deletionTimestamp ? !olderThan(cluster, deletionTimestamp, MINUTE) : isStarting(cluster, pod);
}

function fits(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function selectorText(service: Service): string {
  return Object.entries(service.spec?.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** A Service that an Ingress leads to serves people outside of the cluster. */
function severityOfOutage(service: Service, cluster: Cluster): Severity {
  return ingressesTo(cluster, service).length > 0 ? 'critical' : 'high';
}

/** Who sends requests into the void. */
function routes(service: Service, cluster: Cluster): string {
  const ingresses = ingressesTo(cluster, service);
  if (ingresses.length === 0) return '';
  return ` Requests that come through Ingress ${listed(ingresses, 3)} fail.`;
}
