import { WebSocket } from 'ws';
import type { Json } from './json.ts';

export interface Told {
  event: string;
  data: Json;
  broadcast: Json;
  seq: number;
}

/** A WebSocket of a server, and all that it told. */
export interface Listener {
  events: Told[];
  /** Replies to what was sent, by its number. */
  replies: Map<number, Json>;
  socket: WebSocket;
  /** The first event, of those there were and of those to come, that is so. */
  next(what: string, is?: (event: Told) => boolean): Promise<Told>;
  /** Looks no more at what there was. */
  forget(): void;
  closed: Promise<number>;
  close(): void;
}

const PATIENCE_MS = 10_000;

/** Opens one. Without `token` it says nothing of who it is. */
export function listen(url: string, { token = '', query = '', ca = '' } = {}): Listener {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v4/websocket${query}`, {
    headers,
    ...(ca ? { ca } : {}),
  });
  const events: Told[] = [];
  const replies = new Map<number, Json>();
  const looks = new Set<() => void>();
  const closed = Promise.withResolvers<number>();
  let from = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Told & { seq_reply?: number };
    if (message.seq_reply) replies.set(message.seq_reply, message as unknown as Json);
    else events.push(message);
    for (const look of looks) look();
  });
  socket.on('close', (code) => closed.resolve(code));
  socket.on('error', () => {});

  return {
    events,
    replies,
    socket,
    closed: closed.promise,
    next(what, is = () => true) {
      const found = Promise.withResolvers<Told>();
      const look = () => {
        const at = events.findIndex((one, index) => index >= from && one.event === what && is(one));
        const event = events[at];
        if (event) found.resolve(event);
      };
      const late = setTimeout(() => {
        const heard = events.slice(from).map(({ event }) => event);
        found.reject(new Error(`no event ${what}, but ${heard.join(', ') || 'none'}`));
      }, PATIENCE_MS);
      looks.add(look);
      look();
      return found.promise.finally(() => {
        clearTimeout(late);
        looks.delete(look);
      });
    },
    forget() {
      from = events.length;
    },
    close: () => socket.terminate(),
  };
}
