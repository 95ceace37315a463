import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../support/mattermost/settle.ts';

/** A real Mattermost server with a database of its own. */
export interface Mattermost {
  settings: Settings;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Ends it as its operator does. */
  end(): Promise<void>;
  /** Starts it again, on the same port and with the same database; with other settings, such as `MM_…`. */
  start(env?: Record<string, string>): Promise<void>;
  restart(env?: Record<string, string>): Promise<void>;
  /** Ends it and its database for good. */
  stop(): Promise<void>;
}

/** Whether one can be started here: `MATTERMOST_TOOLS`, or `shared/mattermost` in this folder or one above it. */
export function mattermostIsHere(env = process.env): boolean {
  return toolsFolder(env) !== undefined;
}

/** Starts one, which takes some seconds; the first time on a machine it is built, which takes minutes. */
export async function startMattermost(env = process.env): Promise<Mattermost> {
  const tools = toolsFolder(env);
  if (!tools) throw new Error('There is no Mattermost here. Set MATTERMOST_TOOLS to a folder with `up` and `down`.');
  const folder = await mkdtemp(join(tmpdir(), 'mattermost-'));
  const run = (command: string) =>
    execFileSync(join(tools, command), [folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  const settings = settingsIn(await readFile(run('up'), 'utf8'));
  const pidFile = join(folder, 'mattermost.pid');
  const again = await howItRuns(Number(await readFile(pidFile, 'utf8')));

  async function end(signal: NodeJS.Signals): Promise<void> {
    const pid = Number(await readFile(pidFile, 'utf8'));
    if (runs(pid)) process.kill(pid, signal);
    while (runs(pid)) await sleep(20);
  }

  async function start(more: Record<string, string> = {}): Promise<void> {
    const { file, cwd, env: its } = again;
    const server = spawn(file, ['server'], { cwd, env: { ...its, ...more }, stdio: 'ignore', detached: true });
    server.unref();
    await writeFile(pidFile, String(server.pid));
    while (!(await answers(settings.MATTERMOST_URL))) await sleep(50);
  }

  return {
    settings,
    kill: () => end('SIGKILL'),
    end: () => end('SIGTERM'),
    start,
    async restart(more) {
      await end('SIGTERM');
      await start(more);
    },
    async stop() {
      await end('SIGTERM');
      run('down');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The file, folder and environment of a process, so that it can be started once more (Linux). */
async function howItRuns(pid: number) {
  const pairs = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter((pair) => pair !== '');
  const env = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return { file: await readlink(`/proc/${pid}/exe`), cwd: await readlink(`/proc/${pid}/cwd`), env };
}

function runs(pid: number): boolean {
  try {
    // One that ended and that nobody has waited for yet is still there, as a zombie.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/v4/system/ping`)).ok;
  } catch {
    return false;
  }
}

function settingsIn(file: string): Settings {
  const lines = file.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) as unknown as Settings;
}

/** Where `build`, `up` and `down` lie. */
function toolsFolder(env: NodeJS.ProcessEnv): string | undefined {
  if (env.MATTERMOST_TOOLS) return env.MATTERMOST_TOOLS;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const tools = join(folder, 'shared', 'mattermost');
    if (existsSync(join(tools, 'up'))) return tools;
    if (folder === dirname(folder)) return undefined;
  }
}
