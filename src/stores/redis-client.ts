import { readFileSync } from 'node:fs';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { ConfigError, messageOf } from '../errors.ts';
import { isReadOnly } from './redis-errors.ts';
import type { RedisAddress, RedisTls } from './redis-url.ts';

/** So long a connection may take to come about; over TLS it takes three ways there and back. */
const CONNECT_MS = 3000;
/** A server that says nothing for so long is taken for dead. BullMQ lets it block for at most ten seconds. */
const SILENCE_MS = 15_000;
/** Short, so that all processes are back before one of them takes the others for dead. */
const LONGEST_PAUSE_MS = 1000;

interface ClientOptions {
  tls: RedisOptions['tls'];
  patient: boolean;
  commandMs: number;
  /** Is told what a replica answered to a write, before the connection is made anew. */
  onReadOnly(error: Error): void;
}

/** Opens the client of ioredis that the address asks for; see `RedisServer.connect`. */
export function openClient(
  address: RedisAddress,
  { tls, patient, commandMs, onReadOnly }: ClientOptions,
): Redis | Cluster {
  const { kind, hosts, master, user, password, sentinelPassword, db } = address;
  let refusedWrites = false;

  function pause(attempt: number): number {
    // A replica that is asked again at once is a replica still.
    const longest = refusedWrites ? LONGEST_PAUSE_MS : Math.min(50 * 2 ** Math.min(attempt - 1, 10), LONGEST_PAUSE_MS);
    refusedWrites = false;
    return longest * (0.5 + Math.random() / 2);
  }

  const common = {
    ...(user && { username: user }),
    ...(password && { password }),
    ...(tls && { tls }),
    connectionName: 'k8sgpt-chat',
    connectTimeout: CONNECT_MS,
    keepAlive: 10_000,
    socketTimeout: patient ? SILENCE_MS : 2 * commandMs,
    // A command that was under way when the connection broke is told as failed, and not sent again behind its caller's back.
    maxRetriesPerRequest: patient ? null : 0,
    // A server that loads its data says so to each command; work that waits in Redis waits for it.
    enableReadyCheck: patient,
    maxLoadingRetryTime: 1000,
    reconnectOnError(error: Error) {
      // After a failover the old primary still answers; its name or the Sentinels know the new one.
      if (!isReadOnly(error)) return false;
      refusedWrites = true;
      onReadOnly(error);
      return patient ? 2 : 1;
    },
  } satisfies RedisOptions;

  if (kind === 'cluster') {
    const options: ClusterOptions = {
      redisOptions: common,
      enableOfflineQueue: patient,
      clusterRetryStrategy: pause,
      // Names are left to TLS, which compares them with the certificate.
      dnsLookup: (host, callback) => callback(null, host),
    };
    return new Cluster(hosts, options);
  }

  const single = { ...common, db, enableOfflineQueue: patient, retryStrategy: pause };
  if (kind === 'server') return new Redis({ ...single, ...hosts[0] });
  const secret = sentinelPassword ?? password;
  return new Redis({
    ...single,
    sentinels: hosts,
    ...(master && { name: master }),
    ...(secret && { sentinelPassword: secret }),
    ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    sentinelCommandTimeout: CONNECT_MS,
    sentinelRetryStrategy: pause,
    // Sentinels may not know yet that their primary has become a replica: its INFO tells.
    enableReadyCheck: true,
  });
}

/** Reads the files that the address names. */
export function readTls({ ca, cert, key, servername }: RedisTls): NonNullable<RedisOptions['tls']> {
  return {
    ...(ca && { ca: read('ca', ca) }),
    ...(cert && { cert: read('cert', cert) }),
    ...(key && { key: read('key', key) }),
    ...(servername && { servername }),
  };
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      'REDIS_URL',
      `The file that REDIS_URL names in ${option} cannot be read (${messageOf(error)}). Correct its path.`,
    );
  }
}
