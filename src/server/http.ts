import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { ConfigError } from '../errors.ts';
import type { HttpHost } from '../platform.ts';

export interface HttpServer extends HttpHost {
  /** Begins to listen; the address that people can open. Throws `ConfigError` where the port is taken. */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

/** A request comes in within so long, its head sooner: who sends slower holds a connection for nothing. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEAD_TIMEOUT_MS = 10_000;

interface HttpOptions {
  /** Whether the program can do its work now; false while it starts or stops. */
  ready(): boolean;
  /** The setting that its port comes from; absent: `PORT`. */
  setting?: string;
}

/** The program's one HTTP server: health for the kubelet, and whatever platforms mount. */
export function createHttpServer({ ready, setting = 'PORT' }: HttpOptions): HttpServer {
  const mounts = new Map<string, RequestListener>();
  const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEAD_TIMEOUT_MS };
  const server = createServer(timeouts, (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    const mount = [...mounts.keys()].filter((each) => isBelow(path, each)).sort((a, b) => b.length - a.length)[0];
    const listener = mount === undefined ? undefined : mounts.get(mount);
    if (listener) return listener(request, response);
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
  });

  mounts.set('/live', (_, response) => void response.writeHead(200).end('ok\n'));
  mounts.set(
    '/ready',
    (_, response) => void response.writeHead(ready() ? 200 : 503).end(ready() ? 'ok\n' : 'not ready\n'),
  );

  return {
    mount(path, listener) {
      if (mounts.has(path)) throw new Error(`two parts want the path ${path}`);
      mounts.set(path, listener);
    },
    async listen(host, port) {
      try {
        return await listen(server, host, port);
      } catch (error) {
        throw unusable(error as NodeJS.ErrnoException, host, port, setting);
      }
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        // Event streams never end by themselves.
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: taken } = server.address() as AddressInfo;
      resolve(`http://${isIPv6(host) ? `[${host}]` : host}:${taken}`);
    });
  });
}

function unusable(error: NodeJS.ErrnoException, host: string, port: number, setting: string): ConfigError {
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    const text = `This machine has no address ${host}. Set HOST to one that it has, or leave it out.`;
    return new ConfigError('HOST', text);
  }
  const why = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${error.message})`;
  const other = port < 65_535 ? port + 1 : port - 1;
  return new ConfigError(
    setting,
    `Port ${port} on ${host} ${why}. Set ${setting} to another, such as ${setting}=${other}.`,
  );
}

function isBelow(path: string, mount: string): boolean {
  return mount === '/' || path === mount || path.startsWith(`${mount}/`);
}
