import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLocalJobs } from '../../src/jobs/local.ts';
import type { Jobs } from '../../src/jobs.ts';
import { createLogger } from '../../src/log.ts';
import type { SinkSettings, Sinks } from '../../src/sink.ts';
import { sinkTypes } from '../../src/sinks/index.ts';
import { createSinks } from '../../src/sinks/shared/delivery.ts';
import type { Store } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { noticeOf } from '../support/sinks/notices.ts';
import { type Receiver, startReceiver } from '../support/sinks/receiver.ts';
import { anyJson, slackAt } from '../support/sinks/services.ts';
import { soon } from '../support/soon.ts';

const HOUR = 3_600_000;
const KEY = '/services/T0AAAAAA/B0BBBBBB/s3cr3tK3yOfTheWebhook';
const SECRET = 's3cr3tK3yOfTheWebhook';

let folder: string;
let receiver: Receiver;
let logged: string;
let clock: { now: number };
const open: { jobs: Jobs; store: Store }[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-'));
  receiver = await startReceiver(anyJson);
  logged = '';
  clock = { now: Date.parse('2026-03-14T10:00:00Z') };
});
afterEach(async () => {
  for (const { jobs, store } of open.splice(0)) {
    await jobs.close();
    await store.close();
  }
  await receiver.stop();
  rmSync(folder, { recursive: true });
});

interface Given {
  settings?: Partial<SinkSettings>[];
  timeoutMs?: number;
}

/** A replica over the state file of this test. */
async function replica({ settings = [{}], timeoutMs = 300 }: Given = {}): Promise<Sinks & { jobs: Jobs }> {
  const store = createSqliteStore({ file: join(folder, 'state.db') });
  const log = createLogger('debug', { write: (line: string) => void (logged += line) });
  const now = () => clock.now;
  const jobs = createLocalJobs({ store, log, clock: now, pollMs: 5, leaseMs: 60_000 });
  const all = settings.map((each) => ({
    name: 'hook',
    type: 'webhook',
    webhook: `${receiver.url}${KEY}`,
    ...each,
  }));
  const options = { settings: all, types: sinkTypes, jobs, store, log, clock: now, timeoutMs, turnMs: 1 };
  const sinks = createSinks(options);
  await jobs.start();
  open.push({ jobs, store });
  return { ...sinks, jobs };
}

/** Lets the clock go on in steps until something holds. */
async function pass(stepMs: number, check: () => void | Promise<void>): Promise<void> {
  await soon(async () => {
    clock.now += stepMs;
    await check();
  });
}

const ids = () => receiver.taken.map(({ body }) => (JSON.parse(body) as { id: string }).id);
const first = noticeOf();
const worse = noticeOf({ what: 'worse', at: '2026-03-14T10:05:00.000Z' });
const solved = noticeOf({ what: 'solved', at: '2026-03-14T10:10:00.000Z' });

test('each notice is told to each sink once', async () => {
  const sinks = await replica({ settings: [{ name: 'one' }, { name: 'two' }] });

  await sinks.tell([first, noticeOf({ incident: { id: 'inc-000002' } })]);
  await sinks.tell([first]);

  await pass(5, () => expect(ids()).toHaveLength(4));
  await pass(5, async () => expect(await sinks.jobs.counts()).toMatchObject({ waiting: 0, active: 0 }));
  expect(ids()).toHaveLength(4);
  expect((await sinks.status()).map(({ name, sent }) => [name, sent])).toEqual([
    ['one', 2],
    ['two', 2],
  ]);
});

test('what an incident became is told in order, though the first try fails', async () => {
  const sinks = await replica();
  receiver.mishaps = [{ status: 503 }, 'break', 'hang'];

  await sinks.tell([first, worse, solved]);

  await pass(100, () => expect(ids()).toEqual([first.id, worse.id, solved.id]));
  expect(receiver.arrivals.map(({ answered }) => answered)).toEqual([503, 'break', 'hang', 204, 204, 204]);
});

test('a service that asks for a pause gets one, for all incidents', async () => {
  const sinks = await replica();
  receiver.mishaps = [{ status: 429, headers: { 'retry-after': '120' } }];
  const begin = clock.now;

  await sinks.tell([first]);
  await soon(() => expect(receiver.arrivals).toHaveLength(1));
  await sinks.tell([noticeOf({ incident: { id: 'inc-000002' } })]);
  await pass(500, () => expect(clock.now).toBeGreaterThan(begin + 60_000));
  expect(receiver.arrivals).toHaveLength(1);

  await pass(2000, () => expect(ids()).toHaveLength(2));
  expect(clock.now - begin).toBeGreaterThan(120_000);
});

test('a service that is away for an hour is asked now and then, and told in the end', async () => {
  const sinks = await replica();
  receiver.broken = { status: 500 };
  const end = clock.now + HOUR;

  await sinks.tell([first]);
  await pass(10_000, () => expect(clock.now).toBeGreaterThan(end));
  const tries = receiver.arrivals.length;
  delete receiver.broken;

  await pass(20_000, () => expect(ids()).toEqual([first.id]));
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(15);
});

test('what fails for a day is given up, and told when somebody asks for it', async () => {
  const sinks = await replica();
  receiver.broken = { status: 502, body: `no way to ${KEY}` };

  await sinks.tell([first]);
  await pass(60_000, async () => expect((await sinks.status())[0]?.dead).toHaveLength(1));
  expect(clock.now - Date.parse('2026-03-14T10:00:00Z')).toBeGreaterThan(20 * HOUR);
  const [status] = await sinks.status();
  expect(status?.dead[0]).toMatchObject({ notice: first.id, reason: 'The service answers 502: no way to ***.' });
  delete receiver.broken;

  expect(await sinks.retry('hook')).toBe(1);

  await pass(5, () => expect(ids()).toEqual([first.id]));
  expect((await sinks.status())[0]?.dead).toEqual([]);
});

test('what a service refuses is given up at once, and what comes after it is told', async () => {
  const sinks = await replica();
  receiver.mishaps = [{ status: 404, body: 'no_service' }];

  await sinks.tell([first, worse]);

  await pass(5, () => expect(ids()).toEqual([worse.id]));
  const [status] = await sinks.status();
  expect(status?.dead[0]).toMatchObject({
    title: first.incident.title,
    reason: 'The service answers 404: no_service.',
  });
  // It would be told that the incident is as it was before.
  expect(await sinks.retry('hook')).toBe(0);
});

test('the newest fifty dead letters are kept, for a week', async () => {
  const sinks = await replica();
  receiver.broken = { status: 400 };
  const notices = Array.from({ length: 60 }, (_, index) => noticeOf({ incident: { id: `inc-${100_000 + index}` } }));

  await sinks.tell(notices);
  await pass(5, async () => expect(await sinks.jobs.counts()).toMatchObject({ waiting: 0, active: 0 }));

  const [status] = await sinks.status();
  expect(status?.dead).toHaveLength(50);
  clock.now += 7 * 24 * HOUR;
  expect((await sinks.status())[0]?.dead).toEqual([]);
});

test('what was to be told when the program ended is told after the next start, in order', async () => {
  const before = await replica();
  receiver.broken = 'hang';
  await before.tell([first, worse, noticeOf({ incident: { id: 'inc-000002' } })]);
  await soon(() => expect(receiver.arrivals).toHaveLength(1));
  await before.jobs.close();
  delete receiver.broken;

  const after = await replica();

  await pass(100, () => expect(ids()).toHaveLength(3));
  await pass(100, async () => expect(await after.jobs.counts()).toMatchObject({ waiting: 0, active: 0 }));
  expect(ids().filter((id) => id.startsWith('inc-4f2a9c'))).toEqual([first.id, worse.id]);
});

test('two replicas tell each notice once', async () => {
  const [one, other] = [await replica(), await replica()];
  const notices = Array.from({ length: 20 }, (_, index) => noticeOf({ incident: { id: `inc-${100_000 + index}` } }));

  await Promise.all([one.tell(notices), other.tell(notices)]);

  await pass(5, async () => expect(await one.jobs.counts()).toMatchObject({ waiting: 0, active: 0 }));
  expect(ids().sort()).toEqual(notices.map(({ id }) => id).sort());
});

test('mild incidents are told to who wants them, and their end to who was told that they began', async () => {
  const sinks = await replica({
    settings: [{ name: 'usual' }, { name: 'all', severity: 'low' }, { name: 'few', severity: 'critical' }],
  });
  const mild = noticeOf({ incident: { id: 'inc-000002', severity: 'low' } });
  const ended = noticeOf({ what: 'solved', at: '2026-03-14T10:10:00.000Z', incident: { severity: 'low' } });

  await sinks.tell([first, mild, ended]);

  await pass(5, async () => expect(await sinks.jobs.counts()).toMatchObject({ waiting: 0, active: 0 }));
  expect((await sinks.status()).map(({ name, sent }) => [name, sent])).toEqual([
    ['usual', 2],
    ['all', 3],
    ['few', 0],
  ]);
});

test('what comes and goes is told when it has stood for a quarter of an hour', async () => {
  const sinks = await replica();
  const ends = noticeOf({ what: 'solved', at: '2026-03-14T10:10:00.000Z', flapping: true });
  const back = noticeOf({ what: 'back', at: '2026-03-14T10:11:00.000Z', flapping: true });
  const endsAgain = noticeOf({ what: 'solved', at: '2026-03-14T10:12:00.000Z', flapping: true });
  await sinks.tell([first]);
  await soon(() => expect(ids()).toEqual([first.id]));

  for (const notice of [ends, back, endsAgain]) {
    await sinks.tell([notice]);
    clock.now += 60_000;
  }

  await pass(60_000, () => expect(ids()).toEqual([first.id, endsAgain.id]));
  expect(clock.now - Date.parse('2026-03-14T10:00:00Z')).toBeGreaterThan(15 * 60_000);
});

test('a redirect to another server is not followed, one on the same server is', async () => {
  const other = await startReceiver(anyJson);
  const sinks = await replica();
  receiver.mishaps = [
    { status: 307, headers: { location: `${other.url}${KEY}` } },
    { status: 308, headers: { location: '/moved' } },
  ];

  await sinks.tell([first]);
  await pass(5, async () => expect((await sinks.status())[0]?.dead).toHaveLength(1));
  await sinks.tell([worse]);

  await pass(5, () => expect(receiver.taken.map(({ path }) => path)).toEqual(['/moved']));
  expect(other.arrivals).toEqual([]);
  await other.stop();
});

test('the address of a webhook is in no log and in no text, whatever a service answers', async () => {
  const slack = await startReceiver(slackAt('/another'));
  const headers = { Authorization: 'Bearer t0k3nOfTheHeader' };
  const settings = [
    { name: 'hook', headers },
    { name: 'wrong', type: 'slack', webhook: `${slack.url}${KEY}` },
    { name: 'away', webhook: `http://user:passw0rd@127.0.0.1:1${KEY}?token=t0k3nOfTheQuery` },
  ];
  const sinks = await replica({ settings });
  receiver.mishaps = [
    { status: 500, body: `cannot POST ${receiver.url}${KEY} with Bearer t0k3nOfTheHeader` },
    { status: 400, body: `cannot POST ${encodeURIComponent(KEY)}` },
  ];

  await sinks.tell([first]);
  await pass(1000, () => expect(receiver.arrivals).toHaveLength(2));
  await pass(60_000, async () => expect((await sinks.status()).every(({ dead }) => dead.length === 1)).toBe(true));

  const said = logged + JSON.stringify(await sinks.status());
  expect(logged).toContain('A sink could not be told');
  for (const secret of [SECRET, 't0k3nOfTheHeader', 't0k3nOfTheQuery', 'passw0rd']) expect(said).not.toContain(secret);
  await slack.stop();
});

test('a sink that there is not is named, with those that there are', async () => {
  const sinks = await replica();

  await expect(sinks.retry('hock')).rejects.toThrow('There is no sink "hock". There are: hook.');
});
