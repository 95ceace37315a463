import type { Config } from './config.ts';
import { ConfigError } from './errors.ts';
import { createFallbackJobs } from './jobs/fallback.ts';
import { createLocalJobs } from './jobs/local.ts';
import type { Jobs } from './jobs.ts';
import type { Logger } from './log.ts';
import type { Store } from './store.ts';
import { createFallbackStore } from './stores/fallback.ts';
import { createSqliteStore } from './stores/sqlite.ts';

/** Questions at work at once; they mostly wait for models. */
const CONCURRENCY = 64;
const TAKEOVER_S = 15;

/** Where the program keeps what must outlive a command, and the work that must be done. */
export interface State {
  readonly store: Store;
  readonly jobs: Jobs;
  /**
   * The same for what all replicas together must do once: while the store that they share is away, nothing goes on in the
   * memory of each of them. It waits instead.
   */
  readonly once: { readonly store: Store; readonly jobs: Jobs };
  /** What the banner calls it. */
  readonly name: string;
  /** How soon another process takes over what a dead one had in hand. */
  readonly leaseMs: number;
  /** What people must know of its keeping; `undefined` where all is well. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

interface StateOptions {
  env: NodeJS.ProcessEnv;
  config: Pick<Config, 'stateFile'>;
  log: Logger;
  /** For tests: in place of the one that the settings name. */
  store?: Store;
}

/** Opens what the settings name: Redis, shared by all replicas, or a file. Throws `ConfigError` for a setting that is wrong. */
export async function openState({ env, config, log, store: given }: StateOptions): Promise<State> {
  const leaseMs = takeoverOf(env) * 1000;
  const own = { log: log.child({ part: 'jobs' }), leaseMs, concurrency: CONCURRENCY };
  if (env.REDIS_URL && !given) {
    // Who needs no Redis is spared its client.
    const [{ createRedisServer }, { createRedisStore }, { createBullJobs }] = await Promise.all([
      import('./stores/redis-connection.ts'),
      import('./stores/redis.ts'),
      import('./jobs/bullmq.ts'),
    ]);
    const redis = createRedisServer({ url: env.REDIS_URL, log: log.child({ part: 'redis' }) });
    const once = { store: createRedisStore({ redis }), jobs: createBullJobs({ ...own, redis }) };
    const store = createFallbackStore({ primary: once.store, log: log.child({ part: 'store' }) });
    const memory = createSqliteStore({ file: ':memory:' });
    const jobs = createFallbackJobs({
      primary: once.jobs,
      secondary: createLocalJobs({ ...own, store: memory }),
      log: own.log,
    });
    const close = async () => {
      await store.close();
      await memory.close();
    };
    return { store, jobs, once, name: redis.name, leaseMs, trouble: () => troubleOf(store.trouble()), close };
  }
  const primary = given ?? createSqliteStore({ file: config.stateFile });
  const store = createFallbackStore({ primary, log: log.child({ part: 'store' }) });
  const memory = createSqliteStore({ file: ':memory:' });
  const jobs = createFallbackJobs({
    // Not over the store that goes on in memory: several processes may share the file, and each would have its own queue.
    primary: createLocalJobs({ ...own, store: primary }),
    secondary: createLocalJobs({ ...own, store: memory }),
    log: own.log,
  });
  return {
    store,
    jobs,
    // A disk that is full is full for long, and mostly one process's own: digests go on.
    once: { store, jobs },
    name: primary.name,
    leaseMs,
    trouble: () => troubleOf(store.trouble()),
    async close() {
      await store.close();
      await memory.close();
    },
  };
}

function troubleOf(reason: string | undefined): string | undefined {
  return reason && `What is said here is kept in this process alone for now, and lost when it ends. ${reason}`;
}

function takeoverOf({ TAKEOVER_SECONDS: said }: NodeJS.ProcessEnv): number {
  if (!said) return TAKEOVER_S;
  const seconds = Number(said);
  if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 600) return seconds;
  throw new ConfigError('TAKEOVER_SECONDS', `TAKEOVER_SECONDS must be seconds from 1 to 600, not "${said}".`);
}
