import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOpenAi } from '../support/model/openai.ts';
import { BOT } from '../support/slack/workspace.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';
import { soon } from '../support/soon.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const HEAP = new URL('../support/heap.ts', import.meta.url).href;
const THREADS = 10;
const TURNS = 200;
/** What was asked before counts as the start of the program. */
const WARM = 100;
const GROWTH = 1.2;

let slack: SlackServer;
let model: Awaited<ReturnType<typeof startOpenAi>>;
let program: ChildProcess;

beforeAll(async () => {
  slack = await startSlack({ mode: 'socket' });
  model = await startOpenAi({
    script: ({ body }) =>
      body.messages.at(-1)?.role === 'tool'
        ? { text: 'It is the kubelet. '.repeat(30) }
        : { calls: [{ name: 'events', arguments: { kind: 'Node', name: 'prod-b3' } }] },
  });
  const settings = { OPENAI_API_KEY: model.key, OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'gpt-test' };
  program = spawn(process.execPath, ['--import', HEAP, MAIN, '--sample'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PORT: '0', HOST: '127.0.0.1', DATA_DIR: ':memory:', LOG_LEVEL: 'error', ...settings, ...slack.env },
  });
  await slack.sockets.connected();
  await once(program.stdout ?? process.stdin, 'data');
});
afterAll(async () => {
  program?.kill('SIGKILL');
  await slack?.stop();
  await model?.stop();
});

/** Bytes in use in the program's main thread, without garbage. */
async function heap(): Promise<number> {
  const said = once(program.stdout ?? process.stdin, 'data');
  program.kill('SIGUSR2');
  const [line] = (await said) as [Buffer];
  return Number(/heap (\d+)/.exec(String(line))?.[1]);
}

async function ask(text: string, thread?: string): Promise<string> {
  const writing = slack.write(thread ? text : `<@${BOT.user}> ${text}`, thread ? { thread } : {});
  const asked = slack.workspace.messages.at(-1)?.ts ?? '';
  const root = thread ?? asked;
  await writing;
  await soon(() => {
    const answer = slack.workspace.messages.at(-1);
    const whole =
      answer?.user === BOT.user && answer.thread_ts === root && !JSON.stringify(answer.blocks).includes('stop q-');
    if (!whole) throw new Error('no answer yet');
  });
  return root;
}

test(`after ${TURNS} questions the program holds as much as after ${WARM}`, async () => {
  const threads: string[] = [];
  const sizes: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const thread = threads[turn % THREADS];
    const root = await ask(`could that be the reason, as in No. ${turn}?`, thread);
    if (!thread) threads.push(root);
    if (turn + 1 === WARM) sizes.push(await heap());
  }
  sizes.push(await heap());

  const [warm = 0, late = 0] = sizes;
  expect(warm).toBeGreaterThan(0);
  expect(late / warm).toBeLessThan(GROWTH);
}, 300_000);
