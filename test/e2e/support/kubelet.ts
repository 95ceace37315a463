import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tlsFile } from '../../support/api-server.ts';
import type { Manifest } from './kube.ts';

export interface Kubelet {
  port: number;
  /** What the API server asked it for. */
  seen: URL[];
  /** A Node whose kubelet this is. */
  node(name: string): Manifest;
  close(): Promise<void>;
}

/**
 * Serves what containers wrote, by `namespace/pod/container` and `namespace/pod/container previous`, as a kubelet does
 * to the API server. A container that is not among them waits to be started.
 */
export async function startKubelet(logs: Readonly<Record<string, string>>): Promise<Kubelet> {
  const seen: URL[] = [];
  const tls = { cert: tlsFile('server.crt'), key: tlsFile('server.key') };
  const server = createServer(tls, (request, response) => {
    const url = new URL(request.url ?? '', 'https://kubelet');
    seen.push(url);
    const [, name = ''] = /^\/containerLogs\/(.+)$/.exec(url.pathname) ?? [];
    const [, pod = '', container = ''] = name.split('/');
    const previous = url.searchParams.get('previous') === 'true';
    const log = logs[previous ? `${name} previous` : name];
    if (log === undefined) {
      const waits = `container "${container}" in pod "${pod}" is waiting to start: ContainerCreating`;
      const never = `previous terminated container "${container}" in pod "${pod}" not found`;
      response.writeHead(400, { 'content-type': 'text/plain' }).end(previous ? never : waits);
      return;
    }
    const lines = log.split(/(?<=\n)/).slice(-Number(url.searchParams.get('tailLines') ?? 1e9));
    const bytes = Buffer.from(lines.join('')).subarray(0, Number(url.searchParams.get('limitBytes') ?? 1e9));
    response.writeHead(200, { 'content-type': 'text/plain' }).end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    seen,
    node: (name) => nodeAt(name, port),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A Node whose kubelet listens on this machine, at this port. */
export function nodeAt(name: string, port: number): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
    },
  };
}
