import { beforeEach, describe, expect, test } from 'vitest';
import { type Board, createBoard, dressed, type Present } from '../../src/digests/board.ts';
import { openCard } from '../../src/digests/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Track } from '../../src/history.ts';
import { silent } from '../../src/log.ts';
import { toMarkdown } from '../../src/markdown.ts';
import type { Message } from '../../src/message.ts';
import type { Posted } from '../../src/platform.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { createTestChat, type TestChat } from '../support/chat.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { trackOf } from '../support/tracks.ts';

const NOW = Date.parse('2026-03-14T09:00:00Z');
const DAY = 24 * 3_600_000;
const CHANNEL = { platform: 'slack', channel: 'C1' };
const BY = { user: 'U7', platform: 'slack', at: NOW };

const { incidents } = reportOf([podFinding('cart'), podFinding('booking')]);
const tracks = incidents.map((incident) => trackOf(incident, NOW - DAY));

describe('the board of incidents', () => {
  let chat: TestChat;
  let board: Board;
  let posted: Posted;
  const store = () => createSqliteStore({ file: ':memory:' });

  const present = (given: Partial<Present> = {}): Present => ({
    tracks,
    mutes: [],
    taken: [],
    maintenance: [],
    solution: async () => ['Deployment shop/cart: container app image cart:1 -> cart:2.'],
    now: NOW,
    ...given,
  });
  const withTrack = (name: string, given: Partial<Track>): Track[] =>
    tracks.map((track) => (track.cause.name === name ? { ...track, ...given } : track));
  const shown = () => toMarkdown(chat.messages[0]?.message as Message);
  const edits = () => chat.messages[0]?.edits;

  beforeEach(async () => {
    chat = createTestChat();
    const platform = chat.platform();
    board = createBoard({ store: store(), log: silent, platform: () => platform });
    const message: Message = {
      text: 'Two',
      blocks: [{ type: 'heading', text: 'Two' }, ...incidents.map((each) => openCard(each))],
    };
    const slots = tracks.map(({ id }, index) => ({ incident: id, block: index + 1 }));
    posted = await platform.post({ channel: 'C1' }, dressed(message, slots, present()));
    await board.add(CHANNEL, posted, message, slots, present());
  });

  test('where nothing happened, nothing is edited', async () => {
    await board.refresh(present());
    await board.refresh(present({ now: NOW + DAY }));

    expect(edits()).toBe(0);
    expect(chat.messages).toHaveLength(1);
  });

  test('knows where a channel is told of an incident', async () => {
    expect([...(await board.where(CHANNEL)).keys()]).toEqual(tracks.map(({ id }) => id));
    expect((await board.where({ ...CHANNEL, channel: 'C2' })).size).toBe(0);
  });

  test('one that is solved is marked in its message, once, and its thread is told what solved it', async () => {
    const solved = withTrack('cart', { state: 'resolved', resolvedAt: NOW });

    await board.refresh(present({ tracks: solved }));
    // Later nobody knows any more what solved it; what was said stands.
    await board.refresh(present({ tracks: solved, solution: async () => [], now: NOW + 1000 }));

    expect(edits()).toBe(1);
    expect(shown()).toContain('Solved');
    expect(shown()).toContain('cart:1 -> cart:2');
    expect(shown()).toContain('booking');
    const [told, ...others] = chat.thread(posted.place.thread ?? '');
    expect(others).toEqual([]);
    expect(told).toMatch(/Solved: .*cart/);
    expect(told).toContain('cart:1 -> cart:2');
  });

  test('one that became one with another goes on as that', async () => {
    const [cart, booking] = tracks;
    const joined = [{ ...booking, also: [cart?.id ?? ''], severity: 'critical' as const } as Track];

    await board.refresh(present({ tracks: joined }));
    await board.refresh(present({ tracks: joined.map((track) => ({ ...track, state: 'resolved', resolvedAt: NOW })) }));

    expect(edits()).toBe(2);
    expect(shown().match(/Solved/g)).toHaveLength(2);
  });

  test('one that comes back is open again in the same message', async () => {
    await board.refresh(present({ tracks: withTrack('cart', { state: 'resolved', resolvedAt: NOW }) }));
    await board.refresh(present({ tracks: withTrack('cart', { returns: [NOW + 1000], lastSeen: NOW + 1000 }) }));

    expect(shown()).not.toContain('Solved');
    expect(chat.thread(posted.place.thread ?? '').at(-1)).toContain('It is back');
  });

  test('one that comes and goes is told so once, not each time', async () => {
    for (let turn = 1; turn < 6; turn++) {
      const at = NOW + turn * 60_000;
      const flapping = { state: 'flapping' as const, returns: [NOW, NOW + 1], lastSeen: at };
      await board.refresh(
        present({ tracks: withTrack('cart', turn % 2 ? flapping : { ...flapping, resolvedAt: at }) }),
      );
    }

    expect(edits()).toBe(1);
    expect(chat.thread(posted.place.thread ?? '')).toHaveLength(1);
    expect(shown()).toContain('It comes and goes: 3 times');
  });

  test('one that gets worse is shown worse, and its thread is told', async () => {
    await board.refresh(present({ tracks: withTrack('cart', { severity: 'critical' }) }));

    expect(chat.thread(posted.place.thread ?? '')).toEqual([expect.stringContaining('was high, is critical')]);
  });

  test('who is on it, and until when it is muted, stand in the message with the way back', async () => {
    const [first] = tracks;
    const said = {
      taken: [{ cluster: 'prod', incident: first?.id ?? '', by: BY }],
      mutes: [{ cluster: 'prod', incident: first?.id ?? '', title: '', until: NOW + DAY, by: BY, reason: 'known' }],
    };

    await board.refresh(present(said));
    expect(shown()).toContain('is on it since');
    expect(shown()).toContain('Muted until');
    expect(JSON.stringify(chat.messages[0]?.message.blocks)).toContain(`unmute ${first?.id}`);
    await board.refresh(present());

    expect(shown()).not.toContain('is on it since');
    expect(edits()).toBe(2);
    expect(chat.thread(posted.place.thread ?? '')).toEqual([]);
  });

  test('what the service does not take now is shown and told with the next refresh, once', async () => {
    const solved = present({ tracks: withTrack('cart', { state: 'resolved', resolvedAt: NOW }) });
    chat.failing = new Error('rate limited');
    await board.refresh(solved);
    chat.failing = undefined;
    await board.refresh(solved);
    await board.refresh(solved);

    expect(edits()).toBe(1);
    expect(chat.thread(posted.place.thread ?? '')).toHaveLength(1);
  });

  test('a message that is gone is left alone', async () => {
    chat.failing = new UserError('The channel was archived.');
    await board.refresh(present({ tracks: withTrack('cart', { severity: 'critical' }) }));
    chat.failing = undefined;
    await board.refresh(present({ tracks: withTrack('cart', { severity: 'critical' }) }));

    expect(edits()).toBe(0);
    expect((await board.where(CHANNEL)).size).toBe(0);
  });

  test('is done with a message a week after its last incident was solved', async () => {
    const solved = tracks.map((track) => ({ ...track, state: 'resolved' as const, resolvedAt: NOW }));
    await board.refresh(present({ tracks: solved }));
    await board.refresh(present({ tracks: solved, now: NOW + 8 * DAY }));

    expect((await board.where(CHANNEL)).size).toBe(0);
  });
});
