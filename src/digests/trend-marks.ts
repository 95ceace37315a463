import { SEVERITIES } from '../analyzer.ts';
import { type TrendDay, totalOf } from './trend-days.ts';
import { CALM, COLORS, FONT, GAP, INK, PLOT, SIZE, short } from './trend-look.ts';

const TOP = PLOT.top;
const BOTTOM = SIZE.height - PLOT.bottom;
const RIGHT = SIZE.width - PLOT.right;
/** Room between two labels, from line to line. */
const LINE = 17;

interface Label {
  words: string;
  color: string;
  /** The height of what it names. */
  y: number;
  /** Whether a line leads to it from the last bar. */
  isLed: boolean;
}

/** The heading of the picture, and what stands beside its last bar: the numbers, on the heights of their parts. */
export function marksOf(days: readonly TrendDay[], max: number): object[] {
  const labels = labelsOf(days, max);
  const heights = spread(labels.map(({ y }) => y));
  return [...heading(days), ...labels.flatMap((label, index) => draw(label, heights[index] ?? label.y))];
}

function heading(days: readonly TrendDay[]): object[] {
  const last = days.findLast(({ open }) => open);
  const when = last && last !== days.at(-1) ? `as of ${last.name}` : `last ${days.length} days`;
  return [
    text(10, 19, 'Open incidents', { fontSize: 15, fontWeight: 700, fill: INK.strong }),
    text(SIZE.width - 10, 19, when, { fontSize: 13, fill: INK.soft, align: 'right' }),
  ];
}

/** From the lowest up. */
function labelsOf(days: readonly TrendDay[], max: number): Label[] {
  const last = days.findLast(({ open }) => open);
  const isLed = last === days.at(-1);
  const labels: Label[] = [];
  if (days.some(({ open }) => !open)) labels.push({ words: 'no data', y: BOTTOM, color: GAP.strokes, isLed: false });
  if (!last?.open) return labels;
  if (totalOf(last) === 0) labels.push({ words: 'none open', y: BOTTOM, color: CALM, isLed });
  let y = BOTTOM;
  for (const severity of SEVERITIES) {
    const open = last.open[severity];
    const height = (open / max) * (BOTTOM - TOP);
    const words = `${short(open)} ${severity}`;
    if (open > 0) labels.push({ words, y: y - height / 2, color: COLORS[severity], isLed });
    y -= height;
  }
  return labels;
}

/** Heights of labels, from the lowest up, moved apart as little as it takes. */
function spread(wanted: number[]): number[] {
  const heights: number[] = [];
  for (const y of wanted) heights.push(Math.min(y, (heights.at(-1) ?? BOTTOM + LINE) - LINE));
  let least = TOP;
  return heights
    .reverse()
    .map((y) => {
      const height = Math.max(y, least);
      least = height + LINE;
      return height;
    })
    .reverse();
}

function draw({ words, color, y, isLed }: Label, height: number): object[] {
  const line = { x1: RIGHT + 1, y1: y, x2: RIGHT + 7, y2: height };
  const square = { x: RIGHT + 7, y: height - 5, width: 8, height: 10, r: 2 };
  return [
    ...(isLed ? [{ type: 'line', shape: line, style: { stroke: color, lineWidth: 1.5 } }] : []),
    { type: 'rect', shape: square, style: { fill: color } },
    text(RIGHT + 19, height, words, { fontSize: 13, fill: INK.strong }),
  ];
}

function text(x: number, y: number, words: string, style: object): object {
  return { type: 'text', x, y, style: { text: words, verticalAlign: 'middle', fontFamily: FONT, ...style } };
}
