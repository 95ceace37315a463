import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { BOT } from '../support/slack/workspace.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';

const PROCESS = fileURLToPath(new URL('../support/digest-process.ts', import.meta.url));
const RUNS = Number(process.env.DIGESTS ?? 500);
const REPLICAS = 3;
const CHANNELS = 20;
const DAY = Date.parse('2026-03-14T00:00:00Z');
/** Five minutes in a second, so that a day's five hundred digests take less than two minutes. */
const SPEED = 300;
const TAKEOVER_SECONDS = '2';

describe.skipIf(!redisIsHere())(
  'digests of three processes on one Redis, killed at random (needs redis-server on the PATH)',
  () => {
    let redis: PrivateRedis;
    let slack: SlackServer;
    let replicas: ChildProcess[] = [];
    const began = Date.now() + 5000;

    beforeAll(async () => {
      redis = await startRedis();
      slack = await startSlack({ mode: 'socket' });
      for (let index = 0; index < CHANNELS; index++) {
        slack.workspace.channels.set(`C${index}`, {
          id: `C${index}`,
          name: `ops-${index}`,
          members: new Set([BOT.user]),
        });
      }
    }, 60_000);

    afterAll(async () => {
      for (const replica of replicas) replica.kill('SIGKILL');
      await slack?.stop();
      await redis?.stop();
    });

    function start(): ChildProcess {
      return spawn(process.execPath, [PROCESS, ...[RUNS, began, DAY, SPEED].map(String)], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...slack.env, REDIS_URL: redis.url, TAKEOVER_SECONDS },
      });
    }

    /** How often each run of a schedule was posted. */
    function posted(): Map<string, number> {
      const counts = new Map<string, number>();
      for (const message of slack.workspace.messages) {
        const [key] = /dig-\d{4}-\d+/.exec(JSON.stringify(message)) ?? [];
        if (key && !message.thread_ts) counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return counts;
    }

    test(`of ${RUNS} scheduled runs each is posted once, none lost, none doubled`, async () => {
      replicas = Array.from({ length: REPLICAS }, start);
      let kills = 0;
      const end = began + (RUNS * 60_000) / SPEED + 180_000;
      while (posted().size < RUNS && Date.now() < end) {
        await sleep(1500 + Math.random() * 3000);
        const victim = Math.floor(Math.random() * REPLICAS);
        replicas[victim]?.kill('SIGKILL');
        replicas[victim] = start();
        kills++;
      }
      // Whoever would post twice has the time to do so.
      await sleep(8000);

      const counts = posted();
      expect(counts.size).toBe(RUNS);
      expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
      expect(kills).toBeGreaterThan(RUNS / 50);
    }, 600_000);
  },
);
