import { expect, test } from 'vitest';
import { SEVERITIES } from '../../src/analyzer.ts';
import { trendChart } from '../../src/digests/chart.ts';
import { COLORS } from '../../src/digests/trend-look.ts';
import type { TrendPoint } from '../../src/history.ts';
import { difference, type Eyes, seen } from '../support/colors.ts';

const NOW = Date.parse('2026-08-19T09:00:00Z');
const DAY_MS = 24 * 3_600_000;
const NONE = { critical: 0, high: 0, medium: 0, low: 0 };

function point(at: string | number, open: Partial<TrendPoint['open']> = {}): TrendPoint {
  return { at: typeof at === 'number' ? at : Date.parse(at), open: { ...NONE, ...open } };
}

function everyDay(open: (index: number) => Partial<TrendPoint['open']>): TrendPoint[] {
  return Array.from({ length: 14 }, (_, index) => point(NOW - (13 - index) * DAY_MS, open(index)));
}

const chart = (points: readonly TrendPoint[], zone = 'UTC', now = NOW) => trendChart(points, { zone, now });
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words);

const busy = everyDay((index) => ({ critical: index === 0 ? 1 : 3, high: index, low: 40 }));

test('says in words what was open then and now, and what is not known', () => {
  expect(chart(busy).alt).toBe(
    'Open incidents over 14 days: 3 critical now, 1 on Aug 6; 13 high now, 0 on Aug 6; 40 low now, 40 on Aug 6.',
  );
  expect(chart(everyDay(() => ({}))).alt).toBe('Open incidents over 14 days: none.');
  expect(chart([point(NOW, { high: 12_345 })]).alt).toBe(
    'Open incidents over 14 days: 12,345 high now. No analysis of the whole cluster ran on 13 days.',
  );
  expect(chart([]).alt).toBe('Open incidents over 14 days: no analysis of the whole cluster ran.');
});

test('says when most were open, where that is over', () => {
  expect(chart(everyDay((index) => ({ high: index === 4 ? 9 : 1 }))).alt).toContain('Most were open on Aug 10: 9.');
});

test('says of what day the newest numbers are, where none are of today', () => {
  const { svg, alt } = chart(busy.slice(0, -2));

  expect(alt).toContain('3 critical on Aug 17, 1 on Aug 6');
  expect(alt).toContain('No analysis of the whole cluster ran on 2 days.');
  expect(texts(svg)).toContain('as of Aug 17');
});

test('shows the numbers of today beside the bars, and the days below', () => {
  const shown = texts(chart(busy).svg);

  expect(shown).toEqual(expect.arrayContaining(['Open incidents', '3 critical', '13 high', '40 low']));
  expect(shown).toEqual(expect.arrayContaining(['Aug 6', 'Aug 13', 'today']));
  expect(shown).not.toContain('0 medium');
});

test('takes the last analysis of a day, by the calendar of the zone', () => {
  const points = [point('2026-08-18T22:00:00Z', { high: 1 }), point('2026-08-19T08:00:00Z', { high: 4 })];

  expect(chart(points, 'UTC').alt).toContain('4 high now, 1 on Aug 18');
  expect(chart(points, 'Asia/Tokyo').alt).toContain('4 high now.');
});

test('counts a day of 23 hours, and one of 25, as one day', () => {
  for (const now of ['2026-03-30T10:00:00Z', '2026-10-26T10:00:00Z']) {
    const points = Array.from({ length: 20 }, (_, index) =>
      point(Date.parse(now) - index * DAY_MS, { high: index + 1 }),
    );

    const { alt } = chart(points, 'Europe/Berlin', Date.parse(now));

    expect(alt).toMatch(/1 high now, 14 on (Mar 17|Oct 13)\.$/);
  }
});

test('leaves gaps where no analysis ran, and says so', () => {
  expect(texts(chart(busy).svg)).not.toContain('no data');
  expect(texts(chart(busy.filter((_, index) => index !== 5)).svg)).toContain('no data');
});

test('tells a day with nothing open from one that nobody looked at', () => {
  const calm = chart(everyDay(() => ({}))).svg;

  expect(texts(calm)).toContain('none open');
  expect(texts(chart([]).svg)).not.toContain('none open');
});

test('keeps every number short enough for its place', () => {
  const huge = chart(everyDay(() => ({ critical: 9, high: 1234, medium: 98_765, low: 1_234_567 })));

  expect(texts(huge.svg)).toEqual(expect.arrayContaining(['9 critical', '1.2K high', '99K medium', '1.2M low']));
});

test('the same numbers give the same picture, letter by letter', () => {
  const first = chart(busy).svg;
  chart([]);

  expect(chart(busy).svg).toBe(first);
});

test('is a picture on white ground that neither moves, nor runs or loads anything', () => {
  const { svg } = chart(busy);

  expect(svg).toMatch(/^<svg width="320" height="\d+"/);
  expect(svg).toMatch(/<rect width="320" height="\d+" x="0" y="0" fill="#ffffff"/);
  expect(svg).not.toMatch(/<script|<animate|<style|@keyframes|href="(?!#)|\son\w+=/i);
});

test('has no letters below 12 px where it is 320 px wide', () => {
  const sizes = [...chart(busy).svg.matchAll(/font-size:\s*([\d.]+)px/g)].map(([, size]) => Number(size));

  expect(sizes.length).toBeGreaterThan(0);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
});

test.each<Eyes>(['usual', 'protanopia', 'deuteranopia', 'tritanopia', 'none'])(
  'parts of a bar that touch differ in color for eyes of the kind %s',
  (eyes) => {
    const colors = SEVERITIES.map((severity) => seen(COLORS[severity], eyes));
    const differences = colors.flatMap((one, index) => colors.slice(index + 1).map((other) => difference(one, other)));

    // 2 is just noticed; without any hues the strokes have to help.
    expect(Math.min(...differences)).toBeGreaterThan(eyes === 'none' ? 2 : 20);
  },
);
