import type { Cluster, Redis } from 'ioredis';
import type { Logger } from '../log.ts';
import { StoreError } from '../store.ts';
import { openClient, readTls } from './redis-client.ts';
import { explainRedis, isReadOnly } from './redis-errors.ts';
import { nameOf, parseRedisUrl } from './redis-url.ts';

/** So long a command may take, its way there and back included. */
const COMMAND_MS = 1500;

interface RedisServerOptions {
  /** As in `REDIS_URL`; a wrong one throws a `ConfigError`. */
  url: string;
  log: Logger;
  commandMs?: number;
}

/** A Redis server, a primary with its Sentinels, or a Cluster. */
export interface RedisServer {
  /** What messages call it: without secrets. */
  readonly name: string;
  /**
   * Opens a connection that comes back by itself whenever it is lost. A patient one keeps its commands while the server is
   * away, and lets them block, as BullMQ's workers need it; any other fails at once then.
   */
  connect(options?: { patient?: boolean }): RedisConnection;
}

export interface RedisConnection {
  readonly client: Redis | Cluster;
  /** Runs commands within the time that they may take. Whatever fails is a `StoreError`. */
  run<T>(commands: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Knows how to reach Redis, and tells the log once when it is lost, and once when it is back. */
export function createRedisServer({ url, log, commandMs = COMMAND_MS }: RedisServerOptions): RedisServer {
  const address = parseRedisUrl(url);
  const tls = address.tls && readTls(address.tls);
  const name = nameOf(address);
  /** Connections that are lost. All of them usually are at the same time. */
  const lost = new Set<object>();

  function lose(connection: object, why: StoreError): void {
    if (lost.size === 0) log.warn({ reason: why.message }, 'Redis is lost');
    lost.add(connection);
  }

  function regain(connection: object): void {
    if (lost.delete(connection) && lost.size === 0) log.info({ server: name }, 'Redis is back');
  }

  return {
    name,
    connect({ patient = false } = {}) {
      /** Why there is no connection now. */
      let away: StoreError | undefined;
      /** What was said last of this attempt, where what follows says less; and what single Sentinels or nodes said before. */
      let reason: unknown;
      let detail: unknown;
      let closed = false;
      const settled = Promise.withResolvers<void>();
      const client = openClient(address, {
        tls,
        patient,
        commandMs,
        onReadOnly(error) {
          reason = error;
        },
      });

      function fail(error: unknown): void {
        if (closed) return;
        away = explainRedis(error, address);
        // A replica is connected to again and again; whoever writes hears of it.
        if (!isReadOnly(error)) lose(client, away);
        settled.resolve();
      }

      client.on('ready', () => {
        away = undefined;
        reason = undefined;
        regain(client);
        settled.resolve();
      });
      client.on('error', (error: Error) => {
        reason = because(error, detail);
        if (client.status !== 'ready') fail(reason);
        // ioredis would go on with another database than the one that was asked for.
        if (/DB index is out of range/.test(error.message)) {
          client.removeAllListeners('ready');
          client.disconnect();
        }
      });
      client.on('close', () => fail(reason ?? new Error('Connection is closed.')));
      for (const event of ['sentinelError', 'node error']) {
        client.on(event, (error: unknown) => {
          detail = error;
        });
      }

      const copies = followCopies(client);

      return {
        client,
        async run(commands) {
          if (away) throw away;
          const timeout = Promise.withResolvers<never>();
          const timer = setTimeout(() => timeout.reject(new Error('Command timed out')), commandMs);
          try {
            // Only before the first connection stands is there anything to wait for.
            await Promise.race([settled.promise, timeout.promise]);
            if (away) throw away;
            return await Promise.race([commands(), timeout.promise]);
          } catch (error) {
            throw explainRedis(because(error, reason), address);
          } finally {
            clearTimeout(timer);
          }
        },
        async close() {
          closed = true;
          for (const copy of copies) copy.disconnect();
          lost.delete(client);
          away = new StoreError(`${name} is no longer used, since this program stops.`);
          client.disconnect();
        },
      };
    },
  };
}

/** BullMQ makes copies of a connection for commands that block. They are to end with it, and somebody must hear their errors. */
function followCopies(client: Redis | Cluster): Set<Redis | Cluster> {
  const copies = new Set<Redis | Cluster>();
  const copy = client.duplicate.bind(client) as (...args: unknown[]) => Redis | Cluster;
  Object.assign(client, {
    duplicate(...args: unknown[]) {
      const made = copy(...args);
      made.on('error', () => {});
      copies.add(made);
      return made;
    },
  });
  return copies;
}

/** The error with what it was caused by, where it does not say so itself. */
function because(error: unknown, cause: unknown): unknown {
  if (!(error instanceof Error) || error.cause || cause === undefined || cause === error) return error;
  return Object.assign(error, { cause });
}
