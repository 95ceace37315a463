import { expect, test } from 'vitest';
import webhooks from '../../src/analyzers/mutating-webhook-configuration.ts';
import { MutatingWebhookConfiguration } from '../../src/kinds/admission.ts';
import { Service } from '../../src/kinds/network.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { analyze, build } from '../support/cluster.ts';

const SERVICE = build(Service, {
  metadata: { name: 'injector', namespace: 'mesh' },
  spec: { selector: { app: 'injector' }, ports: [{ port: 443 }] },
});

const INJECTOR = build(MutatingWebhookConfiguration, {
  metadata: { name: 'sidecar-injector' },
  webhooks: [
    {
      name: 'inject.mesh.example.com',
      clientConfig: { caBundle: 'Y2E=', service: { namespace: 'mesh', name: 'injector' } },
      rules: [{ apiGroups: [''], operations: ['CREATE'], resources: ['pods'] }],
    },
  ],
});

function pod(status: 'True' | 'False') {
  return build(Pod, {
    metadata: { name: 'injector-1', namespace: 'mesh', labels: { app: 'injector' } },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status }] },
  });
}

test('finds nothing wrong with a webhook that a ready Pod answers', async () => {
  expect(await analyze(webhooks, [INJECTOR, SERVICE, pod('True')])).toEqual([]);
});

test.each([
  ['the Service is missing', [], 'ServiceNotFound'],
  ['the Service has no Pods', [SERVICE], 'NoPods'],
  ['no Pod is ready', [SERVICE, pod('False')], 'NoReadyEndpoints'],
])('finds that nobody answers: %s', async (_, objects, code) => {
  const found = await analyze(webhooks, [INJECTOR, ...objects]);

  expect(found).toMatchObject([
    {
      object: 'sidecar-injector',
      code: `MutatingWebhookConfiguration/${code}`,
      severity: 'critical',
      about: 'inject.mesh.example.com',
    },
  ]);
  expect(found[0]?.text).toContain('injector');
});

test('reads its Services and Pods in all namespaces', () => {
  expect(webhooks.everywhere).toBe(true);
});
