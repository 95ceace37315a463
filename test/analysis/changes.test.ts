import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../src/analysis/changes.ts';
import type { Ref } from '../../src/cluster.ts';
import type { Finding, Remembered, Report } from '../../src/report.ts';
import { podFinding, reportOf } from '../support/findings.ts';

const LATER = { at: '2026-03-14T11:30:00.000Z' };

function ref(kind: string, name: string): Ref {
  return { kind, namespace: 'shop', name };
}

function object(kind: string, name: string, fields: Record<string, string> = {}, more: Partial<Remembered> = {}) {
  return { ref: ref(kind, name), uid: `${kind} ${name}`, createdAt: '2026-03-01T00:00:00Z', fields, ...more };
}

function absent(kind: string, name: string): Remembered {
  return { ref: ref(kind, name), absent: true, fields: {} };
}

function changed(before: Remembered[], after: Remembered[]) {
  return changesBetween(reportOf([], { objects: before }), reportOf([], { objects: after, ...LATER })).objects;
}

describe('incidents', () => {
  const changes = (before: Finding[], after: Finding[], given: [Partial<Report>, Partial<Report>] = [{}, {}]) =>
    changesBetween(reportOf(before, given[0]), reportOf(after, { ...LATER, ...given[1] })).incidents.map(
      ({ how, incident, text }) => [how, incident.cause.name, ...(text ? [text] : [])],
    );
  const cart = podFinding('cart');
  const mail = podFinding('mail');

  test('that came, went and stayed', () => {
    expect(changes([cart, mail], [mail, podFinding('db')])).toEqual([
      ['new', 'db'],
      ['gone', 'cart'],
      ['same', 'mail'],
    ]);
    expect(changesBetween(reportOf([]), reportOf([], LATER)).milliseconds).toBe(90 * 60_000);
  });

  test('that are worse or better, in words', () => {
    const more = podFinding('cart', 'Pod/Unready');

    expect(changes([{ ...cart, severity: 'medium' }], [cart])).toEqual([['worse', 'cart', 'was medium, is high']]);
    expect(changes([cart], [cart, more])).toEqual([['worse', 'cart', '2 problems instead of 1']]);
    expect(changes([cart, more], [{ ...cart, severity: 'medium' }])).toEqual([
      ['better', 'cart', 'was high, is medium; 1 problem instead of 2'],
    ]);
  });

  test('are known by what was found, though another cause is named for it', () => {
    const known = { ...cart, causes: [{ ref: ref('ConfigMap', 'settings'), certain: true }] };

    expect(changes([cart], [known])).toEqual([['same', 'settings']]);
  });

  test('that the other report did not look for are neither new nor gone', () => {
    expect(changes([cart], [], [{}, { filters: ['Node'] }])).toEqual([]);
    expect(changes([cart], [], [{}, { namespace: 'infra' }])).toEqual([]);
    expect(changes([cart], [], [{}, { selector: 'app=mail' }])).toEqual([]);
    expect(changes([], [cart], [{ namespace: 'infra' }, {}])).toEqual([]);
    expect(changes([cart], [], [{ selector: 'a=b' }, { selector: 'a=b' }])).toEqual([['gone', 'cart']]);
    expect(changes([cart], [], [{ namespace: 'shop' }, { namespace: 'shop' }])).toEqual([['gone', 'cart']]);
  });
});

describe('objects', () => {
  test('that are as they were are not told', () => {
    expect(changed([object('Pod', 'a', { phase: 'Running' })], [object('Pod', 'a', { phase: 'Running' })])).toEqual([]);
    expect(changed([absent('Secret', 'a')], [absent('Secret', 'a')])).toEqual([]);
  });

  test('that only one report knows are not told, unless they are new', () => {
    const fresh = object('Deployment', 'new', {}, { createdAt: '2026-03-14T11:00:00Z' });

    expect(changed([object('Pod', 'a')], [object('Pod', 'b')])).toEqual([]);
    expect(changed([], [fresh])).toEqual([
      { how: 'appeared', ref: fresh.ref, text: 'Deployment shop/new exists now.', fields: [] },
    ]);
  });

  test('that came and went', () => {
    const changes = changed(
      [absent('ConfigMap', 'settings'), object('Secret', 'db')],
      [object('ConfigMap', 'settings'), absent('Secret', 'db')],
    );

    expect(changes.map(({ how, text }) => [how, text])).toEqual([
      ['appeared', 'ConfigMap shop/settings exists now.'],
      ['vanished', 'Secret shop/db no longer exists.'],
    ]);
  });

  test('that changed say from what to what, what explains most first', () => {
    const before = { ready: '0', 'container app image': 'cart:1.3', 'container app env A': '1', replicas: '2' };
    const after = { ready: '2', 'container app image': 'cart:1.4', 'container app env B': '2', replicas: '2' };

    const [change] = changed([object('Deployment', 'cart', before)], [object('Deployment', 'cart', after)]);

    expect(change).toEqual({
      how: 'changed',
      ref: ref('Deployment', 'cart'),
      text: 'Deployment shop/cart: container app image cart:1.3 -> cart:1.4; container app env A is gone: 1; container app env B is new: 2; ready 0 -> 2.',
      fields: [
        { field: 'container app image', before: 'cart:1.3', after: 'cart:1.4' },
        { field: 'container app env A', before: '1' },
        { field: 'container app env B', after: '2' },
        { field: 'ready', before: '0', after: '2' },
      ],
    });
  });

  test('with very many changes tell the first of them', () => {
    const keys = (value: string) => Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`key ${at}`, value]));

    const [change] = changed([object('ConfigMap', 'a', keys('1'))], [object('ConfigMap', 'a', keys('2'))]);

    expect(change?.fields).toHaveLength(12);
    expect(change?.text).toMatch(/key 7 1 -> 2; and 4 fields more\.$/);
  });

  test('of one name that are others are told so', () => {
    const [change] = changed([object('Service', 'a')], [object('Service', 'a', {}, { uid: 'other' })]);

    expect(change?.text).toBe('Service shop/a was deleted and made anew.');
  });

  test('come in the order in which they explain', () => {
    const pairs: [string, string, string][] = [
      ['Pod', 'container app restarts', 'Pod'],
      ['Deployment', 'ready', 'ready'],
      ['Service', 'selector', 'selector'],
      ['StatefulSet', 'replicas', 'replicas'],
      ['DaemonSet', 'container app limit memory', 'memory'],
      ['ConfigMap', 'key A', 'key'],
      ['CronJob', 'container app image', 'image'],
    ];
    const objects = (value: string) => pairs.map(([kind, field]) => object(kind, 'a', { [field]: value }));

    const changes = changed(objects('1'), objects('2'));

    expect(changes.map((each) => each.ref.kind)).toEqual(pairs.map(([kind]) => kind).toReversed());
  });
});

describe('Pods of a workload', () => {
  const owner = ref('Deployment', 'cart');
  const pods = ['a', 'b'].map((name) => object('Pod', name, { phase: 'Running' }, { owner }));
  const cart = object('Deployment', 'cart', { ready: '2', replicas: '2' });

  test('that were replaced are told once, by the workload', () => {
    const fresh = object('Pod', 'c', {}, { owner, createdAt: '2026-03-14T11:00:00Z' });

    const changes = changed([cart, ...pods], [cart, absent('Pod', 'a'), absent('Pod', 'b'), fresh]);

    expect(changes).toEqual([
      {
        how: 'replaced',
        ref: owner,
        text: 'Deployment shop/cart: 2 Pods were replaced or deleted; 2 of 2 are ready now.',
        fields: [],
      },
    ]);
  });

  test('that have the same names again as well', () => {
    const anew = object('Pod', 'a', {}, { owner, uid: 'other' });

    expect(changed([pods[0] as Remembered], [anew]).map(({ text }) => text)).toEqual([
      'Deployment shop/cart: 1 Pod was replaced or deleted.',
    ]);
  });

  test('that went with their workload are told by themselves', () => {
    const changes = changed([cart, ...pods], [absent('Deployment', 'cart'), absent('Pod', 'a'), absent('Pod', 'b')]);

    expect(changes.map(({ how, ref: { kind } }) => `${how} ${kind}`)).toEqual([
      'vanished Deployment',
      'vanished Pod',
      'vanished Pod',
    ]);
  });
});

test('reports of before there was anything remembered have no objects to compare', () => {
  const { objects: _, ...old } = reportOf([]);

  expect(changesBetween(old, reportOf([], { objects: [object('Pod', 'a')] })).objects).toEqual([]);
});
