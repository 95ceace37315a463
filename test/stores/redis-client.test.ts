import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openClient, readTls } from '../../src/stores/redis-client.ts';
import { parseRedisUrl } from '../../src/stores/redis-url.ts';

const file = (name: string) => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));

test('reads the certificates that the address names', () => {
  const tls = readTls({ ca: file('ca.crt'), cert: file('client.crt'), key: file('client.key'), servername: 'redis' });

  expect(tls.ca).toContain('BEGIN CERTIFICATE');
  expect(tls.key).toContain('PRIVATE KEY');
  expect(tls.servername).toBe('redis');
});

test('says which file of the address cannot be read', () => {
  expect(() => readTls({ ca: '/nowhere/ca.crt' })).toThrow(
    /^The file that REDIS_URL names in ca cannot be read \(.*ENOENT.*\)\. Correct its path\.$/,
  );
});

test.each([
  ['redis://127.0.0.1:1', 'server'],
  ['redis+sentinel://127.0.0.1:1/main', 'sentinel'],
  ['redis+cluster://127.0.0.1:1', 'cluster'],
])('opens a client for %s that fails at once while nobody is there', async (url, kind) => {
  const address = parseRedisUrl(url);
  expect(address.kind).toBe(kind);
  const client = openClient(address, { tls: undefined, patient: false, commandMs: 200, onReadOnly: () => {} });
  client.on('error', () => {});

  await expect(client.get('a')).rejects.toThrow();

  client.disconnect();
});
