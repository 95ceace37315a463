/** Where state is kept: small values under keys with a prefix, each with an end. Shared by all replicas where it is Redis. */
export interface Store {
  readonly name: string;
  /** The value, or `undefined` where there is none or its time is over. */
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets a value only where there is none; whether it did. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Deletes a key; given a value, only where it holds that value, so that a lock is freed by its owner alone. */
  delete(key: string, value?: string): Promise<boolean>;
  close(): Promise<void>;
}
