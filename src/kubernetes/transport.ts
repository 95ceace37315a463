import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import { type Identity, pem } from './credentials.ts';
import type { Access } from './kubeconfig.ts';

const gunzip = promisify(gunzipCallback);

/**
 * Four connections keep a server of few cores busy; more made no list faster. HTTP/1.1, since undici's HTTP/2 puts all
 * on one connection and took 1.4 times as long.
 */
const CONNECTIONS = 4;
const CONNECT_TIMEOUT_MS = 10_000;

/** A body beyond this is refused, so that no page of huge objects can exhaust memory. */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;

export interface Answer {
  status: number;
  text: string;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
}

/** Sends one request and gives whatever the server says; throws what the network throws. */
export interface Transport {
  get(path: string, accept: string, identity: Identity, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** A transport that can write and watch as well. */
export interface Connection extends Transport {
  send(request: Outgoing, identity: Identity, signal: AbortSignal): Promise<Answer>;
  /** Opens a GET whose answer comes bit by bit; one that is no 200 comes whole. */
  stream(path: string, identity: Identity, signal: AbortSignal): Promise<Answer | { lines: AsyncIterable<string> }>;
}

export interface Outgoing {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  accept?: string;
  /** JSON; `type` where it is another one than `application/json`. */
  body?: { json: string; type?: string };
}

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** One pool of keep-alive connections to the server of a kubeconfig. */
export function createTransport(access: Access, env: NodeJS.ProcessEnv): Connection {
  const server = new URL(access.cluster.server);
  const prefix = server.pathname.replace(/\/$/, '');
  const compress = !isLoopback(server) && !access.cluster['disable-compression'];
  let pool: { dispatcher: Promise<Dispatcher>; cert: string | undefined } | undefined;

  async function dispatcherFor(identity: Identity): Promise<Dispatcher> {
    // A plug-in that gives a new client certificate needs new connections.
    if (!pool || pool.cert !== identity.cert) {
      pool?.dispatcher.then((old) => old.close()).catch(() => {});
      pool = { dispatcher: createDispatcher(access, server, identity, env), cert: identity.cert };
    }
    const { dispatcher } = pool;
    try {
      return await dispatcher;
    } catch (error) {
      // A certificate file may be restored before the next read.
      if (pool?.dispatcher === dispatcher) pool = undefined;
      throw error;
    }
  }

  async function open(request: Outgoing, gzip: boolean, identity: Identity, signal: AbortSignal) {
    const { method, path, accept = 'application/json', body } = request;
    const dispatcher = await dispatcherFor(identity);
    return dispatcher.request({
      origin: server.origin,
      path: prefix + path,
      method,
      headers: {
        accept,
        'user-agent': 'k8sgpt-chat',
        'accept-encoding': gzip ? 'gzip' : 'identity',
        ...(body && { 'content-type': body.type ?? 'application/json' }),
        ...identity.headers,
      },
      ...(body && { body: body.json }),
      signal,
    });
  }

  async function send(request: Outgoing, identity: Identity, signal: AbortSignal): Promise<Answer> {
    const { statusCode, headers, body } = await open(request, compress, identity, signal);
    const bytes = await readBody(body);
    const plain = headers['content-encoding'] === 'gzip' ? await inflate(bytes) : bytes;
    return { status: statusCode, text: plain.toString(), headers };
  }

  return {
    get: (path, accept, identity, signal) => send({ method: 'GET', path, accept }, identity, signal),
    send,
    async stream(path, identity, signal) {
      const { statusCode, headers, body } = await open({ method: 'GET', path }, false, identity, signal);
      if (statusCode === 200) return { lines: linesOf(body) };
      return { status: statusCode, text: (await readBody(body)).toString(), headers };
    },
    async close() {
      const old = pool;
      pool = undefined;
      await (await old?.dispatcher)?.destroy();
    },
  };
}

async function createDispatcher(access: Access, server: URL, { cert, key }: Identity, env: NodeJS.ProcessEnv) {
  const { cluster } = access;
  const ca = await pem(cluster['certificate-authority-data'], cluster['certificate-authority'], access);
  const tls = {
    ...(ca && { ca }),
    ...(cert && key && { cert, key }),
    ...(cluster['tls-server-name'] && { servername: cluster['tls-server-name'] }),
    ...(cluster['insecure-skip-tls-verify'] && { rejectUnauthorized: false }),
  };
  const options = {
    connections: CONNECTIONS,
    allowH2: false,
    connect: { ...tls, timeout: CONNECT_TIMEOUT_MS, keepAlive: true },
  };
  const proxied = { ...options, requestTls: tls };
  if (cluster['proxy-url']) return new ProxyAgent({ ...proxied, uri: cluster['proxy-url'] });
  const [httpProxy, httpsProxy, noProxy] = ['http_proxy', 'https_proxy', 'no_proxy'].map(
    (name) => env[name] ?? env[name.toUpperCase()] ?? '',
  );
  const proxy = server.protocol === 'https:' ? httpsProxy : httpProxy;
  // A proxy of the environment is never asked for this machine itself, as in kubectl.
  if (!proxy || isLoopback(server)) return new Agent(options);
  return new EnvHttpProxyAgent({ ...proxied, httpProxy: proxy, httpsProxy: proxy, noProxy: noProxy ?? '' });
}

async function readBody(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (size > BODY_BYTES_MAX) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}

async function* linesOf(body: Dispatcher.ResponseData['body']): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > BODY_BYTES_MAX) throw new BodyTooLarge();
    yield* lines;
  }
  if (rest) yield rest;
}

async function inflate(bytes: Buffer): Promise<Buffer> {
  try {
    return await gunzip(bytes, { maxOutputLength: BODY_BYTES_MAX });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge();
    throw error;
  }
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
