import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ClusterSource } from '../../src/cluster.ts';
import { UserError } from '../../src/errors.ts';
import { inspect } from '../../src/inspection/index.ts';
import { INSPECTED } from '../../src/inspection/shared/kinds.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { connect } from '../../src/kubernetes/index.ts';
import type { Look } from '../../src/look.ts';
import { openRecording, recordCluster } from '../../src/recording/index.ts';
import { type Kube, kubeIsHere, type Manifest, startKube, tap } from './support/kube.ts';
import { type Kubelet, nodeAt, startKubelet } from './support/kubelet.ts';

const HIDDEN = 'a-password-that-nobody-should-see';
const RBAC = 'rbac.authorization.k8s.io/v1';
const never = new AbortController().signal;

const logs = {
  'shop/cart-7d9c5b6f8d-x2x4z/app': Array.from({ length: 300 }, (_, at) => `line ${at}\n`).join(''),
  'shop/cart-7d9c5b6f8d-x2x4z/app previous': `starting\npanic: login with password=${HIDDEN} refused\n`,
  'shop/cart-7d9c5b6f8d-x2x4z/proxy': 'größer\n',
};

let kube: Kube;
let kubelet: Kubelet;
let source: ClusterSource;

const labels = { app: 'cart' };
const containers = [
  {
    name: 'app',
    image: 'shop/cart:1.4',
    env: [
      { name: 'DB_PASSWORD', value: HIDDEN },
      { name: 'HOST', valueFrom: { configMapKeyRef: { name: 'settings', key: 'HOST' } } },
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ],
    volumeMounts: [{ name: 'keys', mountPath: '/keys', readOnly: true }],
  },
  { name: 'proxy', image: 'envoy:1' },
];
const volumes = [{ name: 'keys', secret: { secretName: 'no-such-secret' } }];

function object(apiVersion: string, kind: string, name: string, rest: object = {}, namespace?: string): Manifest {
  const { metadata, ...fields } = rest as { metadata?: object };
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }), ...metadata }, ...fields };
}

const inShop = (apiVersion: string, kind: string, name: string, rest: object = {}) =>
  object(apiVersion, kind, name, rest, 'shop');

function template(image: string) {
  return { metadata: { labels }, spec: { containers: [{ ...containers[0], image }, containers[1]], volumes } };
}

async function create(manifest: Manifest): Promise<{ uid: string }> {
  await kube.apply(manifest);
  const plural = `${manifest.kind.toLowerCase()}s`;
  const { body } = await kube.call('GET', `/apis/apps/v1/namespaces/shop/${plural}/${manifest.metadata.name}`);
  return body.metadata as { uid: string };
}

function owned(kind: string, name: string, uid: string) {
  return { ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }] };
}

beforeAll(async () => {
  if (!kubeIsHere()) return;
  kube = await startKube();
  kubelet = await startKubelet(logs);
  await kube.apply(
    object('v1', 'Namespace', 'shop'),
    object('v1', 'Namespace', 'infra'),
    kubelet.node('one'),
    // Nothing listens there: its node is away.
    nodeAt('away', 1),
    inShop('v1', 'ConfigMap', 'settings', { data: { HOST: 'db', 'app.yaml': `password: ${HIDDEN}` } }),
    inShop('v1', 'Secret', 'db', { stringData: { password: HIDDEN } }),
    inShop('v1', 'Service', 'cart', { spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } }),
  );
  const spec = { replicas: 2, selector: { matchLabels: labels }, template: template('shop/cart:1.4') };
  const { uid } = await create(inShop('apps/v1', 'Deployment', 'cart', { spec }));
  for (const [at, name] of ['cart-5c6d7f8b9c', 'cart-7d9c5b6f8d'].entries()) {
    const metadata = {
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(at + 1) },
      ...owned('Deployment', 'cart', uid),
    };
    const own = { replicas: at, selector: { matchLabels: labels }, template: template(`shop/cart:1.${at + 3}`) };
    const set = await create(inShop('apps/v1', 'ReplicaSet', name, { metadata, spec: own }));
    if (at === 0) continue;
    const pod = (suffix: string, nodeName: string, status: object) =>
      inShop('v1', 'Pod', `${name}-${suffix}`, {
        metadata: { labels, ...owned('ReplicaSet', name, set.uid) },
        spec: { nodeName, containers, volumes },
        status,
      });
    const started = { started: false, imageID: '', image: 'shop/cart:1.4' };
    await kube.apply(
      pod('x2x4z', 'one', {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
        containerStatuses: [
          {
            ...started,
            name: 'app',
            ready: false,
            restartCount: 7,
            state: { running: { startedAt: new Date().toISOString() } },
            lastState: { terminated: { exitCode: 2, reason: 'Error' } },
          },
          { ...started, name: 'proxy', ready: true, restartCount: 0, state: { running: {} } },
        ],
      }),
      pod('bbbbb', 'away', { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }),
      pod('ccccc', 'one', { phase: 'Pending' }),
    );
  }
  await kube.apply(
    inShop('v1', 'Event', 'cart.1', {
      involvedObject: { kind: 'Pod', name: 'cart-7d9c5b6f8d-x2x4z', namespace: 'shop' },
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off with password=${HIDDEN}`,
      lastTimestamp: new Date().toISOString(),
    }),
    inShop(RBAC, 'Role', 'reader', {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
    }),
    inShop(RBAC, 'RoleBinding', 'reader', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'User', name: 'carol' }],
    }),
  );
  source = await connect({ kubeconfig: kube.kubeconfig, env: {} });
});
afterAll(async () => {
  await source?.close?.();
  await kubelet?.close();
  await kube?.stop();
});

function look(looker: string, args: Record<string, unknown>, at = source): Promise<Look> {
  return inspect(at, { looker, args }, never);
}

async function open(kubeconfig: string): Promise<ClusterSource> {
  const opened = await connect({ kubeconfig, env: {} });
  onTestFinished(async () => opened.close?.());
  return opened;
}

describe.skipIf(!kubeIsHere())('looks at a real API server', () => {
  test('list, whatever is served', async () => {
    const pods = await look('list', { kind: 'po', namespace: 'shop' });
    const settings = await look('list', { kind: 'configmaps' });
    const nodes = await look('list', { kind: 'node' });
    const roles = await look('list', { kind: 'roles.rbac.authorization.k8s.io', namespace: 'shop' });

    expect(pods.text).toMatch(/^3 Pods, 2 of them not well\.\nNAME +READY +STATUS/);
    expect(pods.text).toMatch(/cart-7d9c5b6f8d-x2x4z +1\/2 +Running +7 +\d+ s +one/);
    expect(settings.text).toMatch(/shop +settings +2 +\d+ s/);
    expect(nodes.text).toMatch(/one +Ready/);
    expect(roles.text).toMatch(/^1 Role\.\nNAME +AGE\nreader/);
  });

  test('show an object, masked', async () => {
    const pod = await look('get', { kind: 'Pod', name: 'cart-7d9c5b6f8d-x2x4z' });
    const config = await look('get', { kind: 'cm', name: 'settings', namespace: 'shop' });

    expect(pod.text).toMatch(/name: DB_PASSWORD\n +value: "?\*\*\*/);
    expect(pod.text).not.toMatch(/managedFields/);
    expect(config.text).toMatch(/HOST: db\n/);
    expect(`${pod.text}${config.text}`).not.toContain(HIDDEN);
  });

  test('describe it, with its events', async () => {
    const { text } = await look('describe', { name: 'pod/cart-7d9c5b6f8d-x2x4z' });

    expect(text).toContain('HOST from key HOST of ConfigMap settings');
    expect(text).toContain('mounts: /keys from keys (read only)');
    expect(text).toMatch(/last ended: Error, exit code 2/);
    expect(text).toMatch(/Warning BackOff: Back-off with password=\*\*\*$/);
  });

  test('tell what happened', async () => {
    expect((await look('events', { kind: 'deploy', name: 'cart' })).text).toMatch(
      /^\d+ s ago {2}Warning BackOff Pod shop\/cart-7d9c5b6f8d-x2x4z: Back-off/,
    );
  });

  test('show what a container wrote, out of its kubelet', async () => {
    const last = await look('logs', { pod: 'shop/cart-7d9c5b6f8d-x2x4z', lines: 2, since: '1h' });
    const previous = await look('logs', { pod: 'deploy/cart', previous: true });
    const found = await look('logs', { pod: 'deploy/cart', grep: '^line 29[0-9]$', lines: 2 });
    const proxy = await look('logs', { pod: 'cart-7d9c5b6f8d-x2x4z', container: 'proxy' });

    expect(last.text).toMatch(/started again 7 times; .*\nline 298\nline 299$/);
    expect(kubelet.seen[0]?.searchParams.get('sinceSeconds')).toBe('3600');
    expect(previous.text).toMatch(/starting\npanic: login with password=\*\*\* refused$/);
    expect(found.text).toMatch(/\nline 298\nline 299$/);
    expect(proxy.text).toBe('größer');
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ pod: 'cart-7d9c5b6f8d-x2x4z', container: 'web' }, /has no container "web"; it has app, proxy\.$/],
    [
      { pod: 'cart-7d9c5b6f8d-ccccc', container: 'app' },
      /^Container app of Pod shop\/cart-7d9c5b6f8d-ccccc has not started \(ContainerCreating\), so it has written nothing\.$/,
    ],
    [
      { pod: 'cart-7d9c5b6f8d-x2x4z', container: 'proxy', previous: true },
      /^Container proxy of Pod shop\/cart-7d9c5b6f8d-x2x4z was never restarted/,
    ],
    [
      { pod: 'cart-7d9c5b6f8d-ccccc', container: 'app', previous: true },
      /^Container app of Pod shop\/cart-7d9c5b6f8d-ccccc has no previous run that its node remembers/,
    ],
    [
      { pod: 'cart-7d9c5b6f8d-bbbbb' },
      /^The log of Pod shop\/cart-7d9c5b6f8d-bbbbb could not be read from its node: .* Look at the node\.$/,
    ],
    [{ pod: 'nope', namespace: 'shop' }, /^There is no Pod "nope" in namespace shop\.$/],
    [{ pod: 'x', namespace: 'shpo' }, /^There is no namespace "shpo"\. Did you mean shop\?$/],
  ])('say in one sentence why there is no log: %o', async (args, expected) => {
    await expect(look('logs', args)).rejects.toThrow(UserError);
    await expect(look('logs', args)).rejects.toThrow(expected);
  });

  test('know no usage without a metrics server', async () => {
    await expect(look('top', {})).rejects.toThrow(
      /serves no metrics \(metrics\.k8s\.io\).* install metrics-server there\.$/,
    );
  });

  test('show the revisions of a rollout', async () => {
    const { text } = await look('rollout', { name: 'cart', namespace: 'shop' });

    expect(text).toMatch(/2 \(cart-7d9c5b6f8d\): .*; shop\/cart:1\.4, envoy:1\n {2}1 \(cart-5c6d7f8b9c\): /);
    expect(text).toMatch(/container app image: shop\/cart:1\.3 -> shop\/cart:1\.4$/);
  });

  test('follow what hangs together', async () => {
    const { text } = await look('related', { kind: 'deploy', name: 'cart', namespace: 'shop' });

    expect(text).toContain('Owns: ReplicaSet cart-5c6d7f8b9c, ReplicaSet cart-7d9c5b6f8d');
    expect(text).toContain('  Service cart: 80 to 8080, selects app=cart');
    expect(text).toContain('  Secret no-such-secret: does not exist; volume keys');
    expect(text).toContain('  ConfigMap settings: exists; env HOST of container app');
    expect(text).not.toContain('Not known');
  });

  test('never see what is in a Secret, and ask for little', async () => {
    const between = await tap(kube.kubeconfig);
    onTestFinished(() => between.close());
    const tapped = await open(await kube.kubeconfigFor('tapped', { token: 'sample' }, { server: between.url }));
    await look('list', { kind: 'pods', namespace: 'shop' }, tapped);
    const before = between.requests.length;
    between.bodies.length = 0;

    const listed = await look('list', { kind: 'secrets', namespace: 'shop' }, tapped);
    const got = await look('get', { kind: 'secret', name: 'db', namespace: 'shop' }, tapped);
    const described = await look('describe', { kind: 'secret', name: 'db', namespace: 'shop' }, tapped);

    expect(between.requests).toHaveLength(before + 4);
    expect(listed.text).toMatch(/db +Opaque +1/);
    expect(got.text).toContain('keys: 1\n');
    expect(described.text).toContain('Keys: 1; their names and values are not read');
    const everything = between.bodies.join('\n');
    expect(everything).not.toContain(HIDDEN);
    expect(everything).not.toContain(Buffer.from(HIDDEN).toString('base64').slice(0, 20));
  });

  test('tell which rule an account lacks, and the rule helps', async () => {
    const carol = await open(await kube.kubeconfigFor('carol', { token: 'sample', as: 'carol' }));
    const read = () => look('logs', { pod: 'shop/cart-7d9c5b6f8d-x2x4z', container: 'proxy' }, carol);

    const refusal = await read().catch((error: unknown) => error);
    expect(refusal).toEqual(
      new UserError(
        'Logs could not be read: the account lacks "get" on "pods/log" in namespace shop; add the rule {apiGroups: [""], resources: ["pods/log"], verbs: ["get"]} to its Role there.',
      ),
    );
    await expect(look('list', { kind: 'pods' }, carol)).rejects.toThrow(
      /lacks "list" on "pods"; add the rule .* ClusterRole\.$/,
    );
    await expect(look('get', { kind: 'cm', name: 'settings', namespace: 'shop' }, carol)).rejects.toThrow(
      /lacks "get" on "configmaps" in namespace shop/,
    );
    expect((await look('describe', { kind: 'pod', name: 'shop/cart-7d9c5b6f8d-x2x4z' }, carol)).text).toMatch(
      /\nEvents: Events could not be read: the account lacks "list" on "events" in namespace shop; /,
    );

    const rule = /rule (\{.*\}) to/.exec((refusal as Error).message)?.[1] ?? '';
    const path = `/apis/${RBAC}/namespaces/shop/roles/reader`;
    const { body } = await kube.call('GET', path);
    const added = JSON.parse(rule.replace(/(\w+):/g, '"$1":')) as object;
    await kube.call('PUT', path, { ...body, rules: [...(body.rules as object[]), added] });

    // The server's authorizer sees a new rule a moment later.
    await expect.poll(() => read().then(({ text }) => text, String), { timeout: 30_000 }).toBe('größer');
  });

  test('show the same in a recording, logs included', async () => {
    const { bytes, logs: counts } = await recordCluster(source, INSPECTED, {
      scope: { namespace: 'shop' },
      podsWithLogs: async ({ cluster }) => cluster.list(Pod),
    });
    const recorded = await openRecording(bytes);

    expect(counts).toEqual({ recorded: 3, failed: 0 });
    for (const [looker, args] of [
      ['logs', { pod: 'deploy/cart', previous: true }],
      ['rollout', { name: 'cart' }],
      ['related', { kind: 'deploy', name: 'cart' }],
      ['list', { kind: 'pods', namespace: 'shop' }],
    ] as const) {
      const ages = ({ title, text }: Look) => [title, text.replace(/\d+ (s|min)( \d+ s)?/g, '…').replace(/ +/g, ' ')];

      expect(ages(await look(looker, args, recorded)), looker).toEqual(ages(await look(looker, args)));
    }
  });
});
