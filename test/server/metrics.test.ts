import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Metrics } from '../../src/metrics.ts';
import { noMetrics } from '../../src/metrics.ts';
import { createHttpServer, type HttpServer } from '../../src/server/http.ts';
import { createMetrics, type ScrapedMetrics } from '../../src/server/metrics.ts';

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/;

let server: HttpServer;
let metrics: ScrapedMetrics;
let url: string;

beforeEach(async () => {
  server = createHttpServer({ ready: () => true });
  metrics = createMetrics({ jobs: async () => ({ waiting: 3, active: 1, failed: 0 }) });
  metrics.mount(server);
  url = await server.listen('127.0.0.1', 0);
});
afterEach(() => server.close());

/** Every sample of the exposition by its name and labels; throws for a line that Prometheus would not read. */
async function scrape(): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const samples = new Map<string, number>();
  const typed = new Set<string>();
  for (const line of (await response.text()).split('\n')) {
    const [, type] = /^# TYPE (\S+) (?:counter|gauge|histogram|summary)$/.exec(line) ?? [];
    if (type) typed.add(type);
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    // Prometheus reads numbers as Go does, and so NaN in any case.
    if (!name || (Number.isNaN(Number(value)) && !/^nan$/i.test(value))) throw new Error(`not readable: ${line}`);
    if (!typed.has(name) && !typed.has(name.replace(/_(bucket|sum|count)$/, ''))) throw new Error(`no type: ${line}`);
    samples.set(`${name}{${labels}}`, Number(value));
  }
  return samples;
}

test('what happens is counted, under labels of its kind', async () => {
  const none = { critical: 0, high: 0, medium: 0, low: 0 };
  metrics.analysis({
    outcome: 'done',
    seconds: 2,
    requests: 18,
    filters: { Pod: 0.5 },
    found: { incidents: { ...none, high: 2 }, findings: none },
  });
  metrics.command('analyze', 'done', 0.02);
  metrics.model({
    backend: 'openai',
    model: 'm',
    outcome: 'answered',
    input: 10,
    output: 5,
    cost: 0.25,
    firstSeconds: 1,
  });
  metrics.cache(true);
  metrics.digest('posted');
  metrics.watchMessage();
  metrics.sink('slack', 'failed');
  metrics.mutes(4);

  const samples = await scrape();

  expect(Object.fromEntries(samples)).toMatchObject({
    'k8sgpt_chat_analyses_total{outcome="done"}': 1,
    'k8sgpt_chat_kubernetes_requests_total{}': 18,
    'k8sgpt_chat_filter_seconds_total{filter="Pod"}': 0.5,
    'k8sgpt_chat_incidents{severity="high"}': 2,
    'k8sgpt_chat_commands_total{command="analyze",outcome="done"}': 1,
    'k8sgpt_chat_acknowledgement_seconds_count{}': 1,
    'k8sgpt_chat_model_requests_total{backend="openai",model="m",outcome="answered"}': 1,
    'k8sgpt_chat_model_tokens_total{backend="openai",model="m",direction="written"}': 5,
    'k8sgpt_chat_model_cost_dollars_total{backend="openai",model="m"}': 0.25,
    'k8sgpt_chat_answer_cache_reads_total{result="hit"}': 1,
    'k8sgpt_chat_digests_total{outcome="posted"}': 1,
    'k8sgpt_chat_watch_messages_total{}': 1,
    'k8sgpt_chat_sink_notices_total{sink="slack",outcome="failed"}': 1,
    'k8sgpt_chat_mutes{}': 4,
    'k8sgpt_chat_jobs{state="waiting"}': 3,
  });
});

test('Results stand under the operator’s names, and are gone with their K8sGPT', async () => {
  const call = { backend: 'openai', deployment: 'team', namespace: 'shop', k8sgpt: 'shop/team' };
  metrics.results('shop/team', [
    { namespace: 'shop', kind: 'Pod', name: 'shop/cart' },
    { namespace: 'shop', kind: 'Pod', name: 'shop/booking' },
  ]);
  metrics.reconcileError('shop/team');
  metrics.backendCall(call, true);
  metrics.backendCall(call, false);
  const labels = 'backend="openai",deployment="team",namespace="shop",k8sgpt="shop/team"';

  const before = await scrape();
  metrics.results('shop/team', []);
  const after = await scrape();

  expect(Object.fromEntries(before)).toMatchObject({
    'k8sgpt_number_of_results{object_namespace="shop",k8sgpt="shop/team"}': 2,
    'k8sgpt_number_of_results_by_type{object_namespace="shop",kind="Pod",name="shop/cart",k8sgpt="shop/team"}': 1,
    'k8sgpt_reconcile_error_count{k8sgpt="shop/team"}': 1,
    [`k8sgpt_number_of_backend_ai_calls{${labels}}`]: 2,
    [`k8sgpt_number_of_failed_backend_ai_calls{${labels}}`]: 1,
  });
  expect([...after.keys()].filter((key) => key.startsWith('k8sgpt_number_of_results'))).toEqual([]);
});

test('names of the cluster are escaped', async () => {
  metrics.results('a/b', [{ namespace: 'n', kind: 'Pod', name: 'quo"te\\\nline' }]);

  expect([...(await scrape()).keys()].some((key) => key.includes('quo\\"te\\\\\\nline'))).toBe(true);
});

test('the jobs of a store that hangs are left out, and the scrape goes on', async () => {
  const other = createHttpServer({ ready: () => true });
  createMetrics({ jobs: () => new Promise(() => {}) }).mount(other);
  url = await other.listen('127.0.0.1', 0);

  expect([...(await scrape()).keys()].some((key) => key.startsWith('k8sgpt_chat_jobs{'))).toBe(false);
  await other.close();
});

test('it can only be read', async () => {
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
});

test('who counts nothing is told the same', () => {
  const { mount: _, ...counted } = metrics;

  expect(Object.keys(noMetrics).sort()).toEqual(Object.keys(counted satisfies Metrics).sort());
});
