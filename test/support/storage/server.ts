import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a bucket holds. */
export interface StoredObject {
  body: Buffer;
  at: Date;
}

/** A request, read whole. */
export interface Asked {
  method: string;
  /** Decoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** A storage service in this process. */
export interface Storage {
  url: string;
  /** Objects by key, of each bucket that exists. */
  buckets: Map<string, Map<string, StoredObject>>;
  /** `METHOD path` of each request, in order. */
  seen: string[];
  /** `hang` never answers, `refuse` denies access, `break` ends the connection. */
  fault: 'hang' | 'refuse' | 'break' | undefined;
  /** Puts an object there, past the protocol. */
  plant(bucket: string, key: string, body: string): void;
  close(): Promise<void>;
}

/** How a protocol answers. Whatever it throws is the fault of who asked, and is answered as a bad request. */
export interface Protocol {
  answer(asked: Asked, buckets: Storage['buckets']): Answer;
  refusal: Answer;
}

export async function startStorage({ answer, refusal }: Protocol, tls?: ServerOptions): Promise<Storage> {
  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  const server = tls ? createHttps(tls, listener) : createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const storage: Storage = {
    url: `http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    buckets: new Map(),
    seen: [],
    fault: undefined,
    plant(bucket, key, body) {
      const objects = storage.buckets.get(bucket) ?? new Map<string, StoredObject>();
      storage.buckets.set(bucket, objects.set(key, { body: Buffer.from(body), at: new Date() }));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', storage.url);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const path = decodeURIComponent(url.pathname);
    const asked = { method: request.method ?? '', path, query: url.searchParams, headers: request.headers, body };
    storage.seen.push(`${asked.method} ${path}`);
    if (storage.fault === 'hang') return;
    if (storage.fault === 'break') {
      request.socket.destroy();
      return;
    }
    const { status, headers, body: content = '' } = storage.fault === 'refuse' ? refusal : attempt(asked);
    response.writeHead(status, { 'content-length': Buffer.byteLength(content), ...headers });
    response.end(asked.method === 'HEAD' ? undefined : content);
  }

  function attempt(asked: Asked): Answer {
    try {
      return answer(asked, storage.buckets);
    } catch (error) {
      return { status: 400, body: String(error) };
    }
  }
  return storage;
}

/** A page of the keys of a bucket, in their order: those behind `after`, at most so many. */
export function pageOf(objects: Map<string, StoredObject>, prefix: string, after: string, max: number) {
  const left = [...objects]
    .filter(([key]) => key.startsWith(prefix) && key > after)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = left.slice(0, max);
  return { entries, next: left.length > entries.length ? (entries.at(-1)?.[0] ?? '') : '' };
}

export function expectThat(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
