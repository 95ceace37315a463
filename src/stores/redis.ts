import { Cluster } from 'ioredis';
import type { Store, StoredKey } from '../store.ts';
import type { RedisServer } from './redis-connection.ts';

/** Before all keys, so that other programs may use the same server. */
const PREFIX = 'k8sgpt-chat:';
/** Keys that Redis looks at for one answer to SCAN. */
const SCAN_COUNT = 1000;

/** Each has one key, so that it runs in a Cluster, and runs as a whole. */
const SCRIPTS = {
  replaceValue: `
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 1`,
  addAmount: `
    local sum = redis.call('INCRBYFLOAT', KEYS[1], ARGV[1])
    if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
    return sum`,
  deleteValue: `
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    return redis.call('DEL', KEYS[1])`,
  // Letters are the bytes of UTF-8 that do not go on with one.
  describeKey: `
    local value = redis.call('GET', KEYS[1])
    if not value then return nil end
    local _, letters = string.gsub(value, '[^\\128-\\191]', '')
    return { letters, redis.call('PTTL', KEYS[1]) }`,
};

interface Scripted {
  replaceValue(key: string, before: string, value: string, ttlMs: number): Promise<number>;
  addAmount(key: string, amount: number, ttlMs: number): Promise<string>;
  deleteValue(key: string, value: string): Promise<number>;
  describeKey(key: string): Promise<[letters: number, ttlMs: number] | null>;
}

/**
 * A store in Redis, shared by all replicas. Each operation but `list` is one command. Where Redis is away it fails at once,
 * and after it came back it works again.
 */
export function createRedisStore({ redis }: { redis: RedisServer }): Store {
  const { client, run, close } = redis.connect();
  for (const [name, lua] of Object.entries(SCRIPTS)) client.defineCommand(name, { lua, numberOfKeys: 1 });
  const scripts = client as unknown as Scripted;

  async function keysOf(prefix: string): Promise<string[]> {
    const found = new Set<string>();
    const match = `${PREFIX}${prefix.replace(/[*?[\]\\^]/g, '\\$&')}*`;
    for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
      let cursor = '0';
      do {
        const [next, keys] = await run(() => node.scan(cursor, 'MATCH', match, 'COUNT', SCAN_COUNT));
        for (const key of keys) found.add(key.slice(PREFIX.length));
        cursor = next;
      } while (cursor !== '0');
    }
    return [...found].sort();
  }

  async function describe(key: string): Promise<StoredKey[]> {
    const about = await run(() => scripts.describeKey(PREFIX + key));
    return about ? [{ key, size: about[0], ends: Date.now() + about[1] }] : [];
  }

  return {
    name: 'Redis',
    async get(key) {
      return (await run(() => client.get(PREFIX + key))) ?? undefined;
    },
    async set(key, value, ttlMs) {
      await run(() => client.set(PREFIX + key, value, 'PX', whole(ttlMs)));
    },
    async setIfAbsent(key, value, ttlMs) {
      return (await run(() => client.set(PREFIX + key, value, 'PX', whole(ttlMs), 'NX'))) === 'OK';
    },
    async replace(key, before, value, ttlMs) {
      return (await run(() => scripts.replaceValue(PREFIX + key, before, value, whole(ttlMs)))) === 1;
    },
    async add(key, amount, ttlMs) {
      return Number(await run(() => scripts.addAmount(PREFIX + key, amount, whole(ttlMs))));
    },
    async delete(key, value) {
      const deleted = run(() =>
        value === undefined ? client.del(PREFIX + key) : scripts.deleteValue(PREFIX + key, value),
      );
      return (await deleted) === 1;
    },
    async list(prefix, max) {
      const keys = (await keysOf(prefix)).slice(0, max);
      return (await Promise.all(keys.map(describe))).flat();
    },
    close,
  };
}

/** Redis takes whole milliseconds, and no time at all for an error. */
function whole(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs));
}
