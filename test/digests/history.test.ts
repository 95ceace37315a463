import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHistory } from '../../src/digests/history.ts';
import type { History } from '../../src/history.ts';
import { createLogger, silent } from '../../src/log.ts';
import type { Finding, Report } from '../../src/report.ts';
import type { Store } from '../../src/store.ts';
import { createRedisStore } from '../../src/stores/redis.ts';
import { createRedisServer } from '../../src/stores/redis-connection.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';

const CORE = ['Pod', 'Deployment', 'Service', 'ConfigMap'];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-14T10:00:00Z');

let reports = 0;
const reportAt = (at: number, findings: readonly Finding[], given: Partial<Report> = {}) =>
  reportOf(findings, { id: `rep-${++reports}`, at: new Date(at).toISOString(), ...given });

/** How each incident was seen, by the name of its workload. */
async function hows(history: History, at: number, findings: readonly Finding[], given: Partial<Report> = {}) {
  const sightings = await history.record(reportAt(at, findings, given));
  return Object.fromEntries(sightings.map(({ track, how }) => [track.cause.name, how]));
}

function suite(name: string, open: () => Promise<Store>): void {
  describe(`the history in ${name}`, () => {
    let store: Store;
    let history: History;

    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    async function fresh(): Promise<void> {
      for (const { key } of await store.list('history', 100)) await store.delete(key);
      history = createHistory({ store, core: CORE, log: silent });
    }

    test('an incident is new once, goes on, is solved once, and is back', async () => {
      await fresh();
      const cart = [podFinding('cart')];

      expect(await hows(history, START, cart)).toEqual({ cart: 'new' });
      expect(await hows(history, START + HOUR, cart)).toEqual({ cart: 'same' });
      expect(await hows(history, START + 2 * HOUR, [])).toEqual({ cart: 'solved' });
      expect(await hows(history, START + 3 * HOUR, [])).toEqual({});
      expect(await hows(history, START + 30 * HOUR, cart)).toEqual({ cart: 'back' });
      expect(await history.tracks('prod')).toMatchObject([
        { state: 'new', firstSeen: START, returns: [START + 30 * HOUR], seen: 3 },
      ]);
    });

    test('the same report again gives the same sightings, and changes nothing', async () => {
      await fresh();
      await hows(history, START, [podFinding('cart')]);
      const report = reportAt(START + HOUR, [podFinding('booking')]);

      const first = await history.record(report);
      const again = await history.record(report);

      const briefly = (all: typeof first) => all.map(({ track, how }) => `${track.cause.name} ${how}`).sort();
      expect(briefly(again)).toEqual(briefly(first));
      expect(briefly(first)).toEqual(['booking new', 'cart solved']);
    });

    test('replicas that note at the same time lose nothing', async () => {
      await fresh();
      const names = Array.from({ length: 12 }, (_, index) => `app-${index}`);

      await Promise.all(
        names.map((each) =>
          createHistory({ store, core: CORE, log: silent }).record(
            reportAt(START, [podFinding(each)], { namespace: 'elsewhere' }),
          ),
        ),
      );

      expect((await history.tracks('prod')).map(({ cause }) => cause.name).sort()).toEqual(names.sort());
    });

    test('what was not looked at is not solved', async () => {
      await fresh();
      await hows(history, START, [podFinding('cart')]);

      expect(await hows(history, START + 1000, [], { filters: ['Service'] })).toEqual({});
      expect(await hows(history, START + 2000, [], { namespace: 'pay' })).toEqual({});
      expect(await hows(history, START + 3000, [], { selector: 'app=other' })).toEqual({});
      expect(await hows(history, START + 4000, [], { unread: ['Pod'] })).toEqual({});
      expect(await hows(history, START + 5000, [], { namespace: 'shop' })).toEqual({ cart: 'solved' });
    });

    test('what comes and goes is told twice, then left alone until it has rested a day', async () => {
      await fresh();
      const cart = [podFinding('cart')];
      const seen: unknown[] = [];
      for (let turn = 0; turn < 12; turn++) {
        seen.push((await hows(history, START + turn * 10 * MINUTE, turn % 2 === 0 ? cart : [])).cart ?? '-');
      }

      expect(seen).toEqual(['new', 'solved', 'back', 'solved', 'back', '-', 'same', '-', 'same', '-', 'same', '-']);
      expect((await history.tracks('prod'))[0]?.state).toBe('flapping');
      expect(await hows(history, START + 12 * HOUR, [])).toEqual({});
      expect(await hows(history, START + 27 * HOUR, [])).toEqual({ cart: 'solved' });
      expect((await history.tracks('prod'))[0]?.state).toBe('resolved');
    });

    test('worse is told once for each step down, however it goes up and down in between', async () => {
      await fresh();
      const turns = ['medium', 'high', 'medium', 'high', 'critical', 'high', 'critical'] as const;
      const seen: unknown[] = [];
      for (const [turn, severity] of turns.entries()) {
        seen.push((await hows(history, START + turn * HOUR, [podFinding('cart', 'Pod/OOMKilled', { severity })])).cart);
      }

      expect(seen).toEqual(['new', 'worse', 'better', 'same', 'worse', 'better', 'same']);
    });

    test('a cause that is found elsewhere later is the same incident, under both names', async () => {
      await fresh();
      const [first] = await history.record(reportAt(START, [podFinding('cart')]));
      const node = { kind: 'Node', name: 'n1' };
      const moved = reportAt(START + HOUR, [podFinding('cart')]);
      for (const incident of moved.incidents) Object.assign(incident, { id: 'inc-moved2', cause: node });

      const [second] = await history.record(moved);

      expect(second).toMatchObject({ how: 'same', track: { id: first?.track.id, also: ['inc-moved2'], cause: node } });
      expect((await history.track('prod', 'inc-moved2'))?.id).toBe(first?.track.id);
    });

    test('incidents that turn out to be one, and one that turns out to be two, are no news', async () => {
      await fresh();
      const [cart, booking] = [podFinding('cart'), podFinding('booking')];
      await history.record(reportAt(START, [cart, booking]));
      const joined = reportAt(START + HOUR, [cart, booking]);
      const [one, other] = joined.incidents;
      joined.incidents = [{ ...one, consequences: [...(other?.findings ?? [])] } as never];

      const together = await history.record(joined);
      const apart = await history.record(reportAt(START + 2 * HOUR, [cart, booking]));

      expect(together.map(({ how }) => how)).toEqual(['same']);
      expect(apart.map(({ how }) => how)).toEqual(['same', 'same']);
    });

    test('the trend has a point an hour for fifteen days, of whole analyses alone', async () => {
      await fresh();
      for (let at = START; at < START + 20 * DAY; at += 4 * HOUR)
        await history.record(reportAt(at, [podFinding('cart')]));
      await history.record(reportAt(START + 20 * DAY, [], { namespace: 'shop' }));
      await history.record(reportAt(START + 20 * DAY - 4 * HOUR + MINUTE, [podFinding('cart'), podFinding('booking')]));

      const trend = await history.trend('prod', 0);

      expect(trend).toHaveLength(90);
      expect(trend.at(-1)?.open).toEqual({ critical: 0, high: 2, medium: 0, low: 0 });
      expect(await history.trend('prod', START + 19 * DAY)).toHaveLength(6);
    });

    test('ten thousand findings that appear, change their wording, flap and vanish are never new twice', async () => {
      await fresh();
      const turns = 40;
      const workloads = 1600;
      const news = new Map<string, number>();
      let slowest = 0;
      for (let turn = 0; turn < turns; turn++) {
        const findings = Array.from({ length: workloads }, (_, index) => index)
          // A third comes and goes, a third begins late or ends early, a third stays.
          .filter((index) =>
            index % 3 === 0 ? (turn + index) % 4 !== 0 : index % 3 === 1 ? turn * 40 > index || turn > 35 : true,
          )
          .flatMap((index) =>
            Array.from({ length: 6 }, (_, pod) =>
              podFinding(`app-${index}`, `Pod/Code${pod}`, {
                object: { kind: 'Pod', namespace: `ns-${index % 40}`, name: `app-${index}-${turn}${pod}` },
                owner: { kind: 'Deployment', namespace: `ns-${index % 40}`, name: `app-${index}` },
                text: `It was killed ${turn * 7 + index} times at ${START + turn}.`,
                severity: pod === 0 ? 'high' : 'medium',
              }),
            ),
          );
        const report = reportAt(START + turn * 20 * MINUTE, findings);
        const began = performance.now();
        const sightings = await history.record(report);
        slowest = Math.max(slowest, performance.now() - began);
        for (const { track, how } of sightings)
          if (how === 'new') news.set(track.cause.name, (news.get(track.cause.name) ?? 0) + 1);
      }

      expect(news.size).toBe(workloads);
      expect([...news.values()].every((count) => count === 1)).toBe(true);
      const sizes = (await store.list('history', 100)).map(({ size }) => size);
      expect(Math.max(...sizes)).toBeLessThan(1_500_000);
      expect(slowest).toBeLessThan(5000);
      expect(await history.limits('prod')).toBeUndefined();
    }, 120_000);

    test('more than can be kept are said to be', async () => {
      await fresh();
      const many = Array.from({ length: 2100 }, (_, index) =>
        podFinding(`app-${index}`, 'Pod/OOMKilled', { severity: index < 50 ? 'critical' : 'medium' }),
      );
      await history.record(reportAt(START, many));

      expect(await history.tracks('prod')).toHaveLength(2000);
      expect((await history.tracks('prod')).filter(({ severity }) => severity === 'critical')).toHaveLength(50);
      expect(await history.limits('prod')).toMatch(/^More incidents are open than can be kept over time; 100 /);
    });

    test('what was solved a month ago is forgotten', async () => {
      await fresh();
      await hows(history, START, [podFinding('cart')]);
      await hows(history, START + HOUR, []);
      await hows(history, START + 32 * DAY, []);

      expect(await history.tracks('prod')).toEqual([]);
    });
  });
}

suite('SQLite', async () => createSqliteStore({ file: ':memory:' }));

describe.skipIf(!redisIsHere())('with Redis (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());
  suite('Redis', async () => createRedisStore({ redis: createRedisServer({ url: redis.url, log: silent }) }));
});

describe('what is kept of the history', () => {
  test('what cannot be read is set aside and said, and the history goes on', async () => {
    const store = createSqliteStore({ file: ':memory:' });
    await store.set('history:1:prod', 'no history', DAY);
    const history = createHistory({ store, core: CORE, log: createLogger('silent') });

    expect(await hows(history, START, [podFinding('cart')])).toEqual({ cart: 'new' });
    expect(await store.get('history-unreadable:1:prod')).toBe('no history');
    expect(await hows(history, START + HOUR, [podFinding('cart')])).toEqual({ cart: 'same' });
  });
});
