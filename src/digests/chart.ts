import * as echarts from 'echarts/core';
import { install as bars } from 'echarts/lib/chart/bar/install.js';
import { install as graphic } from 'echarts/lib/component/graphic/install.js';
import { install as grid } from 'echarts/lib/component/grid/installSimple.js';
import { SVGRenderer } from 'echarts/renderers';
import { SEVERITIES, type Severity } from '../analyzer.ts';
import type { TrendPoint } from '../history.ts';
import { daysOf, sayTrend, type TrendDay, totalOf } from './trend-days.ts';
import { CALM, COLORS, FONT, GAP, INK, PLOT, SIZE, short } from './trend-look.ts';
import { marksOf } from './trend-marks.ts';

echarts.use([bars, grid, graphic, SVGRenderer]);

/** Each severity has strokes of its own, beside its color. */
const STROKES: Record<Severity, object | undefined> = {
  critical: undefined,
  high: { dashArrayX: [1, 0], dashArrayY: [1, 3], rotation: -Math.PI / 4, color: 'rgba(255,255,255,0.45)' },
  medium: { dashArrayX: [[1, 3]], dashArrayY: [1, 3], color: 'rgba(120,75,0,0.5)' },
  low: { dashArrayX: [1, 0], dashArrayY: [1, 3], color: 'rgba(40,80,120,0.35)' },
};
const GAP_STROKES = { dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: Math.PI / 4, color: GAP.strokes };
const AXIS = { fontSize: 12, color: INK.soft, fontFamily: FONT };

/** Where fewer were open, the axis goes so far all the same: one incident is no mountain. */
const LEAST = 4;

/** The last 14 days by severity: a picture that needs nothing around it, and the same in words. */
export function trendChart(
  points: readonly TrendPoint[],
  { zone, now }: { zone: string; now: number },
): { svg: string; alt: string } {
  const days = daysOf(points, zone, now);
  return { svg: draw(days), alt: sayTrend(days) };
}

function draw(days: readonly TrendDay[]): string {
  const scale = scaleOf(Math.max(LEAST, ...days.map(totalOf)));
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: INK.ground,
      textStyle: { fontFamily: FONT },
      grid: { ...PLOT, outerBoundsMode: 'none' },
      xAxis: {
        type: 'category',
        data: days.map(({ name }, index) => (index === days.length - 1 ? 'today' : name)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: INK.soft } },
        // The first day, a week ago, and today: more would not fit.
        axisLabel: { ...AXIS, interval: (index: number) => index % 7 === 0 || index === days.length - 1 },
      },
      yAxis: {
        type: 'value',
        max: scale.max,
        interval: scale.step,
        axisLabel: { ...AXIS, formatter: short },
        splitLine: { lineStyle: { color: INK.line } },
      },
      series: seriesOf(days, scale.max),
      graphic: { elements: marksOf(days, scale.max) },
    });
    return drawingOf(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

function seriesOf(days: readonly TrendDay[], max: number) {
  const bar = { type: 'bar' as const, barWidth: '74%' };
  const bars = SEVERITIES.map((severity) => ({
    ...bar,
    stack: 'open',
    // One among thousands is to be seen as well.
    barMinHeight: 2.5,
    data: days.map(({ open }) => open?.[severity] || '-'),
    itemStyle: { color: COLORS[severity], decal: STROKES[severity], borderColor: INK.ground, borderWidth: 0.5 },
  }));
  const gaps = {
    ...bar,
    stack: 'gaps',
    barWidth: '100%',
    // All stacks stand in one place.
    barGap: '-100%',
    data: days.map(({ open }) => (open ? '-' : max)),
    itemStyle: { color: GAP.ground, decal: GAP_STROKES },
  };
  const calm = {
    ...bar,
    stack: 'calm',
    barMinHeight: 3,
    data: days.map((day) => (day.open && totalOf(day) === 0 ? 0 : '-')),
    itemStyle: { color: CALM },
  };
  return [...bars, gaps, calm];
}

/** An axis from 0 with four steps at most, each of 1, 2 or 5 and some zeros. */
function scaleOf(most: number): { max: number; step: number } {
  for (let power = 1; ; power *= 10) {
    for (const step of [power, 2 * power, 5 * power]) {
      const steps = Math.ceil(most / step);
      if (steps <= 4) return { step, max: step * steps };
    }
  }
}

/** The drawing alone: without what the library adds for a pointer, and the numbers that it counts its charts by. */
function drawingOf(svg: string): string {
  return svg
    .replaceAll(/<style\b.*?<\/style>\n?/gs, '')
    .replaceAll(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, 'trend-');
}
