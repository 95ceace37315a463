import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { silent } from '../../src/log.ts';
import { startOpenAi } from '../support/model/openai.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { read } from '../support/slack/reader.ts';
import { BOT, type SlackMessage } from '../support/slack/workspace.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** The longest pause before an answer that could not be shown is tried again, and more. */
const ANSWER_MS = 90_000;
const KEPT_HERE = 'What is said here is kept in this process alone for now';

let slack: SlackServer;
let model: Awaited<ReturnType<typeof startOpenAi>>;
let app: App | undefined;
let root: string;
/** What the model waits for before it goes on with its answer to a question. */
let holds: Map<string, Promise<void>>;

beforeEach(async () => {
  holds = new Map();
  slack = await startSlack({ mode: 'socket', redeliverMs: 300 });
  model = await startOpenAi({
    script: ({ body }) => {
      const asked = body.messages.findLast(({ role, content }) => role === 'user' && content?.includes('No. '));
      const [, number = '?'] = /No\. (\d+)/.exec(asked?.content ?? '') ?? [];
      const hold = holds.get(number);
      return { text: `Answer to No. ${number}:\nit is the kubelet.`, ...(hold && { hold }) };
    },
  });
});
afterEach(async () => {
  await app?.stop();
  app = undefined;
  await slack.stop();
  await model.stop();
});

function settings(): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    TAKEOVER_SECONDS: '2',
    OPENAI_API_KEY: model.key,
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'gpt-test',
    ...slack.env,
  };
}

async function start(env: Record<string, string>): Promise<void> {
  app = await startApp({
    env: { DATA_DIR: ':memory:', ...settings(), ...env },
    cluster: { sample: true },
    log: silent,
  });
}

const questionOf = (number: number) => `could that be the reason for No. ${number}?`;

/** Begins the thread that is spoken in. */
async function begin(): Promise<void> {
  const writing = slack.write(`<@${BOT.user}> ${questionOf(0)}`);
  root = slack.workspace.messages.at(-1)?.ts ?? '';
  await writing;
  await answered(0);
}

const ask = (number: number) => slack.write(questionOf(number), { thread: root });

const messagesAbout = (number: number): SlackMessage[] =>
  slack.workspace.messages.filter(
    ({ user, blocks }) => user === BOT.user && new RegExp(`Answer to No\\. ${number}\\b`).test(JSON.stringify(blocks)),
  );

const isUnfinished = ({ blocks }: SlackMessage) => JSON.stringify(blocks).includes('stop q-');

/** The one answer to a question, whole. */
async function answered(number: number): Promise<string> {
  await expect
    .poll(() => messagesAbout(number).filter((message) => !isUnfinished(message)).length, { timeout: ANSWER_MS })
    .toBe(1);
  return messagesAbout(number)
    .map((message) => read(message).text)
    .join();
}

/** A question whose answer has begun; it goes on when the function it gives is called. */
async function inTheMidst(number: number): Promise<() => void> {
  const hold = Promise.withResolvers<void>();
  holds.set(`${number}`, hold.promise);
  await ask(number);
  await expect.poll(() => model.open, { timeout: ANSWER_MS }).toBe(1);
  return hold.resolve;
}

/** Each question has one answer, and nothing says any more that it is being worked on. */
async function allStand(...numbers: number[]): Promise<void> {
  // Who would answer twice has the time to do so.
  await sleep(3000);
  expect(numbers.map((number) => messagesAbout(number).length)).toEqual(numbers.map(() => 1));
  expect(slack.workspace.messages.filter(isUnfinished)).toEqual([]);
}

describe.skipIf(!redisIsHere())('Redis in the midst of a turn (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  let other: PrivateRedis | undefined;

  afterEach(async () => {
    await app?.stop();
    app = undefined;
    await redis.stop();
    await other?.stop();
    other = undefined;
  });

  /** Until no more fits. */
  function fill(): void {
    redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    redis.cli('CONFIG', 'SET', 'maxmemory', '1');
  }

  test.each<[trouble: string, args: string[], begins: () => unknown, ends: () => unknown]>([
    [
      'restarts with all that it had',
      ['--appendonly', 'yes', '--appendfsync', 'always'],
      () => redis.kill('SIGKILL'),
      () => redis.start(),
    ],
    ['restarts empty', [], () => redis.kill('SIGKILL'), () => redis.start()],
    ['is full', [], fill, () => redis.cli('CONFIG', 'SET', 'maxmemory', '0')],
    [
      'is a replica for a while',
      [],
      () => redis.cli('REPLICAOF', '127.0.0.1', `${other?.port}`),
      () => redis.cli('REPLICAOF', 'NO', 'ONE'),
    ],
    ['hangs', [], () => redis.signal('SIGSTOP'), () => redis.signal('SIGCONT')],
    ['answers nobody for five seconds', [], () => redis.cli('CLIENT', 'PAUSE', '5000'), () => sleep(5000)],
  ])('%s: each question is answered once, and it is said how things stand', async (_, args, begins, ends) => {
    redis = await startRedis({ args });
    // What a replica copies from the other one is all that there is.
    other = await startRedis();
    await start({ REDIS_URL: redis.url });
    await begin();
    const goOn = await inTheMidst(1);

    await begins();
    goOn();
    const first = await answered(1);
    await ask(2);
    const second = await answered(2);
    await ends();
    await ask(3);
    await answered(3);
    await expect
      .poll(
        async () => {
          const number = 1000 + Math.floor(performance.now());
          await ask(number);
          return answered(number);
        },
        { timeout: ANSWER_MS, interval: 500 },
      )
      .not.toContain(KEPT_HERE);

    expect(second).toContain(KEPT_HERE);
    expect(first).toMatch(/Answer to No\. 1/);
    await allStand(0, 1, 2, 3);
  });
});

describe.skipIf(!redisIsHere())('a long thread over Redis (needs redis-server on the PATH)', () => {
  const MANY = 500;

  test(`${MANY} questions at once in one thread are answered in order, each once`, async () => {
    const redis = await startRedis();
    try {
      await start({ REDIS_URL: redis.url });
      await begin();
      await Promise.all(Array.from({ length: MANY }, (_, index) => ask(index + 1)));

      await expect.poll(() => messagesAbout(MANY).length, { timeout: 200_000, interval: 500 }).toBe(1);
      await answered(MANY);

      const numbers = slack.workspace.messages.flatMap((message) => {
        const [, number] = /Answer to No\. (\d+)/.exec(JSON.stringify(message.blocks)) ?? [];
        return message.user === BOT.user && number ? [Number(number)] : [];
      });
      expect(numbers).toEqual(Array.from({ length: MANY + 1 }, (_, index) => index));
    } finally {
      await app?.stop();
      app = undefined;
      await redis.stop();
    }
  }, 300_000);
});

describe('a program with a state file', () => {
  test('that is ended in the midst of a turn answers after its next start, in the same message', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'k8sgpt-chat-chaos-'));
    const hold = Promise.withResolvers<void>();
    holds.set('1', hold.promise);
    const run = () =>
      spawn(process.execPath, [MAIN, '--sample'], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { HOME: folder, DATA_DIR: folder, LOG_LEVEL: 'error', ...settings() },
      });
    let program = run();
    try {
      await slack.sockets.connected();
      await begin();
      await ask(1);
      const standing = () => slack.workspace.messages.filter(isUnfinished);
      await expect.poll(() => standing().length, { timeout: ANSWER_MS }).toBe(1);
      const [{ ts } = { ts: '' }] = standing();

      const ended = once(program, 'exit');
      program.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      expect(messagesAbout(1).filter((message) => !isUnfinished(message))).toEqual([]);
      hold.resolve();
      program = run();

      await answered(1);
      expect(messagesAbout(1).map((message) => message.ts)).toEqual([ts]);
      await ask(2);
      await answered(2);
      await allStand(0, 1, 2);
    } finally {
      program.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('Slack in the midst of a turn', () => {
  const METHODS = ['chat.postMessage', 'chat.update', 'chat.postEphemeral', 'conversations.replies'];

  test.each<[string, (method: string, times: number) => void]>([
    ['answers 503', (method, times) => slack.fail(method, times, 503)],
    ['fails by itself', (method, times) => slack.fail(method, times, 'internal_error')],
    ['wants a pause of ten seconds, again and again', (method, times) => slack.limit(method, times, 10)],
  ])(
    '%s for a minute: each question is answered once when it is back',
    async (_, breaks) => {
      await start({});
      await begin();
      const goOn = await inTheMidst(1);

      for (const method of METHODS) breaks(method, Number.POSITIVE_INFINITY);
      goOn();
      await ask(2).catch(() => {});
      await sleep(60_000);
      for (const method of METHODS) breaks(method, 0);

      await answered(1);
      await answered(2);
      await ask(3);
      await answered(3);
      await allStand(0, 1, 2, 3);
    },
    240_000,
  );
});
