import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/redis.ts';

/** Where it is compiled at first, which takes some seven minutes. */
const PATIENCE_MS = 14 * 60_000;
/** Of the first answer, one word long. */
const WORD_MS = 60_000;

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

/**
 * Finds it, or starts it. One that dies of its first question was compiled for another processor, or for instructions
 * that its compiler gets wrong (GCC 12 and AMX): it is compiled once more, for any processor, in a cache of its own.
 */
export async function startModel(env = process.env): Promise<RealModel> {
  if (env.MODEL_URL) return { url: env.MODEL_URL, name: await nameAt(env.MODEL_URL), stop: async () => {} };
  const script = serveScript();
  if (!script) throw new Error('There is no model here. Set MODEL_URL to a server that speaks the protocol of OpenAI.');
  const portable = { ...env, CMAKE_ARGS: env.CMAKE_ARGS ?? '-DGGML_NATIVE=OFF' };
  try {
    return await serve(script, portable);
  } catch (error) {
    const cache = join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'k8sgpt-chat-tests');
    process.stderr.write(`${(error as Error).message} It is compiled anew in ${cache}, which takes some minutes.\n`);
    mkdirSync(cache, { recursive: true });
    return await serve(script, { ...portable, XDG_CACHE_HOME: cache });
  }
}

/** @throws {Error} when it does not come up in time, or does not survive a question */
async function serve(script: string, env: NodeJS.ProcessEnv): Promise<RealModel> {
  const port = await freePort();
  const server = spawn(script, [`${port}`], { stdio: 'ignore', env });
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
      if (name) {
        await sayWord(url, name).catch(() => {
          throw new Error(`The model of ${script} does not survive a question.`);
        });
        return { url, name, stop };
      }
      if (server.exitCode !== null || Date.now() > deadline) throw new Error(`${script} serves no model.`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

async function sayWord(url: string, model: string): Promise<void> {
  const body = JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'Hello.' }] });
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(WORD_MS);
  const response = await fetch(`${url}/chat/completions`, { method: 'POST', headers, body, signal });
  if (!response.ok) throw new Error(await response.text());
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
