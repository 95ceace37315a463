import { expect, test } from 'vitest';
import { AnswerError, diagnose, type Trouble } from '../../../src/backends/shared/diagnosis.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');

const failed = (code: string, message = code) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
const wrapped = (error: Error) => new Error('Connection error.', { cause: error });

test.each<[string, unknown, Trouble, string | undefined]>([
  ['a port where nobody listens', failed('ECONNREFUSED'), 'unreachable', 'ECONNREFUSED'],
  ['the same through an SDK', wrapped(failed('ECONNREFUSED')), 'unreachable', 'ECONNREFUSED'],
  [
    'several addresses where nobody listens',
    new TypeError('fetch failed', {
      cause: new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]),
    }),
    'unreachable',
    'ECONNREFUSED',
  ],
  ['a name that is none', failed('ENOTFOUND'), 'unreachable', 'ENOTFOUND'],
  ['no way to the network', failed('ENETUNREACH'), 'unreachable', 'ENETUNREACH'],
  ['a connection that is not made', failed('UND_ERR_CONNECT_TIMEOUT'), 'unreachable', 'UND_ERR_CONNECT_TIMEOUT'],
  ['a certificate of one’s own', failed('DEPTH_ZERO_SELF_SIGNED_CERT'), 'certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['a certificate that is over', failed('CERT_HAS_EXPIRED'), 'certificate', 'CERT_HAS_EXPIRED'],
  [
    'a certificate of another name',
    failed('ERR_TLS_CERT_ALTNAME_INVALID'),
    'certificate',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ],
  ['no TLS at all', failed('EPROTO'), 'certificate', 'EPROTO'],
  ['no headers in time', failed('UND_ERR_HEADERS_TIMEOUT'), 'timeout', 'UND_ERR_HEADERS_TIMEOUT'],
  ['an SDK that waited long enough', new Error('Request timed out.'), 'timeout', undefined],
  ['no more of the body in time', failed('UND_ERR_BODY_TIMEOUT'), 'timeout', 'UND_ERR_BODY_TIMEOUT'],
  ['a connection that ended before the answer', failed('ECONNRESET', 'socket hang up'), 'unreachable', undefined],
  ['a connection that ended in the answer', new TypeError('terminated'), 'cut', undefined],
  ['half a message', new Error('Truncated event message received.'), 'cut', undefined],
  ['half a frame of Google’s', new Error('Incomplete JSON segment at the end'), 'cut', undefined],
  ['letters that are no JSON', new SyntaxError('Unterminated string in JSON at position 3'), 'bad answer', undefined],
  ['an answer without an end', new AnswerError('cut', 'no end'), 'cut', undefined],
  ['the same inside another error', wrapped(new AnswerError('bad answer', 'a web page')), 'bad answer', undefined],
  ['a mistake of ours', new TypeError('x is undefined'), 'bad answer', undefined],
  ['no error at all', 'oops', 'bad answer', undefined],
  ['nothing', undefined, 'bad answer', undefined],
])('finds out: %s', (_, thrown, trouble, code) => {
  const found = diagnose(thrown, false, NOW);

  expect(found.trouble).toBe(trouble);
  expect(found.code).toBe(code);
});

test('a connection that ends after the first piece cuts the answer', () => {
  expect(diagnose(failed('ECONNRESET', 'socket hang up'), true, NOW).trouble).toBe('cut');
});

test.each<[string, object, number]>([
  ['headers', { status: 429, headers: new Headers({ 'retry-after': '3' }) }, 3000],
  ['headers of AWS', { $metadata: { httpStatusCode: 429 }, $response: { headers: { 'retry-after': '4' } } }, 4000],
  ['words of Google', { status: 429, message: '{"error":{"code":429,"details":[{"retryDelay":"5s"}]}}' }, 5000],
])('reads from %s when to ask again', (_, error, ms) => {
  expect(diagnose(error, false, NOW)).toMatchObject({ trouble: 'rate', retryAfterMs: ms });
});
