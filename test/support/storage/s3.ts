import { createHash } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import { type Answer, type Asked, expectThat, pageOf, type Storage, startStorage } from './server.ts';

const XML = { 'content-type': 'application/xml' };
const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=AKIAFAKE\/\d{8}\/([\w-]+)\/s3\/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[a-f0-9]{64}$/;

/** S3 as far as a cache needs it: paths with the bucket in them, signed requests, lists in pages of at most 1,000. */
export function startS3(tls?: ServerOptions): Promise<Storage> {
  return startStorage({ answer, refusal: error(403, 'AccessDenied', 'Access Denied') }, tls);
}

function answer(asked: Asked, buckets: Storage['buckets']): Answer {
  const { method, path, query, headers, body } = asked;
  const region = SIGNATURE.exec(headers.authorization ?? '')?.[1];
  expectThat(region, 'the request is not signed');
  const digest = createHash('sha256').update(body).digest('hex');
  expectThat(headers['x-amz-content-sha256'] === digest, 'the digest is not that of the body');
  const [, name = '', ...rest] = path.split('/');
  const key = rest.join('/');
  if (!key && method === 'PUT') return create(name, region, body.toString(), buckets);

  const objects = buckets.get(name);
  if (!objects) return error(404, 'NoSuchBucket', 'The specified bucket does not exist');
  if (!key) {
    expectThat(method === 'GET' && query.get('list-type') === '2', 'only lists of version 2 are known');
    return list(name, objects, query);
  }
  const object = objects.get(key);
  switch (method) {
    case 'PUT':
      objects.set(key, { body, at: new Date() });
      return { status: 200, headers: { etag: '"1"' } };
    case 'DELETE':
      objects.delete(key);
      return { status: 204 };
    case 'GET':
    case 'HEAD':
      return object
        ? { status: 200, headers: { 'last-modified': object.at.toUTCString() }, body: object.body }
        : error(404, 'NoSuchKey', 'The specified key does not exist.');
    default:
      throw new Error(`${method} is not known`);
  }
}

function create(name: string, region: string, body: string, buckets: Storage['buckets']): Answer {
  if (buckets.has(name)) return error(409, 'BucketAlreadyOwnedByYou', 'You own it already');
  const location = /<LocationConstraint>([\w-]+)<\/LocationConstraint>/.exec(body)?.[1] ?? 'us-east-1';
  if (location !== region) return error(400, 'IllegalLocationConstraintException', `${location} is not ${region}`);
  buckets.set(name, new Map());
  return { status: 200, headers: { location: `/${name}` } };
}

function list(name: string, objects: Parameters<typeof pageOf>[0], query: URLSearchParams): Answer {
  const max = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
  const { entries, next } = pageOf(objects, query.get('prefix') ?? '', query.get('continuation-token') ?? '', max);
  const contents = entries.map(
    ([key, { body, at }]) =>
      `<Contents><Key>${key}</Key><LastModified>${at.toISOString()}</LastModified><ETag>"1"</ETag><Size>${body.length}</Size></Contents>`,
  );
  const more = next ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
  const body = `<ListBucketResult><Name>${name}</Name><KeyCount>${entries.length}</KeyCount><IsTruncated>${next !== ''}</IsTruncated>${contents.join('')}${more}</ListBucketResult>`;
  return { status: 200, headers: XML, body };
}

function error(status: number, code: string, message: string): Answer {
  return { status, headers: XML, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}
