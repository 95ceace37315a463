import { expect, test } from 'vitest';
import { explainBuiltin } from '../../src/explanation/builtin.ts';
import { toMarkdown } from '../../src/markdown.ts';
import type { Finding } from '../../src/report.ts';
import { podFinding, reportOf } from '../support/findings.ts';

const values = {
  container: 'app',
  limit: '256Mi',
  exitCode: '137',
  image: 'registry.example.com/cart:1',
  restarts: '14',
  node: 'a',
};

async function explain(...findings: Finding[]) {
  const [incident] = reportOf(findings).incidents;
  if (!incident) throw new Error('no incident');
  return explainBuiltin(incident);
}

test('an explanation has the finding’s own words, its evidence, commands with its names, and a link', async () => {
  const { backend, message } = await explain(podFinding('cart', 'Pod/OOMKilled', { values }));
  const markdown = toMarkdown(message);

  expect(backend).toBe('builtin');
  expect(markdown).toContain('its memory limit is 256Mi');
  expect(markdown).toContain('**Pod shop/cart-7d9c-x2x4z** `status.containerStatuses[app]');
  expect(markdown).toMatch(/kubectl -n shop .*cart-7d9c-x2x4z/);
  expect(markdown).toContain('https://kubernetes.io/docs/');
  expect(markdown).not.toMatch(/\{[a-zA-Z]+\}/);
});

test('no step speaks of rollouts where the owner has none', async () => {
  const commands = async (kind: string) => {
    const owner = { kind, namespace: 'shop', name: 'cart' };
    return toMarkdown((await explain(podFinding('cart', 'Pod/OOMKilled', { values, owner }))).message);
  };

  expect(await commands('StatefulSet')).toContain('rollout undo StatefulSet/cart');
  const ofCronJob = await commands('CronJob');
  expect(ofCronJob).not.toContain('rollout');
  expect(ofCronJob).toContain('set resources CronJob/cart');
  expect(ofCronJob).toContain('**1.** Tell the program its limit');
});

test('a Job is made anew, since its template is fixed', async () => {
  const owner = { kind: 'Job', namespace: 'shop', name: 'migrate' };
  const { message } = await explain(podFinding('migrate', 'Pod/OOMKilled', { values, owner }));

  expect(toMarkdown(message)).toContain('kubectl -n shop replace --force -f job.yaml');
  expect(toMarkdown(message)).not.toMatch(/(rollout|set) \w+ Job/);
});

test('only what a CronJob made is run again from it', async () => {
  const fix = async (kind: string) => {
    const owner = { kind, namespace: 'shop', name: 'backup' };
    return toMarkdown((await explain(podFinding('backup', 'Pod/ContainerFailed', { values, owner }))).message);
  };

  expect(await fix('CronJob')).toContain('create job backup-again --from=cronjob/backup');
  for (const kind of ['Job', 'Pod', 'Deployment']) expect(await fix(kind)).not.toContain('cronjob/');
});

test('a Pod without an owner is not deleted without a word, nor changed where it is fixed', async () => {
  const markdown = async (code: string, kind: string) => {
    const owner = { kind, namespace: 'shop', name: 'cart' };
    return toMarkdown((await explain(podFinding('cart', code, { values, owner }))).message);
  };

  expect(await markdown('Pod/NodeDiskFull', 'Pod')).toContain(
    'delete pod cart-7d9c-x2x4z`. Nothing makes this Pod again',
  );
  expect(await markdown('Pod/NodeDiskFull', 'ReplicaSet')).not.toContain('Nothing makes this Pod again');
  expect(await markdown('Pod/OOMKilled', 'Pod')).toContain('kubectl -n shop replace --force -f pod.yaml');
  expect(await markdown('Pod/ImageNotFound', 'Pod')).toContain('set image Pod/cart');
});

test('what follows from a cause is told with it, counted where it is much', async () => {
  const pods = Array.from({ length: 9 }, (_, index) =>
    podFinding('cart', 'Pod/OOMKilled', { values, object: { kind: 'Pod', namespace: 'shop', name: `cart-${index}` } }),
  );
  const service = podFinding('cart', 'Service/NoReadyEndpoints', {
    object: { kind: 'Service', namespace: 'shop', name: 'cart' },
    owner: { kind: 'Service', namespace: 'shop', name: 'cart' },
    text: 'Service cart has no ready endpoints.',
    causes: [{ ref: { kind: 'Pod', namespace: 'shop', name: 'cart-3' } }],
  });

  const markdown = toMarkdown((await explain(...pods, service)).message);

  expect(markdown).toContain('and 3 more');
  expect(markdown).toContain('**Service shop/cart** has no ready endpoints.');
});

test('a value that a shell would read otherwise is quoted in commands', async () => {
  const { message } = await explain(
    podFinding('cart', 'Pod/OOMKilled', { values: { ...values, container: '$(reboot)' } }),
  );

  const code = message.blocks.flatMap((block) => (block.type === 'code' ? [block.text] : [])).join('\n');
  expect(code).not.toMatch(/(?<!')\$\(reboot\)/);
});

test('evidence that several objects show alike is told once, and counted', async () => {
  const evidence = (name: string) => [
    { ref: { kind: 'Pod', namespace: 'shop', name }, source: 'status.reason', value: 'Evicted' },
  ];
  const pods = ['cart-0', 'cart-1', 'cart-2'].map((name) =>
    podFinding('cart', 'Pod/OOMKilled', {
      values,
      object: { kind: 'Pod', namespace: 'shop', name },
      evidence: evidence(name),
    }),
  );

  const markdown = toMarkdown((await explain(...pods)).message);

  expect(markdown.match(/`Evicted`/g)).toHaveLength(1);
  expect(markdown).toContain('; the same on 2 more');
});
