import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_TIMEOUT_MS = 90_000;
const END_TIMEOUT_MS = 20_000;

export interface ControlPlane {
  kubeconfig: string;
  stop(): Promise<void>;
}

/**
 * The folder with the binaries: envtest's `KUBEBUILDER_ASSETS`, or what the `build` of a folder prints that `KUBE_TOOLS`
 * names or that is `shared/kube` here or further up. `undefined`: there is none.
 */
export function findAssets(env: NodeJS.ProcessEnv): string | undefined {
  if (env.KUBEBUILDER_ASSETS) return env.KUBEBUILDER_ASSETS;
  const tools = env.KUBE_TOOLS ?? findUpwards(process.cwd(), join('shared', 'kube'));
  return tools && execFileSync(join(tools, 'build'), { encoding: 'utf8' }).trim();
}

/** Starts etcd and a kube-apiserver on loopback, with no controllers beside them; `findAssets` says from where. */
export async function startControlPlane(env: NodeJS.ProcessEnv): Promise<ControlPlane> {
  const assets = findAssets(env);
  if (!assets)
    throw new Error('No API server to start. Set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver.');
  const folder = await mkdtemp(join(tmpdir(), 'sample-cluster-'));
  const [client, peer, port] = await Promise.all([freePort(), freePort(), freePort()]);
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const keyFile = join(folder, 'accounts.key');
  await writeFile(keyFile, keys.privateKey);
  await writeFile(join(folder, 'tokens.csv'), 'sample,admin,admin,"system:masters"\n');

  const etcdUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const children = [
    start(join(assets, 'etcd'), {
      'data-dir': join(folder, 'etcd'),
      'unsafe-no-fsync': 'true',
      'listen-client-urls': etcdUrl,
      'advertise-client-urls': etcdUrl,
      'listen-peer-urls': peerUrl,
      'initial-advertise-peer-urls': peerUrl,
      'initial-cluster': `default=${peerUrl}`,
      'log-level': 'error',
    }),
    start(join(assets, 'kube-apiserver'), {
      'etcd-servers': etcdUrl,
      'bind-address': '127.0.0.1',
      'secure-port': String(port),
      'cert-dir': join(folder, 'certs'),
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': keyFile,
      'service-account-signing-key-file': keyFile,
      'service-cluster-ip-range': '10.96.0.0/16',
      'token-auth-file': join(folder, 'tokens.csv'),
      'authorization-mode': 'RBAC',
      'allow-privileged': 'true',
      // It would put a volume with a random name into every Pod.
      'disable-admission-plugins': 'ServiceAccount',
    }),
  ];
  async function stop(): Promise<void> {
    for (const child of children.toReversed()) await end(child);
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const kubeconfig = join(folder, 'kubeconfig');
    const certificate = await readWhenThere(join(folder, 'certs', 'apiserver.crt'), children);
    await writeFile(kubeconfig, kubeconfigOf(port, certificate));
    return { kubeconfig, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function findUpwards(from: string, path: string): string | undefined {
  const found = join(from, path);
  if (existsSync(found)) return found;
  return from === dirname(from) ? undefined : findUpwards(dirname(from), path);
}

function start(binary: string, flags: Record<string, string>): ChildProcess {
  return spawn(
    binary,
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    { stdio: 'ignore' },
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  const harder = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
  await ended;
  clearTimeout(harder);
}

async function readWhenThere(file: string, children: ChildProcess[]): Promise<Buffer> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (children.some((child) => child.exitCode !== null)) throw new Error('etcd or kube-apiserver ended at once.');
    if (existsSync(file)) return readFile(file);
    await sleep(100);
  }
  throw new Error(`The API server was not ready within ${READY_TIMEOUT_MS / 1000} s.`);
}

function kubeconfigOf(port: number, certificate: Buffer): string {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': certificate.toString('base64'),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sample', cluster }],
    users: [{ name: 'admin', user: { token: 'sample' } }],
    contexts: [{ name: 'sample', context: { cluster: 'sample', user: 'admin' } }],
    'current-context': 'sample',
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
