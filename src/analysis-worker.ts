import { parentPort } from 'node:worker_threads';
import { analyze } from './analysis/run.ts';
import type { ThreadAnswer, ThreadRequest } from './analysis-thread.ts';
import { analyzers } from './analyzers/index.ts';
import type { ClusterSource } from './cluster.ts';
import { type ClusterChoice, openCluster } from './clusters.ts';
import { ClusterError } from './errors.ts';
import { inspect } from './inspection/index.ts';

/** Connections are kept from one task to the next. */
const sources = new Map<string, Promise<ClusterSource>>();
const running = new Map<number, AbortController>();

parentPort?.on('message', (message: ThreadRequest) => {
  if ('cancel' in message) running.get(message.id)?.abort();
  else void run(message);
});

async function run({ id, cluster, task }: Exclude<ThreadRequest, { cancel: true }>): Promise<void> {
  const abort = new AbortController();
  const { signal } = abort;
  running.set(id, abort);
  try {
    const opened = await source(cluster);
    const onProgress = (...progress: [string, number, number]) => answer({ id, progress });
    const result =
      'analyze' in task
        ? await analyze(opened, analyzers, task.analyze, { signal, onProgress })
        : await inspect(opened, task.inspect, signal);
    answer({ id, result });
  } catch (error) {
    // Who was refused mends a kubeconfig or logs in: the next task reads it anew. What is no longer used closes its idle
    // connections by itself; another task may still be using it. A look for what does not exist mends nothing.
    if ('analyze' in task || error instanceof ClusterError) sources.delete(JSON.stringify(cluster));
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
