import { AnswerError } from './diagnosis.ts';
import { field, isObject, parsed, textOf } from './json.ts';

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` for SDKs of one generator. They tell a service about the machine in headers, which is not its business, and
 * read an error's words in one form alone, which servers of other makes do not have.
 */
export const plainFetch: Fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  for (const name of [...headers.keys()]) if (name.startsWith('x-stainless-')) headers.delete(name);
  headers.set('user-agent', 'k8sgpt-chat');
  const response = await fetch(input, { ...init, headers });
  return response.ok ? noPage(response) : readableError(response);
};

/** The response, unless it is a web page: that stands at an address that is not the API's. */
export function noPage(response: Response): Response {
  if (!/\bhtml\b/.test(response.headers.get('content-type') ?? '')) return response;
  response.body?.cancel().catch(() => {});
  throw new AnswerError('bad answer', 'a web page');
}

/** The same answer with its words at `error.message`; whole servers put them at `detail`, `message` or `errors`. */
async function readableError(response: Response): Promise<Response> {
  const text = await response.text();
  const body = parsed(text);
  const readable =
    isObject(body) && body.error === undefined ? { error: { ...body, message: wordsOf(body) } } : undefined;
  const { status, statusText, headers } = response;
  return new Response(readable ? JSON.stringify(readable) : text, { status, statusText, headers: plain(headers) });
}

function wordsOf(body: Record<string, unknown>): string {
  const list = Array.isArray(body.errors) ? body.errors[0] : undefined;
  return textOf(body.message) || textOf(field(list, 'message')) || textOf(body.detail) || JSON.stringify(body);
}

/** The body is no longer as long, nor packed, as the headers say. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name);
  return kept;
}
