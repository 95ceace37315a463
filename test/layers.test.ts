import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

/** Files at the top of src that wire the parts, and so may know every folder. All others there are contracts. */
const WIRING = [
  'main.ts',
  'app.ts',
  'cli.ts',
  'terminal.ts',
  'clusters.ts',
  'services.ts',
  'answering.ts',
  'operating.ts',
  'state.ts',
  'dispatch.ts',
  'doctor.ts',
  'analysis-thread.ts',
  'analysis-worker.ts',
];

/** Folders that everybody may import. */
const GROUND = ['', 'kinds', 'masking', 'pseudonyms'];

/** Which folders the files of a folder may import, beside those and their own. */
const MAY_KNOW: Record<string, string[]> = {
  kinds: [],
  masking: [],
  pseudonyms: [],
  analyzers: [],
  kubernetes: [],
  recording: [],
  stores: [],
  server: [],
  'platforms/shared': [],
  'platforms/slack': ['platforms/shared'],
  'platforms/mattermost': ['platforms/shared'],
  'platforms/playground': [],
  'platforms/terminal': [],
  backends: [],
  caches: [],
  jobs: [],
  inspection: [],
  analysis: [],
  explanation: [],
  threads: ['analysis', 'explanation'],
  digests: ['analysis', 'explanation'],
  sinks: [],
  operator: ['analysis', 'explanation'],
  commands: ['analysis', 'explanation', 'threads', 'digests'],
};

/** The folder that alone may import a package, or the few that may. */
const SDK: Record<string, string | string[]> = {
  '@kubernetes/client-node': 'kubernetes',
  // Both have certificates of authorities that the cluster or the chat names.
  undici: ['kubernetes', 'platforms/mattermost'],
  '@slack/bolt': 'platforms/slack',
  '@slack/web-api': 'platforms/slack',
  '@slack/types': 'platforms/slack',
  preact: 'platforms/playground',
  htm: 'platforms/playground',
  marked: 'explanation',
  openai: 'backends',
  '@anthropic-ai/sdk': 'backends',
  '@google/genai': 'backends',
  '@aws-sdk/client-bedrock-runtime': 'backends',
  '@aws-sdk/client-sagemaker-runtime': 'backends',
  '@aws-sdk/client-s3': 'caches',
  '@azure/storage-blob': 'caches',
  '@azure/identity': 'caches',
  '@google-cloud/storage': 'caches',
  cockatiel: 'explanation',
  ioredis: 'stores',
  bullmq: 'jobs',
  echarts: 'digests',
  '@resvg/resvg-js': 'platforms/shared',
  '@mattermost/client': 'platforms/mattermost',
  '@mattermost/types': 'platforms/mattermost',
  'node-cron': 'digests',
  'prom-client': 'server',
  'node:sqlite': 'stores',
  pino: '',
};

const files = (readdirSync(SRC, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function folderOf(file: string): string {
  const folder = Object.keys(MAY_KNOW).find((name) => file.startsWith(`${name}/`));
  return folder ?? (dirname(file) === '.' ? '' : dirname(file));
}

test('every file stands in a known folder', () => {
  const unknown = files.filter((file) => folderOf(file) !== '' && !(folderOf(file) in MAY_KNOW));

  expect(unknown).toEqual([]);
});

test('imports go in one direction', () => {
  const wrong = files.flatMap((file) => {
    if (WIRING.includes(file)) return [];
    const own = folderOf(file);
    const allowed = [...GROUND, own, ...(MAY_KNOW[own] ?? [])];
    return (
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative(SRC, normalize(join(SRC, dirname(file), name))))
        .filter((target) => WIRING.includes(target) || !allowed.includes(folderOf(target)))
        // What a thread is sent is a type; the program starts the thread by its file's name.
        .map((target) => `${file} imports ${target}`)
    );
  });

  expect(wrong).toEqual([]);
});

test('an SDK is imported in one folder only', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .map((name) => name.match(/^(@[^/]+\/[^/]+|node:[^/]+|[^@./][^/]*)/)?.[1] ?? '')
      .filter((name) => name in SDK && ![SDK[name]].flat().includes(folderOf(file)))
      .map((name) => `${file} imports ${name}`),
  );

  expect(wrong).toEqual([]);
});

test('the environment is read at the start only', () => {
  const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(SRC, file), 'utf8')));

  expect(readers.filter((file) => !['main.ts', 'terminal.ts', 'analysis-worker.ts'].includes(file))).toEqual([]);
});
