import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModelSettings } from '../src/settings.ts';

const OPENAI = { name: 'openai', preset: 'openai', key: 'sk-1' };
const GROQ = { name: 'groq', preset: 'groq', key: 'gsk-1' };

function file(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'settings-')), 'k8sgpt.yaml');
  writeFileSync(path, content);
  return path;
}

test('no settings are no models, in English, with nothing replaced and no budget', async () => {
  expect(await readModelSettings({}, [])).toEqual({ backends: [], budgets: {}, anonymize: false });
});

test('what the environment configures is asked in its order, the default one first', async () => {
  const names = async (env: NodeJS.ProcessEnv) =>
    (await readModelSettings(env, [OPENAI, GROQ])).backends.map(({ name }) => name);

  expect(await names({})).toEqual(['openai', 'groq']);
  expect(await names({ K8SGPT_BACKEND: 'groq' })).toEqual(['groq', 'openai']);
  expect(await names({ K8SGPT_BACKEND: 'groq', K8SGPT_FAILOVER: 'groq' })).toEqual(['groq']);
  expect(await names({ K8SGPT_FAILOVER: 'groq, openai' })).toEqual(['openai', 'groq']);
  expect(await names({ K8SGPT_BACKEND: 'builtin' })).toEqual([]);
});

test('the variables of k8sgpt serve describe a backend', async () => {
  const { backends } = await readModelSettings(
    {
      K8SGPT_BACKEND: 'localai',
      K8SGPT_MODEL: 'llama3',
      K8SGPT_BASEURL: 'http://localhost:8080/v1',
      K8SGPT_PASSWORD: 'secret',
      K8SGPT_TEMPERATURE: '0',
      K8SGPT_MAX_TOKENS: '512',
      K8SGPT_CUSTOM_HEADERS: 'x-team:sre,x-note:a:b',
    },
    [OPENAI],
  );

  expect(backends).toEqual([
    {
      name: 'localai',
      preset: 'localai',
      model: 'llama3',
      baseUrl: 'http://localhost:8080/v1',
      key: 'secret',
      temperature: 0,
      maxTokens: 512,
      headers: { 'x-team': 'sre', 'x-note': 'a:b' },
    },
    OPENAI,
  ]);
});

test('K8sGPT’s own file is read, with our part beside it', async () => {
  const settings = await readModelSettings(
    {
      K8SGPT_CONFIG: file(`
ai:
  providers:
    - name: openai
      model: gpt-4o
      password: sk-file
      temperature: 0.7
      topp: 0.5
      maxtokens: 2048
      customHeaders:
        - X-Team: [sre, ops]
      price: { input: 2.5, output: 10 }
    - name: cheap
      preset: groq
      password: gsk-file
      model: llama
  defaultprovider: cheap
cache:
  currentcachetype: s3
  s3: { bucketname: answers, region: eu-west-1 }
chat:
  language: German
  anonymize: true
  timeoutSeconds: 45
  concurrency: 2
  budgets: { thread: 200000, day: "$5" }
`),
    },
    [OPENAI, GROQ],
  );

  expect(settings).toEqual({
    backends: [
      { name: 'cheap', preset: 'groq', key: 'gsk-file', model: 'llama' },
      {
        name: 'openai',
        preset: 'openai',
        model: 'gpt-4o',
        key: 'sk-file',
        temperature: 0.7,
        topP: 0.5,
        maxTokens: 2048,
        headers: { 'X-Team': 'sre, ops' },
        price: { input: 2.5, output: 10 },
      },
      GROQ,
    ],
    budgets: { thread: { tokens: 200_000 }, day: { dollars: 5 } },
    anonymize: true,
    language: 'German',
    timeoutMs: 45_000,
    concurrency: 2,
    cache: { currentcachetype: 's3', s3: { bucketname: 'answers', region: 'eu-west-1' } },
  });
});

test('the environment wins over the file', async () => {
  const { language, anonymize, budgets } = await readModelSettings(
    {
      K8SGPT_CONFIG: file('chat: { language: German, anonymize: true, budgets: { day: 1 } }'),
      K8SGPT_LANGUAGE: 'French',
      K8SGPT_ANONYMIZE: 'false',
      K8SGPT_BUDGET_DAY: '100 tokens,$2.50',
    },
    [],
  );

  expect({ language, anonymize, budgets }).toEqual({
    language: 'French',
    anonymize: false,
    budgets: { day: { tokens: 100, dollars: 2.5 } },
  });
});

describe('names what is wrong, and the cure:', () => {
  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    [
      'a file that is not there',
      { K8SGPT_CONFIG: '/nowhere/k8sgpt.yaml' },
      /K8SGPT_CONFIG names \/nowhere\/k8sgpt\.yaml/,
    ],
    ['a file that is no YAML', { K8SGPT_CONFIG: file('ai: [') }, /is no YAML/],
    ['a file of something else', { K8SGPT_CONFIG: file('- a') }, /holds no settings/],
    ['providers that are no list', { K8SGPT_CONFIG: file('ai: { providers: 3 }') }, /ai\.providers .* must be a list/],
    [
      'a provider without a name',
      { K8SGPT_CONFIG: file('ai: { providers: [{}] }') },
      /ai\.providers\[0\]\.name .* is missing/,
    ],
    [
      'a temperature in words',
      { K8SGPT_CONFIG: file('ai: { providers: [{ name: a, temperature: hot }] }') },
      /temperature .* must be a number/,
    ],
    [
      'half a price',
      { K8SGPT_CONFIG: file('ai: { providers: [{ name: a, price: { input: 1 } }] }') },
      /needs input and output/,
    ],
    [
      'a default that is not configured',
      { K8SGPT_FAILOVER: 'opnai' },
      /The backend "opnai" is not configured\. There are: openai\./,
    ],
    ['a budget in words', { K8SGPT_BUDGET_DAY: 'much' }, /K8SGPT_BUDGET_DAY is "much"\. Write tokens or US dollars/],
    ['a switch in between', { K8SGPT_ANONYMIZE: 'maybe' }, /K8SGPT_ANONYMIZE must be true or false/],
    ['no questions at once', { MODEL_CONCURRENCY: '0' }, /MODEL_CONCURRENCY must be a number from 1 to 1000/],
    ['a timeout of no time', { MODEL_TIMEOUT: '0' }, /MODEL_TIMEOUT must be seconds from 1 to 600/],
  ])('%s', async (_, env, message) => {
    await expect(readModelSettings(env, [OPENAI])).rejects.toThrow(message);
  });
});
