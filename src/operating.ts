import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Answering } from './answering.ts';
import type { BackendSettings } from './backend.ts';
import { openBackend } from './backends/index.ts';
import { openCache } from './caches/index.ts';
import type { ClusterChoice } from './clusters.ts';
import type { Services } from './command.ts';
import { ConfigError, UserError } from './errors.ts';
import type { Explainer } from './explainer.ts';
import { createExplainer } from './explanation/explain.ts';
import { createModels } from './explanation/models.ts';
import { connectResources } from './kubernetes/index.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createOperator, type OpenExplainer, type Operator, type Tell } from './operator/index.ts';
import { steadyClock } from './operator/types.ts';
import type { Notice, SinkSettings } from './sink.ts';
import { sinkTypes } from './sinks/index.ts';
import { post } from './sinks/shared/post.ts';
import type { Store } from './store.ts';

/** Explainers that are kept for the analyses to come; a K8sGPT has one, and its breaker and its cache with it. */
const EXPLAINERS_MAX = 50;
const SINK_MS = 10_000;

interface OperatingOptions {
  env: NodeJS.ProcessEnv;
  cluster: ClusterChoice;
  /** The namespace of the Lease. */
  namespace: string;
  services: Pick<Services, 'analysis' | 'explain'>;
  answering: Answering;
  store: Store;
  log: Logger;
  /** Absent: sinks are called at once, and again with later analyses where that fails. */
  tell?: Tell;
  metrics: Metrics;
}

/** Wires the operator. Throws `ConfigError` where there is no cluster that could hold its resources. */
export async function openOperator(options: OperatingOptions): Promise<Operator> {
  const { env, cluster, namespace, services, store, log, tell = tellDirectly, metrics } = options;
  if (cluster.sample || cluster.recording) {
    throw new ConfigError(
      'OPERATOR',
      'OPERATOR=true needs a cluster, and there is none but a recording. Set KUBECONFIG, or leave OPERATOR out.',
    );
  }
  const resources = await connectResources({
    env,
    ...(cluster.kubeconfig && { kubeconfig: cluster.kubeconfig }),
    ...(cluster.context && { context: cluster.context }),
  });
  return createOperator({
    resources,
    analysis: services.analysis,
    explain: services.explain,
    openExplainer: createOpenExplainer(options),
    clock: steadyClock,
    log,
    identity: `${hostname()}_${randomBytes(4).toString('hex')}`,
    namespace,
    tell,
    store,
    metrics,
  });
}

/** One explainer for each backend and cache, kept, so that a backend that fails is left alone by all analyses. */
function createOpenExplainer({ env, answering, store, log, metrics }: OperatingOptions): OpenExplainer {
  const opened = new Map<string, Promise<Explainer>>();

  async function open(settings: BackendSettings, cached: Parameters<OpenExplainer>[1]): Promise<Explainer> {
    const backend = await openBackend(settings, env);
    const cache = cached
      ? await openCache({ env: { ...env, ...cached.credentials }, store, settings: cached.settings })
      : answering.cache;
    const { metering, price } = answering;
    return createExplainer({
      models: createModels({ backends: [backend], metrics, price }),
      cache,
      metering,
      price,
      log,
      metrics,
    });
  }

  return (settings, cached) => {
    const key = JSON.stringify([settings, cached]);
    const explainer = opened.get(key) ?? open(settings, cached);
    opened.delete(key);
    opened.set(key, explainer);
    explainer.catch(() => opened.delete(key));
    const [oldest] = opened.keys();
    if (opened.size > EXPLAINERS_MAX && oldest !== undefined) opened.delete(oldest);
    return explainer;
  };
}

async function tellDirectly(sink: SinkSettings, notice: Notice, signal: AbortSignal): Promise<void> {
  const type = sinkTypes.find((each) => each.type === sink.type);
  if (!type) {
    const names = sinkTypes.map((each) => each.type).join(', ');
    throw new UserError(`spec.sink.type "${sink.type}" is not known. Set it to one of ${names}.`);
  }
  if (!URL.canParse(sink.webhook) || !/^https?:$/.test(new URL(sink.webhook).protocol))
    throw new UserError(
      'spec.sink has an address that is no http or https address. Correct its webhook or its Secret.',
    );
  // As with all sinks: what is merely untidy is no news.
  if (notice.incident.severity === 'low') return;
  const posting = { fetch: globalThis.fetch, timeoutMs: SINK_MS, signal, now: Date.now() };
  const delivery = await post(type.request(notice, sink), sink, posting);
  if (delivery.end !== 'sent') throw new UserError(`spec.sink could not be told. ${delivery.reason}`);
}
