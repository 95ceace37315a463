import { expect, test } from 'vitest';
import { analyze } from '../../src/analysis/run.ts';
import { type Analyzer, defineAnalyzer, field } from '../../src/analyzer.ts';
import type { ClusterSource, Reading, ReadOptions, Scope } from '../../src/cluster.ts';
import type { Kind, KubernetesObject } from '../../src/kind.ts';
import { ConfigMap, Namespace } from '../../src/kinds/configuration.ts';
import { Service } from '../../src/kinds/network.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import { findingsOf } from '../../src/report.ts';
import { build, type ClusterOptions, clusterOf, ownedBy } from '../support/cluster.ts';
import { noInspector } from '../support/inspector.ts';

const deployment = build(Deployment, { metadata: { name: 'cart', labels: { app: 'cart' } } });
const replicaSet = build(ReplicaSet, { metadata: { name: 'cart-5d', ownerReferences: ownedBy(deployment) } });
const pod = build(Pod, {
  metadata: { name: 'cart-5d-x', labels: { app: 'cart' }, ownerReferences: ownedBy(replicaSet) },
  status: { phase: 'Failed' },
});
const elsewhere = build(Pod, { metadata: { name: 'web-0', namespace: 'web' }, status: { phase: 'Failed' } });
const service = build(Service, { metadata: { name: 'cart' } });
const namespaces = ['shop', 'web'].map((name) => build(Namespace, { metadata: { name } }));

const pods = defineAnalyzer({
  filter: 'Pod',
  summary: 'Pods that failed',
  core: true,
  kind: Pod,
  reads: [],
  codes: ['Failed'],
  check(object) {
    if (object.status?.phase !== 'Failed') return [];
    return [failure('Pod/Failed', object)];
  },
});
const services = defineAnalyzer({
  filter: 'Service',
  summary: 'Services whose Pods failed',
  core: true,
  kind: Service,
  reads: [Pod],
  codes: ['Broken'],
  check: (object) => [
    { ...failure('Service/Broken', object), causes: [{ ref: { kind: 'Pod', namespace: 'shop', name: 'cart-5d-x' } }] },
  ],
});
const optional = defineAnalyzer({
  ...pods,
  filter: 'ConfigMap',
  kind: ConfigMap,
  core: false,
  codes: [],
  check: () => [],
});
const analyzers = [pods, services, optional] as unknown as Analyzer[];

function failure(code: string, object: KubernetesObject) {
  const evidence = [field(object, 'status.phase', 'Failed')];
  return {
    code,
    severity: 'high' as const,
    headline: 'has failed',
    text: `${object.metadata.name} has failed`,
    evidence,
  };
}

function sourceOf(objects: KubernetesObject[], options: ClusterOptions & Partial<Reading> = {}) {
  const asked: { kinds: string[]; scope: Scope; everywhere: string[] }[] = [];
  const source: ClusterSource = {
    name: 'test',
    inspector: noInspector,
    async read(kinds: readonly Kind[], scope: Scope, { everywhere = [] }: ReadOptions = {}) {
      asked.push({ kinds: kinds.map(({ kind }) => kind), scope, everywhere: everywhere.map(({ kind }) => kind) });
      return {
        cluster: clusterOf(objects, options),
        problems: options.problems ?? [],
        requests: 3,
        objects: objects.length,
      };
    },
  };
  return { source, asked };
}

const all = [deployment, replicaSet, pod, elsewhere, service, ...namespaces];

test('a finding knows its object, its owner at the top, and a fingerprint of the owner', async () => {
  const { incidents } = await analyze(sourceOf(all).source, analyzers, { filters: ['Pod'] });

  const [finding] = incidents.flatMap(({ findings }) => findings).filter(({ object }) => object.name === 'cart-5d-x');
  expect(finding).toMatchObject({ filter: 'Pod', owner: { kind: 'Deployment', namespace: 'shop', name: 'cart' } });

  const renamed = build(Pod, {
    metadata: { ...pod.metadata, name: 'cart-5d-y', uid: 'other' },
    status: { phase: 'Failed' },
  });
  const again = await analyze(sourceOf([...all.filter((each) => each !== pod), renamed]).source, analyzers, {
    filters: ['Pod'],
  });
  const [after] = again.incidents
    .flatMap(({ findings }) => findings)
    .filter(({ object }) => object.name === 'cart-5d-y');
  expect(after?.fingerprint).toBe(finding?.fingerprint);
});

test('a credential that a program’s words quote leaves the analysis nowhere', async () => {
  const quoting = {
    ...pods,
    check: (object: KubernetesObject) => [
      {
        ...failure('Pod/Failed', object),
        text: 'Its last words: postgres://shop:hunter2@db:5432 refused',
        evidence: [field(object, 'message', 'Authorization: Bearer abcdef1234567890XYZ')],
        values: { command: '--password=hunter2' },
      },
    ],
  } as unknown as Analyzer;

  const report = JSON.stringify(await analyze(sourceOf(all).source, [quoting], { filters: [] }));

  expect(report).toContain('postgres://shop:***@db:5432 refused');
  expect(report).not.toMatch(/hunter2|abcdef1234567890XYZ/);
});

test('each kind is asked for once, with the owners of Pods', async () => {
  const { source, asked } = sourceOf(all);

  await analyze(source, analyzers, { filters: [] });

  expect(asked).toHaveLength(1);
  expect(asked[0]?.kinds).toEqual([...new Set(asked[0]?.kinds)]);
  expect(asked[0]?.kinds).toEqual(expect.arrayContaining(['Pod', 'Service', 'ReplicaSet', 'Deployment']));
});

test('without filters the core ones run; a name in any case, a plural or a short name will do', async () => {
  const { source } = sourceOf(all);

  expect((await analyze(source, analyzers, { filters: [] })).filters).toEqual(['Pod', 'Service']);
  expect((await analyze(source, analyzers, { filters: ['svc', 'pods', 'pod'] })).filters).toEqual(['Pod', 'Service']);
  await expect(analyze(source, analyzers, { filters: ['Pood'] })).rejects.toThrow(
    'The filter "Pood" does not exist. Did you mean Pod?',
  );
});

test('a filter that does not exist costs only itself where that is wanted', async () => {
  const report = await analyze(sourceOf(all).source, analyzers, { filters: ['Pod', 'Rollout'], lenient: true });

  expect(report.filters).toEqual(['Pod']);
  expect(report.errors).toEqual(['The filter "Rollout" does not exist. The filters command lists them all.']);
  await expect(analyze(sourceOf(all).source, analyzers, { filters: ['Pod', 'Rollout'] })).rejects.toThrow('"Rollout"');
});

test('a namespace and a selector limit what is checked', async () => {
  const { source, asked } = sourceOf(all);

  const report = await analyze(source, analyzers, { filters: ['Pod'], namespace: 'shop', selector: 'app=cart' });

  expect(report.stats.checked).toEqual({ Pod: 1 });
  expect(asked[0]?.scope).toEqual({ namespace: 'shop' });
  expect((await analyze(source, analyzers, { filters: ['Pod'], selector: 'app!=cart' })).stats.checked).toEqual({
    Pod: 1,
  });
  await expect(analyze(source, analyzers, { filters: [], selector: 'app=a=b' })).rejects.toThrow(
    'is no label selector',
  );
});

test('in a namespace, objects of others are no part of it, though something here comes down to them', async () => {
  const door = build(Service, { metadata: { name: 'door', namespace: 'web' } });

  const within = await analyze(sourceOf([...all, door]).source, analyzers, { filters: ['Service'], namespace: 'web' });
  const everywhere = await analyze(sourceOf([...all, door]).source, analyzers, { filters: ['Service'] });

  expect(findingsOf(within).map(({ code }) => code)).toEqual(['Service/Broken']);
  expect(findingsOf(everywhere).map(({ code }) => code)).toContain('Pod/Failed');
});

test('a namespace that does not exist is an error with the nearest names', async () => {
  await expect(analyze(sourceOf(all).source, analyzers, { filters: [], namespace: 'shopp' })).rejects.toThrow(
    'There is no namespace "shopp" in test. Did you mean shop?',
  );
});

test('the cause of a finding is found even where its filter was not asked for', async () => {
  const report = await analyze(sourceOf(all).source, analyzers, { filters: ['Service'] });

  expect(report.filters).toEqual(['Service']);
  expect(report.incidents).toMatchObject([
    {
      cause: { kind: 'Deployment', name: 'cart' },
      findings: [{ filter: 'Pod' }],
      consequences: [{ filter: 'Service' }],
    },
  ]);
});

test('an analyzer that throws costs its own objects only', async () => {
  const broken = {
    ...pods,
    check: () => {
      throw new Error('no such field');
    },
  } as unknown as Analyzer;

  const report = await analyze(sourceOf(all).source, [broken, services as unknown as Analyzer], { filters: [] });

  expect(report.errors).toEqual([
    'Pod: shop/cart-5d-x and 1 more could not be checked (no such field); everything else was.',
  ]);
  expect(report.incidents).toHaveLength(1);
});

test('what could not be read is told; what is not installed only to who asked for it', async () => {
  const problems: Reading['problems'] = [
    { kind: 'Service', reason: 'forbidden', text: 'Services could not be read: …' },
    { kind: 'ConfigMap', reason: 'not installed', text: 'ConfigMap is not installed' },
  ];

  const { errors } = await analyze(sourceOf(all, { problems }).source, analyzers, { filters: [] });
  const asked = await analyze(sourceOf(all, { problems }).source, analyzers, { filters: ['ConfigMap'] });

  expect(errors).toEqual(['Services could not be read: …']);
  expect(asked.errors).toContain('ConfigMap is not installed');
});
