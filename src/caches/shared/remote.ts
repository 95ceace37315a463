import {
  type AnswerCache,
  type CachedEntry,
  CacheError,
  decodeAnswer,
  encodeAnswer,
  isAnswerKey,
} from '../../answer-cache.ts';
import { messageOf } from '../../errors.ts';
import { maskCredentials } from '../../masking/index.ts';

/** For so long a service may take over one request, unless the context says otherwise; asking a model takes little longer. */
const REQUEST_MS = 2000;

/** Before the keys of a bucket, which K8sGPT and others may use as well. */
const PREFIX = 'k8sgpt-chat/';

/** What a bucket of some service can do; keys come with their prefix. */
export interface Bucket {
  /** `undefined` where it does not exist. */
  read(key: string, signal: AbortSignal): Promise<string | undefined>;
  write(key: string, value: string, signal: AbortSignal): Promise<void>;
  /** Whether it was there. */
  remove(key: string, signal: AbortSignal): Promise<boolean>;
  /** One page of at most so many, and how to ask for the next one. */
  page(prefix: string, max: number, next: string | undefined, signal: AbortSignal): Promise<Page>;
  /** What an error of the service means. */
  faultOf(error: unknown): Fault;
}

interface Page {
  entries: CachedEntry[];
  next?: string | undefined;
}

/** `missing`: there is no such bucket. */
export type Fault = 'missing' | 'refused' | 'unreachable' | 'failed';

/** A bucket, and what is said of it. */
interface Service {
  name: string;
  bucket: Bucket;
  /** A sentence for each fault that says what to do. */
  cures: { missing: string; refused: string; unreachable: string };
  requestMs?: number | undefined;
  /** Creates the bucket where there is none; absent: that is not wanted. */
  create?(signal: AbortSignal): Promise<unknown>;
}

/** A cache in a bucket: bounds every request in time, and words what fails. */
export function cacheIn(service: Service): AnswerCache {
  const { name, bucket } = service;
  let created = !service.create;

  async function ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (!created && service.create) await bounded(service, service.create);
    created = true;
    return bounded(service, work);
  }

  return {
    name,
    async get(key) {
      const value = await ask((signal) => bucket.read(PREFIX + key, signal));
      return value === undefined ? undefined : decodeAnswer(value);
    },
    set: (key, answer) => ask((signal) => bucket.write(PREFIX + key, encodeAnswer(answer), signal)),
    delete: (key) => ask((signal) => bucket.remove(PREFIX + key, signal)),
    async list(max) {
      const found: CachedEntry[] = [];
      let next: string | undefined;
      do {
        const left = max - found.length;
        const page = await ask((signal) => bucket.page(PREFIX, left, next, signal));
        for (const entry of page.entries) {
          const key = entry.key.slice(PREFIX.length);
          if (isAnswerKey(key) && found.length < max) found.push({ ...entry, key });
        }
        next = page.next;
      } while (next && found.length < max);
      return found;
    },
  };
}

/** Does some work with a bucket within the time, and words what fails. */
async function bounded<T>(service: Service, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(service.requestMs ?? REQUEST_MS);
  // Not every SDK heeds a signal.
  const late = Promise.withResolvers<never>();
  const giveUp = () => late.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work(signal), late.promise]);
  } catch (error) {
    throw new CacheError(wordsOf(service, signal.aborted ? 'late' : service.bucket.faultOf(error), error), {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function wordsOf({ name, cures }: Service, fault: Fault | 'late', error: unknown): string {
  const [said = ''] = maskCredentials(messageOf(error)).slice(0, 300).split('\n');
  // The answer to a HEAD request has no body to say more.
  const why = said === 'UnknownError' ? 'it gave no reason' : said.replace(/\.$/, '');
  switch (fault) {
    case 'missing':
      return `The answer cache ${name} does not exist (${why}). ${cures.missing}`;
    case 'refused':
      return `The answer cache ${name} refused access (${why}). ${cures.refused}`;
    case 'late':
      return `The answer cache ${name} did not answer in time. ${cures.unreachable}`;
    case 'unreachable':
      return `The answer cache ${name} cannot be reached (${why}). ${cures.unreachable}`;
    case 'failed':
      return `The answer cache ${name} failed (${why}). Try again later, or choose another one under cache.currentCacheType.`;
  }
}

/** Whether an error says that no connection came about, rather than what a service answered. */
export function isUnreachable(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    const code = (each as NodeJS.ErrnoException).code ?? '';
    if (
      /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/.test(code)
    )
      return true;
    if (/\b(?:ECONNREFUSED|ENOTFOUND|ECONNRESET|socket hang up|self-signed certificate)\b/.test(each.message))
      return true;
  }
  return false;
}
