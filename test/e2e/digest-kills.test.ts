import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { BOT } from '../support/slack/workspace.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';

const PROCESS = fileURLToPath(new URL('../support/digest-process.ts', import.meta.url));
const RUNS = Number(process.env.DIGESTS ?? 500);
const RESTART_RUNS = Number(process.env.RESTART_DIGESTS ?? 150);
const REPLICAS = 3;
const CHANNELS = 20;
const DAY = Date.parse('2026-03-14T00:00:00Z');
/** Five minutes in a second, so that a day's five hundred digests take less than two minutes. */
const SPEED = 300;
const LEASE_MS = 2000;

/** Replicas with the schedules of a day, in a Slack of their own over a Redis of their own. */
interface Day {
  redis: PrivateRedis;
  start(): ChildProcess;
  /** What they said of trouble. */
  log: string[];
  /** When the first minute of the day begins. */
  began: number;
  /** How often each run of a schedule was posted. */
  posted(): Map<string, number>;
  stop(): Promise<void>;
}

async function openDay(runs: number, redisArgs: string[] = []): Promise<Day> {
  const redis = await startRedis({ args: redisArgs });
  const slack: SlackServer = await startSlack({ mode: 'socket' });
  for (let index = 0; index < CHANNELS; index++) {
    const channel = { id: `C${index}`, name: `ops-${index}`, members: new Set([BOT.user]) };
    slack.workspace.channels.set(channel.id, channel);
  }
  const began = Date.now() + 5000;
  const log: string[] = [];
  const replicas: ChildProcess[] = [];
  return {
    redis,
    log,
    began,
    start() {
      const replica = spawn(process.execPath, [PROCESS, ...[runs, began, DAY, SPEED, LEASE_MS].map(String)], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...slack.env, REDIS_URL: redis.url, LOG_LEVEL: 'warn' },
      });
      replica.stderr?.on('data', (lines: Buffer) => log.push(...lines.toString().split('\n').filter(Boolean)));
      replicas.push(replica);
      return replica;
    },
    posted() {
      const counts = new Map<string, number>();
      for (const message of slack.workspace.messages) {
        const [key] = /dig-\d{4}-\d+/.exec(JSON.stringify(message)) ?? [];
        if (key && !message.thread_ts) counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return counts;
    },
    async stop() {
      for (const replica of replicas) replica.kill('SIGKILL');
      await slack.stop();
      await redis.stop();
    },
  };
}

/** Disturbs them until all runs are posted, and some seconds longer: whoever would post twice has the time to do so. */
async function through({ began, posted }: Day, runs: number, disturb: () => Promise<void>): Promise<void> {
  const end = began + (runs * 60_000) / SPEED + 180_000;
  while (posted().size < runs && Date.now() < end) await disturb();
  await sleep(8000);
  expect(posted().size).toBe(runs);
  expect([...posted()].filter(([, count]) => count !== 1)).toEqual([]);
}

describe.skipIf(!redisIsHere())('digests of several processes on one Redis (needs redis-server on the PATH)', () => {
  test(`of ${RUNS} runs each is posted once, though processes are killed at random`, async () => {
    const day = await openDay(RUNS);
    onTestFinished(day.stop);
    const replicas = Array.from({ length: REPLICAS }, day.start);
    let kills = 0;

    await through(day, RUNS, async () => {
      await sleep(1500 + Math.random() * 3000);
      const victim = Math.floor(Math.random() * REPLICAS);
      replicas[victim]?.kill('SIGKILL');
      replicas[victim] = day.start();
      kills++;
    });

    expect(kills).toBeGreaterThan(RUNS / 50);
  }, 600_000);

  test(`of ${RESTART_RUNS} runs each is posted once, though Redis is killed and started again at random`, async () => {
    // What it has acknowledged is kept, as whoever means to keep state has it.
    const day = await openDay(RESTART_RUNS, ['--appendonly', 'yes']);
    onTestFinished(day.stop);
    const replicas = Array.from({ length: 2 }, day.start);
    let restarts = 0;

    await through(day, RESTART_RUNS, async () => {
      await sleep(2000 + Math.random() * 2000);
      await day.redis.kill(restarts % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
      await sleep(Math.random() * 1000);
      await day.redis.start();
      restarts++;
    });

    expect(replicas.map(({ exitCode }) => exitCode)).toEqual([null, null]);
    expect(restarts).toBeGreaterThan(5);
    const away = day.log.filter((line) => /Redis/.test(line));
    expect(away.length).toBeGreaterThan(0);
    // Of each outage each process says that it is away, and that it is there again; never a flood.
    expect(away.length).toBeLessThanOrEqual(restarts * replicas.length * 2);
  }, 600_000);
});
