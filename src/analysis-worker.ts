import { parentPort } from 'node:worker_threads';
import { analyze } from './analysis/run.ts';
import type { ThreadAnswer, ThreadRequest } from './analysis-thread.ts';
import { analyzers } from './analyzers/index.ts';
import type { ClusterSource } from './cluster.ts';
import { type ClusterChoice, openCluster } from './clusters.ts';

/** Connections are kept from one analysis to the next. */
const sources = new Map<string, Promise<ClusterSource>>();
const running = new Map<number, AbortController>();

parentPort?.on('message', (message: ThreadRequest) => {
  if ('cancel' in message) running.get(message.id)?.abort();
  else void run(message);
});

async function run({ id, cluster, request }: Exclude<ThreadRequest, { cancel: true }>): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  try {
    const report = await analyze(await source(cluster), analyzers, request, {
      signal: abort.signal,
      onProgress: (...progress) => answer({ id, progress }),
    });
    answer({ id, report });
  } catch (error) {
    // Who was refused mends a kubeconfig or logs in: the next analysis reads it anew. What is no longer used closes its
    // idle connections by itself; another analysis may still be using it.
    sources.delete(JSON.stringify(cluster));
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    answer({ id, error: { name, message } });
  } finally {
    running.delete(id);
  }
}

function source(choice: ClusterChoice): Promise<ClusterSource> {
  const key = JSON.stringify(choice);
  const known = sources.get(key);
  if (known) return known;
  const opened = openCluster(choice, process.env);
  sources.set(key, opened);
  return opened;
}

function answer(message: ThreadAnswer): void {
  parentPort?.postMessage(message);
}
