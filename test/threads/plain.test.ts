import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ThreadRef } from '../../src/threads.ts';
import { openThreads } from '../support/threads.ts';

/** The incident of the sample whose Deployments lack a key in a ConfigMap. */
const CHECKOUT = 'ConfigMap shop-checkout/checkout-settings';

describe('without a model', () => {
  let harness: Awaited<ReturnType<typeof openThreads>>;
  let thread: ThreadRef;

  beforeEach(async () => {
    harness = await openThreads();
    ({ thread } = await harness.begin(({ incidents }) => incidents.filter(({ title }) => title.startsWith(CHECKOUT))));
  });
  afterEach(() => harness.close());

  test.each([
    ['why?', [CHECKOUT, 'PAYMENT_API_URL', 'What follows from it', '**E1**', 'Answered without a model.']],
    ['how do I fix it?', ['Fix it', 'kubectl', 'PAYMENT_API_URL']],
    ['show me the logs', ['has not started', 'written nothing']],
    ['show me the logs of the previous run', ['has no previous run']],
    ['show me the logs of search-api', ['search/search-api', 'kubectl logs']],
    ['events', ['Events', 'kubectl']],
    ['describe', ['shop-checkout', 'kubectl']],
    ['yaml', ['apiVersion', 'kubectl']],
    ['what is related?', ['checkout-settings', 'kubectl']],
    ['rollout history', ['revision', 'kubectl']],
    ['cpu and memory usage', ['shop-checkout']],
    ['what changed?', ['Since this thread began', 'No object that matters here has changed', 'Still so']],
    ['help', ['What you can ask here', 'show me the logs']],
  ])('%s', async (question, parts) => {
    const began = performance.now();

    const answer = await harness.ask(thread, question);

    expect(performance.now() - began).toBeLessThan(3000);
    for (const part of parts) expect(answer).toContain(part);
  });

  test('a question that only a model could understand gets what is known, and what can be asked', async () => {
    const answer = await harness.ask(thread, 'could the migration of last week be behind it?');

    expect(answer).toContain('Without a model I understand plain questions only');
    expect(answer).toContain(CHECKOUT);
    expect(answer).toContain('What you can ask here');
  });

  test('of several incidents the one is taken that suits the question, and is named', async () => {
    const { thread: wide } = await harness.begin(({ incidents }) => incidents);

    const logs = await harness.ask(wide, 'show me the logs of the previous run');
    const next = await harness.ask(wide, 'why?');

    expect(logs).toMatch(/kubectl logs .*--previous/);
    expect(logs).toMatch(/It is about one of \d+ incidents: Deployment search\/search-api runs out of memory/);
    expect(next).toContain('search-api');
    expect(next).not.toContain('It is about one of');
  });

  test('an object of the incident can be named', async () => {
    expect(await harness.ask(thread, 'describe deployment checkout-api')).toContain(
      'Deployment shop-checkout/checkout-api',
    );
  });

  test('one that does not exist is said not to, and the thread goes on', async () => {
    expect(await harness.ask(thread, 'logs of pod nothing-1 in shop-checkout')).toMatch(/nothing-1/);
    expect(await harness.ask(thread, 'why?')).toContain(CHECKOUT);
  });

  test('the evidence of an answer can be shown again', async () => {
    const answer = await harness.ask(thread, 'events');
    const [, id = ''] = /\*\*(E\d+)\*\*/.exec(answer) ?? [];

    expect(await harness.threads.exhibit(thread, id)).toMatchObject({ id, title: expect.stringContaining('Events') });
    expect(await harness.threads.exhibit(thread, id.toLowerCase())).toBeDefined();
    expect(await harness.threads.exhibit(thread, 'E99')).toBeUndefined();
    expect(await harness.threads.exhibit({ ...thread, channel: 'C2' }, id)).toBeUndefined();
  });

  test('a thread of last year is answered anew, and says so', async () => {
    const old = await harness.platform.post({ channel: 'C1' }, { text: 'An analysis of last year', blocks: [] });
    const stale = { ...thread, thread: old.place.thread ?? '' };

    const answer = await harness.ask(stale, 'why?');

    expect(answer).toContain('Nothing of this thread is known to me any more');
    expect(answer).toContain('prod-b3');
  });

  test('five hundred messages in one thread are answered in order, each once', async () => {
    const place = { channel: thread.channel, thread: thread.thread };
    const questions = Array.from({ length: 500 }, (_, index) => `help ${index}`);
    await Promise.all(
      questions.map((text, index) =>
        harness.threads.ask('slack', { text: 'help', user: text, place, delivery: `many-${index}` }),
      ),
    );

    await expect.poll(() => harness.chat.thread(thread.thread).length, { timeout: 50_000 }).toBe(500);
    const keys = harness.chat.messages.flatMap(({ key }) => key ?? []);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    expect(keys).toHaveLength(500);
  });
});
