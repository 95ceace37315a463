import { ConfigError } from '../errors.ts';

/** Where Redis is and how it is reached, as `REDIS_URL` says it. */
export interface RedisAddress {
  kind: 'server' | 'sentinel' | 'cluster';
  /** One server; or the Sentinels, or some nodes of a Cluster, of which one that answers is enough. */
  hosts: RedisHost[];
  /** The name that the Sentinels know the primary by. */
  master?: string;
  user?: string;
  password?: string;
  /** What the Sentinels want, where it is not the password of Redis itself. */
  sentinelPassword?: string;
  db: number;
  tls?: RedisTls;
}

export interface RedisHost {
  host: string;
  port: number;
}

/** Files in PEM, and the name in the server's certificate where it is not its host. */
export interface RedisTls {
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
}

const FORMS =
  'redis://:password@host:6379/0, rediss://… for TLS, redis+sentinel://host:26379,host:26379/mymaster or redis+cluster://host:6379,host:6379';
const TLS_OPTIONS = ['ca', 'cert', 'key', 'servername'] as const;
const KINDS = { '': 'server', '+sentinel': 'sentinel', '+cluster': 'cluster' } as const;

/** Reads the value of `REDIS_URL`. Throws a `ConfigError` that never holds the password. */
export function parseRedisUrl(url: string): RedisAddress {
  // What comes before the last @ is user and password, also where somebody forgot to encode what is special in them.
  const parts = url
    .trim()
    .match(
      /^redis(?<tls>s?)(?<kind>\+sentinel|\+cluster|):\/\/(?:(?<login>.*)@)?(?<hosts>[^@/?#]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/is,
    )?.groups;
  if (!parts) throw wrong('is not the address of a Redis server', `Write it as ${FORMS}`);

  const kind = KINDS[(parts.kind ?? '').toLowerCase() as keyof typeof KINDS];
  const [user, password] = loginOf(parts.login);
  const query = new URLSearchParams(parts.query);
  const path = (parts.path ?? '').split('/').filter(Boolean);
  const master = kind === 'sentinel' ? path.shift() : undefined;
  if (kind === 'sentinel' && !master) {
    throw wrong(
      'names no primary',
      'Add the name that the Sentinels know it by, as in redis+sentinel://host:26379/mymaster',
    );
  }
  if (path.length > 1) throw wrong(`has too much after its hosts: /${path.join('/')}`, `Write it as ${FORMS}`);

  const address: RedisAddress = {
    kind,
    hosts: hostsOf(parts.hosts ?? '', kind),
    ...(master && { master: decode(master, 'the name of the primary') }),
    ...(user && { user }),
    ...(password && { password }),
    db: databaseOf(path[0], kind),
  };
  if (kind === 'sentinel') {
    const sentinelPassword = take(query, 'sentinel-password');
    if (sentinelPassword) address.sentinelPassword = sentinelPassword;
  }
  if (parts.tls) address.tls = tlsOf(query);
  for (const option of query.keys()) {
    const known = [...(parts.tls ? TLS_OPTIONS : []), ...(kind === 'sentinel' ? ['sentinel-password'] : [])];
    const cure = known.length > 0 ? `It may have ${known.join(', ')}` : 'Take it out; rediss:// alone has some';
    throw wrong(`has an option that nobody knows: ${option}`, cure);
  }
  return address;
}

/** What messages call the server: hosts and ports, nothing secret. */
export function nameOf({ kind, hosts, master }: RedisAddress): string {
  const list = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ');
  if (kind === 'sentinel') return `Redis "${master}" (Sentinel ${list})`;
  return kind === 'cluster' ? `The Redis Cluster at ${list}` : `Redis at ${list}`;
}

function loginOf(login = ''): [user: string, password: string] {
  const colon = login.indexOf(':');
  // A lone word is a user in a URL; there is none without a password, so it is told.
  if (colon < 0 && login) {
    throw wrong(
      'has a user and no password',
      'Write a password alone with a colon before it, as redis://:password@host',
    );
  }
  const decoded = (text: string) => decode(text, 'user or password');
  return [decoded(login.slice(0, Math.max(colon, 0))), decoded(login.slice(colon + 1))];
}

function hostsOf(list: string, kind: RedisAddress['kind']): RedisHost[] {
  const hosts = list.split(',').map((part) => {
    const match = part.trim().match(/^(?:\[(?<six>[\da-f:.%]+)\]|(?<name>[^\s:[\]]+))(?::(?<port>\d{1,5}))?$/i)?.groups;
    const port = Number(match?.port ?? (kind === 'sentinel' ? 26_379 : 6379));
    if (!match || port < 1 || port > 65_535) {
      throw wrong(
        list ? 'has a host or port that cannot be read' : 'names no host',
        `Write it as ${FORMS}, with letters like / ? # @ in a password as %2F %3F %23 %40`,
      );
    }
    return { host: match.six ?? match.name ?? '', port };
  });
  if (kind === 'server' && hosts.length > 1) {
    throw wrong('names several hosts', 'Write redis+sentinel:// or redis+cluster:// before them');
  }
  return hosts;
}

function databaseOf(path: string | undefined, kind: RedisAddress['kind']): number {
  if (path === undefined) return 0;
  if (!/^\d{1,5}$/.test(path))
    throw wrong(`has a database that is no number: ${path}`, 'Write 0 to 15, or leave it out');
  const db = Number(path);
  if (kind === 'cluster' && db > 0) throw wrong('has a database, and a Cluster has none', 'Leave it out');
  return db;
}

function tlsOf(query: URLSearchParams): RedisTls {
  const tls: RedisTls = {};
  for (const option of TLS_OPTIONS) {
    const value = take(query, option);
    if (value) tls[option] = value;
  }
  if (Boolean(tls.cert) !== Boolean(tls.key)) throw wrong('has one of cert and key', 'Give both, or none');
  return tls;
}

function take(query: URLSearchParams, option: string): string | null {
  const value = query.get(option);
  query.delete(option);
  return value;
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(`has a % in its ${what} that is no code`, 'Write it as %25');
  }
}

function wrong(what: string, cure: string): ConfigError {
  return new ConfigError('REDIS_URL', `REDIS_URL ${what}. ${cure}.`);
}
