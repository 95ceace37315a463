import { expect, test } from 'vitest';
import type { Analyzer } from '../../src/analyzer.ts';
import configMaps from '../../src/analyzers/config-map.ts';
import deployments from '../../src/analyzers/deployment.ts';
import jobs from '../../src/analyzers/job.ts';
import pods from '../../src/analyzers/pod.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { ConfigMap } from '../../src/kinds/configuration.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { Deployment, Job, ReplicaSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, ownedBy } from '../support/cluster.ts';

const PART_OF = { 'app.kubernetes.io/part-of': 'argocd' };
const data = { a: 'b' };

const startupProbe = { httpGet: { path: '/up', port: 8080 }, periodSeconds: 30, failureThreshold: 60 };
const model = build(Deployment, {
  metadata: { name: 'model', creationTimestamp: ago('10m') },
  spec: { replicas: 1, progressDeadlineSeconds: 3600 },
  status: {
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 0,
    unavailableReplicas: 1,
    conditions: [{ type: 'Available', status: 'False', lastTransitionTime: ago('10m') }],
  },
});
const modelSet = build(ReplicaSet, {
  metadata: { name: 'model-1', ownerReferences: ownedBy(model), creationTimestamp: ago('10m') },
});
const loading = (restartCount: number) =>
  build(Pod, {
    metadata: { name: 'model-1-a', ownerReferences: ownedBy(modelSet), creationTimestamp: ago('10m') },
    spec: { nodeName: 'a', containers: [{ name: 'model', image: 'model:1', startupProbe }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago('10m') }],
      containerStatuses: [
        { name: 'model', ready: false, started: false, restartCount, state: { running: { startedAt: ago('10m') } } },
      ],
    },
  });

const joining = build(Node, {
  metadata: { name: 'new', creationTimestamp: ago('25s') },
  status: {
    conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', lastTransitionTime: ago('25s') }],
  },
});
const onNode = (age: string) =>
  build(Pod, {
    metadata: { name: 'cni', creationTimestamp: ago(age) },
    spec: { nodeName: 'new', containers: [{ name: 'cni', image: 'cni:1' }] },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(age) }],
      containerStatuses: [{ name: 'cni', ready: false, state: { waiting: { reason: 'ContainerCreating' } } }],
    },
  });
const gated = (gate: string) =>
  build(Pod, {
    metadata: { name: 'train-0', creationTimestamp: ago('2h') },
    spec: { schedulingGates: [{ name: gate }], containers: [{ name: 'train', image: 'train:1' }] },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', lastTransitionTime: ago('2h') }],
    },
  });
const managed = (managedBy?: string) =>
  build(Job, { metadata: { name: 'train' }, spec: { parallelism: 1, managedBy }, status: { startTime: ago('2h') } });

// Each healthy oddity beside the fault that it looks like.
test.each<[string, Analyzer, KubernetesObject[], number]>([
  [
    'a ConfigMap that is part of an application',
    configMaps,
    [
      build(ConfigMap, { metadata: { name: 'argocd-cm', labels: PART_OF }, data }),
      build(Deployment, { metadata: { name: 'server', labels: PART_OF } }),
    ],
    0,
  ],
  [
    'a ConfigMap of an application that is not there',
    configMaps,
    [build(ConfigMap, { metadata: { name: 'argocd-cm', labels: PART_OF }, data })],
    1,
  ],
  [
    'the lock of Patroni',
    configMaps,
    [build(ConfigMap, { metadata: { name: 'pg-leader', annotations: { renewTime: '2026-03-14' } } })],
    0,
  ],
  [
    'a release of Helm 2',
    configMaps,
    [build(ConfigMap, { metadata: { name: 'web.v3', labels: { OWNER: 'TILLER' } }, data })],
    0,
  ],
  ['a model that its startup probe gives half an hour', deployments, [model, modelSet, loading(0)], 0],
  ['a model that was restarted for it', deployments, [model, modelSet, loading(1)], 1],
  ['a Pod on a node that joins', pods, [joining, onNode('20s')], 0],
  ['a Pod on a node that stays away', pods, [joining, onNode('20m')], 1],
  ['a Pod that Kueue keeps in its queue', pods, [gated('kueue.x-k8s.io/admission')], 0],
  ['a Pod behind another gate', pods, [gated('example.com/review')], 1],
  ['a Job that another controller manages', jobs, [managed('kueue.x-k8s.io/multikueue')], 0],
  ['a Job without Pods', jobs, [managed()], 1],
] as [string, Analyzer, KubernetesObject[], number][])('%s', async (_, analyzer, objects, count) => {
  expect(await analyze(analyzer, objects)).toHaveLength(count);
});
