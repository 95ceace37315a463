import { setImmediate as nextTurn, setTimeout as pauseFor } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Identity } from './credentials.ts';
import { DeadlineError, refused, StatusError, silentPlugin } from './faults.ts';
import type { Access } from './kubeconfig.ts';
import { type Answer, BodyTooLarge, type Transport } from './transport.ts';

/** Tries of one request; a server that asks for patience gets more. */
const TRIES = 3;
const TRIES_WHEN_BUSY = 6;
const BACKOFF_MS = 250;
const RETRY_AFTER_MAX_MS = 30_000;
/** A read whose pages keep coming may take so many times as long as one that hears nothing. */
const WHOLE_READ_FACTOR = 20;

/** Waits; rejects when the signal aborts. Tests put one that waits for nothing in its place. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const pause: Pause = async (milliseconds, signal) => {
  try {
    await pauseFor(milliseconds, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
};

export interface Settings {
  access: Access;
  transport: Transport;
  identify(fresh?: boolean): Promise<Identity>;
  /** How long nothing may arrive. */
  timeoutMs: number;
  pause: Pause;
}

/**
 * The requests of one read: counted, repeated where that helps, under one deadline. The deadline is for silence, since
 * a large cluster takes minutes in which page after page arrives, and a small one that hangs should be given up soon.
 */
export class Session {
  requests = 0;
  readonly #settings: Settings;
  readonly #signal: AbortSignal;
  readonly #deadline = new AbortController();
  readonly #silence: NodeJS.Timeout;
  readonly #whole: NodeJS.Timeout;
  readonly #aborted: Promise<never>;
  #identity: Promise<Identity> | undefined;
  #renewed = false;
  #turns: Promise<void> = Promise.resolve();

  constructor(settings: Settings, signal?: AbortSignal) {
    this.#settings = settings;
    const { timeoutMs } = settings;
    const end = () => this.#deadline.abort(new DeadlineError(timeoutMs));
    this.#silence = setTimeout(end, timeoutMs);
    this.#whole = setTimeout(end, timeoutMs * WHOLE_READ_FACTOR);
    this.#signal = signal ? AbortSignal.any([signal, this.#deadline.signal]) : this.#deadline.signal;
    this.#aborted = new Promise((_, reject) => {
      this.#signal.addEventListener('abort', () => reject(this.#signal.reason), { once: true });
    });
    this.#aborted.catch(() => {});
  }

  /** Ends the timers, and whatever is still under way. */
  end(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#whole);
    this.#deadline.abort(new Error('the read is over'));
  }

  /**
   * Waits for a turn of the event loop of one's own. Of many pages that arrive at once each is parsed in another turn,
   * so that whatever else the process does waits for one slice of this work at most.
   */
  turn(): Promise<void> {
    this.#turns = this.#turns.then(() => nextTurn());
    return this.#turns;
  }

  /** An answer of 200. Throws a `UserError` for refused credentials, a `StatusError`, or what the network threw. */
  async get(path: string, accept = 'application/json'): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const wait = await this.#try(path, accept, tries);
      if ('status' in wait) return wait;
      await this.#settings.pause(wait.ms, this.#signal);
    }
  }

  async #try(path: string, accept: string, tries: number): Promise<Answer | { ms: number }> {
    this.#identity ??= this.#settings.identify();
    const used = this.#identity;
    let answer: Answer;
    try {
      answer = await this.#send(path, accept, await this.#inTime(used));
    } catch (error) {
      if (error instanceof UserError) throw error;
      this.#signal.throwIfAborted();
      if (tries >= TRIES || !isPassing(error)) throw error;
      return { ms: backoff(tries) };
    }
    if (answer.status === 200) return answer;
    if (answer.status === 401) return this.#renew(used);
    const asked = retryAfter(answer);
    if (asked !== undefined && tries < TRIES_WHEN_BUSY) return { ms: asked };
    if (answer.status >= 500 && answer.status !== 501 && tries < TRIES) return { ms: backoff(tries) };
    throw new StatusError(answer.status, answer.text);
  }

  /** A plug-in may wait for a login that nobody sees. */
  async #inTime(identity: Promise<Identity>): Promise<Identity> {
    try {
      return await Promise.race([identity, this.#aborted]);
    } catch (error) {
      throw error instanceof DeadlineError ? silentPlugin(this.#settings.access) : error;
    }
  }

  async #send(path: string, accept: string, identity: Identity): Promise<Answer> {
    this.requests++;
    const answer = await this.#settings.transport.get(path, accept, identity, this.#signal);
    this.#silence.refresh();
    return answer;
  }

  /** Takes new credentials once a read, whichever of the parallel requests was refused first. */
  #renew(used: Promise<Identity>): { ms: number } {
    if (used === this.#identity) {
      if (this.#renewed) throw refused(this.#settings.access);
      this.#renewed = true;
      this.#identity = this.#settings.identify(true);
      // Whoever tries next awaits it; until then a failure must not count as unhandled.
      this.#identity.catch(() => {});
    }
    return { ms: 0 };
  }
}

/** 429 and 503 say in seconds when to come back; the jitter keeps many clients from coming back at once. */
function retryAfter({ status, headers }: Answer): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = Number(headers['retry-after']);
  if (!Number.isFinite(seconds) || seconds < 0) return status === 429 ? backoff(2) : undefined;
  return Math.min(seconds * 1000, RETRY_AFTER_MAX_MS) * (1 + Math.random() / 5);
}

function backoff(tries: number): number {
  return BACKOFF_MS * 2 ** (tries - 1) * (1 + Math.random() / 2);
}

/** Connections that broke may hold when tried anew; names, certificates and refused connections will not change. */
function isPassing(error: unknown): boolean {
  if (error instanceof BodyTooLarge) return false;
  const { code = '' } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return /^(ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|UND_ERR_ABORTED|HPE_|Z_)/.test(
    code,
  );
}
