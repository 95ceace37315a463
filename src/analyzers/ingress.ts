import { type Cause, defineAnalyzer, type Failure, field, MINUTE, olderThan } from '../analyzer.ts';
import { type Cluster, nameOf, type Ref, refOf } from '../cluster.ts';
import { Secret } from '../kinds/configuration.ts';
import { Event } from '../kinds/event.ts';
import { Ingress, IngressClass, Service } from '../kinds/network.ts';
import { clip } from '../words.ts';
import { addressless, backendsOf, classOf, duplicates, isDefaultClass } from './shared/ingresses.ts';
import { nearNames } from './shared/near-names.ts';
import { warningEvents } from './shared/warnings.ts';
import { listed } from './shared/wording.ts';

export default defineAnalyzer({
  filter: 'Ingress',
  summary: 'Ingresses with a class, Service, port or TLS Secret that does not exist, and routes that clash',
  core: true,
  kind: Ingress,
  reads: [IngressClass, Service, Secret, Event],
  codes: [
    'NoClass',
    'SeveralDefaultClasses',
    'ClassNotFound',
    'ServiceNotFound',
    'PortNotFound',
    'SecretNotFound',
    'SecretUnusable',
    'NoBackend',
    'DuplicatePath',
    'NoAddress',
    'WarningEvent',
  ],

  check(ingress, cluster) {
    if (ingress.metadata.deletionTimestamp) return [];
    return [
      ...ingressClass(ingress, cluster),
      ...backends(ingress, cluster),
      ...certificates(ingress, cluster),
      ...clashes(ingress, cluster),
      ...noAddress(ingress, cluster),
      ...warningEvents(ingress, cluster),
    ];
  },
});

/** Google's controller serves these two without an IngressClass object. */
const CLASSES_WITHOUT_OBJECT = new Set(['gce', 'gce-internal']);

function ingressClass(ingress: Ingress, cluster: Cluster): Failure[] {
  const { name } = ingress.metadata;
  const isServed = Boolean(ingress.status?.loadBalancer?.ingress?.length);
  const wanted = classOf(ingress);
  const classes = cluster.list(IngressClass);

  if (!wanted) {
    const defaults = classes.filter(isDefaultClass).map(({ metadata }) => metadata.name);
    // A controller that has given it an address serves Ingresses without a class.
    if (isServed || defaults.length === 1 || !cluster.complete(IngressClass)) return [];
    const known = listed(classes.map(({ metadata }) => metadata.name)) || 'none';
    const common = {
      evidence: [field(ingress, 'spec.ingressClassName', undefined)],
      values: { classes: defaults.length > 1 ? listed(defaults) : known },
      sensitive: [name],
    };
    if (defaults.length > 1) {
      return [
        {
          ...common,
          code: 'Ingress/SeveralDefaultClasses',
          severity: 'medium',
          headline: 'names no class, and several classes are the default',
          text:
            `Ingress ${name} names no ingress class, and the classes ${listed(defaults)} are all marked as the ` +
            'default, so none is used.',
        },
      ];
    }
    return [
      {
        ...common,
        code: 'Ingress/NoClass',
        severity: 'medium',
        headline: 'names no ingress class, and none is the default',
        text:
          `Ingress ${name} names no ingress class and the cluster has no default class, so most controllers ignore ` +
          `it. Classes of this cluster: ${known}.`,
      },
    ];
  }

  const byField = Boolean(ingress.spec?.ingressClassName);
  if (CLASSES_WITHOUT_OBJECT.has(wanted) || !cluster.missing(IngressClass, wanted)) return [];
  // Old controllers match the annotation's text alone.
  if (!byField && isServed) return [];
  return [
    {
      code: 'Ingress/ClassNotFound',
      severity: 'high',
      headline: `does not exist, but Ingress ${nameOf(refOf(ingress))} names it`,
      text: `Ingress ${name} wants IngressClass ${wanted}, which does not exist, so no controller serves it.${meant(
        wanted,
        classes.map(({ metadata }) => metadata.name),
        'IngressClass',
      )}`,
      evidence: [
        field(ingress, byField ? 'spec.ingressClassName' : 'metadata.annotations[kubernetes.io/ingress.class]', wanted),
      ],
      values: { class: wanted, classes: listed(classes.map(({ metadata }) => metadata.name)) || 'none' },
      sensitive: [name, wanted],
      causes: [certain({ kind: 'IngressClass', name: wanted })],
      about: wanted,
    },
  ];
}

/** Services and ports that the routes ask for in vain: one finding for each, however many routes use it. */
function backends(ingress: Ingress, cluster: Cluster): Failure[] {
  const { name, namespace = '' } = ingress.metadata;
  const wanted = backendsOf(ingress);
  // The master of several merged Ingresses leaves all paths to the others.
  const isMaster = ingress.metadata.annotations?.['nginx.org/mergeable-ingress-type'] === 'master';
  if (wanted.length === 0 && !isMaster) {
    return [
      {
        code: 'Ingress/NoBackend',
        severity: 'low',
        headline: 'routes to no backend',
        text: `Ingress ${name} has neither paths nor a default backend, so every request to it is answered with 404.`,
        evidence: [field(ingress, 'spec.rules', ingress.spec?.rules)],
        sensitive: [name],
      },
    ];
  }

  const failures = new Map<string, Failure>();
  for (const { service: backend, path, route } of wanted) {
    // An action of the AWS controller, which an annotation defines; there is no Service of that name.
    if (!backend?.name || backend.port?.name === 'use-annotation') continue;
    const { name: target, port } = backend;
    if (cluster.missing(Service, target, namespace)) {
      const services = cluster.list(Service, namespace).map(({ metadata }) => metadata.name);
      add(failures, `Service ${target}`, {
        code: 'Ingress/ServiceNotFound',
        severity: 'high',
        headline: `does not exist, but Ingress ${name} sends requests to it`,
        text:
          `Ingress ${name} sends ${route} to Service ${target}, which does not exist in namespace ` +
          `${namespace}.${meant(target, services, 'Service')}`,
        evidence: [field(ingress, path, target)],
        values: { service: target, route },
        sensitive: [name, target],
        causes: [certain({ kind: 'Service', namespace, name: target })],
        about: target,
      });
      continue;
    }
    const service = cluster.get(Service, target, namespace);
    const wantedPort = port?.number ?? port?.name;
    if (!service || wantedPort === undefined || hasPort(service, wantedPort)) continue;
    const ports = (service.spec?.ports ?? []).map((each) =>
      each.name ? `${each.name} (${each.port})` : String(each.port),
    );
    add(failures, `port ${target}:${wantedPort}`, {
      code: 'Ingress/PortNotFound',
      severity: 'high',
      headline: `sends requests to port ${wantedPort} of Service ${target}, which has no such port`,
      text:
        `Ingress ${name} sends ${route} to port ${wantedPort} of Service ${target}, which does not have it. Its ` +
        `ports: ${listed(ports) || 'none'}.`,
      evidence: [field(ingress, `${path}.port`, wantedPort), field(service, 'spec.ports', service.spec?.ports)],
      values: { service: target, port: String(wantedPort), ports: listed(ports) || 'none', route },
      sensitive: [name, target],
      about: `${target}:${wantedPort}`,
    });
  }
  return [...failures.values()];
}

function hasPort(service: Service, wanted: number | string): boolean {
  const ports = service.spec?.ports ?? [];
  // An alias of an outside name needs no ports of its own.
  if (service.spec?.type === 'ExternalName' && ports.length === 0) return true;
  return ports.some(({ name, port }) => port === wanted || name === wanted);
}

const TLS_TYPE = 'kubernetes.io/tls';
const ISSUER_ANNOTATIONS = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'];

/** TLS Secrets that are not there, or cannot hold a certificate. Their contents are never read. */
function certificates(ingress: Ingress, cluster: Cluster): Failure[] {
  const { name, namespace = '', annotations, creationTimestamp } = ingress.metadata;
  const failures = new Map<string, Failure>();
  const isIssued = ISSUER_ANNOTATIONS.some((annotation) => annotations?.[annotation]);
  for (const [index, { secretName, hosts = [] }] of (ingress.spec?.tls ?? []).entries()) {
    if (!secretName) continue;
    const forHosts = hosts.length > 0 ? ` for ${listed(hosts, 3)}` : '';
    const common = {
      evidence: [field(ingress, `spec.tls[${index}].secretName`, secretName)],
      values: { secret: secretName, hosts: listed(hosts) || 'all hosts' },
      sensitive: [name, secretName, ...hosts],
      about: secretName,
    };
    if (cluster.missing(Secret, secretName, namespace)) {
      // A certificate takes a moment to be issued.
      if (isIssued && !olderThan(cluster, creationTimestamp, 5 * MINUTE)) continue;
      const secrets = cluster.list(Secret, namespace).filter(({ columns }) => columns?.Type === TLS_TYPE);
      const hint = isIssued
        ? ' cert-manager is asked to issue it: its Certificate and Order say why there is none.'
        : meant(
            secretName,
            secrets.map(({ metadata }) => metadata.name),
            'Secret',
          );
      add(failures, secretName, {
        ...common,
        code: 'Ingress/SecretNotFound',
        severity: 'high',
        headline: `does not exist, but Ingress ${name} takes its certificate from it`,
        text:
          `Ingress ${name} takes its certificate${forHosts} from Secret ${secretName}, which does not exist in ` +
          `namespace ${namespace}.${hint}`,
        causes: [certain({ kind: 'Secret', namespace, name: secretName })],
      });
      continue;
    }
    const secret = cluster.get(Secret, secretName, namespace);
    const problem = secret && unusable(secret);
    if (!problem) continue;
    add(failures, secretName, {
      ...common,
      code: 'Ingress/SecretUnusable',
      severity: problem.sure ? 'high' : 'low',
      headline: `holds no usable certificate, but Ingress ${name} takes its certificate from it`,
      text: `Ingress ${name} takes its certificate${forHosts} from Secret ${secretName}, ${problem.why}.`,
      evidence: [...common.evidence, field(secret, 'type', secret.columns?.Type)],
      causes: [certain(refOf(secret))],
    });
  }
  return [...failures.values()];
}

/** What a certificate needs: https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets */
function unusable({ columns }: Secret): { why: string; sure: boolean } | undefined {
  const { Type: type, Data: keys } = columns ?? {};
  if (keys !== undefined && keys < 2) {
    const held = keys === 0 ? 'is empty' : 'holds one key';
    return { why: `which ${held}, so it lacks tls.crt or tls.key (type ${type ?? 'unknown'})`, sure: true };
  }
  if (type === undefined || type === TLS_TYPE) return undefined;
  // Some controllers read an Opaque Secret, provided that it has the two keys.
  return { why: `which is of type ${type} where ${TLS_TYPE} is wanted`, sure: type !== 'Opaque' };
}

function clashes(ingress: Ingress, cluster: Cluster): Failure[] {
  return duplicates(cluster, ingress).map(({ host, path, first }) => ({
    code: 'Ingress/DuplicatePath',
    severity: 'medium',
    headline:
      first === ingress
        ? `sends ${clip(`${host}${path}`, 50)} to several backends`
        : `claims ${clip(`${host}${path}`, 50)}, which Ingress ${nameOf(refOf(first))} has already`,
    text:
      first === ingress
        ? `Ingress ${ingress.metadata.name} has ${host}${path} several times, with different backends, of which only ` +
          'one gets the requests.'
        : `Ingress ${ingress.metadata.name} claims ${host}${path}, but the older Ingress ${nameOf(refOf(first))} of ` +
          'the same class has that host and path, so one of the two gets no requests.',
    evidence: [field(ingress, 'spec.rules', `${host}${path}`), field(first, 'spec.rules', `${host}${path}`)],
    values: { host, path, other: nameOf(refOf(first)) },
    sensitive: [ingress.metadata.name, first.metadata.name, ...(host === '*' ? [] : [host])],
    about: `${host}${path}`,
  }));
}

function noAddress(ingress: Ingress, cluster: Cluster): Failure[] {
  const other = addressless(cluster, ingress);
  if (!other) return [];
  return [
    {
      code: 'Ingress/NoAddress',
      severity: 'low',
      headline: 'has no address',
      text:
        `Ingress ${ingress.metadata.name} has no address, though its controller has given one to ${other} of the ` +
        'same class. Perhaps the controller has rejected it; its log and the events of the Ingress say why.',
      evidence: [field(ingress, 'status.loadBalancer.ingress', undefined)],
      values: { class: classOf(ingress) ?? '', other },
      sensitive: [ingress.metadata.name],
    },
  ];
}

function add(failures: Map<string, Failure>, key: string, failure: Failure): void {
  if (!failures.has(key)) failures.set(key, failure);
}

function certain(ref: Ref): Cause {
  return { ref, certain: true };
}

function meant(wanted: string, names: readonly string[], kind: string): string {
  const found = nearNames(wanted, names);
  return found.length > 0 ? ` There is ${kind} ${found.join(' and ')}.` : '';
}
