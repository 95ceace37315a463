import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { nearest, UserError } from '../errors.ts';
import { isRecord } from '../shape.ts';

/** A cluster and a user of a kubeconfig, merged from all its files, with absolute paths. */
export interface Access {
  /** The name of the context; `in-cluster` for a Pod's own service account. */
  name: string;
  /** Where it was found, for messages: the files, or `the service account of this Pod`. */
  source: string;
  cluster: ClusterEntry;
  user: UserEntry & { name: string };
}

/** Fields as the kubeconfig has them (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/). */
export interface ClusterEntry {
  server: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'tls-server-name'?: string;
  'proxy-url'?: string;
  'disable-compression'?: boolean;
}

export interface UserEntry {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  as?: string;
  'as-uid'?: string;
  'as-groups'?: string[];
  'as-user-extra'?: Record<string, string[]>;
  exec?: ExecEntry;
  'auth-provider'?: { name?: string; config?: Record<string, string> };
}

export interface ExecEntry {
  apiVersion?: string;
  command: string;
  args?: string[];
  env?: { name: string; value: string }[];
  installHint?: string;
  provideClusterInfo?: boolean;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where to look: an explicit file wins over KUBECONFIG, that over `~/.kube/config`, and that over the Pod's own account. */
interface Options {
  kubeconfig?: string;
  context?: string;
  env: NodeJS.ProcessEnv;
  /** The folder of the Pod's own account; tests put another in its place. */
  serviceAccount?: string;
}

/** Whether any cluster is configured, be it a wrong one: KUBECONFIG, `~/.kube/config` or the Pod's own account. */
export function configured(env: NodeJS.ProcessEnv, serviceAccount = SERVICE_ACCOUNT): boolean {
  return Boolean(env.KUBECONFIG) || existsSync(homeConfig(env)) || inCluster(env, serviceAccount);
}

/** Finds the cluster and the user of a context, as kubectl does. Throws a `UserError` that names the file and the cure. */
export async function loadAccess(options: Options): Promise<Access> {
  const { kubeconfig, context, env, serviceAccount = SERVICE_ACCOUNT } = options;
  if (kubeconfig) return choose(await loadFiles([kubeconfig], '--kubeconfig'), context);
  if (env.KUBECONFIG) return choose(await loadFiles(env.KUBECONFIG.split(delimiter), 'KUBECONFIG'), context);
  if (existsSync(homeConfig(env))) return choose(await loadFiles([homeConfig(env)], '~/.kube/config'), context);
  if (inCluster(env, serviceAccount)) return ownAccount(env, context, serviceAccount);
  throw new UserError(
    'No cluster is configured: set KUBECONFIG to a kubeconfig file, pass --kubeconfig, or put one at ~/.kube/config.',
  );
}

interface Config {
  source: string;
  current?: string;
  contexts: Map<string, { cluster?: string; user?: string }>;
  clusters: Map<string, Partial<ClusterEntry>>;
  users: Map<string, UserEntry>;
}

/** Merges files by kubectl's rules: the first one to name a thing wins, and of several files some may be missing. */
async function loadFiles(names: readonly string[], from: string): Promise<Config> {
  const files = names.filter(Boolean).map((name) => resolve(name));
  const present = files.filter((file) => existsSync(file));
  if (present.length === 0) {
    throw new UserError(`The kubeconfig ${files.join(', ')} (from ${from}) does not exist; correct the path.`);
  }
  const config: Config = {
    source: present.join(', '),
    contexts: new Map(),
    clusters: new Map(),
    users: new Map(),
  };
  for (const file of present) {
    const raw = await parseFile(file);
    config.current ||= text(raw['current-context']);
    collect(config.contexts, raw.contexts, 'context');
    collect(config.clusters, raw.clusters, 'cluster', (entry) =>
      absolute(entry, dirname(file), ['certificate-authority']),
    );
    collect(config.users, raw.users, 'user', (entry) => absoluteUser(entry, dirname(file)));
  }
  return config;
}

async function parseFile(file: string): Promise<Record<string, unknown>> {
  let raw: unknown;
  try {
    raw = parse(await readFile(file, 'utf8'));
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new UserError(`The kubeconfig ${file} cannot be read: ${reason?.replace(/:$/, '')}. Correct or replace it.`);
  }
  if (raw === null || raw === undefined) return {};
  if (!isRecord(raw)) throw new UserError(`The kubeconfig ${file} is no kubeconfig: it holds no YAML mapping.`);
  return raw;
}

function collect<T>(into: Map<string, T>, list: unknown, key: string, change?: (entry: T) => T): void {
  for (const item of Array.isArray(list) ? list : []) {
    if (!isRecord(item) || typeof item.name !== 'string' || into.has(item.name)) continue;
    const entry = (isRecord(item[key]) ? item[key] : {}) as T;
    into.set(item.name, change ? change(entry) : entry);
  }
}

function absoluteUser(user: UserEntry, folder: string): UserEntry {
  const fixed = absolute(user, folder, ['client-certificate', 'client-key', 'tokenFile']);
  // A bare command is looked up in PATH; one with a slash is relative to the file.
  if (!fixed.exec?.command?.includes(sep)) return fixed;
  return { ...fixed, exec: { ...fixed.exec, command: resolve(folder, fixed.exec.command) } };
}

function absolute<T extends object>(entry: T, folder: string, keys: (keyof T)[]): T {
  const fixed = { ...entry };
  for (const key of keys) {
    const path = fixed[key];
    if (typeof path === 'string' && path && !isAbsolute(path)) fixed[key] = join(folder, path) as T[keyof T];
  }
  return fixed;
}

function choose(config: Config, wanted: string | undefined): Access {
  const { source, contexts } = config;
  const name = wanted ?? config.current;
  const all = [...contexts.keys()];
  if (!name) {
    throw new UserError(
      all.length === 0
        ? `The kubeconfig ${source} holds no context; replace it by one that your cluster gave you.`
        : `The kubeconfig ${source} has no current context; choose one with --context: ${all.join(', ')}.`,
    );
  }
  const context = contexts.get(name);
  if (!context) throw unknown('context', name, source, all, 'Choose one with --context.');
  const cluster = config.clusters.get(context.cluster ?? '');
  if (!cluster) throw unknown('cluster', context.cluster ?? '', source, [...config.clusters.keys()], repair(name));
  const user = context.user ? config.users.get(context.user) : {};
  if (!user) throw unknown('user', context.user ?? '', source, [...config.users.keys()], repair(name));
  const { server } = cluster;
  if (typeof server !== 'string' || !URL.canParse(server) || !/^https?:/.test(server)) {
    throw new UserError(
      `The server "${server ?? ''}" of cluster "${context.cluster}" in ${source} is no http or https address; correct it.`,
    );
  }
  return { name, source, cluster: { ...cluster, server }, user: { ...user, name: context.user ?? '' } };
}

function repair(context: string): string {
  return `Correct the context "${context}", or choose another with --context.`;
}

function unknown(what: string, name: string, source: string, all: string[], cure: string): UserError {
  const near = nearest(name, all);
  const others = near.length > 0 ? near : all.slice(0, 5);
  const hint = others.length > 0 ? ` It has ${others.map((each) => `"${each}"`).join(', ')}.` : '';
  return new UserError(`The kubeconfig ${source} has no ${what} named "${name}".${hint} ${cure}`);
}

function ownAccount(env: NodeJS.ProcessEnv, context: string | undefined, folder: string): Access {
  if (context && context !== 'in-cluster') {
    throw new UserError(
      `There is no kubeconfig to take the context "${context}" from: this Pod uses its own service account.`,
    );
  }
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT ?? 443}`;
  return {
    name: 'in-cluster',
    source: 'the service account of this Pod',
    cluster: { server, 'certificate-authority': join(folder, 'ca.crt') },
    user: { name: 'service account', tokenFile: join(folder, 'token') },
  };
}

function inCluster(env: NodeJS.ProcessEnv, serviceAccount: string): boolean {
  return Boolean(env.KUBERNETES_SERVICE_HOST) && existsSync(join(serviceAccount, 'token'));
}

function homeConfig(env: NodeJS.ProcessEnv): string {
  const home = env.HOME || env.USERPROFILE;
  return home ? join(home, '.kube', 'config') : '';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
