import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Attention, Maintenance, Mute } from '../../src/attention.ts';
import { createAttention } from '../../src/digests/attention.ts';
import { UserError } from '../../src/errors.ts';
import { silent } from '../../src/log.ts';
import type { Store } from '../../src/store.ts';
import { createRedisStore } from '../../src/stores/redis.ts';
import { createRedisServer } from '../../src/stores/redis-connection.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 2, 14, 10);

const said = (user: string, at = START) => ({ user, platform: 'slack', at });

function muteOf(incident: string, given: Partial<Mute> = {}): Mute {
  return {
    cluster: 'prod',
    incident,
    title: 'Pod shop/cart crashes',
    until: START + HOUR_MS,
    by: said('U1'),
    ...given,
  };
}

function windowOf(id: string, given: Partial<Maintenance> = {}): Maintenance {
  return {
    id,
    cluster: 'prod',
    namespace: 'shop',
    from: START,
    until: START + HOUR_MS,
    by: said('U1'),
    ...given,
  };
}

const takenBy = (user: string, at = START) => ({ cluster: 'prod', incident: 'inc-1', by: said(user, at) });

/** Both stores keep what people say; two replicas share it. */
function attentionIsKept(name: string, open: () => Store): void {
  describe(`attention in ${name}`, () => {
    let now: number;
    let store: Store;
    let attention: Attention;
    let other: Attention;

    beforeEach(() => {
      now = START;
      store = open();
      attention = createAttention({ store, log: silent, clock: () => now });
      other = createAttention({ store, log: silent, clock: () => now });
    });

    test('a mute holds until its end, in its cluster alone', async () => {
      await attention.mute(muteOf('inc-1', { reason: 'known' }));
      expect(await other.mutes('prod')).toEqual([muteOf('inc-1', { reason: 'known' })]);
      expect(await other.mutes('stage')).toEqual([]);
      now = START + HOUR_MS - 1;
      expect(await other.mutes('prod')).toHaveLength(1);
      now = START + HOUR_MS;
      expect(await other.mutes('prod')).toEqual([]);
    });

    test('mutes come by their end, and the last word on an incident counts', async () => {
      await attention.mute(muteOf('inc-1', { until: START + 3 * HOUR_MS }));
      await attention.mute(muteOf('inc-2', { until: START + 2 * HOUR_MS }));
      await attention.mute(muteOf('inc-1', { until: START + HOUR_MS, by: said('U2') }));
      const mutes = await attention.mutes('prod');
      expect(mutes.map(({ incident, by }) => [incident, by.user])).toEqual([
        ['inc-1', 'U2'],
        ['inc-2', 'U1'],
      ]);
    });

    test('what is unmuted was muted, once', async () => {
      await attention.mute(muteOf('inc-1'));
      expect(await other.unmute('prod', 'inc-2')).toBe(false);
      expect(await other.unmute('prod', 'inc-1')).toBe(true);
      expect(await attention.unmute('prod', 'inc-1')).toBe(false);
      expect(await attention.mutes('prod')).toEqual([]);
    });

    test('a mute that is over cannot be taken back', async () => {
      await attention.mute(muteOf('inc-1'));
      now = START + 2 * HOUR_MS;
      expect(await attention.unmute('prod', 'inc-1')).toBe(false);
    });

    test('what is over is dropped from the store with the next change', async () => {
      await attention.mute(muteOf('inc-1'));
      now = START + 2 * HOUR_MS;
      await attention.mute(muteOf('inc-2', { until: now + HOUR_MS }));
      const [kept] = await store.list('attention:mutes:1:prod', 10);
      expect(await store.get(kept?.key ?? '')).not.toContain('inc-1');
    });

    test('mutes of two replicas at once are all kept', async () => {
      await Promise.all(
        Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? attention : other).mute(muteOf(`inc-${at}`))),
      );
      expect(await attention.mutes('prod')).toHaveLength(12);
    });

    test('who acknowledges first has it, whatever another one says', async () => {
      expect((await attention.acknowledge(takenBy('U1'))).by.user).toBe('U1');
      expect((await other.acknowledge(takenBy('U2', START + 1))).by).toEqual(said('U1'));
      expect(await other.acknowledged('prod')).toEqual([takenBy('U1')]);
    });

    test('of two at once one has it, and both are told the same', async () => {
      const [first, second] = await Promise.all([
        attention.acknowledge(takenBy('U1')),
        other.acknowledge(takenBy('U2')),
      ]);
      expect(first).toEqual(second);
      expect(await attention.acknowledged('prod')).toEqual([first]);
    });

    test('what is released is free for the next one', async () => {
      await attention.acknowledge(takenBy('U1'));
      expect(await other.release('prod', 'inc-1')).toBe(true);
      expect(await other.release('prod', 'inc-1')).toBe(false);
      expect((await other.acknowledge(takenBy('U2'))).by.user).toBe('U2');
    });

    test('an acknowledgement ends after seven days', async () => {
      await attention.acknowledge(takenBy('U1'));
      now = START + 7 * DAY_MS - 1;
      expect(await attention.acknowledged('prod')).toHaveLength(1);
      now = START + 7 * DAY_MS;
      expect(await attention.acknowledged('prod')).toEqual([]);
      expect((await attention.acknowledge(takenBy('U2', now))).by.user).toBe('U2');
    });

    test('maintenance is given from when it is planned until its end, by its start', async () => {
      await attention.plan(windowOf('mnt-b', { from: START + 2 * HOUR_MS, until: START + 3 * HOUR_MS }));
      await attention.plan(windowOf('mnt-a'));
      expect((await other.maintenance('prod')).map(({ id }) => id)).toEqual(['mnt-a', 'mnt-b']);
      now = START + HOUR_MS;
      expect((await other.maintenance('prod')).map(({ id }) => id)).toEqual(['mnt-b']);
      expect(await other.maintenance('stage')).toEqual([]);
    });

    test('maintenance is cancelled once', async () => {
      await attention.plan(windowOf('mnt-a'));
      expect(await other.cancel('prod', 'mnt-b')).toBe(false);
      expect(await other.cancel('prod', 'mnt-a')).toBe(true);
      expect(await other.cancel('prod', 'mnt-a')).toBe(false);
      expect(await attention.maintenance('prod')).toEqual([]);
    });

    test('five hundred mutes are the most, until some are over', async () => {
      const mutes = Array.from({ length: 500 }, (_, at) => muteOf(`inc-${at}`));
      await store.set('attention:mutes:1:prod', JSON.stringify(mutes), DAY_MS);
      const more = attention.mute(muteOf('inc-more'));
      await expect(more).rejects.toThrow(UserError);
      await expect(more).rejects.toThrow('There are 500 mutes already, which is the most.');
      await attention.mute(muteOf('inc-7', { until: START + DAY_MS }));
      now = START + HOUR_MS;
      await attention.mute(muteOf('inc-more', { until: START + DAY_MS }));
      expect((await attention.mutes('prod')).map(({ incident }) => incident)).toEqual(['inc-7', 'inc-more']);
    });

    test('the caps of the others are named as people call them', async () => {
      const windows = Array.from({ length: 500 }, (_, at) => windowOf(`mnt-${at}`));
      await store.set('attention:maintenance:1:prod', JSON.stringify(windows), DAY_MS);
      await expect(attention.plan(windowOf('mnt-more'))).rejects.toThrow('There are 500 maintenance windows already');
      const taken = windows.map((_, at) => ({ ...takenBy('U1'), incident: `inc-x${at}` }));
      await store.set('attention:acknowledgements:1:prod', JSON.stringify(taken), DAY_MS);
      await expect(attention.acknowledge(takenBy('U2'))).rejects.toThrow('There are 500 acknowledgements already');
    });

    test('entries of another shape, and what cannot be read, count as nothing', async () => {
      await store.set('attention:mutes:1:prod', JSON.stringify([{ incident: 'inc-0' }, muteOf('inc-1')]), DAY_MS);
      await store.set('attention:maintenance:1:prod', '[{', DAY_MS);
      expect(await attention.mutes('prod')).toEqual([muteOf('inc-1')]);
      expect(await attention.maintenance('prod')).toEqual([]);
      await attention.plan(windowOf('mnt-a'));
      expect(await attention.maintenance('prod')).toHaveLength(1);
    });
  });
}

attentionIsKept('SQLite', () => createSqliteStore({ file: ':memory:' }));

describe.skipIf(!redisIsHere())('with redis-server on the PATH', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  attentionIsKept('Redis', () => {
    redis.cli('FLUSHALL');
    return createRedisStore({ redis: createRedisServer({ url: redis.url, log: silent }) });
  });
});
