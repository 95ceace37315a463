import type { Cause } from '../../analyzer.ts';
import { type Cluster, keyOf, type Ref, refOf } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import { Service } from '../../kinds/network.ts';
import type { Pod } from '../../kinds/pod.ts';
import { DaemonSet, Deployment, Job, StatefulSet } from '../../kinds/workloads.ts';
import { matches } from '../../snapshot.ts';
import { networkAgents } from './node-agents.ts';
import { perCluster } from './per-cluster.ts';
import type { Container } from './pod-containers.ts';

/** Findings of a Service that explain why those who call it fail. */
const SERVICE_DOWN = ['NoReadyEndpoints', 'NoMatchingPods', 'NoPods', 'NamedPortMissing'].map(
  (problem) => `Service/${problem}`,
);

const HOST = /[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/g;

/** A program's words for a host name that does not resolve, with the name in the first group that matches. */
const UNRESOLVED =
  /lookup ([-\w.]+)[^:]*:(?:\d+:)? no such host|translate host name "([-\w.]+)"|ENOTFOUND ([-\w.]+)|UnknownHostException: ([-\w.]+)/;

/** A program's words for names that do not resolve, whatever the reason, or for a name server that does not answer. */
const NO_NAMES =
  /no such host|name resolution|EAI_AGAIN|ENOTFOUND|translate host name|Unknown ?Host|resolve ?(?:host|the|address)|Name or service not known|nodename nor servname|lookup \S+.*(?:timeout|refused|misbehaving)/i;

/** A program's words for another party that does not answer. Other last words tell of a fault of its own. */
const NO_ANSWER =
  /connect|refused|reset by|hang ?up|unreachable|unavailable|time[d -]*out|deadline|\bdial\b|lookup|resol[uv]|no such host|unknown ?host|handshake|\bE(?:CONN|AI_|NOTFOUND|HOST|PIPE|TIMED)|\bEOF\b|\b50[234]\b|\bretr(?:y|ies)\b|wait(?:ing|ed)? for|broker|upstream|server selection/i;

/**
 * What a container needs that others provide, as possible causes: the cluster's DNS where names do not resolve, the
 * Services that it speaks of and the workloads behind them, the Jobs that it waits for, its node's network. Services that
 * its last words name are the ones; else its environment, arguments and command tell. A database that is down explains
 * the crash of its clients.
 */
export function dependencies(pod: Pod, container: Container, cluster: Cluster, lastWords = ''): Cause[] {
  const { env = [], args = [], command = [] } = container.spec ?? {};
  const named = servicesIn([lastWords], pod, cluster);
  const services =
    named.length > 0
      ? named
      : servicesIn([...env.flatMap(({ value }) => value ?? []), ...args, ...command], pod, cluster);
  const { nodeName, hostNetwork } = pod.spec ?? {};
  return [
    ...(NO_NAMES.test(lastWords) ? causesFor(nameServers(cluster), cluster) : []),
    ...causesFor(services, cluster),
    ...jobsIn([...command, ...args].join(' '), pod, cluster),
    ...(NO_ANSWER.test(lastWords) ? networkAgents(nodeName, cluster, { hostNetwork }) : []),
  ];
}

/** As `dependencies`, of a container that has ended: where its last words tell of anything else, nobody else is to blame. */
export function dependenciesOfEnded(pod: Pod, container: Container, cluster: Cluster, lastWords = ''): Cause[] {
  const isTelling =
    lastWords.trim() === '' || NO_ANSWER.test(lastWords) || servicesIn([lastWords], pod, cluster).length > 0;
  return isTelling ? dependencies(pod, container, cluster, lastWords) : [];
}

/** The Services that a message names, such as that of a file server, and the workloads behind them. */
export function serversNamed(message: string, pod: Pod, cluster: Cluster): Cause[] {
  return causesFor(servicesIn([message], pod, cluster), cluster);
}

/** The Services of other workloads that texts name by their host names, each once. */
function servicesIn(texts: readonly string[], pod: Pod, cluster: Cluster): Service[] {
  const services = new Map<string, Service>();
  for (const text of texts) {
    for (const [host] of text.toLowerCase().matchAll(HOST)) {
      for (const service of servicesOfHost(host, pod, cluster)) {
        if (!isOwn(service, pod)) services.set(keyOf(refOf(service)), service);
      }
    }
  }
  return [...services.values()];
}

/** A Service by its own name, or a headless one by that of one of its Pods: `db-0.db.shop.svc`. */
function servicesOfHost(host: string, pod: Pod, cluster: Cluster): Service[] {
  const { name, namespace } = serviceNamed(host, pod);
  const direct = cluster.get(Service, name, namespace);
  if (direct) return [direct];
  const [, governing, space = pod.metadata.namespace] = host.split('.');
  const headless = governing ? cluster.get(Service, governing, space) : undefined;
  return headless?.spec?.clusterIP === 'None' ? [headless] : [];
}

function causesFor(services: readonly Service[], cluster: Cluster): Cause[] {
  return [
    ...services.map((service) => ({ ref: refOf(service), codes: SERVICE_DOWN })),
    ...services.flatMap((service) => workloadsBehind(service, cluster)).map((ref) => ({ ref })),
  ];
}

/** The Services that answer for the cluster's DNS: https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/ */
const nameServers = perCluster((cluster) =>
  cluster
    .list(Service, 'kube-system')
    .filter(
      ({ metadata, spec }) =>
        metadata.name === 'kube-dns' ||
        metadata.labels?.['k8s-app'] === 'kube-dns' ||
        (spec?.selector && spec.ports?.some(({ port, protocol }) => port === 53 && protocol === 'UDP')),
    ),
);

/** The Jobs that a command waits for: `kubectl wait job/migrate`, `k8s-wait-for job migrate`, `-l job-name=migrate`. */
function jobsIn(command: string, pod: Pod, cluster: Cluster): Cause[] {
  const { namespace } = pod.metadata;
  return [
    ...command.matchAll(/\bjobs?(?:\.batch)?(?:-w\w*)?[/\s]+([a-z0-9][-a-z0-9.]*)|\bjob-name=([a-z0-9][-a-z0-9.]*)/g),
  ]
    .flatMap(([, named, labelled]) => cluster.get(Job, named ?? labelled ?? '', namespace) ?? [])
    .map((job) => ({ ref: refOf(job) }));
}

/** The Service whose name did not resolve, by the program's last words, where no such Service exists. */
export function unresolvedService(pod: Pod, cluster: Cluster, lastWords = ''): Ref | undefined {
  const host = UNRESOLVED.exec(lastWords)?.slice(1).find(Boolean)?.replace(/\.$/, '').toLowerCase();
  if (!host || (host.includes('.') && !isInCluster(host, pod))) return undefined;
  return missing(host, pod, cluster);
}

/** A Service that a container's command waits for by its full name, and that does not exist. */
export function awaitedService(pod: Pod, { spec }: Container, cluster: Cluster): Ref | undefined {
  for (const text of [...(spec?.command ?? []), ...(spec?.args ?? [])]) {
    for (const { 0: host, index } of text.toLowerCase().matchAll(HOST)) {
      // `/etc/app.shop` is a file, `http://app.shop` a host.
      const isFile = text[index - 1] === '/' && text[index - 2] !== '/';
      const found = !isFile && isInCluster(host, pod) ? missing(host, pod, cluster) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function missing(host: string, pod: Pod, cluster: Cluster): Ref | undefined {
  const { name, namespace } = serviceNamed(host, pod);
  return namespace && cluster.missing(Service, name, namespace) ? { kind: 'Service', namespace, name } : undefined;
}

/** `db`, `db.shop`, `db.shop.svc`, `db.shop.svc.cluster.local` (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/). */
function serviceNamed(host: string, pod: Pod): { name: string; namespace: string | undefined } {
  const [name = '', namespace = pod.metadata.namespace] = host.split('.');
  return { name, namespace };
}

/** Whether a host name can only be that of a Service: it ends in `.svc` or in the Pod's own namespace. */
function isInCluster(host: string, pod: Pod): boolean {
  const [, namespace, svc, ...rest] = host.split('.');
  if (svc === 'svc') return rest.length === 0 || rest.join('.') === 'cluster.local';
  return svc === undefined && namespace !== undefined && namespace === pod.metadata.namespace;
}

function isOwn(service: Service, pod: Pod): boolean {
  const { selector } = service.spec ?? {};
  const near = service.metadata.namespace === pod.metadata.namespace;
  return near && selector !== undefined && matches({ matchLabels: selector }, pod.metadata.labels);
}

function workloadsBehind(service: Service, cluster: Cluster): Ref[] {
  const { selector } = service.spec ?? {};
  if (!selector || Object.keys(selector).length === 0) return [];
  const { namespace } = service.metadata;
  const workloads: (KubernetesObject & { spec?: { template?: { metadata?: { labels?: Record<string, string> } } } })[] =
    [
      ...cluster.list(StatefulSet, namespace),
      ...cluster.list(Deployment, namespace),
      ...cluster.list(DaemonSet, namespace),
    ];
  return workloads
    .filter(({ spec }) => matches({ matchLabels: selector }, spec?.template?.metadata?.labels))
    .map(refOf);
}
