import { type Failure, field } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Service } from '../../kinds/network.ts';
import { Pod } from '../../kinds/pod.ts';
import type { Endpoints } from './endpoints.ts';
import { nearNames } from './near-names.ts';
import { listed } from './wording.ts';

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];
type Container = NonNullable<NonNullable<Pod['spec']>['containers']>[number];

/** Ports of a Service that none of its ready Pods has. A few Pods speak for all: those of one Service are alike. */
export function portFailures(service: Service, cluster: Cluster, { ready, ports: served }: Endpoints): Failure[] {
  const pods = ready.slice(0, 5).flatMap((name) => cluster.get(Pod, name, service.metadata.namespace) ?? []);
  const failures: Failure[] = [];
  for (const port of service.spec?.ports ?? []) {
    const target = port.targetPort ?? port.port;
    if (typeof target === 'string') {
      const isServed = served ? served.has(port.name ?? '') : pods.length === 0;
      if (!isServed && !pods.some((pod) => declares(pod, target, port)))
        failures.push(named(service, port, target, pods));
    } else if (
      target !== undefined &&
      !isHeadless(service) &&
      pods.length > 0 &&
      pods.every((pod) => lacks(pod, target, port))
    ) {
      failures.push(numeric(service, port, target, pods));
    }
  }
  return failures;
}

function named(service: Service, port: ServicePort, target: string, pods: readonly Pod[]): Failure {
  const { name } = service.metadata;
  const wrongProtocol = pods.some((pod) => declared(pod).some((each) => each.name === target));
  const names = [...new Set(pods.flatMap((pod) => declared(pod).flatMap((each) => each.name ?? [])))];
  const [meant] = nearNames(target, names);
  const hint = wrongProtocol
    ? `The Pods have ${target}, but not for ${protocolOf(port)}.`
    : names.length > 0
      ? `The Pods have ${listed(names)}.${meant ? ` Perhaps ${meant} was meant.` : ''}`
      : 'The Pods name no ports.';
  return {
    code: 'Service/NamedPortMissing',
    // Clients of a headless Service find the Pods themselves, and need the port only for its DNS record.
    severity: isHeadless(service) ? 'medium' : 'high',
    headline: `has targetPort "${target}", which its Pods do not have`,
    text:
      `Service ${name} has ready Pods, but its port ${port.port} goes to targetPort "${target}" and no container ` +
      `has a port of that name. ${hint}`,
    evidence: [
      field(service, `spec.ports[${port.name ?? port.port}].targetPort`, target),
      ...pods.slice(0, 1).map((pod) => field(pod, 'spec.containers[*].ports', declared(pod))),
    ],
    values: { targetPort: target, port: String(port.port), available: listed(names) || 'none' },
    sensitive: [name],
    about: port.name ?? String(port.port),
  };
}

function numeric(service: Service, port: ServicePort, target: number, pods: readonly Pod[]): Failure {
  const { name } = service.metadata;
  const numbers = [
    ...new Set(pods.flatMap((pod) => declared(pod).map((each) => `${each.containerPort}/${each.protocol ?? 'TCP'}`))),
  ];
  return {
    code: 'Service/PortMismatch',
    severity: 'low',
    headline: `has targetPort ${target}, which no container declares`,
    text:
      `Service ${name} sends port ${port.port} to targetPort ${target}/${protocolOf(port)}, but the containers of ` +
      `its Pods declare only ${listed(numbers)}. If nothing listens on ${target}, connections are refused.`,
    evidence: [
      field(service, `spec.ports[${port.name ?? port.port}].targetPort`, target),
      ...pods.slice(0, 1).map((pod) => field(pod, 'spec.containers[*].ports', declared(pod))),
    ],
    values: { targetPort: String(target), port: String(port.port), available: listed(numbers) },
    sensitive: [name],
    about: port.name ?? String(port.port),
  };
}

function declares(pod: Pod, name: string, port: ServicePort): boolean {
  return declared(pod).some((each) => each.name === name && (each.protocol ?? 'TCP') === protocolOf(port));
}

/**
 * Whether a Pod seems not to listen on a port. Declaring ports is voluntary, so this holds only if every container
 * declares some, and no probe asks that port either.
 */
function lacks(pod: Pod, target: number, port: ServicePort): boolean {
  const containers = pod.spec?.containers ?? [];
  if (containers.length === 0 || containers.some((container) => !container.ports?.length)) return false;
  if (declared(pod).some((each) => each.containerPort === target && (each.protocol ?? 'TCP') === protocolOf(port))) {
    return false;
  }
  return !containers.some((container) => probes(container, target));
}

function probes(container: Container, target: number): boolean {
  return [container.readinessProbe, container.livenessProbe, container.startupProbe].some(
    (probe) => probe?.httpGet?.port === target || probe?.tcpSocket?.port === target || probe?.grpc?.port === target,
  );
}

/** Ports of all containers; those of sidecars, which stand among the init containers, count too. */
function declared(pod: Pod) {
  const sidecars = pod.spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always') ?? [];
  return [...(pod.spec?.containers ?? []), ...sidecars].flatMap(({ ports }) => ports ?? []);
}

function isHeadless(service: Service): boolean {
  return service.spec?.clusterIP === 'None';
}

function protocolOf(port: ServicePort): string {
  return port.protocol ?? 'TCP';
}
