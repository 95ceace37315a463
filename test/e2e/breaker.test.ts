import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { silent } from '../../src/log.ts';
import { startOpenAi } from '../support/model/openai.ts';
import { freePort } from '../support/redis.ts';
import { read } from '../support/slack/reader.ts';
import { BOT } from '../support/slack/workspace.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';
import { soon } from '../support/soon.ts';

/** After three failures a model rests for half a minute. */
const FAILURES = 3;
const REST_MS = 30_000;

let model: Awaited<ReturnType<typeof startOpenAi>>;
let way: Awaited<ReturnType<typeof openWay>>;
let slack: SlackServer;
let app: App;

beforeEach(async () => {
  model = await startOpenAi({ script: () => ({ text: 'It is the kubelet.' }) });
  way = await openWay(Number(new URL(model.url).port));
  slack = await startSlack({ mode: 'socket' });
  const settings = { OPENAI_BASE_URL: way.url, OPENAI_API_KEY: model.key, OPENAI_MODEL: 'gpt-test' };
  app = await startApp({
    env: { PORT: '0', HOST: '127.0.0.1', DATA_DIR: ':memory:', ...settings, ...slack.env },
    cluster: { sample: true },
    log: silent,
  });
});
afterEach(async () => {
  await app.stop();
  await slack.stop();
  await way.close();
  await model.stop();
});

/** A way to a server on this machine that can be barred and opened: barred, connections are refused. */
async function openWay(to: number) {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  async function open(): Promise<void> {
    server = createServer((socket) => {
      const onward = connect(to, '127.0.0.1');
      for (const each of [socket, onward]) {
        sockets.add(each);
        each.on('error', () => {}).on('close', () => sockets.delete(each));
      }
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
  }

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const socket of sockets) socket.destroy();
    await closed;
    server = undefined;
  }

  await open();
  return { url: `http://127.0.0.1:${port}/v1`, open, close };
}

/** Asks something that only a model understands; its answer. */
async function ask(number: number): Promise<string> {
  const writing = slack.write(`<@${BOT.user}> could anything else be behind it, as in No. ${number}?`);
  const thread = slack.workspace.messages.at(-1)?.ts;
  await writing;
  return soon(() => {
    const said = slack.workspace.messages.find(({ user, thread_ts }) => user === BOT.user && thread_ts === thread);
    const text = said ? read(said).text : '';
    if (!said || JSON.stringify(said.blocks).includes('stop q-')) throw new Error(`no answer yet: ${text}`);
    return text;
  });
}

test('a model that goes away is left alone after a while, and is asked again by itself when it is back', async () => {
  expect(await ask(0)).toContain('It is the kubelet.');
  await way.close();

  for (let number = 1; number <= FAILURES; number++) expect(await ask(number)).toContain('cannot be reached');
  const began = performance.now();
  expect(await ask(FAILURES + 1)).toMatch(/openai is left alone for now and is asked again at \d\d:\d\d:\d\d UTC/);
  expect(performance.now() - began).toBeLessThan(3000);
  await way.open();
  expect(model.requests).toHaveLength(1);

  await expect.poll(() => ask(100), { timeout: REST_MS + 10_000, interval: 2000 }).toContain('It is the kubelet.');
  expect(await ask(101)).toContain('It is the kubelet.');
  expect(model.requests).toHaveLength(3);
});
