import type * as types from '@slack/types';
import { plain, type Text, visible } from '../../message.ts';
import { clip } from '../../words.ts';
import { type Attach, remainder, type Table } from '../shared/attachments.ts';
import { LIMITS } from './limits.ts';
import { elementsOf, paragraphs, section } from './rich-text.ts';

type Cell = types.TableBlock['rows'][number][number];

/** Up to so many rows stand there at once; longer tables get pages that a reader turns and sorts. */
const SHORT = 20;
const PAGE = 20;
const CELL_LETTERS = 1000;

/** A table as far as Slack takes one; all of it as a file where that is not all. */
export function renderTable(table: Table, attach: Attach): types.KnownBlock[] {
  const columns = table.columns.slice(0, LIMITS.tableColumns);
  const header: Cell[] = columns.map(({ label }) => raw(label));
  const long = table.rows.length > SHORT;
  const rows: Cell[][] = [];
  let room = LIMITS.tableText - sizeOf(header);
  for (const row of table.rows.slice(0, LIMITS.tableRows)) {
    const cells = columns.map(({ align }, index) => cellOf(row[index] ?? '', long && align === 'right'));
    room -= sizeOf(cells);
    if (room < 0) break;
    rows.push(cells);
  }

  const all = [header, ...rows];
  const settings = columns.map(({ align = 'left' as const }) => ({ align, is_wrapped: true }));
  const shown: types.DataTableBlock | types.TableBlock = long
    ? { type: 'data_table', caption: caption(table), page_size: PAGE, rows: all }
    : { type: 'table', rows: all, column_settings: settings };
  const whole = { rows: rows.length, columns: LIMITS.tableColumns, cellLetters: CELL_LETTERS };
  const left = paragraphs(elementsOf(remainder(table, whole, attach)));
  // Not even one row fits; a heading without rows would say that there are none.
  return rows.length === 0 && table.rows.length > 0 ? left : [shown, ...left];
}

function caption({ columns, rows }: Table): string {
  return `${rows.length} rows: ${columns.map(({ label }) => visible(label)).join(', ')}`;
}

function cellOf(text: Text, number: boolean): Cell {
  const letters = plain(text);
  if (number && /^-?\d+(\.\d+)?$/.test(letters)) return { type: 'raw_number', value: Number(letters), text: letters };
  if (typeof text === 'string' || letters.length > CELL_LETTERS) return raw(letters);
  return { type: 'rich_text', elements: [section(elementsOf(text))] };
}

/** Slack takes no empty cell. */
function raw(text: string): types.RawTextElement {
  return { type: 'raw_text', text: clip(visible(text), CELL_LETTERS) || ' ' };
}

function sizeOf(cells: Cell[]): number {
  return cells.reduce(
    (sum, cell) => sum + (cell.type === 'rich_text' ? JSON.stringify(cell).length : cell.text.length),
    0,
  );
}
