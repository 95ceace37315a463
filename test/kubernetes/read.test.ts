import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ReadOptions, Scope } from '../../src/cluster.ts';
import { UserError } from '../../src/errors.ts';
import { defineKind, type Kind } from '../../src/kind.ts';
import { ConfigMap, Namespace, Secret } from '../../src/kinds/configuration.ts';
import { Service } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { CronJob, Deployment } from '../../src/kinds/workloads.ts';
import { type ConnectOptions, connect } from '../../src/kubernetes/index.ts';
import { string } from '../../src/shape.ts';
import { type ApiOptions, manyPods, type Reply, type Seen, startApi, status } from '../support/api-server.ts';

const Gateway = defineKind({
  kind: 'Gateway',
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  plural: 'gateways',
  namespaced: true,
  keep: { note: string },
});

/** How long nothing may arrive; a busy machine takes long over lists of huge objects. */
const PATIENCE_MS = 25_000;

/** A fake server, and a connection to it that waits for nothing between tries. */
async function clusterWith(options: ApiOptions = {}, connection: Partial<ConnectOptions> = {}) {
  const api = await startApi(options);
  const waits: number[] = [];
  const source = await connect({
    kubeconfig: api.kubeconfig(),
    env: {},
    timeoutMs: PATIENCE_MS,
    pause: async (milliseconds) => void waits.push(milliseconds),
    ...connection,
  });
  onTestFinished(async () => {
    await source.close?.();
    await api.close();
  });
  const read = (kinds: readonly Kind[], scope: Scope = {}, read: ReadOptions = {}) => source.read(kinds, scope, read);
  const lists = (path: string) => api.seen.filter((seen) => seen.path === path);
  return { api, waits, read, lists };
}

/** Replies so to the first requests for a path. */
function first(path: string, ...replies: Reply[]) {
  return (seen: Seen) => (seen.path === path ? replies[seen.times] : undefined);
}

const PODS = '/api/v1/pods';

describe('lists', () => {
  test('come in pages, each object once, and the resource version is left to the server', async () => {
    const { read, lists, api } = await clusterWith({ objects: manyPods(4_300) });

    const { cluster, problems, objects, requests } = await read([Pod]);

    const pods = cluster.list(Pod);
    expect(new Set(pods.map((pod) => pod.metadata.name)).size).toBe(4_300);
    expect(pods[0]).toMatchObject({ kind: 'Pod', metadata: { name: 'pod-000000' }, status: { phase: 'Running' } });
    expect({ problems, objects }).toEqual({ problems: [], objects: 4_300 });
    expect(requests).toBe(api.seen.length);
    // Small objects come in larger pages than the first.
    expect(lists(PODS).map((seen) => seen.query.get('limit'))).toEqual(['500', '2000', '2000']);
    expect(lists(PODS).every((seen) => !seen.query.has('resourceVersion'))).toBe(true);
  });

  test('are asked for once a kind, however often it is named', async () => {
    const { read, lists } = await clusterWith({ objects: manyPods(1) });

    await read([Pod, Node, Pod]);

    expect(lists(PODS)).toHaveLength(1);
  });

  test('tell how far they are', async () => {
    const { read } = await clusterWith({ objects: manyPods(700) });
    const heard: { objects: number; kinds: number; of: number }[] = [];

    await read([Pod], {}, { onProgress: (progress) => heard.push({ ...progress }) });

    expect(heard).toEqual([
      { objects: 500, kinds: 0, of: 1 },
      { objects: 700, kinds: 0, of: 1 },
      { objects: 700, kinds: 1, of: 1 },
    ]);
  });

  test('of Secrets are tables, so that no content leaves the server', async () => {
    const secret = {
      kind: 'Secret',
      metadata: {
        name: 'db',
        namespace: 'shop',
        // What `kubectl apply` leaves behind is dropped, since it repeats the contents.
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"aHVudGVyMg=="}}' },
      },
      type: 'Opaque',
      data: { a: 'aHVudGVyMg==', b: 'eA==' },
    };
    const { read, lists } = await clusterWith({ objects: [secret] });

    const { cluster } = await read([Secret]);

    expect(cluster.list(Secret)).toEqual([
      { kind: 'Secret', metadata: { name: 'db', namespace: 'shop' }, columns: { Type: 'Opaque', Data: 2 } },
    ]);
    expect(lists('/api/v1/secrets')[0]?.headers.accept).toBe('application/json;as=Table;v=v1;g=meta.k8s.io');
  });

  test('whose objects are huge are asked for in smaller pages', async () => {
    const data = { file: 'x'.repeat(400_000) };
    const objects = Array.from({ length: 200 }, (_, at) => ({
      kind: 'ConfigMap',
      metadata: { name: `big-${at}`, namespace: 'shop' },
      data,
    }));
    const { read, lists } = await clusterWith({ objects });

    const { cluster, problems } = await read([ConfigMap]);

    expect(problems).toEqual([]);
    expect(cluster.list(ConfigMap)).toHaveLength(200);
    const limits = lists('/api/v1/configmaps').map((seen) => Number(seen.query.get('limit')));
    expect(limits.slice(0, 3)).toEqual([500, 63, 20]);
  });

  test('are compressed on their way from elsewhere, unless the kubeconfig says otherwise', async () => {
    const api = await startApi({ objects: manyPods(100) });
    // Another address of this machine, that nobody takes for it.
    const server = api.url.replace('127.0.0.1', '0.0.0.0');
    const accepted = [];
    for (const cluster of [{ server }, { server, 'disable-compression': true }]) {
      const source = await connect({ kubeconfig: api.kubeconfig({ cluster }), env: {} });
      const { objects } = await source.read([Pod], {});
      await source.close?.();
      accepted.push([objects, api.seen.at(-1)?.headers['accept-encoding']]);
    }
    await api.close();

    expect(accepted).toEqual([
      [100, 'gzip'],
      [100, 'identity'],
    ]);
  });

  test('are not compressed on this machine', async () => {
    const { read, lists } = await clusterWith({ objects: manyPods(100) });

    await read([Pod]);

    expect(lists(PODS)[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('discovery', () => {
  test('takes two requests, and tells the version and the time of the server', async () => {
    const now = Date.parse('2026-03-14T10:00:00Z');
    const { read, api } = await clusterWith({ version: { major: '1', minor: '34+' }, now });

    const { cluster } = await read([Pod]);

    expect(cluster).toMatchObject({ version: '1.34', now, name: 'test' });
    expect(api.seen.map((seen) => seen.path).sort()).toEqual(['/api', PODS, '/apis', '/version']);
  });

  test('of older servers asks group by group, and only for those that are needed', async () => {
    const { read, api } = await clusterWith({ aggregated: false, objects: manyPods(3) });

    const { cluster, problems } = await read([Pod, Deployment, Gateway]);

    expect(cluster.list(Pod)).toHaveLength(3);
    expect(problems.map((problem) => problem.kind)).toEqual(['Gateway']);
    expect(api.seen.map((seen) => seen.path)).not.toContain('/apis/storage.k8s.io/v1');
  });

  test('spares the request for what is not installed; its list is whole, and empty', async () => {
    const { read, api } = await clusterWith();

    const { cluster, problems } = await read([Gateway]);

    expect(problems).toEqual([
      {
        kind: 'Gateway',
        reason: 'not installed',
        text: 'Gateways were not read: the cluster does not serve gateways.gateway.networking.k8s.io; install it, or leave out what needs it.',
      },
    ]);
    expect([cluster.complete(Gateway), cluster.missing(Gateway, 'any', 'shop')]).toEqual([true, true]);
    expect(api.seen.some((seen) => seen.path.includes('gateways'))).toBe(false);
  });

  test('finds a kind in another version of the same major number', async () => {
    const beta = { ...CronJob, version: 'v1beta1' };
    const { read } = await clusterWith({ kinds: [beta], objects: [{ kind: 'CronJob', metadata: { name: 'a' } }] });

    const { cluster, problems } = await read([CronJob]);

    expect([cluster.list(CronJob).length, problems]).toEqual([1, []]);
  });

  test('does not read a version whose fields stand elsewhere', async () => {
    const { read } = await clusterWith({ kinds: [{ ...CronJob, version: 'v2' }] });

    const { cluster, problems } = await read([CronJob]);

    expect(problems[0]).toMatchObject({
      reason: 'failed',
      text: expect.stringContaining('as v2 only, and v1 is needed'),
    });
    expect(cluster.complete(CronJob)).toBe(false);
  });

  test('that is forbidden does not keep the lists from being read', async () => {
    const reply = ({ path }: Seen) => (/^\/(apis?|version)$/.test(path) ? status(403, 'no') : undefined);
    const { read } = await clusterWith({ objects: manyPods(2), reply, kinds: [Pod] });

    const { cluster, problems } = await read([Pod, Gateway]);

    expect(cluster.list(Pod)).toHaveLength(2);
    expect(cluster.version).toBeUndefined();
    expect(problems).toMatchObject([{ kind: 'Gateway', reason: 'not installed' }]);
  });
});

describe('what an account may not read', () => {
  const reply = ({ path }: Seen) =>
    /secrets|ingressclasses/.test(path) ? status(403, 'secrets is forbidden') : undefined;

  test('is named with the rule that would allow it', async () => {
    const { read } = await clusterWith({ reply });

    const { cluster, problems } = await read([Secret]);

    expect(problems).toEqual([
      {
        kind: 'Secret',
        reason: 'forbidden',
        text: 'Secrets could not be read: the account lacks "list" on "secrets"; add the rule {apiGroups: [""], resources: ["secrets"], verbs: ["list"]} to its ClusterRole.',
      },
    ]);
    expect([cluster.complete(Secret), cluster.missing(Secret, 'any', 'shop')]).toEqual([false, false]);
  });

  test('is named for the namespace that was asked for', async () => {
    const { read } = await clusterWith({ reply });

    const { problems } = await read([Secret], { namespace: 'shop' });

    expect(problems[0]?.text).toContain('on "secrets" in namespace shop; add the rule');
  });

  test('in all namespaces may be readable in one', async () => {
    const onlyShop = ({ path }: Seen) => (path === PODS ? status(403, 'pods is forbidden') : undefined);
    const { read } = await clusterWith({ reply: onlyShop, objects: manyPods(2) });

    const all = await read([Pod]);
    const one = await read([Pod], { namespace: 'shop' });

    expect(all.problems).toMatchObject([{ reason: 'forbidden' }]);
    expect([one.problems, one.cluster.list(Pod).length]).toEqual([[], 2]);
  });
});

describe('a scope of one namespace', () => {
  test('is asked for by its own path, save what is read everywhere or has no namespace', async () => {
    const service = { kind: 'Service', metadata: { name: 'hook', namespace: 'infra' } };
    const { read, api } = await clusterWith({ objects: [...manyPods(2), ...manyPods(1, 'other'), service] });

    const { cluster } = await read([Pod, Service, Node, Namespace], { namespace: 'shop' }, { everywhere: [Service] });

    const paths = api.seen.map((seen) => seen.path);
    expect(paths).toContain('/api/v1/namespaces/shop/pods');
    expect(paths).toEqual(expect.arrayContaining(['/api/v1/services', '/api/v1/nodes', '/api/v1/namespaces']));
    expect(cluster.list(Pod)).toHaveLength(2);
    expect([cluster.complete(Pod, 'shop'), cluster.complete(Pod, 'other')]).toEqual([true, false]);
    expect(cluster.complete(Service, 'infra')).toBe(true);
  });
});

describe('a server in trouble', () => {
  test('that is busy is asked again when it says so', async () => {
    const busy = { ...status(429, 'too many requests'), headers: { 'retry-after': '2' } };
    const down = { ...status(503, 'shutting down'), headers: { 'retry-after': '3600' } };
    const { read, waits } = await clusterWith({ objects: manyPods(1), reply: first(PODS, busy, down) });

    const { problems } = await read([Pod]);

    expect(problems).toEqual([]);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeGreaterThanOrEqual(2_000);
    expect(waits[0]).toBeLessThan(2_500);
    expect(waits[1], 'no longer than 30 s, whatever it says').toBeLessThanOrEqual(36_000);
  });

  test.each<[string, Reply]>([
    ['fails', status(500, 'etcdserver: request timed out')],
    ['breaks the connection', { fault: 'reset' }],
    ['sends half a page', { fault: 'half' }],
    ['sends what is no JSON', { status: 200, body: '<html>sign in</html>' }],
    ['sends JSON that is no list', { status: 200, body: { login: 'https://login.example.com' } }],
  ])('that %s is asked again', async (_, reply) => {
    const { read, lists } = await clusterWith({ objects: manyPods(3), reply: first(PODS, reply, reply) });

    const { cluster, problems } = await read([Pod]);

    expect([cluster.list(Pod).length, problems]).toEqual([3, []]);
    expect(lists(PODS)).toHaveLength(3);
  });

  test.each<[string, Reply, RegExp]>([
    ['fails', status(500, 'boom'), /^Pods could not be read: the server answered 500 \(boom\); try again/],
    ['breaks the connection', { fault: 'reset' }, /^Pods could not be read: .*(closed|ECONNRESET)/],
    ['sends half a page', { fault: 'half' }, /^Pods could not be read: .*(closed|ECONNRESET|terminated)/],
    [
      'sends what is no JSON',
      { status: 200, body: 'oops' },
      /^Pods could not be read: the server sent what is no JSON/,
    ],
    [
      'sends JSON that is no list',
      { status: 200, body: {} },
      /^Pods could not be read: the server sent what is no list/,
    ],
    ['sends null', { status: 200, body: 'null' }, /^Pods could not be read: the server sent what is no list/],
    ['refuses the request', status(400, 'bad'), /^Pods could not be read: the server answered 400 \(bad\)/],
  ])('that always %s leaves a gap, and other kinds whole', async (_, reply, expected) => {
    const always = ({ path }: Seen) => (path === PODS ? reply : undefined);
    const { read, lists } = await clusterWith({ reply: always, objects: [{ kind: 'Node', metadata: { name: 'a' } }] });

    const { cluster, problems } = await read([Pod, Node]);

    expect(problems).toEqual([{ kind: 'Pod', reason: 'failed', text: expect.stringMatching(expected) }]);
    expect([cluster.complete(Pod), cluster.complete(Node)]).toEqual([false, true]);
    expect(lists(PODS).length).toBeLessThanOrEqual(3);
  });

  test('that writes an empty list as null has none of the kind', async () => {
    const { read } = await clusterWith({
      reply: ({ path }) =>
        path === PODS ? { status: 200, body: { kind: 'PodList', metadata: null, items: null } } : undefined,
    });

    const { cluster, problems } = await read([Pod]);

    expect([cluster.missing(Pod, 'web', 'shop'), problems]).toEqual([true, []]);
  });

  test('whose table has rows without cells or metadata is read as far as it goes', async () => {
    const rows = [null, { cells: null, object: null }, { cells: null, object: { metadata: { name: 'key' } } }];
    const { read } = await clusterWith({
      reply: ({ path }) => (path === '/api/v1/secrets' ? { status: 200, body: { kind: 'Table', rows } } : undefined),
    });

    const { cluster, problems } = await read([Secret]);

    expect([cluster.list(Secret).map(({ metadata }) => metadata.name), problems]).toEqual([['key'], []]);
  });

  test('that breaks off in the midst leaves what came before, as incomplete', async () => {
    const broken = ({ path, query }: Seen) =>
      path === PODS && query.has('continue') ? status(500, 'boom') : undefined;
    const { read } = await clusterWith({ objects: manyPods(900), reply: broken });

    const { cluster, problems } = await read([Pod]);

    expect(cluster.list(Pod)).toHaveLength(500);
    expect(cluster.missing(Pod, 'pod-000899', 'shop')).toBe(false);
    expect(problems[0]?.text).toContain('could not be read beyond the first 500');
  });

  test('that forgot the list goes on by the token that it offers', async () => {
    const inconsistent = Buffer.from('0500').toString('base64url');
    const gone = ({ query, path, times }: Seen) =>
      path === PODS && query.has('continue') && times === 1
        ? status(410, 'too old', { continue: inconsistent })
        : undefined;
    const { read, lists } = await clusterWith({ objects: manyPods(900), reply: gone });

    const { cluster, problems } = await read([Pod]);

    expect([new Set(cluster.list(Pod).map((pod) => pod.metadata.name)).size, problems]).toEqual([900, []]);
    expect(lists(PODS)).toHaveLength(3);
  });

  test('that forgot the list, and offers no token, is asked from the start', async () => {
    const gone = ({ query, path, times }: Seen) =>
      path === PODS && query.has('continue') && times < 3 ? status(410, 'too old') : undefined;
    const { read } = await clusterWith({ objects: manyPods(900), reply: gone });

    const { cluster, problems, objects } = await read([Pod]);

    expect([cluster.list(Pod).length, objects, problems]).toEqual([900, 900, []]);
  });

  test('that forgets every list is given up', async () => {
    const gone = ({ query, path }: Seen) =>
      path === PODS && query.has('continue') ? status(410, 'too old') : undefined;
    const { read } = await clusterWith({ objects: manyPods(900), reply: gone });

    const { problems } = await read([Pod]);

    expect(problems).toMatchObject([{ reason: 'failed', text: expect.stringContaining('410 (too old)') }]);
  });

  test('that falls silent ends the read in time, with what was read', async () => {
    const silent = ({ path }: Seen): Reply | undefined => (path === PODS ? { fault: 'hang' } : undefined);
    const options = { reply: silent, objects: [{ kind: 'Node', metadata: { name: 'a' } }] };
    const { read } = await clusterWith(options);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const nodes = Promise.withResolvers<void>();

    const reading = read([Pod, Node], {}, { onProgress: ({ kinds }) => kinds === 1 && nodes.resolve() });
    await nodes.promise;
    vi.advanceTimersByTime(PATIENCE_MS);
    const { cluster, problems } = await reading;

    expect(cluster.list(Node)).toHaveLength(1);
    expect(problems).toMatchObject([
      { kind: 'Pod', text: expect.stringContaining('nothing came from the server for 25 s') },
    ]);
  });
});

describe('the person who asks', () => {
  test('may give up', async () => {
    const controller = new AbortController();
    const reply = ({ path }: Seen): Reply | undefined => {
      if (path !== PODS) return undefined;
      controller.abort(new Error('stopped'));
      return { fault: 'hang' };
    };
    const { read } = await clusterWith({ reply });

    await expect(read([Pod], {}, { signal: controller.signal })).rejects.toThrow('stopped');
  });

  test('hears that nobody knows who they are', async () => {
    const unknown = status(403, 'forbidden: User "system:anonymous" cannot get path "/api"');
    const { read } = await clusterWith({ reply: ({ path }) => (path === '/version' ? undefined : unknown) });

    await expect(read([Pod])).rejects.toThrow(/refused the credentials .* missing, wrong or expired/);
  });

  test('hears that credentials expired, even in the midst of a read', async () => {
    const reply = ({ path }: Seen) => (path === PODS ? status(401, 'Unauthorized') : undefined);
    const { read } = await clusterWith({ reply });

    const refusal = read([Pod, Node]);

    await expect(refusal).rejects.toThrow(UserError);
    await expect(refusal).rejects.toThrow(
      /^The cluster "test" refused the credentials of user "anna" in .*: they are missing, wrong or expired\. Fetch a new/,
    );
  });
});
