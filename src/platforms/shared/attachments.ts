import { type Block, plain, type Text, visible } from '../../message.ts';
import { chop } from './words.ts';

/** A file that goes into the thread of a message. */
export interface Attachment {
  name: string;
  title: string;
  content: string;
}

/** Attaches what a message cannot hold; returns the name that it got. */
export type Attach = (name: string, title: string, content: string) => string;

/** Collects what is attached, each under a name of its own. */
export function createAttachments(): { files: Attachment[]; attach: Attach } {
  const files: Attachment[] = [];
  return {
    files,
    attach(name, title, content) {
      const free = unused(name, files);
      files.push({ name: free, title, content });
      return free;
    },
  };
}

function unused(name: string, files: Attachment[]): string {
  const taken = new Set(files.map((file) => file.name));
  let free = name;
  for (let number = 2; taken.has(free); number++) free = name.replace(/(\.\w+)?$/, `-${number}$1`);
  return free;
}

/** Code beyond this goes into a file, and its first lines into the message. */
const CODE_LETTERS = 3000;
const CODE_HEAD = 1500;

/** What of a code a message shows, and a line that says where the rest is; empty where all of it is shown. */
export function shortened(text: string, attach: Attach): { shown: string; rest: string } {
  const shown = visible(text);
  if (shown.length <= CODE_LETTERS) return { shown, rest: '' };
  const [head = ''] = chop(shown, CODE_HEAD);
  const file = attach('code.txt', 'Code', text);
  const lines = shown.slice(head.length).split('\n').length;
  const more = lines > 1 ? `${lines} more lines` : `${shown.length - head.length} more letters`;
  return { shown: head, rest: `${more}: ${file}, in the thread` };
}

export type Table = Extract<Block, { type: 'table' }>;

/** What of a table is shown: so many rows and columns of it, and cells up to so many letters. */
export interface ShownTable {
  rows: number;
  columns: number;
  cellLetters: number;
}

/** What is not in a table as it is shown, and in which file it is; empty where all of it is shown. */
export function remainder(table: Table, shown: ShownTable, attach: Attach): string {
  const missing = [
    count(table.rows.length - shown.rows, 'more row'),
    count(table.columns.length - shown.columns, 'more column'),
    count(table.rows.flat().filter((cell) => plain(cell).length > shown.cellLetters).length, 'shortened cell'),
  ].filter((words) => words !== '');
  if (missing.length === 0) return '';
  return `${missing.join(', ')}: ${attach('table.csv', 'Table', csv(table))}, in the thread`;
}

function count(number: number, what: string): string {
  return number > 0 ? `${number} ${what}${number === 1 ? '' : 's'}` : '';
}

function csv({ columns, rows }: Table): string {
  return [columns.map(({ label }) => label), ...rows].map((row) => row.map(csvCell).join(',')).join('\n');
}

/** A spreadsheet takes a cell that begins with one of these for a formula, and would compute what a cluster said. */
function csvCell(text: Text): string {
  const letters = plain(text);
  const safe = /^[=+@\t\r-]/.test(letters) && Number.isNaN(Number(letters)) ? `'${letters}` : letters;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
