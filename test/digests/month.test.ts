import { expect, test } from 'vitest';
import type { Channel } from '../../src/digests.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { createTestChat } from '../support/chat.ts';
import { openDigests, type Script, type TestClock } from '../support/digests.ts';
import { podFinding } from '../support/findings.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-10-19T00:30:00Z');
const END = Date.parse('2026-11-18T00:30:00Z');
const BERLIN: Channel = { platform: 'slack', channel: 'berlin' };
const NEW_YORK: Channel = { platform: 'slack', channel: 'new-york' };
const BY = { user: 'U1', platform: 'slack', at: START };

/** From, until, and what is wrong then. */
const TROUBLES: [string, string, string, Parameters<typeof podFinding>[2]?][] = [
  ['cart', '2026-10-01', '2026-10-22T12:00Z', { severity: 'medium' }],
  ['cart', '2026-10-22T12:00Z', '2026-11-05T12:00Z', { severity: 'high' }],
  ['booking', '2026-10-21T10:00Z', '2026-10-26T03:00Z'],
  // Between two digests, so that nobody sees it.
  ['unseen', '2026-10-27T15:00Z', '2026-10-28T05:00Z'],
  ['search', '2026-11-02T06:00Z', '2026-11-20T00:00Z', { severity: 'critical' }],
];

const script: Script = {
  findings: (now) =>
    TROUBLES.filter(([, from, until]) => Date.parse(from) <= now && now < Date.parse(until)).map(([name, , , more]) =>
      podFinding(name, 'Pod/OOMKilled', { ...more, text: `As it was seen at ${now}` }),
    ),
};

test('a month of digests tells everything once, through clock changes, restarts and a lost replica', async () => {
  const clock: TestClock = { now: START };
  const store = createSqliteStore({ file: ':memory:' });
  const chat = createTestChat();
  let dies: (() => void) | undefined;
  const dying: Script = {
    findings(now) {
      dies?.();
      return script.findings(now);
    },
  };
  const open = () => openDigests({ clock, script: dying, store, chat });
  const log: string[] = [];
  let [told, edited] = [0, new Map<string, number>()];
  let replica = await open();
  const wanted = { zone: 'Europe/Berlin', filters: [], by: BY };
  await replica.digests.schedule({ ...BERLIN, ...wanted, cron: '0 9 * * 1-5', quiet: 'line' });
  await replica.digests.schedule({
    ...NEW_YORK,
    ...wanted,
    cron: '0 9 * * *',
    zone: 'America/New_York',
    quiet: 'nothing',
  });

  function note(): void {
    for (const { channel, thread, message } of chat.messages.slice(told)) {
      log.push(
        `${new Date(clock.now).toISOString().slice(0, 16)} ${channel}${thread ? ' thread' : ''}: ${message.text}`,
      );
    }
    told = chat.messages.length;
    for (const { id, channel, edits } of chat.messages) {
      if (edits > (edited.get(id) ?? 0))
        log.push(`${new Date(clock.now).toISOString().slice(0, 16)} ${channel}: edited ${id}`);
      edited.set(id, edits);
    }
  }

  for (let time = START; time < END; time += HOUR / 2) {
    const at = new Date(time).toISOString().slice(0, 16);
    // A restart while nothing is due, and one that misses what is due on that day.
    if (at === '2026-10-29T06:00') {
      await replica.stop();
      replica = await open();
    }
    if (at === '2026-11-09T07:30') await replica.stop();
    if (at > '2026-11-09T07:00' && at < '2026-11-09T15:30') continue;
    if (at === '2026-11-09T15:30') replica = await open();
    if (at === '2026-11-11T08:00') {
      // It dies while it looks at the cluster; another one is there.
      const doomed = replica;
      dies = () => doomed.lose();
      clock.now = time;
      await doomed.digests.tick();
      await expect.poll(() => dies).toBeUndefined();
    }
    await replica.at(time);
    note();
  }

  expect(log).toEqual([]);
}, 120_000);
