import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { Client4 } from '@mattermost/client';
import { Agent, type Dispatcher, FormData, fetch, type RequestInit } from 'undici';
import { UserError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { isRecord } from '../../shape.ts';
import type { Settings } from './settings.ts';
import { whyUnreached } from './unreached.ts';

/** What Mattermost refuses: its HTTP status, and its name for the error, such as `api.context.permissions.app_error`. */
export class MattermostError extends Error {
  override name = 'MattermostError';
  readonly status: number;
  readonly id: string;
  /** What the server says of it beside the message, such as why a command's address was not reached. */
  readonly details: string;
  constructor(status: number, id: string, message: string, details = '') {
    super(message);
    this.status = status;
    this.id = id;
    this.details = details;
  }
}

/** Whether Mattermost refused something with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: number[]): error is MattermostError {
  return error instanceof MattermostError && (statuses.length === 0 || statuses.includes(error.status));
}

interface ApiOptions extends Pick<Settings, 'url' | 'token'> {
  dispatcher: Dispatcher | undefined;
  log: Logger;
  /** So long a request is tried again while the server is away, limits us, or fails. */
  patienceMs?: number;
  /** The pause before the second try; each further one is twice as long. */
  retryMs?: number;
}

const TIMEOUT_MS = 30_000;
const PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 5000;
/** Longer than any limit's window, so that a wrong clock does not stop us. */
const LONGEST_LIMIT_MS = 60_000;

type Options = Parameters<Client4['getOptions']>[0];

/**
 * Mattermost's client with a transport that its callers need not think of: it waits where the server limits us or starts
 * again, has a deadline for each request, and trusts the authorities of the settings. What might have been done although
 * no answer came is not done twice: posts and dialogs are left to who asks for them.
 */
export class Api extends Client4 {
  readonly #options: ApiOptions;
  #isTokenTold = false;

  constructor(options: ApiOptions) {
    super();
    this.#options = options;
    this.setUrl(options.url);
    this.setToken(options.token);
    this.setUserAgent('k8sgpt-chat');
    this.setIncludeCookies(false);
  }

  override doFetch = async <T>(url: string, options: Options): Promise<T> => {
    const { patienceMs = PATIENCE_MS, retryMs = 250 } = this.#options;
    const until = Date.now() + patienceMs;
    for (let pause = retryMs; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      let waitMs = pause;
      try {
        return await this.#once<T>(url, options);
      } catch (error) {
        if (error instanceof Limited) waitMs = error.waitMs;
        else if (!isPassing(error) || !isRepeatable(url, options.method)) throw error;
        if (Date.now() + waitMs > until) throw error instanceof Limited ? error.refusal : error;
      }
      await sleep(waitMs);
    }
  };

  async #once<T>(url: string, options: Options): Promise<T> {
    const { dispatcher } = this.#options;
    const init = this.getOptions(options) as RequestInit & { headers: Record<string, string> };
    // Mattermost's client takes another class of the same name for JSON.
    if (init.body instanceof FormData) delete init.headers['Content-Type'];
    const response = await fetch(url, {
      ...init,
      ...(dispatcher && { dispatcher }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const data = parsed(text);
    if (response.ok) return data as T;
    const { id = '', message = text.slice(0, 200), detailed_error: details = '' } = isRecord(data) ? data : {};
    const refusal = new MattermostError(response.status, String(id), String(message), String(details));
    if (response.status === 401) this.#tellOfToken(refusal);
    if (response.status === 429) throw new Limited(refusal, waitOf(response.headers));
    throw refusal;
  }

  #tellOfToken(err: MattermostError): void {
    if (this.#isTokenTold) return;
    this.#isTokenTold = true;
    this.#options.log.error({ err }, 'Mattermost takes MATTERMOST_TOKEN no more; set a new one and restart');
  }

  /** The configuration that the server tells its clients; servers before version 10 ask for its format. */
  clientConfig(): Promise<Record<string, unknown>> {
    return this.doFetch(`${this.getBaseRoute()}/config/client?format=old`, { method: 'get' });
  }

  /** Opens a form for the person whose trigger this is; Mattermost's client has no method for it. */
  openDialog(request: { trigger_id: string; url: string; dialog: object }): Promise<unknown> {
    return this.doFetch(`${this.getBaseRoute()}/actions/dialogs/open`, {
      method: 'post',
      body: JSON.stringify(request),
    });
  }

  /** Answers a slash command at its `response_url`, which has the server's outer address; we may know another one. */
  answerCommand(hook: string, answer: object): Promise<unknown> {
    return this.doFetch(`${this.getUrl()}/hooks/commands/${encodeURIComponent(hook)}`, {
      method: 'post',
      body: JSON.stringify(answer),
      headers: { 'Content-Type': 'application/json' },
    });
  }
}

/** The server asks us to wait. */
class Limited extends Error {
  readonly refusal: MattermostError;
  readonly waitMs: number;
  constructor(refusal: MattermostError, waitMs: number) {
    super(refusal.message);
    this.refusal = refusal;
    this.waitMs = waitMs;
  }
}

/** The seconds that are left of the limit's window, which Mattermost tells; a proxy before it may tell `Retry-After`. */
function waitOf(headers: { get(name: string): string | null }): number {
  const seconds = Number(headers.get('retry-after') ?? headers.get('x-ratelimit-reset') ?? 1);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0.05) * 1000, LONGEST_LIMIT_MS) : 1000;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether it may go better in a while: no answer at all, or one of a server or proxy that is about to start or end. */
export function isPassing(error: unknown): boolean {
  return error instanceof MattermostError ? error.status >= 500 && error.status !== 501 : true;
}

function isRepeatable(url: string, method = 'get'): boolean {
  return method.toLowerCase() !== 'post' || !/\/posts(?:\/ephemeral)?$|\/dialogs\/open$|\/hooks\/commands\//.test(url);
}

/** Connections that trust an authority beside the usual ones; `undefined` where there is none. */
export function dispatcherOf({ ca }: Pick<Settings, 'ca'>): Dispatcher | undefined {
  return ca ? new Agent({ connect: { ca: [...rootCertificates, ca] } }) : undefined;
}

/** What could not be reached, and where, for whoever reads the settings. */
export function unreachable(url: string, error: unknown): UserError {
  const { why, cure } = whyUnreached(url, error);
  return new UserError(`Mattermost cannot be reached at ${url}: ${why}. ${cure}`, { cause: error });
}
