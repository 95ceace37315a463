import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type App, startApp } from '../src/app.ts';
import { silent } from '../src/log.ts';
import { startOpenAi } from './support/model/openai.ts';
import { freePort } from './support/redis.ts';
import { read } from './support/slack/reader.ts';
import { BOT } from './support/slack/workspace.ts';
import { type SlackServer, startSlack } from './support/slack-server.ts';
import { soon } from './support/soon.ts';

/** What a person waits for at most, whatever the models do. */
const SECONDS = 3;

/** A question of each kind that is understood without a model, and what must stand in its answer. */
const INTENTS: readonly [question: string, answer: RegExp][] = [
  ['why?', /Node prod-b3.*What follows from it/s],
  ['show me the logs of search-api', /Logs of/],
  ['show me the logs of the previous run of search-api', /Logs of/],
  ['events', /Events about/],
  ['describe', /kubectl describe/],
  ['yaml', /apiVersion/],
  ['what is related?', /kubectl get/],
  ['how do I fix it?', /Fix it/],
  ['what changed?', /Since this thread began/],
  ['rollout history', /[Rr]evision/],
  ['cpu and memory usage', /kubectl top/],
  ['what can I ask?', /What you can ask here/],
];

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Settings = Record<string, string>;

async function deadModel(): Promise<Settings> {
  return { OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1` };
}

/** Takes connections, and never says anything. */
async function blackHole(): Promise<Settings> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    closing.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as { port: number }).port}/v1` };
}

async function slowModel(): Promise<Settings> {
  const model = await startOpenAi({ script: () => ({ text: 'At last.', firstTokenMs: 60_000 }), key: null });
  closing.push(() => model.stop());
  return { OPENAI_BASE_URL: model.url };
}

async function start(settings: Settings): Promise<SlackServer> {
  const slack = await startSlack({ mode: 'socket' });
  closing.push(() => slack.stop());
  const env = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: ':memory:', ...settings, ...slack.env };
  const app: App = await startApp({ env, cluster: { sample: true }, log: silent });
  closing.push(() => app.stop());
  return slack;
}

test.each<[string, () => Promise<Settings>]>([
  ['no model', async () => ({})],
  ['a dead model', deadModel],
  ['a model that takes connections and never answers', blackHole],
  ['a model whose first word takes a minute', slowModel],
])(`with %s, each plain question is answered within ${SECONDS} s`, async (_, settings) => {
  const slack = await start(await settings());
  // The thread that looks at the cluster is started.
  await slack.write(`<@${BOT.user}> help`);

  const took = await Promise.all(
    INTENTS.map(async ([question, answer]) => {
      const began = performance.now();
      const writing = slack.write(`<@${BOT.user}> ${question}`);
      const thread = slack.workspace.messages.at(-1)?.ts;
      await writing;
      await soon(() => {
        const said = slack.workspace.messages.filter(
          ({ user, thread_ts }) => user === BOT.user && thread_ts === thread,
        );
        expect(said.map((message) => read(message).text).join('\n')).toMatch(answer);
      });
      return [question, performance.now() - began] as const;
    }),
  );

  expect(took.filter(([, milliseconds]) => milliseconds > SECONDS * 1000)).toEqual([]);
});
