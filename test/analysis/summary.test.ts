import { expect, test } from 'vitest';
import { labelOf, rowsOf, shownIncidents, summarize } from '../../src/analysis/summary.ts';
import { type Block, type Message, plain } from '../../src/message.ts';
import { podFinding, reportOf } from '../support/findings.ts';

const none = { filters: [] };
const cards = ({ blocks }: Message) => blocks.filter((block) => block.type === 'card');
const buttons = ({ blocks }: Message) =>
  blocks.flatMap((block: Block) => ('actions' in block ? (block.actions ?? []) : [])).map(({ label }) => label);
const many = (count: number, code?: string) =>
  Array.from({ length: count }, (_, index) => podFinding(`app-${index}`, code));

test('few incidents have a card each, with what they touch and a button', () => {
  const service = podFinding('cart', 'Service/NoReadyEndpoints', {
    object: { kind: 'Service', namespace: 'shop', name: 'cart' },
    owner: { kind: 'Service', namespace: 'shop', name: 'cart' },
    causes: [{ ref: { kind: 'Pod', namespace: 'shop', name: 'cart-7d9c-x2x4z' } }],
  });

  const message = summarize(reportOf([podFinding('cart'), service]), none);

  expect(message.text).toBe(
    'prod: 1 high incident. Worst: Deployment shop/cart runs out of memory in container app (limit 256Mi)',
  );
  expect(cards(message)).toMatchObject([
    { lines: ['Affects Pod shop/cart-7d9c-x2x4z and Service shop/cart'], actions: [{ label: 'Explain' }] },
  ]);
  expect(buttons(message)).toEqual(['Explain', 'Show the report', 'Run again', 'Pick filters …']);
});

test('hundreds of incidents fold into a row for each code, and every one stays reachable', () => {
  const report = reportOf([
    ...many(33),
    ...many(200, 'Pod/CrashLoop').map((each, index) => ({ ...each, owner: { ...each.owner, name: `crash-${index}` } })),
  ]);

  const message = summarize(report, none);

  expect(cards(message).map((card) => card.type === 'card' && plain(card.title))).toEqual([
    'Crash loop: 200 Deployments',
    'OOM killed: 33 Deployments',
  ]);
  expect(buttons(message)).toContain('Show all 233');
  expect(message.blocks.length).toBeLessThan(12);
});

test('rows beyond what a person reads are counted', () => {
  const report = reportOf(Array.from({ length: 12 }, (_, index) => podFinding(`app-${index}`, `Pod/Code${index}`)));

  const message = summarize(report, none);

  expect(cards(message)).toHaveLength(10);
  expect(message.blocks).toContainEqual({ type: 'text', text: 'And 2 more incidents.' });
  expect(buttons(message)).toContain('Show all 12');
});

test('a healthy cluster is said to be one', () => {
  const message = summarize(reportOf([]), none);

  expect(message).toMatchObject({ severity: 'ok', text: 'prod: nothing wrong found' });
  expect(message.blocks).toContainEqual({
    type: 'alert',
    level: 'success',
    text: 'Nothing that needs attention in 1,240 objects.',
  });
});

test('untidiness is counted, and shown to who asks for it by name or for all', () => {
  const low = podFinding('old', 'ConfigMap/Unused', { severity: 'low', filter: 'ConfigMap' });
  const report = reportOf([podFinding('cart'), low]);

  expect(shownIncidents(report, none)).toHaveLength(1);
  expect(JSON.stringify(summarize(report, none))).toContain('Not shown: 1 incident of low severity.');
  expect(shownIncidents(report, { filters: ['ConfigMap'] })).toHaveLength(2);
  expect(shownIncidents(report, { filters: [], all: true })).toHaveLength(2);
});

test('in a namespace, what touches nothing of it is counted and not shown', () => {
  const node = { kind: 'Node', name: 'a' };
  const lost = podFinding('a', 'Node/NotReady', { object: node, owner: node });
  const here = podFinding('cart', 'Pod/NodeLost', { causes: [{ ref: node }] });

  expect(shownIncidents(reportOf([lost], { namespace: 'shop' }), none)).toHaveLength(0);
  expect(shownIncidents(reportOf([lost, here], { namespace: 'shop' }), none)).toHaveLength(1);
  expect(JSON.stringify(summarize(reportOf([lost], { namespace: 'shop' }), none))).toContain(
    'Not shown: 1 incident of low severity or in other namespaces.',
  );
});

test('what could not be checked is told, three of it at once', () => {
  const errors = ['a', 'b', 'c', 'd'].map((kind) => `${kind} could not be read`);

  const message = summarize(reportOf([], { errors }), none);

  expect(message.blocks.filter((block) => block.type === 'alert' && block.level === 'warning')).toHaveLength(3);
  expect(buttons(message)).toContain('Show 1 more warning');
});

test('a cluster that nothing could be read of is not said to be well', () => {
  const none = { checked: { Pod: 0 }, objects: 0, requests: 2, milliseconds: 34 };
  const refused = summarize(reportOf([], { errors: ['Pods could not be read'], stats: none }), { filters: [] });
  const partly = summarize(reportOf([], { errors: ['Secrets could not be read'] }), { filters: [] });

  expect(refused.severity).toBeUndefined();
  expect(refused.text).toBe('prod: nothing was checked');
  expect(partly.severity).toBeUndefined();
  expect(partly.text).toBe('prod: nothing wrong in what could be checked');
});

test('that nothing has the labels is said, since it may be a slip', () => {
  const stats = { checked: { Deployment: 0 }, objects: 12, requests: 2, milliseconds: 34 };
  const message = summarize(reportOf([], { namespace: 'shop', selector: 'app=cart', stats }), { filters: [] });

  expect(message.severity).toBeUndefined();
  expect(message.blocks).toContainEqual({
    type: 'alert',
    level: 'info',
    text: 'There are no Deployments with the labels app=cart in namespace shop.',
  });
});

test('a terminal is offered neither its own history nor forms', () => {
  const low = podFinding('old', 'ConfigMap/Unused', { severity: 'low' });

  expect(buttons(summarize(reportOf([podFinding('cart'), low]), { filters: [], inTerminal: true }))).toEqual([
    'Explain',
    'Show all 2',
  ]);
});

test('running again asks the same', () => {
  const message = summarize(reportOf([], { namespace: 'shop', selector: 'app in (a, b)' }), { filters: ['Pod'] });

  expect(JSON.stringify(message)).toContain("analyze Pod --namespace shop --selector 'app in (a, b)'");
});

test('rows are the same for the same incidents', () => {
  const { incidents } = reportOf(many(20));

  expect(rowsOf(incidents)).toEqual(rowsOf([...incidents]));
});

test.each([
  ['Pod/OOMKilled', 'OOM killed'],
  ['Pod/MissingConfigMap', 'Missing ConfigMap'],
  ['PersistentVolumeClaim/StorageClassNotFound', 'StorageClass not found'],
  ['Service/NoReadyEndpoints', 'No ready endpoints'],
  ['Job/BackoffLimitExceeded', 'Backoff limit exceeded'],
])('%s in words is %s', (code, label) => {
  expect(labelOf(code)).toBe(label);
});
