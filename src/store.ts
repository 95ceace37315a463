import { UserError } from './errors.ts';

/** Where state is kept: small values under keys with a prefix, each with an end. Shared by all replicas where it is Redis. */
export interface Store {
  readonly name: string;
  /** The value, or `undefined` where there is none or its time is over. */
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets a value only where there is none; whether it did. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Sets a value only where another one stands, so that nobody's change is lost and a lock is renewed by its owner alone. */
  replace(key: string, before: string, value: string, ttlMs: number): Promise<boolean>;
  /** Adds to a number, 0 at first, and gives the sum. Its time begins with the first one and is not prolonged. */
  add(key: string, amount: number, ttlMs: number): Promise<number>;
  /** Deletes a key; given a value, only where it holds that value, so that a lock is freed by its owner alone. */
  delete(key: string, value?: string): Promise<boolean>;
  /** Keys that begin with a prefix, sorted, at most so many. For people who look, not for what must be quick. */
  list(prefix: string, max: number): Promise<StoredKey[]>;
  close(): Promise<void>;
}

export interface StoredKey {
  key: string;
  /** Letters of its value. */
  size: number;
  /** Milliseconds since 1970. */
  ends: number;
}

/** A store that cannot do its work now. The message names the store and the cure, and can be shown. */
export class StoreError extends UserError {
  override name = 'StoreError';
}

/** How loudly work tells that it failed and is tried again: of itself the store tells once, so others need not. */
export function levelOf(error: unknown): 'debug' | 'warn' {
  return error instanceof StoreError ? 'debug' : 'warn';
}
