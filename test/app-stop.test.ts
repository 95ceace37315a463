import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../src/app.ts';
import { silent } from '../src/log.ts';
import { startApi } from './support/api-server.ts';
import { read } from './support/slack/reader.ts';
import { BOT } from './support/slack/workspace.ts';
import { startSlack } from './support/slack-server.ts';

test('who waits for an analysis when the program is stopped is told to run it again', async () => {
  const asked = Promise.withResolvers<void>();
  const api = await startApi({
    reply() {
      asked.resolve();
      return { fault: 'hang' };
    },
  });
  onTestFinished(() => api.close());
  const server = await startSlack({ mode: 'socket', minUpdateGapMs: 0 });
  onTestFinished(() => server.stop());
  const env = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: ':memory:', KUBECONFIG: api.kubeconfig() };
  const started = await startApp({ env: { ...server.env, ...env }, cluster: {}, log: silent });
  await server.command('analyze');
  await asked.promise;

  await started.stop();

  const said = server.workspace.messages.filter(({ user }) => user === BOT.user).map((message) => read(message).text);
  expect(said.join()).toContain('k8sgpt-chat is being restarted. Run the command again in a minute.');
});

test('a wrong setting of a model ends the program at once, though Redis is connected to for good', () => {
  const { PATH, HOME } = process.env;
  const settings = { PORT: '0', REDIS_URL: 'redis://127.0.0.1:1', K8SGPT_BACKEND: 'nope' };

  const ended = spawnSync(process.execPath, ['src/main.ts', '--sample'], {
    env: { PATH, HOME, ...settings },
    encoding: 'utf8',
    timeout: 10_000,
  });

  expect(ended.status).toBe(1);
  expect(ended.stderr).toContain('No AI service is named "nope"');
});
