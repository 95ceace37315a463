import { expect, test } from 'vitest';
import pod from '../../src/analyzers/pod.ts';
import { Service } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { StatefulSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, event } from '../support/cluster.ts';
import { crashingPod, healthyPod, type PodParts, pod as somePod, stopped } from '../support/pods.ts';

const oom = { reason: 'OOMKilled', exitCode: 137 };
const limited: PodParts = { container: { resources: { limits: { memory: '256Mi' } } } };

/** Runs now, after so many restarts; the last run ended so long ago, after so long. */
function restarted(restartCount: number, ended: string, terminated = {}, created = '26h') {
  return healthyPod({
    ...limited,
    metadata: { creationTimestamp: ago(created) },
    app: {
      restartCount,
      lastState: { terminated: stopped({ finishedAt: ago(ended), startedAt: ago(created), ...terminated }) },
    },
  });
}

test.each([
  ['a container that restarted once', restarted(1, '2m')],
  ['a container that was OOM-killed once', restarted(1, '2m', oom)],
  ['a container whose restarts are twelve days ago', restarted(41, '12d', {}, '30d')],
  ['a container that was OOM-killed often, but two hours ago', restarted(9, '2h', oom)],
  ['a container that restarts with its node every few weeks', restarted(5, '20m', { startedAt: ago('20d') }, '400d')],
  [
    'a Pod in which somebody debugs, whatever became of the ephemeral container',
    healthyPod({
      spec: { containers: [{ name: 'app' }], ephemeralContainers: [{ name: 'debugger' }] },
      status: { ephemeralContainerStatuses: [{ name: 'debugger', state: { terminated: stopped() } }] },
    }),
  ],
  ['a container with a negative count', restarted(-3, '2m')],
  [
    'a helper that ended well',
    healthyPod({ app: { state: { terminated: { exitCode: 0, reason: 'Completed' } }, ready: false } }),
  ],
  [
    'a helper that ended well at its fourth try',
    somePod({
      spec: { restartPolicy: 'OnFailure' },
      app: { restartCount: 3, state: { terminated: stopped({ exitCode: 0, reason: 'Completed' }) } },
    }),
  ],
  [
    'a Pod that has done its work, though a sidecar was killed then',
    somePod({ phase: 'Succeeded', app: { state: { terminated: stopped({ exitCode: 137 }) } } }),
  ],
])('finds nothing wrong with %s', async (_, object) => {
  expect(await analyze(pod, [object])).toEqual([]);
});

test('tells a container that ends by itself again and again, also in the moment between two runs', async () => {
  const ended = somePod({
    app: { restartCount: 30, state: { terminated: stopped({ exitCode: 0, reason: 'Completed' }) } },
  });

  const found = await analyze(pod, [ended]);

  expect(found).toMatchObject([{ code: 'Pod/CrashLoop', about: 'app' }]);
  expect(found[0]?.text).toContain('exit code 0');
});

test('tells an OOM kill with limit, exit code and restarts', async () => {
  const [found, ...more] = await analyze(pod, [crashingPod(oom, limited)]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({
    code: 'Pod/OOMKilled',
    headline: 'runs out of memory in container app (limit 256Mi)',
    about: 'app',
  });
  expect(found?.text).toBe(
    'Container app was OOM-killed (OOMKilled, exit code 137, 8 restarts so far, last 2 min ago); its memory limit is 256Mi. It is in CrashLoopBackOff now.',
  );
});

test('tells an OOM kill of a container that is up again', async () => {
  const [found] = await analyze(pod, [restarted(41, '90s', oom)]);

  expect(found?.code).toBe('Pod/OOMKilled');
  expect(found?.text).toContain('41 restarts');
});

test('blames the node where the node itself ran out of memory', async () => {
  const node = build(Node, { metadata: { name: 'worker-a' } });

  const [found] = await analyze(pod, [
    crashingPod(oom),
    node,
    event(node, 'SystemOOM', 'System OOM encountered, victim process: java'),
  ]);

  expect(found?.text).toContain('it has no memory limit');
  expect(found?.causes).toMatchObject([{ ref: { kind: 'Node', name: 'worker-a' } }]);
});

test('K8sGPT (e): CrashLoopBackOff with the last termination', async () => {
  const [found] = await analyze(pod, [crashingPod({ exitCode: 78, message: 'config: no such key' })]);

  expect(found).toMatchObject({ code: 'Pod/CrashLoop', values: { exitCode: '78', restarts: '8' } });
  expect(found?.text).toBe(
    'Container app crashes again and again: 8 restarts, last Error, exit code 78, 2 min ago. It is in CrashLoopBackOff now. Its last words: config: no such key.',
  );
});

test('K8sGPT (f): CrashLoopBackOff of which only the message is left', async () => {
  const [found] = await analyze(pod, [crashingPod({}, { app: { lastState: {} } })]);

  expect(found?.code).toBe('Pod/CrashLoop');
  expect(found?.text).toContain('back-off 5m0s restarting failed container=app');
});

test.each([
  [0, 'it ends by itself'],
  [134, 'SIGABRT'],
  [137, 'SIGKILL'],
  [139, 'segmentation fault'],
  [143, 'SIGTERM'],
  [131, 'signal 3'],
])('says what exit code %i means', async (exitCode, meaning) => {
  expect((await analyze(pod, [crashingPod({ exitCode })]))[0]?.text).toContain(meaning);
});

test('gives the same code while the container is up between two crashes', async () => {
  const between = healthyPod({ app: { restartCount: 8, ready: false, lastState: { terminated: stopped() } } });

  expect((await analyze(pod, [between]))[0]?.code).toBe('Pod/CrashLoop');
});

test('tells frequent restarts of a container that runs for a while each time', async () => {
  const [found] = await analyze(pod, [restarted(12, '20m', { startedAt: ago('2h') })]);

  expect(found).toMatchObject({ code: 'Pod/RestartLoop', severity: 'medium' });
  expect(found?.text).toContain('keeps restarting: 12 restarts');
});

test('K8sGPT (g): a container that ended with an error', async () => {
  const [found] = await analyze(pod, [somePod({ app: { state: { terminated: stopped({ exitCode: 3 }) } } })]);

  expect(found?.code).toBe('Pod/ContainerFailed');
  expect(found?.text).toBe('Container app failed: Error, exit code 3, 2 min ago.');
});

test.each([
  [{ exitCode: 127 }, 'it is not there'],
  [{ exitCode: 1, message: 'exec /entrypoint.sh: no such file or directory' }, '/entrypoint.sh'],
  [
    { reason: 'StartError', exitCode: 128, message: 'crun: executable file `cartd` not found in $PATH: No such file' },
    'not found in $PATH',
  ],
  [
    {
      reason: 'StartError',
      exitCode: 128,
      message: 'hcs::System::CreateProcess cartd: The system cannot find the file',
    },
    'it is not there',
  ],
  [{ exitCode: 127, message: 'cartd: error while loading shared libraries: libssl.so.3: cannot open' }, 'libssl.so.3'],
  [
    {
      reason: 'StartError',
      exitCode: 128,
      message: 'exec: "/bin/thumbd": stat /bin/thumbd: no such file or directory',
    },
    '/bin/thumbd',
  ],
  [
    { reason: 'ContainerCannotRun', exitCode: 128, message: 'exec: "cartd": executable file not found in $PATH' },
    'cartd',
  ],
])('tells a command that cannot be run: %o', async (terminated, words) => {
  const [found] = await analyze(pod, [crashingPod(terminated, { container: { command: ['cartd', '--port=8080'] } })]);

  expect(found).toMatchObject({ code: 'Pod/CommandNotFound', values: { command: 'cartd --port=8080' } });
  expect(found?.text).toContain(words);
});

const RUNC = 'OCI runtime create failed: runc create failed: unable to start container process';

test.each([
  ['a shell', { exitCode: 126, message: '/bin/sh: /app/run.sh: Permission denied' }],
  ['a shell without words', { exitCode: 126 }],
  [
    'runc',
    { reason: 'StartError', exitCode: 128, message: `${RUNC}: exec: "/app/run.sh": permission denied: unknown` },
  ],
  [
    'crun',
    { reason: 'StartError', exitCode: 128, message: 'crun: open executable: Permission denied: OCI permission denied' },
  ],
  [
    'Docker',
    { reason: 'ContainerCannotRun', exitCode: 126, message: `${RUNC}: exec: "/app/run.sh": permission denied` },
  ],
  ['the started runtime', { exitCode: 255, message: 'exec /app/run.sh: operation not permitted' }],
])('tells a command that may not be executed, in the words of %s', async (_, terminated) => {
  const [found, ...more] = await analyze(pod, [crashingPod(terminated, { container: { command: ['/app/run.sh'] } })]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({
    code: 'Pod/CommandNotExecutable',
    headline: 'starts a command in container app that may not be executed',
    values: { command: '/app/run.sh' },
  });
  expect(found?.text).toContain('it is there, but it cannot be executed');
});

test('tells a command that is a directory', async () => {
  const message = `${RUNC}: exec: "/app": is a directory: permission denied`;

  const [found] = await analyze(pod, [crashingPod({ reason: 'StartError', exitCode: 128, message })]);

  expect(found).toMatchObject({
    code: 'Pod/CommandNotExecutable',
    headline: 'starts a command in container app that is a directory',
  });
});

test.each([
  ['runc', { reason: 'StartError', exitCode: 128, message: 'exec /app: exec format error' }],
  ['the started runtime', { exitCode: 255, message: 'exec /usr/local/bin/cartd: exec format error' }],
  [
    'an older Docker',
    { exitCode: 1, message: 'standard_init_linux.go:228: exec user process caused: exec format error' },
  ],
  ['crun', { reason: 'StartError', exitCode: 128, message: 'exec container process `/cartd`: Exec format error' }],
  ['a shell', { exitCode: 126, message: 'sh: /cartd: cannot execute binary file: Exec format error' }],
])('tells a program that is built for another processor, in the words of %s', async (_, terminated) => {
  const node = build(Node, { metadata: { name: 'worker-a' }, status: { nodeInfo: { architecture: 'arm64' } } });

  const [found, ...more] = await analyze(pod, [crashingPod(terminated), node]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({
    code: 'Pod/ImageArchitecture',
    headline: 'is built for another processor than that of the arm64 nodes',
    causes: [{ ref: { kind: 'Image' }, certain: true }],
  });
  expect(found?.text).toContain('node worker-a, which is arm64');
});

test.each([
  ['a mount', `${RUNC}: error mounting "/var/lib/x" to rootfs at "/etc/app.conf": not a directory`, 127],
  ['its working directory', `${RUNC}: chdir to cwd ("/app") set in config.json failed: permission denied`, 128],
  [
    'a folder of the node',
    'failed to generate spec: failed to stat "/mnt/d": stat /mnt/d: no such file or directory',
    128,
  ],
])('does not blame the command where the runtime fails over %s', async (_, message, exitCode) => {
  const [found] = await analyze(pod, [crashingPod({ reason: 'ContainerCannotRun', exitCode, message })]);

  expect(found?.code).toBe('Pod/ContainerStartFailed');
  expect(found?.text).toContain(message);
});

test('tells a limit that is too low even for the start', async () => {
  const message = `${RUNC}: container init was OOM-killed (memory limit too low?)`;

  const [found] = await analyze(pod, [crashingPod({ reason: 'StartError', exitCode: 128, message }, limited)]);

  expect(found).toMatchObject({ code: 'Pod/OOMKilled', values: { limit: '256Mi' } });
});

test('does not take a program that speaks of permissions for one that cannot be run', async () => {
  const [found] = await analyze(pod, [crashingPod({ exitCode: 1, message: 'open /data/db: permission denied' })]);

  expect(found?.code).toBe('Pod/CrashLoop');
});

test('tells a missing permission of the ServiceAccount', async () => {
  const message =
    'pods is forbidden: User "system:serviceaccount:shop:cart" cannot list resource "pods" in API group ""';

  const [found] = await analyze(pod, [crashingPod({ message })]);

  expect(found).toMatchObject({
    code: 'Pod/AccessDenied',
    values: { account: 'cart', accountNamespace: 'shop', verb: 'list', resource: 'pods' },
  });
});

test.each([
  ['LivenessProbeFailed', 'Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 503', 137],
  ['LivenessProbeFailed', 'Killing', 'Container app failed liveness probe, will be restarted', 0],
  ['StartupProbeFailed', 'Killing', 'Container app failed startup probe, will be restarted', 143],
])('tells a container that is killed by its probe: %s', async (problem, reason, message, exitCode) => {
  const crashes = crashingPod({ exitCode });

  const [found] = await analyze(pod, [crashes, event(crashes, reason, message)]);

  expect(found?.code).toBe(`Pod/${problem}`);
  expect(found?.text).toContain(message);
  expect(found?.text).toContain('8 restarts');
});

test('tells which container ran out of memory: the sidecar, not the program', async () => {
  const sidecar = healthyPod({
    spec: {
      initContainers: [{ name: 'proxy', restartPolicy: 'Always', resources: { limits: { memory: '64Mi' } } }],
      containers: [{ name: 'app' }],
    },
    status: {
      initContainerStatuses: [
        {
          name: 'proxy',
          restartCount: 4,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: stopped(oom) },
        },
      ],
    },
  });

  const found = await analyze(pod, [sidecar]);

  expect(found).toMatchObject([{ code: 'Pod/OOMKilled', about: 'proxy', values: { limit: '64Mi' } }]);
});

test('does not blame a liveness probe for a crash of its own', async () => {
  const crashes = crashingPod({ exitCode: 1 });

  const [found] = await analyze(pod, [
    crashes,
    event(crashes, 'Unhealthy', 'Liveness probe failed: connection refused'),
  ]);

  expect(found?.code).toBe('Pod/CrashLoop');
});

test('does not blame a liveness probe for a crash long after it', async () => {
  const crashes = crashingPod({ exitCode: 1 });
  const killed = event(crashes, 'Killing', 'Container app failed liveness probe, will be restarted', {
    lastTimestamp: ago('40m'),
  });

  expect((await analyze(pod, [crashes, killed]))[0]?.code).toBe('Pod/CrashLoop');
});

test('grants a container its time to end after the kubelet has told it to', async () => {
  const containers = [{ name: 'app' }];
  const crashes = crashingPod({ exitCode: 0 }, { spec: { containers, terminationGracePeriodSeconds: 600 } });
  const killed = event(crashes, 'Killing', 'Container app failed liveness probe, will be restarted', {
    lastTimestamp: ago('11m'),
  });

  expect((await analyze(pod, [crashes, killed]))[0]?.code).toBe('Pod/LivenessProbeFailed');
});

const start = Array.from({ length: 20 }, (_, at) => `INFO module ${at} was loaded without trouble`).join('\n');

test.each([
  ['Python', `${start}\nTraceback:\n  File "a.py"\nValueError: no such region`, 'ValueError: no such region'],
  ['Go', `${start}\npanic: nil map\n${'goroutine 1 [running]: '.repeat(20)}`, 'panic: nil map'],
  ['one that names no error', `${start}\nshutting down`, 'shutting down'],
])('quotes what tells most of long last words: %s', async (_, message, words) => {
  const [found] = await analyze(pod, [crashingPod({ message })]);

  expect(found?.text).toContain(words);
  expect(found?.text).not.toContain('module 3 ');
  expect(found?.evidence[0]?.value).toContain(words);
});

test('tells a failing postStart hook while the container waits to be started again', async () => {
  const crashes = crashingPod({ exitCode: 137 });

  const [found] = await analyze(pod, [crashes, event(crashes, 'FailedPostStartHook', 'PostStartHook failed')]);

  expect(found?.code).toBe('Pod/PostStartHookFailed');
});

test('points to the Services that the program speaks of, and to the workloads behind them', async () => {
  const service = (name: string, namespace = 'shop') =>
    build(Service, { metadata: { name, namespace }, spec: { selector: { app: name } } });
  const database = build(StatefulSet, {
    metadata: { name: 'pg' },
    spec: { template: { metadata: { labels: { app: 'db' } } } },
  });
  const crashes = crashingPod(
    { message: 'connection refused' },
    {
      container: {
        env: [{ name: 'QUEUE', value: 'amqp://queue.messaging.svc.cluster.local:5672' }],
        args: ['--self=cart', '--database=db:5432'],
      },
    },
  );

  const [found] = await analyze(pod, [
    crashes,
    service('db'),
    service('queue', 'messaging'),
    service('cart'),
    service('other'),
    database,
  ]);

  expect(found?.causes?.map(({ ref }) => `${ref.kind}/${ref.namespace}/${ref.name}`)).toEqual([
    'Service/messaging/queue',
    'Service/shop/db',
    'StatefulSet/shop/pg',
  ]);
});

test('names a Service that does not exist as the certain cause', async () => {
  const [found] = await analyze(pod, [
    crashingPod({ message: 'dial tcp: lookup claims-db on 10.96.0.10:53: no such host' }),
  ]);

  expect(found?.causes).toEqual([{ ref: { kind: 'Service', namespace: 'shop', name: 'claims-db' }, certain: true }]);
  expect(found?.headline).toBe('does not exist, but container app calls it');
});

test('does not call a host outside of the cluster a missing Service', async () => {
  const [found] = await analyze(pod, [
    crashingPod({ message: 'dial tcp: lookup api.example.com on 10.96.0.10:53: no such host' }),
  ]);

  expect(found?.causes).toEqual([]);
});

test('gives one finding for each container, the most exact one', async () => {
  const two = crashingPod(oom, {
    spec: { containers: [{ name: 'app' }, { name: 'proxy' }] },
    status: {
      containerStatuses: [
        {
          name: 'app',
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: stopped(oom) },
        },
        {
          name: 'proxy',
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: stopped() },
        },
      ],
    },
  });

  expect((await analyze(pod, [two])).map(({ code, about }) => [code, about])).toEqual([
    ['Pod/OOMKilled', 'app'],
    ['Pod/CrashLoop', 'proxy'],
  ]);
});
