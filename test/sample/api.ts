import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';

interface Kubeconfig {
  clusters: { name: string; cluster: { server: string; 'certificate-authority-data'?: string } }[];
  users: {
    name: string;
    user: { token?: string; 'client-certificate-data'?: string; 'client-key-data'?: string };
  }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
  'current-context': string;
}

export interface Answer {
  status: number;
  body: Record<string, unknown> & { message?: string; reason?: string };
}

export type Call = (method: string, path: string, body?: object, contentType?: string) => Promise<Answer>;

const CONNECTIONS = 16;
const READY_TIMEOUT_MS = 90_000;

/** Speaks to the API server of a kubeconfig, which must be on this machine: a sample is no guest for a real cluster. */
export async function connectForWriting(kubeconfig: string): Promise<{ call: Call; close(): void }> {
  const config = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
  const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const user = config.users.find(({ name }) => name === context?.user)?.user;
  if (!cluster || !user) throw new Error(`${kubeconfig} has no current context with a cluster and a user.`);
  const { hostname } = new URL(cluster.server);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    throw new Error(`${cluster.server} is not on this machine. Give a throw-away API server on loopback.`);

  const decoded = (text: string | undefined) => (text ? Buffer.from(text, 'base64') : undefined);
  const agent = new Agent({
    keepAlive: true,
    maxSockets: CONNECTIONS,
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  });
  const headers = { accept: 'application/json', ...(user.token && { authorization: `Bearer ${user.token}` }) };

  const call: Call = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, cluster.server),
        { method, agent, headers: { ...headers, ...(body && { 'content-type': contentType }) } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: read(Buffer.concat(chunks)) }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body && JSON.stringify(body));
    });
  await untilReady(call);
  return { call, close: () => agent.destroy() };
}

async function untilReady(call: Call): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const ready = await call('GET', '/readyz').catch(() => undefined);
    if (ready?.status === 200) return;
    if (Date.now() > deadline) throw new Error(`The API server was not ready within ${READY_TIMEOUT_MS / 1000} s.`);
    await sleep(200);
  }
}

/** JSON, or the plain text that health checks and some errors are. */
function read(bytes: Buffer): Answer['body'] {
  const text = bytes.toString();
  return text.startsWith('{') ? JSON.parse(text) : { message: text };
}
