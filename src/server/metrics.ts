import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobCounts } from '../jobs.ts';
import type { Metrics } from '../metrics.ts';
import type { HttpHost } from '../platform.ts';
import { createOperatorMetrics } from './operator-metrics.ts';

/** A scrape does not wait longer for what another service knows. */
const JOBS_MS = 2000;

const ANALYSIS_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
/** Chats wait three seconds for an acknowledgement. */
const ACKNOWLEDGED_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3];
const FIRST_WORD_SECONDS = [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];

interface MetricsOptions {
  /** How much work there is to do, asked at each scrape. */
  jobs?(): Promise<JobCounts>;
}

export interface ScrapedMetrics extends Metrics {
  /** Answers `GET /metrics` in the text format of Prometheus. */
  mount(http: HttpHost): void;
}

/** Counts what the program does, in a registry of its own. */
export function createMetrics({ jobs }: MetricsOptions = {}): ScrapedMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `k8sgpt_chat_${name}`, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: `k8sgpt_chat_${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, buckets: number[], labelNames: Label[] = []) =>
    new Histogram({ name: `k8sgpt_chat_${name}`, help, labelNames, buckets, registers });

  const incidents = gauge('incidents', 'Open incidents when the whole cluster was last analyzed.', ['severity']);
  const findings = gauge('findings', 'Findings when the whole cluster was last analyzed.', ['severity']);
  const analyzed = gauge('last_analysis_timestamp_seconds', 'When the whole cluster was last analyzed.');
  const analyses = counter('analyses_total', 'Analyses.', ['outcome']);
  const analysisSeconds = histogram('analysis_duration_seconds', 'How long an analysis took.', ANALYSIS_SECONDS);
  const filterSeconds = counter('filter_seconds_total', 'Seconds that a filter checked objects.', ['filter']);
  const requests = counter('kubernetes_requests_total', 'Requests of analyses to the API server.');
  const commands = counter('commands_total', 'Commands, and questions to threads.', ['command', 'outcome']);
  const acknowledged = histogram(
    'acknowledgement_seconds',
    'How long it took until a command or question could not be lost any more.',
    ACKNOWLEDGED_SECONDS,
  );
  const models = counter('model_requests_total', 'Requests to models.', ['backend', 'model', 'outcome']);
  const tokens = counter('model_tokens_total', 'Tokens that models read and wrote.', ['backend', 'model', 'direction']);
  const cost = counter('model_cost_dollars_total', 'What models cost, where a price is set.', ['backend', 'model']);
  const firstWord = histogram(
    'model_first_word_seconds',
    'How long it took until the first word of a model’s answer.',
    FIRST_WORD_SECONDS,
    ['backend', 'model'],
  );
  const cached = counter('answer_cache_reads_total', 'Kept answers that were looked for.', ['result']);
  const digests = counter('digests_total', 'Digests posted and left out, and attempts that failed.', ['outcome']);
  const watches = counter('watch_messages_total', 'Messages of watches.');
  const sinks = counter('sink_notices_total', 'Notices to other services.', ['sink', 'outcome']);
  const mutes = gauge('mutes', 'Mutes that hold now.');
  const operator = createOperatorMetrics(registers);
  if (jobs) registerJobs(registers, jobs);

  async function answer({ method }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD', 'content-type': 'text/plain' }).end('only GET\n');
      return;
    }
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(method === 'GET' ? text : undefined);
  }

  return {
    analysis({ outcome, seconds, filters = {}, found, ...done }) {
      analyses.inc({ outcome });
      if (outcome === 'failed') return;
      analysisSeconds.observe(seconds);
      requests.inc(done.requests ?? 0);
      for (const [filter, spent] of Object.entries(filters)) filterSeconds.inc({ filter }, spent);
      if (!found) return;
      for (const [severity, count] of Object.entries(found.incidents)) incidents.set({ severity }, count);
      for (const [severity, count] of Object.entries(found.findings)) findings.set({ severity }, count);
      analyzed.setToCurrentTime();
    },
    command(command, outcome, acknowledgedSeconds) {
      commands.inc({ command, outcome });
      acknowledged.observe(acknowledgedSeconds);
    },
    model({ backend, model, outcome, firstSeconds, input, output, cost: dollars }) {
      models.inc({ backend, model, outcome });
      tokens.inc({ backend, model, direction: 'read' }, input);
      tokens.inc({ backend, model, direction: 'written' }, output);
      if (dollars !== undefined) cost.inc({ backend, model }, dollars);
      if (firstSeconds !== undefined) firstWord.observe({ backend, model }, firstSeconds);
    },
    cache: (hit) => cached.inc({ result: hit ? 'hit' : 'miss' }),
    digest: (outcome) => digests.inc({ outcome }),
    watchMessage: () => watches.inc(),
    sink: (sink, outcome) => sinks.inc({ sink, outcome }),
    mutes: (count) => mutes.set(count),
    ...operator,
    mount(http) {
      http.mount('/metrics', (request, response) => {
        answer(request, response).catch(() => response.writeHead(500).end());
      });
    },
  };
}

/** Where the store does not say it in time, the scrape goes on without. */
function registerJobs(registers: Registry[], jobs: () => Promise<JobCounts>): void {
  new Gauge({
    name: 'k8sgpt_chat_jobs',
    help: 'Work that is kept, by its state; `failed` within the last day.',
    labelNames: ['state'],
    registers,
    async collect() {
      const counts = await within(jobs(), JOBS_MS);
      this.reset();
      for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count);
    },
  });
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), milliseconds);
  try {
    return await Promise.race([work.catch(() => undefined), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
