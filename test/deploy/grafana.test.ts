import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COLORS } from '../../src/digests/trend-look.ts';
import { type Registered, registeredMetrics } from '../support/metrics.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { refId: string; expr: string; legendFormat: string; datasource: { uid: string } }[];
  fieldConfig?: {
    defaults: { unit?: string };
    overrides: { matcher: { options: string }; properties: { id: string; value: { fixedColor?: string } }[] }[];
  };
}

interface Dashboard {
  schemaVersion: number;
  templating: { list: { name: string; type: string; definition?: string }[] };
  panels: Panel[];
}

/** What Prometheus adds to every series. */
const TARGET = ['job', 'instance'];
const WIDTH = 24;

const file = join(import.meta.dirname, '..', '..', 'deploy', 'grafana', 'k8sgpt-chat.json');
const dashboard = JSON.parse(readFileSync(file, 'utf8')) as Dashboard;
const { panels, templating } = dashboard;
const rows = panels.filter(({ type }) => type === 'row');
const shown = panels.filter(({ type }) => type !== 'row');
const targets = shown.flatMap(({ targets = [] }) => targets);

/** What is wrong with the names of metrics and labels in an expression of PromQL. */
function faultsOf(expression: string, registered: ReadonlyMap<string, Registered>): string[] {
  const selectors = [...expression.matchAll(/(k8sgpt_\w+)(?:\{(.*?)\})?/g)];
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/,\s*/));
  return selectors.flatMap(([, sample = '', matchers = '']) => {
    const name = registered.has(sample) ? sample : sample.replace(/_(?:bucket|sum|count)$/, '');
    const metric = registered.get(name);
    if (!metric) return [`${sample} is not registered`];
    if ((metric.type === 'histogram') !== (sample !== name)) return [`${sample} has no samples, as a ${metric.type}`];
    const known = [...metric.labels, ...TARGET, ...(sample.endsWith('_bucket') ? ['le'] : [])];
    const used = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label);
    return [...used, ...grouped].filter((label) => !known.includes(label)).map((label) => `${sample} has no ${label}`);
  });
}

test('panels have an id each, lie inside of the grid and do not cover each other', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );

  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ gridPos: { x, w } }) => x < 0 || x + w > WIDTH)).toEqual([]);
  expect(new Set(cells).size).toBe(cells.length);
});

test('rows tell what is wrong first, and every panel says what it shows, in which unit, of which data source', () => {
  expect(rows.map(({ title }) => title)).toEqual(['What is wrong', 'The bot', 'Models', 'Work', 'The cluster']);
  expect(shown.filter(({ description, fieldConfig }) => !description || !fieldConfig?.defaults.unit)).toEqual([]);
  expect(shown.filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
  expect(new Set(targets.map(({ datasource }) => datasource.uid))).toEqual(new Set([`\${DS_PROMETHEUS}`]));
  expect(templating.list[0]).toMatchObject({ name: 'DS_PROMETHEUS', type: 'datasource' });
});

test('every expression asks for metrics that are registered, and for labels that they have', async () => {
  const registered = await registeredMetrics();
  const expressions = [
    ...targets.map(({ expr }) => expr),
    ...templating.list.flatMap(({ definition = [] }) => definition),
  ];

  expect(expressions.filter((expression) => !/k8sgpt_/.test(expression))).toEqual([]);
  expect(expressions.flatMap((expression) => faultsOf(expression, registered))).toEqual([]);
});

test('a name that is wrong would be noticed', async () => {
  const registered = await registeredMetrics();

  expect(faultsOf('sum by (kind) (k8sgpt_chat_mutes{a="b"}) + k8sgpt_chat_mute', registered)).toEqual([
    'k8sgpt_chat_mutes has no a',
    'k8sgpt_chat_mutes has no kind',
    'k8sgpt_chat_mute is not registered',
  ]);
  expect(faultsOf('k8sgpt_chat_analysis_duration_seconds', registered)).toHaveLength(1);
});

test('legends name labels by which their series are told apart, or that they were chosen by', () => {
  const wrong = targets.filter(({ expr, legendFormat }) =>
    [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].some(
      ([, label]) => !new RegExp(`by \\([^)]*\\b${label}\\b`).test(expr),
    ),
  );

  expect(wrong).toEqual([]);
});

test('severities have the colours of the digests’ pictures', () => {
  const coloured = shown.filter(({ fieldConfig }) =>
    fieldConfig?.overrides.some(({ matcher }) => matcher.options === 'critical'),
  );

  expect(coloured).toHaveLength(2);
  for (const { fieldConfig } of coloured) {
    const colors = fieldConfig?.overrides.map(({ matcher, properties: [first] }) => [
      matcher.options,
      first?.value.fixedColor,
    ]);
    expect(Object.fromEntries(colors ?? [])).toEqual(COLORS);
  }
});

test('every metric of the bot is shown somewhere', async () => {
  const all = targets.map(({ expr }) => expr).join(' ');
  const left = [...(await registeredMetrics()).keys()].filter(
    (name) => !new RegExp(`${name}(?:_bucket)?\\{`).test(all),
  );

  // Those that failed are shown.
  expect(left).toEqual(['k8sgpt_number_of_backend_ai_calls']);
});
