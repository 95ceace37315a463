import { expect, test } from 'vitest';
import pod from '../../src/analyzers/pod.ts';
import { Node } from '../../src/kinds/node.ts';
import type { Pod } from '../../src/kinds/pod.ts';
import { ago, analyze, build, event } from '../support/cluster.ts';
import { crashingPod, healthyPod, pod as somePod } from '../support/pods.ts';

const probe = { httpGet: { path: '/ready', port: 'http' } };
const failed = 'Readiness probe failed: NOAUTH Authentication required.';

function node(status: string, reason = 'NodeStatusUnknown') {
  return build(Node, { metadata: { name: 'worker-a' }, status: { conditions: [{ type: 'Ready', status, reason }] } });
}

test.each<[string, Pod]>([
  ['a ready Pod', healthyPod()],
  ['a Pod that has been unready for two minutes', somePod({ since: '2m' })],
  [
    'a Pod in its long first delay',
    somePod({ since: '8m', container: { readinessProbe: { ...probe, initialDelaySeconds: 900 } } }),
  ],
  [
    'a Pod that may take an hour to start',
    somePod({ since: '8m', container: { startupProbe: { ...probe, failureThreshold: 360 } } }),
  ],
  ['a Pod with a helper that ended well', somePod({ app: { state: { terminated: { exitCode: 0 } } } })],
  ['a Pod without conditions or containers', somePod({ status: { conditions: [], containerStatuses: [] } })],
])('finds nothing wrong with %s', async (_, object) => {
  expect(await analyze(pod, [object])).toEqual([]);
});

test('finds nothing wrong with a start that failed its probe a few times', async () => {
  const ready = healthyPod({ since: '3m' });

  expect(
    await analyze(pod, [ready, event(ready, 'Unhealthy', failed, { count: 14, firstTimestamp: ago('6m') })]),
  ).toEqual([]);
});

test('finds nothing wrong with a slow start that its startup probe allows', async () => {
  const starts = somePod({ since: '4m', container: { startupProbe: { ...probe, failureThreshold: 60 } } });

  expect(await analyze(pod, [starts, event(starts, 'Unhealthy', 'Startup probe failed: 503', { count: 20 })])).toEqual(
    [],
  );
});

test('finds nothing wrong with a fresh Pod whose probe has failed since it started', async () => {
  const starts = somePod({ since: '1m' });

  expect(await analyze(pod, [starts, event(starts, 'Unhealthy', failed, { count: 6 })])).toEqual([]);
});

test('tells a startup probe that fails again after a restart', async () => {
  const starts = somePod({
    since: '20m',
    container: { startupProbe: { ...probe, failureThreshold: 60 } },
    app: { restartCount: 2, state: { running: { startedAt: ago('8m') } } },
  });

  const [found] = await analyze(pod, [starts, event(starts, 'Unhealthy', 'Startup probe failed: 503', { count: 90 })]);

  expect(found?.code).toBe('Pod/StartupProbeFailed');
});

test('finds nothing wrong with a Pod that got ready late, and has failed its probe until then', async () => {
  const late = healthyPod({ since: '40s', app: { state: { running: { startedAt: ago('56m') } } } });

  expect(
    await analyze(pod, [
      late,
      event(late, 'Unhealthy', failed, { count: 90, firstTimestamp: ago('55m'), lastTimestamp: ago('50s') }),
    ]),
  ).toEqual([]);
});

test('finds nothing wrong with single failures that never made the Pod unready', async () => {
  const ready = healthyPod({ since: '9d' });

  expect(
    await analyze(pod, [ready, event(ready, 'Unhealthy', failed, { count: 40, firstTimestamp: ago('50m') })]),
  ).toEqual([]);
});

test('K8sGPT (h): a container that is not ready, with the words of its probe', async () => {
  const unready = somePod();

  const [found, ...more] = await analyze(pod, [unready, event(unready, 'Unhealthy', failed, { count: 1080 })]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({ code: 'Pod/ReadinessProbeFailed', about: 'app' });
  expect(found?.text).toBe(
    `Container app has been running but not ready for 3 h. The kubelet says (seen 1080 times): ${failed}`,
  );
});

test('does not wait where the probe has failed often already', async () => {
  const unready = somePod({ since: '1m', app: { state: { running: { startedAt: ago('3h') } } } });

  const [found] = await analyze(pod, [unready, event(unready, 'Unhealthy', failed, { count: 6 })]);

  expect(found?.code).toBe('Pod/ReadinessProbeFailed');
});

test('sees an unready Pod though its events have expired', async () => {
  const [found] = await analyze(pod, [somePod({ since: '9h', container: { readinessProbe: probe } })]);

  expect(found?.code).toBe('Pod/Unready');
  expect(found?.text).toContain(
    'Container app has been running but not ready for 9 h. Its readiness probe: HTTP GET /ready on port http.',
  );
});

test('tells a probe that asks for a port the container does not declare', async () => {
  const ports = [{ name: 'web', containerPort: 8080 }];

  const [found] = await analyze(pod, [somePod({ container: { readinessProbe: probe, ports } })]);

  expect(found?.text).toContain('The probe asks for port http, but the container declares web (8080).');
});

test('takes for each container the event about it', async () => {
  const status = (name: string) => ({ name, ready: false, state: { running: { startedAt: ago('3h') } } });
  const unready = somePod({
    spec: { containers: [{ name: 'web' }, { name: 'proxy' }] },
    status: { containerStatuses: [status('web'), status('proxy')] },
  });
  const about = {
    involvedObject: {
      kind: 'Pod',
      name: 'cart-0',
      namespace: 'shop',
      uid: unready.metadata.uid,
      fieldPath: 'spec.containers{proxy}',
    },
  };

  const found = await analyze(pod, [unready, event(unready, 'Unhealthy', failed, about)]);

  expect(found.map(({ code, about }) => [code, about])).toEqual([
    ['Pod/Unready', 'web'],
    ['Pod/ReadinessProbeFailed', 'proxy'],
  ]);
});

test('tells a readiness gate that nobody opens', async () => {
  const gated = somePod({
    app: { ready: true },
    spec: { containers: [{ name: 'app' }], readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/web' }] },
  });

  const [found] = await analyze(pod, [gated]);

  expect(found).toMatchObject({ code: 'Pod/ReadinessGate', values: { gate: 'target-health.elbv2.k8s.aws/web' } });
  expect(found?.text).toContain('target-health.elbv2.k8s.aws/web is not set');
});

test('tells a Pod that is not ready though all its containers are', async () => {
  expect((await analyze(pod, [somePod({ app: { ready: true } })]))[0]?.code).toBe('Pod/Unready');
});

test('tells a Pod of which nothing has been heard', async () => {
  const lost = somePod({ phase: 'Unknown', app: { ready: true } });

  expect((await analyze(pod, [lost])).map(({ code }) => code)).toEqual(['Pod/Unready']);
});

test('tells a probe that fails on and off for long', async () => {
  const flaps = healthyPod({ since: '3m' });

  const [found] = await analyze(pod, [
    flaps,
    event(flaps, 'Unhealthy', failed, { count: 90, firstTimestamp: ago('55m'), lastTimestamp: ago('4m') }),
  ]);

  expect(found).toMatchObject({ code: 'Pod/ReadinessFlapping', severity: 'medium', about: 'app' });
  expect(found?.text).toContain('failed 90 times in 55 min');
});

test.each(['Unknown', 'False'])('blames the node where it is not ready: %s', async (status) => {
  const [found, ...more] = await analyze(pod, [somePod({ app: { ready: true } }), node(status)]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({
    code: 'Pod/NodeLost',
    causes: [{ ref: { kind: 'Node', name: 'worker-a' }, codes: expect.arrayContaining(['Node/NotReady']) }],
  });
});

test('does not blame a node that is ready, nor one that it cannot see', async () => {
  const unready = somePod({ since: '9h' });

  expect((await analyze(pod, [unready, node('True')]))[0]?.code).toBe('Pod/Unready');
  expect((await analyze(pod, [unready], { gaps: { Node: 'forbidden' } }))[0]?.code).toBe('Pod/Unready');
});

test('reports a crash as a crash, even on a node that is not ready', async () => {
  expect((await analyze(pod, [crashingPod(), node('Unknown')])).map(({ code }) => code)).toEqual(['Pod/CrashLoop']);
});
