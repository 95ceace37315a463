import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/run.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import { type Cluster, keyOf } from '../../src/cluster.ts';
import { Namespace } from '../../src/kinds/configuration.ts';
import { Event } from '../../src/kinds/event.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { openRecording } from '../../src/recording/index.ts';
import type { Incident, Report } from '../../src/report.ts';
import { assemble, scenarios } from '../sample/assemble.ts';
import { RECORDED_AT } from '../sample/manifest.ts';
import { KINDS } from '../support/kinds.ts';

const FILE = new URL('../../src/recording/sample.json.gz', import.meta.url);
const SIZE_MAX = 400_000;

const stories = await scenarios();
const expected = stories.flatMap(({ incidents = [] }) => incidents);
let cluster: Cluster;
let report: Report;

beforeAll(async () => {
  const source = await openRecording(await readFile(FILE), { name: 'sample' });
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
