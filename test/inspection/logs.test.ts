import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { Service } from '../../src/kinds/network.ts';
import { DEFAULT_CONTAINER } from '../../src/kinds/pod.ts';
import { CronJob, Deployment, Job, ReplicaSet } from '../../src/kinds/workloads.ts';
import { ago, build, ownedBy } from '../support/cluster.ts';
import { crashingPod, healthyPod, waitingPod } from '../support/pods.ts';
import { look, type SceneOptions } from '../support/scene.ts';

const app = { app: 'cart' };
const deployment = build(Deployment, { metadata: { name: 'cart' }, spec: { selector: { matchLabels: app } } });
const replicaSet = build(ReplicaSet, { metadata: { name: 'cart-7d9c', ownerReferences: ownedBy(deployment) } });
const owned = (name: string) => ({ name, labels: app, ownerReferences: ownedBy(replicaSet) });
const healthy = healthyPod({ metadata: owned('cart-7d9c-bbbbb') });
const crashing = crashingPod({}, { metadata: owned('cart-7d9c-x2x4z') });
const stranger = crashingPod({}, { metadata: { name: 'other', labels: app } });
const service = build(Service, { metadata: { name: 'cart' }, spec: { selector: app } });
const all = [deployment, replicaSet, healthy, crashing, stranger, service];

const logs = {
  'shop/cart-7d9c-x2x4z/app': 'starting\npanic: password=hunter2\n',
  'shop/cart-7d9c-x2x4z/app previous': 'starting\nended before\n',
  'shop/cart-7d9c-bbbbb/app': 'serving\n',
  'shop/other/app': 'somebody else\n',
};
const read = (args: Record<string, unknown>, objects: object[] = all, options: SceneOptions = { logs }) =>
  look('logs', args, objects, options);

describe('logs', () => {
  test('of a Pod, masked', async () => {
    expect(await read({ pod: 'cart-7d9c-x2x4z', namespace: 'shop' })).toEqual({
      title: 'Logs of Pod shop/cart-7d9c-x2x4z, container app',
      command: 'kubectl logs cart-7d9c-x2x4z -n shop -c app --tail=100',
      text: 'starting\npanic: password=***',
      refs: [{ kind: 'Pod', namespace: 'shop', name: 'cart-7d9c-x2x4z' }],
    });
  });

  test('of the run before', async () => {
    const shown = await read({ pod: 'shop/cart-7d9c-x2x4z', previous: 'true', since: '10m', lines: 1 });

    expect(shown.title).toBe('Logs of Pod shop/cart-7d9c-x2x4z, container app, previous run');
    expect(shown.command).toBe('kubectl logs cart-7d9c-x2x4z -n shop -c app --previous --since=600s --tail=1');
    expect(shown.text).toBe('ended before');
  });

  test('that were never written say so', async () => {
    const options = { logs: { 'shop/cart-7d9c-x2x4z/app': '' } };

    expect((await read({ pod: 'cart-7d9c-x2x4z' }, all, options)).text).toBe(
      'No lines: container app of Pod shop/cart-7d9c-x2x4z has written nothing.',
    );
  });

  test('of no time within the last minutes say so', async () => {
    const options = { logs: { 'shop/cart-7d9c-x2x4z/app': `${ago('2h')} old\n` } };

    expect((await read({ pod: 'cart-7d9c-x2x4z', since: '5m' }, all, options)).text).toBe(
      'No lines: container app of Pod shop/cart-7d9c-x2x4z has written nothing within 5m.',
    );
  });

  test('that repeat themselves are shorter', async () => {
    const options = { logs: { 'shop/cart-7d9c-x2x4z/app': 'a\nb\nb\nb\nb\na\na\n\n\nc\n' } };

    expect((await read({ pod: 'cart-7d9c-x2x4z' }, all, options)).text).toBe(
      'a\nb\n(the same line 3 times more)\na\n(the same line once more)\n\n\nc',
    );
  });

  test('that are long keep their end', async () => {
    const text = Array.from({ length: 1_500 }, (_, at) => `${at} ${'x'.repeat(40)}\n`).join('');
    const options = { logs: { 'shop/cart-7d9c-x2x4z/app': text } };

    const shown = await read({ pod: 'cart-7d9c-x2x4z', lines: 1_500 }, all, options);

    expect(shown.text).toMatch(/^\[…\]\n\d+ x+\n/);
    expect(shown.text).toMatch(/\n1499 x+$/);
    expect(shown.omitted).toMatch(/^\d+ lines were left out .*; ask for fewer lines, a shorter time, or use grep\.$/);
  });

  test('with an endless line and letters that hide show what there is', async () => {
    const options = { logs: { 'shop/cart-7d9c-x2x4z/app': `${'x'.repeat(50_000)}\r\n\u001b[31mred\u202e\n` } };

    const { text } = await read({ pod: 'cart-7d9c-x2x4z' }, all, options);

    expect(text).toMatch(/^x{2000}…\n\\u\{1b\}\[31mred\\u\{202e\}$/);
  });
});

describe('lines that are looked for', () => {
  const lines = ['one', 'two ERROR a', 'three', 'four', 'five', 'six error b', 'seven'];
  const options = { logs: { 'shop/cart-7d9c-x2x4z/app': `${lines.join('\n')}\n` } };
  const grep = async (args: object) => (await read({ pod: 'cart-7d9c-x2x4z', ...args }, all, options)).text;

  test('are found in any case', async () => {
    expect(await grep({ grep: 'error' })).toBe('two ERROR a\nsix error b');
    expect(await grep({ grep: 'one|seven' })).toBe('one\nseven');
  });

  test('come with those around them', async () => {
    expect(await grep({ grep: 'error', context: 1 })).toBe('one\ntwo ERROR a\nthree\n--\nfive\nsix error b\nseven');
    expect(await grep({ grep: 'error', context: 99 })).toBe(lines.join('\n'));
  });

  test('are the last so many', async () => {
    const shown = await read({ pod: 'cart-7d9c-x2x4z', grep: 'error', lines: 1 }, all, options);

    expect(shown.text).toBe('six error b');
    expect(shown.title).toBe('Logs of Pod shop/cart-7d9c-x2x4z, container app, lines with error');
    expect(shown.omitted).toBe('The last 1 of 2 lines are shown; ask for more lines.');
  });

  test('and are not there say so', async () => {
    expect(await grep({ grep: 'timeout' })).toBe('None of the 7 lines that were read holds timeout.');
  });
});

describe('the Pod of a workload', () => {
  const note = 'The Deployment cart has 2 Pods, 1 of them not well; the one shown is CrashLoopBackOff, 8 restarts.';

  test.each(['deploy/cart', 'deployment/cart', 'Deployment/shop/cart', 'Deployment shop/cart'])(
    'is the one that fails, for %s',
    async (pod) => {
      const shown = await read({ pod });

      expect(shown.title).toBe('Logs of Pod shop/cart-7d9c-x2x4z, container app');
      expect(shown.text.split('\n')[0]).toBe(note);
    },
  );

  test('is found though the name alone is given', async () => {
    const shown = await read({ pod: 'cart', namespace: 'shop' });

    expect(shown.title).toContain('shop/cart-7d9c-x2x4z');
    expect(shown.text).toMatch(/^The workload cart has 2 Pods, 1 of them not well/);
  });

  test('is the newest where all are well', async () => {
    const shown = await read({ pod: 'deploy/cart' }, [
      deployment,
      replicaSet,
      healthy,
      { ...healthy, metadata: { ...healthy.metadata, name: 'cart-7d9c-aaaaa', creationTimestamp: ago('20d') } },
    ]);

    expect(shown.text).toBe(
      'The Deployment cart has 2 Pods, all are well; the one shown is Running, 0 restarts.\nserving',
    );
  });

  test('is any that a Service selects', async () => {
    expect((await read({ pod: 'svc/cart' })).text).toMatch(/^The Service cart has 3 Pods, 2 of them not well/);
  });

  test('is another one where the log of the first cannot be read', async () => {
    const { 'shop/cart-7d9c-x2x4z/app': _, ...others } = logs;

    const shown = await read({ pod: 'deploy/cart' }, all, { logs: others });

    expect(shown.title).toBe('Logs of Pod shop/cart-7d9c-bbbbb, container app');
    expect(shown.text).toBe(
      'The Deployment cart has 2 Pods, 1 of them not well; the one shown is Running, 0 restarts.\nserving',
    );
    await expect(read({ pod: 'deploy/cart' }, all, { logs: {} })).rejects.toThrow(
      /no logs of Pod shop\/cart-7d9c-x2x4z/,
    );
  });

  test('is that of a Job, and of the newest Job of a CronJob', async () => {
    const cron = build(CronJob, { metadata: { name: 'backup' } });
    const selector = { matchLabels: { job: 'backup-29825430' } };
    const job = build(Job, {
      metadata: { name: 'backup-29825430', ownerReferences: ownedBy(cron) },
      spec: { selector },
    });
    const pod = healthyPod({
      metadata: { name: 'backup-29825430-x2x4z', labels: selector.matchLabels, ownerReferences: ownedBy(job) },
    });
    const options = { logs: { 'shop/backup-29825430-x2x4z/app': 'done\n' } };

    expect((await read({ pod: 'job/backup-29825430' }, [cron, job, pod, stranger], options)).text).toBe('done');
    expect((await read({ pod: 'cj/backup' }, [cron, job, pod, stranger], options)).text).toBe('done');
  });

  test('is not there: then it says where to look', async () => {
    await expect(read({ pod: 'deploy/cart' }, [deployment, stranger])).rejects.toThrow(
      new UserError('The Deployment cart has no Pods, so there are no logs. Use describe or events to see why.'),
    );
  });
});

describe('the container', () => {
  const running = (name: string, more: object = {}) => ({
    name,
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: ago('2h') } },
    ...more,
  });
  const two = (
    names: string[],
    statuses: object[],
    more: { metadata?: object; init?: object[]; initStatuses?: object[] } = {},
  ) =>
    healthyPod({
      metadata: { name: 'two', ...more.metadata },
      spec: { containers: names.map((name) => ({ name })), ...(more.init && { initContainers: more.init }) },
      status: { containerStatuses: statuses, ...(more.initStatuses && { initContainerStatuses: more.initStatuses }) },
    });
  const options = {
    logs: Object.fromEntries(
      ['app', 'istio-proxy', 'worker', 'migrate'].map((name) => [`shop/two/${name}`, `from ${name}\n`]),
    ),
  };
  const text = async (pod: object, args: object = {}) => (await read({ pod: 'two', ...args }, [pod], options)).text;

  test('is the one that is no sidecar', async () => {
    expect(await text(two(['istio-proxy', 'app'], [running('istio-proxy'), running('app')]))).toBe(
      'Container app is shown, since it is the first that is no sidecar; there is also istio-proxy.\nfrom app',
    );
  });

  test('is the one that fails', async () => {
    const failing = {
      name: 'worker',
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1 } },
    };

    expect(await text(two(['app', 'worker', 'istio-proxy'], [running('app'), failing, running('istio-proxy')]))).toBe(
      'Container worker is shown, since it fails; there are also app, istio-proxy.\nfrom worker',
    );
  });

  test('is the one whose last run failed, unless that is a sidecar', async () => {
    const ended = { restartCount: 1, lastState: { terminated: { exitCode: 1 } } };

    expect(await text(two(['app', 'worker'], [running('app'), running('worker', ended)]))).toMatch(
      /^Container worker is shown, since its last run failed; /,
    );
    expect(await text(two(['app', 'istio-proxy'], [running('app'), running('istio-proxy', ended)]))).toMatch(
      /^Container app is shown, since it is the first that is no sidecar; /,
    );
  });

  test('is the one at the start that fails', async () => {
    const failing = { name: 'migrate', restartCount: 2, state: { terminated: { exitCode: 1 } } };
    const pod = two(['app'], [{ name: 'app', state: { waiting: { reason: 'PodInitializing' } } }], {
      init: [{ name: 'migrate' }],
      initStatuses: [failing],
    });

    expect(await text(pod)).toMatch(/^Container migrate is shown, since it fails; there is also app\.\nfrom migrate$/);
  });

  test('is the one that the Pod names', async () => {
    const annotations = { [DEFAULT_CONTAINER]: 'worker' };

    expect(
      await text(two(['app', 'worker'], [running('app'), running('worker')], { metadata: { annotations } })),
    ).toMatch(/^Container worker is shown, since the Pod names it as its default/);
  });

  test('is the one that is asked for, without a word on it', async () => {
    const pod = two(['app', 'worker'], [running('app'), running('worker')]);

    expect(await text(pod, { container: 'worker' })).toBe('from worker');
    await expect(text(pod, { container: 'web' })).rejects.toThrow(
      new UserError('Pod shop/two has no container "web"; it has app, worker.'),
    );
  });

  test('tells that it was started again', async () => {
    const restarted = running('app', {
      restartCount: 4,
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    });

    expect(await text(two(['app'], [restarted]))).toBe(
      'It was started again 4 times; previous shows how the run before ended.\nfrom app',
    );
  });

  test('that has not started is told with its reason', async () => {
    const pod = waitingPod('CreateContainerConfigError', 'secret "db" not found');

    await expect(read({ pod: 'cart-0' }, [pod])).rejects.toThrow(
      new UserError(
        'Container app of Pod shop/cart-0 has not started (CreateContainerConfigError: secret "db" not found), so it has written nothing.',
      ),
    );
  });

  test('that was never restarted has no run before', async () => {
    await expect(read({ pod: 'cart-7d9c-bbbbb', previous: true })).rejects.toThrow(
      new UserError('Container app of Pod shop/cart-7d9c-bbbbb was never restarted, so it has no previous run.'),
    );
  });
});

test.each<[Record<string, unknown>, string]>([
  [{}, '"pod" is missing; give one such as cart-7d9c-x2x4z or deploy/cart.'],
  [{ pod: [] }, '"pod" must be text, not a list.'],
  [{ pod: 'nope' }, 'There is no Pod "nope".'],
  [{ pod: 'deploy/crat' }, 'There is no Deployment "crat". Did you mean cart?'],
  [{ pod: 'cm/settings' }, 'There is no ConfigMap "settings".'],
  [{ pod: 'gizmo/x' }, 'There is no namespace "gizmo".'],
  [{ pod: 'other', since: 'soon' }, '"since" must be a span of time'],
  [{ pod: 'other', grep: '|' }, '"grep" must be a text'],
  [{ pod: 'other', lines: 'all' }, '"lines" must be a number from 1 to 2000, not "all".'],
])('refuses %j', async (args, expected) => {
  await expect(read(args)).rejects.toThrow(UserError);
  await expect(read(args)).rejects.toThrow(expected);
});
