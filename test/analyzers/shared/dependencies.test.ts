import { describe, expect, test } from 'vitest';
import pod from '../../../src/analyzers/pod.ts';
import { keyOf } from '../../../src/cluster.ts';
import type { KubernetesObject } from '../../../src/kind.ts';
import { Service } from '../../../src/kinds/network.ts';
import { DaemonSet, Deployment, Job } from '../../../src/kinds/workloads.ts';
import { ago, analyze, build, ownedBy, type Raw } from '../../support/cluster.ts';
import { crashingPod, type PodParts, pod as somePod } from '../../support/pods.ts';

const service = (name: string, spec: Raw = {}, namespace = 'shop') =>
  build(Service, { metadata: { name, namespace }, spec: { selector: { app: name }, ...spec } });
const database = service('db');
const queue = service('queue');
const ofDatabase: PodParts = { container: { env: [{ name: 'DB', value: 'postgres://db:5432' }] } };

/** What a Pod that crashes with these last words may owe its crash to. */
async function causesOf(message: string, others: readonly KubernetesObject[], parts: PodParts = {}): Promise<string[]> {
  const [found] = await analyze(pod, [crashingPod({ message }, parts), ...others]);
  return found?.causes?.map(({ ref }) => keyOf(ref)) ?? [];
}

describe('a program that ended', () => {
  test('blames only the Service that its last words name', async () => {
    const causes = await causesOf('cannot connect to queue:5672', [database, queue], ofDatabase);

    expect(causes).toEqual(['Service/shop/queue']);
  });

  test.each(['', 'connect: connection refused', 'FATAL upstream answered 503', 'context deadline exceeded'])(
    'blames what its environment names where its last words are "%s"',
    async (message) => {
      expect(await causesOf(message, [database], ofDatabase)).toEqual(['Service/shop/db']);
    },
  );

  test.each([
    'yaml: line 14: mapping values are not allowed in this context',
    'KeyError: RATE_SOURCE',
    'panic: assignment to entry in nil map',
  ])('blames nobody else where its last words are "%s"', async (message) => {
    expect(await causesOf(message, [database], ofDatabase)).toEqual([]);
  });

  test('blames a headless Service that it calls by the name of a Pod', async () => {
    const headless = service('kafka', { clusterIP: 'None' }, 'bus');

    expect(await causesOf('no broker at kafka-0.kafka.bus.svc.cluster.local:9092', [headless])).toEqual([
      'Service/bus/kafka',
    ]);
  });

  test('does not take the second part of a name for a Service that is not headless', async () => {
    expect(await causesOf('connection to files.db refused', [database])).toEqual([]);
  });
});

describe('names that do not resolve', () => {
  const dns = service('kube-dns', { ports: [{ port: 53, protocol: 'UDP' }] }, 'kube-system');
  const server = build(Deployment, {
    metadata: { name: 'coredns', namespace: 'kube-system' },
    spec: { template: { metadata: { labels: { app: 'kube-dns' } } } },
  });

  test.each([
    'dial tcp: lookup db.shop.svc on 10.96.0.10:53: no such host',
    'lookup db on 10.96.0.10:53: read udp 10.1.1.1:5->10.96.0.10:53: i/o timeout',
    'getaddrinfo EAI_AGAIN db',
    'could not translate host name "db" to address: Temporary failure in name resolution',
    'java.net.UnknownHostException: db',
  ])('may be due to the DNS of the cluster: %s', async (message) => {
    expect(await causesOf(message, [dns, server, database])).toEqual([
      'Service/kube-system/kube-dns',
      'Deployment/kube-system/coredns',
      'Service/shop/db',
    ]);
  });

  test('are no matter where the connection is refused', async () => {
    expect(await causesOf('dial tcp db:5432: connection refused', [dns, server, database])).toEqual([
      'Service/shop/db',
    ]);
  });
});

describe('the network of the node', () => {
  const proxy = build(DaemonSet, {
    metadata: { name: 'kube-proxy', namespace: 'kube-system' },
    status: { desiredNumberScheduled: 2, numberReady: 1 },
  });
  const ofProxy = (nodeName: string, parts: PodParts = {}) =>
    somePod({
      phase: 'Running',
      ...parts,
      metadata: { name: `kube-proxy-${nodeName}`, namespace: 'kube-system', ownerReferences: ownedBy(proxy) },
      spec: { nodeName, hostNetwork: true },
    });
  const onWorker: PodParts = { spec: { nodeName: 'worker-a', containers: [{ name: 'app' }] } };
  const timeout = 'dial tcp 10.96.8.8:80: i/o timeout';

  test('may be to blame for a connection that is not made, where its agent is not ready', async () => {
    expect(await causesOf(timeout, [proxy, ofProxy('worker-a')], onWorker)).toEqual([
      'Pod/kube-system/kube-proxy-worker-a',
    ]);
    expect(await causesOf(timeout, [proxy, ofProxy('worker-b')], onWorker)).toEqual([
      'DaemonSet/kube-system/kube-proxy',
    ]);
  });

  test('is not to blame where its agent is ready, or the program has a fault of its own', async () => {
    const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };

    expect(await causesOf(timeout, [proxy, ofProxy('worker-a', ready)], onWorker)).toEqual([]);
    expect(await causesOf('KeyError: PORT', [proxy, ofProxy('worker-a')], onWorker)).toEqual([]);
  });
});

test.each([
  [['sh', '-c', 'kubectl wait --for=condition=complete job/migrate'], ['Job/shop/migrate']],
  [['kubectl', 'wait', 'jobs.batch/migrate', '--for=condition=complete'], ['Job/shop/migrate']],
  [['/wait_for.sh', 'job', 'migrate'], ['Job/shop/migrate']],
  [['kubectl', 'wait', 'pod', '-l', 'job-name=migrate'], ['Job/shop/migrate']],
  [['kubectl', 'wait', 'job/another'], []],
])('an init container that runs %j waits for the Job', async (command, causes) => {
  const waiting = somePod({
    phase: 'Pending',
    spec: { nodeName: 'worker-a', initContainers: [{ name: 'wait', command }], containers: [{ name: 'app' }] },
    status: {
      initContainerStatuses: [{ name: 'wait', ready: false, state: { running: { startedAt: ago('20m') } } }],
      containerStatuses: [{ name: 'app', ready: false, state: { waiting: { reason: 'PodInitializing' } } }],
    },
  });

  const [found] = await analyze(pod, [waiting, build(Job, { metadata: { name: 'migrate' } })]);

  expect(found?.code).toBe('Pod/InitBlocked');
  expect(found?.causes?.map(({ ref }) => keyOf(ref))).toEqual(causes);
});
