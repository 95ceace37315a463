import { WebSocketClient, type WebSocketMessage } from '@mattermost/client';
import { type Dispatcher, WebSocket } from 'undici';
import { UserError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Settings } from './settings.ts';

interface SocketOptions extends Pick<Settings, 'url' | 'token'> {
  dispatcher: Dispatcher | undefined;
  log: Logger;
  /** The pause before it connects again. */
  retryMs: number;
  /** So long the server may take to greet us at first. */
  greetingMs?: number;
  on(message: WebSocketMessage): void;
  /** It is connected, for the first time or again: something may have been missed. */
  connected(): void;
}

export interface Socket {
  /** Resolves when the server has greeted us. */
  start(): Promise<void>;
  stop(): void;
}

const GREETING_MS = 30_000;
const PING_MS = 15_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * The connection over which Mattermost tells what is posted. Its client counts the events, so that one that is missed ends
 * the connection; it comes back by itself, with what was missed where the server still has it.
 */
export function createSocket(options: SocketOptions): Socket {
  const { url, token, dispatcher, log, retryMs, greetingMs = GREETING_MS, on, connected } = options;
  const sockets = new Set<WebSocket>();
  const client = new WebSocketClient({
    minWebSocketRetryTime: retryMs,
    maxWebSocketRetryTime: LONGEST_RETRY_MS,
    reconnectJitterRange: retryMs,
    clientPingInterval: PING_MS,
    newWebSocketFn(address) {
      const socket = new WebSocket(address, dispatcher ? { dispatcher } : {});
      sockets.add(socket);
      socket.addEventListener('close', () => sockets.delete(socket));
      return socket as unknown as globalThis.WebSocket;
    },
  });
  const greeted = Promise.withResolvers<void>();
  let isAway = false;

  // Without a listener the client does not look whether the server has kept what was missed.
  client.addMissedMessageListener(() =>
    log.info({}, 'Mattermost has not kept what was said meanwhile; it is read again'),
  );
  client.addReconnectListener(connected);
  client.addCloseListener((failures) => {
    if (!isAway) log.warn({ failures }, 'The connection to Mattermost is lost; it is tried again');
    isAway = true;
  });
  client.addMessageListener((message) => {
    if (message.event !== 'hello') return on(message);
    if (isAway) log.info({}, 'Mattermost is connected again');
    isAway = false;
    greeted.resolve();
    connected();
  });

  return {
    async start() {
      client.initialize(`${url.replace(/^http/, 'ws')}/api/v4/websocket`, token);
      const timer = setTimeout(() => {
        const cure = 'Let its proxy pass WebSocket connections on to /api/v4/websocket.';
        greeted.reject(new UserError(`Mattermost does not answer on its WebSocket at ${url}. ${cure}`));
      }, greetingMs);
      await greeted.promise.finally(() => clearTimeout(timer));
    },
    stop() {
      client.close();
      for (const socket of sockets) {
        socket.onclose = null;
        socket.close();
      }
    },
  };
}
