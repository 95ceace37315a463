import { describe, expect, test } from 'vitest';
import type { Mute } from '../../src/attention.ts';
import { composeTelling, keyOfTelling, type Seen, tellingOf } from '../../src/digests/watcher.ts';
import type { Watch } from '../../src/digests.ts';
import { toMarkdown } from '../../src/markdown.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { sightingsOf } from '../support/tracks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2026-03-14T10:00:00Z');
const BY = { user: 'U1', platform: 'slack', at: NOW - 5 * HOUR };

const WATCH: Watch = {
  id: 'watch-aaaaa',
  platform: 'slack',
  channel: 'C1',
  filters: [],
  severity: 'high',
  settleMs: 2 * MINUTE,
  perHour: 6,
  by: BY,
};

/** What a watch tells of incidents that began so long ago. */
function telling(names: readonly string[], given: Partial<Parameters<typeof tellingOf>[0]> = {}, ago = 3 * MINUTE) {
  const report = reportOf(names.map((name) => podFinding(name)));
  const sightings = sightingsOf(report, NOW - ago) as Seen[];
  const present = { tracks: [], mutes: [], taken: [], maintenance: [], now: NOW };
  const scene = { watch: WATCH, report, sightings, present, told: new Map(), pace: { posts: [] }, now: NOW };
  return { ...scene, ...tellingOf({ ...scene, ...given }) };
}

const sizes = ({ groups }: { groups: readonly unknown[][] }) => groups.map((group) => group.length);

describe('what a watch tells', () => {
  test('an incident that has lasted', () => {
    expect(sizes(telling(['cart']))).toEqual([1]);
    expect(sizes(telling(['cart'], {}, MINUTE))).toEqual([]);
  });

  test('nothing that was open when the watch began', () => {
    expect(sizes(telling(['cart'], {}, 6 * HOUR))).toEqual([]);
  });

  test('nothing that this channel is told of already', () => {
    const { sightings } = telling(['cart']);

    expect(sizes(telling(['cart'], { told: new Map([[sightings[0]?.track.id ?? '', {}]]) }))).toEqual([]);
  });

  test('nothing that parted from what this channel is told of', () => {
    const parted = telling(['cart']).sightings.map((each) => ({
      ...each,
      track: { ...each.track, also: ['inc-whole'] },
    }));

    expect(sizes(telling(['cart'], { sightings: parted, told: new Map([['inc-whole', {}]]) }))).toEqual([]);
  });

  test('only what is as severe, in the namespace, and of the filters that it names', () => {
    expect(sizes(telling(['cart'], { watch: { ...WATCH, severity: 'critical' } }))).toEqual([]);
    expect(sizes(telling(['cart'], { watch: { ...WATCH, namespace: 'pay' } }))).toEqual([]);
    expect(sizes(telling(['cart'], { watch: { ...WATCH, filters: ['Service'] } }))).toEqual([]);
    expect(sizes(telling(['cart'], { watch: { ...WATCH, namespace: 'shop', filters: ['Pod'] } }))).toEqual([1]);
  });

  test('nothing that is muted', () => {
    const { sightings, present } = telling(['cart']);
    const incident = sightings[0]?.track.id ?? '';
    const mute: Mute = { cluster: 'prod', incident, title: '', until: NOW + HOUR, by: BY };

    expect(sizes(telling(['cart'], { present: { ...present, mutes: [mute] } }))).toEqual([]);
  });

  test('few that begin together each for itself, a storm as one message', () => {
    expect(sizes(telling(['a', 'b', 'c']))).toEqual([1, 1, 1]);
    expect(sizes(telling(['a', 'b', 'c', 'd']))).toEqual([4]);
  });

  test('no more messages an hour than it may; what is left is told together afterwards', () => {
    const posts = [50, 40, 30, 20, 10].map((ago) => NOW - ago * MINUTE);

    const last = telling(['a', 'b'], { pace: { posts } });
    const full = telling(['a', 'b'], { pace: { posts: [...posts, NOW] } });
    const later = telling(['a', 'b'], { pace: { posts: [NOW - 61 * MINUTE, ...posts] } });

    expect(sizes(last)).toEqual([2]);
    expect(last.pace.posts).toHaveLength(6);
    expect(sizes(full)).toEqual([]);
    expect(sizes(later)).toEqual([2]);
  });

  test('nothing in quiet hours, and after them what still goes on', () => {
    const quietHours = { from: '09:00', until: '10:30', zone: 'UTC' };
    const night = { ...WATCH, quietHours };

    expect(sizes(telling(['a'], { watch: night }))).toEqual([]);
    expect(sizes(telling(['a'], { watch: { ...night, quietHours: { ...quietHours, until: '10:00' } } }))).toEqual([1]);
  });
});

describe('the message of a watch', () => {
  const message = (names: readonly string[], left = 3) => {
    const { sightings, report } = telling(names);
    return composeTelling({ watch: WATCH, report }, sightings, { left, again: NOW + HOUR });
  };

  test('one incident is a card, named in the notification', () => {
    const { message: alone, slots, incidents } = message(['cart']);

    expect(alone.text).toMatch(/^prod: .*cart.* runs out of memory/);
    expect(slots).toEqual([{ incident: incidents[0]?.id, block: 0 }]);
  });

  test('a storm shows five and counts the rest', () => {
    const { message: storm, slots } = message(['a', 'b', 'c', 'd', 'e', 'f', 'g']);

    expect(storm.text).toBe('prod: 7 incidents began');
    expect(slots).toHaveLength(5);
    expect(toMarkdown(storm)).toContain('And 2 more');
  });

  test('the last one of an hour says so, and when there are more', () => {
    expect(toMarkdown(message(['a'], 0).message)).toContain('has had its 6 messages of this hour');
    expect(toMarkdown(message(['a'], 1).message)).not.toContain('of this hour');
  });

  test('the same incidents that began at the same time have the same key', () => {
    const { sightings } = telling(['a', 'b']);

    expect(keyOfTelling(WATCH, sightings)).toBe(keyOfTelling(WATCH, sightings.toReversed()));
    expect(keyOfTelling(WATCH, sightings)).not.toBe(keyOfTelling(WATCH, sightings.slice(1)));
  });
});
