import type { AnswerCache, CachedAnswer } from '../../src/answer-cache.ts';
import type { Backend } from '../../src/backend.ts';
import type { Services } from '../../src/command.ts';
import { createExplainer } from '../../src/explanation/explain.ts';
import { createMetering } from '../../src/explanation/metering.ts';
import { createModels } from '../../src/explanation/models.ts';
import { silent } from '../../src/log.ts';
import { noMetrics } from '../../src/metrics.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';

/** Answers kept in memory. */
export function memoryCache(): AnswerCache & { answers: Map<string, CachedAnswer> } {
  const answers = new Map<string, CachedAnswer>();
  return {
    name: 'memory',
    answers,
    get: async (key) => answers.get(key),
    async set(key, answer) {
      answers.set(key, answer);
    },
    delete: async (key) => answers.delete(key),
    list: async (max) =>
      [...answers].slice(0, max).map(([key, { text, at }]) => ({ key, at: Date.parse(at), size: text.length })),
  };
}

/** What words answers, over these backends. */
export function answeringOf(...backends: readonly Backend[]) {
  const cache = memoryCache();
  const models = createModels({ backends });
  const metering = createMetering(createSqliteStore({ file: ':memory:' }), {});
  const explainer = createExplainer({
    models,
    cache,
    metering,
    price: () => undefined,
    log: silent,
    metrics: noMetrics,
  });
  return {
    models,
    metering,
    cache,
    explainer,
    answers: cache,
    metrics: noMetrics,
    alwaysAnonymize: false,
  } satisfies Partial<Services> & {
    cache: object;
  };
}

/** Threads that know nothing, and number no evidence. */
export function noThreads(): Services['threads'] {
  return {
    begin: async () => new Map(),
    ask: async () => {},
    exhibit: async () => undefined,
    stop: async () => {},
    languageOf: async () => 'English',
    setLanguage: async () => {},
  };
}
