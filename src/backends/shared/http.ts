import { AnswerError } from './diagnosis.ts';

type Fetch = typeof globalThis.fetch;

/** What services are told of who asks. */
export const USER_AGENT = 'k8sgpt-chat';

/** A `fetch` for SDKs that tell a service about the machine in headers, which is not its business. */
export const plainFetch: Fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  for (const name of [...headers.keys()]) if (name.startsWith('x-stainless-')) headers.delete(name);
  return noPage(await fetch(input, { ...init, headers }));
};

/** The response, unless it is a web page where there should be an answer: that stands at an address that is not the API's. */
export function noPage(response: Response): Response {
  if (!response.ok || !/\bhtml\b/.test(response.headers.get('content-type') ?? '')) return response;
  response.body?.cancel().catch(() => {});
  throw new AnswerError('bad answer', 'a web page');
}
