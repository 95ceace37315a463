import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Measured {
  milliseconds: number;
  /** The most memory that it had at once; absent where /proc is. */
  peakBytes?: number;
  output: string;
}

const POLL_MS = 40;

/** Runs a program of this project in a process of its own, from a cold start to its end. */
export async function measure(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  const started = performance.now();
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let peakBytes: number | undefined;
  let running = true;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const polling = (async () => {
    while (running) {
      peakBytes = (await memoryOf(child.pid))?.peak ?? peakBytes;
      await sleep(POLL_MS);
    }
  })();
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const status = await ended;
  const milliseconds = performance.now() - started;
  running = false;
  await polling;
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
  return { milliseconds, output: Buffer.concat(chunks).toString(), ...(peakBytes && { peakBytes }) };
}

/** The memory of a process in bytes, now and at most; `undefined` where /proc is absent. Linux keeps the high-water mark. */
export async function memoryOf(pid: number | undefined): Promise<{ now: number; peak: number } | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const [now, peak] = [/VmRSS:\s+(\d+)/, /VmHWM:\s+(\d+)/].map((line) => Number(line.exec(status)?.[1]) * 1024);
    return now && peak ? { now, peak } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How long an acknowledgement takes while something large is under way, in milliseconds: `acknowledge` is called again
 * and again, as people would write, until `work` is done.
 */
export async function acknowledgements(acknowledge: () => Promise<unknown>, work: Promise<unknown>, pauseMs = 5) {
  const taken: number[] = [];
  let working = true;
  const done = work.finally(() => {
    working = false;
  });
  while (working) {
    const started = performance.now();
    await acknowledge();
    taken.push(performance.now() - started);
    await sleep(pauseMs);
  }
  await done;
  taken.sort((a, b) => a - b);
  const percentile = (share: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? 0;
  return { count: taken.length, p50: percentile(0.5), p99: percentile(0.99), max: taken.at(-1) ?? 0 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
