import { stripVTControlCharacters, styleText } from 'node:util';
import type { Severity } from '../../analyzer.ts';
import {
  type Action,
  type Block,
  type Inline,
  type Message,
  plain,
  type Step,
  type Text,
  visible,
} from '../../message.ts';

export interface Style {
  color: boolean;
  /** Columns. */
  width: number;
  /** How a command begins here, for what is a button elsewhere. */
  prefix: string;
}

/** Columns below which words are hard to read. */
const NARROW = 30;

type Format = Parameters<typeof styleText>[0];

/** Blocks that an empty line sets apart from what is above them; a text under a heading belongs to it. */
const APART = new Set(['heading', 'card', 'note', 'table', 'text', 'actions']);

const SEVERITY_FORMAT: Record<Severity, Format> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'gray',
};

const STEP_FORMAT: Record<Step['state'], Format> = { waiting: 'gray', running: 'blue', done: 'green', failed: 'red' };

/** A message as lines for a terminal. Buttons are the commands that they run; what opens a form is left out. */
export function renderMessage(message: Message, style: Style): string {
  const shown = message.blocks
    .map((block) => ({ type: block.type, text: renderBlock(block, style) }))
    .filter(({ text }) => text !== '');
  return shown
    .map(({ type, text }, at) => {
      const belongs = type === 'text' && shown[at - 1]?.type === 'heading';
      return at > 0 && APART.has(type) && !belongs ? `\n${text}` : text;
    })
    .join('\n');
}

function renderBlock(block: Block, style: Style): string {
  switch (block.type) {
    case 'heading':
      return paint(style, ['bold', 'underline'], wrap(letters(block.text), style.width));
    case 'text':
      return wrap(letters(block.text), style.width);
    case 'note':
      return paint(style, 'gray', wrap(letters(block.text), style.width));
    case 'alert':
      return paint(
        style,
        alertFormat(block.level),
        wrap(`${alertMark(block.level)} ${letters(block.text)}`, style.width),
      );
    case 'facts':
      return block.facts.map(({ label, value }) => `  ${label}: ${letters(value)}`).join('\n');
    case 'list':
      return block.items
        .map((item, index) =>
          hang(block.ordered ? `  ${(block.start ?? 1) + index}. ` : '  - ', letters(item), style.width),
        )
        .join('\n');
    case 'code':
      return paint(style, 'cyan', indent(clean(block.text), '    '));
    case 'table':
      return renderTable(block, style);
    case 'card':
      return [
        hang(`${severityMark(block.severity, style)} `, paint(style, 'bold', letters(block.title)), style.width, 10),
        ...block.lines.map((line) => paint(style, 'gray', hang('          ', letters(line), style.width, 10))),
        ...actionLines(block.actions ?? [], style).map((line) => `          ${line}`),
      ].join('\n');
    case 'progress':
      return `${clean(block.label)} (${block.done} of ${block.of})`;
    case 'steps':
      return [clean(block.title), ...block.steps.map((step) => stepLine(step, style))].join('\n');
    case 'file':
      return `${clean(block.title)}\n${clean(block.content)}`;
    case 'image':
      return wrap(`${clean(block.title)}: ${clean(block.alt)}`, style.width);
    case 'divider':
      return '-'.repeat(style.width);
    case 'actions':
      return actionLines(block.actions, style).join('\n');
    case 'feedback':
      return '';
  }
}

/** `  done     Read the logs of shop/web: 12 lines` */
function stepLine({ label, state, result }: Step, style: Style): string {
  const mark = paint(style, STEP_FORMAT[state], state.padEnd(8));
  return hang(`  ${mark} `, clean(result ? `${label}: ${result}` : label), style.width, 11);
}

/** `Explain: k8sgpt-chat explain inc-4f2a9c`, so that it can be copied. */
function actionLines(actions: readonly Action[], style: Style): string[] {
  return actions.flatMap((action) => {
    if ('run' in action)
      return [`${clean(action.label)}: ${paint(style, 'cyan', `${style.prefix} ${clean(action.run)}`)}`];
    return 'url' in action ? [`${clean(action.label)}: ${clean(action.url)}`] : [];
  });
}

function severityMark(severity: Severity, style: Style): string {
  return paint(style, SEVERITY_FORMAT[severity], severity.padEnd(9));
}

function alertMark(level: 'info' | 'success' | 'warning' | 'error'): string {
  return { info: 'i', success: 'ok:', warning: 'warning:', error: 'error:' }[level];
}

function alertFormat(level: 'info' | 'success' | 'warning' | 'error'): Format {
  return ({ info: 'blue', success: 'green', warning: 'yellow', error: 'red' } as const)[level];
}

/**
 * Columns as wide as their widest cell; the last one is wrapped to what is left of the line. Where too little is left,
 * it stands below.
 */
function renderTable({ columns, rows }: Extract<Block, { type: 'table' }>, style: Style): string {
  const cells = [columns.map(({ label }) => label), ...rows.map((row) => row.map(letters))];
  const widths = columns.slice(0, -1).map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row, index) => {
    const head = widths.map((width, column) => (row[column] ?? '').padEnd(width)).join('  ');
    const lead = widths.length > 0 ? `${head}  ` : '';
    const last = row[columns.length - 1] ?? '';
    const isNarrow = style.width - lead.length < NARROW;
    const line = isNarrow ? `${head.trimEnd()}\n${hang('    ', last, style.width)}` : hang(lead, last, style.width);
    return index === 0 ? paint(style, 'bold', line) : line;
  });
  return lines.join('\n');
}

/** The letters of a text; control characters in names or logs must not move the cursor or colour the screen. */
function letters(text: Text): string {
  if (typeof text === 'string') return clean(text);
  return clean(text.map((inline) => (isTime(inline) ? minutes(inline.time) : plain([inline]))).join(''));
}

function isTime(inline: Inline): inline is { time: string } {
  return typeof inline === 'object' && 'time' in inline;
}

/** `2026-09-16 09:40 UTC`; a time that cannot be read stays as it is. */
function minutes(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function clean(text: string): string {
  return visible(stripVTControlCharacters(text));
}

function paint({ color }: Style, format: Format, text: string): string {
  return color && text !== '' ? styleText(format, text, { validateStream: false }) : text;
}

/** Breaks lines at spaces; words longer than a line, such as image names, are left whole so that they can be copied. */
function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const next = current === '' ? word : `${current} ${word}`;
    if (stripVTControlCharacters(next).length > width && current !== '') {
      lines.push(current);
      current = word;
    } else current = next;
  }
  return [...lines, current].join('\n');
}

function hang(mark: string, text: string, width: number, by = mark.length): string {
  return mark + wrap(text, Math.max(NARROW, width - by)).replaceAll('\n', `\n${' '.repeat(by)}`);
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}
