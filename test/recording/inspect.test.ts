import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ClusterSource, Inspector, LogOptions, ReadProblem } from '../../src/cluster.ts';
import { UserError } from '../../src/errors.ts';
import type { Kind } from '../../src/kind.ts';
import { ConfigMap, Secret } from '../../src/kinds/configuration.ts';
import { Event } from '../../src/kinds/event.ts';
import { Ingress } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { Deployment } from '../../src/kinds/workloads.ts';
import { openRecording, recordCluster } from '../../src/recording/index.ts';
import { snapshot } from '../../src/snapshot.ts';
import { build, event, NOW } from '../support/cluster.ts';
import { noInspector } from '../support/inspector.ts';
import { crashingPod, healthyPod, waitingPod } from '../support/pods.ts';

const never = new AbortController().signal;
const crashing = crashingPod({}, { spec: { containers: [{ name: 'app' }, { name: 'proxy' }] } });
const starting = waitingPod('ContainerCreating', '', { metadata: { name: 'cart-1' } });
const elsewhere = healthyPod({ metadata: { name: 'mail-0', namespace: 'infra', labels: { app: 'mail' } } });
const objects = [
  crashing,
  starting,
  elsewhere,
  build(Secret, { metadata: { name: 'db' }, columns: { Type: 'Opaque', Data: 2 } }),
  build(ConfigMap, { metadata: { name: 'settings' }, data: { file: 'x'.repeat(40) } }),
  build(Node, { metadata: { name: 'worker-a' } }),
  event(crashing, 'BackOff', 'Back-off restarting failed container'),
];
const KINDS = [Pod, Secret, ConfigMap, Node, Event, Ingress, Deployment];
const forbidden: ReadProblem = { kind: 'Ingress', reason: 'forbidden', text: 'Ingresses could not be read: …' };
const absent: ReadProblem = { kind: 'Deployment', reason: 'not installed', text: 'Deployments were not read.' };

/** A cluster of these objects, and what its containers say. */
function live(logs: (options: LogOptions) => string = () => ''): ClusterSource {
  return {
    name: 'production',
    inspector: { ...noInspector, logs: async (options) => logs(options) },
    async read(kinds: readonly Kind[], { namespace }) {
      const lists = kinds.map((kind) => ({
        kind,
        objects: objects.filter((o) => o.kind === kind.kind && (!namespace || o.metadata.namespace === namespace)),
        ...(namespace && kind.namespaced && { namespace }),
      }));
      const cluster = snapshot(lists, { name: 'production', now: NOW });
      return { cluster, problems: [forbidden, absent], requests: 1, objects: objects.length };
    },
  };
}

async function recorded(logs?: (options: LogOptions) => string, namespace?: string) {
  const recording = await recordCluster(live(logs), KINDS, {
    podsWithLogs: async ({ cluster }) => (logs ? cluster.list(Pod) : []),
    ...(namespace && { scope: { namespace } }),
  });
  return { ...recording, inspector: (await openRecording(recording.bytes)).inspector };
}

async function list(inspector: Inspector, word: string, more: object = {}) {
  const resource = await inspector.resource(word, never);
  if (!resource) throw new Error(`no ${word}`);
  const { objects: found, more: left } = await inspector.list(resource, { limit: 10, ...more }, never);
  return { names: found.map(({ metadata }) => (metadata as { name: string }).name), left, found };
}

describe('the objects of a recording', () => {
  test('are found by every word for their kind, at the time of the recording', async () => {
    const { inspector } = await recorded();

    const words = ['Pod', 'pods', 'po', 'configmap', 'cm', 'no', 'ev'];
    const found = await Promise.all(words.map((word) => inspector.resource(word, never)));

    expect(found.map((each) => each?.kind)).toEqual(['Pod', 'Pod', 'Pod', 'ConfigMap', 'ConfigMap', 'Node', 'Event']);
    expect(found[0]).toMatchObject({ group: '', version: 'v1', plural: 'pods', namespaced: true });
    expect(inspector.now()).toBe(NOW);
  });

  test('of an old recording, which told less of a kind, as well', async () => {
    const header = { format: 'k8sgpt-chat recording', version: 1, recordedAt: '2026-03-14T10:00:00Z', cluster: 'a' };
    const kinds = [
      { kind: 'Deployment', group: 'apps', objects: 0 },
      { kind: 'Gizmo', group: 'example.com', objects: 1 },
    ];
    const lines = [
      { ...header, kinds },
      { kind: 'Gizmo', metadata: { name: 'one' } },
    ];
    const bytes = gzipSync(lines.map((line) => JSON.stringify(line)).join('\n'));

    const { inspector } = await openRecording(bytes);

    expect(await inspector.resource('deploy', never)).toMatchObject({ plural: 'deployments', version: 'v1' });
    expect((await list(inspector, 'gizmos')).names).toEqual(['one']);
  });

  test('come one by one, as the API would show them', async () => {
    const { inspector } = await recorded();
    const get = async (word: string, name: string, namespace?: string) => {
      const resource = await inspector.resource(word, never);
      return resource && inspector.get(resource, name, namespace, never);
    };

    expect(await get('pod', 'cart-0', 'shop')).toMatchObject({ apiVersion: 'v1', kind: 'Pod' });
    expect(await get('pod', 'cart-0', 'infra')).toBeUndefined();
    expect(await get('node', 'worker-a')).toMatchObject({ kind: 'Node' });
    expect(await get('cm', 'settings', 'shop')).toMatchObject({ data: { file: 40 } });
    const secret = await get('secret', 'db', 'shop');
    expect(secret).toMatchObject({ type: 'Opaque', keys: 2 });
    expect(secret).not.toHaveProperty('columns');
  });

  test('are narrowed by labels and fields', async () => {
    const { inspector } = await recorded();

    expect((await list(inspector, 'pods')).names).toEqual(['mail-0', 'cart-0', 'cart-1']);
    expect((await list(inspector, 'pods', { namespace: 'shop' })).names).toEqual(['cart-0', 'cart-1']);
    expect((await list(inspector, 'pods', { selector: 'app=mail' })).names).toEqual(['mail-0']);
    expect((await list(inspector, 'pods', { fields: 'metadata.name=cart-1,spec.nodeName=worker-a' })).names).toEqual([
      'cart-1',
    ]);
    expect((await list(inspector, 'events', { fields: 'involvedObject.name=cart-0,type!=Normal' })).found).toHaveLength(
      1,
    );
    expect(await list(inspector, 'pods', { limit: 1 })).toMatchObject({ names: ['mail-0'], left: true });
  });

  test.each<[string, (inspector: Inspector) => Promise<unknown>, RegExp]>([
    ['a kind that is not in it', (i) => i.resource('hpa', never), /^HorizontalPodAutoscalers are not in the recording/],
    ['a kind that could not be read', (i) => list(i, 'ingresses'), /^Ingresses could not be read: …$/],
    ['a selector that is none', (i) => list(i, 'pods', { selector: 'a b' }), /"a b" is no label selector/],
    ['a field selector that is none', (i) => list(i, 'pods', { fields: 'name' }), /"name" is no field selector/],
  ])('for %s there is one sentence', async (_, look, expected) => {
    const { inspector } = await recorded();

    await expect(look(inspector)).rejects.toThrow(UserError);
    await expect(look(inspector)).rejects.toThrow(expected);
  });

  test('of a kind that was not installed do not exist', async () => {
    const { inspector } = await recorded();

    expect(await inspector.resource('deploy', never)).toBeUndefined();
    expect(await inspector.resource('gizmo', never)).toBeUndefined();
  });

  test('of other namespaces than the recorded one are not known', async () => {
    const { inspector } = await recorded(undefined, 'shop');

    expect((await list(inspector, 'pods')).names).toEqual(['cart-0', 'cart-1']);
    await expect(list(inspector, 'pods', { namespace: 'infra' })).rejects.toThrow(
      'Pods are recorded for namespace shop only; record the cluster again without --namespace.',
    );
  });
});

describe('the logs of a recording', () => {
  const text = ({ pod, container, previous }: LogOptions) =>
    `2026-03-14T09:40:00Z ${pod} ${container} starts\n  password=hunter2\n2026-03-14T09:58:00Z ${previous ? 'ended' : 'waits'}\n`;
  const read = (inspector: Inspector, more: Partial<LogOptions> = {}) =>
    inspector.logs({ namespace: 'shop', pod: 'cart-0', lines: 10, bytes: 10_000, ...more }, never);

  test('are those of every run that may have written something, masked', async () => {
    const asked: string[] = [];
    const { logs, inspector } = await recorded((options) => {
      asked.push(`${options.pod} ${options.container} ${options.previous}`);
      return text(options);
    });

    expect(asked.toSorted()).toEqual(['cart-0 app false', 'cart-0 app true', 'mail-0 app false']);
    expect(logs).toEqual({ recorded: 3, failed: 0 });
    expect(await read(inspector)).toMatch(/ cart-0 app starts\n {2}password=\*\*\*\n.* waits\n$/);
    expect(await read(inspector, { previous: true })).toMatch(/ ended\n$/);
  });

  test('are cut as live ones are', async () => {
    const { inspector } = await recorded(text);

    expect(await read(inspector, { lines: 1 })).toBe('2026-03-14T09:58:00Z waits\n');
    expect(await read(inspector, { lines: 1, bytes: 10 })).toBe('2026-03-14');
    expect(await read(inspector, { sinceSeconds: 600 })).toBe('2026-03-14T09:58:00Z waits\n');
    expect(await read(inspector, { sinceSeconds: 30 })).toBe('');
    expect(await read(inspector, { sinceSeconds: 86_400 })).toBe(await read(inspector));
  });

  test('of lines without times cannot be narrowed by time', async () => {
    const { inspector } = await recorded(() => 'one\ntwo\n');

    expect(await read(inspector, { sinceSeconds: 1 })).toBe('one\ntwo\n');
  });

  test('end with the last whole lines where a container wrote a lot', async () => {
    const { inspector } = await recorded(() => Array.from({ length: 9_000 }, (_, at) => `line ${at}\n`).join(''));

    const lines = (await read(inspector, { lines: 99_999, bytes: 999_999 })).split('\n');

    expect(lines.at(-2)).toBe('line 8999');
    expect(lines[0]).toMatch(/^line \d+$/);
    expect(lines.join('\n').length).toBeLessThanOrEqual(32_000);
  });

  test('that could not be read are counted and left out', async () => {
    const { logs, inspector } = await recorded((options) => {
      if (options.previous) throw new UserError('no previous run');
      return text(options);
    });

    expect(logs).toEqual({ recorded: 2, failed: 1 });
    await expect(read(inspector, { previous: true })).rejects.toThrow(
      /has no logs of a previous run of container app of Pod shop\/cart-0; it has those of app\.$/,
    );
  });

  test.each<[Partial<LogOptions>, RegExp]>([
    [{ pod: 'cart-1' }, /has no logs of Pod shop\/cart-1; logs are recorded of Pods that have findings/],
    [{ container: 'proxy' }, /has no logs of container proxy of Pod shop\/cart-0; it has those of app\.$/],
  ])('that are not there are missed in one sentence: %o', async (more, expected) => {
    const { inspector } = await recorded(text);

    await expect(read(inspector, more)).rejects.toThrow(UserError);
    await expect(read(inspector, more)).rejects.toThrow(expected);
  });

  test('that are damaged make the recording so', async () => {
    const header = {
      format: 'k8sgpt-chat recording',
      version: 2,
      recordedAt: '2026-03-14T10:00:00Z',
      cluster: 'a',
      kinds: [],
    };

    const opened = openRecording(gzipSync(JSON.stringify({ ...header, logs: 2 })));

    await expect(opened).rejects.toThrow(/damaged or cut off/);
  });
});
