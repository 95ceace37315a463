import { expect, test } from 'vitest';
import { affectedOf, incidentsOf } from '../../src/analysis/incidents.ts';
import type { Cause, Severity } from '../../src/analyzer.ts';
import { keyOf, type Ref } from '../../src/cluster.ts';
import type { Finding } from '../../src/report.ts';

const ref = (key: string): Ref => {
  const [kind = '', namespace = '', name] = key.split('/');
  return name ? { kind, namespace, name } : { kind, name: namespace };
};

interface Given {
  owner?: string;
  causes?: (string | Cause)[];
  severity?: Severity;
  headline?: string;
  about?: string;
}

function finding(code: string, object: string, { owner, causes = [], ...rest }: Given = {}): Finding {
  return {
    code,
    filter: code.split('/')[0] ?? '',
    object: ref(object),
    owner: ref(owner ?? object),
    severity: 'high',
    headline: 'is broken',
    text: `${object} is broken`,
    evidence: [],
    fingerprint: `${code} ${object}`,
    causes: causes.map((cause) => (typeof cause === 'string' ? { ref: ref(cause) } : cause)),
    ...rest,
  };
}

const certain = (key: string): Cause => ({ ref: ref(key), certain: true });
const shape = (findings: Finding[]) =>
  incidentsOf('test', findings).map(({ cause, findings, consequences }) => ({
    cause: keyOf(cause),
    shows: findings.map(({ object }) => keyOf(object)),
    follows: consequences.map(({ object }) => keyOf(object)),
  }));

const cart = { owner: 'Deployment/shop/cart' };
const crash = finding('Pod/CrashLoop', 'Pod/shop/cart-1', cart);
const missing = (name: string) =>
  finding('Pod/MissingConfigMap', `Pod/shop/${name}`, { ...cart, causes: [certain('ConfigMap/shop/settings')] });

test('Pods of one workload that fail alike are one incident of the workload', () => {
  const other = finding('Pod/CrashLoop', 'Pod/shop/cart-2', cart);

  expect(shape([other, crash])).toEqual([
    { cause: 'Deployment/shop/cart', shows: ['Pod/shop/cart-1', 'Pod/shop/cart-2'], follows: [] },
  ]);
});

test('a chain hangs under its cause, nearest first', () => {
  const deployment = finding('Deployment/Unavailable', 'Deployment/shop/cart', { causes: ['Pod/shop/cart-1'] });
  const service = finding('Service/NoReadyEndpoints', 'Service/shop/cart', { causes: ['Pod/shop/cart-1'] });
  const ingress = finding('Ingress/BackendNotReady', 'Ingress/shop/web', { causes: ['Service/shop/cart'] });

  expect(shape([ingress, service, deployment, missing('cart-1')])).toEqual([
    {
      cause: 'ConfigMap/shop/settings',
      shows: ['Pod/shop/cart-1'],
      follows: ['Deployment/shop/cart', 'Service/shop/cart', 'Ingress/shop/web'],
    },
  ]);
});

test('one missing object shown by many is one incident', () => {
  const many = Array.from({ length: 40 }, (_, index) => missing(`cart-${index}`));

  const [incident, ...rest] = incidentsOf('test', many);

  expect(rest).toEqual([]);
  expect(incident?.findings).toHaveLength(40);
  expect(affectedOf(incident as NonNullable<typeof incident>)).toHaveLength(40);
});

test('a certain cause that has findings of its own leads on to their cause', () => {
  const webhook = finding('ValidatingWebhookConfiguration/NoReadyEndpoints', 'ValidatingWebhookConfiguration/guard', {
    causes: ['Pod/guard/guard-1'],
  });
  const pod = finding('Pod/MissingSecret', 'Pod/guard/guard-1', {
    owner: 'Deployment/guard/guard',
    causes: [certain('Secret/guard/cert')],
  });
  const refused = finding('ReplicaSet/WebhookFailed', 'ReplicaSet/shop/orders-1', {
    owner: 'Deployment/shop/orders',
    causes: [certain('ValidatingWebhookConfiguration/guard')],
  });

  expect(shape([refused, webhook, pod]).map(({ cause }) => cause)).toEqual(['Secret/guard/cert']);
});

test('two that blame each other still come to one incident', () => {
  const a = finding('Pod/CrashLoop', 'Pod/shop/a', { causes: ['Pod/shop/b'] });
  const b = finding('Pod/CrashLoop', 'Pod/shop/b', { causes: ['Pod/shop/a'] });

  expect(shape([a, b])).toHaveLength(1);
});

test('a possible cause without findings is none, and low ones never are', () => {
  const untidy = finding('ConfigMap/Unused', 'ConfigMap/shop/old', { severity: 'low' });
  const pod = finding('Pod/CrashLoop', 'Pod/shop/cart-1', {
    ...cart,
    causes: ['ConfigMap/shop/old', 'Service/shop/db'],
  });

  expect(shape([pod, untidy]).map(({ cause }) => cause)).toEqual(['Deployment/shop/cart', 'ConfigMap/shop/old']);
});

test('a cause counts only with one of the codes that explain the finding', () => {
  const lost = finding('Node/NotReady', 'Node/a');
  const cordoned = finding('Node/Cordoned', 'Node/b');
  const codes = ['Node/NotReady'];
  const first = finding('Pod/Unready', 'Pod/shop/a', { causes: [{ ref: ref('Node/a'), codes }] });
  const second = finding('Pod/Unready', 'Pod/shop/b', { causes: [{ ref: ref('Node/b'), codes }] });

  expect(shape([lost, cordoned, first, second])).toEqual(
    expect.arrayContaining([
      { cause: 'Node/a', shows: ['Node/a'], follows: ['Pod/shop/a'] },
      { cause: 'Pod/shop/b', shows: ['Pod/shop/b'], follows: [] },
    ]),
  );
});

test('the cause that most of the possible ones lead to wins', () => {
  const node = finding('Node/NotReady', 'Node/a');
  const lost = finding('Pod/NodeLost', 'Pod/shop/cart-1', { ...cart, causes: ['Node/a'] });
  const pods = ['cart-2', 'cart-3'].map((name) => finding('Pod/CrashLoop', `Pod/shop/${name}`, cart));
  const deployment = finding('Deployment/Unavailable', 'Deployment/shop/cart', {
    causes: ['Pod/shop/cart-1', 'Pod/shop/cart-2', 'Pod/shop/cart-3'],
  });

  const found = shape([node, lost, ...pods, deployment]);

  expect(found.find(({ cause }) => cause === 'Deployment/shop/cart')?.follows).toContain('Deployment/shop/cart');
});

test('an image that one workload alone asks for is that workload’s fault, one that several ask for is the image’s', () => {
  const image = certain('Image/registry.example.com/shop:1');
  const cause: Cause = { ...image, ref: { kind: 'Image', name: 'registry.example.com/shop:1' } };
  const one = finding('Pod/ImageNotFound', 'Pod/shop/cart-1', { ...cart, causes: [cause], headline: 'does not exist' });
  const two = finding('Pod/ImageNotFound', 'Pod/shop/web-1', { owner: 'Deployment/shop/web', causes: [cause] });

  const [alone] = incidentsOf('test', [one]);
  const [shared] = incidentsOf('test', [one, two]);

  expect(alone).toMatchObject({
    cause: { kind: 'Deployment', name: 'cart' },
    title: 'Deployment shop/cart: image registry.example.com/shop:1 does not exist',
  });
  expect(shared?.cause).toEqual(cause.ref);
  expect(shared?.id).toBe(alone?.id);
});

test('the order of the findings changes nothing', () => {
  const all = [
    crash,
    missing('cart-2'),
    missing('cart-3'),
    finding('Service/NoReadyEndpoints', 'Service/shop/cart', { causes: ['Pod/shop/cart-1', 'Pod/shop/cart-2'] }),
    finding('Node/NotReady', 'Node/a', { severity: 'critical' }),
  ];

  expect(incidentsOf('test', all.toReversed())).toEqual(incidentsOf('test', all));
});

test('an incident that takes three other workloads down is critical', () => {
  const node = finding('Node/NotReady', 'Node/a');
  const pods = ['a', 'b', 'c'].map((name) =>
    finding('Pod/NodeLost', `Pod/shop/${name}`, { owner: `Deployment/shop/${name}`, causes: ['Node/a'] }),
  );

  expect(incidentsOf('test', [node, ...pods])[0]?.severity).toBe('critical');
  expect(incidentsOf('test', [node, ...pods.slice(1)])[0]?.severity).toBe('high');
});
