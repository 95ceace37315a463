import { expect, test } from 'vitest';
import type { Channel } from '../../src/digests.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { scriptedBackend } from '../support/backends.ts';
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
      podFinding(name, 'Pod/OOMKilled', { ...more, text: `It was killed ${Math.floor(now / HOUR)} times.` }),
    ),
};

/** All that a month says: when, where, what, and edits of messages by their numbers. */
const EXPECTED = `
2026-10-19T07:00 berlin: prod: 1 medium incident
2026-10-19T13:00 new-york: prod: 1 medium incident
2026-10-20T07:00 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 medium.
2026-10-21T07:00 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 medium.
2026-10-21T13:00 new-york: prod: 1 new since yesterday 09:00
2026-10-22T07:00 berlin: prod: 1 new since yesterday 09:00
2026-10-22T13:00 new-york: prod: 1 worse since yesterday 09:00
2026-10-22T13:00 berlin thread: Worse: Deployment shop/cart runs out of memory in container app (limit 256Mi) was medium, is high.
2026-10-22T13:00 new-york thread: Worse: Deployment shop/cart runs out of memory in container app (limit 256Mi) was medium, is high.
2026-10-22T13:00 berlin: edited m1
2026-10-22T13:00 new-york: edited m2
2026-10-23T07:00 berlin: prod: 1 worse since yesterday 09:00
2026-10-26T08:00 berlin: prod: 1 solved since Fri 23 Oct 09:00
2026-10-26T08:00 berlin thread: Solved: Deployment shop/booking runs out of memory in container app (limit 256Mi).
2026-10-26T08:00 new-york thread: Solved: Deployment shop/booking runs out of memory in container app (limit 256Mi).
2026-10-26T08:00 new-york: edited m5
2026-10-26T08:00 berlin: edited m6
2026-10-26T13:00 new-york: prod: 1 solved since yesterday 09:00
2026-10-27T08:00 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 high.
2026-10-28T08:00 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 high.
2026-10-29T08:00 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 high.
2026-10-30T08:00 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 high.
2026-11-02T08:00 berlin: prod: 1 new since Fri 30 Oct 09:00
2026-11-02T14:00 new-york: prod: 1 new since yesterday 09:00
2026-11-03T08:00 berlin: prod: nothing changed since yesterday 09:00. 2 go on: 1 critical and 1 high.
2026-11-04T08:00 berlin: prod: nothing changed since yesterday 09:00. 2 go on: 1 critical and 1 high.
2026-11-05T08:00 berlin: prod: nothing changed since yesterday 09:00. 2 go on: 1 critical and 1 high.
2026-11-05T14:00 new-york: prod: 1 solved since yesterday 09:00
2026-11-05T14:00 berlin thread: Solved: Deployment shop/cart runs out of memory in container app (limit 256Mi).
2026-11-05T14:00 new-york thread: Solved: Deployment shop/cart runs out of memory in container app (limit 256Mi).
2026-11-05T14:00 berlin: edited m1
2026-11-05T14:00 new-york: edited m2
2026-11-06T08:00 berlin: prod: 1 solved since yesterday 09:00
2026-11-09T15:30 berlin: prod: nothing changed since Fri 6 Nov 09:00. 1 goes on: 1 critical.
2026-11-10T08:00 berlin: prod: nothing changed since yesterday 16:30. 1 goes on: 1 critical.
2026-11-11T08:01 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 critical.
2026-11-12T08:00 berlin: prod: nothing changed since yesterday 09:01. 1 goes on: 1 critical.
2026-11-13T08:00 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 critical.
2026-11-16T08:00 berlin: prod: nothing changed since Fri 13 Nov 09:00. 1 goes on: 1 critical.
2026-11-17T08:00 berlin: prod: nothing changed since yesterday 09:00. 1 goes on: 1 critical.
`;

test('a month of digests tells everything once, through clock changes, restarts and a lost replica', async () => {
  const clock: TestClock = { now: START };
  const store = createSqliteStore({ file: ':memory:', clock: () => clock.now });
  const chat = createTestChat();
  let dies: (() => void) | undefined;
  const dying: Script = {
    findings(now) {
      dies?.();
      dies = undefined;
      return script.findings(now);
    },
  };
  const model = scriptedBackend('openai', 'Look at its memory first [E1]. It is one workload alone [E1].');
  const open = () => openDigests({ clock, script: dying, store, chat, backends: [model.backend] });
  const previews: string[] = [];
  const { signal } = new AbortController();
  const log: string[] = [];
  let [told, edited] = [0, new Map<string, number>()];
  let replica = await open();
  const wanted = { zone: 'Europe/Berlin', filters: [], by: BY };
  const { schedule } = await replica.digests.schedule({ ...BERLIN, ...wanted, cron: '0 9 * * 1-5', quiet: 'line' });
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
      replica = await open();
      // So long nobody else takes what it had in hand.
      await replica.at(time + 60_000);
    } else await replica.at(time);
    note();
    if (at === '2026-11-02T07:00')
      previews.push((await replica.digests.preview(schedule, { id: schedule.id, signal })).text);
  }

  expect(log).toEqual(EXPECTED.trim().split('\n'));
  // An hour before the digest of that day, what it was going to say.
  expect(previews).toEqual(['prod: 1 new since Fri 30 Oct 09:00']);
  // One for each change of the facts, whoever told it: cart, booking, cart that is worse, search.
  expect(model.requests).toHaveLength(4);
  await replica.stop();
}, 120_000);
