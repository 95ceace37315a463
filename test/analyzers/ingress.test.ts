import { describe, expect, test } from 'vitest';
import ingress from '../../src/analyzers/ingress.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { Secret } from '../../src/kinds/configuration.ts';
import { Ingress, IngressClass, Service } from '../../src/kinds/network.ts';
import { ago, analyze, build, event, type Raw } from '../support/cluster.ts';

const NGINX = build(IngressClass, { metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } });
const CART = build(Service, { metadata: { name: 'cart' }, spec: { ports: [{ name: 'http', port: 80 }] } });
const CERTIFICATE = build(Secret, { metadata: { name: 'shop-tls' }, columns: { Type: 'kubernetes.io/tls', Data: 2 } });
const ADDRESS = { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } };

function rule(service: string, port: Raw = { number: 80 }, { host = 'shop.example.com', path = '/' } = {}) {
  return { host, http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: service, port } } }] } };
}

function front(spec: Raw = {}, raw: Raw = {}) {
  return build(Ingress, {
    ...raw,
    metadata: { name: 'front', ...raw.metadata },
    spec: { ingressClassName: 'nginx', rules: [rule('cart')], ...spec },
  });
}

function defaultClass(name: string) {
  return build(IngressClass, {
    metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  });
}

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['an Ingress whose references all exist', [front({ tls: [{ secretName: 'shop-tls' }] }), NGINX, CART, CERTIFICATE]],
    [
      'an action of the AWS controller, which is no Service',
      [front({ rules: [rule('ssl-redirect', { name: 'use-annotation' })] }), NGINX],
    ],
    ['a port by its name', [front({ rules: [rule('cart', { name: 'http' })] }), NGINX, CART]],
    ['no class where one is the default', [front({ ingressClassName: undefined }), defaultClass('nginx'), CART]],
    [
      'no class where a controller serves it all the same',
      [front({ ingressClassName: undefined }, { status: ADDRESS }), CART],
    ],
    ['the class gce, which needs no object', [front({ ingressClassName: 'gce' }), CART]],
    [
      'the annotation gce-internal',
      [
        front(
          { ingressClassName: undefined },
          { metadata: { annotations: { 'kubernetes.io/ingress.class': 'gce-internal' } } },
        ),
        CART,
      ],
    ],
    [
      'an annotation whose controller serves it without an IngressClass',
      [
        front(
          { ingressClassName: undefined },
          { metadata: { annotations: { 'kubernetes.io/ingress.class': 'haproxy' } }, status: ADDRESS },
        ),
        CART,
      ],
    ],
    [
      'a backend that is no Service',
      [front({ rules: undefined, defaultBackend: { resource: { kind: 'Bucket', name: 'assets' } } }), NGINX],
    ],
    [
      'TLS without a Secret, by the default certificate',
      [front({ tls: [{ hosts: ['shop.example.com'] }] }), NGINX, CART],
    ],
    [
      'an alias of an outside name, which has no ports',
      [
        front(),
        NGINX,
        build(Service, { metadata: { name: 'cart' }, spec: { type: 'ExternalName', externalName: 'a.b' } }),
      ],
    ],
    [
      'a certificate that is being issued',
      [
        front(
          { tls: [{ secretName: 'new-tls' }] },
          { metadata: { creationTimestamp: ago('1m'), annotations: { 'cert-manager.io/cluster-issuer': 'ca' } } },
        ),
        NGINX,
        CART,
      ],
    ],
    ['no address where no Ingress of the class has one', [front(), NGINX, CART]],
    [
      'the same host and path in another class',
      [front(), front({ ingressClassName: 'gce' }, { metadata: { name: 'outer' } }), NGINX, CART],
    ],
    [
      'a canary of another Ingress',
      [
        front(),
        front(
          { rules: [rule('cart-next')] },
          { metadata: { name: 'next', annotations: { 'nginx.ingress.kubernetes.io/canary': 'true' } } },
        ),
        NGINX,
        CART,
        build(Service, { metadata: { name: 'cart-next' }, spec: { ports: [{ port: 80 }] } }),
      ],
    ],
    [
      'load balancers of their own, which may share a host',
      ['front', 'back'].map((name) =>
        front({ ingressClassName: 'gce', defaultBackend: { resource: { name } } }, { metadata: { name } }),
      ),
    ],
    ['an Ingress that is being deleted', [front({}, { metadata: { deletionTimestamp: ago('1m') } })]],
  ])('%s', async (_, objects) => {
    const services = objects.some((each) => each.kind === 'Service') ? [] : [CART];
    expect(await analyze(ingress, [...objects, ...services])).toEqual([]);
  });

  test('references of kinds that could not be read', async () => {
    const gaps = { IngressClass: 'forbidden', Service: 'forbidden', Secret: 'failed' } as const;

    expect(await analyze(ingress, [front({ tls: [{ secretName: 'shop-tls' }] })], { gaps })).toEqual([]);
    expect(await analyze(ingress, [front({ ingressClassName: undefined })], { gaps })).toEqual([]);
  });

  test('absurd fields', async () => {
    const absurd = build(Ingress, {
      spec: { ingressClassName: 7, rules: [null, { http: {} }], tls: 'yes' },
      status: null,
    });

    expect(await analyze(ingress, [absurd, defaultClass('nginx')])).toMatchObject([{ code: 'Ingress/NoBackend' }]);
  });
});

describe('class', () => {
  test('none named and none the default, as K8sGPT finds it', async () => {
    const [found] = await analyze(ingress, [front({ ingressClassName: undefined }), NGINX, CART]);

    expect(found).toMatchObject({ code: 'Ingress/NoClass', severity: 'medium' });
    expect(found?.text).toContain('Classes of this cluster: nginx');
  });

  test('none named and two the default', async () => {
    const classes = [defaultClass('nginx'), defaultClass('traefik')];

    expect(await analyze(ingress, [front({ ingressClassName: undefined }), ...classes, CART])).toMatchObject([
      { code: 'Ingress/SeveralDefaultClasses', values: { classes: 'nginx and traefik' } },
    ]);
  });

  test.each<[string, Raw, Raw]>([
    ['by its field', { ingressClassName: 'nginx-public' }, {}],
    [
      'by the old annotation',
      { ingressClassName: undefined },
      { metadata: { annotations: { 'kubernetes.io/ingress.class': 'nginx-public' } } },
    ],
  ])('one that does not exist, named %s, as K8sGPT finds it', async (_, spec, raw) => {
    const [found, ...others] = await analyze(ingress, [front(spec, raw), NGINX, CART]);

    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: 'Ingress/ClassNotFound',
      severity: 'high',
      headline: 'does not exist, but Ingress shop/front names it',
      causes: [{ ref: { kind: 'IngressClass', name: 'nginx-public' }, certain: true }],
    });
    expect(found?.text).toContain('There is IngressClass nginx.');
  });
});

describe('backends', () => {
  test('a Service that does not exist, once however many routes it has, as K8sGPT finds it', async () => {
    const rules = [
      rule('cart-api'),
      rule('cart-api', { number: 80 }, { path: '/static' }),
      rule('cart', undefined, { path: '/cart' }),
    ];

    const [found, ...others] = await analyze(ingress, [front({ rules }), NGINX, CART]);

    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: 'Ingress/ServiceNotFound',
      severity: 'high',
      about: 'cart-api',
      causes: [{ ref: { kind: 'Service', namespace: 'shop', name: 'cart-api' }, certain: true }],
    });
    expect(found?.text).toContain('shop.example.com/ to Service cart-api');
  });

  test('a default backend that does not exist', async () => {
    const found = await analyze(ingress, [
      front({ rules: undefined, defaultBackend: { service: { name: 'errors', port: { number: 80 } } } }),
      NGINX,
    ]);

    expect(found).toMatchObject([{ code: 'Ingress/ServiceNotFound', about: 'errors' }]);
  });

  test('a Service of another namespace does not count', async () => {
    const elsewhere = build(Service, { metadata: { name: 'cart', namespace: 'other' } });

    expect(await analyze(ingress, [front(), NGINX, elsewhere])).toMatchObject([{ code: 'Ingress/ServiceNotFound' }]);
  });

  test.each([
    ['number', { number: 8081 }, '8081'],
    ['name', { name: 'web' }, 'web'],
  ])('a port that the Service lacks, by %s', async (_, port, wanted) => {
    const [found, ...others] = await analyze(ingress, [front({ rules: [rule('cart', port)] }), NGINX, CART]);

    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'Ingress/PortNotFound', severity: 'high', about: `cart:${wanted}` });
    expect(found?.text).toContain(`port ${wanted} of Service cart`);
    expect(found?.text).toContain('http (80)');
  });

  test('none at all', async () => {
    expect(await analyze(ingress, [front({ rules: [{ host: 'shop.example.com' }] }), NGINX])).toMatchObject([
      { code: 'Ingress/NoBackend', severity: 'low' },
    ]);
  });
});

describe('certificates', () => {
  const secured = front({ tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }, { secretName: 'shop-tls' }] });

  test('a Secret that does not exist, once, as K8sGPT finds it', async () => {
    const found = await analyze(ingress, [secured, NGINX, CART]);

    expect(found).toMatchObject([
      {
        code: 'Ingress/SecretNotFound',
        severity: 'high',
        about: 'shop-tls',
        causes: [{ ref: { kind: 'Secret', namespace: 'shop', name: 'shop-tls' }, certain: true }],
      },
    ]);
  });

  test('a certificate that cert-manager has not issued', async () => {
    const late = front(
      { tls: [{ secretName: 'shop-tls' }] },
      { metadata: { annotations: { 'cert-manager.io/issuer': 'ca' } } },
    );

    expect((await analyze(ingress, [late, NGINX, CART]))[0]?.text).toContain('cert-manager');
  });

  test.each([
    ['one key of another type', { Type: 'Opaque', Data: 1 }, 'high'],
    ['nothing', { Type: 'kubernetes.io/tls', Data: 0 }, 'high'],
    ['registry credentials', { Type: 'kubernetes.io/dockerconfigjson', Data: 2 }, 'high'],
    ['two keys of type Opaque, which some controllers take', { Type: 'Opaque', Data: 2 }, 'low'],
  ])('a Secret that holds %s', async (_, columns, severity) => {
    const secret = build(Secret, { metadata: { name: 'shop-tls' }, columns });

    expect(await analyze(ingress, [secured, NGINX, CART, secret])).toMatchObject([
      { code: 'Ingress/SecretUnusable', severity, text: expect.stringContaining('shop-tls') },
    ]);
  });
});

test('what its controller complains of', async () => {
  const rejected = event(front(), 'FailedBuildModel', 'no subnet has the tag kubernetes.io/role/elb');

  const found = await analyze(ingress, [front(), NGINX, CART, rejected]);

  expect(found).toMatchObject([{ code: 'Ingress/WarningEvent', severity: 'medium', about: 'FailedBuildModel' }]);
  expect(found[0]?.text).toContain('no subnet has the tag');
});

test('nothing that its controller has overcome', async () => {
  const rejected = event(front(), 'FailedDeployModel', 'timeout', { lastTimestamp: ago('9m') });
  const done = event(front(), 'SuccessfullyReconciled', 'Successfully reconciled', { type: 'Normal' });

  expect(await analyze(ingress, [front(), NGINX, CART, rejected, done])).toEqual([]);
});

describe('several Ingresses', () => {
  test('the younger of two that claim one host and path for different Services', async () => {
    const other = build(Service, { metadata: { name: 'old-cart' }, spec: { ports: [{ port: 80 }] } });
    const older = front({ rules: [rule('old-cart')] }, { metadata: { name: 'old', creationTimestamp: ago('90d') } });

    const found = await analyze(ingress, [front(), older, NGINX, CART, other]);

    expect(found).toMatchObject([
      { object: 'front', code: 'Ingress/DuplicatePath', severity: 'medium', values: { other: 'shop/old' } },
    ]);
  });

  test('a prefix is the same with and without its last slash', async () => {
    const other = build(Service, { metadata: { name: 'old-cart' }, spec: { ports: [{ port: 80 }] } });
    const older = front(
      { rules: [rule('old-cart', undefined, { path: '/cart/' })] },
      { metadata: { name: 'old', creationTimestamp: ago('90d') } },
    );

    const found = await analyze(ingress, [
      front({ rules: [rule('cart', undefined, { path: '/cart' })] }),
      older,
      NGINX,
      CART,
      other,
    ]);

    expect(found).toMatchObject([{ object: 'front', code: 'Ingress/DuplicatePath' }]);
  });

  test('one that sends the same host and path to two backends; not one that only repeats itself', async () => {
    const other = build(Service, { metadata: { name: 'old-cart' }, spec: { ports: [{ port: 80 }] } });

    expect(
      await analyze(ingress, [front({ rules: [rule('cart'), rule('old-cart')] }), NGINX, CART, other]),
    ).toMatchObject([{ code: 'Ingress/DuplicatePath', headline: 'sends shop.example.com/ to several backends' }]);
    expect(await analyze(ingress, [front({ rules: [rule('cart'), rule('cart')] }), NGINX, CART])).toEqual([]);
  });

  test('no address, though another of the class has one', async () => {
    const served = front(
      { rules: [rule('cart', { number: 80 }, { host: 'a.example.com' })] },
      { metadata: { name: 'a' }, status: ADDRESS },
    );

    expect(await analyze(ingress, [front(), served, NGINX, CART])).toMatchObject([
      { object: 'front', code: 'Ingress/NoAddress', severity: 'low' },
    ]);
    const young = front({}, { metadata: { creationTimestamp: ago('1m') } });
    expect(await analyze(ingress, [young, served, NGINX, CART])).toEqual([]);
  });
});
