import { describe, expect, test } from 'vitest';
import type { Maintenance, Mute } from '../../src/attention.ts';
import { factsOf, type Ground, toldAfter } from '../../src/digests/facts.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { sightingsOf, trackOf } from '../support/tracks.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-03-14T09:00:00Z');
const BY = { user: 'U1', platform: 'slack', at: NOW - DAY };

function groundOf(names: readonly string[], given: Partial<Ground> = {}): Ground {
  const report = reportOf(names.map((name) => podFinding(name)));
  const sightings = sightingsOf(report, NOW - 3 * DAY);
  return {
    report,
    sightings,
    tracks: sightings.map(({ track }) => track),
    mutes: [],
    maintenance: [],
    scope: { filters: [] },
    now: NOW,
    ...given,
  };
}

/** What was told of these a day ago. */
function toldOf(ground: Ground, names: readonly string[]) {
  const told = toldAfter(factsOf({ ...ground, now: NOW - DAY }), NOW - DAY, NOW - DAY);
  const wanted = ground.tracks.filter(({ cause }) => names.includes(cause.name)).map(({ id }) => id);
  return { ...told, open: Object.fromEntries(Object.entries(told.open).filter(([id]) => wanted.includes(id))) };
}

const idOf = (ground: Ground, name: string) => ground.tracks.find(({ cause }) => cause.name === name)?.id ?? '';

describe('what a digest has to say', () => {
  test('the first one shows what is open, and calls nothing new', () => {
    const facts = factsOf(groundOf(['cart', 'booking']));

    expect(facts.open.map(({ how }) => how)).toEqual(['ongoing', 'ongoing']);
    expect(facts).toMatchObject({ solved: [], passed: [] });
    expect(facts.told).toBeUndefined();
  });

  test('what was not told before is new, though another analysis saw it long ago', () => {
    const ground = groundOf(['cart', 'booking']);

    const { open } = factsOf({ ...ground, told: toldOf(ground, ['cart']) });

    expect(Object.fromEntries(open.map(({ incident, how }) => [incident.cause.name, how]))).toEqual({
      cart: 'ongoing',
      booking: 'new',
    });
  });

  test('what came back is not new', () => {
    const ground = groundOf(['cart']);
    const sightings = sightingsOf(ground.report, NOW - 9 * DAY, { returns: [NOW - 1000] });

    expect(factsOf({ ...ground, sightings, told: toldOf(ground, []) }).open).toMatchObject([{ how: 'back' }]);
  });

  test.each([
    ['medium', 'worse', 'was medium, is high'],
    ['critical', 'ongoing', undefined],
    ['high', 'ongoing', undefined],
  ] as const)('what was %s and is high is %s', (before, how, text) => {
    const ground = groundOf(['cart']);
    const told = { due: 0, at: NOW - DAY, muted: [], open: { [idOf(ground, 'cart')]: { severity: before, size: 1 } } };

    const [fact] = factsOf({ ...ground, told }).open;

    expect(fact?.how).toBe(how);
    expect(fact?.text).toBe(text);
  });

  test('a little larger is not worse, and what shrank and grew back is no news either', () => {
    const pods = (count: number) =>
      reportOf(
        Array.from({ length: count }, (_, index) =>
          podFinding('cart', 'Pod/OOMKilled', {
            object: { kind: 'Pod', namespace: 'shop', name: `cart-${index}` },
            fingerprint: `cart ${index}`,
          }),
        ),
      );
    const digest = (count: number, told?: ReturnType<typeof toldAfter>) => {
      const report = pods(count);
      const sightings = sightingsOf(report, NOW - 3 * DAY);
      const tracks = sightings.map(({ track }) => track);
      const facts = factsOf({ ...groundOf([]), report, sightings, tracks, ...(told && { told }) });
      return { how: facts.open[0]?.how, text: facts.open[0]?.text, told: toldAfter(facts, NOW, NOW) };
    };
    const first = digest(4);
    const more = digest(6, first.told);
    const fewer = digest(2, more.told);
    const again = digest(6, fewer.told);
    const twice = digest(12, again.told);

    expect([first, more, fewer, again].map(({ how }) => how)).toEqual(['ongoing', 'ongoing', 'ongoing', 'ongoing']);
    expect(twice).toMatchObject({ how: 'worse', text: '12 problems instead of 6' });
  });

  test('what was told and is solved is told once; what began and ended in between is told as passed', () => {
    const ground = groundOf(['cart', 'booking']);
    const told = toldOf(ground, ['cart']);
    const tracks = ground.tracks.map((track) => ({
      ...track,
      firstSeen: track.cause.name === 'cart' ? track.firstSeen : NOW - 5000,
      state: 'resolved' as const,
      resolvedAt: NOW - 1000,
    }));
    const nothing = { ...groundOf([]), tracks };

    const facts = factsOf({ ...nothing, told });
    const next = factsOf({ ...nothing, told: toldAfter(facts, NOW, NOW), now: NOW + DAY });

    expect(facts.solved.map(({ cause }) => cause.name)).toEqual(['cart']);
    expect(facts.passed.map(({ cause }) => cause.name)).toEqual(['booking']);
    expect(next).toMatchObject({ solved: [], passed: [] });
  });

  test('what comes and goes stays known, and is neither solved nor new', () => {
    const ground = groundOf(['cart']);
    const gone = ground.tracks.map((track) => ({ ...track, state: 'flapping' as const, resolvedAt: NOW - 1000 }));

    const away = factsOf({ ...groundOf([]), tracks: gone, told: toldOf(ground, ['cart']) });
    const there = factsOf({ ...ground, told: toldAfter(away, NOW, NOW) });

    expect(away).toMatchObject({ open: [], solved: [] });
    expect(there.open).toMatchObject([{ how: 'ongoing' }]);
  });

  test('incidents that became one, and one that parted from another, are what was told under their other names', () => {
    const ground = groundOf(['cart']);
    const told = { due: 0, at: NOW - DAY, muted: [], open: { 'inc-before': { severity: 'high' as const, size: 1 } } };
    const sightings = ground.sightings.map((each) => ({ ...each, track: { ...each.track, also: ['inc-before'] } }));
    const tracks = sightings.map(({ track }) => track);

    const facts = factsOf({ ...ground, sightings, tracks, told });

    expect(facts.open).toMatchObject([{ how: 'ongoing' }]);
    expect(Object.keys(toldAfter(facts, NOW, NOW).open)).toEqual([idOf(ground, 'cart')]);
  });

  test('what was not looked at stays known', () => {
    const ground = groundOf(['cart']);
    const blind = factsOf({ ...ground, sightings: [], told: toldOf(ground, ['cart']) });

    expect(blind.solved).toEqual([]);
    expect(Object.keys(toldAfter(blind, NOW, NOW).open)).toEqual([idOf(ground, 'cart')]);
  });

  test('what is muted is named aside; when the mute is over it is told to be no longer muted, not to be new', () => {
    const ground = groundOf(['cart']);
    const id = idOf(ground, 'cart');
    const mute: Mute = { cluster: 'prod', incident: id, title: 'x', until: NOW + DAY, by: BY };

    const muted = factsOf({ ...ground, mutes: [mute], told: toldOf(ground, []) });
    const after = factsOf({ ...ground, told: toldAfter(muted, NOW, NOW) });

    expect(muted).toMatchObject({ open: [], muted: [{ track: { id } }] });
    expect(after.open).toMatchObject([{ how: 'unmuted' }]);
  });

  test('a muted incident that is solved is not told', () => {
    const ground = groundOf(['cart']);
    const mute: Mute = { cluster: 'prod', incident: idOf(ground, 'cart'), title: 'x', until: NOW + DAY, by: BY };
    const muted = factsOf({ ...ground, mutes: [mute], told: toldOf(ground, ['cart']) });
    const tracks = ground.tracks.map((track) => ({ ...track, resolvedAt: NOW, state: 'resolved' as const }));

    expect(factsOf({ ...groundOf([]), tracks, told: toldAfter(muted, NOW, NOW) }).solved).toEqual([]);
  });

  test('what begins in a maintenance window is not told, and is news when it outlasts it', () => {
    const ground = groundOf(['cart']);
    const window: Maintenance = { id: 'm', cluster: 'prod', namespace: 'shop', from: NOW - 1, until: NOW + 1, by: BY };

    const during = factsOf({ ...ground, maintenance: [window], told: toldOf(ground, []) });
    const known = factsOf({ ...ground, maintenance: [window], told: toldOf(ground, ['cart']) });
    const after = factsOf({ ...ground, told: toldAfter(during, NOW, NOW) });

    expect(during).toMatchObject({ open: [], expected: [{ maintenance: { namespace: 'shop' } }] });
    expect(known.open).toMatchObject([{ how: 'ongoing' }]);
    expect(after.open).toMatchObject([{ how: 'new' }]);
  });

  test('a window of one namespace does not hide what touches others as well', () => {
    const ground = groundOf(['cart']);
    const wide = ground.sightings.map((each) => ({ ...each, track: { ...each.track, namespaces: ['pay', 'shop'] } }));
    const window: Maintenance = { id: 'm', cluster: 'prod', namespace: 'shop', from: NOW - 1, until: NOW + 1, by: BY };

    expect(factsOf({ ...ground, sightings: wide, maintenance: [window] }).open).toHaveLength(1);
  });

  test('untidiness stays out, unless its filter is named', () => {
    const report = reportOf([podFinding('cart', 'Pod/Untidy', { severity: 'low' })]);
    const sightings = sightingsOf(report, NOW - DAY);
    const ground = { ...groundOf([]), report, sightings };

    expect(factsOf(ground).open).toHaveLength(0);
    expect(factsOf({ ...ground, scope: { filters: ['Pod'] } }).open).toHaveLength(1);
  });

  test('what is told does not grow beyond what the history knows', () => {
    const ground = groundOf(['cart']);
    const told = { due: 0, at: 0, muted: [], open: { 'inc-forgotten': { severity: 'high' as const, size: 1 } } };

    expect(Object.keys(toldAfter(factsOf({ ...ground, told }), NOW, NOW).open)).toEqual([idOf(ground, 'cart')]);
    expect(trackOf(ground.report.incidents[0] as never, 0).namespaces).toEqual(['shop']);
  });
});
