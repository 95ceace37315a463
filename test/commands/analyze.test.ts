import { expect, test } from 'vitest';
import { createReports } from '../../src/analysis/reports.ts';
import type { Call, Chat } from '../../src/command.ts';
import analyze from '../../src/commands/analyze.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { podFinding, reportOf } from '../support/findings.ts';

test('an explanation is noted before anybody can read it, so that a quick press of Explain posts no second one', async () => {
  const report = reportOf([podFinding('cart'), podFinding('mail', 'Pod/CommandNotFound')]);
  const reports = createReports(createSqliteStore({ file: ':memory:' }));
  const place = { channel: 'C1', thread: '1' };
  const unnoted: string[] = [];
  const chat: Partial<Chat> = {
    where: 'chat',
    prefix: '/k8sgpt',
    progress() {},
    async post({ text }, under) {
      if (under && (await reports.explainedFirst(text, place))) unnoted.push(text);
      return { id: '1', place };
    },
  };
  const explained: string[] = [];
  const services = {
    analysis: { run: async () => report },
    reports,
    async explain({ id }: { id: string }) {
      explained.push(id);
      return { backend: 'builtin', message: { text: id, blocks: [] } };
    },
  };
  const signal = new AbortController().signal;

  await analyze.run({ words: [], options: {}, signal, chat, services } as unknown as Call);

  expect(explained).toHaveLength(2);
  expect(unnoted).toEqual([]);
});
