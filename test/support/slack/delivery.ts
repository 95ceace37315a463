import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

export type Kind = 'slash_commands' | 'events_api' | 'interactive';
type Payload = Record<string, unknown>;

/** A second and later delivery of an event. */
export interface Retry {
  num: number;
  reason: string;
}

/** A way to the app. Sending resolves with what the app acknowledged with, and rejects when it did not in time. */
export interface Delivery {
  send(kind: Kind, payload: Payload, retry?: Retry): Promise<unknown>;
}

/** Over HTTP: signed requests to one URL, which must be answered with 200 in time. */
export function overHttp(requestUrl: () => string, secret: string, now: () => number, ackMs: number): Delivery {
  return {
    async send(kind, payload, retry) {
      const events = kind === 'events_api';
      const body = events ? JSON.stringify(payload) : formOf(kind, payload);
      const response = await fetch(requestUrl(), {
        method: 'POST',
        body,
        signal: AbortSignal.timeout(ackMs),
        headers: {
          'content-type': events ? 'application/json' : 'application/x-www-form-urlencoded',
          ...signature(body, secret, Math.floor(now() / 1000)),
          ...(retry ? { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason } : {}),
        },
      });
      const answer = await response.text();
      if (response.status !== 200) throw new Error(`the app answered ${response.status}`);
      return answer;
    },
  };
}

function formOf(kind: Kind, payload: Payload): string {
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(payload as Record<string, string>).toString();
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signature(body: string, secret: string, seconds: number): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-signature': `v0=${digest}`, 'x-slack-request-timestamp': String(seconds) };
}

export interface Sockets extends Delivery {
  /** A URL that one connection can be made with. */
  open(): string;
  /** How many connections there are. */
  count(): number;
  /** How many were ever made. */
  made(): number;
  /** Resolves when the app is connected. */
  connected(): Promise<void>;
  /** Asks the app to reconnect, as Slack does when it moves a connection. */
  refresh(reason: 'warning' | 'refresh_requested'): void;
  /** Cuts connections off: all, or so many of the oldest. */
  cut(count?: number): void;
  close(): void;
}

/** There is no connection at present to send something over. */
export class NoConnection extends Error {
  override name = 'NoConnection';
}

/** Socket Mode: envelopes over WebSockets, each over one of them in turn, and acknowledged by its id. */
export function overSocket(server: Server, newId: (prefix: string) => string, ackMs: number): Sockets {
  const tickets = new Set<string>();
  const waiting = new Map<string, { socket: WebSocket; acknowledged: PromiseWithResolvers<unknown> }>();
  /** Those that the app was asked to leave are no way to it. */
  const leaving = new WeakSet<WebSocket>();
  let connections: WebSocket[] = [];
  let made = 0;
  let turn = 0;
  let arrived = Promise.withResolvers<void>();
  const sockets = new WebSocketServer({
    server,
    verifyClient: ({ req }: { req: { url?: string } }) => tickets.delete(req.url?.split('ticket=')[1] ?? ''),
  });

  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { envelope_id: id, payload } = JSON.parse(String(data)) as { envelope_id: string; payload?: unknown };
      waiting.get(id)?.acknowledged.resolve(payload);
    });
    socket.on('close', () => lose(socket));
    connections.push(socket);
    made++;
    socket.send(JSON.stringify({ type: 'hello', num_connections: connections.length }));
    arrived.resolve();
  });

  /** What was not acknowledged over a connection that is gone never will be. */
  function lose(socket: WebSocket): void {
    if (!connections.includes(socket)) return;
    connections = connections.filter((one) => one !== socket);
    if (connections.length === 0) arrived = Promise.withResolvers<void>();
    for (const { socket: its, acknowledged } of waiting.values()) {
      if (its === socket) acknowledged.reject(new Error('the connection was lost'));
    }
  }

  function next(): WebSocket {
    const ways = connections.filter((one) => one.readyState === WebSocket.OPEN && !leaving.has(one));
    const socket = ways[turn++ % ways.length];
    if (!socket) throw new NoConnection('dispatch_failed: no connection');
    return socket;
  }

  return {
    open() {
      const ticket = newId('ticket');
      tickets.add(ticket);
      const { port } = server.address() as { port: number };
      return `ws://127.0.0.1:${port}/link/?ticket=${ticket}`;
    },
    count: () => connections.length,
    made: () => made,
    connected: () => arrived.promise,
    async send(kind, payload, retry) {
      const socket = next();
      const envelope_id = newId('envelope');
      const acknowledged = Promise.withResolvers<unknown>();
      waiting.set(envelope_id, { socket, acknowledged });
      const late = setTimeout(
        () => acknowledged.reject(new Error('the app did not acknowledge in time')),
        ackMs,
      ).unref();
      const again = retry ? { retry_attempt: retry.num, retry_reason: retry.reason } : {};
      const accepts = kind !== 'events_api';
      socket.send(JSON.stringify({ type: kind, envelope_id, payload, accepts_response_payload: accepts, ...again }));
      try {
        return await acknowledged.promise;
      } finally {
        clearTimeout(late);
        waiting.delete(envelope_id);
      }
    },
    refresh(reason) {
      for (const socket of connections) {
        leaving.add(socket);
        socket.send(JSON.stringify({ type: 'disconnect', reason }));
      }
    },
    cut(count) {
      for (const socket of connections.slice(0, count)) {
        socket.terminate();
        lose(socket);
      }
    },
    close() {
      for (const socket of connections) socket.terminate();
      sockets.close();
    },
  };
}
