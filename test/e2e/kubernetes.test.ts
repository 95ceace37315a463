import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ClusterSource, Reading, ReadOptions, Scope } from '../../src/cluster.ts';
import { UserError } from '../../src/errors.ts';
import type { Kind } from '../../src/kind.ts';
import { ConfigMap, Namespace, Secret } from '../../src/kinds/configuration.ts';
import { Event } from '../../src/kinds/event.ts';
import { Service } from '../../src/kinds/network.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { Deployment } from '../../src/kinds/workloads.ts';
import { connect } from '../../src/kubernetes/index.ts';
import { openRecording, recordCluster } from '../../src/recording/index.ts';
import { KINDS } from '../support/kinds.ts';
import { type Kube, kubeIsHere, type Manifest, startKube, tap } from './support/kube.ts';

const HIDDEN = 'a-password-that-nobody-should-see';
const RBAC = 'rbac.authorization.k8s.io/v1';
const SETTINGS = 620;

let kube: Kube;

const v1 = (kind: string, namespace: string | undefined, name: string, rest: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(namespace && { namespace }) },
  ...rest,
});

const container = { name: 'app', image: 'shop/cart:1', env: [{ name: 'DB_PASSWORD', value: HIDDEN }] };
const waiting = { state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } } };

beforeAll(async () => {
  if (!kubeIsHere()) return;
  kube = await startKube();
  const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [container] } };
  const deployment = { replicas: 1, selector: { matchLabels: { app: 'cart' } }, template };
  await kube.apply(
    v1('Namespace', undefined, 'shop'),
    v1('Namespace', undefined, 'infra'),
    v1('Secret', 'shop', 'db', { type: 'Opaque', stringData: { password: HIDDEN, user: 'shop' } }),
    v1('Service', 'infra', 'hook', { spec: { ports: [{ port: 443 }] } }),
    v1('Pod', 'infra', 'mail-0', { spec: { containers: [container] }, status: { phase: 'Running' } }),
    v1('Pod', 'shop', 'cart-0', {
      spec: { containers: [container] },
      status: {
        phase: 'Pending',
        containerStatuses: [{ ...container, ...waiting, ready: false, restartCount: 0, imageID: '' }],
      },
    }),
    { ...v1('Deployment', 'shop', 'cart', { spec: deployment }), apiVersion: 'apps/v1' },
    v1('Event', 'shop', 'cart-0.1', {
      involvedObject: { kind: 'Pod', name: 'cart-0', namespace: 'shop' },
      type: 'Warning',
      reason: 'Failed',
      message: `login with password=${HIDDEN} was refused`,
      lastTimestamp: new Date().toISOString(),
    }),
    {
      ...v1('Role', 'shop', 'reader', {
        rules: ['', 'apps'].map((group) => ({
          apiGroups: [group],
          resources: ['pods', 'services', 'deployments', 'configmaps'],
          verbs: ['list'],
        })),
      }),
      apiVersion: RBAC,
    },
    {
      ...v1('RoleBinding', 'shop', 'reader', {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
        subjects: [{ kind: 'User', name: 'carol' }],
      }),
      apiVersion: RBAC,
    },
  );
  const settings = Array.from({ length: SETTINGS }, (_, at) =>
    v1('ConfigMap', 'shop', `settings-${at}`, { data: { file: 'x'.repeat(at) } }),
  );
  await Promise.all(
    Array.from({ length: 8 }, (_, at) => kube.apply(...settings.filter((_, index) => index % 8 === at))),
  );
});
afterAll(() => kube?.stop());

async function open(kubeconfig = kube.kubeconfig) {
  const source = await connect({ kubeconfig, env: {} });
  onTestFinished(async () => source.close?.());
  return source;
}

async function read(kinds: readonly Kind[], scope: Scope = {}, options: ReadOptions = {}, kubeconfig?: string) {
  return (await open(kubeconfig)).read(kinds, scope, options);
}

const names = ({ cluster }: Reading, kind: Kind) => cluster.list(kind).map((each) => each.metadata.name);

describe.skipIf(!kubeIsHere())('a real API server', () => {
  test('serves every built-in kind, with its version', async () => {
    const reading = await read(KINDS);

    expect(reading.problems.filter((problem) => problem.reason !== 'not installed')).toEqual([]);
    expect(reading.cluster.version).toMatch(/^1\.\d+$/);
    expect(Math.abs(reading.cluster.now - Date.now())).toBeLessThan(60_000);
    expect(names(reading, Namespace)).toEqual(expect.arrayContaining(['default', 'shop', 'infra']));
    expect(reading.cluster.get(Pod, 'cart-0', 'shop')).toMatchObject({
      metadata: { name: 'cart-0', namespace: 'shop', uid: expect.any(String) },
      status: { phase: 'Pending', containerStatuses: [waiting] },
    });
    expect(reading.cluster.get(Deployment, 'cart', 'shop')?.spec?.template?.spec?.containers).toMatchObject([
      { image: 'shop/cart:1' },
    ]);
  });

  test('sends long lists in pages, and each object once', async () => {
    const reading = await read([ConfigMap]);

    const settings = names(reading, ConfigMap).filter((name) => name.startsWith('settings-'));
    expect(new Set(settings).size).toBe(SETTINGS);
    expect(settings).toHaveLength(SETTINGS);
    expect(reading.requests).toBe(5);
    expect(reading.cluster.get(ConfigMap, 'settings-7', 'shop')?.data).toEqual({ file: 7 });
  });

  test('never sends what is in a Secret', async () => {
    const between = await tap(kube.kubeconfig);
    onTestFinished(() => between.close());
    const kubeconfig = await kube.kubeconfigFor('tapped', { token: 'sample' }, { server: between.url });

    const { cluster, requests } = await read([Secret, Namespace], {}, {}, kubeconfig);

    expect(cluster.get(Secret, 'db', 'shop')).toMatchObject({ columns: { Type: 'Opaque', Data: 2 } });
    expect(between.requests).toHaveLength(requests);
    const everything = between.bodies.join('\n');
    expect(everything).toContain('"db"');
    expect(everything).not.toContain(HIDDEN);
    expect(everything).not.toContain(Buffer.from(HIDDEN).toString('base64').slice(0, 20));
  });

  test('is asked for one namespace, save for what is read everywhere', async () => {
    const reading = await read([Pod, Service, Namespace], { namespace: 'shop' }, { everywhere: [Service] });

    expect(names(reading, Pod)).toEqual(['cart-0']);
    expect(names(reading, Service)).toEqual(expect.arrayContaining(['hook', 'kubernetes']));
    expect(names(reading, Namespace)).toContain('infra');
  });

  test('tells which rule an account lacks, and the rule helps', async () => {
    const carol = await kube.kubeconfigFor('carol', { token: 'sample', as: 'carol' });

    const everywhere = await read([Pod, Secret], {}, {}, carol);
    expect(everywhere.problems.map((problem) => problem.reason)).toEqual(['forbidden', 'forbidden']);

    const before = await read([Pod, Secret], { namespace: 'shop' }, {}, carol);
    expect(names(before, Pod)).toEqual(['cart-0']);
    expect(before.problems).toMatchObject([{ kind: 'Secret', reason: 'forbidden' }]);
    expect(before.cluster.missing(Secret, 'no-such', 'shop')).toBe(false);

    const rule = /rule (\{.*\}) to/.exec(before.problems[0]?.text ?? '')?.[1] ?? '';
    const path = `/apis/${RBAC}/namespaces/shop/roles/reader`;
    const { body } = await kube.call('GET', path);
    const added = JSON.parse(rule.replace(/(\w+):/g, '"$1":')) as object;
    await kube.call('PUT', path, { ...body, rules: [...(body.rules as object[]), added] });

    // The server's authorizer sees a new rule a moment later.
    await expect
      .poll(async () => (await read([Pod, Secret], { namespace: 'shop' }, {}, carol)).problems, { timeout: 30_000 })
      .toEqual([]);
  });

  test('refuses a token whose account is gone', async () => {
    await kube.apply(v1('ServiceAccount', 'shop', 'bot'));
    const account = '/api/v1/namespaces/shop/serviceaccounts/bot';
    const { body } = await kube.call('POST', `${account}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    });
    const bot = await kube.kubeconfigFor('bot', { token: (body.status as { token: string }).token });

    const { problems } = await read([Pod], {}, {}, bot);
    expect(problems).toMatchObject([{ reason: 'forbidden' }]);

    await kube.call('DELETE', account);
    const refusal = expect.poll(() => read([Pod], {}, {}, bot).catch((error: unknown) => error), { timeout: 30_000 });
    await refusal.toBeInstanceOf(UserError);
    await expect(read([Pod], {}, {}, bot)).rejects.toThrow(/refused the credentials of user .* expired/);
  });

  test('gives the same to an analysis live and recorded, without credentials', async () => {
    const source = await open();
    const readings: Reading[] = [];
    // Keeps what the recorder was given: the server writes Events and renews Leases of its own between two readings.
    const kept: ClusterSource = {
      ...source,
      read: async (...asked) => {
        const reading = await source.read(...asked);
        readings.push(reading);
        return reading;
      },
    };
    const { bytes } = await recordCluster(kept, KINDS);
    const replayed = await openRecording(bytes);
    const again = await recordCluster(replayed, KINDS);

    const [there, here] = [readings[0] as Reading, await replayed.read(KINDS, {})];

    expect(Buffer.compare(again.bytes, bytes)).toBe(0);
    const sorted = <T extends { kind: string }>(list: readonly T[]) =>
      list.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
    expect(sorted(here.problems)).toEqual(sorted(there.problems));
    // Messages and variables are masked.
    for (const kind of KINDS.filter(({ kind }) => !['Pod', 'Deployment', 'Event'].includes(kind))) {
      expect(new Set(here.cluster.list(kind)), kind.kind).toEqual(new Set(there.cluster.list(kind)));
      expect(here.cluster.complete(kind)).toBe(there.cluster.complete(kind));
    }
    expect(names(here, Pod).sort()).toEqual(names(there, Pod).sort());
    expect(here.cluster.get(Event, 'cart-0.1', 'shop')?.message).toBe('login with password=*** was refused');
    expect(JSON.stringify(KINDS.map((kind) => here.cluster.list(kind)))).not.toContain(HIDDEN);
  });
});
