import { type Answer, type Asked, expectThat, pageOf, type Storage, startStorage } from './server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Google Cloud Storage as far as a cache needs it: its JSON API, uploads in one request, lists in pages of at most 1,000. */
export function startGcs(): Promise<Storage> {
  return startStorage({ answer, refusal: error(403, 'the caller does not have storage.objects.get access') });
}

function answer(asked: Asked, buckets: Storage['buckets']): Answer {
  const { method, path, query, headers, body } = asked;
  if (method === 'POST' && path === '/storage/v1/b') {
    const { name, location } = JSON.parse(body.toString()) as { name: string; location?: string };
    expectThat(query.get('project') && location, 'no project or no location');
    if (buckets.has(name)) return error(409, 'Your previous request to create the named bucket succeeded.');
    buckets.set(name, new Map());
    return json({ name, kind: 'storage#bucket' });
  }
  const [, upload, name = '', key = ''] = /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(path) ?? [];
  const objects = buckets.get(name);
  if (!objects) return error(404, 'The specified bucket does not exist.');
  if (upload) {
    expectThat(method === 'POST' && query.get('uploadType') === 'multipart', 'no upload in one request');
    const { metadata, content } = partsOf(body.toString('latin1'), String(headers['content-type']));
    const object = String(query.get('name') ?? metadata.name);
    objects.set(object, { body: Buffer.from(content, 'latin1'), at: new Date() });
    return json({ name: object, bucket: name });
  }
  if (!key) return list(objects, query);

  const object = objects.get(key);
  if (!object) return error(404, `No such object: ${name}/${key}`);
  switch (method) {
    case 'GET':
      expectThat(query.get('alt') === 'media', 'only contents are known');
      return { ...rangeOf(object.body, headers.range), headers: JSON_TYPE };
    case 'DELETE':
      objects.delete(key);
      return { status: 204 };
    default:
      throw new Error(`${method} is not known`);
  }
}

function rangeOf(body: Buffer, range: string | undefined): Answer {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  return start ? { status: 206, body: body.subarray(Number(start), Number(end) + 1) } : { status: 200, body };
}

/** What an object is said to be, and what it holds. */
function partsOf(body: string, type: string): { metadata: { name?: string }; content: string } {
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  expectThat(boundary, 'no boundary');
  const [, first = '', second = ''] = body.split(`--${boundary}`);
  const contentOf = (part: string) => part.slice(part.indexOf('\r\n\r\n') + 4, -2);
  return { metadata: JSON.parse(contentOf(first)) as { name?: string }, content: contentOf(second) };
}

function list(objects: Parameters<typeof pageOf>[0], query: URLSearchParams): Answer {
  const max = Math.min(Number(query.get('maxResults') ?? 1000), 1000);
  const { entries, next } = pageOf(objects, query.get('prefix') ?? '', query.get('pageToken') ?? '', max);
  const items = entries.map(([name, { body, at }]) => ({ name, size: String(body.length), updated: at.toISOString() }));
  return json({ kind: 'storage#objects', items, ...(next && { nextPageToken: next }) });
}

function json(value: unknown): Answer {
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(value) };
}

function error(code: number, message: string): Answer {
  const body = JSON.stringify({ error: { code, message, errors: [{ message, reason: 'any' }] } });
  return { status: code, headers: JSON_TYPE, body };
}
