import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import webhooks from '../../src/analyzers/validating-webhook-configuration.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { ValidatingWebhookConfiguration } from '../../src/kinds/admission.ts';
import { Namespace } from '../../src/kinds/configuration.ts';
import { EndpointSlice, Service } from '../../src/kinds/network.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { ago, analyze, build, type Raw } from '../support/cluster.ts';

const PODS = [{ apiGroups: [''], operations: ['CREATE'], resources: ['pods'] }];

function guard(webhook: Raw = {}, service: Raw = {}) {
  return build(ValidatingWebhookConfiguration, {
    metadata: { name: 'guard' },
    webhooks: [
      {
        name: 'pods.guard.example.com',
        clientConfig: { caBundle: 'Y2E=', service: { namespace: 'guard', name: 'guard', ...service } },
        rules: PODS,
        ...webhook,
      },
    ],
  });
}

function target(spec: Raw = {}, raw: Raw = {}) {
  return build(Service, {
    metadata: { name: 'guard', namespace: 'guard', ...raw.metadata },
    spec: { selector: { app: 'guard' }, ports: [{ port: 443 }], ...spec },
  });
}

function pod(name: string, ready: boolean, raw: Raw = {}) {
  return build(Pod, {
    metadata: { name, namespace: 'guard', labels: { app: 'guard' }, ...raw.metadata },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      ...(raw.status as Raw),
    },
  });
}

function slice(ports: Raw[]) {
  return build(EndpointSlice, {
    metadata: { name: 'guard-1', namespace: 'guard', labels: { 'kubernetes.io/service-name': 'guard' } },
    endpoints: [{ conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'guard-1' } }],
    ports,
  });
}

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['a webhook that a ready Pod answers', [guard(), target(), pod('guard-1', true)]],
    ['a webhook outside the cluster', [guard({ clientConfig: { url: 'https://guard.example.net/check' } })]],
    ['a configuration without webhooks', [build(ValidatingWebhookConfiguration)]],
    [
      'an absurd one',
      [build(ValidatingWebhookConfiguration, { webhooks: [null, {}, { clientConfig: { service: [] } }] })],
    ],
    [
      'a Pod of a finished Job with the same labels',
      [guard(), target(), pod('guard-1', true), pod('guard-setup', false, { status: { phase: 'Succeeded' } })],
    ],
    [
      'Pods that were made a moment ago',
      [guard(), target(), pod('guard-1', false, { metadata: { creationTimestamp: ago('20s') } })],
    ],
    [
      'a Service without a selector whose EndpointSlice has a ready address',
      [
        guard(),
        target({ selector: undefined }),
        build(EndpointSlice, {
          metadata: { name: 'guard-1', namespace: 'guard', labels: { 'kubernetes.io/service-name': 'guard' } },
          endpoints: [{ conditions: { ready: true } }],
        }),
      ],
    ],
    [
      'a Pod that has the named port',
      [
        guard(),
        target({ ports: [{ name: 'https', port: 443, targetPort: 'webhook' }] }),
        slice([{ name: 'https', port: 9443 }]),
        pod('guard-1', true),
      ],
    ],
    ['a Service that was made a moment ago', [guard(), target({}, { metadata: { creationTimestamp: ago('20s') } })]],
  ])('%s', async (_, objects) => {
    expect(await analyze(webhooks, objects)).toEqual([]);
  });

  test('what could not be read', async () => {
    expect(await analyze(webhooks, [guard()], { gaps: { Service: 'forbidden' } })).toEqual([]);
    expect(await analyze(webhooks, [guard(), target()], { gaps: { Pod: 'forbidden' } })).toEqual([]);
  });
});

describe('a webhook that nobody answers', () => {
  test('for lack of the named port in its Pods', async () => {
    const service = target({ ports: [{ name: 'https', port: 443, targetPort: 'webhook' }] });

    const [found] = await analyze(webhooks, [guard(), service, slice([]), pod('guard-1', true)]);

    expect(found).toMatchObject({
      code: 'ValidatingWebhookConfiguration/NoReadyEndpoints',
      severity: 'critical',
      text: expect.stringContaining('none with the port "webhook" that its port 443 goes to'),
    });
  });

  test('for lack of its Service, as K8sGPT finds it', async () => {
    const [found] = await analyze(webhooks, [guard()]);

    expect(found).toMatchObject({
      code: 'ValidatingWebhookConfiguration/ServiceNotFound',
      severity: 'critical',
      about: 'pods.guard.example.com',
      headline: 'does not exist, but webhook pods.guard.example.com calls it',
      causes: [{ ref: { kind: 'Service', namespace: 'guard', name: 'guard' }, certain: true }],
    });
    expect(found?.text).toContain('refuses to create pods');
  });

  test('for lack of the port; 443 where it names none', async () => {
    const [explicit] = await analyze(webhooks, [guard({}, { port: 9443 }), target(), pod('guard-1', true)]);
    const [implied] = await analyze(webhooks, [guard(), target({ ports: [{ port: 8443 }] }), pod('guard-1', true)]);

    expect(explicit).toMatchObject({ code: 'ValidatingWebhookConfiguration/PortNotFound', severity: 'critical' });
    expect(explicit?.text).toContain('no port 9443: its ports are 443');
    expect(implied?.text).toContain('no port 443: its ports are 8443');
  });

  test('for lack of Pods, as K8sGPT finds it', async () => {
    const [found] = await analyze(webhooks, [guard(), target()]);

    expect(found).toMatchObject({
      code: 'ValidatingWebhookConfiguration/NoPods',
      causes: [{ ref: { kind: 'Service', namespace: 'guard', name: 'guard' } }],
    });
    expect(found?.text).toContain('no Pod');
  });

  test.each([
    ['do not run, as K8sGPT finds it', { phase: 'Pending' }],
    ['run and are not ready', { phase: 'Running' }],
  ])('since its Pods %s', async (_, status) => {
    const [found] = await analyze(webhooks, [guard(), target(), pod('guard-1', false, { status })]);

    expect(found).toMatchObject({ code: 'ValidatingWebhookConfiguration/NoReadyEndpoints', severity: 'critical' });
    expect(found?.text).toContain('guard-1');
    expect(found?.causes?.map(({ ref }) => ref.kind)).toEqual(['Service', 'Pod']);
  });

  test('and may be skipped', async () => {
    const [found] = await analyze(webhooks, [guard({ failurePolicy: 'Ignore', timeoutSeconds: 30 })]);

    expect(found).toMatchObject({ severity: 'medium', values: { failurePolicy: 'Ignore' } });
    expect(found?.text).toContain('after up to 30 s');
  });

  test('is one finding for each webhook', async () => {
    const two = build(ValidatingWebhookConfiguration, {
      metadata: { name: 'guard' },
      webhooks: ['a', 'b'].map((name) => ({
        name,
        clientConfig: { service: { namespace: 'guard', name } },
        rules: PODS,
      })),
    });

    expect((await analyze(webhooks, [two])).map(({ about }) => about)).toEqual(['a', 'b']);
  });

  test.each<[string, Raw, RegExp]>([
    [
      'several rules',
      { rules: [...PODS, { apiGroups: ['apps'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }] },
      /create pods and create or update deployments\.apps/,
    ],
    [
      'everything',
      { rules: [{ apiGroups: ['*'], operations: ['*'], resources: ['*/*'] }] },
      /create, update, delete or connect to any resource/,
    ],
    ['nothing known', { rules: null }, /do what its rules catch/],
  ])('says what is blocked: %s', async (_, webhook, expected) => {
    expect((await analyze(webhooks, [guard(webhook)]))[0]?.text).toMatch(expected);
  });
});

describe('a webhook that blocks its own Pods', () => {
  const own = build(Namespace, { metadata: { name: 'guard', labels: { team: 'security' } } });

  test.each<[string, Raw, boolean]>([
    ['no namespaceSelector', {}, true],
    ['an empty namespaceSelector', { namespaceSelector: {} }, true],
    ['a selector that chooses its namespace', { namespaceSelector: { matchLabels: { team: 'security' } } }, true],
    [
      'a selector that leaves its namespace out',
      {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['guard'] }],
        },
      },
      false,
    ],
    ['an objectSelector', { objectSelector: { matchLabels: { inject: 'yes' } } }, false],
    [
      'rules for other resources',
      { rules: [{ apiGroups: ['apps'], operations: ['CREATE'], resources: ['deployments'] }] },
      false,
    ],
  ])('with %s', async (_, webhook, expected) => {
    const text = (await analyze(webhooks, [guard(webhook), own]))[0]?.text ?? '';

    expect(text.includes('its own Pods cannot be replaced')).toBe(expected);
  });
});

describe('a webhook that answers', () => {
  test('by fewer Pods than it has', async () => {
    const found = await analyze(webhooks, [
      guard(),
      target(),
      pod('guard-1', true),
      pod('guard-2', false, { status: { phase: 'Pending' } }),
    ]);

    expect(found).toMatchObject([{ code: 'ValidatingWebhookConfiguration/SomePodsNotReady', severity: 'low' }]);
    expect(found[0]?.text).toContain('guard-2');
  });

  describe('with a bundle that', () => {
    const file = (name: string) => readFileSync(new URL(`../support/tls/${name}.crt`, import.meta.url), 'utf8');
    const bundle = (...names: string[]) => Buffer.from(names.map(file).join('')).toString('base64');
    const knownBy = (caBundle: string, webhook: Raw = {}) =>
      guard({ clientConfig: { caBundle, service: { namespace: 'guard', name: 'guard' } }, ...webhook });
    const answers = [target(), pod('guard-1', true)];

    test('is valid, or holds a new authority beside the old one', async () => {
      expect(await analyze(webhooks, [knownBy(bundle('ca')), ...answers])).toEqual([]);
      expect(await analyze(webhooks, [knownBy(bundle('expired', 'ca')), ...answers])).toEqual([]);
    });

    test.each([
      ['Fail', 'critical'],
      ['Ignore', 'medium'],
    ])('has expired, with failurePolicy %s', async (failurePolicy, severity) => {
      const found = await analyze(webhooks, [knownBy(bundle('expired'), { failurePolicy }), ...answers]);

      expect(found).toMatchObject([{ code: 'ValidatingWebhookConfiguration/CaBundleExpired', severity }]);
      expect(found[0]?.text).toContain('expired on 2025-01-01');
    });

    test('has expired, for a URL', async () => {
      const outside = guard({ clientConfig: { caBundle: bundle('expired'), url: 'https://guard.example.net/check' } });

      expect(await analyze(webhooks, [outside])).toMatchObject([
        { code: 'ValidatingWebhookConfiguration/CaBundleExpired' },
      ]);
    });

    test('an injector is about to write', async () => {
      const bare = {
        metadata: { annotations: { 'cert-manager.io/inject-ca-from': 'guard/guard' }, creationTimestamp: ago('30s') },
        webhooks: [{ clientConfig: { service: { namespace: 'guard', name: 'guard' } } }],
      };

      expect(await analyze(webhooks, [build(ValidatingWebhookConfiguration, bare), ...answers])).toEqual([]);
    });
  });

  test('with a certificate that nobody can check', async () => {
    const bare = guard({ clientConfig: { service: { namespace: 'guard', name: 'guard' } } });

    expect(await analyze(webhooks, [bare, target(), pod('guard-1', true)])).toMatchObject([
      { code: 'ValidatingWebhookConfiguration/NoCaBundle', severity: 'low' },
    ]);
  });
});
