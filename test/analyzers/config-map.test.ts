import { describe, expect, test } from 'vitest';
import configMaps from '../../src/analyzers/config-map.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { ConfigMap } from '../../src/kinds/configuration.ts';
import { Ingress, IngressClass } from '../../src/kinds/network.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, ownedBy, type Raw } from '../support/cluster.ts';

const SETTINGS = settings({ metadata: { labels: { 'acme.io/dashboard': '1' } } });

function settings(raw: Raw = {}) {
  return build(ConfigMap, { data: { mode: 'fast' }, ...raw, metadata: { name: 'settings', ...raw.metadata } });
}

const container = (fields: Raw) => ({ containers: [{ name: 'app', ...fields }] });
const pod = (spec: Raw, raw: Raw = {}) => build(Pod, { ...raw, spec });
const mounted = { volumes: [{ name: 'conf', configMap: { name: 'settings' } }] };
const template = { template: { spec: mounted } };

describe('finds nothing wrong with a ConfigMap used by', () => {
  test.each<[string, KubernetesObject]>([
    ['a volume', pod(mounted)],
    [
      'a projected volume',
      pod({ volumes: [{ projected: { sources: [{ secret: {} }, { configMap: { name: 'settings' } }] } }] }),
    ],
    ['all variables of a container', pod(container({ envFrom: [{ configMapRef: { name: 'settings' } }] }))],
    [
      'one variable',
      pod(container({ env: [{ name: 'M', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }] })),
    ],
    [
      'an init container',
      pod({ initContainers: [{ name: 'init', envFrom: [{ configMapRef: { name: 'settings' } }] }] }),
    ],
    [
      'a container to look into a Pod',
      pod({ ephemeralContainers: [{ envFrom: [{ configMapRef: { name: 'settings' } }] }] }),
    ],
    [
      'an annotation of a template',
      build(Deployment, {
        spec: { template: { metadata: { annotations: { 'vault.hashicorp.com/agent-configmap': 'settings' } } } },
      }),
    ],
    [
      'the parameters of an ingress class',
      build(IngressClass, { spec: { parameters: { kind: 'ConfigMap', namespace: 'shop', name: 'settings' } } }),
    ],
    [
      'an annotation of an Ingress',
      build(Ingress, { metadata: { annotations: { 'nginx.ingress.kubernetes.io/custom-headers': 'shop/settings' } } }),
    ],
    [
      'a sidecar that loads whatever has its label',
      build(Deployment, {
        metadata: { namespace: 'monitoring' },
        spec: { template: { spec: container({ env: [{ name: 'LABEL', value: 'acme.io/dashboard' }] }) } },
      }),
    ],
    ['an argument that names it', pod(container({ args: ['--configmap=$(POD_NAMESPACE)/settings'] }))],
    ['an argument after its flag', pod(container({ args: ['--config-map-name', 'settings'] }))],
    ['a variable that names it', pod(container({ env: [{ name: 'CONFIG_MAP', value: 'settings' }] }))],
    ['a Deployment scaled to zero', build(Deployment, { spec: { replicas: 0, ...template } })],
    ['a StatefulSet', build(StatefulSet, { spec: template })],
    ['a DaemonSet without nodes', build(DaemonSet, { spec: template })],
    ['an old ReplicaSet, for a rollback', build(ReplicaSet, { spec: { replicas: 0, ...template } })],
    ['a suspended Job', build(Job, { spec: { suspend: true, ...template } })],
    ['a CronJob between two runs', build(CronJob, { spec: { jobTemplate: { spec: template } } })],
  ])('%s', async (_, user) => {
    expect(await analyze(configMaps, [SETTINGS, user])).toEqual([]);
  });
});

test('finds nothing wrong with what only a Pod of an older template uses', async () => {
  const set = build(StatefulSet, { spec: { template: { spec: {} } } });
  const old = pod(mounted, { metadata: { name: 'example-0', ownerReferences: ownedBy(set) } });

  expect(await analyze(configMaps, [SETTINGS, set, old])).toEqual([]);
});

test('knows the Pods of a ReplicaSet by its template', async () => {
  const set = build(ReplicaSet, { spec: template });

  expect(
    await analyze(configMaps, [SETTINGS, set, pod(mounted, { metadata: { ownerReferences: ownedBy(set) } })]),
  ).toEqual([]);
});

describe('finds nothing wrong with', () => {
  test.each<[string, Raw]>([
    ['what kube-system holds', { metadata: { name: 'kubeadm-config', namespace: 'kube-system' } }],
    ['the authority of the cluster', { metadata: { name: 'kube-root-ca.crt' } }],
    ['a dashboard for a sidecar', { metadata: { labels: { grafana_dashboard: '1' } } }],
    ['rules for a sidecar', { metadata: { labels: { loki_rule: '' } } }],
    ['a data source for a sidecar', { metadata: { labels: { grafana_datasource: 'x' } } }],
    ['rules for an operator', { metadata: { labels: { prometheus_rule: '' } } }],
    ['a configuration for a log collector', { metadata: { labels: { fluentd_config: 'true' } } }],
    ['what is marked as loaded by a program', { metadata: { labels: { 'k8sgpt.ai/dynamically-loaded': 'true' } } }],
    ['what is marked to be skipped', { metadata: { annotations: { 'k8sgpt.ai/skip-usage-check': 'true' } } }],
    [
      'the lock of a leader, which is empty',
      { data: null, metadata: { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } } },
    ],
    ['a release of Helm', { metadata: { name: 'sh.helm.release.v1.shop.v3', labels: { owner: 'helm' } } }],
    ['parameters of workflows', { metadata: { labels: { 'workflows.argoproj.io/configmap-type': 'Parameter' } } }],
    [
      'what the cluster autoscaler tells people',
      { metadata: { annotations: { 'cluster-autoscaler.kubernetes.io/last-updated': '2026-03-14' } } },
    ],
    ['what an operator made', { metadata: { ownerReferences: ownedBy(build(Deployment)) } }],
    ['what was made a moment ago', { metadata: { creationTimestamp: ago('30s') } }],
    ['what is being deleted', { metadata: { deletionTimestamp: ago('30s') } }],
  ])('%s', async (_, raw) => {
    expect(await analyze(configMaps, [settings(raw)])).toEqual([]);
  });

  test.each(['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Ingress'])(
    'a ConfigMap while objects of kind %s could not be read',
    async (kind) => {
      expect(await analyze(configMaps, [SETTINGS], { gaps: { [kind]: 'forbidden' } })).toEqual([]);
    },
  );
});

describe('finds', () => {
  test('one that nothing uses, as K8sGPT does', async () => {
    const [found, ...others] = await analyze(configMaps, [SETTINGS, pod({ volumes: [null, { configMap: {} }] })]);

    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'ConfigMap/Unused', severity: 'low', object: 'settings' });
    expect(found?.text).toContain('is not used');
  });

  test.each<[string, KubernetesObject]>([
    ['by another namespace only', pod(mounted, { metadata: { namespace: 'other' } })],
    ['by an argument that only contains its name', pod(container({ args: ['--dir=/etc/app/settings', 'settings'] }))],
    ['by a variable that has its name for a value', pod(container({ env: [{ name: 'MODE', value: 'settings' }] }))],
  ])('one used %s', async (_, user) => {
    expect(await analyze(configMaps, [SETTINGS, user])).toMatchObject([{ code: 'ConfigMap/Unused' }]);
  });

  test('an empty one that is used, as K8sGPT does', async () => {
    const found = await analyze(configMaps, [settings({ data: {}, binaryData: null }), pod(mounted)]);

    expect(found).toMatchObject([{ code: 'ConfigMap/Empty', severity: 'low' }]);
    expect(found[0]?.text).toContain('is empty');
  });

  test('one that comes near the limit, as K8sGPT does for more than 1 MiB', async () => {
    const binary = settings({ data: null, binaryData: { blob: 'x'.repeat(1_350_000) } });
    const text = settings({ data: { blob: 'x'.repeat(1_048_577) } });

    expect(await analyze(configMaps, [binary, pod(mounted)])).toMatchObject([{ code: 'ConfigMap/TooLarge' }]);
    expect(await analyze(configMaps, [text, pod(mounted)])).toMatchObject([
      { code: 'ConfigMap/TooLarge', values: { size: '1024 KiB' } },
    ]);
    expect(await analyze(configMaps, [settings({ data: { blob: 'x'.repeat(800_000) } }), pod(mounted)])).toEqual([]);
  });
});
