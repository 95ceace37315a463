import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createAnalysisThread } from '../src/analysis-thread.ts';
import { UserError } from '../src/errors.ts';
import { startApi } from './support/api-server.ts';

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
    { filters: ['Pod'] },
    { signal: never, onProgress: (label) => heard.push(label) },
  );

  expect(report).toMatchObject({ cluster: 'sample', filters: ['Pod'] });
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
