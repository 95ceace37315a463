import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrival {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** When it came, in milliseconds since 1970. */
  at: number;
}

export interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

/** How a service would answer what it got, as far as it validates it. */
export type Service = (arrival: Arrival) => Answer;

/** What is done in place of an answer: an answer of another kind, none at all, or a broken connection. */
export type Mishap = Answer | 'hang' | 'break';

export interface Receiver {
  /** `http://127.0.0.1:…`, without a path. */
  readonly url: string;
  /** What the service took. */
  readonly taken: Arrival[];
  /** All that came, with what was answered. */
  readonly arrivals: (Arrival & { answered: number | 'hang' | 'break' })[];
  /** What happens to the next ones, one after the other. */
  mishaps: Mishap[];
  /** What happens to all that `mishaps` leaves. */
  broken?: Mishap;
  stop(): Promise<void>;
}

/** A real HTTP server that takes notices as a service does. */
export async function startReceiver(service: Service): Promise<Receiver> {
  const taken: Receiver['taken'] = [];
  const arrivals: Receiver['arrivals'] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const arrival = { path: request.url ?? '', headers: request.headers, body, at: Date.now() };
    const answer = request.method === 'POST' ? service(arrival) : { status: 405, body: 'POST only' };
    const mishap = receiver.mishaps.shift() ?? receiver.broken;
    const does = mishap ?? answer;
    arrivals.push({ ...arrival, answered: typeof does === 'string' ? does : does.status });
    if (!mishap && answer.status < 300) taken.push(arrival);
    if (does === 'break') request.socket.destroy();
    else if (does !== 'hang') send(response, does);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    arrivals,
    mishaps: [],
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

function send(response: ServerResponse, { status, body = '', headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body);
}

/** The body as JSON, where its type says that it is some. */
export function jsonOf({ headers, body }: Arrival, type = 'application/json'): unknown {
  if ((headers['content-type'] ?? '').split(';')[0]?.trim() !== type) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

export function isTime(value: unknown): value is string {
  return typeof value === 'string' && RFC3339.test(value) && !Number.isNaN(Date.parse(value));
}
