import { MASK, maskCredentials } from '../../masking/index.ts';
import type { SinkRequest, SinkSettings } from '../../sink.ts';
import { clip } from '../../words.ts';

const REDIRECTS = 3;
const ANSWER_MAX = 2000;
const SHOWN_MAX = 200;
/** A shorter word is no secret, but a part of other words. */
const SECRET_MIN = 6;

/** How a delivery ended. `reason` is a sentence without secrets. */
export type Delivery =
  | { end: 'sent' }
  | { end: 'refused'; reason: string }
  /** It may succeed later; `afterMs` where the service says when. */
  | { end: 'later'; reason: string; afterMs?: number };

export interface Posting {
  fetch: typeof globalThis.fetch;
  timeoutMs: number;
  signal: AbortSignal;
  now: number;
}

/** Sends a request once. Throws the signal's reason alone. */
export async function post(request: SinkRequest, settings: SinkSettings, posting: Posting): Promise<Delivery> {
  const { signal, timeoutMs } = posting;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await send(request, settings, { ...posting, signal: AbortSignal.any([signal, timeout]) });
  } catch (error) {
    signal.throwIfAborted();
    const reason = timeout.aborted ? `did not answer within ${timeoutMs / 1000} s.` : unreachable(error);
    return { end: 'later', reason: `The service ${hideSecrets(reason, settings)}` };
  }
}

async function send(request: SinkRequest, settings: SinkSettings, posting: Posting): Promise<Delivery> {
  const { url, headers } = withoutUser(request);
  let address = url.href;
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const response = await posting.fetch(address, {
      method: 'POST',
      headers: { 'user-agent': 'k8sgpt-chat', ...headers },
      body: request.body,
      redirect: 'manual',
      signal: posting.signal,
    });
    const next = redirectOf(response, new URL(address));
    if (!next) return await outcomeOf(response, settings, posting.now);
    await response.body?.cancel();
    address = next.href;
  }
  return { end: 'refused', reason: 'The service leads from one address to the next without end.' };
}

/** A redirect that keeps method and body, on the same server: another one must not have the notice, nor its key. */
function redirectOf({ status, headers }: Response, address: URL): URL | undefined {
  const location = headers.get('location');
  if ((status !== 307 && status !== 308) || !location || !URL.canParse(location, address.href)) return undefined;
  const next = new URL(location, address);
  return next.origin === address.origin && !next.username ? next : undefined;
}

async function outcomeOf(response: Response, settings: SinkSettings, now: number): Promise<Delivery> {
  const { status, ok, headers } = response;
  if (ok) {
    await response.body?.cancel();
    return { end: 'sent' };
  }
  const said = hideSecrets(await beginningOf(response), settings);
  const reason = `The service answers ${status}${said ? `: ${said}` : ''}.`;
  if (status >= 300 && status < 400) {
    return {
      end: 'refused',
      reason: `The service answers ${status}: it has moved. Set its webhook to the new address.`,
    };
  }
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) return { end: 'refused', reason };
  const afterMs = retryAfterOf(headers.get('retry-after'), now);
  return { end: 'later', reason, ...(afterMs !== undefined && { afterMs }) };
}

/** In seconds, or as a date (RFC 9110, 10.2.3). */
function retryAfterOf(text: string | null, now: number): number | undefined {
  if (!text) return undefined;
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

/** One line of what the service says; whatever it sends, no more than that is read. */
async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > ANSWER_MAX) break;
  }
  if (/^\s*</.test(text)) return 'a web page';
  return text.slice(0, ANSWER_MAX).replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}

/** `fetch` takes no user and password in an address. */
function withoutUser({ url, headers }: SinkRequest): { url: URL; headers: Record<string, string> } {
  const address = new URL(url);
  if (!address.username && !address.password) return { url: address, headers: { ...headers } };
  const user = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
  address.username = '';
  address.password = '';
  return { url: address, headers: { authorization: `Basic ${Buffer.from(user).toString('base64')}`, ...headers } };
}

function unreachable(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return `cannot be reached: ${code ?? message}.`;
}

/** A text without the address of the webhook, its parts, and what headers hold, whoever wrote them into it. */
export function hideSecrets(text: string, { webhook, headers = {} }: SinkSettings): string {
  const { pathname, search, searchParams, username, password, href } = new URL(webhook);
  const secrets = [
    webhook,
    href,
    `${pathname}${search}`,
    ...pathname.split('/'),
    ...searchParams.values(),
    username,
    password,
    ...Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]),
  ];
  const hidden = secrets
    .flatMap((secret) => [secret, safelyDecoded(secret)])
    .filter((secret) => secret.length >= SECRET_MIN)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  return clip(maskCredentials(hidden), SHOWN_MAX);
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
