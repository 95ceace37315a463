import { expect, test } from 'vitest';
import s3 from '../../src/caches/s3.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { keyOf } from '../contracts/answer-cache.ts';
import { remoteCacheContract } from '../contracts/remote-cache.ts';
import { tlsFile } from '../support/api-server.ts';
import { startS3 } from '../support/storage/s3.ts';

const env = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'plain' };

remoteCacheContract(s3, {
  start: () => startS3(),
  settings: (endpoint) => ({ bucketname: 'answers', region: 'eu-west-1', endpoint }),
  env,
  missing:
    /s3 does not exist .*bucket does not exist.* Create the bucket answers, add it with --create, or correct cache\.s3\.bucketname/,
  refused: /s3 refused access \(.+\)\. Set AWS_ACCESS_KEY_ID/,
});

test('S3 is asked in the region of K8sGPT where none is set', async () => {
  const storage = await startS3();
  const store = createSqliteStore({ file: ':memory:' });
  const settings = { bucketname: 'answers', endpoint: storage.url, create: true };
  const cache = await s3.open(settings, { env, store, requestMs: 10_000 });

  expect(await cache.get(keyOf(1))).toBeUndefined();
  expect([...storage.buckets.keys()]).toEqual(['answers']);
  await cache.close?.();
  await storage.close();
});

test('S3 behind a certificate that nobody vouches for is used only where that is said to be fine', async () => {
  const storage = await startS3({ cert: tlsFile('server.crt'), key: tlsFile('server.key') });
  storage.plant('answers', 'others', '{}');
  const store = createSqliteStore({ file: ':memory:' });
  const settings = { bucketname: 'answers', endpoint: storage.url };
  const careful = await s3.open(settings, { env, store, requestMs: 10_000 });
  const trusting = await s3.open({ ...settings, insecure: true }, { env, store, requestMs: 10_000 });

  await expect(careful.get(keyOf(1))).rejects.toThrow(/s3 cannot be reached .* cache\.s3\.endpoint/);
  expect(await trusting.get(keyOf(1))).toBeUndefined();
  await trusting.close?.();
  await careful.close?.();
  await storage.close();
});
