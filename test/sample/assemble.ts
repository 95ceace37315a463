import { loadFolder } from '../../src/plug-ins.ts';
import { keyOf, type Manifest, ownedBy, type Scenario, suffix } from './manifest.ts';
import { configMap, namespace, serviceAccount } from './objects/configuration.ts';
import { isReady } from './objects/pod.ts';

/** All scenarios, in the order of their files' names. */
export function scenarios(): Promise<Scenario[]> {
  return loadFolder<Scenario>(new URL('./scenarios/', import.meta.url), ({ title }) => title);
}

/** The objects of all scenarios, and what a cluster's controllers would add to them. */
export function assemble(scenarios: readonly Scenario[]): Manifest[] {
  const objects = withAddresses(scenarios.flatMap((scenario) => scenario.objects));
  const all = [...namespaceObjects(objects), ...objects, ...endpointSlices(objects)];
  const seen = new Set<string>();
  for (const object of all) {
    const key = keyOf(object);
    if (seen.has(key)) throw new Error(`Two scenarios make ${key}.`);
    seen.add(key);
  }
  return all;
}

/** Gives Services their addresses in order; the server would choose them at random. */
function withAddresses(objects: readonly Manifest[]): Manifest[] {
  let count = 0;
  return objects.map((object) => {
    const spec = object.spec as { clusterIP?: string } | undefined;
    if (object.kind !== 'Service' || spec?.clusterIP) return object;
    count += 1;
    return { ...object, spec: { ...spec, clusterIP: `10.96.${1 + Math.floor(count / 250)}.${1 + (count % 250)}` } };
  });
}

/** Namespaces that no scenario describes, and what every namespace has. */
function namespaceObjects(objects: readonly Manifest[]): Manifest[] {
  const described = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const used = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease', ...described]);
  for (const { metadata } of objects) if (metadata.namespace) used.add(metadata.namespace);
  return [...used]
    .sort()
    .flatMap((name) => [
      ...(described.has(name) ? [] : [namespace(name)]),
      serviceAccount(name, 'default', '365d'),
      configMap(name, 'kube-root-ca.crt', { 'ca.crt': 'not recorded' }, { age: '365d' }),
    ]);
}

interface ServiceSpec {
  selector?: Record<string, string>;
  ports?: { name: string; targetPort: number | string }[];
}

/** The EndpointSlice of each Service with a selector, as its controller fills it from the Pods. */
function endpointSlices(objects: readonly Manifest[]): Manifest[] {
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  return objects.flatMap((service) => {
    const { selector, ports = [] } = (service.kind === 'Service' ? service.spec : {}) as ServiceSpec;
    if (!selector) return [];
    const chosen = pods.filter((pod) => selects(service, selector, pod) && endpointOf(pod));
    return [slice(service, chosen, ports)];
  });
}

function slice(service: Manifest, pods: Manifest[], ports: NonNullable<ServiceSpec['ports']>): Manifest {
  const { name, namespace = '', labels, creationTimestamp } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${suffix(`${namespace}/${name}/slice`, 5)}`,
      namespace,
      labels: {
        ...labels,
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: ownedBy(service),
      ...(creationTimestamp && { creationTimestamp }),
    },
    addressType: 'IPv4',
    endpoints: pods.map(endpointOf),
    ports: pods[0]
      ? ports.map(({ name, targetPort }) => ({ name, port: portOf(pods[0], targetPort), protocol: 'TCP' }))
      : [],
  };
}

function selects(service: Manifest, selector: Record<string, string>, pod: Manifest): boolean {
  if (pod.metadata.namespace !== service.metadata.namespace) return false;
  return Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value);
}

/** A Pod as an endpoint; `undefined` for one that has no address or has ended. */
function endpointOf(pod: Manifest): object | undefined {
  const { podIP, phase } = pod.status as { podIP?: string; phase: string };
  if (!podIP || phase === 'Succeeded' || phase === 'Failed') return undefined;
  const terminating = Boolean(pod.metadata.deletionTimestamp);
  const serving = isReady(pod);
  const { name, namespace } = pod.metadata;
  return {
    addresses: [podIP],
    conditions: { ready: serving && !terminating, serving, terminating },
    nodeName: (pod.spec as { nodeName: string }).nodeName,
    targetRef: { kind: 'Pod', namespace, name },
  };
}

function portOf(pod: Manifest | undefined, target: number | string): number {
  if (typeof target === 'number') return target;
  const { containers = [] } = (pod?.spec ?? {}) as {
    containers?: { ports?: { name: string; containerPort: number }[] }[];
  };
  const port = containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === target)?.containerPort;
  if (port === undefined) throw new Error(`${pod?.metadata.name ?? ''} has no port named ${target}.`);
  return port;
}
