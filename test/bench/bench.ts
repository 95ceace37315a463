import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, exit, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { analyzers } from '../../src/analyzers/index.ts';
import { recordCluster } from '../../src/recording/index.ts';
import { startScaled, tap, toolsFolder } from '../e2e/support/kube.ts';
import { measureChat } from './chat.ts';
import { generatedCluster } from './generate.ts';
import { type Measured, measure, median } from './measure.ts';
import { benchThreads } from './threads.ts';

const HELP = `npm run bench -- [--pods 20000] [--broken 0.05] [--runs 3] [--kubeconfig FILE] [--threads]

Sets a cold analysis against merely listing the same kinds, in one run on one machine, and prints the ratio. The
cluster is that of --kubeconfig; else one made by the 'up' and 'scale' of shared/kube; else a generated recording.
Then sets answers in threads against the model alone; with --threads nothing else.
`;
const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '20000' },
    broken: { type: 'string', default: '0.05' },
    runs: { type: 'string', default: '3' },
    kubeconfig: { type: 'string' },
    threads: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  stdout.write(HELP);
  exit();
}
const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CLI = script('../../src/cli.ts');
const kinds = analyzers.filter(({ core }) => core).flatMap(({ kind, reads }) => [kind, ...reads]);
const folder = await mkdtemp(join(tmpdir(), 'k8sgpt-bench-'));
// No settings of the person who measures, and no state of an earlier run.
const clean = { PATH: env.PATH, HOME: folder, DATA_DIR: folder };

try {
  if (!values.threads) await benchAnalysis();
  await benchThreads(folder, say);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function benchAnalysis(): Promise<void> {
  const tools = toolsFolder();
  if (values.kubeconfig) await benchCluster(values.kubeconfig);
  else if (tools) await benchScaled(tools);
  else await benchRecording();
}

async function benchScaled(tools: string): Promise<void> {
  const cluster = await startScaled(tools, { pods: Number(values.pods), broken: Number(values.broken) });
  try {
    say(`cluster: ${cluster.written}`);
    await benchCluster(cluster.kubeconfig);
  } finally {
    await cluster.stop();
  }
}

async function benchCluster(kubeconfig: string): Promise<void> {
  const analyses = await compare(
    () => measure(CLI, ['analyze', '--output', 'json', '--kubeconfig', kubeconfig], clean),
    () => measure(script('list.ts'), [kubeconfig], clean),
    'merely listing the same kinds',
  );
  say(`problems: ${(JSON.parse(analyses.at(-1)?.output ?? '{}') as { problems: number }).problems}`);
  say(`requests: ${await countRequests(kubeconfig)}`);
  await benchChat(kubeconfig);
}

async function benchRecording(): Promise<void> {
  say(`no cluster: a generated recording of ${values.pods} Pods instead`);
  const file = join(folder, 'cluster.json.gz');
  const source = generatedCluster(Number(values.pods), Number(values.broken));
  await writeFile(file, (await recordCluster(source, kinds)).bytes);
  await compare(
    () => measure(CLI, ['analyze', '--output', 'json'], { ...clean, K8SGPT_RECORDING: file }),
    () => measure(script('unpack.ts'), [file], clean),
    'merely unpacking the recording',
  );
}

/** Both in turn, so that a busy machine is as busy for the one as for the other. */
async function compare(analysis: () => Promise<Measured>, baseline: () => Promise<Measured>, than: string) {
  const analyses: Measured[] = [];
  const baselines: Measured[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    baselines.push(await baseline());
    analyses.push(await analysis());
  }
  const [mine, theirs] = [analyses, baselines].map((all) => median(all.map((each) => each.milliseconds)));
  say(
    `cold analysis: ${seconds(mine)}; ${than}: ${seconds(theirs)}; ratio ${((mine ?? 0) / (theirs || 1)).toFixed(2)}`,
  );
  const peak = Math.max(...analyses.map((each) => each.peakBytes ?? 0));
  if (peak > 0) say(`peak memory of the analysis: ${Math.round(peak / 2 ** 20)} MiB`);
  return analyses;
}

/** Counts what really arrives, between the program and the server. */
async function countRequests(kubeconfig: string): Promise<number> {
  const between = await tap(kubeconfig, { keepBodies: false });
  const config = parse(await readFile(kubeconfig, 'utf8')) as { clusters: [{ cluster: { server: string } }] };
  config.clusters[0].cluster.server = between.url;
  const tapped = join(folder, 'tapped');
  await writeFile(tapped, stringify(config));
  try {
    await measure(CLI, ['analyze', '--output', 'json', '--kubeconfig', tapped], clean);
    return between.requests.length;
  } finally {
    await between.close();
  }
}

/** What people in a chat wait for while a large cluster is read. */
async function benchChat(kubeconfig: string): Promise<void> {
  const { firstMs, summaryMs, acknowledged, analysisMs, digestMs } = await measureChat(kubeconfig);
  say(`chat: first message after ${seconds(firstMs)}, summary after ${seconds(summaryMs)}`);
  const [p50, p99, max] = [acknowledged.p50, acknowledged.p99, acknowledged.max].map((each) => `${each.toFixed(0)} ms`);
  say(`acknowledgements meanwhile: ${acknowledged.count}, median ${p50}, p99 ${p99}, longest ${max}`);
  const ratio = (digestMs / analysisMs).toFixed(2);
  say(`digest with its chart: ${seconds(digestMs)}; one more analysis: ${seconds(analysisMs)}; ratio ${ratio}`);
}

function seconds(milliseconds = 0): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function say(line: string): void {
  stdout.write(`${line}\n`);
}
