import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { BackendSettings } from './backend.ts';
import { ConfigError, messageOf } from './errors.ts';
import { BUDGETS, type Budget, type BudgetName } from './metering.ts';
import { isRecord } from './shape.ts';

/** What the settings say of models; `env` and K8sGPT's own configuration file are its sources. */
export interface ModelSettings {
  /** In the order in which they are asked where one does not answer; the first is the default. */
  backends: BackendSettings[];
  budgets: Partial<Record<BudgetName, Budget>>;
  /** As it was written; absent: English. */
  language?: string;
  /** Names are replaced whoever asks. */
  anonymize: boolean;
  /** How long a model may be silent, in milliseconds; absent: as the program sees fit. */
  timeoutMs?: number;
  /** How many questions models are asked at once, all threads together; absent: as the program sees fit. */
  concurrency?: number;
  /** The `cache` part of K8sGPT's configuration file, as it stands there. */
  cache?: Record<string, unknown>;
}

/**
 * Reads what is set about models: the file of K8SGPT_CONFIG, which is K8sGPT's own (`ai`, `cache`) with a part `chat` of
 * ours, and the environment, whose variables win. `found` are the backends that keys in the environment configure. Throws
 * `ConfigError` that names the setting and the cure.
 */
export async function readModelSettings(
  env: NodeJS.ProcessEnv,
  found: readonly BackendSettings[],
): Promise<ModelSettings> {
  const file = env.K8SGPT_CONFIG ? await readFileOf(env.K8SGPT_CONFIG) : {};
  const ai = record(file.ai, 'ai');
  const chat = record(file.chat, 'chat');
  const own = withEnvironment(providersOf(ai), found, env);
  const cache = record(file.cache, 'cache');
  const first = env.K8SGPT_BACKEND || text(ai.defaultprovider, 'ai.defaultprovider');
  const timeout = env.MODEL_TIMEOUT || String(chat.timeoutSeconds ?? '');
  const concurrency = env.MODEL_CONCURRENCY || String(chat.concurrency ?? '');
  const language = env.K8SGPT_LANGUAGE || text(chat.language, 'chat.language');
  return {
    backends: ordered(own, first, failoverOf(env, chat)),
    budgets: budgetsOf(env, record(chat.budgets, 'chat.budgets')),
    anonymize: flag('K8SGPT_ANONYMIZE', env.K8SGPT_ANONYMIZE) ?? chat.anonymize === true,
    ...(language && { language }),
    ...(timeout && { timeoutMs: secondsOf(timeout) * 1000 }),
    ...(concurrency && { concurrency: concurrencyOf(concurrency) }),
    ...(Object.keys(cache).length > 0 && { cache }),
  };
}

/** The `chat` part of the file that K8SGPT_CONFIG names. Throws `ConfigError`. */
export async function readChatSettings(env: NodeJS.ProcessEnv): Promise<Record<string, unknown>> {
  return env.K8SGPT_CONFIG ? record((await readFileOf(env.K8SGPT_CONFIG)).chat, 'chat') : {};
}

async function readFileOf(path: string): Promise<Record<string, unknown>> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError('K8SGPT_CONFIG', `K8SGPT_CONFIG names ${path}, which cannot be read: ${messageOf(error)}.`);
  }
  let value: unknown;
  try {
    value = parse(content) ?? {};
  } catch (error) {
    const [line = ''] = messageOf(error).split('\n');
    throw new ConfigError('K8SGPT_CONFIG', `${path} is no YAML: ${line}`);
  }
  if (!isRecord(value))
    throw new ConfigError('K8SGPT_CONFIG', `${path} holds no settings: it must be K8sGPT's configuration file.`);
  return value;
}

function providersOf(ai: Record<string, unknown>): BackendSettings[] {
  const { providers = [] } = ai;
  if (!Array.isArray(providers)) throw wrong('ai.providers', 'must be a list');
  return providers.map((each, index) => toBackend(record(each, `ai.providers[${index}]`), `ai.providers[${index}]`));
}

/** A provider of K8sGPT's file. `preset` and `price` are ours: several of one kind, and what they cost. */
function toBackend(given: Record<string, unknown>, at: string): BackendSettings {
  const name = text(given.name, `${at}.name`);
  if (!name) throw wrong(`${at}.name`, 'is missing');
  if (!/^[a-z0-9][a-z0-9._-]{0,39}$/i.test(name))
    throw wrong(`${at}.name`, `"${name}" may have letters, digits, . _ and - only`);
  const numbers = { temperature: 'temperature', topP: 'topp', topK: 'topk', maxTokens: 'maxtokens' } as const;
  const texts = {
    model: 'model',
    key: 'password',
    baseUrl: 'baseurl',
    engine: 'engine',
    apiVersion: 'azureapiversion',
    region: 'providerregion',
    endpoint: 'endpointname',
    project: 'providerid',
    organization: 'organizationid',
    compartment: 'compartmentid',
  } as const;
  const settings: BackendSettings = { name, preset: text(given.preset, `${at}.preset`) ?? name };
  for (const [ours, theirs] of Object.entries(texts)) {
    const value = text(given[theirs], `${at}.${theirs}`);
    if (value) settings[ours as keyof typeof texts] = value;
  }
  for (const [ours, theirs] of Object.entries(numbers)) {
    const value = given[theirs];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') throw wrong(`${at}.${theirs}`, 'must be a number');
    settings[ours as keyof typeof numbers] = value;
  }
  if (Array.isArray(given.stopsequences)) settings.stop = given.stopsequences.map(String);
  const headers = headersOf(given.customHeaders, `${at}.customHeaders`);
  if (headers) settings.headers = headers;
  if (given.price !== undefined) settings.price = priceOf(record(given.price, `${at}.price`), `${at}.price`);
  return settings;
}

/** As K8sGPT writes them, a list of values for each name, or plainly. */
function headersOf(given: unknown, at: string): Record<string, string> | undefined {
  if (given === undefined || given === null) return undefined;
  const entries = Array.isArray(given)
    ? given.flatMap((each) => Object.entries(record(each, at)))
    : Object.entries(record(given, at));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}

function priceOf({ input, output }: Record<string, unknown>, at: string): { input: number; output: number } {
  if (typeof input !== 'number' || typeof output !== 'number') {
    throw wrong(at, 'needs input and output, in US dollars for a million tokens');
  }
  return { input, output };
}

/** Those of the file, those of the environment that the file lacks, and the one that K8SGPT_BACKEND describes. */
function withEnvironment(
  file: readonly BackendSettings[],
  found: readonly BackendSettings[],
  env: NodeJS.ProcessEnv,
): BackendSettings[] {
  const all = [...file, ...found.filter(({ name }) => !file.some((each) => each.name === name))];
  const name = env.K8SGPT_BACKEND;
  const described = name && name !== 'builtin' ? fromServe(name, env) : undefined;
  if (!described) return all;
  const before = all.find((each) => each.name === name);
  return before ? all.map((each) => (each === before ? { ...each, ...described } : each)) : [...all, described];
}

/** The variables by which `k8sgpt serve` is told of its backend. */
function fromServe(name: string, env: NodeJS.ProcessEnv): BackendSettings {
  const settings: BackendSettings = { name, preset: name };
  const texts = {
    model: 'MODEL',
    key: 'PASSWORD',
    baseUrl: 'BASEURL',
    engine: 'ENGINE',
    apiVersion: 'AZURE_API_VERSION',
    region: 'REGION',
    project: 'PROVIDER_ID',
  } as const;
  for (const [ours, theirs] of Object.entries(texts)) {
    const value = env[`K8SGPT_${theirs}`];
    if (value) settings[ours as keyof typeof texts] = value;
  }
  const numbers = { temperature: 'TEMPERATURE', topP: 'TOP_P', topK: 'TOP_K', maxTokens: 'MAX_TOKENS' } as const;
  for (const [ours, theirs] of Object.entries(numbers)) {
    const variable = `K8SGPT_${theirs}`;
    const value = env[variable];
    if (!value) continue;
    if (!Number.isFinite(Number(value)))
      throw new ConfigError(variable, `${variable} must be a number, not "${value}".`);
    settings[ours as keyof typeof numbers] = Number(value);
  }
  const headers = (env.K8SGPT_CUSTOM_HEADERS ?? '')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split(/:(.*)/s, 2));
  if (headers.length > 0)
    settings.headers = Object.fromEntries(headers.map(([header = '', value = '']) => [header.trim(), value.trim()]));
  return settings;
}

function failoverOf(env: NodeJS.ProcessEnv, chat: Record<string, unknown>): string[] | undefined {
  if (env.K8SGPT_FAILOVER)
    return env.K8SGPT_FAILOVER.split(',')
      .map((name) => name.trim())
      .filter(Boolean);
  if (chat.failover === undefined) return undefined;
  if (!Array.isArray(chat.failover)) throw wrong('chat.failover', 'must be a list of backends');
  return chat.failover.map(String);
}

/** The default one first, then those of the failover order; without such an order, all others as they stand. */
function ordered(
  backends: BackendSettings[],
  first: string | undefined,
  failover: string[] | undefined,
): BackendSettings[] {
  if (first === 'builtin') return [];
  const order = [
    ...(first ? [first] : backends.slice(0, 1).map(({ name }) => name)),
    ...(failover ?? backends.map(({ name }) => name)),
  ];
  const names = [...new Set(order)].filter((name) => name !== 'builtin');
  return names.map((name) => {
    const found = backends.find((each) => each.name === name);
    if (found) return found;
    const there =
      backends.length > 0 ? `There are: ${backends.map((each) => each.name).join(', ')}.` : 'None is configured.';
    throw new ConfigError('K8SGPT_BACKEND', `The backend "${name}" is not configured. ${there}`);
  });
}

/** `200000`, `200000 tokens`, `$5`; several parted by commas. */
function budgetsOf(env: NodeJS.ProcessEnv, given: Record<string, unknown>): Partial<Record<BudgetName, Budget>> {
  const budgets: Partial<Record<BudgetName, Budget>> = {};
  for (const name of BUDGETS) {
    const variable = `K8SGPT_BUDGET_${name.toUpperCase()}`;
    const said = env[variable] || (given[name] === undefined ? '' : String(given[name]));
    if (said) budgets[name] = budgetOf(said, env[variable] ? variable : `chat.budgets.${name}`);
  }
  return budgets;
}

function budgetOf(said: string, setting: string): Budget {
  const budget: Budget = {};
  for (const part of said.split(',').map((each) => each.trim())) {
    const [, dollars] = /^\$(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    const [, tokens] = /^(\d+)(?:\s*tokens)?$/.exec(part) ?? [];
    if (dollars) budget.dollars = Number(dollars);
    else if (tokens) budget.tokens = Number(tokens);
    else
      throw new ConfigError(
        setting,
        `${setting} is "${said}". Write tokens or US dollars: 200000, or $5, or 200000,$5.`,
      );
  }
  return budget;
}

function secondsOf(said: string): number {
  const seconds = Number(said);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 600) return seconds;
  throw new ConfigError('MODEL_TIMEOUT', `MODEL_TIMEOUT must be seconds from 1 to 600, not "${said}".`);
}

function concurrencyOf(said: string): number {
  const count = Number(said);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new ConfigError('MODEL_CONCURRENCY', `MODEL_CONCURRENCY must be a number from 1 to 1000, not "${said}".`);
}

/** `true` or `false`; absent where it is not set. */
export function flag(variable: string, said: string | undefined): boolean | undefined {
  if (!said) return undefined;
  if (/^(?:true|1|yes|on)$/i.test(said)) return true;
  if (/^(?:false|0|no|off)$/i.test(said)) return false;
  throw new ConfigError(variable, `${variable} must be true or false, not "${said}".`);
}

function record(value: unknown, at: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (isRecord(value)) return value;
  throw wrong(at, 'must be a map of settings');
}

function text(value: unknown, at: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw wrong(at, 'must be text');
}

function wrong(at: string, what: string): ConfigError {
  return new ConfigError(at, `The setting ${at} of K8SGPT_CONFIG ${what}.`);
}
