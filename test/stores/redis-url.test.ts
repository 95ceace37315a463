import { expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { nameOf, parseRedisUrl } from '../../src/stores/redis-url.ts';

const HOST = { host: 'cache', port: 6379 };

test.each([
  ['redis://cache', { kind: 'server', hosts: [HOST], db: 0 }],
  [' redis://cache:6380/\n', { kind: 'server', hosts: [{ host: 'cache', port: 6380 }], db: 0 }],
  ['redis://cache/3', { kind: 'server', hosts: [HOST], db: 3 }],
  ['redis://:secret@cache', { kind: 'server', hosts: [HOST], db: 0, password: 'secret' }],
  ['redis://bot:secret@cache', { kind: 'server', hosts: [HOST], db: 0, user: 'bot', password: 'secret' }],
  ['redis://:a%40b%2Fc%25@cache', { kind: 'server', hosts: [HOST], db: 0, password: 'a@b/c%' }],
  ['redis://:a@b/c?d#e:f@cache/1', { kind: 'server', hosts: [HOST], db: 1, password: 'a@b/c?d#e:f' }],
  ['redis://[::1]:6380', { kind: 'server', hosts: [{ host: '::1', port: 6380 }], db: 0 }],
  ['rediss://cache', { kind: 'server', hosts: [HOST], db: 0, tls: {} }],
  [
    'REDISS://cache?ca=/etc/ca.crt&cert=/c&key=/k&servername=redis.example',
    {
      kind: 'server',
      hosts: [HOST],
      db: 0,
      tls: { ca: '/etc/ca.crt', cert: '/c', key: '/k', servername: 'redis.example' },
    },
  ],
  [
    'redis+sentinel://:secret@one,two:26380/mymaster/2?sentinel-password=other',
    {
      kind: 'sentinel',
      hosts: [
        { host: 'one', port: 26_379 },
        { host: 'two', port: 26_380 },
      ],
      master: 'mymaster',
      password: 'secret',
      sentinelPassword: 'other',
      db: 2,
    },
  ],
  [
    'rediss+cluster://bot:secret@cache,[2001:db8::1]:7001?ca=/ca',
    {
      kind: 'cluster',
      hosts: [HOST, { host: '2001:db8::1', port: 7001 }],
      user: 'bot',
      password: 'secret',
      db: 0,
      tls: { ca: '/ca' },
    },
  ],
])('reads %s', (url, address) => {
  expect(parseRedisUrl(url)).toEqual(address);
});

test.each([
  ['', /is not the address of a Redis server\. Write it as redis:\/\/:password@host/],
  ['cache:6379', /is not the address/],
  ['http://cache', /is not the address/],
  ['redis://', /names no host/],
  ['redis://:hunter2@', /names no host/],
  ['redis://hunter2@cache', /has a user and no password\. Write a password alone with a colon/],
  ['redis://:hunter2%@cache', /has a % in its user or password .* Write it as %25/],
  ['redis://:hunter2/cache', /host or port .* as %2F/],
  ['redis://cache:0', /host or port that cannot be read/],
  ['redis://cache:65536', /host or port that cannot be read/],
  ['redis://cache:port', /host or port that cannot be read/],
  ['redis://one,two', /names several hosts\. Write redis\+sentinel:\/\/ or redis\+cluster:\/\//],
  ['redis://cache/none', /database that is no number: none/],
  ['redis://cache/1/2', /too much after its hosts: \/1\/2/],
  ['redis+cluster://one,two/1', /a Cluster has none\. Leave it out/],
  ['redis+sentinel://one,two', /names no primary\. Add the name/],
  ['redis://cache?ca=/ca', /an option that nobody knows: ca\. Take it out/],
  ['rediss://cache?tls=no', /an option that nobody knows: tls\. It may have ca, cert, key, servername/],
  ['rediss://cache?cert=/c', /one of cert and key\. Give both/],
])('tells what is wrong with %s', (url, message) => {
  const failed = () => parseRedisUrl(url);

  expect(failed).toThrow(ConfigError);
  expect(failed).toThrow(message);
  expect(failed).toThrow(/^REDIS_URL /);
  expect(failed).not.toThrow(/hunter2/);
});

test.each([
  ['redis://bot:secret@cache/3', 'Redis at cache:6379'],
  ['redis://[::1]', 'Redis at [::1]:6379'],
  ['redis+sentinel://:secret@one,two/mymaster', 'Redis "mymaster" (Sentinel one:26379, two:26379)'],
  ['redis+cluster://:secret@one,two:7001', 'The Redis Cluster at one:6379, two:7001'],
])('names %s without its secrets', (url, name) => {
  expect(nameOf(parseRedisUrl(url))).toBe(name);
});
