import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClusterSource, Reading, ReadProblem, Scope } from '../../src/cluster.ts';
import { UserError } from '../../src/errors.ts';
import type { Kind, KubernetesObject } from '../../src/kind.ts';
import { ConfigMap, Secret } from '../../src/kinds/configuration.ts';
import { Event } from '../../src/kinds/event.ts';
import { Service } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { Deployment } from '../../src/kinds/workloads.ts';
import { openRecording, recordCluster } from '../../src/recording/index.ts';
import { snapshot } from '../../src/snapshot.ts';
import { build, event, NOW } from '../support/cluster.ts';
import { noInspector } from '../support/inspector.ts';

const pod = build(Pod, {
  metadata: { name: 'cart-0', labels: { tier: 'web', app: 'cart' } },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'shop/cart:1',
        args: ['--password', 'hunter2', '--db=postgres://shop:hunter2@db.shop/orders'],
        env: [
          { name: 'DB_PASSWORD', value: 'hunter2' },
          { name: 'DB_HOST', value: 'db.shop' },
          { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'api', key: 'token' } } },
        ],
      },
    ],
  },
  status: { phase: 'Running' },
});
const objects: KubernetesObject[] = [
  pod,
  build(Pod, { metadata: { name: 'mail-0', namespace: 'infra' } }),
  build(ConfigMap, { metadata: { name: 'settings' }, data: { file: 'x'.repeat(40) } }),
  build(Secret, { metadata: { name: 'db' }, columns: { Type: 'Opaque', Data: 2 } }),
  build(Node, { metadata: { name: 'one' } }),
  event(pod, 'Failed', 'login with password=hunter2 was refused'),
];
const KINDS = [Pod, ConfigMap, Secret, Node, Event, Service];

/** A cluster of these objects, of which some kinds cannot be read. */
function source(all = objects, problems: ReadProblem[] = []): ClusterSource {
  return {
    name: 'production',
    inspector: noInspector,
    async read(kinds, scope, { everywhere = [] } = {}) {
      const lists = kinds.map((kind) => {
        const namespace = kind.namespaced && !everywhere.includes(kind) ? scope.namespace : undefined;
        const problem = problems.find((each) => each.kind === kind.kind);
        return {
          kind,
          objects: all.filter((o) => o.kind === kind.kind && (!namespace || o.metadata.namespace === namespace)),
          ...(namespace && { namespace }),
          ...(problem && { gap: problem.reason }),
        };
      });
      const cluster = snapshot(lists, { name: 'production', now: NOW, version: '1.36' });
      return { cluster, problems, requests: 9, objects: lists.flatMap((list) => list.objects).length };
    },
  };
}

/** What an analysis sees of a reading. */
function view({ cluster, problems, objects }: Reading, kinds: readonly Kind[]) {
  const { name, now, version } = cluster;
  const lists = kinds.map((kind) => ({
    kind: kind.kind,
    complete: [undefined, 'shop', 'infra'].map((namespace) => cluster.complete(kind, namespace)),
    names: cluster
      .list(kind)
      .map((each) => each.metadata.name)
      .sort(),
  }));
  return { name, now, version, problems, objects, lists };
}

const harmless = objects.filter((each) => each !== pod && each.kind !== 'Event');
const forbidden: ReadProblem = { kind: 'Secret', reason: 'forbidden', text: 'Secrets could not be read.' };
const absent: ReadProblem = { kind: 'Service', reason: 'not installed', text: 'Services were not read.' };

describe('a recording', () => {
  test.each<[string, Scope]>([
    ['all namespaces', {}],
    ['one namespace', { namespace: 'shop' }],
  ])('answers as the cluster did, with its gaps, for %s', async (_, scope) => {
    const live = source(objects, [forbidden, absent]);
    const { bytes } = await recordCluster(live, KINDS, { scope });
    const replayed = await openRecording(bytes);

    const there = await live.read(KINDS, scope);
    const here = await replayed.read(KINDS, scope);

    const sorted = ({ problems, ...rest }: ReturnType<typeof view>) => ({
      ...rest,
      problems: [...problems].sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    });
    expect(sorted(view(here, KINDS))).toEqual(sorted(view(there, KINDS)));
    expect(here.requests).toBe(0);
  });

  test('keeps every field of what it holds', async () => {
    const { bytes } = await recordCluster(source(harmless), KINDS);
    const { cluster } = await (await openRecording(bytes)).read(KINDS, {});

    const kept = KINDS.flatMap((kind: Kind) => cluster.list(kind));
    expect(kept).toHaveLength(harmless.length);
    expect(kept).toEqual(expect.arrayContaining(harmless));
    expect(cluster.get(ConfigMap, 'settings', 'shop')?.data).toEqual({ file: 40 });
  });

  test('holds no credentials, and all names', async () => {
    const { bytes } = await recordCluster(source(), KINDS);
    const text = gunzipSync(bytes).toString();

    expect(text).not.toContain('hunter2');
    const { cluster } = await (await openRecording(bytes)).read(KINDS, {});
    expect(cluster.get(Pod, 'cart-0', 'shop')?.spec?.containers?.[0]).toMatchObject({
      args: ['--password', '***', '--db=postgres://shop:***@db.shop/orders'],
      env: [
        { name: 'DB_PASSWORD', value: '***' },
        { name: 'DB_HOST', value: 'db.shop' },
        { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'api', key: 'token' } } },
      ],
    });
    expect(cluster.list(Event)[0]?.message).toBe('login with password=*** was refused');
  });

  test('of the same cluster has the same bytes, in whatever order things came', async () => {
    const turned = objects.toReversed().map((each) => {
      const { metadata, ...rest } = each;
      return { ...Object.fromEntries(Object.entries(rest).toReversed()), metadata } as KubernetesObject;
    });

    const first = await recordCluster(source(), KINDS);
    const second = await recordCluster(source(turned), [...KINDS.toReversed(), Pod]);

    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
    expect(first.objects).toBe(objects.length);
  });

  test('of a recording is the same recording', async () => {
    const { bytes } = await recordCluster(source(objects, [forbidden]), KINDS);
    const again = await recordCluster(await openRecording(bytes), KINDS);

    expect(Buffer.compare(again.bytes, bytes)).toBe(0);
  });

  test('can be asked for one namespace, with some kinds everywhere', async () => {
    const { bytes } = await recordCluster(source(), KINDS);
    const { cluster } = await (await openRecording(bytes)).read(
      [Pod, ConfigMap],
      { namespace: 'infra' },
      { everywhere: [ConfigMap] },
    );

    expect(cluster.list(Pod).map((each) => each.metadata.name)).toEqual(['mail-0']);
    expect(cluster.list(ConfigMap)).toHaveLength(1);
    expect([cluster.complete(Pod, 'infra'), cluster.complete(Pod, 'shop')]).toEqual([true, false]);
  });

  test('of one namespace says so when more is asked of it', async () => {
    const { bytes } = await recordCluster(source(), [Pod], { scope: { namespace: 'shop' } });
    const replayed = await openRecording(bytes);

    const all = await replayed.read([Pod], {});
    const other = await replayed.read([Pod], { namespace: 'infra' });

    expect(all.problems[0]?.text).toMatch(/recorded for namespace shop only; record the cluster again/);
    expect(all.cluster.list(Pod)).toHaveLength(1);
    expect([other.problems.length, other.cluster.missing(Pod, 'any', 'infra')]).toEqual([1, false]);
  });

  test('says which kinds it does not hold', async () => {
    const { bytes } = await recordCluster(source(), [Pod]);
    const { cluster, problems } = await (await openRecording(bytes)).read([Pod, Deployment], {});

    expect(problems).toMatchObject([{ kind: 'Deployment', reason: 'failed' }]);
    expect(cluster.complete(Deployment)).toBe(false);
  });

  test('may go under another name, and be a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-recording-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'cluster.json.gz');
    writeFileSync(file, (await recordCluster(source(), [Pod])).bytes);

    const { cluster } = await (await openRecording(file, { name: 'sample' })).read([Pod], {});

    expect(cluster.name).toBe('sample');
  });
});

describe('what cannot be replayed', () => {
  const header = { format: 'k8sgpt-chat recording', version: 1, recordedAt: '2026-03-14T10:00:00Z', cluster: 'a' };
  const pack = (...lines: unknown[]) => gzipSync(lines.map((line) => JSON.stringify(line)).join('\n'));

  test.each<[string, () => string | Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['a missing file', () => '/no/such/file', /\/no\/such\/file cannot be read .* Set K8SGPT_RECORDING to a file/],
    ['no gzip', () => Buffer.from('hello'), /is no recording of a cluster; make one/],
    ['other JSON', () => pack({ some: 'thing' }), /is no recording of a cluster/],
    ['no JSON', () => gzipSync('hello'), /is no recording of a cluster/],
    ['a newer format', () => pack({ ...header, version: 3 }), /has format 3, and this program reads up to 2; update/],
    ['a header without kinds', () => pack(header), /is damaged or cut off/],
    [
      'fewer objects than it says',
      () => pack({ ...header, kinds: [{ kind: 'Pod', group: '', objects: 2 }] }, {}),
      /damaged/,
    ],
    ['more objects than it says', () => pack({ ...header, kinds: [] }, {}), /damaged or cut off; copy it again/],
    ['a cut off file', async () => (await recordCluster(source(), KINDS)).bytes.subarray(0, -20), /damaged or cut off/],
    [
      'a changed file',
      async () => {
        const { bytes } = await recordCluster(source(), KINDS);
        return bytes.map((byte, at) => (at === 200 ? byte ^ 0xff : byte));
      },
      /damaged or cut off/,
    ],
  ])('%s is refused in one sentence', async (_, make, expected) => {
    const opened = openRecording(await make());

    await expect(opened).rejects.toThrow(UserError);
    await expect(opened).rejects.toThrow(expected);
  });

  test('objects that are no objects are left out', async () => {
    const entry = { kind: 'Pod', group: '', objects: 3 };
    const bytes = pack({ ...header, kinds: [entry] }, null, { metadata: 7 }, { metadata: { name: 'a' } });

    const { objects } = await (await openRecording(bytes)).read([Pod], {});

    expect(objects).toBe(1);
  });
});
