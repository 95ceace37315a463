import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { type Answer, type Call, connectForWriting } from '../../sample/api.ts';
import { startControlPlane } from '../../sample/control-plane.ts';

/** A real, empty control plane: etcd and kube-apiserver, without controllers and kubelets. */
export interface Kube {
  kubeconfig: string;
  call: Call;
  /** Creates objects, in order, and sets the status of those that have one. */
  apply(...objects: readonly Manifest[]): Promise<void>;
  /** Writes a kubeconfig for somebody else: fields of the user, and of the cluster. */
  kubeconfigFor(name: string, user: object, cluster?: object): Promise<string>;
  stop(): Promise<void>;
}

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  status?: object;
  [field: string]: unknown;
}

interface Config {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  users: [{ user: object }];
}

/**
 * Whether a control plane can be started here: from envtest's `KUBEBUILDER_ASSETS`, a folder in `KUBE_TOOLS` whose
 * `build` prints the like, or `shared/kube` in this folder or one above it.
 */
export function kubeIsHere(env = process.env): boolean {
  return Boolean(env.KUBEBUILDER_ASSETS || toolsFolder(env));
}

/** Starts a control plane, which takes some seconds. */
export async function startKube(env = process.env): Promise<Kube> {
  const tools = toolsFolder(env);
  const assets = env.KUBEBUILDER_ASSETS ?? (tools && execFileSync(join(tools, 'build'), { encoding: 'utf8' }).trim());
  if (!assets) throw new Error('There is no control plane here. Set KUBEBUILDER_ASSETS to etcd and kube-apiserver.');
  const plane = await startControlPlane({ ...env, KUBEBUILDER_ASSETS: assets });
  const { call, close } = await connectForWriting(plane.kubeconfig);
  const plurals = new Map<string, string>();

  async function pathOf({ apiVersion, kind, metadata }: Manifest): Promise<string> {
    const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    if (!plurals.has(`${apiVersion}/${kind}`)) {
      const { resources } = expectDone(await call('GET', root), root) as {
        resources: { kind: string; name: string }[];
      };
      for (const each of resources) if (!each.name.includes('/')) plurals.set(`${apiVersion}/${each.kind}`, each.name);
    }
    const within = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
    return `${root}${within}/${plurals.get(`${apiVersion}/${kind}`)}`;
  }

  return {
    kubeconfig: plane.kubeconfig,
    call,
    async apply(...objects) {
      for (const object of objects) {
        const path = await pathOf(object);
        expectDone(await call('POST', path, object), `create ${object.kind} ${object.metadata.name}`);
        if (!object.status) continue;
        const patched = `${path}/${object.metadata.name}/status`;
        const answer = await call('PATCH', patched, { status: object.status }, 'application/merge-patch+json');
        expectDone(answer, `set the status of ${object.kind} ${object.metadata.name}`);
      }
    },
    async kubeconfigFor(name, user, cluster = {}) {
      const config = JSON.parse(await readFile(plane.kubeconfig, 'utf8')) as Config;
      Object.assign(config.clusters[0].cluster, cluster);
      config.users[0].user = user;
      const file = join(dirname(plane.kubeconfig), name);
      await writeFile(file, JSON.stringify(config));
      return file;
    },
    async stop() {
      close();
      await plane.stop();
    },
  };
}

/** A control plane that holds a large cluster, part of it broken; the same for the same numbers. */
export interface Scaled {
  kubeconfig: string;
  /** What was written, as JSON. */
  written: string;
  stop(): Promise<void>;
}

/** Starts one with the `up` and `scale` in a folder of tools, which takes a minute. */
export async function startScaled(tools: string, numbers: { pods: number; broken: number }): Promise<Scaled> {
  const folder = await mkdtemp(join(tmpdir(), 'scaled-cluster-'));
  const run = (command: string, ...args: string[]) =>
    execFileSync(join(tools, command), [folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  async function stop(): Promise<void> {
    run('down');
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const kubeconfig = run('up');
    return { kubeconfig, written: run('scale', '--pods', `${numbers.pods}`, '--broken', `${numbers.broken}`), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What went through a tap. */
export interface Tap {
  url: string;
  /** The paths that were asked for. */
  requests: string[];
  /** What was answered, where it is kept. */
  bodies: string[];
  close(): Promise<void>;
}

/** Stands between a client and the API server of a kubeconfig, on loopback, and writes down what goes through. */
export async function tap(kubeconfig: string, { keepBodies = true } = {}): Promise<Tap> {
  const config = parse(await readFile(kubeconfig, 'utf8')) as Config;
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
  const agent = new Agent({ keepAlive: true, ca: Buffer.from(ca, 'base64') });
  const requests: string[] = [];
  const bodies: string[] = [];
  const proxy = createServer((incoming, outgoing) => {
    requests.push(incoming.url ?? '');
    const { host: _, ...headers } = incoming.headers;
    request(new URL(incoming.url ?? '', server), { agent, headers }, async (answer) => {
      const chunks = await answer.toArray();
      const body = Buffer.concat(chunks);
      if (keepBodies) bodies.push(body.toString());
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      outgoing.end(body);
    }).end();
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    requests,
    bodies,
    async close() {
      agent.destroy();
      proxy.closeAllConnections();
      await new Promise((done) => proxy.close(done));
    },
  };
}

/** Where `build`, `up`, `down` and `scale` lie. */
export function toolsFolder(env = process.env): string | undefined {
  if (env.KUBE_TOOLS) return env.KUBE_TOOLS;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const tools = join(folder, 'shared', 'kube');
    if (existsSync(join(tools, 'build'))) return tools;
    if (folder === dirname(folder)) return undefined;
  }
}

function expectDone({ status, body }: Answer, what: string): Answer['body'] {
  if (status >= 300) throw new Error(`Could not ${what}: ${status} ${body.message ?? ''}`);
  return body;
}
