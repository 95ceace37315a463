import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { ConfigMap, Namespace, Secret } from '../../src/kinds/configuration.ts';
import { EndpointSlice, Ingress, Service } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { HorizontalPodAutoscaler, PodDisruptionBudget } from '../../src/kinds/scaling.ts';
import { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../src/kinds/storage.ts';
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../../src/kinds/workloads.ts';
import { ago, build, event } from '../support/cluster.ts';
import { KINDS } from '../support/kinds.ts';
import { crashingPod, healthyPod, waitingPod } from '../support/pods.ts';
import { look } from '../support/scene.ts';

const template = { spec: { containers: [{ name: 'app', image: 'shop/cart:1.4' }] } };
const shop = build(Namespace, { metadata: { name: 'shop' } });
const crashing = crashingPod();
const healthy = healthyPod({ metadata: { name: 'mail-0', namespace: 'infra', labels: { app: 'mail' } } });

test.each<[string, object, string, string]>([
  [
    'Pod',
    crashing,
    'NAME    READY  STATUS            RESTARTS  AGE       NODE',
    'cart-0  0/1    CrashLoopBackOff  8         1 d 2 h   worker-a',
  ],
  [
    'deploy',
    build(Deployment, { spec: { replicas: 3, template }, status: { readyReplicas: 1, updatedReplicas: 2 } }),
    'NAME     READY  UP-TO-DATE  AVAILABLE  AGE      IMAGES',
    'example  1/3    2           0          1 d 2 h  shop/cart:1.4',
  ],
  [
    'rs',
    build(ReplicaSet, { spec: { replicas: 0, template } }),
    'NAME     DESIRED  CURRENT  READY  AGE      IMAGES',
    'example  0        0        0      1 d 2 h  shop/cart:1.4',
  ],
  [
    'sts',
    build(StatefulSet, { spec: { template } }),
    'NAME     READY  UP-TO-DATE  AVAILABLE  AGE      IMAGES',
    'example  0/1    0           0          1 d 2 h  shop/cart:1.4',
  ],
  [
    'ds',
    build(DaemonSet, { spec: { template }, status: { desiredNumberScheduled: 4, numberReady: 3 } }),
    'NAME     DESIRED  READY  UP-TO-DATE  AGE      IMAGES',
    'example  4        3      0           1 d 2 h  shop/cart:1.4',
  ],
  [
    'jobs',
    build(Job, {
      spec: { completions: 2, template },
      status: { succeeded: 1, conditions: [{ type: 'Failed', status: 'True' }] },
    }),
    'NAME     STATUS  COMPLETIONS  AGE      IMAGES',
    'example  Failed  1/2          1 d 2 h  shop/cart:1.4',
  ],
  [
    'cj',
    build(CronJob, { spec: { schedule: '0 2 * * *' }, status: { lastScheduleTime: ago('8h') } }),
    'NAME     SCHEDULE   SUSPEND  ACTIVE  LAST SCHEDULED  LAST SUCCESSFUL  AGE',
    'example  0 2 * * *  false    0       8 h ago         never            1 d 2 h',
  ],
  [
    'svc',
    build(Service, {
      spec: { clusterIP: '10.0.0.1', selector: { app: 'cart' }, ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] },
    }),
    'NAME     TYPE       CLUSTER-IP  PORTS          AGE      SELECTOR',
    'example  ClusterIP  10.0.0.1    80/TCP,53/UDP  1 d 2 h  app=cart',
  ],
  [
    'endpointslices',
    build(EndpointSlice, {
      metadata: { labels: { 'kubernetes.io/service-name': 'cart' } },
      endpoints: [{ conditions: { ready: true } }, { conditions: { ready: false } }],
      ports: [{ port: 8080 }],
    }),
    'NAME     SERVICE  READY  NOT READY  PORTS  AGE',
    'example  cart     1      1          8080   1 d 2 h',
  ],
  [
    'ing',
    build(Ingress, { spec: { ingressClassName: 'nginx', rules: [{ host: 'a.example.com' }, {}] } }),
    'NAME     CLASS  HOSTS            ADDRESS  AGE',
    'example  nginx  a.example.com,*  -        1 d 2 h',
  ],
  [
    'no',
    build(Node, {
      metadata: { name: 'one' },
      spec: { unschedulable: true, taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
      status: { conditions: [{ type: 'Ready', status: 'Unknown' }], nodeInfo: { kubeletVersion: 'v1.36.3' } },
    }),
    'NAME  STATUS                       VERSION  AGE      TAINTS',
    'one   NotReady,SchedulingDisabled  v1.36.3  1 d 2 h  gpu:NoSchedule',
  ],
  [
    'pvc',
    build(PersistentVolumeClaim, { spec: { storageClassName: 'ssd' }, status: { phase: 'Pending' } }),
    'NAME     STATUS   VOLUME  CAPACITY  STORAGECLASS  AGE',
    'example  Pending  -       -         ssd           1 d 2 h',
  ],
  [
    'pv',
    build(PersistentVolume, {
      spec: { claimRef: { namespace: 'shop', name: 'data' }, capacity: { storage: '5Gi' } },
      status: { phase: 'Bound' },
    }),
    'NAME     STATUS  CAPACITY  CLAIM      STORAGECLASS  AGE',
    'example  Bound   5Gi       shop/data  -             1 d 2 h',
  ],
  [
    'sc',
    build(StorageClass, { provisioner: 'disk.example.com' }),
    'NAME     PROVISIONER       BINDING    DEFAULT  AGE',
    'example  disk.example.com  Immediate  false    1 d 2 h',
  ],
  ['cm', build(ConfigMap, { data: { a: 'x', b: 'y' } }), 'NAME     DATA  AGE', 'example  2     1 d 2 h'],
  [
    'secrets',
    build(Secret, { columns: { Type: 'Opaque', Data: 3 } }),
    'NAME     TYPE    DATA  AGE',
    'example  Opaque  3     1 d 2 h',
  ],
  [
    'hpa',
    build(HorizontalPodAutoscaler, { spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' }, maxReplicas: 5 } }),
    'NAME     REFERENCE        MIN  MAX  REPLICAS  WANTED  AGE',
    'example  Deployment/cart  1    5    -         -       1 d 2 h',
  ],
  [
    'pdb',
    build(PodDisruptionBudget, {
      spec: { minAvailable: '50%' },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 },
    }),
    'NAME     MIN AVAILABLE  MAX UNAVAILABLE  ALLOWED  HEALTHY  AGE',
    'example  50%            -                0        1/2      1 d 2 h',
  ],
  ['ns', build(Namespace, { status: { phase: 'Active' } }), 'NAME     STATUS  AGE', 'example  Active  1 d 2 h'],
])('lists %s as kubectl does', async (kind, object, headings, row) => {
  const namespaced = (object as { metadata: { namespace?: string } }).metadata.namespace;

  const { text } = await look('list', { kind, ...(namespaced && { namespace: 'shop' }) }, [object]);

  const [, first, second] = text.split('\n');
  expect(first?.replace(/ +/g, ' ')).toBe(headings.replace(/ +/g, ' '));
  expect(second?.replace(/ +/g, ' ')).toBe(row.replace(/ +/g, ' '));
});

test('tells where, how many, and how many are not well', async () => {
  const shown = await look('list', { kind: 'pods' }, [crashing, healthy]);

  expect(shown).toMatchObject({
    title: 'Pods in all namespaces',
    command: 'kubectl get pods -A',
    refs: [
      { kind: 'Pod', namespace: 'infra', name: 'mail-0' },
      { kind: 'Pod', namespace: 'shop', name: 'cart-0' },
    ].toReversed(),
  });
  expect(shown.text).toMatch(/^2 Pods, 1 of them not well\.\nNAMESPACE +NAME +READY/);
  expect(shown).not.toHaveProperty('omitted');
});

test('keeps to a namespace and a selector', async () => {
  const objects = [crashing, healthy, shop];

  const inShop = await look('list', { kind: 'Pod', namespace: 'shop' }, objects);
  const labelled = await look('list', { kind: 'Pod', namespace: '*', selector: 'app=mail' }, objects);

  expect(inShop.text).toMatch(/^1 Pod, 1 of them not well\.\nNAME .*\ncart-0 /);
  expect(inShop.command).toBe('kubectl get pods -n shop');
  expect(labelled).toMatchObject({
    command: 'kubectl get pods -A -l app=mail',
    title: 'Pods in all namespaces with app=mail',
  });
  expect(labelled.text).toContain('mail-0');
  expect(labelled.text).not.toContain('cart-0');
});

test('shows those first that are not well where there is no room for all', async () => {
  const pods = Array.from({ length: 30 }, (_, at) => healthyPod({ metadata: { name: `well-${at}` } }));

  const shown = await look('list', { kind: 'Pod', namespace: 'shop', limit: 5 }, [...pods, crashing]);

  expect(shown.text.split('\n')[2]).toMatch(/^cart-0 /);
  expect(shown.text.split('\n')).toHaveLength(7);
  expect(shown.omitted).toBe(
    '5 of 31 are shown, those first that are not well; name a namespace, a selector or a higher limit.',
  );
});

test('cuts what is too long at a whole row', async () => {
  const pods = Array.from({ length: 300 }, (_, at) => healthyPod({ metadata: { name: `${'x'.repeat(60)}-${at}` } }));

  const shown = await look('list', { kind: 'Pod', namespace: 'shop', limit: 300 }, pods);

  expect(shown.omitted).toMatch(/^\d+ lines were left out for want of room; name a namespace or a selector\.$/);
});

test('lists custom resources by what they have', async () => {
  const gizmo = (name: string, status: object) => ({ kind: 'Gizmo', metadata: { name, namespace: 'shop' }, status });
  const objects = [
    gizmo('a', { phase: 'Ready' }),
    gizmo('b', { conditions: [{ type: 'Ready', status: 'False' }] }),
    gizmo('c', {}),
  ];

  const { text, command } = await look('list', { kind: 'gizmos.example.com', namespace: 'shop' }, objects, {
    custom: [{ kind: 'Gizmo', group: 'example.com' }],
  });

  expect(text.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    '3 Gizmos, 1 of them not well.',
    'NAME STATUS AGE',
    'a Ready ?',
    'b NotReady ?',
    'c - ?',
  ]);
  expect(command).toBe('kubectl get gizmos.example.com -n shop');
});

test('lists events as events', async () => {
  const { text, title } = await look('list', { kind: 'ev' }, [event(crashing, 'BackOff', 'Back-off restarting')]);

  expect(title).toBe('Events in all namespaces');
  expect(text).toBe('2 min ago  Warning BackOff Pod shop/cart-0: Back-off restarting');
});

test.each<[Record<string, unknown>, string]>([
  [{}, '"kind" is missing; give one such as Pod, deploy or svc.'],
  [{ kind: 'Podd' }, 'The cluster has no kind "Podd". Did you mean Pod or '],
  [{ kind: 'xyzzy' }, 'The cluster has no kind "xyzzy".'],
  [{ kind: 'Pod', namespace: 'shopp' }, 'There is no namespace "shopp". Did you mean shop?'],
  [{ kind: 'Pod', selector: 'a b c' }, '"a b c" is no label selector. Write it as kubectl does: app=web,tier!=cache.'],
  [{ kind: ['Pod'] }, '"kind" must be text, not a list.'],
  [{ kind: 'Pod', limit: 'all' }, '"limit" must be a number from 1 to 300, not "all".'],
])('refuses %j', async (args, expected) => {
  const taken = look('list', args, [shop, healthy]);

  await expect(taken).rejects.toThrow(UserError);
  await expect(taken).rejects.toThrow(expected);
});

test('says which rule is lacking', async () => {
  const text = 'Pods could not be read: the account lacks "list" on "pods"; add the rule …';
  const taken = look('list', { kind: 'Pod' }, [], { problems: [{ kind: 'Pod', reason: 'forbidden', text }] });

  await expect(taken).rejects.toThrow(new UserError(text));
});

test.each(KINDS.map(({ kind, plural, group }) => [kind, group ? `${plural}.${group}` : plural]))(
  'stands an empty and an absurd %s',
  async (kind, plural) => {
    const absurd = { kind, metadata: { name: 'b', labels: 7 }, spec: 'x', status: [1], data: 'y', endpoints: {} };

    const { text } = await look('list', { kind: plural }, [{ kind, metadata: { name: 'a' } }, absurd]);

    expect(text.split('\n').length).toBeGreaterThanOrEqual(kind === 'Event' ? 1 : 4);
  },
);

test('a Pod that waits, and one that is done', async () => {
  const done = build(Pod, { metadata: { name: 'job-x' }, status: { phase: 'Succeeded' } });

  const { text } = await look('list', { kind: 'po', namespace: 'shop' }, [waitingPod('ImagePullBackOff'), done]);

  expect(text).toMatch(/^2 Pods, 1 of them not well/);
  expect(text).toContain('ImagePullBackOff');
  expect(text).toContain('Completed');
});
