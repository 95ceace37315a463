import { afterAll, beforeAll, describe } from 'vitest';
import { createBullJobs } from '../../src/jobs/bullmq.ts';
import type { Jobs } from '../../src/jobs.ts';
import { silent } from '../../src/log.ts';
import { createRedisServer, type RedisConnection } from '../../src/stores/redis-connection.ts';
import { jobsContract } from '../contracts/jobs.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';

const LEASE_MS = 600;

describe.skipIf(!redisIsHere())('Jobs in Redis (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  jobsContract('BullMQ', async () => {
    redis.cli('FLUSHALL');
    const connections = new Map<Jobs, RedisConnection[]>();
    return {
      leaseMs: LEASE_MS,
      open({ concurrency } = {}) {
        const own: RedisConnection[] = [];
        const server = createRedisServer({ url: redis.url, log: silent });
        const jobs = createBullJobs({
          redis: {
            connect(options) {
              const connection = server.connect(options);
              own.push(connection);
              return connection;
            },
          },
          log: silent,
          leaseMs: LEASE_MS,
          retryMs: 10,
          closeMs: 100,
          ...(concurrency && { concurrency }),
        });
        connections.set(jobs, own);
        return jobs;
      },
      kill(jobs) {
        for (const connection of connections.get(jobs) ?? []) void connection.close();
      },
      async close() {},
    };
  });
});
