import { expect, test } from 'vitest';
import { createPseudonyms } from '../src/pseudonyms/index.ts';
import { cpuMs } from './support/cpu.ts';

/** Knows a small cluster. */
function known() {
  const pseudonyms = createPseudonyms();
  pseudonyms.learn('Namespace', 'acme-shop');
  pseudonyms.learn('Deployment', 'cart');
  pseudonyms.learn('Pod', 'cart-7f9c5d-x2x4q');
  pseudonyms.learn('Service', 'cart-db');
  pseudonyms.learn('ConfigMap', 'cart-settings');
  pseudonyms.learn('PersistentVolumeClaim', 'orders-data');
  pseudonyms.learn('image', 'registry.acme.example/team/cart:1.4.2');
  pseudonyms.learn('label', 'acme.example/squad');
  pseudonyms.learn('name', 'billing');
  return pseudonyms;
}

test.each([
  ['Pod acme-shop/cart-7f9c5d-x2x4q of cart', 'Pod namespace-1/pod-1 of deployment-1'],
  ['cartography, acme-shopping and mycart', 'cartography, acme-shopping and mycart'],
  ['cart-6b6b6b-zzzzz is new', 'deployment-1-6b6b6b-zzzzz is new'],
  [
    '"cart", `cart`, (cart) cart\'s cart. cart,',
    '"deployment-1", `deployment-1`, (deployment-1) deployment-1\'s deployment-1. deployment-1,',
  ],
  ['http://cart-db.acme-shop.svc.cluster.local:5432/x', 'http://service-1.namespace-1.svc.cluster.local:5432/x'],
  ['http://cart-db.acme-shop:5432 and http://cart-db', 'http://service-1.namespace-1:5432 and http://service-1'],
  ['lookup pay.other-ns.svc: no such host', 'lookup service-1.namespace-1.svc: no such host'],
  ['CART_DB_SERVICE_HOST', 'service-1_SERVICE_HOST'],
  ['Cart and cart', 'deployment-1 and deployment-1b'],
  ['claim orders-data, setting cart-settings', 'claim claim-1, setting configmap-1'],
  ['Back-off pulling image "registry.acme.example/team/cart:1.4.2"', 'Back-off pulling image "image-1:1.4.2"'],
  ['image "registry.acme.example/team/cart:billing-hotfix"', 'image "image-1:tag-1"'],
  ['docker-pullable://other.example/a-team/pay@sha256:0123456789ab', 'docker-pullable://image-1@sha256:0123456789ab'],
  ['team/cart and acme-shop/cart of team/other', 'image-1/deployment-1 and namespace-1/deployment-1 of image-1/other'],
  ['pull from registry.acme.example failed', 'pull from host-1 failed'],
  ['image "pay-service:feature-x" not found', 'image "image-1:tag-1" not found'],
  ['image: redis:7.2', 'image: redis:7.2'],
  ['label acme.example/squad=billing', 'label host-1/label-1=name-1'],
  ['dial tcp 10.96.0.10:53 from 10.96.0.0/12', 'dial tcp address-1:53 from address-2/12'],
  ['[2001:db8::17]:443 and fe80::1c', '[address-1]:443 and address-2'],
  ['at 12:34:56 on 127.0.0.1 and ::1, std::string', 'at 12:34:56 on 127.0.0.1 and ::1, std::string'],
  ['mail ops@acme-mail.com or ops@acme-mail.com.', 'mail email-1 or email-1.'],
  ['postgres://shop:***@db.acme-mail.com:5432/x', 'postgres://shop:***@host-1:5432/x'],
  ['node ip-10-0-1-23.eu-west-1.compute.internal', 'node host-1'],
  ['node ip-10-0-1-23 is not ready', 'node node-1 is not ready'],
  ['{"log":"x\\ncart failed\\tcart"}', '{"log":"x\\ndeployment-1 failed\\tdeployment-1"}'],
  ['{"log":"x\\\\ncart failed"}', '{"log":"x\\\\ndeployment-1 failed"}'],
  ['/api/v1/namespaces%2Facme-shop%2Fcart', '/api/v1/namespaces%2Fnamespace-1%2Fdeployment-1'],
  ['\u001b[31mcart\u001b[0m', '\u001b[31mdeployment-1\u001b[0m'],
  ['cartが落ちた', 'deployment-1が落ちた'],
  [
    'kube-system, default, ConfigMap, metrics.k8s.io, app.kubernetes.io/name',
    'kube-system, default, ConfigMap, metrics.k8s.io, app.kubernetes.io/name',
  ],
  ['password=*** stays', 'password=*** stays'],
  [
    'restarted 3 times, v1.2.3, exit code 137, spec.rules.host, java.io.IOException',
    'restarted 3 times, v1.2.3, exit code 137, spec.rules.host, java.io.IOException',
  ],
])('hides the names in %j', (text, hidden) => {
  const pseudonyms = known();

  expect(pseudonyms.hide(text)).toBe(hidden);
  expect(pseudonyms.restore(hidden)).toBe(text);
});

test.each([
  ['Pod-1 fails, POD-1 too', 'cart-7f9c5d-x2x4q fails, cart-7f9c5d-x2x4q too'],
  [
    "`pod-1`, **pod-1**, pod-1's, pod-1. (pod-1)",
    "`cart-7f9c5d-x2x4q`, **cart-7f9c5d-x2x4q**, cart-7f9c5d-x2x4q's, cart-7f9c5d-x2x4q. (cart-7f9c5d-x2x4q)",
  ],
  ['all pod-1s', 'all cart-7f9c5d-x2x4qs'],
  ['pod\u20111', 'cart-7f9c5d-x2x4q'],
  ['kubectl logs -n namespace-1 pod-1', 'kubectl logs -n acme-shop cart-7f9c5d-x2x4q'],
  ['{"name":"pod-1","note":"a\\npod-1"}', '{"name":"cart-7f9c5d-x2x4q","note":"a\\ncart-7f9c5d-x2x4q"}'],
  ['pod-12, pod-9, xpod-1, pod-1x', 'pod-12, pod-9, xpod-1, pod-1x'],
])('puts names back into %j', (text, restored) => {
  const pseudonyms = known();
  pseudonyms.hide('acme-shop/cart-7f9c5d-x2x4q');

  expect(pseudonyms.restore(text)).toBe(restored);
});

test('hides a real name that looks like a stand-in, and gives nobody that stand-in', () => {
  const pseudonyms = createPseudonyms();
  pseudonyms.learn('Node', 'node-1');
  pseudonyms.learn('Node', 'worker-a');
  const text = 'worker-a, node-1, pod-1 and Pod-1';

  const hidden = pseudonyms.hide(text);

  expect(hidden).toBe('node-2, node-3, pod-2 and pod-2b');
  expect(pseudonyms.restore(hidden)).toBe(text);
});

test('gives the same name the same stand-in in follow-ups', () => {
  const first = known();
  const hidden = first.hide('Cart, cart-db and cart in 10.0.0.7');
  const later = createPseudonyms(JSON.parse(JSON.stringify(first.state())));
  later.learn('Service', 'other');
  later.learn('ReplicaSet', 'cart');

  expect(later.hide('Cart, cart-db and cart in 10.0.0.7')).toBe(hidden);
  expect(later.hide('other on 10.0.0.8')).toBe('service-2 on address-2');
  expect(later.restore(hidden)).toBe('Cart, cart-db and cart in 10.0.0.7');
});

test('keeps of what it learned only what has appeared', () => {
  const pseudonyms = known();
  pseudonyms.hide('cart');

  expect(pseudonyms.state()).toEqual({ version: 1, names: { 'deployment-1': 'cart' } });
});

test('restores a stream as it restores the whole, wherever it is cut', () => {
  const pseudonyms = known();
  const hidden = pseudonyms.hide(
    'x cart-7f9c5d-x2x4q\\ncart \u001b[31mcart-db, Cart cart-7f9c5d-x2x4q-cart; acme-shop/cart pod 10.0.0.1.',
  );
  const whole = pseudonyms.restore(hidden);

  for (let size = 1; size < 40; size++) {
    const restorer = pseudonyms.createRestorer();
    let restored = '';
    for (let at = 0; at < hidden.length; at += size) restored += restorer.push(hidden.slice(at, at + size));
    expect(restored + restorer.end(), `in parts of ${size}`).toBe(whole);
  }
});

test('gives out at once what cannot be part of a stand-in', () => {
  const restorer = known().createRestorer();

  expect(restorer.push('The Pod is fine. ')).toBe('The Pod is fine. ');
  expect(restorer.push('The po')).toBe('The ');
  expect(restorer.end()).toBe('po');
});

test('of random clusters no name gets out, and all come back', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const pick = chance(seed);
    const names = Array.from({ length: 30 }, () => nameOf(pick));
    const pseudonyms = createPseudonyms();
    for (const name of names) pseudonyms.learn(pick(KINDS), name);
    const text = Array.from(
      { length: 200 },
      () => pick([...names, ...names.map((name) => name.toUpperCase()), ...WORDS]) + pick(GLUE),
    ).join('');

    const hidden = pseudonyms.hide(text);

    expect(pseudonyms.restore(hidden), `seed ${seed}`).toBe(text);
    for (const name of names) expect(hidden, `seed ${seed}`).not.toMatch(alone(name));
    const again = createPseudonyms(pseudonyms.state());
    expect(again.restore(hidden), `seed ${seed}`).toBe(text);
  }
});

test('any text comes back', () => {
  const letters = [
    ...'ab1-_./:@%\\"[n2F ',
    'pod-1',
    'pod-',
    'cart',
    'image ',
    '\u001b[3m',
    '\\n',
    '%2F',
    '10.0.0.1',
    '::',
    'é',
    '\u2011',
  ];
  for (let seed = 1; seed <= 2000; seed++) {
    const pick = chance(seed);
    const pseudonyms = known();
    const text = Array.from({ length: 40 }, () => pick(letters)).join('');

    expect(pseudonyms.restore(pseudonyms.hide(text)), `seed ${seed}`).toBe(text);
  }
});

test('is quick with many names', () => {
  const pick = chance(7);
  const names = Array.from({ length: 1000 }, () => nameOf(pick));
  const text = Array.from({ length: 2000 }, () => pick([...names, ...WORDS]))
    .join(' ')
    .slice(0, 16_384);
  const runs = [1, 2, 3].map(() =>
    cpuMs(() => {
      const pseudonyms = createPseudonyms();
      for (const name of names) pseudonyms.learn('Pod', name);
      pseudonyms.hide(text);
    }),
  );

  expect(Math.min(...runs)).toBeLessThan(80);
});

const KINDS = ['Pod', 'Deployment', 'Node', 'Namespace', 'ConfigMap', 'Widget', 'host', 'label'];
const WORDS = [
  'the',
  'is down',
  'kubectl',
  'get',
  'Pod',
  '10.1.2.3',
  'pod-1',
  'Node-2',
  'https://api.acme.io/x',
  'a@b.io',
  'CrashLoopBackOff',
];
const GLUE = [' ', ', ', '/', '-', '.', '"', '\\n', '\n', ': ', '=', "'s ", '%2F', '_'];

/** Picks at random, the same for the same seed. */
function chance(seed: number): <T>(from: ArrayLike<T>) => T {
  let state = seed * 48_271;
  return (from) => {
    state = (state * 48_271) % 2_147_483_647;
    return from[state % from.length] as (typeof from)[number];
  };
}

function nameOf(pick: ReturnType<typeof chance>): string {
  const word = () => Array.from({ length: 3 + pick([1, 2, 3, 4, 5]) }, () => pick('bcdfghjkmnpqrsvwxz')).join('');
  return Array.from({ length: pick([1, 2, 3]) }, word).join(pick(['-', '-', '.']));
}

/** The name where neither a letter nor a digit adjoins it. */
function alone(name: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${name.replaceAll('.', '\\.')}(?![A-Za-z0-9])`, 'i');
}
