import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { BOT } from '../support/slack/workspace.ts';
import { type SlackServer, startSlack } from '../support/slack-server.ts';

const PROCESS = fileURLToPath(new URL('../support/digest-process.ts', import.meta.url));
const RUNS = Number(process.env.DIGESTS ?? 200);
const REPLICAS = 3;
const CHANNELS = 20;
const DAY = Date.parse('2026-03-14T00:00:00Z');
/** Two minutes in a second: a digest is due twice in each of them, whether Redis is there or not. */
const SPEED = 120;
/** So that Redis ends in the midst of one or two of them. */
const WORK_MS = 800;
/** Shorter than many an outage, so that work changes hands as well. */
const TAKEOVER_SECONDS = '2';
/** Redis that has everything again that it acknowledged, however it ended. */
const SAVED = ['--appendonly', 'yes', '--appendfsync', 'always'];
const OUTAGES_MS = [50, 1500, 300, 4000, 700, 2500];
/** As long as connections need to come back, so that two outages are not one. */
const BETWEEN_MS = 3000;
/** Warnings that an outage may cost each process: that Redis is lost, that state is kept in memory, that digests wait. */
const WARNINGS = 3;
/** Beside them, what BullMQ complains of, once a minute. */
const COMPLAINT_MS = 60_000;
const WARN = 40;

interface Line {
  level: number;
  msg: string;
}

/** A process and what it has logged. */
interface Replica {
  child: ChildProcess;
  lines: Line[];
  /** What it wrote that is no line of the log, such as the error that ended it. */
  other: string[];
}

describe.skipIf(!redisIsHere())('digests while Redis ends and begins again (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  let slack: SlackServer;
  let replicas: Replica[] = [];

  beforeAll(async () => {
    redis = await startRedis({ args: SAVED });
    slack = await startSlack({ mode: 'socket' });
    for (let index = 0; index < CHANNELS; index++) {
      const id = `C${index}`;
      slack.workspace.channels.set(id, { id, name: `ops-${index}`, members: new Set([BOT.user]) });
    }
  }, 60_000);

  afterAll(async () => {
    for (const { child } of replicas) child.kill('SIGKILL');
    await slack?.stop();
    await redis?.stop();
  });

  function start(began: number): Replica {
    const child = spawn(process.execPath, [PROCESS, ...[RUNS, began, DAY, SPEED, WORK_MS].map(String)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...slack.env, REDIS_URL: redis.url, TAKEOVER_SECONDS, LOG_LEVEL: 'info' },
    });
    const replica: Replica = { child, lines: [], other: [] };
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('{')) replica.lines.push(JSON.parse(line) as Line);
        else replica.other.push(line);
      }
    });
    return replica;
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

  test(`of ${RUNS} scheduled runs each is posted once, none lost, none doubled, and each outage is told once`, async () => {
    const began = Date.now() + 6000;
    replicas = Array.from({ length: REPLICAS }, () => start(began));
    await sleep(6000);
    const end = began + (RUNS * 60_000) / SPEED;
    const from = Date.now();
    let outages = 0;
    while (Date.now() < end) {
      await sleep(BETWEEN_MS + Math.random() * 500);
      await redis.kill(outages % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
      await sleep(OUTAGES_MS[outages % OUTAGES_MS.length]);
      await redis.start();
      outages++;
    }
    const patience = Date.now() + 120_000;
    while (posted().size < RUNS && Date.now() < patience) await sleep(500);
    // Whoever would post twice has the time to do so.
    await sleep(8000);

    const counts = posted();
    expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
    expect(counts.size).toBe(RUNS);
    expect(outages).toBeGreaterThan(RUNS / 20);
    const complaints = Math.ceil((Date.now() - from) / COMPLAINT_MS);
    for (const { child, lines, other } of replicas) {
      const times = (text: string) => lines.filter(({ msg }) => msg === text).length;
      expect([child.exitCode, child.signalCode, other]).toEqual([null, null, []]);
      expect([times('Redis is lost'), times('Redis is back')]).toEqual([outages, outages]);
      expect(lines.filter(({ level }) => level >= WARN).length).toBeLessThanOrEqual(WARNINGS * outages + complaints);
    }
  }, 900_000);
});
