import { describe, expect, test } from 'vitest';
import { ConfigMap, Secret } from '../../src/kinds/configuration.ts';
import { EndpointSlice, Ingress, Service } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { HorizontalPodAutoscaler } from '../../src/kinds/scaling.ts';
import { PersistentVolume, PersistentVolumeClaim } from '../../src/kinds/storage.ts';
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../../src/kinds/workloads.ts';
import { ago, build, event, ownedBy } from '../support/cluster.ts';
import { KINDS } from '../support/kinds.ts';
import { crashingPod, healthyPod } from '../support/pods.ts';
import { look, type SceneOptions } from '../support/scene.ts';

const described = async (kind: string, name: string, objects: object[], options?: SceneOptions) =>
  (await look('describe', { kind, name }, objects, options)).text.split('\n');

/** A Pod as the API gives it, with what no analyzer reads. */
const pod = {
  kind: 'Pod',
  metadata: {
    name: 'cart-0',
    namespace: 'shop',
    creationTimestamp: ago('26h'),
    labels: { app: 'cart' },
    ownerReferences: [{ kind: 'StatefulSet', name: 'cart', controller: true }],
  },
  spec: {
    nodeName: 'worker-a',
    serviceAccountName: 'cart',
    nodeSelector: { disk: 'ssd' },
    initContainers: [{ name: 'migrate', image: 'shop/migrate:1' }],
    containers: [
      {
        name: 'app',
        image: 'shop/cart:1.4',
        args: ['--token', 'hunter2'],
        resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
        livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 10 },
        env: [
          { name: 'DB_PASSWORD', value: 'hunter2' },
          { name: 'HOST', valueFrom: { configMapKeyRef: { name: 'settings', key: 'HOST' } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ],
        envFrom: [{ secretRef: { name: 'keys' } }],
        volumeMounts: [
          { name: 'config', mountPath: '/etc/cart', readOnly: true },
          { name: 'data', mountPath: '/data' },
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: 'cart-config', optional: true } },
      { name: 'data', persistentVolumeClaim: { claimName: 'data-cart-0' } },
      { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
      { name: 'logs', hostPath: { path: '/var/log' } },
      { name: 'token', projected: { sources: [{ serviceAccountToken: {} }, { configMap: { name: 'ca' } }] } },
      { name: 'files', nfs: { server: 'x' } },
    ],
  },
  status: {
    phase: 'Running',
    podIP: '10.1.2.3',
    conditions: [
      {
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'app is not ready',
        lastTransitionTime: ago('12m'),
      },
    ],
    initContainerStatuses: [
      { name: 'migrate', restartCount: 0, ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    ],
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        restartCount: 8,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
        lastState: {
          terminated: {
            reason: 'OOMKilled',
            exitCode: 137,
            startedAt: ago('2m4s'),
            finishedAt: ago('2m'),
            message: 'out of memory\n',
          },
        },
      },
    ],
  },
};

describe('a Pod', () => {
  test('is described with all that helps to debug it', async () => {
    const backOff = event(crashingPod(), 'BackOff', 'Back-off restarting', { count: 3, firstTimestamp: ago('10m') });

    const shown = await look('describe', { kind: 'po', name: 'cart-0' }, [pod, backOff]);

    expect(shown.text.split('\n')).toEqual([
      'Pod shop/cart-0, 1 d 2 h old',
      'Owner: StatefulSet cart',
      'Labels: app=cart',
      'Status: CrashLoopBackOff, 8 restarts, phase Running',
      'Node: worker-a',
      'IP: 10.1.2.3',
      'Init containers, one after the other:',
      '  migrate: shop/migrate:1',
      '    state: ended Completed, exit code 0; ready, restarts 0',
      'Containers:',
      '  app: shop/cart:1.4',
      '    state: waiting CrashLoopBackOff: back-off 5m0s; not ready, restarts 8',
      '    last ended: OOMKilled, exit code 137, 2 min ago, after 4 s: out of memory',
      '    arguments: --token ***',
      '    requests: cpu=100m, memory=256Mi',
      '    limits: memory=256Mi',
      '    liveness probe: GET :8080/live every 10 s',
      "    env: all of Secret keys; DB_PASSWORD=***; HOST from key HOST of ConfigMap settings; IP from a field of the Pod's own",
      '    mounts: /etc/cart from config (read only), /data from data',
      'Volumes:',
      '  config: ConfigMap cart-config (optional)',
      '  data: PersistentVolumeClaim data-cart-0',
      '  scratch: an empty directory (Memory, at most 1Gi)',
      '  logs: /var/log of the node',
      '  token: a token of its account, ConfigMap ca',
      '  files: nfs',
      'Node selector: disk=ssd',
      'Service account: cart',
      'Conditions:',
      '  Ready False for 12 min: ContainersNotReady: app is not ready',
      'Events, newest first:',
      '  2 min ago  Warning BackOff ×3 in 8 min: Back-off restarting',
    ]);
    expect(shown).toMatchObject({
      title: 'Pod shop/cart-0',
      command: 'kubectl describe pods cart-0 -n shop',
      refs: [
        { kind: 'Pod', namespace: 'shop', name: 'cart-0' },
        { kind: 'StatefulSet', namespace: 'shop', name: 'cart' },
        { kind: 'Node', name: 'worker-a' },
      ],
    });
  });

  test('that does not go tells since when and why', async () => {
    const metadata = { ...pod.metadata, deletionTimestamp: ago('20m'), finalizers: ['example.com/drain'] };

    expect(await described('pod', 'cart-0', [{ ...pod, metadata }])).toContain(
      'Deletion asked for 20 min ago; it waits for example.com/drain',
    );
  });

  test('with very many variables and long messages stays readable', async () => {
    const env = Array.from({ length: 100 }, (_, at) => ({ name: `V${at}`, value: 'x'.repeat(500) }));
    const containers = [{ name: 'app', image: 'a:1', env }];
    const status = {
      containerStatuses: [{ name: 'app', state: { waiting: { reason: 'X', message: 'y'.repeat(9_000) } } }],
    };

    const lines = await described('pod', 'cart-0', [{ ...pod, spec: { containers }, status }]);

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_600);
  });

  test('of which events may not be read says so, and shows the rest', async () => {
    const text = 'Events could not be read: the account lacks "list" on "events" …';

    const lines = await described('pod', 'cart-0', [pod], { problems: [{ kind: 'Event', reason: 'forbidden', text }] });

    expect(lines.at(-1)).toBe(`Events: ${text}`);
    expect(lines).toContain('Node: worker-a');
  });
});

describe('a workload', () => {
  const template = { spec: { containers: [{ name: 'app', image: 'shop/cart:1.4' }] } };
  const selector = { matchLabels: { app: 'cart' } };
  const deployment = build(Deployment, {
    metadata: { name: 'cart' },
    spec: { replicas: 3, selector, template, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } },
    status: { readyReplicas: 1, availableReplicas: 1, updatedReplicas: 2 },
  });
  const replicaSet = build(ReplicaSet, { metadata: { name: 'cart-7d9c', ownerReferences: ownedBy(deployment) } });
  const owned = (name: string) => ({ name, labels: { app: 'cart' }, ownerReferences: ownedBy(replicaSet) });

  test('is described with its Pods, those first that fail', async () => {
    const pods = [
      healthyPod({ metadata: owned('cart-7d9c-aaaaa') }),
      crashingPod({}, { metadata: owned('cart-7d9c-x2x4z') }),
    ];

    expect(await described('deploy', 'cart', [deployment, replicaSet, ...pods])).toEqual([
      'Deployment shop/cart, 1 d 2 h old',
      'Replicas: 1 of 3 ready, 1 available, 2 up to date',
      'Selector: app=cart',
      'Strategy: RollingUpdate, maxSurge=25%',
      'Pods: 2, 1 of them not well',
      '  cart-7d9c-x2x4z: CrashLoopBackOff, 8 restarts, 0/1 ready, 1 d 2 h old on worker-a',
      '  cart-7d9c-aaaaa: Running, 0 restarts, 1/1 ready, 1 d 2 h old on worker-a',
      'Template of its Pods:',
      '  Containers:',
      '    app: shop/cart:1.4',
      'Events: none within the last hour',
    ]);
  });

  test('of which the Pods may not be read says so', async () => {
    const text = 'Pods could not be read: …';
    const lines = await described('deploy', 'cart', [deployment], {
      problems: [{ kind: 'Pod', reason: 'forbidden', text }],
    });

    expect(lines).toContain(`Pods: ${text}`);
  });

  test.each<[string, object, string[]]>([
    [
      'sts',
      build(StatefulSet, {
        spec: {
          replicas: 3,
          selector,
          serviceName: 'db',
          template,
          updateStrategy: { rollingUpdate: { partition: 2 } },
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
        },
        status: { readyReplicas: 3, currentRevision: 'a', updateRevision: 'b' },
      }),
      [
        'Replicas: 3 of 3 ready, 0 available',
        'Service: db',
        'Revision: a, going to b',
        'Partition: 2',
        'Claims for each Pod: data of class (default)',
      ],
    ],
    [
      'ds',
      build(DaemonSet, {
        spec: { template, updateStrategy: { type: 'OnDelete' } },
        status: { numberReady: 3, desiredNumberScheduled: 4 },
      }),
      [
        'Pods: 3 of 4 ready, 0 up to date, 0 on nodes where they should not be',
        'Update strategy: OnDelete',
        'Pods: none',
      ],
    ],
    [
      'job',
      build(Job, {
        spec: { completions: 2, backoffLimit: 1, suspend: true, activeDeadlineSeconds: 60, template },
        status: { failed: 2, startTime: ago('1h') },
      }),
      [
        'Pods: 0 active, 0 succeeded, 2 failed; 2 must succeed, and 1 may fail',
        'Started: 1 h ago',
        'Deadline: 60 s',
        'Suspended: yes',
      ],
    ],
    [
      'cj',
      build(CronJob, {
        spec: { schedule: '0 2 * * *', timeZone: 'Etc/UTC', jobTemplate: { spec: { template } } },
        status: { active: [{ name: 'backup-1' }] },
      }),
      ['Schedule: 0 2 * * *, Etc/UTC', 'Last scheduled: never', 'Active: backup-1', '    app: shop/cart:1.4'],
    ],
  ])('that is a %s', async (kind, object, expected) => {
    expect(await described(kind, 'example', [object])).toEqual(expect.arrayContaining(expected));
  });
});

describe('other objects', () => {
  const slice = (ready: boolean, name: string) =>
    build(EndpointSlice, {
      metadata: { name: `cart-${name}`, labels: { 'kubernetes.io/service-name': 'cart' } },
      endpoints: [{ conditions: { ready }, targetRef: { kind: 'Pod', name } }],
      ports: [{ port: 8080 }],
    });

  test.each<[string, string, object[], string[]]>([
    [
      'svc',
      'cart',
      [
        build(Service, {
          metadata: { name: 'cart' },
          spec: {
            type: 'NodePort',
            selector: { app: 'cart' },
            ports: [{ name: 'http', port: 80, targetPort: 'web', nodePort: 30080 }],
          },
        }),
        slice(true, 'a'),
        slice(false, 'b'),
      ],
      [
        'Type: NodePort',
        'Selector: app=cart',
        'Ports: http 80/TCP to web (node port 30080)',
        'Endpoints: 1 ready, 1 not ready on port 8080',
        '  Pod b: not ready',
        '  Pod a: ready',
      ],
    ],
    [
      'svc',
      'none',
      [build(Service, { metadata: { name: 'none' }, spec: {} })],
      ['Selector: none', 'Endpoints: 0 ready, 0 not ready'],
    ],
    [
      'ing',
      'example',
      [
        build(Ingress, {
          spec: {
            ingressClassName: 'nginx',
            tls: [{ hosts: ['a.example.com'], secretName: 'a-tls' }],
            rules: [
              {
                host: 'a.example.com',
                http: { paths: [{ path: '/x', backend: { service: { name: 'cart', port: { number: 80 } } } }] },
              },
            ],
          },
        }),
      ],
      ['Class: nginx', 'TLS Secrets: a-tls for a.example.com', 'Rules:', '  a.example.com/x to Service cart port 80'],
    ],
    [
      'node',
      'one',
      [
        build(Node, {
          metadata: { name: 'one' },
          spec: { unschedulable: true, taints: [{ key: 'gpu', value: 'a', effect: 'NoSchedule' }] },
          status: { allocatable: { cpu: '4' } },
        }),
      ],
      ['Cordoned: yes', 'Taints: gpu=a:NoSchedule', 'Allocatable: cpu=4'],
    ],
    [
      'pvc',
      'example',
      [
        build(PersistentVolumeClaim, {
          spec: {
            storageClassName: 'ssd',
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '5Gi' } },
          },
          status: { phase: 'Pending' },
        }),
      ],
      ['Phase: Pending', 'Storage class: ssd', 'Requested: 5Gi', 'Access modes: ReadWriteOnce'],
    ],
    [
      'pv',
      'example',
      [
        build(PersistentVolume, {
          spec: { claimRef: { namespace: 'shop', name: 'data' } },
          status: { phase: 'Released' },
        }),
      ],
      ['Phase: Released', 'Claim: shop/data'],
    ],
    [
      'cm',
      'example',
      [
        {
          kind: 'ConfigMap',
          metadata: { name: 'example', namespace: 'shop' },
          data: { HOST: 'db', API_TOKEN: 'hunter2', file: '# head\nlong' },
          binaryData: { logo: 'x' },
        },
      ],
      ['  API_TOKEN: ***', '  HOST: db', '  file: 11 characters, beginning with "# head"', '  logo: binary'],
    ],
    ['cm', 'example', [build(ConfigMap, { data: { HOST: 'db' } })], ['  HOST: 2 characters']],
    [
      'secret',
      'example',
      [build(Secret, { columns: { Type: 'Opaque', Data: 2 } })],
      ['Type: Opaque', 'Keys: 2; their names and values are not read'],
    ],
    [
      'hpa',
      'example',
      [
        build(HorizontalPodAutoscaler, {
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' }, maxReplicas: 5 },
          status: { currentReplicas: 2, desiredReplicas: 5 },
        }),
      ],
      ['Scales: Deployment cart', 'Bounds: 1 to 5 replicas', 'Replicas: 2, wanted 5'],
    ],
  ])('such as %s %s', async (kind, name, objects, expected) => {
    const lines = await described(kind, name, objects);

    const places = expected.map((line) => lines.indexOf(line));
    expect(
      places.every((place) => place > 0),
      lines.join('\n'),
    ).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('of a custom kind show their spec and status, masked', async () => {
    const gizmo = {
      kind: 'Gizmo',
      metadata: { name: 'a', namespace: 'shop' },
      spec: { size: 3, password: 'hunter2' },
      status: { phase: 'Stuck', conditions: [{ type: 'Ready', status: 'False', reason: 'Jammed' }] },
    };

    const lines = await described('gizmo', 'a', [gizmo], { custom: [{ kind: 'Gizmo', group: 'example.com' }] });

    expect(lines).toEqual([
      'Gizmo shop/a, ? old',
      'Spec:',
      '  password: "***"',
      '  size: 3',
      'Status:',
      '  phase: Stuck',
      'Conditions:',
      '  Ready False: Jammed',
      'Events: none within the last hour',
    ]);
  });

  test.each(KINDS.map(({ kind, plural, group }) => [kind, group ? `${plural}.${group}` : plural]))(
    'that are an empty or an absurd %s',
    async (kind, plural) => {
      const absurd = {
        kind,
        metadata: { name: 'a', labels: 7, ownerReferences: 'x', finalizers: {} },
        spec: {
          template: [],
          containers: [{ env: 3, volumeMounts: [4] }, 'x'],
          volumes: 'y',
          rules: [{ http: 7 }],
          tls: 'z',
          ports: [[]],
        },
        status: { conditions: [1, { type: 'Ready' }], containerStatuses: [{}], capacity: 'big' },
        data: [],
      };

      expect((await described(plural, 'a', [{ kind, metadata: { name: 'a' } }])).length).toBeGreaterThan(0);
      expect((await described(plural, 'a', [absurd])).length).toBeGreaterThan(0);
    },
  );
});
