import type { ContainerClient } from '@azure/storage-blob';
import { ANSWER_MAX, type CacheSettings, defineCache } from '../answer-cache.ts';
import { type Bucket, cacheIn, type Fault, isUnreachable } from './shared/remote.ts';

/** Azure lists no more at once. */
const PAGE_MAX = 5000;

export default defineCache({
  name: 'azure',
  summary: 'a container of Azure Blob Storage',
  settings: [
    { key: 'storageaccount', flag: 'storageacc', required: true, summary: 'the storage account' },
    { key: 'container', flag: 'container', required: true, summary: "the container's name" },
    { key: 'endpoint', flag: 'endpoint', summary: 'the address of the account in another cloud, or of an emulator' },
    { key: 'create', flag: 'create', isSwitch: true, summary: 'create the container where there is none' },
  ],

  async open(settings, { env, requestMs }) {
    const container = await connect(settings, env);

    const bucket: Bucket = {
      faultOf,
      async read(key, abortSignal) {
        try {
          const { readableStreamBody, contentLength = 0 } = await container
            .getBlobClient(key)
            .download(0, undefined, { abortSignal });
          if (!readableStreamBody || contentLength > ANSWER_MAX) return undefined;
          const parts: Buffer[] = [];
          for await (const part of readableStreamBody) parts.push(Buffer.from(part));
          return Buffer.concat(parts).toString();
        } catch (error) {
          if (codeOf(error) === 'BlobNotFound') return undefined;
          throw error;
        }
      },
      async write(key, value, abortSignal) {
        const blobHTTPHeaders = { blobContentType: 'application/json' };
        await container
          .getBlockBlobClient(key)
          .upload(value, Buffer.byteLength(value), { abortSignal, blobHTTPHeaders });
      },
      async remove(key, abortSignal) {
        const { succeeded } = await container.getBlobClient(key).deleteIfExists({ abortSignal });
        return succeeded;
      },
      async page(prefix, max, next, abortSignal) {
        const pages = container
          .listBlobsFlat({ prefix, abortSignal })
          .byPage({ maxPageSize: Math.min(max, PAGE_MAX), ...(next && { continuationToken: next }) });
        for await (const { segment, continuationToken } of pages) {
          const entries = segment.blobItems.map(({ name, properties }) => ({
            key: name,
            size: properties.contentLength ?? 0,
            at: properties.lastModified.getTime(),
          }));
          return { entries, next: continuationToken };
        }
        return { entries: [] };
      },
    };
    const { storageaccount, container: name } = settings;
    const service = {
      name: 'azure',
      bucket,
      requestMs,
      cures: {
        missing: `Create the container ${name}, add it with --create, or correct cache.azure.storageaccount and cache.azure.container.`,
        refused: `Give the identity of this program the role Storage Blob Data Contributor on ${storageaccount}, or set AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_KEY.`,
        unreachable: 'Check the network and cache.azure.storageaccount.',
      },
      ...(settings.create && { create: (abortSignal: AbortSignal) => container.createIfNotExists({ abortSignal }) }),
    };

    return cacheIn(service);
  },
});

/** With the connection string or the key of the account where there is one; else as whoever this program runs as. */
async function connect(settings: CacheSettings, env: NodeJS.ProcessEnv): Promise<ContainerClient> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const account = String(settings.storageaccount);
  const options = { retryOptions: { maxTries: 1 }, userAgentOptions: { userAgentPrefix: 'k8sgpt-chat' } };
  const { AZURE_STORAGE_CONNECTION_STRING: connection, AZURE_STORAGE_KEY: key } = env;
  const name = String(settings.container);
  if (connection) return BlobServiceClient.fromConnectionString(connection, options).getContainerClient(name);

  const url = String(settings.endpoint || `https://${account}.blob.core.windows.net`);
  const credential = key
    ? new StorageSharedKeyCredential(account, key)
    : new (await import('@azure/identity')).DefaultAzureCredential();
  return new BlobServiceClient(url, credential, options).getContainerClient(name);
}

function codeOf(error: unknown): string {
  const { code, details } = error as { code?: string; details?: { errorCode?: string } };
  return details?.errorCode ?? code ?? '';
}

function faultOf(error: unknown): Fault {
  if (codeOf(error) === 'ContainerNotFound') return 'missing';
  const { statusCode: status, name } = error as { statusCode?: number; name?: string };
  if (
    status === 401 ||
    status === 403 ||
    name === 'CredentialUnavailableError' ||
    name === 'AggregateAuthenticationError'
  ) {
    return 'refused';
  }
  return isUnreachable(error) ? 'unreachable' : 'failed';
}
