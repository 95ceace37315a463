import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyze } from '../src/analysis/run.ts';
import { shownRows } from '../src/analysis/summary.ts';
import { analyzers } from '../src/analyzers/index.ts';
import { recordCluster } from '../src/recording/index.ts';
import { generatedCluster } from './bench/generate.ts';
import { analyzeInSlack, analyzeInTerminal } from './support/analyses.ts';
import { startOpenAi } from './support/model/openai.ts';
import { type SlackServer, startSlack } from './support/slack-server.ts';

const PODS = 600;
const BROKEN = 0.25;
const REQUESTS_MAX = 30;
const kinds = analyzers.filter(({ core }) => core).flatMap(({ kind, reads }) => [kind, ...reads]);

let folder: string;
let slack: SlackServer;
let model: Awaited<ReturnType<typeof startOpenAi>>;
let env: Record<string, string>;
let explanations: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'k8sgpt-chat-cost-'));
  slack = await startSlack({ mode: 'socket' });
  model = await startOpenAi({ script: () => ({ text: 'Error: it crashes [E1].\nSolution: look at its logs.' }) });
  env = {
    HOME: folder,
    DATA_DIR: folder,
    K8SGPT_RECORDING: join(folder, 'cluster.json.gz'),
    OPENAI_API_KEY: model.key,
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'gpt-test',
  };
  const report = await analyze(
    generatedCluster(PODS, BROKEN),
    analyzers,
    { filters: [] },
    { signal: AbortSignal.timeout(60_000) },
  );
  explanations = shownRows(report, { filters: [] }).length;
});
afterAll(async () => {
  await slack.stop();
  await model.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The cluster as it is so many hours later: as broken as before, with more restarts and events. */
async function pass(hours: number): Promise<void> {
  await writeFile(
    env.K8SGPT_RECORDING ?? '',
    (await recordCluster(generatedCluster(PODS, BROKEN, hours), kinds)).bytes,
  );
}

test(`hundreds of findings cost at most ${REQUESTS_MAX} requests to a model, and none when they are found again hours later`, async () => {
  await pass(0);
  const first = await analyzeInSlack(slack, env, explanations);
  const document = await analyzeInTerminal(env);
  expect(document.problems).toBeGreaterThan(150);
  expect(model.requests.length).toBeGreaterThan(0);
  expect(model.requests.length).toBeLessThanOrEqual(REQUESTS_MAX);
  for (const text of first) expect(text).toContain('Worded by openai');
  const asked = model.requests.length;

  await pass(5);
  const again = await analyzeInSlack(slack, env, explanations);
  const later = await analyzeInTerminal(env);

  expect(JSON.stringify(document.results)).toContain('41 restarts');
  expect(JSON.stringify(later.results)).toContain('101 restarts');
  expect(model.requests.slice(asked).map(({ body }) => body.messages.at(-1)?.content)).toEqual([]);
  for (const text of again) expect(text).toContain('kept from before');
  expect(later.incidents.map(({ id }) => id)).toEqual(document.incidents.map(({ id }) => id));
});
