import { connect, createServer, type Socket } from 'node:net';
import { soon } from '../../support/soon.ts';

/** Stands between a client and a server, and cuts WebSockets as a network does. */
export interface SocketProxy {
  url: string;
  /** Cuts all WebSockets; other connections stay. */
  cut(): void;
  /** Resolves when a WebSocket stands. */
  connected(): Promise<void>;
  close(): Promise<void>;
}

export async function startSocketProxy(target: string): Promise<SocketProxy> {
  const { hostname, port } = new URL(target);
  const all = new Set<Socket>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    all.add(client);
    // A client may take a connection for it that has carried other requests before.
    client.on('data', (part: Buffer) => {
      if (!sockets.has(client) && /^upgrade: *websocket/im.test(part.toString('latin1'))) sockets.add(client);
    });
    client.pipe(upstream).pipe(client);
    const end = () => {
      client.destroy();
      upstream.destroy();
      all.delete(client);
      sockets.delete(client);
    };
    for (const side of [client, upstream]) side.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    connected: () =>
      soon(() => {
        if (sockets.size === 0) throw new Error('no WebSocket stands');
      }),
    close() {
      for (const socket of all) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
