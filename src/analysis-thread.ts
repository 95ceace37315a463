import { Worker } from 'node:worker_threads';
import type { ClusterChoice } from './clusters.ts';
import { ClusterError, ConfigError, UsageError, UserError } from './errors.ts';
import { createLimit } from './limit.ts';
import type { Look, LookRequest } from './look.ts';
import type { AnalysisRequest, Report } from './report.ts';

/** What the thread can do. */
export type ThreadTask = { analyze: AnalysisRequest } | { inspect: LookRequest };

/** What the thread is asked. */
export type ThreadRequest = { id: number; cluster: ClusterChoice; task: ThreadTask } | { id: number; cancel: true };

/** What it answers; the result is that of the task. */
export type ThreadAnswer =
  | { id: number; progress: [label: string, done: number, of: number] }
  | { id: number; result: Report | Look }
  | { id: number; error: { name: string; message: string } };

interface Options {
  signal: AbortSignal;
  onProgress?(label: string, done: number, of: number): void;
}

/** Both reject at once with the signal's reason when that aborts. */
export interface AnalysisThread {
  run(cluster: ClusterChoice, request: AnalysisRequest, options: Options): Promise<Report>;
  inspect(cluster: ClusterChoice, request: LookRequest, options: Options): Promise<Look>;
  close(): Promise<void>;
}

/** Each analysis holds a whole cluster in memory, so of many that are asked for at once only these run. */
const ANALYSES = 2;
/** A look is a few requests, and a person or a model waits for it. */
const LOOKS = 8;

interface Waiting {
  resolve(result: Report | Look): void;
  reject(error: Error): void;
  onProgress?(label: string, done: number, of: number): void;
}

/**
 * Runs analyses, and looks beside them, in a thread of their own: reading hundreds of megabytes and checking 100,000 objects there leaves this
 * thread free, so that a chat is acknowledged at once meanwhile. The thread is started when it is first needed, and
 * again after it has died. `env` is the environment by which it finds its cluster.
 */
export function createAnalysisThread(env: NodeJS.ProcessEnv): AnalysisThread {
  const waiting = new Map<number, Waiting>();
  const analyses = createLimit(ANALYSES);
  const looks = createLimit(LOOKS);
  let worker: Worker | undefined;
  let last = 0;

  function start(): Worker {
    const started = new Worker(new URL('./analysis-worker.ts', import.meta.url), { env });
    started.unref();
    started.on('message', receive);
    started.on('error', (error: NodeJS.ErrnoException) => {
      const lack = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      failAll(
        lack
          ? new UserError(
              'The analysis ran out of memory. Analyze a namespace (-n) or fewer filters, or give the bot more memory.',
            )
          : error,
      );
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      failAll(new UserError('The analysis was stopped. Run it again.'));
    });
    return started;
  }

  function receive(answer: ThreadAnswer): void {
    const asked = waiting.get(answer.id);
    if (!asked) return;
    if ('progress' in answer) {
      asked.onProgress?.(...answer.progress);
      return;
    }
    waiting.delete(answer.id);
    if ('result' in answer) asked.resolve(answer.result);
    else asked.reject(revive(answer.error));
  }

  function failAll(error: Error): void {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  function ask(cluster: ClusterChoice, task: ThreadTask, { signal, onProgress }: Options): Promise<Report | Look> {
    worker ??= start();
    const asked = worker;
    const id = ++last;
    const { promise, resolve, reject } = Promise.withResolvers<Report | Look>();
    const cancel = () => {
      waiting.delete(id);
      asked.postMessage({ id, cancel: true } satisfies ThreadRequest);
      reject(signal.reason);
    };
    signal.addEventListener('abort', cancel, { once: true });
    waiting.set(id, { resolve, reject, ...(onProgress && { onProgress }) });
    asked.postMessage({ id, cluster, task } satisfies ThreadRequest);
    return promise.finally(() => signal.removeEventListener('abort', cancel));
  }

  return {
    run(cluster, request, options) {
      return analyses(() => ask(cluster, { analyze: request }, options) as Promise<Report>, options.signal);
    },
    inspect(cluster, request, options) {
      return looks(() => ask(cluster, { inspect: request }, options) as Promise<Look>, options.signal);
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** Errors lose their class on the way between threads. */
function revive({ name, message }: { name: string; message: string }): Error {
  if (name === 'UsageError') return new UsageError(message);
  if (name === 'ClusterError') return new ClusterError(message);
  if (name === 'ConfigError') return new ConfigError('', message);
  if (name === 'UserError') return new UserError(message);
  return new Error(message);
}
