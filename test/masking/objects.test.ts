import { expect, test } from 'vitest';
import { maskLog, maskObject } from '../../src/masking/objects.ts';

test('masks the values of an object by the names that they go under', () => {
  const settings = 'db:\n  password: correct-horse\n  user: shop\n  passwordFile: /run/db\n  token: $(TOKEN)';
  const variables = [{ name: 'DB_PASSWORD', value: 'plain' }];

  const masked = maskObject({
    metadata: { annotations: { applied: JSON.stringify({ env: variables }), broken: '[password=hunter2' } },
    data: { 'app.yaml': settings, API_TOKEN: 'plain', name: 'shop' },
    spec: { env: variables, args: ['--token', 'plain'], command: [1], password: 'plain', existingSecret: 'shop-db' },
  });

  expect(masked).toEqual({
    metadata: {
      annotations: { applied: '{"env":[{"name":"DB_PASSWORD","value":"***"}]}', broken: '[password=***' },
    },
    data: { 'app.yaml': settings.replace('correct-horse', '***'), API_TOKEN: '***', name: 'shop' },
    spec: {
      env: [{ name: 'DB_PASSWORD', value: '***' }],
      args: ['--token', '***'],
      command: [1],
      password: '***',
      existingSecret: 'shop-db',
    },
  });
});

test('masks a log of any length, and of a private key whatever part it has', () => {
  const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEow', 'AQEBBQ==', '-----END RSA PRIVATE KEY-----'];
  const log = ['AQEBBQ==', '-----END RSA PRIVATE KEY-----', 'up', ...key, 'password=hunter2', ...key.slice(0, 2)];

  const masked = maskLog(log.join('\n'));

  expect(masked.split('\n')).toEqual([
    '***',
    '-----END RSA PRIVATE KEY-----',
    'up',
    '-----BEGIN RSA PRIVATE KEY----- ***',
    'password=***',
    '-----BEGIN RSA PRIVATE KEY----- ***',
  ]);
  expect(maskLog('password=hunter2\n'.repeat(20_000))).toBe('password=***\n'.repeat(20_000));
});
