import { MINUTE, olderThan } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import { Ingress, IngressClass, type Service } from '../../kinds/network.ts';
import { append } from '../../snapshot.ts';
import { perCluster } from './per-cluster.ts';

/** The class that an Ingress names, by its field or by the older annotation. */
export function classOf({ spec, metadata }: Ingress): string | undefined {
  return spec?.ingressClassName || metadata.annotations?.['kubernetes.io/ingress.class'] || undefined;
}

export function isDefaultClass({ metadata }: IngressClass): boolean {
  return metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
}

/** A backend of an Ingress. */
export interface Backend {
  /** Absent for a backend that is some other resource, such as a bucket. */
  service?: { name?: string; port?: { name?: string; number?: number } };
  /** The field that names it. */
  path: string;
  /** Which requests go there: `shop.example.com/cart`. */
  route: string;
}

export function backendsOf({ spec }: Ingress): Backend[] {
  const found: Backend[] = [];
  if (spec?.defaultBackend) {
    const { service } = spec.defaultBackend;
    found.push({ ...(service && { service }), path: 'spec.defaultBackend.service', route: 'all other requests' });
  }
  spec?.rules?.forEach(({ host = '*', http }, rule) => {
    http?.paths?.forEach(({ path = '/', backend }, index) => {
      const service = backend?.service;
      const at = `spec.rules[${rule}].http.paths[${index}].backend.service`;
      found.push({ ...(service && { service }), path: at, route: `${host}${path}` });
    });
  });
  return found;
}

const ingressesByService = perCluster((cluster) => {
  const index = new Map<string, string[]>();
  for (const ingress of cluster.list(Ingress)) {
    const services = new Set(backendsOf(ingress).flatMap(({ service }) => service?.name ?? []));
    for (const service of services) append(index, `${ingress.metadata.namespace}/${service}`, ingress.metadata.name);
  }
  return index;
});

/** The names of the Ingresses that send requests to a Service. */
export function ingressesTo(cluster: Cluster, { metadata }: Service): readonly string[] {
  return ingressesByService(cluster).get(`${metadata.namespace}/${metadata.name}`) ?? [];
}

/** One host and path that several Ingresses of a class claim, or one Ingress for several backends. */
export interface Duplicate {
  host: string;
  path: string;
  /** The oldest of them, which most controllers prefer; the Ingress itself where it contradicts itself. */
  first: Ingress;
}

/** These controllers make a load balancer of its own for each Ingress, so that the same host may stand in many. */
const ONE_BALANCER_EACH = /gce|alb/;

const claims = perCluster((cluster) => {
  const index = new Map<string, Ingress[]>();
  for (const ingress of cluster.list(Ingress)) {
    for (const key of claimsOf(cluster, ingress).keys()) append(index, key, ingress);
  }
  for (const ingresses of index.values()) ingresses.sort(byAge);
  return index;
});

/** Hosts and paths that an older Ingress of the same class has already, or this one, and sends to another backend. */
export function duplicates(cluster: Cluster, ingress: Ingress): Duplicate[] {
  const found: Duplicate[] = [];
  for (const [key, { host, path, target, isTorn }] of claimsOf(cluster, ingress)) {
    if (isTorn) found.push({ host, path, first: ingress });
    const first = claims(cluster).get(key)?.[0];
    if (!first || first === ingress || claimsOf(cluster, first).get(key)?.target === target) continue;
    found.push({ host, path, first });
  }
  return found;
}

interface Claim {
  host: string;
  path: string;
  /** The first backend that it goes to. */
  target: string;
  /** Whether it goes to another one as well. */
  isTorn: boolean;
}

function claimsOf(cluster: Cluster, ingress: Ingress): Map<string, Claim> {
  const found = new Map<string, Claim>();
  const { annotations, namespace, deletionTimestamp } = ingress.metadata;
  const name = classOf(ingress) ?? '';
  const controller = cluster.get(IngressClass, name)?.spec?.controller ?? '';
  // A canary repeats the host and path of its main Ingress on purpose.
  const isCanary = annotations?.['nginx.ingress.kubernetes.io/canary'] === 'true';
  if (isCanary || deletionTimestamp || ONE_BALANCER_EACH.test(`${name} ${controller}`)) return found;
  for (const { host = '*', http } of ingress.spec?.rules ?? []) {
    for (const { path = '/', pathType = '', backend } of http?.paths ?? []) {
      const { name: service = '', port } = backend?.service ?? {};
      const target = `${namespace}/${service}:${port?.number ?? port?.name ?? ''}`;
      // A prefix is the same with and without its last slash.
      const plain = pathType === 'Prefix' ? path.replace(/(?<=.)\/$/, '') : path;
      const key = `${name}|${host}|${plain}|${pathType}`;
      const known = found.get(key);
      if (known) known.isTorn ||= known.target !== target;
      else found.set(key, { host, path, target, isTorn: false });
    }
  }
  return found;
}

function byAge(a: Ingress, b: Ingress): number {
  const [one, two] = [a, b].map(({ metadata }) =>
    [metadata.creationTimestamp, metadata.namespace, metadata.name].join(),
  );
  return (one ?? '') < (two ?? '') ? -1 : 1;
}

const addressed = perCluster((cluster) => {
  const index = new Map<string, string>();
  for (const ingress of cluster.list(Ingress)) {
    const { namespace, name } = ingress.metadata;
    if (ingress.status?.loadBalancer?.ingress?.length) index.set(classOf(ingress) ?? '', `${namespace}/${name}`);
  }
  return index;
});

/**
 * Of an Ingress that has waited five minutes for an address: another one of its class that has one. Many controllers
 * publish no addresses at all, so without such a neighbour a missing address means nothing.
 */
export function addressless(cluster: Cluster, ingress: Ingress): string | undefined {
  if (ingress.status?.loadBalancer?.ingress?.length) return undefined;
  if (!olderThan(cluster, ingress.metadata.creationTimestamp, 5 * MINUTE)) return undefined;
  return addressed(cluster).get(classOf(ingress) ?? '');
}
