import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lastText, startOpenAi } from '../support/model/openai.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { BOT, type SlackMessage } from '../support/slack/workspace.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const KILLS = Number(process.env.KILLS ?? 100);
const THREADS = 10;
/** As long as one question takes here, so that a kill meets every step of it. */
const QUESTION_MS = 1200;
const STEP_MS = 150;

describe.skipIf(!redisIsHere())('two replicas on one Redis, killed at random (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  let slack: SlackServer;
  let model: Awaited<ReturnType<typeof startOpenAi>>;
  let folder: string;
  let replicas: ChildProcess[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kills-'));
    redis = await startRedis();
    slack = await startSlack({ mode: 'socket', redeliverMs: 300 });
    // Looks once, then answers with the question's number.
    model = await startOpenAi({
      script: async (request) => {
        const question = request.body.messages.findLast(
          ({ role, content }) => role === 'user' && content?.includes('No. '),
        );
        const [, number = '?'] = /No\. (\d+)/.exec(question?.content ?? '') ?? [];
        if (request.body.messages.at(-1)?.role !== 'tool') {
          const args = { kind: 'Node', name: 'prod-b3', limit: Number(number) };
          return { calls: [{ name: 'events', arguments: args }], firstTokenMs: STEP_MS };
        }
        const cited = /E\d+/.exec(lastText(request))?.[0];
        return {
          text: `Answer to No. ${number}: its kubelet is silent [${cited}].`,
          firstTokenMs: STEP_MS,
          pieceMs: 5,
        };
      },
    });
    replicas = [start(), start()];
    await soonConnected(2);
  }, 120_000);

  afterAll(async () => {
    for (const replica of replicas ?? []) replica.kill('SIGKILL');
    await slack?.stop();
    await model?.stop();
    await redis?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  function start(): ChildProcess {
    return spawn(process.execPath, [MAIN, '--sample'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...slack.env,
        HOME: folder,
        DATA_DIR: folder,
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'error',
        REDIS_URL: redis.url,
        TAKEOVER_SECONDS: '2',
        OPENAI_API_KEY: model.key,
        OPENAI_BASE_URL: model.url,
        OPENAI_MODEL: 'gpt-test',
      },
    });
  }

  async function soonConnected(count: number): Promise<void> {
    await vi.waitFor(() => expect(slack.sockets.count()).toBe(count), { timeout: 60_000, interval: 20 });
  }

  const answersTo = (number: number): SlackMessage[] =>
    slack.workspace.messages.filter(
      (message) =>
        message.user === BOT.user && new RegExp(`Answer to No\\. ${number}\\b`).test(JSON.stringify(message)),
    );

  test(`of ${KILLS} questions, each with a kill at a random moment, none is lost and none is answered twice`, async () => {
    const roots: string[] = [];
    for (let index = 0; index < THREADS; index++) {
      await slack.write(`<@${BOT.user}> could anything be behind No. ${1000 + index}?`);
      roots.push(slack.workspace.messages.findLast(({ user }) => user !== BOT.user)?.ts ?? '');
    }
    await expect
      .poll(() => roots.filter((_, index) => answersTo(1000 + index).length > 0).length, { timeout: 60_000 })
      .toBe(THREADS);

    for (let kill = 1; kill <= KILLS; kill++) {
      const asked = slack.write(`could that be the reason for No. ${kill}?`, { thread: roots[kill % THREADS] ?? '' });
      await sleep(Math.random() * QUESTION_MS);
      const victim = Math.floor(Math.random() * replicas.length);
      replicas[victim]?.kill('SIGKILL');
      replicas[victim] = start();
      await asked;
      await soonConnected(2);
    }

    const numbers = Array.from({ length: KILLS }, (_, index) => index + 1);
    await expect
      .poll(() => numbers.filter((number) => answersTo(number).length === 0), { timeout: 120_000 })
      .toEqual([]);
    // Whoever would answer twice has the time to do so.
    await sleep(5000);
    expect(numbers.filter((number) => answersTo(number).length !== 1)).toEqual([]);
    // Nothing but answers stands there: no message that still looks into it.
    const left = slack.workspace.messages.filter((message) => JSON.stringify(message).includes('"stop q-'));
    expect(left).toEqual([]);
  }, 1_200_000);
});
