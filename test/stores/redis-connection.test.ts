import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silent } from '../../src/log.ts';
import { type Store, StoreError } from '../../src/store.ts';
import { createRedisStore } from '../../src/stores/redis.ts';
import { createRedisServer } from '../../src/stores/redis-connection.ts';
import { freePort, type PrivateRedis, redisIsHere, startRedis } from '../support/redis.ts';
import { soon } from '../support/soon.ts';

const opened: Store[] = [];
let logged: string[] = [];

function open(url: string, commandMs = 1500): Store {
  const told = (fields: object, text: string) => void logged.push(`${text} ${JSON.stringify(fields)}`);
  const log = { ...silent, info: told, warn: told, error: told };
  const store = createRedisStore({ redis: createRedisServer({ url, log, commandMs }) });
  opened.push(store);
  return store;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  logged = [];
});

test('fails at once where nobody listens, and tells the log once', async () => {
  const port = await freePort();
  const store = open(`redis://:hunter2@127.0.0.1:${port}`);

  for (let index = 0; index < 20; index++) {
    const failed = store.get('a');
    await expect(failed).rejects.toThrow(StoreError);
    await expect(failed).rejects.toThrow(`Redis at 127.0.0.1:${port} refused the connection. Start it`);
  }

  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatch(/^Redis is lost .*refused the connection/);
});

test('fails in time where a server takes connections and says nothing', async () => {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const store = open(`redis://127.0.0.1:${port}`, 100);
  const begun = performance.now();

  await expect(store.get('a')).rejects.toThrow(/does not answer\. Check the server, and the network/);

  expect(performance.now() - begun).toBeLessThan(1000);
  await store.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('names the file that a certificate is to be read from', () => {
  expect(() => open('rediss://cache?ca=/nowhere/ca.crt')).toThrow(
    /^The file that REDIS_URL names in ca cannot be read .*nowhere.* Correct its path\.$/,
  );
});

describe.skipIf(!redisIsHere())('a connection to Redis (needs redis-server on the PATH)', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis({ cliArgs: ['--no-auth-warning'] });
  });
  afterAll(() => redis.stop());

  test('works by itself again after a restart, and tells the log once each', async () => {
    const store = open(redis.url);
    await store.set('a', '1', 60_000);

    await redis.kill('SIGKILL');
    await soon(() => expect(store.get('a')).rejects.toThrow(/is away|refused the connection/));
    const begun = performance.now();
    for (let index = 0; index < 100; index++) await store.get('a').catch(() => {});
    expect(performance.now() - begun).toBeLessThan(500);
    await redis.start();

    await soon(() => store.set('a', '2', 60_000));
    expect(await store.get('a')).toBe('2');
    await soon(() => expect(logged).toHaveLength(2));
    expect(logged[0]).toMatch(/^Redis is lost/);
    expect(logged[1]).toMatch(/^Redis is back/);
  });

  test('tells that it is full, and works when it is not', async () => {
    const store = open(redis.url);
    await store.set('a', '1', 60_000);
    redis.cli('CONFIG', 'SET', 'maxmemory', '1');

    for (const failed of [
      () => store.set('a', '2', 60_000),
      () => store.setIfAbsent('b', '1', 60_000),
      () => store.replace('a', '1', '2', 60_000),
      () => store.add('c', 1, 60_000),
    ]) {
      await expect(failed()).rejects.toThrow(/is full\. Raise its maxmemory/);
    }
    expect(await store.get('a')).toBe('1');
    redis.cli('CONFIG', 'SET', 'maxmemory', '0');

    await store.set('a', '2', 60_000);
    expect(logged).toEqual([]);
  });

  test('tells that it is a replica, and works when it is the primary', async () => {
    const store = open(redis.url);
    await store.set('a', '1', 60_000);
    redis.cli('REPLICAOF', '127.0.0.1', '1');

    for (let index = 0; index < 3; index++) {
      await expect(store.set('a', '2', 60_000)).rejects.toThrow(/is a replica, which only reads/);
    }
    redis.cli('REPLICAOF', 'NO', 'ONE');

    await soon(() => store.set('a', '2', 60_000));
    expect(logged.filter((line) => line.startsWith('Redis is lost'))).toEqual([]);
  });

  test.each([
    ['no password', '', /wants a password\. Add it to REDIS_URL/],
    ['a wrong password', ':hunter2@', /refused the password\. Correct the user and password/],
    ['an unknown user', 'bert:hunter2@', /refused the password\. Correct the user and password/],
  ])('tells what is wrong with %s', async (_, login, message) => {
    redis.cli('CONFIG', 'SET', 'requirepass', 'geheim');
    try {
      await expect(open(redis.url.replace('//', `//${login}`)).get('a')).rejects.toThrow(message);
      await open(redis.url.replace('//', '//:geheim@')).set('a', '1', 60_000);
    } finally {
      redis.cli('-a', 'geheim', 'CONFIG', 'SET', 'requirepass', '');
    }
    expect(logged.join('\n')).not.toContain('hunter2');
  });

  test('keeps to the database that was asked for, and takes no other', async () => {
    const three = open(`${redis.url}/3`);
    await three.set('only-here', '1', 60_000);
    expect(await open(redis.url).get('only-here')).toBeUndefined();
    expect(redis.cli('-n', '3', 'GET', 'k8sgpt-chat:only-here')).toBe('1');

    const none = open(`${redis.url}/99`);
    await expect(none.set('a', '1', 60_000)).rejects.toThrow(/has no such database/);
    await expect(none.set('a', '1', 60_000)).rejects.toThrow(/has no such database/);
  });

  test.each([
    ['redis+cluster', '', /is no Cluster\. Write redis:/],
    ['redis+sentinel', '/mymaster', /has no Sentinel there, but Redis itself\. Write redis:/],
  ])('tells that %s is the wrong word for it', async (scheme, path, message) => {
    const store = open(redis.url.replace('redis:', `${scheme}:`) + path);

    await soon(() => expect(store.get('a')).rejects.toThrow(message));
  });

  test('sends one command for an operation', async () => {
    const store = open(redis.url);
    const steps: [string, () => Promise<unknown>][] = [
      ['get', () => store.get('a')],
      ['set', () => store.set('a', '1', 60_000)],
      ['setIfAbsent', () => store.setIfAbsent('a', '1', 60_000)],
      ['replace', () => store.replace('a', '1', '2', 60_000)],
      ['add', () => store.add('sum', 1, 60_000)],
      ['delete', () => store.delete('sum')],
      ['delete of a value', () => store.delete('a', '1')],
    ];
    // The first of each script sends its text.
    for (const [, step] of steps) await step();

    redis.cli('CONFIG', 'SET', 'slowlog-log-slower-than', '0');
    for (const [name, step] of steps) {
      redis.cli('SLOWLOG', 'RESET');
      await step();
      const sent = redis.cli('SLOWLOG', 'GET', '-1').split('\n');
      expect(
        sent.filter((line) => line === 'k8sgpt-chat'),
        name,
      ).toHaveLength(1);
    }
  });
});
