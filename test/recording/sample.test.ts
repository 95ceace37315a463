import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/run.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import { type Cluster, type ClusterSource, keyOf, type Ref } from '../../src/cluster.ts';
import { inspect } from '../../src/inspection/index.ts';
import { Namespace } from '../../src/kinds/configuration.ts';
import { Event } from '../../src/kinds/event.ts';
import { NodeMetrics, PodMetrics } from '../../src/kinds/metrics.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { openRecording } from '../../src/recording/index.ts';
import type { Incident, Report } from '../../src/report.ts';
import { assemble, scenarios } from '../sample/assemble.ts';
import { logsOf } from '../sample/logs.ts';
import { RECORDED_AT } from '../sample/manifest.ts';
import { KINDS } from '../support/kinds.ts';

const FILE = new URL('../../src/recording/sample.json.gz', import.meta.url);
const SIZE_MAX = 250_000;

const stories = await scenarios();
const expected = stories.flatMap(({ incidents = [] }) => incidents);
const never = new AbortController().signal;
let source: ClusterSource;
let cluster: Cluster;
let report: Report;

beforeAll(async () => {
  source = await openRecording(await readFile(FILE), { name: 'sample' });
  ({ cluster } = await source.read(KINDS, {}));
  report = await analyze(source, analyzers, { filters: [] });
});

function incidentOf(cause: string): Incident | undefined {
  return report.incidents.find((incident) => keyOf(incident.cause) === cause);
}

test('is a production cluster in small', async () => {
  expect(cluster.list(Namespace)).toHaveLength(40);
  expect(cluster.list(Node)).toHaveLength(12);
  expect(cluster.list(Pod).length).toBeGreaterThan(350);
  expect(cluster.list(Pod).length).toBeLessThan(600);
  expect((await readFile(FILE)).length).toBeLessThan(SIZE_MAX);
});

test('is looked at at the time of its recording', () => {
  expect(new Date(cluster.now).toISOString()).toBe(new Date(RECORDED_AT).toISOString());
  expect(cluster.version).toBe('1.36');
});

test('holds what the scenarios say: it was built after their last change', () => {
  const pods = assemble(stories).filter(({ kind }) => kind === 'Pod');

  const recorded = cluster.list(Pod).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

  expect(recorded.toSorted()).toEqual(
    pods.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`).toSorted(),
  );
});

test('has events of both APIs', () => {
  const events = cluster.list(Event);

  expect(events.some(({ count, lastTimestamp }) => count && lastTimestamp)).toBe(true);
  expect(events.some(({ eventTime, series }) => eventTime && series?.lastObservedTime)).toBe(true);
});

test('holds what the scenarios say that containers wrote', async () => {
  const written = logsOf(stories, assemble(stories));

  const recorded = await Promise.all(
    written.map((log) => source.inspector.logs({ ...log, lines: 1_000, bytes: 100_000 }, never)),
  );

  expect(written.length).toBeGreaterThan(20);
  expect(recorded).toEqual(written.map(({ text }) => text));
});

test('knows what is used: of all Pods that run, and of all nodes but the silent one', () => {
  const running = cluster
    .list(Pod)
    .filter(({ status, spec }) => status?.phase === 'Running' && spec?.nodeName !== 'prod-b3');

  expect(cluster.list(PodMetrics)).toHaveLength(running.length);
  expect(cluster.list(NodeMetrics)).toHaveLength(11);
});

test('can be looked at closer wherever something was found', async () => {
  const found = report.incidents.flatMap(({ findings, consequences }) => [...findings, ...consequences]);
  const refs = new Map(found.flatMap(({ object, owner }) => [object, owner]).map((ref) => [keyOf(ref), ref]));
  const look = (looker: string, { kind, name, namespace }: Ref) =>
    inspect(source, { looker, args: { kind, name, ...(namespace && { namespace }) } }, never);

  for (const ref of refs.values()) {
    const looks = await Promise.all(['describe', 'get', 'events'].map((looker) => look(looker, ref)));
    for (const { text, refs: named } of looks) {
      expect(text).not.toMatch(/undefined|\[object/);
      expect(named).toContainEqual(ref);
    }
  }
  expect(refs.size).toBeGreaterThan(60);
});

test.each([
  ['logs', { pod: 'deploy/search-api', previous: true }, /heap 503 MB, result cache 377 MB/],
  ['logs', { pod: 'deploy/orders-api', grep: 'fatal' }, /could not connect to orders-db:5432/],
  ['logs', { pod: 'deploy/carrier-gateway', grep: 'GET \\/status 401' }, /no authorization header/],
  ['logs', { pod: 'cj/ledger-db-backup' }, /the access key has expired/],
  ['logs', { pod: 'ds/cni-agent' }, /peer prod-b3 .* no answer/],
  [
    'rollout',
    { name: 'checkout-api' },
    /env PAYMENT_API_URL is new: key PAYMENT_API_URL of ConfigMap checkout-settings/,
  ],
  ['rollout', { name: 'payments-api' }, /image: \S+:2026\.9\.1 -> \S+:2026\.9\.3/],
  ['top', { namespace: 'search' }, /search-api +\S+ +500m +- +497Mi +512Mi +512Mi +97%/],
  ['related', { kind: 'deploy', name: 'chat-relay' }, /Secret chat-relay-token: does not exist; env RELAY_TOKEN/],
])('tells by %s %o what its incident is about', async (looker, args, expected) => {
  expect((await inspect(source, { looker, args }, never)).text).toMatch(expected);
});

test('has every kind that an analyzer reads', () => {
  expect(report.errors).toEqual([]);
});

test.each(expected)('comes down to $cause', ({ cause, severity, code, includes = [] }) => {
  const incident = incidentOf(cause);

  expect(incident).toMatchObject({ severity, code });
  const touched = [...(incident?.findings ?? []), ...(incident?.consequences ?? [])].map(({ object }) => keyOf(object));
  expect(touched).toEqual(expect.arrayContaining(includes));
});

test('has nothing else above low severity', () => {
  const known = new Set(expected.map(({ cause }) => cause));

  const surprises = report.incidents.filter(({ severity, cause }) => severity !== 'low' && !known.has(keyOf(cause)));

  expect(surprises.map(({ title }) => title)).toEqual([]);
});
