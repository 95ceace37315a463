import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ModelRequest, Refusal } from './server.ts';

export const ACCESS_KEY_ID = 'AKIATEST0123456789AB';

/** The variables of an account with this secret. */
export function awsEnv(secret: string): NodeJS.ProcessEnv {
  return { AWS_ACCESS_KEY_ID: ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: secret };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Verifies the signature of a request, by AWS's Signature Version 4. */
export function checkSignature(request: ModelRequest<unknown>, service: string, secret: string): Refusal | undefined {
  const { authorization = '', 'x-amz-date': date = '' } = request.headers;
  const shape =
    /^AWS4-HMAC-SHA256 Credential=(?<id>\w+)\/(?<scope>\d{8}\/[\w-]+\/[\w-]+\/aws4_request), SignedHeaders=(?<names>[\w;:-]+), Signature=(?<signature>[0-9a-f]{64})$/;
  const { id, scope = '', names = '', signature } = shape.exec(authorization)?.groups ?? {};
  if (!signature) return { status: 403, message: 'Missing Authentication Token', code: 'MissingAuthenticationToken' };
  const [day = '', region = '', signed = ''] = scope.split('/');
  if (id !== ACCESS_KEY_ID || signed !== service) {
    return { status: 403, message: 'The security token is invalid.', code: 'UnrecognizedClientException' };
  }
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical(request, names))].join('\n');
  if (hmac(key, toSign).toString('hex') === signature) return undefined;
  const message = 'The request signature we calculated does not match the signature you provided.';
  return { status: 403, message, code: 'InvalidSignatureException' };
}

function canonical(request: ModelRequest<unknown>, names: string): string {
  const [path = '', query = ''] = request.path.split('?');
  // All services but S3 sign a path that is encoded once more.
  const twice = path.split('/').map(encodeURIComponent).join('/');
  const headers = names.split(';').map((name) => {
    return `${name}:${`${request.headers[name]}`.trim().replace(/\s+/g, ' ')}\n`;
  });
  return [request.method, twice, query, headers.join(''), names, sha256(request.text)].join('\n');
}

/** A message of AWS's event stream: prelude, headers of text, payload, each part with its checksum. */
export function eventMessage(headers: Record<string, string>, payload: string | Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const message = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([message, checksum(message)]);
}

/** An event of a stream, in JSON. */
export function eventOf(type: string, value: unknown): Buffer {
  const headers = { ':message-type': 'event', ':event-type': type, ':content-type': 'application/json' };
  return eventMessage(headers, JSON.stringify(value));
}

/** A message whose checksum is wrong. */
export function brokenMessage(): Buffer {
  const message = eventOf('contentBlockDelta', {});
  message.writeUInt32BE(1, message.length - 4);
  return message;
}

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const head = Buffer.from([name.length, ...Buffer.from(name), 7, 0, 0]);
  head.writeUInt16BE(text.length, head.length - 2);
  return Buffer.concat([head, text]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
