import { describe, expect, test } from 'vitest';
import { analyze as analyzeAll } from '../../src/analysis/run.ts';
import type { Analyzer } from '../../src/analyzer.ts';
import pod from '../../src/analyzers/pod.ts';
import type { ClusterSource } from '../../src/cluster.ts';
import { ConfigMap, Secret } from '../../src/kinds/configuration.ts';
import { Service } from '../../src/kinds/network.ts';
import type { Pod } from '../../src/kinds/pod.ts';
import { PersistentVolumeClaim } from '../../src/kinds/storage.ts';
import { ago, analyze, build, clusterOf, event, type Found } from '../support/cluster.ts';
import { noInspector } from '../support/inspector.ts';
import { type PodParts, pod as somePod, stopped, waitingPod } from '../support/pods.ts';

const layout = { spec: { nodeName: 'worker-a', volumes: [{ name: 'layout', configMap: { name: 'seat-layout' } }] } };

/** A Pod in ContainerCreating. */
function creating(parts: PodParts = {}): Pod {
  return waitingPod('ContainerCreating', '', { since: '31m', ...parts });
}

/** A Pod whose first init container runs, and whose others wait. */
function initializing(running: string, container = {}, status = {}): Pod {
  return somePod({
    phase: 'Pending',
    spec: {
      nodeName: 'worker-a',
      initContainers: [{ name: 'wait', image: 'netcat', ...container }],
      containers: [{ name: 'app' }],
    },
    status: {
      initContainerStatuses: [
        { name: 'wait', ready: false, restartCount: 0, state: { running: { startedAt: ago(running) } }, ...status },
      ],
      containerStatuses: [
        { name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } },
      ],
    },
  });
}

test.each<[string, Pod]>([
  ['a Pod whose containers are just being created', creating({ since: '30s' })],
  ['a Pod that has been in creation for some minutes, without a bad event', creating({ since: '6m' })],
  ['an init container that has run for three minutes', initializing('3m')],
  ['a sidecar that has started a minute ago', initializing('1m', { restartPolicy: 'Always' }, { started: true })],
  ['a container whose state has said nothing for a minute', creating({ since: '1m', app: { state: {} } })],
  [
    'a volume whose ConfigMap is optional',
    creating({ since: '6m', spec: { volumes: [{ configMap: { name: 'x', optional: true } }] } }),
  ],
])('finds nothing wrong with %s', async (_, object) => {
  expect(await analyze(pod, [object])).toEqual([]);
});

test('finds nothing wrong with an old Pod that starts anew since its node is back', async () => {
  const back = creating({
    since: '9d',
    phase: 'Running',
    app: { restartCount: 1, state: { waiting: { reason: 'ContainerCreating' } } },
    conditions: [{ type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: ago('20s') }],
  });

  expect(await analyze(pod, [back, event(back, 'FailedMount', 'MountVolume.SetUp failed: not registered')])).toEqual(
    [],
  );
});

test.each([{}, { waiting: {} }])('tells a container that waits without a reason: %j', async (state) => {
  expect((await analyze(pod, [creating({ app: { state } })])).map(({ code }) => code)).toEqual(['Pod/StartStalled']);
});

test('finds nothing wrong with a Pod that pulls a large image', async () => {
  const pulls = creating({ since: '20m' });
  const events = [
    event(pulls, 'FailedMount', 'MountVolume.SetUp failed: timed out waiting', { lastTimestamp: ago('19m') }),
    event(pulls, 'Pulling', 'Pulling image "cart"', { type: 'Normal', lastTimestamp: ago('18m') }),
  ];

  expect(await analyze(pod, [pulls, ...events])).toEqual([]);
});

test('finds nothing wrong with a volume that was attached at last', async () => {
  const waits = creating({ since: '5m' });
  const events = [
    event(waits, 'FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"', { lastTimestamp: ago('4m') }),
    event(waits, 'SuccessfulAttachVolume', 'AttachVolume.Attach succeeded', {
      type: 'Normal',
      lastTimestamp: ago('1m'),
    }),
  ];

  expect(await analyze(pod, [waits, ...events])).toEqual([]);
});

test('K8sGPT (f): a key that the ConfigMap does not have, with the nearest one', async () => {
  const waits = waitingPod(
    'CreateContainerConfigError',
    "couldn't find key DATABASE_HOST in ConfigMap shop/booking-config",
  );

  const [found] = await analyze(pod, [
    waits,
    build(ConfigMap, { metadata: { name: 'booking-config' }, data: { DB_HOST: 'x', LOG_LEVEL: 'y' } }),
  ]);

  expect(found).toMatchObject({
    code: 'Pod/MissingKey',
    headline: 'has no key DATABASE_HOST (it has DB_HOST)',
    causes: [{ ref: { kind: 'ConfigMap', namespace: 'shop', name: 'booking-config' }, certain: true }],
    values: { key: 'DATABASE_HOST', missing: 'booking-config', missingKind: 'ConfigMap', near: 'DB_HOST' },
  });
  expect(found?.text).toContain('Container app cannot start (CreateContainerConfigError)');
});

test.each([
  ['MissingConfigMap', 'configmap "settings" not found', 'ConfigMap', 'settings'],
  ['MissingSecret', 'secret "db-password" not found', 'Secret', 'db-password'],
  ['MissingKey', "couldn't find key password in Secret shop/db", 'Secret', 'db'],
])('tells a reference that leads nowhere: %s', async (problem, message, kind, name) => {
  const [found] = await analyze(pod, [waitingPod('CreateContainerConfigError', message)]);

  expect(found?.code).toBe(`Pod/${problem}`);
  expect(found?.text).toContain(message);
  expect(found?.causes).toEqual([{ ref: { kind, namespace: 'shop', name }, certain: true }]);
});

test('suggests the Secret with the nearest name', async () => {
  const waits = waitingPod('CreateContainerConfigError', 'secret "db-credentials" not found');

  const [found] = await analyze(pod, [
    waits,
    build(Secret, { metadata: { name: 'db-credentials-v2' } }),
    build(Secret, { metadata: { name: 'tls' } }),
  ]);

  expect(found?.headline).toBe('does not exist (there is db-credentials-v2), but Pod cart-0 needs it');
});

test('finds a missing environment source where the status has no message', async () => {
  const waits = waitingPod('CreateContainerConfigError', '', {
    container: { envFrom: [{ configMapRef: { name: 'settings' } }] },
  });

  expect((await analyze(pod, [waits]))[0]?.code).toBe('Pod/MissingConfigMap');
});

test.each([
  ['RunAsNonRoot', 'container has runAsNonRoot and image will run as root (pod: "cart-0_shop", container: app)'],
  ['InvalidContainerConfig', 'failed to prepare subPath for volumeMount "data" of container "app"'],
])('tells a configuration that the kubelet refuses: %s', async (problem, message) => {
  const [found] = await analyze(pod, [waitingPod('CreateContainerConfigError', message)]);

  expect(found?.code).toBe(`Pod/${problem}`);
  expect(found?.text).toContain(message);
});

test.each([
  ['RunContainerError', 'ContainerStartFailed', 'failed to set memory limit'],
  ['CreateContainerError', 'ContainerStartFailed', 'context deadline exceeded'],
  ['PreStartHookError', 'ContainerStartFailed', 'the hook failed'],
  ['PreCreateHookError', 'ContainerStartFailed', 'the hook failed'],
  ['PostStartHookError', 'PostStartHookFailed', 'Exec lifecycle hook ([/bin/sh -c /opt/register.sh]) failed'],
  ['RunContainerError', 'CommandNotFound', 'exec: "/bin/thumbd": stat /bin/thumbd: no such file or directory: unknown'],
  ['RunContainerError', 'CommandNotExecutable', 'exec: "/app/run.sh": permission denied: unknown'],
  ['RunContainerError', 'ImageArchitecture', 'exec /app: exec format error'],
  ['CreateContainerError', 'CommandNotFound', 'failed to generate container spec: no command specified'],
  ['RunContainerError', 'OOMKilled', 'runc create failed: container init was OOM-killed (memory limit too low?)'],
  ['SomethingNewError', 'ContainerStartFailed', 'a reason of a later release'],
])('K8sGPT (f), a container that cannot start: %s is %s', async (reason, problem, message) => {
  const [found, ...more] = await analyze(pod, [waitingPod(reason, message)]);

  expect(more).toEqual([]);
  expect(found?.code).toBe(`Pod/${problem}`);
  expect(found?.text).toContain('Container app');
  expect(found?.text).toContain(reason);
  expect(found?.text).toContain(message);
});

test.each([
  [
    'MissingConfigMap',
    'FailedMount',
    'MountVolume.SetUp failed for volume "layout" : configmap "seat-layout" not found',
  ],
  ['MissingSecret', 'FailedMount', 'MountVolume.SetUp failed for volume "cert" : secret "gatekeeper-cert" not found'],
  [
    'MissingKey',
    'FailedMount',
    'MountVolume.SetUp failed for volume "layout" : configmap references non-existent config key: rows.json',
  ],
  [
    'MissingClaim',
    'FailedMount',
    'error processing PVC shop/data: failed to fetch PVC from API server: persistentvolumeclaims "data" not found',
  ],
  ['MountFailed', 'FailedMount', 'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32'],
  ['MountFailed', 'FailedMapVolume', 'MapVolume.MapPodDevice failed for volume "pvc-1"'],
  [
    'VolumeAttachFailed',
    'FailedAttachVolume',
    'Multi-Attach error for volume "pvc-8d1f0c9a" Volume is already exclusively attached to one node',
  ],
  ['SandboxFailed', 'FailedCreatePodSandBox', 'failed to setup network for sandbox: plugin type="calico" failed'],
  ['SandboxFailed', 'NetworkNotReady', 'network is not ready: cni plugin not initialized'],
  ['SandboxFailed', 'FailedPrepareDynamicResources', 'Failed to prepare dynamic resources'],
  ['SandboxFailed', 'FailedCreatePodSandBox', 'failed to get sandbox image "registry.k8s.io/pause:3.10": i/o timeout'],
  ['RuntimeHandlerMissing', 'FailedCreatePodSandBox', 'rpc error: no runtime for "gvisor" is configured'],
  ['RuntimeHandlerMissing', 'FailedCreatePodSandBox', 'failed to find runtime handler kata from runtime list'],
])('K8sGPT (d), a Pod stuck in ContainerCreating: %s by %s', async (problem, reason, message) => {
  const waits = creating(layout);
  const present = problem === 'MissingConfigMap' ? [] : [build(ConfigMap, { metadata: { name: 'seat-layout' } })];

  const [found, ...more] = await analyze(pod, [
    waits,
    ...present,
    event(waits, reason, message),
    event(waits, 'Scheduled', 'Successfully assigned', { type: 'Normal', lastTimestamp: ago('31m') }),
  ]);

  expect(more).toEqual([]);
  expect(found?.code).toBe(`Pod/${problem}`);
  expect(found?.text).toContain(message);
});

test.each([
  ['plugin type="calico" failed (add): no route', 'gets no network on node worker-a'],
  ['cgroup: cannot enter cgroupv2 with domain controllers', 'gets no sandbox on node worker-a'],
  ['no runtime for "gvisor" is configured', 'asks for the runtime handler gvisor, which node worker-a does not have'],
  [
    'failed to get sandbox image "registry.k8s.io/pause:3.10": dial tcp: i/o timeout',
    'cannot start, since the image of the sandbox cannot be pulled on node worker-a',
  ],
])('tells what a sandbox lacks: "%s"', async (message, headline) => {
  const waits = creating();

  const [found] = await analyze(pod, [waits, event(waits, 'FailedCreatePodSandBox', message)]);

  expect(found?.headline).toBe(headline);
});

test('a RuntimeClass that was deleted is the certain cause', async () => {
  const waits = creating();

  const [found] = await analyze(pod, [
    waits,
    event(waits, 'FailedCreatePodSandBox', 'runtimeclass.node.k8s.io "gvisor" not found'),
  ]);

  expect(found?.causes?.[0]).toEqual({ ref: { kind: 'RuntimeClass', name: 'gvisor' }, certain: true });
});

test('reads events of the newer API, whose time stands in the series', async () => {
  const waits = creating();
  const series = {
    eventTime: ago('31m'),
    lastTimestamp: undefined,
    series: { count: 21, lastObservedTime: ago('40s') },
  };

  const [found] = await analyze(pod, [
    waits,
    event(waits, 'FailedMount', 'MountVolume.SetUp failed : configmap "seat-layout" not found', series),
  ]);

  expect(found?.evidence[0]?.at).toBe(ago('40s'));
  expect(found?.code).toBe('Pod/MissingConfigMap');
});

test('prefers the volume that is attached elsewhere to the time-out that follows from it', async () => {
  const claim = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'docs' } }] };
  const waits = creating({ spec: { nodeName: 'worker-a', ...claim } });
  const holder = somePod({
    metadata: { name: 'cart-old' },
    ready: 'True',
    app: { ready: true },
    spec: { nodeName: 'worker-b', ...claim },
  });

  const [found] = await analyze(pod, [
    waits,
    holder,
    build(PersistentVolumeClaim, { metadata: { name: 'docs' } }),
    event(waits, 'FailedMount', 'Unable to attach or mount volumes: timed out waiting for the condition', {
      lastTimestamp: ago('10s'),
    }),
    event(waits, 'FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"'),
  ]);

  expect(found).toMatchObject({
    code: 'Pod/VolumeAttachFailed',
    values: { claim: 'docs', holder: 'cart-old', volume: 'pvc-1' },
  });
  expect(found?.text).toContain('Pod cart-old uses the same claim on node worker-b.');
  expect(found?.causes?.map(({ ref }) => ref.name)).toEqual(['cart-old', 'docs', 'worker-a']);
});

test.each([
  ['MissingConfigMap', [{ name: 'layout', configMap: { name: 'seat-layout' } }]],
  ['MissingSecret', [{ name: 'all', projected: { sources: [{ secret: { name: 'token' } }] } }]],
  ['MissingClaim', [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]],
])('finds what volumes lack though the events have expired: %s', async (problem, volumes) => {
  const [found] = await analyze(pod, [creating({ spec: { nodeName: 'worker-a', volumes } })]);

  expect(found?.code).toBe(`Pod/${problem}`);
});

test('does not call missing what it may not read', async () => {
  const found = await analyze(pod, [creating({ since: '6m', ...layout })], { gaps: { ConfigMap: 'forbidden' } });

  expect(found).toEqual([]);
});

test('tells a Pod whose containers are not created, without any event', async () => {
  const [found] = await analyze(pod, [creating({ since: '40m' })]);

  expect(found).toMatchObject({ code: 'Pod/StartStalled', severity: 'medium' });
});

test('tells an init container that waits for ever, and for what', async () => {
  const command = ['sh', '-c', 'until nc -z postgres.shop 5432; do sleep 2; done'];
  const postgres = build(Service, { metadata: { name: 'postgres' }, spec: { selector: { app: 'postgres' } } });

  const [found, ...more] = await analyze(pod, [initializing('5h', { command }), postgres]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({
    code: 'Pod/InitBlocked',
    about: 'wait',
    headline: 'waits for init container wait, which has not ended',
  });
  expect(found?.causes?.[0]?.ref).toEqual({ kind: 'Service', namespace: 'shop', name: 'postgres' });
});

test('names the Service that an init container waits for in vain', async () => {
  const [found] = await analyze(pod, [
    initializing('5h', { command: ['nc', '-z', 'postgres.shop.svc.cluster.local', '5432'] }),
  ]);

  expect(found?.causes).toEqual([{ ref: { kind: 'Service', namespace: 'shop', name: 'postgres' }, certain: true }]);
  expect(found?.text).toContain('There is no Service postgres in namespace shop.');
});

test('does not take a file for a Service', async () => {
  const [found] = await analyze(pod, [initializing('5h', { command: ['watch', '/etc/settings.shop'] })]);

  expect(found?.causes).toEqual([]);
});

test('tells a sidecar that does not come up', async () => {
  const [found] = await analyze(pod, [initializing('10m', { restartPolicy: 'Always' }, { started: false })]);

  expect(found?.headline).toBe('waits for init container wait, which has not come up');
});

test('reports the crash of an init container rather than the wait for it', async () => {
  const crashes = initializing(
    '1m',
    {},
    {
      restartCount: 7,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: stopped() },
    },
  );

  expect((await analyze(pod, [crashes])).map(({ code, about }) => [code, about])).toEqual([['Pod/CrashLoop', 'wait']]);
});

describe('several references that lead nowhere', () => {
  const volumes = [
    { name: 'layout', configMap: { name: 'seat-layout' } },
    { name: 'all', projected: { sources: [{ configMap: { name: 'colours', items: [{ key: 'dark' }] } }] } },
    { name: 'cert', secret: { secretName: 'gatekeeper-cert' } },
    { name: 'extra', configMap: { name: 'not-needed', optional: true } },
  ];
  const waits = creating({ spec: { nodeName: 'worker-a', containers: [{ name: 'app' }], volumes } });
  const colours = build(ConfigMap, { metadata: { name: 'colours' }, data: { light: '#fff' } });
  const causes = (found: Found[]) => found.map((each) => each.causes?.map(({ ref }) => `${ref.kind} ${ref.name}`));

  test('are all named, though the kubelet stops at the first', async () => {
    const message = 'MountVolume.SetUp failed for volume "layout" : configmap "seat-layout" not found';

    const found = await analyze(pod, [waits, colours, event(waits, 'FailedMount', message)]);

    expect(found.map(({ code, about }) => [code, about])).toEqual([
      ['Pod/MissingConfigMap', 'ConfigMap/seat-layout'],
      ['Pod/MissingKey', 'ConfigMap/colours/dark'],
      ['Pod/MissingSecret', 'Secret/gatekeeper-cert'],
    ]);
    expect(found[0]?.text).toContain(message);
    expect(found[2]?.text).not.toContain('The kubelet says');
    expect(causes(found)).toEqual([['ConfigMap seat-layout'], ['ConfigMap colours'], ['Secret gatekeeper-cert']]);
  });

  test('are all named once the events are gone', async () => {
    expect(await analyze(pod, [waits, colours])).toHaveLength(3);
  });

  test('are found in one message about a projected volume', async () => {
    const both = creating();
    const message = 'MountVolume.SetUp failed for volume "all" : [configmap "a" not found, secret "b" not found]';

    const found = await analyze(pod, [both, event(both, 'FailedMount', message)], { gaps: { Secret: 'forbidden' } });

    expect(causes(found)).toEqual([['ConfigMap a'], ['Secret b']]);
  });

  test('are found in several events, unless they are there by now', async () => {
    const plain = creating();
    const mount = (kind: string, name: string) =>
      event(plain, 'FailedMount', `MountVolume.SetUp failed for volume "v" : ${kind} "${name}" not found`, {
        metadata: { name },
      });
    const events = [mount('configmap', 'a'), mount('secret', 'b'), mount('configmap', 'colours')];

    const found = await analyze(pod, [plain, colours, ...events]);

    expect(causes(found)).toEqual([['ConfigMap a'], ['Secret b']]);
  });

  test('are incidents of their own', async () => {
    const source: ClusterSource = {
      name: 'test',
      inspector: noInspector,
      read: async () => ({ cluster: clusterOf([waits, colours]), problems: [], requests: 0, objects: 2 }),
    };

    const { incidents } = await analyzeAll(source, [pod as unknown as Analyzer], { filters: ['Pod'] });

    expect(incidents.map(({ cause }) => `${cause.kind} ${cause.name}`).toSorted()).toEqual([
      'ConfigMap colours',
      'ConfigMap seat-layout',
      'Secret gatekeeper-cert',
    ]);
  });

  test('of an environment are named beside those of volumes, which come first', async () => {
    const spec = {
      nodeName: 'worker-a',
      volumes: [{ name: 'layout', configMap: { name: 'seat-layout' } }],
      containers: [{ name: 'app', envFrom: [{ secretRef: { name: 'login' } }] }],
    };

    expect(causes(await analyze(pod, [creating({ spec })]))).toEqual([['ConfigMap seat-layout'], ['Secret login']]);
  });

  test('of one container are all named', async () => {
    const env = ['A', 'B'].map((key) => ({ name: key, valueFrom: { configMapKeyRef: { name: 'colours', key } } }));
    const refused = waitingPod('CreateContainerConfigError', "couldn't find key A in ConfigMap shop/colours", {
      container: { env, envFrom: [{ secretRef: { name: 'login' } }] },
    });

    const found = await analyze(pod, [refused, colours]);

    expect(found.map(({ about }) => about)).toEqual([
      'app/ConfigMap/colours/A',
      'app/Secret/login',
      'app/ConfigMap/colours/B',
    ]);
  });
});
