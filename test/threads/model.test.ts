import { afterEach, describe, expect, test } from 'vitest';
import { BackendError, type CompletionRequest, type Piece } from '../../src/backend.ts';
import type { ThreadRef } from '../../src/threads.ts';
import { scriptedBackend } from '../support/backends.ts';
import { type HarnessOptions, isStatus, openThreads } from '../support/threads.ts';

const SEARCH = 'Deployment search/search-api';
let harness: Awaited<ReturnType<typeof openThreads>>;
let thread: ThreadRef;

async function open(options: HarnessOptions): Promise<void> {
  harness = await openThreads(options);
  ({ thread } = await harness.begin(({ incidents }) => incidents.filter(({ title }) => title.startsWith(SEARCH))));
}
afterEach(() => harness.close());

const says = (text: string): Piece[] => [
  { type: 'text', text },
  { type: 'end', reason: 'stop' },
];
const calls = (...all: [string, unknown][]): Piece[] => [
  ...all.map(
    ([name, args], index): Piece => ({
      type: 'call',
      call: { id: `c${index}-${name}`, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
    }),
  ),
  { type: 'end', reason: 'calls' },
];
const lastOf = ({ messages }: CompletionRequest) => messages.at(-1)?.text ?? '';

test('looks with tools, answers, cites, and offers what it cites', async () => {
  const { backend, requests } = scriptedBackend(
    'openai',
    calls(['events', { kind: 'Deployment', name: 'search-api', namespace: 'search' }]),
    (request) => says(`It runs out of memory [${/E\d+/.exec(lastOf(request))?.[0]}].`),
  );
  await open({ backends: [backend] });

  const answer = await harness.ask(thread, 'could a leak be behind this?');

  expect(answer).toMatch(/It runs out of memory \\\[E\d+\]/);
  expect(answer).toContain('Events');
  expect(answer).toContain('Answered by openai (openai-1) after 1 look.');
  expect(requests[0]?.tools?.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'logs',
      'events',
      'describe',
      'get',
      'list',
      'related',
      'rollout',
      'top',
      'analyze',
      'changes',
      'runbook',
    ]),
  );
  expect(lastOf(requests[1] as CompletionRequest)).toMatch(/^<data-[0-9a-f]{12}>\nE\d+ Events/);
});

test('goes on with what was said before, but takes its own words for no proof', async () => {
  const { backend, requests } = scriptedBackend('openai', 'It is the Pod made-up-1.', 'As said: made-up-1.');
  await open({ backends: [backend] });

  await harness.ask(thread, 'whose fault is it really?');
  const second = await harness.ask(thread, 'are you sure about that?');

  const told = requests[1]?.messages.map(({ role, text }) => `${role}: ${text}`).join('\n') ?? '';
  expect(told).toContain('user: whose fault is it really?');
  expect(told).toContain('assistant: It is the Pod made-up-1 (not verified).');
  expect(second).toContain('~~made-up-1~~ (not verified)');
  expect(second).toContain('1 claim is in no evidence, and struck.');
});

test('what is asked for as such is shown without a model', async () => {
  const { backend, requests } = scriptedBackend('openai', 'Hm.');
  await open({ backends: [backend] });

  expect(await harness.ask(thread, 'show me the events')).toContain('Answered by rules; no model was asked.');

  expect(requests).toHaveLength(0);
});

test('the runbook stands beside what a model says of a fix', async () => {
  const { backend } = scriptedBackend('openai', 'Just run `docker rm -R search-api`.');
  await open({ backends: [backend] });

  const answer = await harness.ask(thread, 'how do I fix it?');

  expect(answer).toContain('~~docker rm -R search-api~~ (not verified)');
  expect(answer).toContain('kubectl -n search set resources');
});

describe('a model that behaves badly', () => {
  test.each<[string, Piece[], RegExp]>([
    ['calls tools that do not exist', calls(['delete_pod', { name: 'x' }]), /There is no tool "delete_pod"/],
    ['writes arguments that are no JSON', calls(['logs', '{"pod": "x']), /The arguments of logs are no JSON object/],
    ['writes arguments that are no object', calls(['logs', '[1]']), /The arguments of logs are no JSON object/],
    ['names nothing', calls(['logs', {}]), /pod/],
    ['names what does not exist', calls(['describe', { kind: 'Pod', name: 'nope', namespace: 'search' }]), /nope/],
    ['names no kind that there is', calls(['list', { kind: 'Podd', namespace: 'search' }]), /Podd/],
    [
      'looks where the thread is not',
      calls(['list', { kind: 'Pod', namespace: 'kube-system' }]),
      /"kube-system" is not part of this thread/,
    ],
    ['looks there by a slash', calls(['logs', { pod: 'kube-system/x' }]), /"kube-system" is not part of this thread/],
  ])('%s: it is told so, and answers', async (_, first, told) => {
    const { backend, requests } = scriptedBackend('openai', first, 'I could not look.');
    await open({ backends: [backend] });

    expect(await harness.ask(thread, 'whatever could that be?')).toContain('I could not look.');

    expect(lastOf(requests[1] as CompletionRequest)).toMatch(told);
  });

  test('what a person names may be looked at', async () => {
    const { backend, requests } = scriptedBackend(
      'openai',
      calls(['list', { kind: 'Pod', namespace: 'kube-system' }]),
      'Seen.',
    );
    await open({ backends: [backend] });

    await harness.ask(thread, 'are there any hints in kube-system?');

    expect(lastOf(requests[1] as CompletionRequest)).toContain('kube-proxy');
  });

  test('looks without end: it is asked for its last word', async () => {
    let count = 0;
    const { backend, requests } = scriptedBackend('openai', ({ tools }) =>
      tools
        ? calls(['events', { kind: 'Deployment', name: 'search-api', namespace: 'search', limit: ++count }])
        : says('Enough.'),
    );
    await open({ backends: [backend] });

    expect(await harness.ask(thread, 'whatever could that be?')).toContain('Enough.');

    expect(requests.length).toBeLessThanOrEqual(8);
    expect(lastOf(requests.at(-1) as CompletionRequest)).toContain('Answer now');
  });

  test('looks without end and never answers: the thread gets what is known', async () => {
    let count = 0;
    const { backend } = scriptedBackend('openai', () =>
      calls(['events', { kind: 'Pod', name: `p${++count}`, namespace: 'search' }]),
    );
    await open({ backends: [backend] });

    const answer = await harness.ask(thread, 'why?');

    expect(answer).toContain('without a model');
    expect(answer).toContain(SEARCH);
  });

  test('takes no look twice', async () => {
    const look: [string, unknown] = ['events', { kind: 'Deployment', name: 'search-api', namespace: 'search' }];
    const { backend, requests } = scriptedBackend('openai', calls(look), calls(look), 'Done.');
    await open({ backends: [backend] });

    await harness.ask(thread, 'whatever could that be?');

    expect(harness.looks.filter(({ looker }) => looker === 'events')).toHaveLength(1);
    expect(lastOf(requests[2] as CompletionRequest)).toContain('You have looked at this already: see E');
  });

  test.each<[string, Parameters<typeof scriptedBackend>[1], RegExp]>([
    ['answers nothing', says(''), /gave an empty answer/],
    ['declines', [{ type: 'end', reason: 'refusal' }], /declined to answer/],
    ['fails', new BackendError('overloaded', 'The backend openai answered 500.'), /answered 500/],
    [
      'wants another key',
      new BackendError('refused', 'The backend openai refused the key. Set OPENAI_API_KEY.'),
      /Set OPENAI_API_KEY/,
    ],
    [
      'has had too much',
      new BackendError('limited', 'The backend openai has too much to do.', { retryAfterMs: 60_000 }),
      /too much to do/,
    ],
  ])('%s: why is answered without it, and says so', async (_, reply, trouble) => {
    const { backend } = scriptedBackend('openai', reply as never);
    await open({ backends: [backend] });

    const answer = await harness.ask(thread, 'why?');

    expect(answer).toMatch(trouble);
    expect(answer).toContain('This is the answer without a model.');
    expect(answer).toContain(SEARCH);
  });

  test('answers in another language: that is said', async () => {
    const german =
      'Der Container braucht mehr Speicher, als er haben darf, und wird deshalb vom Kernel immer wieder beendet, bis jemand die Grenze erhöht.';
    const { backend } = scriptedBackend('openai', german);
    await open({ backends: [backend] });

    expect(await harness.ask(thread, 'why?')).toContain('answered in German, not in English');
  });

  test('answers in 100,000 letters: it is cut, and said to be', async () => {
    const long: Piece[] = Array.from({ length: 1000 }, () => ({ type: 'text', text: `${'word '.repeat(20)}\n` }));
    const { backend } = scriptedBackend('openai', [...long, { type: 'end', reason: 'stop' }]);
    await open({ backends: [backend] });

    const answer = await harness.ask(thread, 'whatever could that be?');

    expect(answer).toContain('was too long and is cut here');
    expect(answer.length).toBeLessThan(12_000);
  });

  test('breaks off: what came stands, and it is said', async () => {
    const { backend } = scriptedBackend('openai', 'unused');
    backend.complete = async function* () {
      yield { type: 'text', text: 'It is the memory.\nAnd ' };
      throw new BackendError('cut', 'The backend openai broke off.');
    };
    await open({ backends: [backend] });

    const answer = await harness.ask(thread, 'whatever could that be?');

    expect(answer).toContain('It is the memory.');
    expect(answer).toContain('The answer broke off: The backend openai broke off.');
  });

  test('takes too long: what is known is shown within three seconds, its answer when it comes', async () => {
    const { backend } = scriptedBackend('openai', 'unused');
    const slow = Promise.withResolvers<void>();
    backend.complete = async function* () {
      await slow.promise;
      yield* says('At last: memory.');
    };
    await open({ backends: [backend], slowMs: 500 });

    const began = performance.now();
    const asking = harness.ask(thread, 'why?');
    await expect
      .poll(() => harness.chat.thread(thread.thread).at(-1), { timeout: 3000 })
      .toContain('The model is still at it');
    expect(performance.now() - began).toBeLessThan(3000);
    expect(harness.chat.thread(thread.thread).at(-1)).toContain('runs out of memory');
    slow.resolve();

    expect(await asking).toContain('At last: memory.');
    expect(harness.chat.thread(thread.thread)).toHaveLength(1);
  });

  test('says nothing for long: whoever asked sees at once that it is worked on, and can stop it', async () => {
    const { backend } = scriptedBackend('openai', 'hangs');
    await open({ backends: [backend], turnMs: 3000 });

    const asking = harness.ask(thread, 'whatever could that be?');
    await expect.poll(() => harness.chat.messages.at(-1)?.message, { timeout: 2000 }).toSatisfy(isStatus);

    expect(await asking).toContain('The answer took longer than 3 s.');
  });

  test('never comes to an end: the time of a question is up', async () => {
    const { backend } = scriptedBackend('openai', 'hangs');
    await open({ backends: [backend], turnMs: 800 });

    const answer = await harness.ask(thread, 'whatever could that be?');

    expect(answer).toContain('The answer took longer than 0.8 s.');
  });
});

test('a person can stop it, and keeps what is there', async () => {
  const { backend } = scriptedBackend('openai', 'hangs');
  await open({ backends: [backend], slowMs: 0 });
  const asking = harness.ask(thread, 'why?');
  await expect.poll(() => JSON.stringify(harness.chat.messages)).toContain('stop q-');
  const [, question = ''] = /stop (q-[0-9a-f]+)/.exec(JSON.stringify(harness.chat.messages)) ?? [];

  await harness.threads.stop(question);

  const answer = await asking;
  expect(answer).toContain('Stopped.');
  expect(answer).toContain(SEARCH);
});

test('a budget that is used up is said, and the answer comes without a model', async () => {
  const { backend, requests } = scriptedBackend('openai', 'First.');
  await open({ backends: [backend], budgets: { thread: { tokens: 10 } } });

  await harness.ask(thread, 'whatever could that be?');
  const second = await harness.ask(thread, 'why?');

  expect(second).toContain('The budget of 10 tokens for this thread is used up.');
  expect(second).toContain(SEARCH);
  expect(requests).toHaveLength(1);
});

test('with names replaced, a model reads none of them, and people read all', async () => {
  const causeIn = ({ messages }: CompletionRequest) =>
    /cause: Deployment ([\w-]+)\/([\w-]+)/.exec(messages.map(({ text }) => text).join('\n')) ?? [];
  const { backend, requests } = scriptedBackend(
    'openai',
    (request) => {
      const [, namespace = '', name = ''] = causeIn(request);
      return calls(['describe', { kind: 'Deployment', name, namespace }]);
    },
    (request) => says(`The object ${causeIn(request)[1]}/${causeIn(request)[2]} is short of memory.`),
  );
  await open({ backends: [backend], anonymize: true });

  const answer = await harness.ask(thread, 'is search-api short of memory, or its node?');

  const wire = JSON.stringify(requests);
  for (const name of ['search-api', 'registry.example.com']) expect(wire).not.toContain(name);
  expect(harness.looks).toContainEqual({
    looker: 'describe',
    args: { kind: 'Deployment', name: 'search-api', namespace: 'search' },
  });
  expect(answer).toContain('The object search/search-api is short of memory.');
});
