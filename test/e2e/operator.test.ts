import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startApp } from '../../src/app.ts';
import { isRecord } from '../../src/shape.ts';
import { type Kube, kubeIsHere, type Manifest, startKube } from './support/kube.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'deploy', 'operator');
const SPACE = 'k8sgpt-chat-operator';
const API = '/apis/core.k8sgpt.ai/v1alpha1';
const ANALYSES_MS = 25_000;
const SPEC = { filters: ['Pod'], targetNamespace: 'shop', analysis: { interval: '10s' } };

interface Read {
  metadata: Manifest['metadata'] & {
    uid: string;
    resourceVersion: string;
    ownerReferences?: { uid: string }[];
  };
  spec: Record<string, unknown>;
  status?: { conditions?: { type: string; status: string; message: string }[]; lifecycle?: string; results?: number };
}

/** As K8sGPT's operator has them. */
const EVERY_FIELD = {
  version: 'v0.4.36',
  repository: 'ghcr.io/k8sgpt-ai/k8sgpt',
  imagePullPolicy: 'Always',
  imagePullSecrets: [{ name: 'registry' }],
  resources: { requests: { cpu: '200m' }, limits: { memory: '512Mi' } },
  nodeSelector: { disk: 'ssd' },
  noCache: true,
  customAnalyzers: [{ name: 'mine', connection: { url: 'localhost', port: 8085 } }],
  extraOptions: { backstage: { enabled: false }, serviceAccountIRSA: 'arn:aws:iam::1:role/x' },
  integrations: { trivy: { enabled: false, skipInstall: true, namespace: 'trivy' } },
  ai: {
    enabled: false,
    backend: 'openai',
    model: 'gpt-4o-mini',
    baseUrl: 'http://models',
    engine: 'e',
    region: 'eu',
    providerId: 'p',
    secret: { name: 'openai', key: 'key' },
    anonymized: true,
    language: 'english',
    proxyEndpoint: 'http://proxy',
    azureAPIType: 'AZURE',
    maxTokens: '2048',
    topk: '50',
    customHeaders: 'A:b',
    backOff: { enabled: true, maxRetries: 5 },
    autoRemediation: { enabled: false, similarityRequirement: '90', resources: ['Pod'] },
  },
  sink: {
    type: 'slack',
    webhook: 'http://127.0.0.1:1/none',
    channel: '#ops',
    username: 'k8sgpt',
    icon_url: 'http://icon',
    secret: { name: 'hook', key: 'url' },
  },
  remoteCache: {
    credentials: { name: 'aws' },
    s3: { bucketName: 'b', region: 'r' },
    azure: { storageAccount: 'a', containerName: 'c' },
    gcs: { bucketName: 'b', region: 'r', projectId: 'p' },
    interplex: { endpoint: 'e' },
  },
  deploymentLabels: { a: 'b' },
  deploymentAnnotations: { a: 'b' },
  podLabels: { a: 'b' },
  podAnnotations: { a: 'b' },
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containerSecurityContext: { capabilities: { drop: ['ALL'] } },
};

let kube: Kube;
let kubeconfig: string;

beforeAll(async () => {
  if (!kubeIsHere()) return;
  kube = await startKube();
  const manifests = readdirSync(FOLDER).flatMap((file) =>
    parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) => document.toJS() as Manifest),
  );
  await kube.apply(...manifests);
  // What the ServiceAccount of the deployment may do, and nothing else.
  const { body } = await kube.call('POST', `/api/v1/namespaces/${SPACE}/serviceaccounts/${SPACE}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  kubeconfig = await kube.kubeconfigFor('operator', { token: (body.status as { token: string }).token });
  await kube.apply(namespace('shop'), namespace('team'), pod('cart'), pod('pay'));
  await vi.waitFor(async () => expect((await kube.call('GET', `${API}/k8sgpts`)).status).toBe(200), 20_000);
});
afterAll(() => kube?.stop());

const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

function pod(name: string): Manifest {
  const container = { name: 'app', image: `shop/${name}:1` };
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { nodeName: 'node-1', containers: [container] },
    status: {
      phase: 'Pending',
      containerStatuses: [{ ...container, state: { waiting }, ready: false, restartCount: 0, imageID: '' }],
    },
  };
}

const k8sgpt = (name: string, spec: object): Manifest => ({
  apiVersion: 'core.k8sgpt.ai/v1alpha1',
  kind: 'K8sGPT',
  metadata: { name, namespace: 'team' },
  spec,
});

const environment = () => ({
  KUBECONFIG: kubeconfig,
  DATA_DIR: ':memory:',
  PORT: '0',
  HOST: '127.0.0.1',
  OPERATOR: 'true',
  OPERATOR_NAMESPACE: SPACE,
  LOG_LEVEL: 'silent',
});

async function start(): Promise<void> {
  const app = await startApp({ env: environment(), cluster: {} });
  onTestFinished(() => app.stop());
}

/** A replica that can be killed. */
async function startProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['src/main.ts'], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

async function results(of: string): Promise<Read[]> {
  const query = `labelSelector=${encodeURIComponent(`k8sgpts.k8sgpt.ai/name=${of}`)}`;
  return (await kube.call('GET', `${API}/namespaces/team/results?${query}`)).body.items as Read[];
}

const names = async (of: string) =>
  (await results(of)).map(({ spec }) => `${String(spec.kind)} ${String(spec.name)}`).sort();

async function read(name: string): Promise<Read> {
  return (await kube.call('GET', `${API}/namespaces/team/k8sgpts/${name}`)).body as unknown as Read;
}

async function condition(name: string, type: string): Promise<string | undefined> {
  const { status } = await read(name);
  const found = status?.conditions?.find((each) => each.type === type);
  return found && `${found.status}: ${found.message}`;
}

async function patch(name: string, change: object): Promise<void> {
  const path = `${API}/namespaces/team/k8sgpts/${name}`;
  const { status, body } = await kube.call('PATCH', path, change, 'application/merge-patch+json');
  if (status >= 300) throw new Error(body.message);
}

const remove = (name: string) => kube.call('DELETE', `${API}/namespaces/team/k8sgpts/${name}`);

async function leader(): Promise<string> {
  const { body } = await kube.call('GET', `/apis/coordination.k8s.io/v1/namespaces/${SPACE}/leases/${SPACE}`);
  return isRecord(body.spec) ? String(body.spec.holderIdentity ?? '') : '';
}

/** Writes that the API server has served, of what the operator writes; its Lease apart, which is renewed always. */
async function writes(): Promise<Record<string, number>> {
  const { body } = await kube.call('GET', '/metrics');
  const counted: Record<string, number> = {};
  for (const line of String(body.message).split('\n')) {
    if (!line.startsWith('apiserver_request_total{') || !/verb="(POST|PUT|PATCH|DELETE)"/.test(line)) continue;
    const [, resource = ''] = /resource="(k8sgpts|results|events)"/.exec(line) ?? [];
    if (resource) counted[resource] = (counted[resource] ?? 0) + Number(line.split(' ').at(-1));
  }
  return counted;
}

describe.skipIf(!kubeIsHere())('the operator over a real API server, with the rights of its own ServiceAccount', () => {
  test('keeps the Results of a K8sGPT, follows its edits, writes nothing without news, and cleans up', async () => {
    await start();
    await kube.apply(k8sgpt('team', { ...SPEC, version: 'v0.4.1' }));

    await expect.poll(() => names('team')).toEqual(['Pod shop/cart', 'Pod shop/pay']);
    const { metadata } = await read('team');
    const [first] = (await results('team')) as [Read];
    expect(first).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^pod\.shop\.cart-[0-9a-f]{10}$/),
        labels: {
          'k8sgpts.k8sgpt.ai/name': 'team',
          'k8sgpts.k8sgpt.ai/namespace': 'team',
          'k8sgpts.k8sgpt.ai/backend': 'builtin',
        },
        ownerReferences: [{ kind: 'K8sGPT', name: 'team', uid: metadata.uid, controller: true }],
      },
      spec: { backend: 'builtin', error: [{ text: expect.stringContaining('shop/cart:1') }], parentObject: '' },
    });
    expect(first.spec.details).toContain('image');
    await expect.poll(() => condition('team', 'Ready')).toMatch(/^True/);
    expect(await condition('team', 'Degraded')).toBe('False: Everything is done as asked for.');
    expect((await read('team')).status?.results).toBe(2);

    // From the second analysis on there is nothing to write.
    await expect
      .poll(async () => (await results('team')).map(({ status }) => status?.lifecycle), { timeout: 40_000 })
      .toEqual(['historical', 'historical']);
    const before = await writes();
    expect(before.results).toBeGreaterThan(0);
    const versions = (await results('team')).map((each) => each.metadata.resourceVersion);
    await new Promise((resolve) => setTimeout(resolve, ANALYSES_MS));
    expect(await writes()).toEqual(before);
    expect((await results('team')).map((each) => each.metadata.resourceVersion)).toEqual(versions);

    await kube.call('DELETE', '/api/v1/namespaces/shop/pods/pay?gracePeriodSeconds=0');
    await expect.poll(() => names('team')).toEqual(['Pod shop/cart']);

    await patch('team', { spec: { filters: ['Deployment'], sink: null } });
    await expect.poll(() => names('team')).toEqual([]);
    await patch('team', { spec: { filters: ['Pod', 'Nonsense'] } });
    await expect.poll(() => names('team')).toEqual(['Pod shop/cart']);
    await expect.poll(() => condition('team', 'Degraded')).toMatch(/^True: The filter "Nonsense" does not exist/);
    expect((await read('team')).status?.conditions).toHaveLength(2);

    await patch('team', { metadata: { annotations: { 'core.k8sgpt.ai/paused': 'true' } } });
    await expect.poll(() => condition('team', 'Ready')).toMatch(/^False: It is paused/);
    await kube.apply(pod('pay'));
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    expect(await names('team')).toEqual(['Pod shop/cart']);
    await patch('team', { metadata: { annotations: { 'core.k8sgpt.ai/paused': null } } });
    await expect.poll(() => names('team')).toEqual(['Pod shop/cart', 'Pod shop/pay']);

    const { body } = await kube.call('GET', '/api/v1/namespaces/team/events');
    const reasons = (body.items as { reason: string }[]).map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['ResultsChanged', 'NotAsAsked', 'Paused']));

    // No controller manager runs here that would follow the owner references.
    await remove('team');
    await expect.poll(() => names('team')).toEqual([]);
  });

  test('takes a K8sGPT with every field there is, and tells its sink, whose address is in a Secret', async () => {
    const bodies: string[] = [];
    const receiver = createServer(async (request, response) => {
      bodies.push(Buffer.concat(await request.toArray()).toString());
      response.end('ok');
    });
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
    onTestFinished(() => void receiver.close());
    const { port } = receiver.address() as AddressInfo;
    await start();
    // The right that docs/operator.md says to give.
    const role = { kind: 'Role', name: 'k8sgpt-secrets', apiGroup: 'rbac.authorization.k8s.io' };
    const RBAC = 'rbac.authorization.k8s.io/v1';
    await kube.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'hook', namespace: 'team' },
        stringData: { url: `http://127.0.0.1:${port}/hook` },
      },
      {
        apiVersion: RBAC,
        kind: 'Role',
        metadata: { name: role.name, namespace: 'team' },
        rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['hook'], verbs: ['get'] }],
      },
      {
        apiVersion: RBAC,
        kind: 'RoleBinding',
        metadata: { name: role.name, namespace: 'team' },
        roleRef: role,
        subjects: [{ kind: 'ServiceAccount', name: SPACE, namespace: SPACE }],
      },
    );
    const path = `${API}/namespaces/team/k8sgpts?fieldValidation=Strict`;
    const { status, body } = await kube.call('POST', path, k8sgpt('whole', { ...EVERY_FIELD, ...SPEC }));
    expect(status, body.message).toBe(201);

    await expect.poll(() => names('whole'), { timeout: 40_000 }).toEqual(['Pod shop/cart', 'Pod shop/pay']);
    await expect.poll(() => bodies.length).toBe(2);
    expect(bodies.join()).toContain('shop/cart');
    await expect.poll(() => condition('whole', 'Degraded')).toMatch(/^True: .*spec.customAnalyzers is not supported/);
    await remove('whole');
    await expect.poll(() => names('whole')).toEqual([]);
  });

  test('two K8sGPTs of one namespace have Results of their own', async () => {
    await start();
    await kube.apply(k8sgpt('one', SPEC), k8sgpt('two', SPEC));

    await expect.poll(() => names('one'), { timeout: 40_000 }).toEqual(['Pod shop/cart', 'Pod shop/pay']);
    await expect.poll(() => names('two')).toEqual(['Pod shop/cart', 'Pod shop/pay']);
    await remove('one');
    await expect.poll(() => names('one')).toEqual([]);
    expect(await names('two')).toHaveLength(2);
    await remove('two');
    await expect.poll(() => names('two')).toEqual([]);
  });

  test('of two replicas one works; when it is killed the other takes over, and removes what went meanwhile', async () => {
    const first = await startProcess();
    await expect.poll(leader, { timeout: 40_000 }).not.toBe('');
    const before = await leader();
    await start();
    await kube.apply(k8sgpt('left', SPEC));
    await expect.poll(() => names('left')).toHaveLength(2);
    expect(await leader()).toBe(before);

    first.kill('SIGKILL');
    await remove('left');
    await expect.poll(leader, { timeout: 40_000 }).not.toBe(before);
    await expect.poll(() => names('left')).toEqual([]);
    await kube.apply(k8sgpt('next', SPEC));
    await expect.poll(() => names('next')).toHaveLength(2);
    await remove('next');
    await expect.poll(() => names('next')).toEqual([]);
  });

  test('a replica that stops gives its Lease back at once', async () => {
    const first = await startProcess();
    await expect.poll(leader, { timeout: 40_000 }).not.toBe('');
    const before = await leader();

    first.kill('SIGTERM');
    await once(first, 'exit');
    expect(await leader()).toBe('');
    await start();
    await expect.poll(leader, { timeout: 5000 }).not.toBe('');
    expect(await leader()).not.toBe(before);
  });
});
