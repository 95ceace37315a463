import { field, parsed, textOf } from './json.ts';
import { type ReadHeader, retryAfter } from './retry-after.ts';

/** What can be wrong, as far as its cure differs. */
export type Trouble =
  | 'key'
  | 'forbidden'
  | 'no credit'
  | 'rate'
  | 'overloaded'
  | 'too long'
  | 'unknown model'
  | 'wrong address'
  | 'bad request'
  | 'bad answer'
  | 'cut'
  | 'timeout'
  | 'unreachable'
  | 'certificate';

export interface Diagnosis {
  trouble: Trouble;
  /** The HTTP status, where there was an answer. */
  status?: number;
  /** The network's or the service's code, such as `ECONNREFUSED`. */
  code?: string;
  /** The service's own words, as they came: a person may see them only when they are masked. */
  said: string;
  retryAfterMs?: number;
}

/** What no SDK minds: an answer without its end, or one that is not of the protocol. */
export class AnswerError extends Error {
  override name = 'AnswerError';
  readonly trouble: 'cut' | 'bad answer';

  constructor(trouble: 'cut' | 'bad answer', message: string) {
    super(message);
    this.trouble = trouble;
  }
}

/** What an error says, whichever SDK threw it. */
interface Evidence {
  status?: number;
  said: string;
  /** Names, codes and words, in one text. */
  signs: string;
}

const NETWORK: readonly (readonly [RegExp, Trouble])[] = [
  [/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|TimeoutError|APIConnectionTimeoutError)$/, 'timeout'],
  [/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS|^ERR_SSL|^EPROTO$/, 'certificate'],
  [/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'unreachable'],
];

/** What services say in many ways and under several statuses; the first one that fits. */
const SAID: readonly (readonly [RegExp, Trouble])[] = [
  [/insufficient_quota|credit balance is too low/i, 'no credit'],
  [/request too large/i, 'too long'],
  [/too many tokens, please wait/i, 'rate'],
  [/context_length_exceeded|exceed_context_size|maximum context length|available context size/i, 'too long'],
  [/(prompt|input|request|message)s? (is|are) too (long|large)|input token count|reduce the length/i, 'too long'],
  [/exceeds? (the )?context (limit|window)|longer than the maximum/i, 'too long'],
  [/API_KEY_INVALID|invalid_api_key|API key not valid|UnrecognizedClient|InvalidSignature|ExpiredToken/, 'key'],
  [/CredentialsProviderError|Could not load (the default )?credentials|invalid_grant|Token is expired/i, 'key'],
  // The file that GOOGLE_APPLICATION_CREDENTIALS names.
  [/ENOENT/, 'key'],
  [
    /model_not_found|model_decommissioned|DeploymentNotFound|model identifier is invalid|unknown model/i,
    'unknown model',
  ],
  [/\b(model|models|deployment|endpoint)\b.{0,120}(not found|does not exist|decommissioned)/i, 'unknown model'],
  [/on-demand throughput isn.t supported|isn't supported on this route|is not a valid model/i, 'unknown model'],
];

/** For errors that come in the middle of an answer, and have no status. */
const NAMED: readonly (readonly [RegExp, Trouble])[] = [
  [/authentication_error|invalid_api_key/i, 'key'],
  [/permission_error|access ?denied/i, 'forbidden'],
  [/thrott|rate_limit|RESOURCE_EXHAUSTED|too many requests/i, 'rate'],
  [/overloaded|unavailable|server_error|internal|api_error|ModelStreamError|upstream/i, 'overloaded'],
  [/invalid_request|validation/i, 'bad request'],
  [/timed? ?out/i, 'timeout'],
];

/** The connection ended under an answer. */
const BROKEN =
  /\bterminated|premature|truncated|aborted|socket hang up|other side closed|ECONNRESET|UND_ERR_SOCKET|EPIPE|did not get a response/i;

/** The same, when the answer had begun, whether or not a piece of it has come. */
const CUT = /\bterminated|truncated|\baborted/i;

/** Finds out what was thrown while a service was asked; `begun`: a part of its answer had come. */
export function diagnose(thrown: unknown, begun: boolean, now: number): Diagnosis {
  const cause = field(thrown, 'cause');
  const noticed = [thrown, cause].find((error) => error instanceof AnswerError);
  if (noticed) return { trouble: noticed.trouble, said: noticed.message };
  // A key that had to be fetched first.
  const { status, said, signs } = evidenceOf(field(cause, 'status') === undefined ? thrown : cause);
  // AWS's handler calls a connection that ended a timeout.
  if (status === undefined && !/did not get a response/.test(signs)) {
    for (const code of codesOf(thrown)) {
      const trouble = NETWORK.find(([pattern]) => pattern.test(code))?.[1];
      if (trouble) return { trouble, code, said: '' };
    }
  }
  const waitMs = retryAfter(headersOf(thrown), signs, now);
  return {
    trouble: troubleOf(status, signs, said, begun),
    said,
    ...(status !== undefined && { status }),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  };
}

function troubleOf(status: number | undefined, signs: string, said: string, begun: boolean): Trouble {
  const named = SAID.find(([pattern]) => pattern.test(signs))?.[1];
  if (named && (status === undefined || status < 500 || named === 'too long')) return named;
  if (status !== undefined) return byStatus(status, said);
  if (BROKEN.test(signs)) return begun || CUT.test(signs) ? 'cut' : 'unreachable';
  if (/Incomplete JSON segment/.test(signs)) return 'cut';
  if (/SyntaxError|JSON/.test(signs)) return 'bad answer';
  return NAMED.find(([pattern]) => pattern.test(signs))?.[1] ?? 'bad answer';
}

function byStatus(status: number, said: string): Trouble {
  if (status === 401) return 'key';
  if (status === 402) return 'no credit';
  if (status === 403) return 'forbidden';
  if (status === 404 && /\b(models?|deployment)\b/i.test(said)) return 'unknown model';
  if (status < 400 || status === 404 || status === 405) return 'wrong address';
  if (status === 408) return 'timeout';
  if (status === 413) return 'too long';
  if (status === 429) return 'rate';
  // 424: Bedrock's model failed.
  return status >= 500 || status === 424 ? 'overloaded' : 'bad request';
}

function evidenceOf(thrown: unknown): Evidence {
  const message = textOf(field(thrown, 'message'));
  const body = bodyOf(thrown, message);
  const status = statusOf(thrown) ?? [field(body, 'code'), field(body, 'status')].find(isStatus);
  const own = textOf(field(thrown, 'OriginalMessage')) || wordsOf(body) || textOf(field(thrown, 'Message'));
  const words = own || (typeof body === 'string' ? body : message);
  // Nobody reads the page of a proxy.
  const said = /<(!doctype|html)/i.test(words) ? '' : words;
  const signs = [field(thrown, 'name'), ...codesOf(thrown), message, own, JSON.stringify(body) ?? ''].join(' ');
  return { said, signs, ...(status !== undefined && { status }) };
}

/** The HTTP status that an SDK's error tells; of SageMaker's, what the container behind it answered. */
export function statusOf(thrown: unknown): number | undefined {
  const metadata = field(thrown, '$metadata');
  return [field(thrown, 'OriginalStatusCode'), field(thrown, 'status'), field(metadata, 'httpStatusCode')].find(
    isStatus,
  );
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && value >= 300 && value < 600;
}

/** What the service wrote: the SDKs keep it as `error`, or as the JSON text of their message. */
function bodyOf(thrown: unknown, message: string): unknown {
  const body = field(thrown, 'error') ?? parsed(message.slice(Math.max(0, message.indexOf('{'))));
  const inner = field(body, 'error') ?? body;
  // A proxy in front of Google's may have put one into the other.
  const nested = parsed(textOf(field(inner, 'message')));
  return field(nested, 'error') ?? inner;
}

/** Servers of other makes say at `detail`, or in a list, what is wrong. */
function wordsOf(body: unknown): string {
  const [first] = [field(body, 'errors'), field(body, 'detail')].filter(Array.isArray).flat();
  const places = [field(body, 'message'), field(body, 'detail'), field(first, 'message'), field(first, 'msg')];
  return places.map(textOf).find(Boolean) ?? '';
}

function* codesOf(thrown: unknown): Iterable<string> {
  let error = thrown;
  for (let depth = 0; depth < 5 && error; depth++) {
    for (const value of [field(error, 'code'), field(error, 'name'), field(error, 'type')]) {
      if (typeof value === 'string' && value) yield value;
    }
    // What is tried on several addresses fails with an error for each.
    error = field(error, 'cause') ?? field(field(error, 'errors'), '0');
  }
}

function headersOf(thrown: unknown): ReadHeader {
  const headers = field(thrown, 'headers') ?? field(field(thrown, '$response'), 'headers');
  if (headers instanceof Headers) return (name) => headers.get(name) ?? undefined;
  return (name) => textOf(field(headers, name)) || undefined;
}
