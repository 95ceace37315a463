import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort, type PrivateRedis, startRedis } from '../../support/redis.ts';
import { soon } from '../../support/soon.ts';

const TLS = join(import.meta.dirname, '..', '..', 'support', 'tls');

/** Where a file of the certificates for tests is. */
export const tlsFile = (name: string): string => join(TLS, name);

export interface Sentinels {
  url: string;
  servers: PrivateRedis[];
  /** The server that the Sentinels name as the primary now. */
  primary(): PrivateRedis | undefined;
  stop(): Promise<void>;
}

/** A primary, a replica, and three Sentinels that take a silent primary for dead after a second. */
export async function startSentinels(password: string): Promise<Sentinels> {
  const secret = ['--requirepass', password, '--masterauth', password];
  const cliArgs = ['-a', password, '--no-auth-warning'];
  const first = await startRedis({ args: secret, cliArgs });
  const second = await startRedis({ args: [...secret, '--replicaof', `127.0.0.1 ${first.port}`], cliArgs });
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      startRedis({
        sentinel: [
          `sentinel monitor mymaster 127.0.0.1 ${first.port} 2`,
          `sentinel auth-pass mymaster ${password}`,
          'sentinel down-after-milliseconds mymaster 1000',
          'sentinel failover-timeout mymaster 3000',
        ],
      }),
    ),
  );
  const servers = [first, second];
  const [any] = sentinels;
  await soon(() => {
    const known = any?.cli('SENTINEL', 'MASTER', 'mymaster').split('\n') ?? [];
    const value = (field: string) => known[known.indexOf(field) + 1];
    if (value('num-other-sentinels') !== '2' || value('num-slaves') !== '1') throw new Error('Sentinels are not ready');
  });
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    url: `redis+sentinel://:${password}@${hosts}/mymaster`,
    servers,
    primary() {
      const port = any?.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster').split('\n')[1];
      return servers.find((server) => `${server.port}` === port);
    },
    async stop() {
      await Promise.all([...sentinels, ...servers].map((server) => server.stop()));
    },
  };
}

export interface RedisCluster {
  url: string;
  nodes: PrivateRedis[];
  stop(): Promise<void>;
}

/** Three primaries, which stop serving a second after one of them is gone. */
export async function startCluster(): Promise<RedisCluster> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'];
  const nodes: PrivateRedis[] = [];
  for (let index = 0; index < 3; index++) {
    const bus = await freePort();
    nodes.push(await startRedis({ args: [...args, '--cluster-port', `${bus}`] }));
  }
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...hosts, '--cluster-yes'], { stdio: 'pipe' });
  await soon(() => {
    for (const node of nodes)
      if (!node.cli('CLUSTER', 'INFO').includes('cluster_state:ok')) throw new Error('not ready');
  });
  return {
    url: `redis+cluster://${hosts.slice(0, 2).join(',')}`,
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
