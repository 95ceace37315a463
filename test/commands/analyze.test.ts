import { describe, expect, test } from 'vitest';
import { createReports } from '../../src/analysis/reports.ts';
import type { Backend } from '../../src/backend.ts';
import type { Call, Chat } from '../../src/command.ts';
import analyze from '../../src/commands/analyze.ts';
import { explainBuiltin } from '../../src/explanation/builtin.ts';
import { growByUpdates } from '../../src/growing.ts';
import { toMarkdown } from '../../src/markdown.ts';
import type { Message } from '../../src/message.ts';
import type { Posted } from '../../src/platform.ts';
import type { Report } from '../../src/report.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { overloaded, scriptedBackend } from '../support/backends.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { answeringOf, noThreads } from '../support/services.ts';

const place = { channel: 'C1', thread: '1' };

/** One analysis that finds this, in a chat that shows what is posted. */
function callOf(
  report: Report,
  backends: readonly Backend[] = [],
  given: { options?: Call['options']; answering?: ReturnType<typeof answeringOf> } = {},
) {
  const reports = createReports(createSqliteStore({ file: ':memory:' }), []);
  const shown: Message[] = [];
  const way = {
    async post(_: unknown, message: Message): Promise<Posted> {
      shown.push(message);
      return { id: String(shown.length - 1), place };
    },
    async update({ id }: Posted, message: Message) {
      shown[Number(id)] = message;
    },
  };
  const chat: Partial<Chat> = {
    where: 'chat',
    platform: 'slack',
    prefix: '/k8sgpt',
    place: { channel: 'C1' },
    progress() {},
    post: (message) => way.post(place, message),
    grow: (message) => growByUpdates(way, place, message),
  };
  const answering = given.answering ?? answeringOf(...backends);
  const services = {
    analysis: { run: async () => report },
    reports,
    explain: explainBuiltin,
    threads: noThreads(),
    ...answering,
  };
  const call = {
    words: [],
    options: given.options ?? {},
    signal: new AbortController().signal,
    chat,
    services,
  } as unknown as Call;
  return { call, chat, reports, shown, texts: () => shown.map(toMarkdown) };
}

test('an explanation is noted before anybody can read it, so that a quick press of Explain posts no second one', async () => {
  const report = reportOf([podFinding('cart'), podFinding('mail', 'Pod/CommandNotFound')]);
  const { call, chat, reports, shown } = callOf(report);
  const unnoted: string[] = [];
  const post = chat.post;
  chat.post = async (message, under) => {
    const incident = report.incidents.find(({ title }) => under && title === message.text);
    if (incident && (await reports.explainedFirst(incident.id, place))) unnoted.push(message.text);
    return post?.(message, under) as Promise<Posted>;
  };

  await analyze.run(call);

  expect(shown).toHaveLength(3);
  expect(unnoted).toEqual([]);
});

describe('with a model', () => {
  const incidents = (count: number) =>
    reportOf(Array.from({ length: count }, (_, index) => podFinding(`app-${index}`)));

  test('each incident is asked about once, its words stand below the runbook’s, and are kept', async () => {
    const { backend, requests } = scriptedBackend(
      'openai',
      'Error: it runs out of memory [E1].\n\nSolution: see the runbook.',
    );
    const answering = answeringOf(backend);
    const report = reportOf([podFinding('cart', 'Pod/OOMKilled', { values: { container: 'app', limit: '256Mi' } })]);
    const first = callOf(report, [], { answering });

    await analyze.run(first.call);
    const second = callOf(report, [], { answering });
    await analyze.run(second.call);

    const [, explanation = ''] = first.texts();
    expect(explanation).toMatch(
      /Confirm it[\s\S]*---[\s\S]*Error: it runs out of memory \\\[E1\]\.[\s\S]*Worded by openai \(openai-1\)\./,
    );
    expect(second.texts()[1]).toContain('Worded by openai (openai-1), kept from before.');
    expect(requests).toHaveLength(1);
  });

  test('of many incidents one a row is asked about', async () => {
    const { backend, requests } = scriptedBackend('openai', 'Error: memory [E1].');
    const codes = Array.from({ length: 10 }, (_, index) => `Pod/Code${index}`);
    const report = reportOf(
      codes.flatMap((code) =>
        Array.from({ length: 5 }, (_, index) => podFinding(`app-${code.slice(4).toLowerCase()}-${index}`, code)),
      ),
    );
    const { call } = callOf(report, [backend]);

    await analyze.run(call);

    // Of fifty incidents in ten rows the first of each row is explained.
    expect(requests).toHaveLength(10);
  });

  test('a model that is down costs nobody the explanation', async () => {
    const { call, texts } = callOf(incidents(2), [scriptedBackend('openai', overloaded('openai')).backend]);

    await analyze.run(call);

    for (const explanation of texts().slice(1)) {
      expect(explanation).toContain('The backend openai answered 500. What stands above is known without a model.');
      expect(explanation).toContain('Evidence');
    }
  });

  test('--backend builtin asks none, and an unknown one is named', async () => {
    const { backend, requests } = scriptedBackend('openai', 'Hm.');
    const { call, texts } = callOf(incidents(1), [backend], { options: { backend: 'builtin' } });
    await analyze.run(call);

    expect(requests).toHaveLength(0);
    expect(texts()[1]).not.toContain('Worded by');
    await expect(analyze.run(callOf(incidents(1), [backend], { options: { backend: 'opnai' } }).call)).rejects.toThrow(
      'The backend "opnai" is not configured. Did you mean openai?',
    );
  });

  test('the language that is asked for is told to the model, and one that is none is refused', async () => {
    const { backend, requests } = scriptedBackend('openai', 'Error: Speicher.');
    await analyze.run(callOf(incidents(1), [backend], { options: { language: 'de' } }).call);

    expect(requests[0]?.messages[0]?.text).toContain('Answer in German');
    await expect(analyze.run(callOf(incidents(1), [backend], { options: { language: 'xx' } }).call)).rejects.toThrow(
      'The language "xx"',
    );
  });

  test('with --anonymize no name leaves, and the answer has them all', async () => {
    const { backend, requests } = scriptedBackend('openai', ({ messages }) => {
      const [, name = ''] = /Pod ([\w-]+\/[\w-]+)/.exec(messages[1]?.text ?? '') ?? [];
      return `Error: Pod ${name} is short of memory [E1].`;
    });
    const { call, texts } = callOf(incidents(1), [backend], { options: { anonymize: true } });

    await analyze.run(call);

    expect(JSON.stringify(requests)).not.toMatch(/app-0|shop/);
    expect(texts()[1]).toContain('Error: Pod shop/app-0-7d9c-x2x4z is short of memory');
  });

  test('--no-cache asks anew, and keeps nothing', async () => {
    const { backend, requests } = scriptedBackend('openai', 'Error: memory [E1].');
    const answering = answeringOf(backend);
    for (let time = 0; time < 2; time++)
      await analyze.run(callOf(incidents(1), [], { answering, options: { 'no-cache': true } }).call);

    expect(requests).toHaveLength(2);
    expect(answering.cache.answers.size).toBe(0);
  });
});
