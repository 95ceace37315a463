import { type Answer, type Asked, expectThat, pageOf, type Storage, startStorage } from './server.ts';

/** The account that its addresses begin with, and its key. */
export const ACCOUNT = 'shop';
export const ACCOUNT_KEY = Buffer.from('any key will do').toString('base64');

const XML = { 'content-type': 'application/xml' };

/** Azure Blob Storage as far as a cache needs it: block blobs, signed with the account's key, lists in pages. */
export function startAzure(): Promise<Storage> {
  return startStorage({ answer, refusal: error(403, 'AuthorizationPermissionMismatch') });
}

function answer(asked: Asked, buckets: Storage['buckets']): Answer {
  const { method, path, query, headers, body } = asked;
  expectThat(new RegExp(`^SharedKey ${ACCOUNT}:[\\w+/]{43}=$`).test(headers.authorization ?? ''), 'not signed');
  expectThat(/^20\d\d-\d\d-\d\d$/.test(String(headers['x-ms-version'])), 'no version');
  const [, account, name = '', ...rest] = path.split('/');
  expectThat(account === ACCOUNT, 'another account');
  const key = rest.join('/');
  if (!key && method === 'PUT') {
    expectThat(query.get('restype') === 'container', 'no container');
    if (buckets.has(name)) return error(409, 'ContainerAlreadyExists');
    buckets.set(name, new Map());
    return { status: 201 };
  }

  const objects = buckets.get(name);
  if (!objects) return error(404, 'ContainerNotFound');
  if (!key) {
    expectThat(method === 'GET' && query.get('comp') === 'list', 'only lists are known');
    return list(objects, query);
  }
  const object = objects.get(key);
  switch (method) {
    case 'PUT':
      expectThat(headers['x-ms-blob-type'] === 'BlockBlob', 'no block blob');
      objects.set(key, { body, at: new Date() });
      return { status: 201, headers: { etag: '"1"' } };
    case 'GET':
      if (!object) return error(404, 'BlobNotFound');
      return { status: 200, headers: { 'last-modified': object.at.toUTCString(), etag: '"1"' }, body: object.body };
    case 'DELETE':
      if (!object) return error(404, 'BlobNotFound');
      objects.delete(key);
      return { status: 202 };
    default:
      throw new Error(`${method} is not known`);
  }
}

function list(objects: Parameters<typeof pageOf>[0], query: URLSearchParams): Answer {
  const max = Math.min(Number(query.get('maxresults') ?? 5000), 5000);
  const { entries, next } = pageOf(objects, query.get('prefix') ?? '', query.get('marker') ?? '', max);
  const blobs = entries.map(
    ([key, { body, at }]) =>
      `<Blob><Name>${key}</Name><Properties><Last-Modified>${at.toUTCString()}</Last-Modified><Etag>1</Etag>` +
      `<Content-Length>${body.length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`,
  );
  const body = `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${blobs.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
  return { status: 200, headers: XML, body };
}

function error(status: number, code: string): Answer {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}, as Azure says it.</Message></Error>`;
  return { status, headers: { ...XML, 'x-ms-error-code': code }, body };
}
