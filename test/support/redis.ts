import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soon } from './soon.ts';

export interface PrivateRedis {
  readonly port: number;
  /** `redis://` to it, without a password. */
  readonly url: string;
  /** Where it keeps its files, until it is stopped for good. */
  readonly folder: string;
  /** What redis-cli prints for a command. */
  cli(...command: string[]): string;
  /** So much of the time of all keys goes by. */
  pass(ms: number): void;
  /** Sends a signal, such as SIGSTOP to make it hang. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it, by SIGTERM or another signal, and does not start it again. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Ends it for good and deletes its files. */
  stop(): Promise<void>;
}

interface RedisOptions {
  /** More arguments, as on the command line of redis-server. */
  args?: string[];
  port?: number;
  /** What redis-cli needs to get in, such as a password. */
  cliArgs?: string[];
  /** Speaks TLS, and nothing else. */
  tls?: boolean;
  /** Lines of a configuration that make it a Sentinel. */
  sentinel?: string[];
}

const SHORTEN = `
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local left = redis.call('PTTL', key)
    if left > 0 then redis.call('PEXPIRE', key, math.max(left - ARGV[1], 0)) end
  end`;

/** Whether this machine has a redis-server to start. */
export function redisIsHere(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a Redis server of one's own: on a free port of this machine alone, and without persistence unless asked for. */
export async function startRedis({
  args = [],
  port,
  cliArgs = [],
  tls,
  sentinel,
}: RedisOptions = {}): Promise<PrivateRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-redis-'));
  const at = port ?? (await freePort());
  let child: ChildProcess | undefined;

  const cli = (...command: string[]) =>
    execFileSync('redis-cli', ['-p', `${at}`, ...cliArgs, ...command], { encoding: 'utf8', stdio: 'pipe' }).trim();

  async function start(): Promise<void> {
    const ports = tls ? ['--port', '0', '--tls-port', `${at}`] : ['--port', `${at}`];
    const common = [...ports, '--bind', '127.0.0.1', '--dir', folder];
    const role = sentinel ? ['--sentinel'] : ['--save', '', '--appendonly', 'no'];
    // Sentinels write what they learn into their configuration, so that they need a file.
    const file = join(folder, 'redis.conf');
    if (!existsSync(file)) writeFileSync(file, (sentinel ?? []).join('\n'));
    child = spawn('redis-server', [file, ...common, ...role, ...args], { stdio: 'ignore' });
    await soon(() => {
      if (!/PONG|LOADING|MASTERDOWN/.test(cli('ping'))) throw new Error('redis-server is not ready');
    });
  }

  async function kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  await start();
  return {
    port: at,
    url: `redis://127.0.0.1:${at}`,
    folder,
    cli,
    pass: (ms) => void cli('EVAL', SHORTEN, '0', `${ms}`),
    signal: (signal) => void child?.kill(signal),
    kill,
    start,
    async stop() {
      await kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens to now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
