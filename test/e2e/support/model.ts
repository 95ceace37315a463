import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/redis.ts';

/** Where it is compiled at first, which takes some seven minutes. */
const PATIENCE_MS = 14 * 60_000;

export interface RealModel {
  /** The root of a service that speaks OpenAI's protocol. */
  url: string;
  name: string;
  stop(): Promise<void>;
}

/** Whether there is a real model: at `MODEL_URL`, or behind `shared/model/serve` in this folder or one above it. */
export function modelIsHere(env = process.env): boolean {
  return Boolean(env.MODEL_URL ?? serveScript());
}

/** Finds it, or starts it. */
export async function startModel(env = process.env): Promise<RealModel> {
  if (env.MODEL_URL) return { url: env.MODEL_URL, name: await nameAt(env.MODEL_URL), stop: async () => {} };
  const script = serveScript();
  if (!script) throw new Error('There is no model here. Set MODEL_URL to a server that speaks the protocol of OpenAI.');
  const port = await freePort();
  const server = spawn(script, [`${port}`], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/v1`;
  async function stop(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  }

  try {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(500)) {
      const name = await nameAt(url).catch(() => undefined);
      if (name) return { url, name, stop };
      if (server.exitCode !== null || Date.now() > deadline) throw new Error(`${script} serves no model.`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

async function nameAt(url: string): Promise<string> {
  const { data } = (await (await fetch(`${url}/models`)).json()) as { data: { id: string }[] };
  return data[0]?.id ?? '';
}

function serveScript(): string | undefined {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const script = join(folder, 'shared', 'model', 'serve');
    if (existsSync(script)) return script;
    if (folder === dirname(folder)) return undefined;
  }
}
