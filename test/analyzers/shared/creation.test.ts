import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/run.ts';
import { analyzers } from '../../../src/analyzers/index.ts';
import { type ClusterSource, nameOf } from '../../../src/cluster.ts';
import type { KubernetesObject } from '../../../src/kind.ts';
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../../../src/kinds/workloads.ts';
import type { Incident } from '../../../src/report.ts';
import { ago, build, clusterOf, event, ownedBy, type Raw } from '../../support/cluster.ts';
import { noInspector } from '../../support/inspector.ts';

const replicas = { spec: { replicas: 2 }, status: { replicas: 0 } };
const failing = (message: string): Raw => ({
  type: 'ReplicaFailure',
  status: 'True',
  reason: 'FailedCreate',
  message,
  lastTransitionTime: ago('20m'),
});

/** A workload none of whose Pods the API server lets in, as its controllers tell it. */
const WORKLOADS: Record<string, (message: string) => KubernetesObject[]> = {
  Deployment(message) {
    const conditions = [failing(message)];
    const deployment = build(Deployment, {
      metadata: { name: 'cart' },
      spec: { replicas: 2 },
      status: { observedGeneration: 1, conditions },
    });
    const owned = { name: 'cart-6d8f', ownerReferences: ownedBy(deployment) };
    return [deployment, build(ReplicaSet, { ...replicas, metadata: owned, status: { replicas: 0, conditions } })];
  },
  'Deployment of which only events tell'(message) {
    const deployment = build(Deployment, {
      metadata: { name: 'cart' },
      spec: { replicas: 2 },
      status: { conditions: [{ type: 'Available', status: 'False', lastTransitionTime: ago('20m') }] },
    });
    const set = build(ReplicaSet, {
      ...replicas,
      metadata: { name: 'cart-6d8f', ownerReferences: ownedBy(deployment) },
    });
    return [deployment, set, refusal(set, `Error creating: ${message}`)];
  },
  StatefulSet(message) {
    const set = build(StatefulSet, { ...replicas, metadata: { name: 'cart' } });
    return [set, refusal(set, `create Pod cart-0 in StatefulSet cart failed error: ${message}`)];
  },
  DaemonSet(message) {
    const status = { desiredNumberScheduled: 3, currentNumberScheduled: 0, numberReady: 0 };
    const set = build(DaemonSet, { metadata: { name: 'cart' }, status });
    return [set, refusal(set, `Error creating: ${message}`)];
  },
  Job(message) {
    const job = build(Job, { metadata: { name: 'cart' }, status: { startTime: ago('20m') } });
    return [job, refusal(job, `Error creating: ${message}`)];
  },
  'Job past its deadline'(message) {
    const conditions = [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded', lastTransitionTime: ago('5m') }];
    const job = build(Job, { metadata: { name: 'cart' }, status: { startTime: ago('20m'), conditions } });
    return [job, refusal(job, `Error creating: ${message}`)];
  },
  CronJob(message) {
    const cronJob = build(CronJob, {
      metadata: { name: 'cart' },
      spec: { schedule: '0 * * * *' },
      status: { lastScheduleTime: ago('20m'), lastSuccessfulTime: ago('79m') },
    });
    const job = build(Job, {
      metadata: { name: 'cart-29', creationTimestamp: ago('20m'), ownerReferences: ownedBy(cronJob) },
      status: { startTime: ago('20m') },
    });
    return [cronJob, job, refusal(job, `Error creating: ${message}`)];
  },
};

function refusal(object: KubernetesObject, message: string): KubernetesObject {
  return event(object, 'FailedCreate', message, { firstTimestamp: ago('20m') });
}

async function incidentsOf(objects: readonly KubernetesObject[]): Promise<Incident[]> {
  const cluster = clusterOf(objects);
  const source: ClusterSource = {
    name: 'test',
    inspector: noInspector,
    read: async () => ({ cluster, problems: [], requests: 0, objects: objects.length }),
  };
  return (await analyze(source, analyzers, { filters: [] })).incidents;
}

const kindOf = (name: string) => name.split(' ')[0];

describe.each(Object.entries(WORKLOADS))('a %s whose Pods are refused', (name, make) => {
  const kind = kindOf(name);

  test('for a ServiceAccount that does not exist is one incident, of that ServiceAccount', async () => {
    const message =
      'pods "cart-" is forbidden: error looking up service account shop/bot: serviceaccount "bot" not found';

    const incidents = await incidentsOf(make(message));

    expect(incidents.map(({ title }) => title)).toEqual([
      `ServiceAccount shop/bot does not exist, but the Pods of ${kind} cart ask for it`,
    ]);
    const owners = [...(incidents[0]?.findings ?? []), ...(incidents[0]?.consequences ?? [])].map(({ owner }) => owner);
    expect(new Set(owners.map((owner) => `${owner.kind} ${nameOf(owner)}`))).toEqual(new Set([`${kind} shop/cart`]));
  });

  test('by a quota is one incident, of that quota', async () => {
    const message =
      'pods "cart-x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=10, limited: pods=10';

    expect((await incidentsOf(make(message))).map(({ title }) => title)).toEqual([
      'ResourceQuota shop/team leaves no room for pods',
    ]);
  });

  test.each([
    [
      'the Pod Security profile',
      'pods "cart-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
      'asks for more than the Pod Security profile restricted of its namespace allows',
    ],
    [
      'a LimitRange',
      'pods "cart-x" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum memory usage per Pod is 1Gi, but limit is 2147483648]',
      'asks for more or less than a LimitRange of its namespace allows',
    ],
  ])('by %s is one incident, of the workload itself', async (_, message, headline) => {
    const incidents = await incidentsOf(make(message));

    expect(incidents.map(({ title }) => title)).toEqual([`${kind} shop/cart ${headline}`]);
  });
});
