import { afterAll, beforeAll, describe } from 'vitest';
import { silent } from '../../src/log.ts';
import { createRedisStore } from '../../src/stores/redis.ts';
import { createRedisServer } from '../../src/stores/redis-connection.ts';
import { storeContract } from '../contracts/store.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';

describe.skipIf(!redisIsHere())('Redis (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  storeContract('Redis', async () => {
    redis.cli('FLUSHALL');
    return {
      store: createRedisStore({ redis: createRedisServer({ url: redis.url, log: silent }) }),
      now: Date.now,
      pass: (ms) => redis.pass(ms),
    };
  });
});
