import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { ANSWER_MAX, type CacheSettings, defineCache } from '../answer-cache.ts';
import { type Bucket, cacheIn, type Fault, isUnreachable } from './shared/remote.ts';

/** As with K8sGPT. */
const DEFAULT_REGION = 'us-east-1';
/** S3 lists no more at once. */
const PAGE_MAX = 1000;

export default defineCache({
  name: 's3',
  summary: 'a bucket of Amazon S3, or of a server that speaks its protocol',
  settings: [
    { key: 'bucketname', flag: 'bucket', required: true, summary: "the bucket's name" },
    { key: 'region', flag: 'region', summary: `its region; ${DEFAULT_REGION} by default` },
    { key: 'endpoint', flag: 'endpoint', summary: 'the address of a server other than Amazon' },
    { key: 'insecure', flag: 'insecure', isSwitch: true, summary: 'trust whatever certificate that server shows' },
    { key: 'create', flag: 'create', isSwitch: true, summary: 'create the bucket where there is none' },
  ],

  async open(settings, { env, requestMs }) {
    const sdk = await import('@aws-sdk/client-s3');
    const client = new sdk.S3Client(configOf(settings, env));
    const Bucket = String(settings.bucketname);

    const bucket: Bucket = {
      faultOf,
      async read(Key, abortSignal) {
        try {
          const { Body, ContentLength = 0 } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }), {
            abortSignal,
          });
          return ContentLength > ANSWER_MAX ? undefined : await Body?.transformToString();
        } catch (error) {
          if (nameOf(error) === 'NoSuchKey') return undefined;
          throw error;
        }
      },
      async write(Key, Body, abortSignal) {
        const object = { Bucket, Key, Body, ContentType: 'application/json' };
        await client.send(new sdk.PutObjectCommand(object), { abortSignal });
      },
      // S3 does not tell whether there was something to delete.
      async remove(Key, abortSignal) {
        try {
          await client.send(new sdk.HeadObjectCommand({ Bucket, Key }), { abortSignal });
        } catch (error) {
          // The answer to HEAD has no body that could say more, so a bucket that is missing looks the same.
          if (statusOf(error) === 404) return false;
          throw error;
        }
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }), { abortSignal });
        return true;
      },
      async page(Prefix, max, ContinuationToken, abortSignal) {
        const MaxKeys = Math.min(max, PAGE_MAX);
        const command = new sdk.ListObjectsV2Command({ Bucket, Prefix, MaxKeys, ContinuationToken });
        const { Contents = [], NextContinuationToken } = await client.send(command, { abortSignal });
        const entries = Contents.map(({ Key = '', Size = 0, LastModified }) => ({
          key: Key,
          size: Size,
          at: LastModified?.getTime() ?? 0,
        }));
        return { entries, next: NextContinuationToken };
      },
    };
    const service = {
      name: 's3',
      bucket,
      requestMs,
      cures: {
        missing: `Create the bucket ${Bucket}, add it with --create, or correct cache.s3.bucketname and cache.s3.region.`,
        refused: `Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, to somebody who may read, write and list the bucket ${Bucket}.`,
        unreachable: 'Check the network, cache.s3.endpoint and cache.s3.region.',
      },
      ...(settings.create && {
        create: (abortSignal: AbortSignal) =>
          client.send(new sdk.CreateBucketCommand({ Bucket }), { abortSignal }).catch((error) => {
            if (!/^BucketAlready(?:OwnedByYou|Exists)$/.test(nameOf(error))) throw error;
          }),
      }),
    };

    return { ...cacheIn(service), close: async () => client.destroy() };
  },
});

function configOf({ region, endpoint, insecure }: CacheSettings, env: NodeJS.ProcessEnv): S3ClientConfig {
  const { AWS_PROFILE: profile, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  return {
    region: String(region || DEFAULT_REGION),
    maxAttempts: 1,
    // Servers other than Amazon's know no checksums at the end of a body, and no names of buckets in their own name.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    defaultUserAgentProvider: async () => [['k8sgpt-chat']],
    ...(endpoint && { endpoint: String(endpoint), forcePathStyle: true }),
    ...(insecure && { requestHandler: { httpsAgent: { rejectUnauthorized: false } } }),
    ...(profile && { profile }),
    ...(!profile &&
      id &&
      secret && { credentials: { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) } }),
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function faultOf(error: unknown): Fault {
  if (/^(?:NoSuchBucket|PermanentRedirect|AuthorizationHeaderMalformed)$/.test(nameOf(error))) return 'missing';
  const status = statusOf(error);
  if (status === 401 || status === 403 || /^Credentials/.test(nameOf(error))) return 'refused';
  return isUnreachable(error) ? 'unreachable' : 'failed';
}
