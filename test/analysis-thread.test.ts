import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createAnalysisThread } from '../src/analysis-thread.ts';
import { ClusterError, UserError } from '../src/errors.ts';
import { startApi } from './support/api-server.ts';
import { soon } from './support/soon.ts';

const never = new AbortController().signal;

function thread() {
  const opened = createAnalysisThread(process.env);
  onTestFinished(() => opened.close());
  return opened;
}

async function apiServer(options: Parameters<typeof startApi>[0] = {}) {
  const api = await startApi(options);
  onTestFinished(() => api.close());
  return api;
}

test('an analysis in the thread gives its report, and tells how far it is', async () => {
  const heard: string[] = [];

  const report = await thread().run(
    { sample: true },
    { filters: ['Pod'], remember: [{ kind: 'Pod', namespace: 'shop-cart', name: 'gone' }] },
    { signal: never, onProgress: (label) => heard.push(label) },
  );

  expect(report).toMatchObject({ cluster: 'sample', filters: ['Pod'] });
  expect(report.objects?.[0]).toMatchObject({ ref: { name: 'gone' }, absent: true });
  expect(heard.at(-1)).toMatch(/^Reading sample: [\d,]+ objects$/);
});

test('an analysis that is given up ends at once with the reason, though the server never answers', async () => {
  const api = await apiServer({ reply: () => ({ fault: 'hang' }) });
  const abort = new AbortController();
  const running = thread().run({ kubeconfig: api.kubeconfig() }, { filters: [] }, { signal: abort.signal });

  abort.abort(new UserError('being restarted'));

  await expect(running).rejects.toThrow(new UserError('being restarted'));
});

test('a kubeconfig that was mended is read anew', async () => {
  const api = await apiServer({ token: 'right' });
  const kubeconfig = api.kubeconfig({ user: { token: 'expired' } });
  const { run } = thread();

  await expect(run({ kubeconfig }, { filters: ['Node'] }, { signal: never })).rejects.toThrow(
    /refused the credentials of user "anna"/,
  );
  writeFileSync(kubeconfig, readFileSync(kubeconfig, 'utf8').replace('expired', 'right'));

  await expect(run({ kubeconfig }, { filters: ['Node'] }, { signal: never })).resolves.toMatchObject({ errors: [] });
});

test('what is under way ends when the thread is closed', async () => {
  const api = await apiServer({ reply: () => ({ fault: 'hang' }) });
  const { run, close } = thread();
  const running = run({ kubeconfig: api.kubeconfig() }, { filters: [] }, { signal: never });
  const ended = expect(running).rejects.toThrow('The analysis was stopped. Run it again.');
  await new Promise((resolve) => setImmediate(resolve));

  await close();

  await ended;
});

const nodes = { looker: 'list', args: { kind: 'nodes' } };

test('a look in the thread shows what the cluster has', async () => {
  const look = await thread().inspect({ sample: true }, nodes, { signal: never });

  expect(look).toMatchObject({ title: 'Nodes', command: 'kubectl get nodes' });
  expect(look.text).toMatch(/^12 Nodes/);
});

test('a look at what does not exist says so, and is no reason to connect anew', async () => {
  const api = await apiServer({ objects: [{ kind: 'Pod', metadata: { name: 'cart', namespace: 'shop' } }] });
  const { inspect } = thread();
  const cluster = { kubeconfig: api.kubeconfig() };
  const get = (name: string) =>
    inspect(cluster, { looker: 'get', args: { kind: 'Pod', name, namespace: 'shop' } }, { signal: never });

  await expect(get('carts')).rejects.toThrow(
    new UserError('There is no Pod "carts" in namespace shop. Did you mean cart?'),
  );
  await expect(get('cart')).resolves.toMatchObject({ title: 'Pod shop/cart as YAML' });

  // What is served was asked for once.
  expect(api.seen.filter(({ path }) => path === '/apis')).toHaveLength(1);
});

test('a look with a kubeconfig that was mended reads it anew', async () => {
  const api = await apiServer({ token: 'right' });
  const kubeconfig = api.kubeconfig({ user: { token: 'expired' } });
  const { inspect } = thread();

  await expect(inspect({ kubeconfig }, nodes, { signal: never })).rejects.toThrow(ClusterError);
  writeFileSync(kubeconfig, readFileSync(kubeconfig, 'utf8').replace('expired', 'right'));

  await expect(inspect({ kubeconfig }, nodes, { signal: never })).resolves.toMatchObject({ title: 'Nodes' });
});

test('looks do not wait for analyses, and only so many are taken at a time', async () => {
  const api = await apiServer({ reply: () => ({ fault: 'hang' }) });
  const { run, inspect } = thread();
  const abort = new AbortController();
  const { signal } = abort;
  const analyses = [1, 2, 3].map(() => run({ kubeconfig: api.kubeconfig() }, { filters: [] }, { signal }));
  const looks = Array.from({ length: 10 }, (_, at) =>
    inspect({ kubeconfig: api.kubeconfig({ context: `look-${at}` }) }, nodes, { signal }),
  );
  const ended = Promise.allSettled([...analyses, ...looks]);

  // Two analyses ask for what is served and for the version, eight looks for what is served.
  await soon(() =>
    expect(api.seen.map(({ path }) => path).toSorted()).toEqual([
      ...Array(10).fill('/api'),
      ...Array(10).fill('/apis'),
      ...Array(2).fill('/version'),
    ]),
  );
  abort.abort(new UserError('being restarted'));

  const results = await ended;
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(results.map((each) => (each as PromiseRejectedResult).reason)).toEqual(
    Array(13).fill(new UserError('being restarted')),
  );
});
