import type { AnswerCache } from './answer-cache.ts';
import { openBackend, settingsFromEnv } from './backends/index.ts';
import { cacheSettings, openCache } from './caches/index.ts';
import { split } from './command-line.ts';
import { ConfigError } from './errors.ts';
import type { Explainer } from './explainer.ts';
import { createExplainer } from './explanation/explain.ts';
import { ENGLISH, languageOf } from './explanation/language.ts';
import { createMetering } from './explanation/metering.ts';
import { createModels } from './explanation/models.ts';
import type { Logger } from './log.ts';
import type { Metering } from './metering.ts';
import type { Metrics } from './metrics.ts';
import type { Models } from './models.ts';
import { readModelSettings } from './settings.ts';
import type { Store } from './store.ts';

/** Whatever words answers: models, what they cost, what is kept of them, and how people want it. */
export interface Answering {
  models: Models;
  explainer: Explainer;
  metering: Metering;
  cache: AnswerCache;
  /** In English: `German`. */
  language: string;
  /** Names are replaced whoever asks. */
  alwaysAnonymize: boolean;
  price(backend: string): { input: number; output: number } | undefined;
}

interface AnsweringOptions {
  env: NodeJS.ProcessEnv;
  store: Store;
  log: Logger;
  metrics: Metrics;
}

/** Wires the models that the settings name. Throws `ConfigError` for a setting that is wrong; asks no model yet. */
export async function createAnswering({ env, store, log, metrics }: AnsweringOptions): Promise<Answering> {
  const settings = await readModelSettings(env, settingsFromEnv(env));
  const backends = await Promise.all(settings.backends.map((each) => openBackend(each, env)));
  const { timeoutMs, concurrency } = settings;
  const prices = new Map(settings.backends.map(({ name, price }) => [name, price]));
  const price = (backend: string) => prices.get(backend);
  const models = createModels({
    backends,
    metrics,
    price,
    ...(timeoutMs && { firstMs: timeoutMs, nextMs: timeoutMs }),
    ...(concurrency && { concurrency }),
  });
  const metering = createMetering(store, settings.budgets);
  const cached = env.K8SGPT_CACHE ? cacheFrom(env.K8SGPT_CACHE) : settings.cache;
  const cache = await openCache({ env, store, ...(cached && { settings: cached }) });
  return {
    models,
    metering,
    cache,
    explainer: createExplainer({ models, cache, metering, price, log, metrics }),
    language: settings.language ? languageOf(settings.language) : ENGLISH,
    alwaysAnonymize: settings.anonymize,
    price,
  };
}

/** `s3 --bucket answers --region eu-west-1`, with the flags that K8sGPT's `cache add` has. */
function cacheFrom(line: string): Record<string, unknown> {
  const [type = '', ...words] = split(line);
  const flags: Record<string, string | boolean> = {};
  for (let at = 0; at < words.length; at++) {
    const [, flag, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(words[at] ?? '') ?? [];
    if (!flag)
      throw new ConfigError(
        'K8SGPT_CACHE',
        `K8SGPT_CACHE has "${words[at]}" where a flag is expected: s3 --bucket answers --region eu-west-1`,
      );
    const next = words[at + 1];
    if (value !== undefined) flags[flag] = value;
    else if (next === undefined || next.startsWith('--')) flags[flag] = true;
    else {
      flags[flag] = next;
      at++;
    }
  }
  return cacheSettings(type, flags);
}
