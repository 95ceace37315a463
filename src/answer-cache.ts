import type { Usage } from './backend.ts';
import { UserError } from './errors.ts';
import { isRecord } from './shape.ts';
import type { Store } from './store.ts';

/**
 * Where answers of models are kept, so that nobody waits and pays for the same one twice. Keys are hexadecimal digests of
 * what was asked. Every method throws `CacheError`, within seconds; an answer that cannot be had is asked for anew.
 */
export interface AnswerCache {
  /** K8sGPT's name of its type: `s3`. */
  readonly name: string;
  /** The answer, or `undefined` where there is none, or none that this version can read. */
  get(key: string): Promise<CachedAnswer | undefined>;
  set(key: string, answer: CachedAnswer): Promise<void>;
  /** Whether there was one. */
  delete(key: string): Promise<boolean>;
  /** At most so many, in no order. For people who look. */
  list(max: number): Promise<CachedEntry[]>;
  close?(): Promise<void>;
}

export interface CachedAnswer {
  /** As the model gave it, with the stand-ins that it was asked with. */
  text: string;
  backend: string;
  model: string;
  /** RFC 3339. */
  at: string;
  usage?: Usage;
  /** What was asked about, for lists. */
  title?: string;
}

export interface CachedEntry {
  key: string;
  /** When it was written, in milliseconds since 1970. */
  at: number;
  /** Bytes; in the program's own store, letters. */
  size: number;
}

/** An answer cache cannot do its work now. The message names the cache and the cure, and can be shown. */
export class CacheError extends UserError {
  override name = 'CacheError';
}

/** A kind of cache that can be chosen. */
export interface CacheType {
  /** K8sGPT's name of it, where K8sGPT has it. */
  readonly name: string;
  /** One line for lists. */
  readonly summary: string;
  readonly settings: readonly CacheSetting[];
  /**
   * A cache with these settings, of which all that are required are there. Loads its SDK, so that only what is used costs
   * memory and time; asks nothing yet.
   */
  open(settings: CacheSettings, context: CacheContext): Promise<AnswerCache>;
}

export interface CacheSetting {
  /** In the part of its type in K8sGPT's configuration file: `bucketname`. */
  key: string;
  /** Of K8sGPT's `cache add`: `bucket`. */
  flag: string;
  summary: string;
  required?: boolean;
  /** It is there or not, and has no value. */
  isSwitch?: boolean;
}

/** By the keys of the configuration file. */
export type CacheSettings = Readonly<Record<string, string | boolean | undefined>>;

export interface CacheContext {
  /** Where SDKs find credentials. */
  env: NodeJS.ProcessEnv;
  store: Store;
  /** How long a service may take over one request, in milliseconds; 2 s by default. */
  requestMs?: number;
}

/** Declares a type; put it in a file of its own in `caches/`, as the default export. */
export function defineCache(type: CacheType): CacheType {
  return type;
}

/** Raised when older programs could not read what is kept. */
const VERSION = 1;

/** Bytes or letters of an answer that are read; longer ones are none of ours. */
export const ANSWER_MAX = 1_000_000;

/** An answer as it is kept: JSON with a version. */
export function encodeAnswer({ text, backend, model, at, usage, title }: CachedAnswer): string {
  return JSON.stringify({ version: VERSION, text, backend, model, at, usage, title });
}

/** What `encodeAnswer` made of an answer, read; `undefined` for anything else, since buckets have other users. */
export function decodeAnswer(json: string): CachedAnswer | undefined {
  const value = parse(json);
  if (!isRecord(value) || value.version !== VERSION) return undefined;
  const { text, backend, model, at, usage, title } = value;
  if (typeof text !== 'string' || typeof backend !== 'string' || typeof model !== 'string' || typeof at !== 'string') {
    return undefined;
  }
  return {
    text,
    backend,
    model,
    at,
    ...(isUsage(usage) && { usage: { input: usage.input, output: usage.output } }),
    ...(typeof title === 'string' && { title }),
  };
}

/** Whether a name is a key; whatever else lies in a folder or a bucket is somebody else's. */
export function isAnswerKey(name: string): boolean {
  return /^[a-f0-9]{16,128}$/.test(name);
}

function isUsage(value: unknown): value is Usage {
  return isRecord(value) && typeof value.input === 'number' && typeof value.output === 'number';
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
