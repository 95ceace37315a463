import type { BackendSettings } from '../backend.ts';
import type { ApiObject } from '../custom-resources.ts';
import { messageOf } from '../errors.ts';
import { ENGLISH, languageOf } from '../explanation/language.ts';
import type { SinkSettings } from '../sink.ts';
import { type Spec, specFields } from './fields.ts';
import { unknownFields, unsupportedIn } from './unsupported.ts';

/** As K8sGPT's operator has it. */
const INTERVAL_MS = 30_000;
/** An analysis reads the whole cluster. */
const INTERVAL_MIN_MS = 10_000;
const INTERVAL_MAX_MS = 24 * 3_600_000;
const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A K8sGPT with it is left alone until it is gone. */
const PAUSED = 'core.k8sgpt.ai/paused';

export interface SecretKey {
  name: string;
  key: string;
}

/** A remote cache, in the terms of K8sGPT's configuration file, and the Secret with its credentials. */
export interface RemoteCache {
  settings: Record<string, unknown>;
  credentials?: string;
}

/** What a K8sGPT resource asks for. */
export interface Wanted {
  filters: readonly string[];
  namespace?: string;
  intervalMs: number;
  paused: boolean;
  noCache: boolean;
  /** Absent: answers come from the runbooks. */
  ai?: { settings: BackendSettings; secret?: SecretKey; language: string; anonymize: boolean };
  remoteCache?: RemoteCache;
  sink?: { settings: SinkSettings; secret?: SecretKey };
  /** Why nothing can be analyzed; absent: it can. */
  refusal?: string;
  /** What is asked for and not done, a sentence each. */
  unsupported: string[];
}

/** Reads a K8sGPT resource. What cannot be done becomes a sentence, never an error. */
export function readSpec({ metadata, spec: raw }: ApiObject): Wanted {
  const spec = specFields(raw) ?? {};
  const unsupported = [...unsupportedIn(spec), ...unknownFields(raw)];
  const say = (sentence: string) => void unsupported.push(sentence);
  const ai = spec.ai?.enabled ? aiOf(spec.ai, say) : undefined;
  const remoteCache = spec.remoteCache && remoteCacheOf(spec.remoteCache, say);
  const sink = spec.sink && sinkOf(`${metadata.namespace}/${metadata.name}`, spec.sink, say);
  return {
    filters: (spec.filters ?? []).filter(Boolean),
    ...(spec.targetNamespace && { namespace: spec.targetNamespace }),
    intervalMs: intervalOf(spec.analysis?.interval, say),
    paused: metadata.annotations?.[PAUSED] === 'true',
    noCache: spec.noCache === true,
    ...(ai && { ai }),
    ...(remoteCache && { remoteCache }),
    ...(sink && { sink }),
    ...(spec.kubeconfig?.name && { refusal: OTHER_CLUSTER }),
    unsupported,
  };
}

const OTHER_CLUSTER =
  'spec.kubeconfig names another cluster, which this operator does not analyze. Run an operator there, or remove the field.';

type Say = (sentence: string) => void;

function intervalOf(said: string | undefined, say: Say): number {
  if (!said) return INTERVAL_MS;
  const [, count, unit = ''] = /^(\d+)([smh])$/.exec(said) ?? [];
  const milliseconds = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (Number.isNaN(milliseconds)) {
    say(`spec.analysis.interval is "${said}", and 30s is taken instead. Write a number and s, m or h, such as 5m.`);
    return INTERVAL_MS;
  }
  const kept = Math.min(Math.max(milliseconds, INTERVAL_MIN_MS), INTERVAL_MAX_MS);
  if (kept !== milliseconds) {
    const taken = kept === INTERVAL_MIN_MS ? '10s' : '24h';
    say(`spec.analysis.interval is ${said}, and ${taken} is taken instead. Set it to 10s at least and 24h at most.`);
  }
  return kept;
}

function aiOf(ai: NonNullable<Spec['ai']>, say: Say): NonNullable<Wanted['ai']> {
  const { secret: from } = ai;
  const backend = ai.backend || 'openai';
  const headers = headersOf(ai.customHeaders);
  const maxTokens = Number(ai.maxTokens);
  const topK = Number(ai.topk);
  const settings: BackendSettings = {
    name: backend,
    preset: backend,
    ...(ai.model && !(ai.model === DEFAULT_MODEL && NO_GPT.has(backend)) && { model: ai.model }),
    ...(ai.baseUrl && { baseUrl: ai.baseUrl }),
    ...(ai.engine && { engine: ai.engine }),
    ...(ai.region && { region: ai.region }),
    ...(ai.providerId && { project: ai.providerId }),
    ...(backend === 'amazonsagemaker' && ai.engine && { endpoint: ai.engine }),
    ...(ai.maxTokens && maxTokens > 0 && { maxTokens }),
    ...(ai.topk && topK > 0 && { topK }),
    ...(headers && { headers }),
  };
  return {
    settings,
    ...(from?.name && { secret: { name: from.name, key: from.key ?? '' } }),
    language: language(ai.language, say),
    anonymize: ai.anonymized !== false,
  };
}

/** What the CRD puts in for every backend, and those that surely have no such model: they are asked for their own default. */
const DEFAULT_MODEL = 'gpt-4o-mini';
const NO_GPT = new Set(['amazonbedrock', 'amazonsagemaker', 'cohere', 'google', 'googlevertexai', 'ibmwatsonxai']);

function language(said: string | undefined, say: Say): string {
  if (!said) return ENGLISH;
  try {
    return languageOf(said);
  } catch (error) {
    say(`spec.ai.language: ${messageOf(error)} English is taken instead.`);
    return ENGLISH;
  }
}

/** `Key1:Value1,Key2:Value2` */
function headersOf(said: string | undefined): Record<string, string> | undefined {
  const pairs = (said ?? '').split(',').filter((pair) => pair.includes(':'));
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split(/:(.*)/s, 2);
      return [name.trim(), value.trim()];
    }),
  );
}

function remoteCacheOf(
  { s3, azure, gcs, interplex, credentials }: NonNullable<Spec['remoteCache']>,
  say: Say,
): RemoteCache | undefined {
  if (s3?.bucketName) {
    const from = credentials?.name ? { credentials: credentials.name } : {};
    return cache('s3', { bucketname: s3.bucketName, ...(s3.region && { region: s3.region }) }, from);
  }
  if (credentials?.name)
    say(
      'spec.remoteCache.credentials is used for s3 only. Give the ServiceAccount of the operator an identity of the cloud.',
    );
  if (azure?.storageAccount && azure.containerName)
    return cache('azure', { storageaccount: azure.storageAccount, container: azure.containerName }, {});
  if (gcs?.bucketName) {
    const { bucketName: bucketname, region, projectId: projectid } = gcs;
    return cache('gcs', { bucketname, ...(region && { region }), ...(projectid && { projectid }) }, {});
  }
  if (interplex) {
    say(
      'spec.remoteCache.interplex is not supported, and answers are kept in the store instead. Use s3, azure or gcs.',
    );
    return undefined;
  }
  say(
    'spec.remoteCache names no bucket or container, and answers are kept in the store instead. Complete s3, azure or gcs.',
  );
  return undefined;
}

function cache(type: string, part: Record<string, string>, from: { credentials?: string }): RemoteCache {
  return { settings: { currentCacheType: type, [type]: part }, ...from };
}

function sinkOf(name: string, sink: NonNullable<Spec['sink']>, say: Say): Wanted['sink'] {
  const { type = '', webhook = '', channel, username, icon_url: iconUrl, secret: from } = sink;
  if (!type) return undefined;
  if (!webhook && !from?.name) {
    say('spec.sink has neither webhook nor secret, so nothing is told. Set one of them.');
    return undefined;
  }
  return {
    settings: {
      name: `k8sgpt ${name}`,
      type,
      webhook,
      ...(channel && { channel }),
      ...(username && { username }),
      ...(iconUrl && { iconUrl }),
    },
    ...(from?.name && { secret: { name: from.name, key: from.key ?? '' } }),
  };
}
