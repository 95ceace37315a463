import { ANSWER_MAX, defineCache } from '../answer-cache.ts';
import { messageOf } from '../errors.ts';
import { type Bucket, cacheIn, type Fault, isUnreachable } from './shared/remote.ts';

/** Google lists no more at once. */
const PAGE_MAX = 1000;

export default defineCache({
  name: 'gcs',
  summary: 'a bucket of Google Cloud Storage',
  settings: [
    { key: 'bucketname', flag: 'bucket', required: true, summary: "the bucket's name" },
    { key: 'region', flag: 'region', required: true, summary: 'where it is created' },
    { key: 'projectid', flag: 'projectid', required: true, summary: 'the project that it belongs to' },
    { key: 'endpoint', flag: 'endpoint', summary: 'the address of an emulator' },
    { key: 'create', flag: 'create', isSwitch: true, summary: 'create the bucket where there is none' },
  ],

  async open({ bucketname, region, projectid, endpoint, create }, { env, requestMs }) {
    const { Storage } = await import('@google-cloud/storage');
    const storage = new Storage({
      projectId: String(projectid),
      retryOptions: { autoRetry: false, maxRetries: 0 },
      ...(endpoint && { apiEndpoint: String(endpoint) }),
      ...(env.GOOGLE_APPLICATION_CREDENTIALS && { keyFilename: env.GOOGLE_APPLICATION_CREDENTIALS }),
    });
    const name = String(bucketname);
    const files = storage.bucket(name);

    const bucket: Bucket = {
      faultOf,
      async read(key) {
        try {
          const [content] = await files.file(key).download({ validation: false, end: ANSWER_MAX });
          return content.toString();
        } catch (error) {
          if (isNoObject(error)) return undefined;
          throw error;
        }
      },
      async write(key, value) {
        await files.file(key).save(value, { resumable: false, validation: false, contentType: 'application/json' });
      },
      async remove(key) {
        try {
          await files.file(key).delete();
          return true;
        } catch (error) {
          if (isNoObject(error)) return false;
          throw error;
        }
      },
      async page(prefix, max, pageToken) {
        const maxResults = Math.min(max, PAGE_MAX);
        const query = { prefix, maxResults, autoPaginate: false, ...(pageToken && { pageToken }) };
        const [found, next] = (await files.getFiles(query)) as unknown as [FoundFile[], { pageToken?: string } | null];
        const entries = found.map(({ name, metadata }) => ({
          key: name,
          size: Number(metadata.size ?? 0),
          at: Date.parse(metadata.updated ?? '') || 0,
        }));
        return { entries, next: next?.pageToken };
      },
    };
    const service = {
      name: 'gcs',
      bucket,
      requestMs,
      cures: {
        missing: `Create the bucket ${name}, add it with --create, or correct cache.gcs.bucketname.`,
        refused: `Log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to the key of somebody who may read, write and list ${name}.`,
        unreachable: 'Check the network.',
      },
      ...(create && {
        create: () =>
          storage.createBucket(name, { location: String(region) }).catch((error) => {
            // It is there already.
            if (statusOf(error) !== 409) throw error;
          }),
      }),
    };

    return cacheIn(service);
  },
});

interface FoundFile {
  name: string;
  metadata: { size?: string | number; updated?: string };
}

function statusOf(error: unknown): number {
  return Number((error as { code?: unknown }).code);
}

/** Of an object that does not exist, in a bucket that does. */
function isNoObject(error: unknown): boolean {
  return statusOf(error) === 404 && !isNoBucket(error);
}

function isNoBucket(error: unknown): boolean {
  return /bucket does not exist/i.test(messageOf(error));
}

function faultOf(error: unknown): Fault {
  if (statusOf(error) === 404 && isNoBucket(error)) return 'missing';
  const status = statusOf(error);
  if (status === 401 || status === 403 || /default credentials|invalid_grant/i.test(messageOf(error))) return 'refused';
  return isUnreachable(error) ? 'unreachable' : 'failed';
}
