import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createMetrics } from '../../src/server/metrics.ts';

export interface Registered {
  type: string;
  /** Without `le`, which Prometheus's own format has. */
  labels: string[];
}

/** What the program counts by itself, by its name: each of its metrics has been told of something, so that its labels are seen. */
export async function registeredMetrics(): Promise<Map<string, Registered>> {
  const all = new Map<string, Registered>();
  const seen = new Set<string>();
  for (const line of (await exposition()).split('\n')) {
    const [, name = '', type = ''] = /^# TYPE (k8sgpt_\S+) (\S+)$/.exec(line) ?? [];
    if (name) all.set(name, { type, labels: [] });
    const [, sample = '', labels = ''] = /^(k8sgpt_\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    const own = all.has(sample) ? sample : sample.replace(/_(?:bucket|sum|count)$/, '');
    const metric = all.get(own);
    if (!metric || seen.has(own)) continue;
    seen.add(own);
    metric.labels = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label).filter((label) => label !== 'le');
  }
  const unseen = [...all.keys()].filter((name) => !seen.has(name));
  if (unseen.length > 0) throw new Error(`test/support/metrics.ts tells nothing of ${unseen.join(', ')}`);
  return all;
}

function exposition(): Promise<string> {
  const metrics = createMetrics({ jobs: async () => ({ waiting: 1, active: 1, failed: 1 }) });
  const found = { critical: 1, high: 1, medium: 1, low: 1 };
  const call = { backend: 'b', deployment: 'd', namespace: 'n', k8sgpt: 'n/k' };
  metrics.analysis({ outcome: 'done', seconds: 1, filters: { Pod: 1 }, found: { incidents: found, findings: found } });
  metrics.command('analyze', 'done', 0.1);
  metrics.model({ backend: 'b', model: 'm', outcome: 'answered', input: 1, output: 1, cost: 1, firstSeconds: 1 });
  metrics.cache(true);
  metrics.digest('posted');
  metrics.sink('slack', 'sent');
  metrics.results('n/k', [{ namespace: 'n', kind: 'Pod', name: 'p' }]);
  metrics.reconcileError('n/k');
  metrics.backendCall(call, false);
  const { promise, resolve } = Promise.withResolvers<string>();
  const response = { writeHead: () => ({ end: resolve }) } as unknown as ServerResponse;
  metrics.mount({
    mount: (_: string, listener: RequestListener) => listener({ method: 'GET' } as IncomingMessage, response as never),
  });
  return promise;
}
