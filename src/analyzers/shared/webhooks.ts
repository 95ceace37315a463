import { type Cause, type Failure, field } from '../../analyzer.ts';
import { type Cluster, type LabelSelector, type Ref, refOf } from '../../cluster.ts';
import type { WebhookConfiguration } from '../../kinds/admission.ts';
import { Namespace } from '../../kinds/configuration.ts';
import { EndpointSlice, Service } from '../../kinds/network.ts';
import { Pod } from '../../kinds/pod.ts';
import { matches } from '../../snapshot.ts';
import {
  causedBy,
  endpointsOf,
  isNew,
  isReady,
  isServing,
  isStarting,
  noneIsReady,
  podsBehind,
  whyNotReady,
  withReason,
} from './endpoints.ts';
import { nearNames } from './near-names.ts';
import { certificateFailures } from './webhook-certificates.ts';
import { listed } from './wording.ts';

/** What both kinds of webhook configuration have in common as analyzers. */
export const webhookAnalysis = {
  core: true,
  everywhere: true,
  reads: [Service, EndpointSlice, Pod, Namespace],
  codes: [
    'ServiceNotFound',
    'PortNotFound',
    'NoPods',
    'NoReadyEndpoints',
    'SomePodsNotReady',
    'NoCaBundle',
    'CaBundleExpired',
  ],
} as const;

type Webhook = NonNullable<WebhookConfiguration['webhooks']>[number];
type Target = { namespace: string; name: string; port: number };

/** One webhook of a configuration, and the Service that it calls. */
interface Call {
  configuration: WebhookConfiguration;
  webhook: Webhook;
  index: number;
  target: Target;
}

/** What one webhook's call runs into. */
interface Problem {
  code: string;
  /** Completes "Webhook x calls Service y, …". */
  what: string;
  headline: string;
  evidence?: Failure['evidence'];
  causes: Cause[];
}

/** The webhooks of a configuration that nobody answers. Who answers at a URL is outside the cluster, and unknown. */
export function webhookFailures(configuration: WebhookConfiguration, cluster: Cluster): Failure[] {
  if (configuration.metadata.deletionTimestamp) return [];
  return (configuration.webhooks ?? []).flatMap((webhook, index) => {
    const { namespace, name, port = 443 } = webhook.clientConfig?.service ?? {};
    const certificates = certificateFailures(configuration, index, cluster);
    if (!namespace || !name) return certificates;
    const call = { configuration, webhook, index, target: { namespace, name, port } };
    const problem = problemOf(call, cluster);
    return problem ? [broken(call, problem, cluster)] : [...degraded(call, cluster), ...certificates];
  });
}

function problemOf({ webhook, target }: Call, cluster: Cluster): Problem | undefined {
  const { namespace, name, port } = target;
  const ref: Ref = { kind: 'Service', namespace, name };
  if (cluster.missing(Service, name, namespace)) {
    const meant = nearNames(
      name,
      cluster.list(Service, namespace).map(({ metadata }) => metadata.name),
    );
    return {
      code: 'ServiceNotFound',
      what: `which does not exist${meant.length > 0 ? ` (there is ${meant.join(' and ')})` : ''}`,
      headline: `does not exist, but webhook ${webhook.name ?? ''} calls it`,
      causes: [{ ref, certain: true }],
    };
  }
  const service = cluster.get(Service, name, namespace);
  if (!service || service.spec?.type === 'ExternalName') return undefined;
  const ports = service.spec?.ports ?? [];
  const called = ports.find((each) => each.port === port);
  if (!called) {
    return {
      code: 'PortNotFound',
      what: `which has no port ${port}: its ports are ${listed(ports.map((each) => String(each.port))) || 'none'}`,
      headline: `calls port ${port} of Service ${namespace}/${name}, which has no such port`,
      evidence: [field(service, 'spec.ports', ports)],
      causes: [],
    };
  }

  const { ready, ports: served } = endpointsOf(cluster, service);
  const pods = podsBehind(cluster, service);
  if (ready.length > 0) {
    const { name: portName = '', targetPort } = called;
    // Pods that lack the named port are endpoints of the Service, but not of this port.
    const isServed = pods.length === 0 || typeof targetPort !== 'string' || !served || served.has(portName);
    if (isServed) return undefined;
    return {
      code: 'NoReadyEndpoints',
      what: `which has ready Pods, but none with the port "${targetPort}" that its port ${port} goes to`,
      headline: `calls port ${port} of Service ${namespace}/${name}, whose Pods lack its targetPort`,
      evidence: [field(service, 'spec.ports', ports)],
      causes: [{ ref, codes: ['Service/NamedPortMissing'] }],
    };
  }
  if (pods.length === 0) {
    const canTell = cluster.complete(Pod, namespace) && cluster.complete(EndpointSlice, namespace);
    if (!canTell || isNew(cluster, service)) return undefined;
    return {
      code: 'NoPods',
      what: 'which has no endpoints: no Pod stands behind it',
      headline: `calls Service ${namespace}/${name}, which has no Pods`,
      evidence: [field(service, 'spec.selector', service.spec?.selector)],
      causes: [{ ref }],
    };
  }
  if (pods.some(isServing) || pods.every((pod) => isStarting(cluster, pod))) return undefined;
  return {
    code: 'NoReadyEndpoints',
    what: `which has no ready endpoints: ${noneIsReady(pods)}`,
    headline: `calls Service ${namespace}/${name}, which has no ready endpoints`,
    evidence: pods.slice(0, 3).map((pod) => field(pod, 'status.conditions[Ready]', whyNotReady(pod))),
    causes: [{ ref }, ...causedBy(cluster, pods)],
  };
}

function broken(call: Call, problem: Problem, cluster: Cluster): Failure {
  const { configuration, webhook, target } = call;
  const { name = '', timeoutSeconds = 10 } = webhook;
  // `Fail` is the default.
  const isFatal = webhook.failurePolicy !== 'Ignore';
  const effect = isFatal
    ? `Its failurePolicy is Fail, so the API server refuses to ${blocked(webhook)}.` +
      blocksItself(webhook, target, cluster)
    : `Its failurePolicy is Ignore, so its check is skipped, after up to ${timeoutSeconds} s of waiting, whenever ` +
      `somebody wants to ${blocked(webhook)}.`;
  return {
    code: `${configuration.kind}/${problem.code}`,
    severity: isFatal ? 'critical' : 'medium',
    headline: problem.headline,
    text: `Webhook ${name} calls Service ${target.namespace}/${target.name}, ${problem.what}. ${effect}`,
    evidence: [serviceField(call), ...(problem.evidence ?? [])],
    values: valuesOf(call),
    sensitive: namesOf(call),
    causes: problem.causes,
    about: name,
  };
}

/** It answers, but not all of its Pods do. */
function degraded(call: Call, cluster: Cluster): Failure[] {
  const { configuration, webhook, target } = call;
  const service = cluster.get(Service, target.name, target.namespace);
  if (!service) return [];
  const late = podsBehind(cluster, service).filter(
    (pod) => !isReady(pod) && !pod.metadata.deletionTimestamp && !isStarting(cluster, pod),
  );
  if (late.length === 0) return [];
  return [
    {
      code: `${configuration.kind}/SomePodsNotReady`,
      severity: 'low',
      headline: `calls Service ${target.namespace}/${target.name}, of which some Pods are not ready`,
      text:
        `Webhook ${webhook.name ?? ''} is answered by fewer Pods than there should be: ${listed(late.map(withReason))} ` +
        `of Service ${target.namespace}/${target.name} are not ready.`,
      evidence: [
        serviceField(call),
        ...late.slice(0, 3).map((pod) => field(pod, 'status.conditions[Ready]', whyNotReady(pod))),
      ],
      values: valuesOf(call),
      sensitive: namesOf(call),
      causes: [{ ref: refOf(service) }, ...causedBy(cluster, late)],
      about: webhook.name ?? '',
    },
  ];
}

/** What its rules catch: `create or update pods and deployments.apps`. */
function blocked({ rules = [] }: Webhook): string {
  const phrases = rules.map(({ operations = [], resources = [], apiGroups = [] }) => {
    const verbs = operations.includes('*')
      ? 'create, update, delete or connect to'
      : listed(
          operations.map((operation) => (operation === 'CONNECT' ? 'connect to' : operation.toLowerCase())),
        ).replace(/ and /, ' or ');
    const groups = apiGroups.filter((group) => group !== '' && group !== '*');
    const names = resources.map((resource) => (groups.length === 1 ? `${resource}.${groups[0]}` : resource));
    return `${verbs} ${resources.includes('*') || resources.includes('*/*') ? allOf(groups) : listed(names)}`;
  });
  return listed([...new Set(phrases)], 3) || 'do what its rules catch';
}

function allOf(groups: readonly string[]): string {
  return groups.length > 0 ? `anything of ${listed(groups)}` : 'any resource';
}

/** Whether new Pods of the webhook itself need its own consent, so that it cannot come back by itself. */
function blocksItself(
  { rules = [], namespaceSelector, objectSelector }: Webhook,
  { namespace }: Target,
  cluster: Cluster,
): string {
  const catchesPods = rules.some(
    ({ operations = [], resources = [], apiGroups = [] }) =>
      operations.some((each) => each === 'CREATE' || each === '*') &&
      resources.some((each) => ['pods', '*', '*/*'].includes(each)) &&
      apiGroups.some((each) => each === '' || each === '*'),
  );
  if (!catchesPods || objectSelector?.matchLabels || objectSelector?.matchExpressions?.length) return '';
  if (!choosesNamespace(namespaceSelector, namespace, cluster)) return '';
  return ` That holds for namespace ${namespace} too, so its own Pods cannot be replaced either.`;
}

function choosesNamespace(selector: LabelSelector | undefined, namespace: string, cluster: Cluster): boolean {
  if (!selector) return true;
  // Every Namespace carries its name as a label; further labels are known only if it was read.
  const labels = cluster.get(Namespace, namespace)?.metadata.labels;
  const isEmpty = !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length;
  return (
    isEmpty || (labels !== undefined && matches(selector, { 'kubernetes.io/metadata.name': namespace, ...labels }))
  );
}

function serviceField({ configuration, index, target: { namespace, name, port } }: Call) {
  return field(configuration, `webhooks[${index}].clientConfig.service`, `${namespace}/${name}:${port}`);
}

function valuesOf({ webhook, target: { namespace, name, port } }: Call): Record<string, string> {
  return {
    webhook: webhook.name ?? '',
    service: name,
    serviceNamespace: namespace,
    port: String(port),
    failurePolicy: webhook.failurePolicy ?? 'Fail',
  };
}

function namesOf({ webhook, target }: Call): string[] {
  return [...(webhook.name ? [webhook.name] : []), target.namespace, target.name];
}
