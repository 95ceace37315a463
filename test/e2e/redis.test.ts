import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBullJobs, type JobsRedis } from '../../src/jobs/bullmq.ts';
import type { Jobs } from '../../src/jobs.ts';
import { silent } from '../../src/log.ts';
import { createRedisStore } from '../../src/stores/redis.ts';
import { createRedisServer, type RedisConnection } from '../../src/stores/redis-connection.ts';
import { jobsContract } from '../contracts/jobs.ts';
import { storeContract } from '../contracts/store.ts';
import { type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { soon } from '../support/soon.ts';
import { type RedisCluster, type Sentinels, startCluster, startSentinels, tlsFile } from './support/redis.ts';

const LEASE_MS = 2000;

describe.skipIf(!redisIsHere())('Redis of every kind (needs redis-server on the PATH)', () => {
  describe('with Sentinels', () => {
    let sentinels: Sentinels;
    beforeAll(async () => {
      sentinels = await startSentinels('geheim');
    });
    afterAll(() => sentinels.stop());

    test('goes on with the new primary when the old one dies, and loses no work', async () => {
      const logged: string[] = [];
      const told = (fields: object, text: string) => void logged.push(`${text} ${JSON.stringify(fields)}`);
      const log = { ...silent, info: told, warn: told };
      const server = createRedisServer({ url: sentinels.url, log });
      const store = createRedisStore({ redis: server });
      const processes = [1, 2].map(() => createBullJobs({ redis: server, log: silent, leaseMs: LEASE_MS }));
      const done: string[] = [];
      for (const jobs of processes) {
        jobs.handle('explain', async (_, { id }) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          done.push(id);
        });
        await jobs.start();
      }
      const [one] = processes;
      await store.set('before', '1', 600_000);
      const ids = Array.from({ length: 400 }, (_, index) => `job-${index}`);
      for (const id of ids) await one?.add('explain', id, {});
      const old = sentinels.primary();
      // What only the primary has is lost with it; no client can help that.
      expect(old?.cli('WAIT', '1', '5000')).toBe('1');

      await old?.kill('SIGKILL');
      const killed = performance.now();
      await soon(() => expect(store.set('after', '1', 600_000)).resolves.toBeUndefined());

      const awayMs = performance.now() - killed;
      expect(sentinels.primary()?.port).not.toBe(old?.port);
      expect(await store.get('before')).toBe('1');
      await soon(() => expect(new Set(done)).toEqual(new Set(ids)));
      await soon(async () => expect(await one?.counts()).toEqual({ waiting: 0, active: 0, failed: 0 }));
      expect(awayMs).toBeLessThan(10_000);
      // The end of what was done in the last moment may not have reached the replica.
      expect(done.length - ids.length).toBeLessThan(17);
      expect(logged.filter((line) => line.startsWith('Redis is lost'))).toHaveLength(1);
      expect(logged.filter((line) => line.startsWith('Redis is back'))).toHaveLength(1);
      expect(logged.join('\n')).not.toContain('geheim');
      await Promise.all(processes.map((jobs) => jobs.close()));
      await store.close();
      await old?.start();
    });

    test.each([
      ['an unknown primary', (url: string) => url.replace('mymaster', 'other'), /is not known to its Sentinels/],
      ['a wrong password', (url: string) => url.replace('geheim', 'hunter2'), /refused the password/],
    ])('tells what is wrong with %s', async (_, change, message) => {
      const store = createRedisStore({ redis: createRedisServer({ url: change(sentinels.url), log: silent }) });

      await soon(() => expect(store.get('a')).rejects.toThrow(message));
      await store.close();
    });
  });

  describe('as a Cluster', () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await startCluster();
    });
    afterAll(() => cluster.stop());
    beforeEach(() => {
      for (const node of cluster.nodes) node.cli('FLUSHALL');
    });

    storeContract('A Redis Cluster', async () => ({
      store: createRedisStore({ redis: createRedisServer({ url: cluster.url, log: silent }) }),
      now: Date.now,
      pass(ms) {
        for (const node of cluster.nodes) node.pass(ms);
      },
    }));

    jobsContract('BullMQ in a Cluster', async () => {
      const connections = new Map<Jobs, RedisConnection[]>();
      return {
        leaseMs: 800,
        open(options) {
          const own: RedisConnection[] = [];
          const server = createRedisServer({ url: cluster.url, log: silent });
          const connect: JobsRedis['connect'] = (how) => {
            const connection = server.connect(how);
            own.push(connection);
            return connection;
          };
          const jobs = createBullJobs({
            redis: { connect },
            log: silent,
            leaseMs: 800,
            retryMs: 10,
            closeMs: 100,
            ...options,
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

    test('lists keys of all nodes', async () => {
      const store = createRedisStore({ redis: createRedisServer({ url: cluster.url, log: silent }) });
      const keys = Array.from({ length: 100 }, (_, index) => `thread:${String(index).padStart(3, '0')}`);
      await Promise.all(keys.map((key) => store.set(key, 'x', 60_000)));

      expect((await store.list('thread:', 50)).map(({ key }) => key)).toEqual(keys.slice(0, 50));
      for (const node of cluster.nodes) expect(Number(node.cli('DBSIZE'))).toBeGreaterThan(10);
      await store.close();
    });

    test('fails in time while a node is away, and works by itself again', async () => {
      const server = createRedisServer({ url: cluster.url, log: silent });
      const store = createRedisStore({ redis: server });
      const jobs = createBullJobs({ redis: server, log: silent, leaseMs: LEASE_MS });
      const done: string[] = [];
      jobs.handle('explain', async (_, { id }) => void done.push(id));
      await jobs.start();
      await jobs.add('explain', 'before', {});
      await soon(() => expect(done).toEqual(['before']));
      const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);

      for (const node of cluster.nodes) await node.kill('SIGKILL');
      for (const key of keys.slice(0, 5)) {
        const from = performance.now();
        await expect(store.set(key, '1', 60_000)).rejects.toThrow(/^The Redis Cluster at /);
        expect(performance.now() - from).toBeLessThan(2000);
      }
      await expect(jobs.add('explain', 'away', {})).rejects.toThrow(/^The Redis Cluster at /);
      for (const node of cluster.nodes) await node.start();

      for (const key of keys) await soon(() => store.set(key, '1', 60_000));
      await soon(() => jobs.add('explain', 'after', {}));
      await soon(() => expect(done).toContain('after'));
      await jobs.close();
      await store.close();
    });

    test('tells that it is a Cluster', async () => {
      const store = createRedisStore({ redis: createRedisServer({ url: cluster.nodes[0]?.url ?? '', log: silent }) });

      const tried = Promise.all(Array.from({ length: 20 }, (_, index) => store.get(`key-${index}`)));

      await expect(tried).rejects.toThrow(/is a node of a Cluster\. Write redis\+cluster:/);
      await store.close();
    });
  });

  describe('with TLS', () => {
    let redis: PrivateRedis;
    const files = ['--tls-cert-file', tlsFile('server.crt'), '--tls-key-file', tlsFile('server.key')];
    const authority = ['--tls-ca-cert-file', tlsFile('ca.crt')];
    const client = [
      '--tls',
      '--cacert',
      tlsFile('ca.crt'),
      '--cert',
      tlsFile('client.crt'),
      '--key',
      tlsFile('client.key'),
    ];
    beforeAll(async () => {
      redis = await startRedis({ tls: true, args: [...files, ...authority], cliArgs: client });
    });
    afterAll(() => redis.stop());

    const open = (url: string) => createRedisStore({ redis: createRedisServer({ url, log: silent }) });
    const at = (host: string, query: string) => `rediss://${host}:${redis.port}?${query}`;
    const identity = `cert=${tlsFile('client.crt')}&key=${tlsFile('client.key')}`;

    test('keeps state and does work', async () => {
      const url = at('localhost', `ca=${tlsFile('ca.crt')}&${identity}`);
      const store = open(url);
      await store.set('a', '1', 60_000);
      expect(await store.get('a')).toBe('1');
      await store.close();

      const jobs = createBullJobs({ redis: createRedisServer({ url, log: silent }), log: silent });
      const done = Promise.withResolvers<unknown>();
      jobs.handle('explain', async (data) => done.resolve(data));
      await jobs.start();
      await jobs.add('explain', 'a', 7);
      expect(await done.promise).toBe(7);
      await jobs.close();
    });

    test.each([
      ['an unknown authority', () => at('localhost', identity), /unknown authority\. Add \?ca=file/],
      [
        'no certificate of its own',
        () => at('localhost', `ca=${tlsFile('ca.crt')}`),
        /client certificate|connection broke/,
      ],
      [
        'another name',
        () => at('localhost', `ca=${tlsFile('ca.crt')}&${identity}&servername=other.example`),
        /for another name/,
      ],
      ['no TLS', () => `redis://localhost:${redis.port}`, /write rediss:\/\//],
    ])('tells what is wrong with %s', async (_, url, message) => {
      const store = open(url());

      await soon(() => expect(store.get('a')).rejects.toThrow(message));
      await store.close();
    });
  });
});
