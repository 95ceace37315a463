import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Attention, Maintenance, Mute } from '../../src/attention.ts';
import { createAttention } from '../../src/digests/attention.ts';
import { UserError } from '../../src/errors.ts';
import { silent } from '../../src/log.ts';
import type { Store } from '../../src/store.ts';
import { createRedisStore } from '../../src/stores/redis.ts';
import { createRedisServer } from '../../src/stores/redis-connection.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.parse('2026-03-14T10:00:00Z');
const by = { user: 'U1', platform: 'slack', at: NOW };

const muteOf = (incident: string, given: Partial<Mute> = {}): Mute => ({
  cluster: 'prod',
  incident,
  title: `Trouble ${incident}`,
  until: NOW + DAY_MS,
  by,
  ...given,
});
const windowOf = (id: string, given: Partial<Maintenance> = {}): Maintenance => ({
  id,
  cluster: 'prod',
  namespace: 'shop',
  from: NOW,
  until: NOW + DAY_MS,
  by,
  ...given,
});

attentionOver('SQLite', () => createSqliteStore({ file: ':memory:' }));

describe.skipIf(!redisIsHere())('over Redis (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  attentionOver('Redis', () => {
    redis.cli('FLUSHALL');
    return createRedisStore({ redis: createRedisServer({ url: redis.url, log: silent }) });
  });
});

function attentionOver(name: string, open: () => Store): void {
  describe(`attention in ${name}`, () => {
    let store: Store;
    let now: number;
    let attention: Attention;
    const another = () => createAttention({ store, log: silent, clock: () => now });

    beforeEach(() => {
      store = open();
      now = NOW;
      attention = another();
    });
    afterEach(() => store.close());

    const muted = async () => (await attention.mutes('prod')).map(({ incident }) => incident);

    test('a mute holds until its end, in its cluster alone, after a restart too', async () => {
      await attention.mute(muteOf('inc-b', { until: NOW + 2 * DAY_MS, reason: 'known' }));
      await attention.mute(muteOf('inc-a'));
      attention = another();

      expect(await attention.mutes('prod')).toEqual([
        muteOf('inc-a'),
        muteOf('inc-b', { until: NOW + 2 * DAY_MS, reason: 'known' }),
      ]);
      expect(await attention.mutes('test')).toEqual([]);
      now = NOW + DAY_MS - 1;
      expect(await muted()).toEqual(['inc-a', 'inc-b']);
      now = NOW + DAY_MS;
      expect(await muted()).toEqual(['inc-b']);
      now = NOW + 2 * DAY_MS;
      expect(await muted()).toEqual([]);
    });

    test('a second mute takes the place of the first, and unmuting says whether there was one', async () => {
      await attention.mute(muteOf('inc-a'));
      await attention.mute(muteOf('inc-a', { until: NOW + 1000, reason: 'shorter' }));

      expect(await attention.mutes('prod')).toEqual([muteOf('inc-a', { until: NOW + 1000, reason: 'shorter' })]);
      expect(await attention.unmute('test', 'inc-a')).toBe(false);
      expect(await attention.unmute('prod', 'inc-a')).toBe(true);
      expect(await attention.unmute('prod', 'inc-a')).toBe(false);
      expect(await muted()).toEqual([]);
    });

    test('what is over was not unmuted', async () => {
      await attention.mute(muteOf('inc-a'));
      now = NOW + DAY_MS;

      expect(await attention.unmute('prod', 'inc-a')).toBe(false);
    });

    test('no change of many at once is lost', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `inc-${index}`);
      await Promise.all(names.map((incident) => another().mute(muteOf(incident))));
      await Promise.all(names.slice(10).map((incident) => another().unmute('prod', incident)));

      expect((await muted()).toSorted()).toEqual(names.slice(0, 10).toSorted());
    });

    test('the first one who takes an incident has it, whoever comes at the same time', async () => {
      const users = ['U1', 'U2', 'U3', 'U4'];
      const given = await Promise.all(
        users.map((user) =>
          another().acknowledge({ cluster: 'prod', incident: 'inc-a', by: { user, platform: 'slack', at: NOW } }),
        ),
      );

      expect(new Set(given.map((each) => each.by.user)).size).toBe(1);
      expect(await attention.acknowledged('prod')).toEqual([given[0]]);
    });

    test('an incident that is given back can be taken by another one', async () => {
      await attention.acknowledge({ cluster: 'prod', incident: 'inc-a', by });
      expect(await attention.release('prod', 'inc-a')).toBe(true);
      expect(await attention.release('prod', 'inc-a')).toBe(false);

      const second = { cluster: 'prod', incident: 'inc-a', by: { ...by, user: 'U2' } };
      expect(await attention.acknowledge(second)).toEqual(second);
    });

    test('who took an incident a month ago has it no more', async () => {
      await attention.acknowledge({ cluster: 'prod', incident: 'inc-a', by });
      now = NOW + 30 * DAY_MS;

      expect(await attention.acknowledged('prod')).toEqual([]);
      const second = { cluster: 'prod', incident: 'inc-a', by: { ...by, user: 'U2', at: now } };
      expect(await attention.acknowledge(second)).toEqual(second);
    });

    test('maintenance is listed by its start, to come and under way, until its end or until it is cancelled', async () => {
      await attention.plan(windowOf('mnt-later', { from: NOW + 2 * DAY_MS, until: NOW + 3 * DAY_MS }));
      await attention.plan(windowOf('mnt-now'));
      await attention.plan(windowOf('mnt-other', { from: NOW + DAY_MS, until: NOW + 3 * DAY_MS }));
      const ids = async () => (await attention.maintenance('prod')).map(({ id }) => id);

      expect(await ids()).toEqual(['mnt-now', 'mnt-other', 'mnt-later']);
      expect(await attention.cancel('prod', 'mnt-other')).toBe(true);
      expect(await attention.cancel('prod', 'mnt-other')).toBe(false);
      now = NOW + DAY_MS;
      expect(await ids()).toEqual(['mnt-later']);
    });

    test('what ends too late or never, or has ended, is refused with its bounds', async () => {
      await expect(attention.mute(muteOf('inc-a', { until: NOW }))).rejects.toThrow(UserError);
      await expect(attention.mute(muteOf('inc-a', { until: Number.NaN }))).rejects.toThrow('A mute must end after');
      await expect(attention.mute(muteOf('inc-a', { until: NOW + 91 * DAY_MS }))).rejects.toThrow(
        'A mute lasts 90 days at most. Give a shorter time.',
      );
      await expect(attention.plan(windowOf('mnt-a', { until: NOW + 31 * DAY_MS }))).rejects.toThrow(
        'Maintenance lasts 30 days at most.',
      );
      await expect(
        attention.plan(windowOf('mnt-a', { from: NOW + 366 * DAY_MS, until: NOW + 367 * DAY_MS })),
      ).rejects.toThrow('Maintenance begins within a year at most.');
      expect(await attention.mutes('prod')).toEqual([]);
    });

    test('there is a most of them, and room again when some are over', async () => {
      const key = 'mutes:v1:prod';
      const full = Array.from({ length: 500 }, (_, index) => muteOf(`inc-${index}`));
      await store.set(key, JSON.stringify(full), DAY_MS * 400);

      await expect(attention.mute(muteOf('inc-new'))).rejects.toThrow(
        'There are 500 mutes already, which is the most. Remove one first.',
      );
      now = NOW + DAY_MS;
      await attention.mute(muteOf('inc-new', { until: now + 1000 }));
      expect(await muted()).toEqual(['inc-new']);
      expect(JSON.parse((await store.get(key)) ?? '')).toHaveLength(1);
    });

    test('long words are cut, and what cannot be read counts as nothing', async () => {
      await attention.mute(muteOf('inc-a', { title: 'x'.repeat(5000), reason: 'y'.repeat(5000) }));
      const [mute] = await attention.mutes('prod');
      expect([mute?.title.length, mute?.reason?.length]).toEqual([300, 300]);

      await store.set('mutes:v1:prod', '[{"incident":1},', DAY_MS);
      expect(await attention.mutes('prod')).toEqual([]);
      await store.set('mutes:v1:prod', JSON.stringify([{ incident: 1 }, muteOf('inc-b')]), DAY_MS);
      expect(await muted()).toEqual(['inc-b']);
    });
  });
}
