import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import pod from '../../src/analyzers/pod.ts';
import { POD_PROBLEMS } from '../../src/analyzers/shared/pod-problems.ts';
import { keyOf } from '../../src/cluster.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { ReplicaSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, clusterOf, ownedBy, type Raw } from '../support/cluster.ts';
import { cpuMs } from '../support/cpu.ts';
import { crashingPod, healthyPod, pod as somePod, stopped, waitingPod } from '../support/pods.ts';

test('every problem has a runbook, and every runbook a problem', () => {
  const books = readdirSync(new URL('../../src/explanation/runbooks/Pod/', import.meta.url)).map((file) =>
    file.replace('.md', ''),
  );

  expect(books.sort()).toEqual(Object.keys(POD_PROBLEMS).sort());
});

test.each<[string, unknown]>([
  ['no status', {}],
  ['an empty status', { status: {} }],
  [
    'null for every list',
    {
      spec: { containers: null, volumes: null },
      status: { phase: 'Running', conditions: null, containerStatuses: null },
    },
  ],
  ['values of wrong types', { spec: 'x', status: { phase: 7, conditions: {}, containerStatuses: [7, null, 'x', []] } }],
  ['a time that is none', { metadata: { deletionTimestamp: 'yesterday' }, status: { phase: 'Running' } }],
  ['no times at all', { metadata: { creationTimestamp: null }, status: { phase: 'Pending' } }],
])('does not stumble over a Pod with %s', async (_, raw) => {
  await expect(analyze(pod, [build(Pod, raw as Raw)])).resolves.toEqual(expect.any(Array));
});

test.each<[string, Pod]>([
  ['a container without a name', crashingPod({}, { app: { name: undefined } })],
  ['a termination without anything', crashingPod({ exitCode: undefined, reason: undefined, finishedAt: 'never' })],
  ['a termination in the future', crashingPod({ finishedAt: ago('-5m') })],
  ['a waiting reason that is very long', waitingPod('X'.repeat(10_000), 'y'.repeat(1_000_000))],
  ['a message of many lines and signs', waitingPod('ErrImagePull', '$(rm -rf) \n\n\t"<@everyone>" `{namespace}`')],
  [
    'a condition from the year 1',
    somePod({ conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '0001-01-01T00:00:00Z' }] }),
  ],
])('says something sensible of %s', async (_, object) => {
  for (const { text } of await analyze(pod, [object])) {
    expect(text.length).toBeLessThan(12_000);
    expect(text).not.toMatch(/\n/);
  }
});

test('reads a Pod of 10,000 containers in a moment', async () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `c${at}`);
  const huge = somePod({
    spec: { nodeName: 'worker-a', containers: names.map((name) => ({ name, image: 'a' })) },
    status: {
      containerStatuses: names.map((name) => ({
        name,
        ready: false,
        restartCount: 5,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: stopped() },
      })),
    },
  });
  const cluster = clusterOf([huge]);
  let found: unknown;

  const milliseconds = cpuMs(() => {
    found = pod.check(huge, cluster);
  });

  expect(found).toHaveLength(10_000);
  expect(milliseconds).toBeLessThan(10_000);
});

test('costs next to nothing for Pods that are well', () => {
  const well = Array.from({ length: 20_000 }, (_, at) => healthyPod({ metadata: { name: `cart-${at}` } }));
  const cluster = clusterOf(well);
  let found: unknown;

  const milliseconds = cpuMs(() => {
    found = well.flatMap((object) => pod.check(object, cluster));
  });

  expect(found).toEqual([]);
  expect(milliseconds).toBeLessThan(4_000);
});

test('says of a finding nothing that changes from scan to scan in headline and about', async () => {
  const at = async (restartCount: number) =>
    (await analyze(pod, [crashingPod({}, { app: { restartCount } })])).map(({ headline, about }) => ({
      headline,
      about,
    }));

  expect(await at(8)).toEqual(await at(80));
});

test('leaves the owner to be named by whoever joins the findings', async () => {
  const owner = build(ReplicaSet, { metadata: { name: 'cart-1' } });
  const crashes = crashingPod({}, { metadata: { name: 'cart-1-x', ownerReferences: ownedBy(owner) } });

  expect(keyOf(clusterOf([owner, crashes]).topOwnerOf(crashes))).toBe('ReplicaSet/shop/cart-1');
  expect((await analyze(pod, [owner, crashes]))[0]?.causes).toEqual([]);
});
