import { describe, expect, onTestFinished, test } from 'vitest';
import type { Inspector, Resource } from '../../src/cluster.ts';
import { ClusterError, UserError } from '../../src/errors.ts';
import { connect } from '../../src/kubernetes/index.ts';
import { type ApiOptions, manyPods, type Stored, startApi, status } from '../support/api-server.ts';
import { NOW } from '../support/cluster.ts';

const never = new AbortController().signal;
const HIDDEN = 'hunter2';

const objects: Stored[] = [
  {
    kind: 'Pod',
    metadata: { name: 'cart-0', namespace: 'shop', labels: { app: 'cart' }, managedFields: [] },
    spec: { nodeName: 'one', containers: [{ name: 'app' }, { name: 'proxy' }], initContainers: [{ name: 'migrate' }] },
  },
  { kind: 'Pod', metadata: { name: 'cart-0', namespace: 'infra' }, spec: { containers: [{ name: 'app' }] } },
  { kind: 'Node', metadata: { name: 'one' } },
  { kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } },
  {
    kind: 'Secret',
    metadata: { name: 'db', namespace: 'shop', annotations: { applied: HIDDEN }, managedFields: [{ fields: HIDDEN }] },
    type: 'Opaque',
    data: { password: HIDDEN, user: 'shop' },
  },
];
const logs = {
  'shop/cart-0/app': 'one\ntwo\nthree\n',
  'shop/cart-0/app previous': 'ended\n',
  'infra/cart-0/app': 'größer\n',
};

async function opened(options: ApiOptions = {}, timeoutMs?: number) {
  const api = await startApi({ objects, logs, ...options });
  onTestFinished(() => api.close());
  const source = await connect({
    kubeconfig: api.kubeconfig(),
    env: {},
    pause: async () => {},
    ...(timeoutMs && { timeoutMs }),
  });
  onTestFinished(async () => source.close?.());
  return { api, inspector: source.inspector };
}

async function typeOf(inspector: Inspector, word: string): Promise<Resource> {
  const resource = await inspector.resource(word, never);
  if (!resource) throw new Error(`no ${word}`);
  return resource;
}

describe('types', () => {
  test.each([true, false])('are found by every word for them (aggregated discovery: %s)', async (aggregated) => {
    const { inspector } = await opened({ aggregated });

    const words = ['Pod', 'pods', 'deployments.apps', 'daemonset', 'ingresses'];
    const found = await Promise.all(words.map((word) => inspector.resource(word, never)));

    expect(found.map((each) => each?.kind)).toEqual(['Pod', 'Pod', 'Deployment', 'DaemonSet', 'Ingress']);
    expect(found[2]).toMatchObject({ group: 'apps', version: 'v1', plural: 'deployments', namespaced: true });
    expect(await inspector.resource('node', never)).toMatchObject({ namespaced: false });
    expect(await inspector.resource('pods/status', never)).toBeUndefined();
  });

  test('of short names are those that the server says', async () => {
    const { inspector } = await opened();

    expect((await inspector.resource('po', never))?.kind).toBe('Pod');
    expect(await inspector.resource('gizmo', never)).toBeUndefined();
  });

  test('are asked for once, and not again for each word that is unknown', async () => {
    const { api, inspector } = await opened();

    for (const word of ['po', 'deploy', 'gizmo', 'gadget']) await inspector.resource(word, never);

    expect(api.seen.map(({ path }) => path).toSorted()).toEqual(['/api', '/apis']);
  });

  test('are the built-in ones for an account that may not ask', async () => {
    const { inspector } = await opened({
      reply: ({ path }) => (/^\/apis?$/.test(path) ? status(403, 'apis is forbidden') : undefined),
    });

    expect((await inspector.resources(never)).length).toBeGreaterThan(30);
    expect((await inspector.resource('sts', never))?.kind).toBe('StatefulSet');
  });

  test('are those of the groups that answer', async () => {
    const { inspector } = await opened({
      aggregated: false,
      reply: ({ path }) => (path === '/apis/apps/v1' ? status(503, 'down') : undefined),
    });

    expect(await inspector.resource('deploy', never)).toBeUndefined();
    expect((await inspector.resource('job', never))?.kind).toBe('Job');
  });
});

describe('an object', () => {
  test('comes whole, in one request', async () => {
    const { api, inspector } = await opened();
    const pods = await typeOf(inspector, 'pod');
    const before = api.seen.length;

    const pod = await inspector.get(pods, 'cart-0', 'shop', never);

    expect(pod).toMatchObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { managedFields: [] },
      spec: { nodeName: 'one' },
    });
    expect(api.seen).toHaveLength(before + 1);
  });

  test.each([
    ['pod', 'cart-1', 'shop'],
    ['pod', 'cart-0', 'nowhere'],
    ['node', 'two', undefined],
    ['secret', 'no-such', 'shop'],
    ['pod', '../nodes', 'shop'],
  ])('that does not exist (%s %s) is undefined', async (word, name, namespace) => {
    const { inspector } = await opened();

    expect(await inspector.get(await typeOf(inspector, word), name, namespace, never)).toBeUndefined();
  });

  test.each([
    ['..', 'shop'],
    ['cart-0', '..'],
    ['.', undefined],
  ])('of a name that would lead elsewhere (%s in %s) is not asked for', async (name, namespace) => {
    const { api, inspector } = await opened();
    const pods = await typeOf(inspector, 'pod');
    const before = api.seen.length;

    await expect(inspector.get(pods, name, namespace, never)).rejects.toThrow(/is no name of an object/);
    expect(api.seen).toHaveLength(before);
  });

  test('that is a Secret comes without its contents, for who may list', async () => {
    const { api, inspector } = await opened({
      reply: ({ path, headers }) =>
        path.includes('/secrets/') || (path.endsWith('/secrets') && !headers.accept?.includes('as=Table'))
          ? status(403, 'secrets is forbidden')
          : undefined,
    });

    const secret = await inspector.get(await typeOf(inspector, 'secret'), 'db', 'shop', never);

    expect(secret).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'shop' },
      type: 'Opaque',
      keys: 2,
    });
    expect(api.seen.at(-1)?.query.get('fieldSelector')).toBe('metadata.name=db');
  });
});

describe('lists', () => {
  test('are narrowed by the server', async () => {
    const { inspector } = await opened();
    const pods = await typeOf(inspector, 'pods');
    const named = async (options: object) =>
      (await inspector.list(pods, { limit: 10, ...options }, never)).objects.map(({ metadata }) => metadata);

    expect(await named({})).toHaveLength(2);
    expect(await named({ namespace: 'infra' })).toMatchObject([{ namespace: 'infra' }]);
    expect(await named({ selector: 'app=cart' })).toMatchObject([{ namespace: 'shop' }]);
    expect(await named({ fields: 'spec.nodeName=one' })).toMatchObject([{ namespace: 'shop' }]);
  });

  test('come in pages, and say that there are more', async () => {
    const { api, inspector } = await opened({ objects: manyPods(2_300) });
    const pods = await typeOf(inspector, 'pods');

    const some = await inspector.list(pods, { limit: 1_700 }, never);
    const all = await inspector.list(pods, { limit: 5_000 }, never);

    expect([some.objects.length, some.more]).toEqual([1_700, true]);
    expect([all.objects.length, all.more]).toEqual([2_300, false]);
    expect(api.seen.slice(-5).map(({ query }) => query.get('limit'))).toEqual(['1000', '700', '1000', '1000', '1000']);
  });

  test('of huge objects come in smaller pages', async () => {
    const huge = { metadata: {}, items: [{ metadata: { name: 'x'.repeat(65 * 1024 * 1024) } }] };
    const { inspector } = await opened({
      reply: ({ path, query }) =>
        path.endsWith('/pods') && Number(query.get('limit')) > 100 ? { status: 200, body: huge } : undefined,
    });

    const { objects: pods } = await inspector.list(await typeOf(inspector, 'pods'), { limit: 500 }, never);

    expect(pods).toHaveLength(2);
  });

  test('of Secrets are without contents', async () => {
    const { inspector } = await opened();

    const { objects: secrets } = await inspector.list(await typeOf(inspector, 'secrets'), { limit: 10 }, never);

    expect(secrets).toMatchObject([{ type: 'Opaque', keys: 2 }]);
    expect(JSON.stringify(secrets)).not.toContain(HIDDEN);
  });

  test('that the server forgets on the way say that there are more', async () => {
    const { inspector } = await opened({
      objects: manyPods(1_800),
      reply: ({ query }) => (query.has('continue') ? status(410, 'too old') : undefined),
    });

    const { objects: pods, more } = await inspector.list(await typeOf(inspector, 'pods'), { limit: 5_000 }, never);

    expect([pods.length, more]).toEqual([1_000, true]);
  });
});

describe('logs', () => {
  test('are the last lines, of the run that is asked for', async () => {
    const { api, inspector } = await opened();
    const read = (more: object) =>
      inspector.logs({ namespace: 'shop', pod: 'cart-0', container: 'app', lines: 2, bytes: 1_000, ...more }, never);

    expect(await read({})).toBe('two\nthree\n');
    expect(await read({ previous: true })).toBe('ended\n');
    expect(await read({ sinceSeconds: 60 })).toBe('two\nthree\n');
    expect(api.seen.at(-1)?.query.get('sinceSeconds')).toBe('60');
  });

  test('are cut at a letter, not within one', async () => {
    const { inspector } = await opened();

    expect(await inspector.logs({ namespace: 'infra', pod: 'cart-0', lines: 9, bytes: 3 }, never)).toBe('gr');
  });

  test.each<[string, object, string]>([
    ['Pod', { pod: 'cart-9' }, 'There is no Pod shop/cart-9.'],
    [
      'container',
      { container: 'web' },
      'Pod shop/cart-0 has no container "web"; it has app, proxy (at its start: migrate).',
    ],
    [
      'choice of a container',
      {},
      'Pod shop/cart-0 has several containers, so one must be named; it has app, proxy (at its start: migrate).',
    ],
    [
      'start',
      { container: 'proxy' },
      'Container proxy of Pod shop/cart-0 has not started (ContainerCreating), so it has written nothing.',
    ],
    [
      'previous run',
      { container: 'proxy', previous: true },
      'Container proxy of Pod shop/cart-0 has no previous run that its node remembers: it was not restarted, or its Pod is new.',
    ],
  ])('without such a %s say so in one sentence', async (_, more, expected) => {
    const { inspector } = await opened();
    const read = inspector.logs({ namespace: 'shop', pod: 'cart-0', lines: 9, bytes: 99, ...more }, never);

    await expect(read).rejects.toThrow(new UserError(expected));
  });

  test.each([
    'unable to retrieve container logs for containerd://0123abcd',
    'failed to try resolving symlinks in path "/var/log/pods/a/app/0.log": no such file or directory',
  ])('that a node has lost say so: %s', async (text) => {
    const { inspector } = await opened({ logs: { 'shop/cart-0/app': text } });
    const read = inspector.logs({ namespace: 'shop', pod: 'cart-0', container: 'app', lines: 9, bytes: 999 }, never);

    await expect(read).rejects.toThrow(new UserError('The node no longer has this log of Pod shop/cart-0.'));
  });

  test.each<[string, number, string, RegExp]>([
    [
      'the node is away',
      500,
      'Get "https://10.0.0.1:10250/": dial tcp: i/o timeout',
      /from its node: .*dial tcp.* Look at the node/,
    ],
    ['there is no node', 400, 'pod cart-0 does not have a host assigned', /has no node yet, so nothing in it has run/],
    [
      'anything else',
      400,
      'what?',
      /The log of Pod shop\/cart-0 could not be read: the server answered 400 \(what\?\)/,
    ],
  ])('where %s say so', async (_, code, message, expected) => {
    const { inspector } = await opened({
      reply: ({ path }) => (path.endsWith('/log') ? status(code, message) : undefined),
    });
    const read = inspector.logs({ namespace: 'shop', pod: 'cart-0', lines: 9, bytes: 99 }, never);

    await expect(read).rejects.toThrow(expected);
  });
});

describe('what is forbidden names the rule that is lacking', () => {
  test.each<[string, (inspector: Inspector) => Promise<unknown>, string]>([
    [
      'get',
      async (inspector) => inspector.get(await typeOf(inspector, 'deploy'), 'cart', 'shop', never),
      'Deployments could not be read: the account lacks "get" on "deployments" in namespace shop; add the rule {apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"]} to its Role there.',
    ],
    [
      'list',
      async (inspector) => inspector.list(await typeOf(inspector, 'pods'), { limit: 1 }, never),
      'Pods could not be read: the account lacks "list" on "pods"; add the rule {apiGroups: [""], resources: ["pods"], verbs: ["list"]} to its ClusterRole.',
    ],
    [
      'secrets',
      async (inspector) => inspector.get(await typeOf(inspector, 'secrets'), 'db', 'shop', never),
      'Secrets could not be read: the account lacks "list" on "secrets" in namespace shop; add the rule {apiGroups: [""], resources: ["secrets"], verbs: ["list"]} to its Role there.',
    ],
    [
      'logs',
      (inspector) => inspector.logs({ namespace: 'shop', pod: 'cart-0', lines: 1, bytes: 1 }, never),
      'Logs could not be read: the account lacks "get" on "pods/log" in namespace shop; add the rule {apiGroups: [""], resources: ["pods/log"], verbs: ["get"]} to its Role there.',
    ],
  ])('%s', async (_, look, expected) => {
    const { inspector } = await opened({
      reply: ({ path }) => (/^\/apis?$/.test(path) ? undefined : status(403, 'forbidden')),
    });

    await expect(look(inspector)).rejects.toThrow(new UserError(expected));
  });
});

describe('a cluster', () => {
  test('that cannot be reached is told from an object that does not exist', async () => {
    const { inspector } = await opened({
      reply: ({ path }) => (path.endsWith('/cart-0') ? { fault: 'reset' } : undefined),
    });
    const pods = await typeOf(inspector, 'pods');

    await expect(inspector.get(pods, 'cart-0', 'shop', never)).rejects.toThrow(ClusterError);
  });

  test('that refuses who asks says so', async () => {
    const { inspector } = await opened({ token: 'other', reply: () => status(401, 'Unauthorized') });

    await expect(inspector.resources(never)).rejects.toThrow(ClusterError);
  });

  test('that does not answer is given up', async () => {
    const { inspector } = await opened({ reply: () => ({ fault: 'hang' }) }, 50);

    await expect(inspector.resources(never)).rejects.toThrow(/does not answer \(nothing came from the server/);
  });

  test('that answers with no JSON is no Kubernetes', async () => {
    const { inspector } = await opened({
      reply: ({ path }) => (path.endsWith('/pods') ? { status: 200, body: '<html>' } : undefined),
    });

    await expect(inspector.list(await typeOf(inspector, 'pods'), { limit: 1 }, never)).rejects.toThrow(
      /Check that it is the address of a Kubernetes API server/,
    );
  });

  test('is left as soon as who asked goes', async () => {
    const { inspector } = await opened({ reply: () => ({ fault: 'hang' }) });
    const abort = new AbortController();
    const asked = inspector.resources(abort.signal);

    abort.abort(new Error('gone'));

    await expect(asked).rejects.toThrow('gone');
  });

  test('tells the time by its own clock', async () => {
    const { inspector } = await opened({ now: NOW });

    await inspector.get(await typeOf(inspector, 'pods'), 'cart-0', 'shop', never);

    expect(Math.abs(inspector.now() - NOW)).toBeLessThan(5_000);
  });
});
