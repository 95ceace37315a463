import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { maskArguments, maskCredentials, maskNamed } from '../../src/masking/index.ts';
import { cpuMs } from '../support/cpu.ts';
import { random } from '../support/specimens.ts';

const RUNBOOKS = new URL('../../src/explanation/runbooks/', import.meta.url);

test.each([
  ['postgres://shop:hunter2@db.shop:5432/orders', 'postgres://shop:***@db.shop:5432/orders'],
  ['amqp://shop:hun:t@er2@queue:5672', 'amqp://shop:***@queue:5672'],
  ['redis://:hunter2@redis:6379', 'redis://:***@redis:6379'],
  ['https://ghp_abcdefghijklmnopqrstuvwxyz@github.com/x', 'https://***@github.com/x'],
  ['login failed: password=hunter2 for shop', 'login failed: password=*** for shop'],
  ['host=db user=shop password="hunter2" sslmode=off', 'host=db user=shop password="***" sslmode=off'],
  ['{"password":"hunter2","user":"shop"}', '{"password":"***","user":"shop"}'],
  ['{"auths":{"r.io":{"auth":"c2hvcDpodW50ZXIy"}}}', '{"auths":{"r.io":{"auth":"***"}}}'],
  ['client_secret: hunter2', 'client_secret: ***'],
  ['--api-key=hunter2 --port=80', '--api-key=*** --port=80'],
  ['Authorization: Basic c2hvcDpodW50ZXIy', 'Authorization: Basic ***'],
  ['curl -H "Authorization: Bearer abcdef0123456789"', 'curl -H "Authorization: Bearer ***"'],
  ['sent Bearer abcdef0123456789 to it', 'sent Bearer *** to it'],
  ['AccountName=a;AccountKey=aHVudGVyMg==;Suffix=b', 'AccountName=a;AccountKey=***;Suffix=b'],
  ['token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.c2ln is expired', 'token *** is expired'],
  ['key AKIAIOSFODNN7EXAMPLE has no access', 'key *** has no access'],
  ['posted with xoxb-1234567890-abcdef', 'posted with ***'],
  ['used sk-proj-Abcdefghijklmnopqrstuvwx', 'used ***'],
  ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nrest', '-----BEGIN PRIVATE KEY----- ***\nrest'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE and cut', '-----BEGIN RSA PRIVATE KEY----- ***'],
])('masks %s', (text, masked) => {
  expect(maskCredentials(text)).toBe(masked);
  expect(maskCredentials(masked), 'twice is as once').toBe(masked);
});

test.each([
  'secret "db-password" not found',
  'failed to get secret: secrets "db-token" not found',
  "couldn't find key password in Secret shop/db",
  'references non-existent secret key: tls.crt',
  'MountVolume.SetUp failed for volume "kube-api-access-x7k2p": token: expired',
  'FATAL: password authentication failed for user "shop"',
  'invalid bearer token, token lookup failed',
  'error looking up secret: my-db1 not found',
  'postgres://shop:$(DB_PASSWORD)@db.shop:5432/orders',
  'dsn host=db password=$(DB_PASSWORD) user=shop',
  `password: \${PASSWORD}`,
  'automountServiceAccountToken: false',
  'kubernetes.io/service-account-token',
  'Back-off pulling image "registry.example.test/team/app@sha256:0123456789abcdef0123456789abcdef"',
  'Post "https://hook.infra.svc:443/validate?timeout=10s": context deadline exceeded',
  'sk-payments-gateway-worker-7d9c8b6f5-x2x1z',
  'Readiness probe failed: Get "http://10.0.0.1:8080/healthz": dial tcp',
])('leaves %s', (text) => {
  expect(maskCredentials(text)).toBe(text);
});

test('masks a value by its name, unless it refers to another', () => {
  expect(maskNamed('DB_PASSWORD', 'x')).toBe('***');
  expect(maskNamed('dbPassword', 'x')).toBe('***');
  expect(maskNamed('stripe-api-key', 'x')).toBe('***');
  expect(maskNamed('DB_PASSWORD', '$(OTHER)')).toBe('$(OTHER)');
  expect(maskNamed('TOKEN_FILE', '/var/run/token')).toBe('/var/run/token');
  expect(maskNamed('MONKEY', 'banana')).toBe('banana');
  expect(maskNamed('DATABASE_URL', 'postgres://a:b@db')).toBe('postgres://a:***@db');
  expect(maskNamed('DB_PASSWORD', '')).toBe('');
  expect(maskNamed('DB_PASS', 'x')).toBe('***');
  expect(maskNamed('USE_TOKEN', 'true')).toBe('true');
  expect(maskNamed('nginx.ingress.kubernetes.io/auth-secret', 'shop/basic-auth')).toBe('shop/basic-auth');
  expect(maskNamed('SESSION_ID', 'a1b2c3d4e5f6')).toBe('***');
});

test('masks a flag and its value in two words', () => {
  expect(maskArguments(['serve', '--password', 'x', '--token=y', '--verbose', '--secret', '--port', '80'])).toEqual([
    'serve',
    '--password',
    '***',
    '--token=***',
    '--verbose',
    '--secret',
    '--port',
    '80',
  ]);
});

test.each([
  ...[
    'a',
    'A',
    '0',
    ' ',
    '\n',
    '\\',
    '"',
    '\\"',
    ',',
    '-',
    '.',
    '/',
    '@',
    ':',
    '%',
    '[',
    '{',
    '$(',
    '${',
    '{{',
    '<',
    '*',
  ],
  ...['eyJ', '-eyJ', 'eyJ.', 'sk-', 'SG.', 's.', '$2', '$argon2id$', '1:AA', '.atlasv1.', 'LS0tLS1CRUdJTi'],
  ...[
    'token',
    'token ',
    'token: ',
    'token="',
    'token=\\"',
    'token=<',
    'token=[',
    'token=["a",',
    'token=a,',
    'token%3D',
  ],
  ...['password=', 'password: |\n', 'password is ', 'session=', 'secret: a', '<password>', '--password ', 'пароль'],
  ...['://', '://a:', '://a:b@', 'a:', 'bearer ', 'basic a', 'cookie: a=b;', 'authorization: digest ', '{"auth":"'],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----\n',
    'kind: Secret\n  data:\n',
    'data:\n',
    '"data":{"a":"b",',
  ],
  ...[
    'curl -u ',
    'mysql -p',
    'htpasswd -b',
    'docker login -p ',
    'name: A\nvalue',
    'login a password ',
    'identified by "',
  ],
])('takes no long time over many %j', (part) => {
  const line = part.repeat(Math.ceil(100_000 / part.length));
  const runs = [`${line} token`, `${line}\nkind: Secret`, line].map((text) => cpuMs(() => maskCredentials(text)));

  expect(Math.min(...runs)).toBeLessThan(200);
  expect(Math.max(...runs)).toBeLessThan(1000);
});

test.each([
  [['/usr/bin/mysql', '-h', 'db', '-pplain', 'shop'], '/usr/bin/mysql -h db -p*** shop'],
  [['redis-cli', '-a', 'plain', 'ping'], 'redis-cli -a *** ping'],
  [['docker', 'login', '-u', 'shop', '-p', 'plain'], 'docker login -u shop -p ***'],
  [['sh', '-c', 'sshpass -p plain ssh host'], 'sh -c sshpass -p *** ssh host'],
  [['mongod', '--port', '27017', '-p'], 'mongod --port 27017 -p'],
])('masks what a program takes under a short flag: %j', (words, masked) => {
  expect(maskArguments(words).join(' ')).toBe(masked);
});

test('masks a long text as it masks a short one', () => {
  const line = 'GET /orders 200 12ms\npassword=hunter2\n';
  const text = line.repeat(10_000);

  expect(maskCredentials(text)).toBe(line.replace('hunter2', '***').repeat(10_000));
});

test.each([
  [
    'a key in a log',
    '1 a\n2 -----BEGIN EC PRIVATE KEY-----\n3 MIIE\n4 -----END EC PRIVATE KEY-----\n5 b',
    '1 a\n2 -----BEGIN EC PRIVATE KEY----- ***\n5 b',
  ],
  [
    'a key of PGP',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----',
    '-----BEGIN PGP PRIVATE KEY BLOCK----- ***',
  ],
  [
    'a key without its beginning',
    `a\n${random(64)}\n${random(40)}\n-----END PRIVATE KEY-----\nb`,
    'a\n***\n-----END PRIVATE KEY-----\nb',
  ],
])('masks %s', (_, text, masked) => {
  expect(maskCredentials(text)).toBe(masked);
  expect(maskCredentials(masked)).toBe(masked);
});

test('changes nothing in runbooks and in the sample', async () => {
  const runbooks = readdirSync(RUNBOOKS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  const texts = runbooks.map((file) => readFileSync(new URL(file, RUNBOOKS), 'utf8'));
  const sample = gunzipSync(readFileSync(new URL('../../src/recording/sample.json.gz', import.meta.url))).toString();
  for (const line of sample.trim().split('\n'))
    JSON.parse(line, (_, value) => (typeof value === 'string' ? texts.push(value) : value) && value);

  expect(texts.length).toBeGreaterThan(10_000);
  expect(texts.filter((text) => maskCredentials(text) !== text)).toEqual([]);
});
