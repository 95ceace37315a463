import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpHost } from '../../../src/platform.ts';

export interface Served {
  host: HttpHost;
  /** `http://127.0.0.1:40123` */
  url: string;
  /** What it does with a request, for another server that takes its place. */
  hand: RequestListener;
  close(): Promise<void>;
}

/** A server on loopback that hands every request to what was mounted last. */
export async function serve(port = 0): Promise<Served> {
  let listener: RequestListener = (_, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  // A client that is held up keeps its connection, whose end it might not see before it asks again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    host: {
      mount(_path, mounted) {
        listener = mounted;
      },
    },
    hand: (request, response) => listener(request, response),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
