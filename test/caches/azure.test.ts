import { expect, test } from 'vitest';
import azure from '../../src/caches/azure.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { keyOf } from '../contracts/answer-cache.ts';
import { remoteCacheContract } from '../contracts/remote-cache.ts';
import { ACCOUNT, ACCOUNT_KEY, startAzure } from '../support/storage/azure.ts';

const settings = { storageaccount: ACCOUNT, container: 'answers' };

remoteCacheContract(azure, {
  start: startAzure,
  settings: (url) => ({ ...settings, endpoint: `${url}/${ACCOUNT}` }),
  env: { AZURE_STORAGE_KEY: ACCOUNT_KEY },
  missing:
    /azure does not exist .* Create the container answers, add it with --create, or correct cache\.azure\.storageaccount/,
  refused: /azure refused access .* Give the identity of this program the role Storage Blob Data Contributor on shop/,
});

test('a connection string tells everything of Azure', async () => {
  const storage = await startAzure();
  storage.plant('answers', 'others', '{}');
  const AZURE_STORAGE_CONNECTION_STRING = `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};BlobEndpoint=${storage.url}/${ACCOUNT};`;
  const store = createSqliteStore({ file: ':memory:' });
  const cache = await azure.open(settings, { env: { AZURE_STORAGE_CONNECTION_STRING }, store, requestMs: 10_000 });

  expect(await cache.get(keyOf(1))).toBeUndefined();
  expect(storage.seen).toEqual([`GET /${ACCOUNT}/answers/k8sgpt-chat/${keyOf(1)}`]);
  await storage.close();
});
