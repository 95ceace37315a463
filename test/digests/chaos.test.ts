import { beforeEach, describe, expect, test } from 'vitest';
import { ClusterError, UserError } from '../../src/errors.ts';
import { toMarkdown } from '../../src/markdown.ts';
import type { Finding, Remembered } from '../../src/report.ts';
import { createTestChat, type TestChat } from '../support/chat.ts';
import { openDigests, type TestClock } from '../support/digests.ts';
import { podFinding } from '../support/findings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NINE = Date.parse('2026-03-16T09:00:00Z');
const DAILY = { platform: 'slack', channel: 'C1', cron: '0 9 * * *', zone: 'UTC', filters: [], quiet: 'line' as const };
const BY = { user: 'U1', platform: 'slack', at: NINE - HOUR };

describe('a digest', () => {
  let clock: TestClock;
  let chat: TestChat;
  let away: Error | undefined;
  let findings: Finding[];
  let objects: Remembered[];
  let replica: Awaited<ReturnType<typeof openDigests>>;

  beforeEach(async () => {
    clock = { now: NINE - HOUR };
    chat = createTestChat();
    away = undefined;
    findings = [podFinding('cart')];
    objects = [];
    replica = await openDigests({
      clock,
      chat,
      script: {
        findings() {
          if (away) throw away;
          return findings;
        },
        report: () => ({ objects }),
      },
    });
    await replica.digests.schedule({ ...DAILY, by: BY });
    return () => replica.stop();
  });

  const texts = () => chat.messages.map(({ message }) => message.text);

  /** Lets minutes pass while something is away. */
  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) await replica.at(clock.now + MINUTE, { patient: true });
  }

  test('waits for a cluster that is away for an hour, says so in one line, and comes then', async () => {
    await replica.at(NINE - MINUTE);
    away = new ClusterError('The cluster prod cannot be reached: connection refused.');
    await pass(60);
    expect(texts()).toEqual([
      'The digest that was due at 09:00 waits for the cluster: The cluster prod cannot be reached: connection refused.',
    ]);

    away = undefined;
    await pass(3);

    expect(texts()).toEqual([
      expect.stringMatching(
        /^The cluster could not be asked when a digest was due at 09:00; it can again since 10:0\d\.$/,
      ),
      'prod: 1 high incident',
    ]);
    expect(toMarkdown(chat.messages[1]?.message as never)).toContain('This digest was due today 09:00 and comes late');
  });

  test('says once for several digests that the cluster is away, and tells in one what the others would have', async () => {
    await replica.at(NINE);
    away = new ClusterError('The cluster prod cannot be reached: connection refused.');
    await replica.at(NINE + 24 * HOUR, { patient: true });
    await replica.at(NINE + 48 * HOUR, { patient: true });
    away = undefined;
    findings = [podFinding('cart'), podFinding('booking')];
    await replica.at(NINE + 49 * HOUR, { patient: true });
    await pass(2);

    expect(texts().slice(1)).toEqual([
      expect.stringContaining('it can again since'),
      'prod: 1 new since Mon 16 Mar 09:00',
    ]);
  });

  test('is posted once by a service that takes nothing for ten minutes', async () => {
    await replica.at(NINE - MINUTE);
    chat.failing = new Error('ratelimited');
    await pass(11);
    expect(texts()).toEqual([]);

    chat.failing = undefined;
    await pass(3);

    expect(texts()).toEqual(['prod: 1 high incident']);
    // It was made once, however often it was tried.
    expect(replica.analyses()).toBe(1);
  });

  test('that a channel does not take is told where digests are listed, and the next one is tried', async () => {
    chat.failing = new UserError('I cannot post in this channel. Use /invite @k8sgpt there.');
    await replica.at(NINE);
    const [planned] = await replica.digests.schedules();
    chat.failing = undefined;
    await replica.at(NINE + 24 * HOUR);

    expect(planned?.trouble).toBe('I cannot post in this channel. Use /invite @k8sgpt there.');
    expect(texts()).toEqual(['prod: 1 high incident']);
    expect((await replica.digests.schedules())[0]?.trouble).toBeUndefined();
  });

  test('tells the thread of the one before what solved it', async () => {
    const deployment = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
    const withImage = (image: string) => [{ ref: deployment, fields: { 'container app image': image } }];
    objects = withImage('cart:1');
    await replica.at(NINE);
    objects = withImage('cart:2');
    findings = [];
    await replica.at(NINE + 24 * HOUR);

    const [first] = chat.messages;
    expect(chat.thread(first?.id ?? '').at(-1)).toContain('cart:1');
    expect(toMarkdown(first?.message as never)).toContain('cart:2');
  });

  test('does not come in a pause, nor is what fell into it caught up', async () => {
    const [planned] = await replica.digests.schedules();
    await replica.digests.pause(planned?.schedule.id ?? '', true);
    await replica.at(NINE);
    clock.now = NINE + HOUR;
    await replica.digests.pause(planned?.schedule.id ?? '', false);
    await replica.at(NINE + 2 * HOUR);
    expect(texts()).toEqual([]);

    await replica.at(NINE + 24 * HOUR);

    expect(texts()).toHaveLength(1);
  });

  test('that somebody asks for comes at once, and is what the next one compares with', async () => {
    const [planned] = await replica.digests.schedules();
    await replica.digests.postNow(planned?.schedule.id ?? '', 'now-1');
    await replica.digests.postNow(planned?.schedule.id ?? '', 'now-1');
    await replica.idle();
    findings = [];
    await replica.at(NINE);

    expect(texts()[0]).toBe('prod: 1 high incident');
    expect(texts().filter((text) => text.startsWith('prod: '))).toHaveLength(2);
    expect(texts().filter((text) => text.startsWith('prod: '))[1]).toBe('prod: 1 solved since today 08:00');
  });

  test('of a channel that is removed comes no more', async () => {
    const [planned] = await replica.digests.schedules();
    expect(await replica.digests.remove(planned?.schedule.id ?? '')).toMatchObject({ cron: '0 9 * * *' });
    await replica.at(NINE);

    expect(texts()).toEqual([]);
    expect(await replica.digests.remove('dig-zzzzz')).toBeUndefined();
  });
});

describe('a watch', () => {
  test('tells what begins and lasts, marks it when it is solved, and tells its thread', async () => {
    const clock: TestClock = { now: NINE };
    let findings: Finding[] = [podFinding('old')];
    const replica = await openDigests({ clock, script: { findings: () => findings } });
    const watch = { platform: 'slack', channel: 'C1', filters: [], severity: 'high' as const, perHour: 6 };
    await replica.at(NINE - MINUTE);
    await replica.digests.watch({ ...watch, settleMs: 2 * MINUTE, by: { ...BY, at: NINE } });
    await replica.at(NINE + MINUTE);
    findings = [podFinding('old'), podFinding('cart')];
    for (let minute = 2; minute < 6; minute++) await replica.at(NINE + minute * MINUTE);
    const told = replica.chat.messages.filter(({ thread }) => !thread);
    expect(told.map(({ message }) => message.text)).toEqual([
      expect.stringMatching(/^prod: Deployment shop\/old/),
      expect.stringMatching(/^prod: Deployment shop\/cart/),
    ]);

    findings = [podFinding('old')];
    await replica.at(NINE + 7 * MINUTE);

    const cart = told[1];
    expect(toMarkdown(cart?.message as never)).toContain('Solved');
    expect(replica.chat.thread(cart?.id ?? '').at(-1)).toContain('Solved');
    await replica.stop();
  });

  test('does not fall silent because the cluster or the chat is away for a while', async () => {
    const clock: TestClock = { now: NINE };
    let away: Error | undefined = new ClusterError('away');
    let findings: Finding[] = [];
    const replica = await openDigests({
      clock,
      script: {
        findings() {
          if (away) throw away;
          return findings;
        },
      },
    });
    const watch = { platform: 'slack', channel: 'C1', filters: [], severity: 'high' as const, perHour: 6 };
    await replica.digests.watch({ ...watch, settleMs: 0, by: { ...BY, at: NINE } });
    for (let minute = 1; minute < 5; minute++) await replica.at(NINE + minute * MINUTE);
    away = undefined;
    findings = [podFinding('cart')];
    replica.chat.failing = new Error('ratelimited');
    for (let minute = 5; minute < 10; minute++) await replica.at(NINE + minute * MINUTE);
    expect(replica.chat.messages).toEqual([]);
    replica.chat.failing = undefined;
    for (let minute = 10; minute < 13; minute++) await replica.at(NINE + minute * MINUTE);

    expect(replica.chat.messages.filter(({ thread }) => !thread)).toHaveLength(1);
    await replica.stop();
  });
});
