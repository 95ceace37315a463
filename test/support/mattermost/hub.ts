import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isId, newId } from './ids.ts';
import type { Json } from './json.ts';
import type { Session, State } from './state.ts';

/** app/web_conn.go: so many events are kept once sent, so many while nobody takes them, and so long one may say nothing. */
const KEPT = 128;
const QUEUED = 256;
const AUTH_MS = 5000;

interface Event {
  event: string;
  data: Json;
  broadcast: Json;
}
type Sent = Event & { seq: number };

/** Who an event is for: a person, or who is in a channel or a team. */
export interface Audience {
  user?: string;
  channel?: string;
  team?: string;
  omit?: string;
  only?: 'admins' | 'others';
}

/** What the server knows of one connection, also for a while after it was lost. */
interface Connection {
  id: string;
  user: string;
  socket: WebSocket | undefined;
  /** The number of the next event. */
  sequence: number;
  sent: Sent[];
  queue: Event[];
}

export interface Hub {
  publish(event: string, audience: Audience, data: Json): void;
  /** Takes a request for a WebSocket, and the token of its header. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, token: string): void;
  /** Resolves when so many of this user's connections stand. */
  connected(user: string, count?: number): Promise<void>;
  count(user?: string): number;
  /** How many were ever made. */
  made(): number;
  /** Cuts all connections, or one user's; with a close frame if a code is given. */
  cut(options?: { user?: string; code?: number }): void;
  /** Answers no `ping` and sends nothing, while connections stay. */
  mute(muted: boolean): void;
  /** Forgets the connections that were lost, as the server does some minutes later. */
  forget(): void;
  close(): void;
}

interface HubOptions {
  state: State;
  isAdmin(user: string): boolean;
  version: string;
  /** The version as `hello` tells it. */
  build: string;
  authMs?: number;
}

/**
 * The server's WebSockets (app/web_hub.go, app/web_conn.go). One outlives its token: the server looks again only where
 * something else changes, such as the teams of its user.
 */
export function createHub({ state, isAdmin, version, build, authMs = AUTH_MS }: HubOptions): Hub {
  const sockets = new WebSocketServer({ noServer: true });
  const connections = new Set<Connection>();
  const unknown = new Set<WebSocket>();
  const arrivals = new Set<() => void>();
  let made = 0;
  let muted = false;

  function publish(event: string, audience: Audience, data: Json): void {
    const { user = '', channel = '', team = '', omit } = audience;
    const broadcast = {
      omit_users: omit ? { [omit]: true } : null,
      user_id: user,
      channel_id: channel,
      team_id: team,
      connection_id: '',
    };
    for (const connection of [...connections]) {
      if (isFor(connection.user, audience)) send(connection, { event, data, broadcast });
    }
  }

  function isFor(user: string, { user: one, channel, team, omit, only }: Audience): boolean {
    if (only && isAdmin(user) !== (only === 'admins')) return false;
    if (one) return user === one;
    if (omit === user) return false;
    if (channel) return state.channels.get(channel)?.members.has(user) ?? false;
    return team ? (state.teams.get(team)?.members.has(user) ?? false) : true;
  }

  function send(connection: Connection, event: Event): void {
    if (connection.socket && !muted) deliver(connection, event);
    else connection.queue.push(event);
    if (connection.queue.length > QUEUED) connections.delete(connection);
  }

  function deliver(connection: Connection, event: Event): void {
    const numbered = { ...event, seq: connection.sequence++ };
    connection.sent.push(numbered);
    if (connection.sent.length > KEPT) connection.sent.shift();
    connection.socket?.send(JSON.stringify(numbered));
  }

  function flush(connection: Connection): void {
    for (const event of connection.queue.splice(0)) deliver(connection, event);
  }

  function hello({ id, user }: Connection): Event {
    const broadcast = { omit_users: null, user_id: user, channel_id: '', team_id: '', connection_id: '' };
    return { event: 'hello', data: { connection_id: id, server_version: build }, broadcast };
  }

  function join(socket: WebSocket, { user }: Session): Connection {
    const connection: Connection = { id: newId(), user, socket, sequence: 0, sent: [], queue: [] };
    connections.add(connection);
    send(connection, hello(connection));
    attach(connection, socket);
    return connection;
  }

  /** Only to the clients of that person: others ask. */
  function tellStatus(user: string, status: string): void {
    publish('status_change', { user }, { status, user_id: user });
  }

  function attach(connection: Connection, socket: WebSocket): void {
    unknown.delete(socket);
    socket.on('close', () => {
      if (connection.socket !== socket) return;
      connection.socket = undefined;
      if (standing(connection.user).length === 0) tellStatus(connection.user, 'offline');
    });
    tellStatus(connection.user, 'online');
    for (const look of arrivals) look();
  }

  /** Goes on where a lost connection ended, or with a new one where events are lost for good. */
  function resume(connection: Connection, socket: WebSocket, sequence: number): void {
    connection.socket = socket;
    connection.sequence = sequence;
    const at = connection.sent.findIndex(({ seq }) => seq === sequence);
    if (sequence > 0 && at >= 0) {
      for (const event of connection.sent.slice(at)) {
        socket.send(JSON.stringify(event));
        connection.sequence++;
      }
    } else if (sequence > 0 && connection.sent.length > 0 && connection.sent.at(-1)?.seq !== sequence - 1) {
      Object.assign(connection, { id: newId(), sequence: 0, sent: [] });
      deliver(connection, hello(connection));
    }
    flush(connection);
    attach(connection, socket);
  }

  function open(socket: WebSocket, request: IncomingMessage, session: Session | undefined): void {
    made++;
    const query = new URL(request.url ?? '', 'http://any').searchParams;
    const id = query.get('connection_id') ?? '';
    let connection: Connection | undefined;
    if (session && id !== '') {
      const sequence = query.get('sequence_number') ?? '';
      const lost = [...connections].find((one) => one.id === id && one.user === session.user && !one.socket);
      // What is no id, or comes without a number, is shown the door.
      if (!isId(id) || (lost && !/^\d+$/.test(sequence))) {
        socket.terminate();
        return;
      }
      if (lost) resume(lost, socket, Number(sequence));
      connection = lost ?? join(socket, session);
    } else if (session) {
      connection = join(socket, session);
    } else {
      unknown.add(socket);
      const late = setTimeout(() => unknown.has(socket) && socket.terminate(), authMs);
      late.unref();
    }
    socket.on('message', (data) => {
      connection = hear(socket, connection, String(data));
    });
    socket.on('close', () => unknown.delete(socket));
    socket.on('error', () => {});
  }

  /** app/websocket_router.go */
  function hear(socket: WebSocket, connection: Connection | undefined, text: string): Connection | undefined {
    let request: { action?: string; seq?: number; data?: Json };
    try {
      request = JSON.parse(text);
    } catch {
      socket.terminate();
      return connection;
    }
    const { action = '', seq = 0, data = {} } = request;
    const reply = (answer: Json) => {
      // Who is not known is told nothing.
      if (connection && !muted) socket.send(JSON.stringify({ ...answer, seq_reply: seq }));
      return connection;
    };
    const refuse = (status: number, id: string) =>
      reply({ status: 'FAIL', error: { id, message: id, detailed_error: '', status_code: status } });
    if (action === '') return refuse(400, 'api.web_socket_router.no_action.app_error');
    if (seq <= 0) return refuse(400, 'api.web_socket_router.bad_seq.app_error');
    if (action === 'authentication_challenge') {
      if (connection) return connection;
      const session = state.sessions.get(String(data?.token));
      if (!session) {
        socket.terminate();
        return undefined;
      }
      connection = join(socket, session);
      return reply({ status: 'OK' });
    }
    if (!connection) return undefined;
    if (action === 'ping') {
      return reply({ status: 'OK', data: { text: 'pong', version, server_time: state.now(), node_id: '' } });
    }
    if (action === 'user_typing') {
      const { channel_id: channel = '', parent_id = '' } = data as { channel_id?: string; parent_id?: string };
      publish('typing', { channel, omit: connection.user }, { parent_id, user_id: connection.user });
      return reply({ status: 'OK' });
    }
    if (['presence', 'user_update_active_status', 'get_statuses'].includes(action)) return reply({ status: 'OK' });
    return refuse(500, 'api.web_socket_router.bad_action.app_error');
  }

  const standing = (user?: string) => [...connections].filter((one) => one.socket && (!user || one.user === user));

  return {
    publish,
    accept(request, socket, head, token) {
      sockets.handleUpgrade(request, socket, head, (ready) => open(ready, request, state.sessions.get(token)));
    },
    async connected(user, count = 1) {
      if (standing(user).length >= count) return;
      await new Promise<void>((resolve) => {
        const look = () => {
          if (standing(user).length < count) return;
          arrivals.delete(look);
          resolve();
        };
        arrivals.add(look);
      });
    },
    count: (user) => standing(user).length,
    made: () => made,
    cut({ user, code } = {}) {
      for (const connection of standing(user)) {
        const { socket } = connection;
        connection.socket = undefined;
        tellStatus(connection.user, 'offline');
        if (code) socket?.close(code);
        else socket?.terminate();
      }
    },
    mute(next) {
      muted = next;
      if (!muted) for (const connection of standing()) flush(connection);
    },
    forget() {
      for (const connection of connections) if (!connection.socket) connections.delete(connection);
    },
    close() {
      for (const { socket } of connections) socket?.terminate();
      for (const socket of unknown) socket.terminate();
      connections.clear();
    },
  };
}
