import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { soon } from './soon.ts';

export interface JobsProcess {
  /** What it wrote so far, a line each; see jobs-process.ts. */
  readonly lines: string[];
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Starts a process that works on jobs in a SQLite file, or in Redis; each piece of work takes so long. */
export async function startJobsProcess(place: string, leaseMs: number, workMs: number): Promise<JobsProcess> {
  const script = join(import.meta.dirname, 'jobs-process.ts');
  const child = spawn(process.execPath, [script, place, `${leaseMs}`, `${workMs}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  await soon(() => {
    if (!lines.includes('ready')) throw new Error('the process is not ready');
  });
  return {
    lines,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
