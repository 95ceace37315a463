import type { Severity } from '../../analyzer.ts';
import { type Action, type Block, plain, type Text, visible } from '../../message.ts';
import { clip } from '../../words.ts';
import { type Attach, remainder, shortened, type Table } from '../shared/attachments.ts';
import { ALERTS, bar, chop, MARKS, STEP_MARKS } from '../shared/words.ts';
import { fenced, labelOf, linesOf, type NameOf } from './markdown.ts';

/** What a block becomes: Markdown, line by line (some lines are a whole code or table), or a box with a coloured edge. */
export type Part = { lines: string[] } | { box: Box };

/** An attachment, as https://developers.mattermost.com/integrate/reference/message-attachments has it. */
export interface Box {
  color?: string;
  text?: string;
  fields?: Field[];
  actions?: Button[];
}

interface Field {
  title: string;
  value: string;
  short: boolean;
}

export interface Button {
  id: string;
  name: string;
  type: 'button';
  style?: 'primary' | 'danger';
  integration: { url: string; context: Record<string, unknown> };
}

/** What rendering needs to know of where it is shown. */
export interface Setting {
  nameOf: NameOf;
  /** Whether an image is sent along as a picture; else its words stand in its place. */
  isPicture(image: Image): boolean;
  /** The button of an action; `undefined` where Mattermost cannot tell us that it was pressed. */
  buttonOf(action: Action): Pick<Button, 'integration'> | undefined;
  /** What a person types in place of a button: `@k8sgpt`. */
  mention: string;
}

export type Image = Extract<Block, { type: 'image' }>;

/** Colours that people who see no red and green can tell apart, on light and on dark ground. */
const COLORS: Record<Severity, string> = { critical: '#b3002d', high: '#e8710a', medium: '#e5b800', low: '#8a8f98' };

/** One piece of a text may be so long; a longer one is cut after a word. */
const PIECE_LETTERS = 3000;
const TABLE_ROWS = 50;
const TABLE_COLUMNS = 20;
const TABLE_LETTERS = 8000;
const CELL_LETTERS = 500;
/** A label of so many plain letters makes a field; others a line, whose label is shown letter by letter. */
const FIELD_LABEL = /^[\w ()/-]{1,40}$/;
const SHORT_VALUE = 40;
const LABEL_LETTERS = 75;

/** What a block becomes, in its order. */
export function renderBlock(block: Block, attach: Attach, setting: Setting): Part[] {
  const { nameOf } = setting;
  const lines = (text: Text, style?: 'bold' | 'italic') =>
    pieces(text).flatMap((one) => linesOf(one, nameOf, { style }));
  const note = (text: Text): Part => ({ lines: lines(text, 'italic') });
  switch (block.type) {
    case 'heading':
      return [{ lines: lines(block.text).map((line) => (line.trim() === '' ? line : `#### ${line}`)) }];
    case 'text':
      return [{ lines: lines(block.text) }];
    case 'note':
      return [note(block.text)];
    case 'alert':
      return [{ lines: lines([{ bold: `${ALERTS[block.level]}:` }, ' ', ...inlines(block.text)]) }];
    case 'facts':
      return facts(block.facts, nameOf);
    case 'list':
      return [list(block, nameOf)];
    case 'code': {
      const { shown, rest } = shortened(block.text, attach);
      if (shown.trim() === '') return [];
      return [{ lines: [fenced(shown.replace(/\n$/, ''), block.language)] }, ...(rest ? [note(rest)] : [])];
    }
    case 'table':
      return table(block, attach, nameOf);
    case 'card':
      return [card(block, lines), ...hints(block.actions ?? [], setting)].map((part) =>
        'box' in part ? withButtons(part.box, block.actions ?? [], setting) : part,
      );
    case 'progress':
      return [note(`${block.label} ${bar(block.done, block.of)} ${block.done} of ${block.of}`)];
    case 'steps':
      return [
        {
          lines: [
            ...lines(block.title, 'bold'),
            ...block.steps.flatMap(({ label, state, result }) =>
              lines([`${STEP_MARKS[state]} ${label}`, ...(result ? [': ', result] : [])]),
            ),
          ],
        },
      ];
    case 'actions':
      return [withButtons({}, block.actions, setting), ...hints(block.actions, setting)].filter(hasContent);
    case 'feedback':
      return [
        withButtons(
          {},
          [
            { label: '👍', run: block.good },
            { label: '👎', run: block.bad },
          ],
          setting,
        ),
      ].filter(hasContent);
    case 'file':
      return [note(`${block.title}: ${attach(block.name, block.title, block.content)}, in the thread`)];
    case 'image':
      return [note(setting.isPicture(block) ? `${block.title}. ${block.alt}` : `${block.title}: ${block.alt}`)];
    case 'divider':
      return [{ lines: ['', '---'] }];
  }
}

function inlines(text: Text) {
  return typeof text === 'string' ? [text] : text;
}

/** A text in pieces of which each line can stand in a post. */
function pieces(text: Text): Text[] {
  if (plain(text).length <= PIECE_LETTERS) return [text];
  if (typeof text === 'string') return chop(text, PIECE_LETTERS);
  return text.flatMap((inline): Text[] =>
    plain([inline]).length <= PIECE_LETTERS ? [[inline]] : chop(plain([inline]), PIECE_LETTERS),
  );
}

/** Fields two and two where labels are plain words; lines otherwise, in which a label is nothing but letters. */
function facts(all: { label: string; value: Text }[], nameOf: NameOf): Part[] {
  const isShort = all.every(({ label, value }) => FIELD_LABEL.test(label) && plain(value).length <= PIECE_LETTERS);
  if (!isShort) {
    return [{ lines: all.flatMap(({ label, value }) => linesOf([{ bold: label }, ': ', ...inlines(value)], nameOf)) }];
  }
  const fields = all.map(({ label, value }) => ({
    title: label,
    value: linesOf(value, nameOf).join('\n'),
    short: plain(value).length <= SHORT_VALUE,
  }));
  return [{ box: { fields } }];
}

function list({ items, ordered, start = 1 }: Extract<Block, { type: 'list' }>, nameOf: NameOf): Part {
  return {
    lines: items.flatMap((item, index) => {
      const bullet = ordered ? `${start + index}. ` : '- ';
      return pieces(item)
        .flatMap((piece) => linesOf(piece, nameOf))
        .map((line, row) => `${row === 0 ? bullet : ' '.repeat(bullet.length)}${line.replace(/^\u2002+/, '')}`);
    }),
  };
}

/** As many rows as a reader takes in; all of them in a file where that is not all. */
function table(block: Table, attach: Attach, nameOf: NameOf): Part[] {
  const columns = block.columns.slice(0, TABLE_COLUMNS);
  const cell = (text: Text) => {
    const letters = plain(text).length > CELL_LETTERS ? clip(plain(text), CELL_LETTERS) : text;
    return linesOf(letters, nameOf, { inTable: true }).join(' ') || ' ';
  };
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const head = [
    row(columns.map(({ label }) => cell(label))),
    row(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
  ];
  const rows: string[] = [];
  let letters = 0;
  for (const cells of block.rows.slice(0, TABLE_ROWS)) {
    const line = row(columns.map((_, index) => cell(cells[index] ?? '')));
    letters += line.length;
    if (letters > TABLE_LETTERS) break;
    rows.push(line);
  }
  const whole = { rows: rows.length, columns: TABLE_COLUMNS, cellLetters: CELL_LETTERS };
  const rest = remainder(block, whole, attach);
  const left: Part[] = rest ? [{ lines: linesOf(rest, nameOf, { style: 'italic' }) }] : [];
  // Not even one row fits; a heading without rows would say that there are none.
  if (rows.length === 0 && block.rows.length > 0) return left;
  return [{ lines: ['', [...head, ...rows].join('\n'), ''] }, ...left];
}

function card(
  { severity, title, lines }: Extract<Block, { type: 'card' }>,
  render: (text: Text, style?: 'bold') => string[],
): Part {
  const [first = '', ...rest] = render(title, 'bold');
  const text = [`${MARKS[severity]}  ${first}`, ...rest, ...lines.flatMap((line) => render(line))].join('\n');
  return { box: { color: COLORS[severity], text } };
}

function withButtons(box: Box, actions: readonly Action[], setting: Setting): Part {
  const buttons = actions.flatMap((action): Button[] => {
    const button = 'url' in action ? undefined : setting.buttonOf(action);
    if (!button) return [];
    const name = clip(labelOf(action.label), LABEL_LETTERS);
    return [{ id: '', name, type: 'button', ...(action.style && { style: action.style }), ...button }];
  });
  return { box: { ...box, ...(buttons.length > 0 && { actions: buttons }) } };
}

/** What stands for actions that can be no buttons: addresses as links, and what to say instead. */
function hints(actions: readonly Action[], { buttonOf, nameOf, mention }: Setting): Part[] {
  const lines = actions.flatMap((action) => {
    if ('url' in action) return linesOf([{ link: action.url, label: action.label }], nameOf);
    if (buttonOf(action) || !('run' in action)) return [];
    return linesOf([`${action.label}: `, { code: `${mention} ${visible(action.run)}` }], nameOf);
  });
  return lines.length > 0 ? [{ lines }] : [];
}

function hasContent(part: Part): boolean {
  return 'lines' in part || Object.keys(part.box).length > 0;
}
