import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/index.ts';
import { backendContract } from '../contracts/backend.ts';
import { QUESTION, TOOLS } from '../contracts/backend-conversations.ts';
import { awsEnv } from '../support/model/aws.ts';
import { collect, fails, textOf } from '../support/model/pieces.ts';
import { part, type SageMakerOptions, startSageMaker } from '../support/model/sagemaker.ts';

const SETTINGS = { name: 'the-lab', preset: 'amazonsagemaker', region: 'eu-central-1', endpoint: 'chat' };
const signal = new AbortController().signal;

backendContract('sagemaker', {
  start: (script) => startSageMaker({ script }),
  open: (baseUrl, key) => openBackend({ ...SETTINGS, baseUrl }, awsEnv(key)),
  garbage: part('data: {"choices": [{"delta": {"con\n\n'),
  lacks: { 'Retry-After': 'AWS hands on no headers of a container' },
});

async function serve(options: SageMakerOptions) {
  const model = await startSageMaker(options);
  return { model, backend: await openBackend({ ...SETTINGS, baseUrl: model.url }, awsEnv(model.key)) };
}

test.each(['chunks', 'whole', 'tokens', 'lines', 'generated_text', 'generation'] as const)(
  'reads the answer of a container that gives %s',
  async (answers) => {
    const { model, backend } = await serve({ script: [{ text: 'Der Pod ist «tot». 🐳' }], answers });

    const pieces = await collect(backend.complete({ messages: QUESTION }, signal));

    expect(textOf(pieces)).toBe('Der Pod ist «tot». 🐳');
    expect(pieces.at(-1)).toMatchObject({ type: 'end', reason: 'stop' });
    await model.stop();
  },
);

test.each(['tokens', 'lines'] as const)('tells that %s ended at the limit', async (answers) => {
  const { model, backend } = await serve({ script: [{ text: 'Der Pod', length: true }], answers });

  const pieces = await collect(backend.complete({ messages: QUESTION }, signal));

  expect(pieces.at(-1)).toMatchObject({ type: 'end', reason: 'length', usage: { output: 2 } });
  await model.stop();
});

test('tells a container without tools in words what was called, and asks it so from then on', async () => {
  const { model, backend } = await serve({ script: [{ text: 'Yes.' }, { text: 'Yes.' }], noTools: true });
  const messages = [
    ...QUESTION,
    { role: 'assistant', text: 'Let me see.', calls: [{ id: 'a', name: 'logs', arguments: '{"pod":"web"}' }] },
    { role: 'tool', call: 'a', name: 'logs', text: 'out of memory' },
  ] as const;

  await collect(backend.complete({ messages, tools: TOOLS }, signal));
  await collect(backend.complete({ messages, tools: TOOLS }, signal));

  expect(model.requests.map(({ refused }) => refused !== undefined)).toEqual([true, false, false]);
  expect(model.requests.at(-1)?.body).toMatchObject({
    messages: [
      { role: 'system' },
      { role: 'user' },
      { role: 'assistant', content: 'Let me see.\n\n(I called logs with {"pod":"web"}.)' },
      { role: 'user', content: 'logs gave:\nout of memory' },
    ],
  });
  await model.stop();
});

test('names an endpoint that does not exist, and its setting', async () => {
  const model = await startSageMaker({ script: [], endpoint: 'other' });
  const backend = await openBackend({ ...SETTINGS, baseUrl: model.url }, awsEnv(model.key));

  const error = await fails(backend.complete({ messages: QUESTION }, signal));

  expect(error.fault).toBe('unknown model');
  expect(error.message).toContain('SAGEMAKER_ENDPOINT');
  await model.stop();
});
