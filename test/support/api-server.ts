import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import type { Kind } from '../../src/kind.ts';
import { BUILT_IN, findResource } from '../../src/resources.ts';
import { parseSelector } from '../../src/selector.ts';
import { matches } from '../../src/snapshot.ts';
import { KINDS } from './kinds.ts';

/** An object as the API holds it. */
export interface Stored {
  kind: string;
  metadata: { name: string; namespace?: string } & Record<string, unknown>;
  [field: string]: unknown;
}

/** A request as the server saw it. */
export interface Seen {
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** The common name of the client's certificate. */
  client?: string;
  /** How often the same path was asked for before. */
  times: number;
}

/** Something else than the usual answer. */
export type Reply =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** `reset` breaks the connection, `half` breaks it within the body, `hang` never answers. */
  | { fault: 'reset' | 'half' | 'hang' };

export interface ApiOptions {
  objects?: readonly Stored[];
  /** What it serves; all declared kinds by default. */
  kinds?: readonly Kind[];
  /** Discovery as before Kubernetes 1.27 with `false`. */
  aggregated?: boolean;
  /** With a certificate: of the test authority, or one for another name. A path prefix may follow the address. */
  tls?: 'server' | 'other';
  prefix?: string;
  /** The version of `/version`. */
  version?: { major: string; minor: string };
  /** The clock of its `Date` headers. */
  now?: number;
  /** The only token that it knows; `token` by default. */
  token?: string;
  /** What containers wrote, by `namespace/pod/container`, and `namespace/pod/container previous`. */
  logs?: Record<string, string>;
  /** Looks at each request first. */
  reply?(seen: Seen): Reply | undefined;
}

export interface Api {
  url: string;
  seen: Seen[];
  /** Writes a kubeconfig to a file of its own; fields are added to its cluster and user. */
  kubeconfig(fields?: { cluster?: object; user?: object; context?: string }): string;
  /** Writes a file beside it. */
  file(name: string, content: string, mode?: number): string;
  close(): Promise<void>;
}

const TLS = new URL('./tls/', import.meta.url);
export const tlsFile = (name: string): string => readFileSync(new URL(name, TLS), 'utf8');

/** A strict, small Kubernetes API server: whatever a real one would refuse, it refuses. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const { tls, prefix = '' } = options;
  const seen: Seen[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => handle(options, seen, request, response);
  const server = tls
    ? createHttps(
        {
          cert: tlsFile(`${tls}.crt`),
          key: tlsFile(`${tls}.key`),
          ca: tlsFile('ca.crt'),
          requestCert: true,
          rejectUnauthorized: false,
        },
        answer,
      )
    : createHttp(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-api-'));
  let files = 0;

  function file(name: string, content: string, mode = 0o600): string {
    const path = join(folder, name);
    writeFileSync(path, content, { mode });
    return path;
  }

  return {
    url,
    seen,
    file,
    kubeconfig({ cluster, user, context = 'test' } = {}) {
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': context,
        contexts: [{ name: context, context: { cluster: 'main', user: 'anna' } }],
        clusters: [{ name: 'main', cluster: { server: url, ...cluster } }],
        users: [{ name: 'anna', user: user ?? { token: options.token ?? 'token' } }],
      };
      return file(`kubeconfig-${files++}`, JSON.stringify(config));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(folder, { recursive: true });
    },
  };
}

function handle(options: ApiOptions, log: Seen[], request: IncomingMessage, response: ServerResponse): void {
  const { prefix = '' } = options;
  const url = new URL(request.url ?? '', 'http://api');
  const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : url.pathname;
  const client = (request.socket as Partial<TLSSocket>).getPeerCertificate?.()?.subject?.CN;
  const seen: Seen = {
    path,
    query: url.searchParams,
    headers: request.headers,
    times: log.filter((other) => other.path === path).length,
    ...(client && { client: String(client) }),
  };
  log.push(seen);

  const reply = options.reply?.(seen);
  if (reply && 'fault' in reply) {
    fail(reply.fault, request, response);
    return;
  }
  const { status, body, headers = {} } = reply ?? answerOf(options, seen, request.method ?? '');
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  const zipped = request.headers['accept-encoding'] === 'gzip' && text.length > 1000;
  response.writeHead(status, {
    'content-type': 'application/json',
    date: new Date(options.now ?? Date.now()).toUTCString(),
    ...(zipped && { 'content-encoding': 'gzip' }),
    ...headers,
  });
  response.end(zipped ? gzipSync(text) : text);
}

function fail(fault: 'reset' | 'half' | 'hang', request: IncomingMessage, response: ServerResponse): void {
  if (fault === 'hang') return;
  if (fault === 'reset') {
    request.socket.destroy();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"metadata":{},"items":[{"metadata":', () => request.socket.destroy());
}

function answerOf(
  options: ApiOptions,
  seen: Seen,
  method: string,
): { status: number; body?: unknown; headers?: Record<string, string> } {
  const { path, query, headers, client } = seen;
  const { kinds = KINDS, token = 'token' } = options;
  if (method !== 'GET') return status(405, 'the fake is read-only');
  if (!client && headers.authorization !== `Bearer ${token}`) return status(401, 'Unauthorized');
  if (path === '/version') return { status: 200, body: options.version ?? { major: '1', minor: '36' } };
  const found = discovery(path, String(headers.accept), kinds, options.aggregated ?? true);
  if (found) return { status: 200, body: found };

  const match =
    /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/(log))?$/.exec(path);
  const [, group = '', version, namespace, plural, name, log] = match ?? [];
  const kind = kinds.find((each) => each.group === group && each.version === version && each.plural === plural);
  if (!kind || (namespace && !kind.namespaced)) return status(404, 'the server could not find the requested resource');
  const objects = (options.objects ?? [])
    .filter((object) => object.kind === kind.kind && (!namespace || object.metadata.namespace === namespace))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (name) {
    const object = objects.find(({ metadata }) => metadata.name === decodeURIComponent(name));
    if (!object) return status(404, `${plural} "${name}" not found`);
    if (log) return logOf(object, query, options.logs ?? {});
    return { status: 200, body: { apiVersion: group ? `${group}/${version}` : version, ...object } };
  }
  const stray = [...query.keys()].find((key) => !LIST_PARAMETERS.includes(key));
  if (stray) return status(400, `unknown parameter ${stray}`);
  const chosen = objects.filter((object) => isChosen(object, query));
  return { status: 200, body: page(kind, chosen, query, String(headers.accept)) };
}

const LIST_PARAMETERS = ['limit', 'continue', 'labelSelector', 'fieldSelector'];

function isChosen(object: Stored, query: URLSearchParams): boolean {
  const selector = parseSelector(query.get('labelSelector') || 'kubernetes.io/none!=x');
  const fields = (query.get('fieldSelector') ?? '').split(',').filter(Boolean);
  return (
    matches(selector, object.metadata.labels as Record<string, string>) &&
    fields.every((field) => {
      const [path = '', value] = field.split('=');
      return path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], object) === value;
    })
  );
}

const LOG_PARAMETERS = ['tailLines', 'limitBytes', 'timestamps', 'container', 'previous', 'sinceSeconds'];

/** The log of a container, with the refusals of the kubelet. */
function logOf({ metadata, spec }: Stored, query: URLSearchParams, logs: Record<string, string>) {
  const stray = [...query.keys()].find((key) => !LOG_PARAMETERS.includes(key));
  if (stray) return status(400, `unknown parameter ${stray}`);
  const { containers = [] } = (spec ?? {}) as { containers?: { name: string }[] };
  const names = containers.map(({ name }) => name);
  const container = query.get('container') ?? (names.length === 1 ? names[0] : undefined);
  if (!container)
    return status(
      400,
      `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`,
    );
  if (!names.includes(container)) return status(400, `container ${container} is not valid for pod ${metadata.name}`);
  const previous = query.get('previous') === 'true';
  const log = logs[`${metadata.namespace}/${metadata.name}/${container}${previous ? ' previous' : ''}`];
  if (log === undefined && previous)
    return status(400, `previous terminated container "${container}" in pod "${metadata.name}" not found`);
  if (log === undefined)
    return status(400, `container "${container}" in pod "${metadata.name}" is waiting to start: ContainerCreating`);
  const lines = log.split(/(?<=\n)/).slice(-Number(query.get('tailLines')));
  const body = Buffer.from(lines.join('')).subarray(0, Number(query.get('limitBytes')));
  return { status: 200, body: body.toString(), headers: { 'content-type': 'text/plain' } };
}

/** A page of a list as Kubernetes writes it: metadata first, and items that do not say what they are. */
function page(kind: Kind, objects: readonly Stored[], query: URLSearchParams, accept: string): object {
  const limit = Number(query.get('limit') ?? Number.POSITIVE_INFINITY);
  const start = Number(Buffer.from(query.get('continue') ?? '', 'base64url').toString() || 0);
  const chosen = objects.slice(start, start + limit);
  const left = objects.length - start - chosen.length;
  const metadata = {
    resourceVersion: '1000',
    ...(left > 0 && { continue: Buffer.from(String(start + limit)).toString('base64url'), remainingItemCount: left }),
  };
  if (!accept.includes('as=Table')) {
    return { kind: `${kind.kind}List`, apiVersion: 'v1', metadata, items: chosen.map(({ kind: _, ...rest }) => rest) };
  }
  const columnDefinitions = ['Name', 'Type', 'Data', 'Age'].map((name) => ({ name, type: 'string' }));
  const rows = chosen.map(({ metadata: head, type, data }) => ({
    cells: [head.name, type, Object.keys((data as object) ?? {}).length, '5d'],
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: head },
  }));
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows };
}

function discovery(path: string, accept: string, kinds: readonly Kind[], aggregated: boolean): object | undefined {
  const groups = Map.groupBy(kinds, (kind) => kind.group);
  const versionsOf = (group: string) => [...new Set(groups.get(group)?.map((kind) => kind.version))];
  const resources = (group: string, version: string) =>
    (groups.get(group) ?? []).filter((kind) => kind.version === version);

  if ((path === '/api' || path === '/apis') && aggregated && accept.includes('as=APIGroupDiscoveryList')) {
    const items = [...groups.keys()]
      .filter((group) => (group === '') === (path === '/api'))
      .map((group) => ({
        metadata: { name: group },
        versions: versionsOf(group).map((version) => ({
          version,
          freshness: 'Current',
          resources: resources(group, version).map(({ plural, kind, namespaced }) => ({
            resource: plural,
            responseKind: { group, version, kind },
            scope: namespaced ? 'Namespaced' : 'Cluster',
            singularResource: kind.toLowerCase(),
            verbs: ['get', 'list'],
            shortNames: findResource(BUILT_IN, kind)?.shortNames,
          })),
        })),
      }));
    return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', items };
  }
  if (path === '/api') return { kind: 'APIVersions', versions: versionsOf('') };
  if (path === '/apis') {
    const named = [...groups.keys()].filter(Boolean);
    return {
      kind: 'APIGroupList',
      groups: named.map((name) => ({ name, versions: versionsOf(name).map((version) => ({ version })) })),
    };
  }
  const [, group = '', version] = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? [];
  if (!version || !versionsOf(group).includes(version)) return undefined;
  const served = resources(group, version).flatMap(({ plural, kind, namespaced }) => [
    { name: plural, kind, namespaced, singularName: kind.toLowerCase(), verbs: ['get', 'list'] },
    { name: `${plural}/status`, kind, namespaced, verbs: ['get'] },
  ]);
  return { kind: 'APIResourceList', resources: served };
}

/** The refusal that Kubernetes sends. */
export function status(code: number, message: string, metadata: object = {}): { status: number; body: object } {
  return { status: code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message, metadata } };
}

/** So many Pods, in a namespace. */
export function manyPods(count: number, namespace = 'shop'): Stored[] {
  return Array.from({ length: count }, (_, at) => {
    const name = `pod-${String(at).padStart(6, '0')}`;
    return { kind: 'Pod', metadata: { name, namespace, uid: hash(name) }, status: { phase: 'Running' } };
  });
}

function keyOf({ metadata }: Stored): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
