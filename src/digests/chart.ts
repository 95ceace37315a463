import { BarChart } from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { SEVERITIES, type Severity } from '../analyzer.ts';
import type { TrendPoint } from '../history.ts';
import { daysOf, sayTrend, type TrendDay, totalOf } from './trend-days.ts';

echarts.use([BarChart, GridComponent, GraphicComponent, SVGRenderer]);

/** A phone's width: no letter is smaller than 12 px there, and a wider screen shows all of it larger. */
const SIZE = { width: 360, height: 216 };
const PLOT = { left: 38, right: 104, top: 42, bottom: 30 };
const INK = { strong: '#1b2430', soft: '#566170', line: '#e3e7ec', ground: '#ffffff' };
const CALM = '#00805f';
const GAP = '#dfe3e8';
const FONT = "'Atkinson Hyperlegible', Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/**
 * From dark to light, so that they are told apart without their hues as well; and each has strokes of its own.
 * Dark red, orange, yellow and light blue stay apart for eyes that do not see red, or green.
 */
export const COLORS: Record<Severity, string> = {
  critical: '#8c1d3f',
  high: '#d9541e',
  medium: '#f2b630',
  low: '#a9c9e8',
};

const STROKES: Record<Severity, object | undefined> = {
  critical: undefined,
  high: { dashArrayX: [1, 0], dashArrayY: [1, 3], rotation: -Math.PI / 4, color: 'rgba(255,255,255,0.45)' },
  medium: { dashArrayX: [[1, 3]], dashArrayY: [1, 3], color: 'rgba(120,75,0,0.5)' },
  low: { dashArrayX: [1, 0], dashArrayY: [1, 3], color: 'rgba(40,80,120,0.35)' },
};

/** Where fewer were open, the axis goes so far all the same: one incident is no mountain. */
const LEAST = 4;

/** Room between two labels, from line to line. */
const LABEL_PX = 17;

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
        axisLabel: { ...words(12), interval: (index: number) => index % 7 === 0 || index === days.length - 1 },
      },
      yAxis: {
        type: 'value',
        max: scale.max,
        interval: scale.step,
        axisLabel: { ...words(12), formatter: short },
        splitLine: { lineStyle: { color: INK.line } },
      },
      series: seriesOf(days, scale.max),
      graphic: { elements: [...heading(days), ...labels(days, scale.max)] },
    });
    return drawingOf(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

function words(fontSize: number) {
  return { fontSize, color: INK.soft, fontFamily: FONT };
}

function seriesOf(days: readonly TrendDay[], max: number) {
  const bars = SEVERITIES.map((severity) => ({
    type: 'bar' as const,
    stack: 'open',
    barWidth: '74%',
    // One among thousands is to be seen as well.
    barMinHeight: 2.5,
    data: days.map(({ open }) => open?.[severity] || '-'),
    itemStyle: { color: COLORS[severity], decal: STROKES[severity], borderColor: INK.ground, borderWidth: 0.5 },
  }));
  const band = { type: 'bar' as const, barWidth: '100%', barGap: '-100%', z: 0 };
  const gaps = {
    ...band,
    stack: 'gaps',
    data: days.map(({ open }) => (open ? '-' : max)),
    itemStyle: {
      color: '#f6f7f9',
      decal: { dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: Math.PI / 4, color: GAP },
    },
  };
  const calm = {
    type: 'bar' as const,
    stack: 'calm',
    barWidth: '74%',
    barMinHeight: 3,
    data: days.map((day) => (day.open && totalOf(day) === 0 ? 0 : '-')),
    itemStyle: { color: CALM },
  };
  return [...bars, gaps, calm];
}

function heading(days: readonly TrendDay[]) {
  const last = days.findLast(({ open }) => open);
  const when = last && last !== days.at(-1) ? `as of ${last.name}` : `last ${days.length} days`;
  return [
    text(10, 19, 'Open incidents', { fontSize: 15, fontWeight: 700, fill: INK.strong }),
    text(SIZE.width - 10, 19, when, { fontSize: 13, fill: INK.soft, align: 'right' }),
  ];
}

/** What stands beside the last bar: how many of each severity, on the height of its part of the bar where there is room. */
function labels(days: readonly TrendDay[], max: number) {
  const last = days.findLast(({ open }) => open);
  const bottom = SIZE.height - PLOT.bottom;
  const right = SIZE.width - PLOT.right;
  const heightOf = (open: number) => (open / max) * (bottom - PLOT.top);
  const marks: { words: string; y: number; color: string }[] = [];
  if (days.some(({ open }) => !open)) marks.push({ words: 'not analysed', y: bottom, color: GAP });
  if (last && totalOf(last) === 0) marks.push({ words: 'none open', y: bottom, color: CALM });
  let top = bottom;
  for (const severity of SEVERITIES) {
    const open = last?.open?.[severity] ?? 0;
    if (open > 0)
      marks.push({ words: `${short(open)} ${severity}`, y: top - heightOf(open) / 2, color: COLORS[severity] });
    top -= heightOf(open);
  }
  const shown = spread(
    marks.map(({ y }) => y),
    PLOT.top,
    bottom,
  );
  const isNow = last === days.at(-1);
  return marks.flatMap(({ words, y, color }, index) => {
    const at = shown[index] ?? y;
    const leader = {
      type: 'line',
      shape: { x1: right + 1, y1: y, x2: right + 8, y2: at },
      style: { stroke: color, lineWidth: 1.5 },
    };
    const swatch = {
      type: 'rect',
      shape: { x: right + 8, y: at - 5, width: 9, height: 10, r: 2 },
      style: { fill: color },
    };
    return [
      ...(isNow && color !== GAP ? [leader] : []),
      swatch,
      text(right + 21, at, words, { fontSize: 13, fill: INK.strong }),
    ];
  });
}

/** Heights of labels, from the lowest up, moved apart as little as it takes. */
function spread(wanted: number[], top: number, bottom: number): number[] {
  const heights: number[] = [];
  for (const y of wanted) heights.push(Math.min(y, (heights.at(-1) ?? bottom + LABEL_PX) - LABEL_PX));
  let least = top;
  for (let index = heights.length - 1; index >= 0; index--) {
    heights[index] = Math.max(heights[index] ?? top, least);
    least = (heights[index] ?? top) + LABEL_PX;
  }
  return heights;
}

function text(x: number, y: number, words: string, style: object) {
  return { type: 'text', x, y, style: { text: words, verticalAlign: 'middle', fontFamily: FONT, ...style } };
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

/** `12`, `9.9K`, `16K`, `1.2M`. */
function short(count: number): string {
  if (count < 1000) return String(count);
  return count.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 2 });
}

/** The drawing alone: without what the library adds for a pointer, and the numbers that it counts its charts by. */
function drawingOf(svg: string): string {
  return svg
    .replaceAll(/<style\b.*?<\/style>\n?/gs, '')
    .replaceAll(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, 'trend-');
}
