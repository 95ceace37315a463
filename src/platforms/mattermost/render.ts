import type { Block, Message } from '../../message.ts';
import { createAttachments } from '../shared/attachments.ts';
import type { Rendering } from '../shared/paged.ts';
import { blocksOf, elsewhere, summary } from '../shared/words.ts';
import { type Box, type Image, type Part, renderBlock, type Setting } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { linesOf } from './markdown.ts';

/** One post. */
export interface Page {
  message: string;
  attachments: (Box & { fallback: string })[];
  /** Shown below it. */
  pictures: Image[];
}

/** Room that is left free: the first page says what stands elsewhere. */
const RESERVE = 200;

/** Renders a message into as many posts as Mattermost's limits ask for. `most`: the letters that the server takes. */
export function render(message: Message, setting: Setting, most: number = LIMITS.message): Rendering<Page> {
  const { files, attach } = createAttachments();
  const room = most - RESERVE;
  let sheet = emptySheet();
  const sheets = [sheet];
  const add = (part: Part) => {
    if (!fits(sheet, part, room)) {
      sheet = emptySheet();
      sheets.push(sheet);
    }
    put(sheet, part);
  };
  for (const block of blocksOf(message)) {
    if (block.type === 'image' && setting.isPicture(block)) sheet.pictures.push(block);
    const parts = renderBlock(block, attach, setting).flatMap((part) => split(part, room));
    for (const part of parts) add(part);
    if (block.type === 'card') sheet.cards++;
    if (parts.some((part) => 'lines' in part)) endBlock(sheet, block);
  }

  const [first = emptySheet(), ...more] = sheets;
  if (more.length > 0) {
    const cards = more.reduce((sum, one) => sum + one.cards, 0);
    put(first, { lines: linesOf(elsewhere(more.length, cards), () => undefined, { style: 'italic' }) });
  }
  const fallback = summary(message);
  return {
    first: pageOf(first, fallback),
    more: more.map((one, index) => pageOf(one, `${fallback} (${index + 2} of ${sheets.length})`)),
    files,
  };
}

interface Sheet {
  lines: string[];
  boxes: Box[];
  pictures: Image[];
  cards: number;
}

function emptySheet(): Sheet {
  return { lines: [], boxes: [], pictures: [], cards: 0 };
}

/** Parts of which each fits on a sheet. */
function split(part: Part, room: number): Part[] {
  if ('box' in part) return boxesOf(part.box).map((box) => ({ box }));
  const parts: Part[] = [];
  let lines: string[] = [];
  for (const line of part.lines) {
    if (lines.length > 0 && lettersOf(lines) + line.length > room) {
      parts.push({ lines });
      lines = [];
    }
    lines.push(line);
  }
  return [...parts, { lines }];
}

/** Several boxes for one with more buttons than a row takes, or more fields than a page. */
function boxesOf({ actions = [], fields = [], ...box }: Box): Box[] {
  const boxes: Box[] = [box];
  for (let start = 0; start < fields.length; start += LIMITS.actions) {
    const some = fields.slice(start, start + LIMITS.actions);
    if (start === 0) Object.assign(box, { fields: some });
    else boxes.push({ ...(box.color && { color: box.color }), fields: some });
  }
  for (let start = 0; start < actions.length; start += LIMITS.actions) {
    const some = actions.slice(start, start + LIMITS.actions);
    if (start === 0) Object.assign(boxes.at(-1) ?? box, { actions: some });
    else boxes.push({ ...(box.color && { color: box.color }), actions: some });
  }
  return boxes;
}

/** After the first box of a post its text stands in boxes as well, since Mattermost shows all boxes below the text. */
function put(sheet: Sheet, part: Part): void {
  if ('box' in part) {
    const last = sheet.boxes.at(-1);
    // Buttons alone go on in the box above them, below whatever it says.
    if (last && !part.box.text && !part.box.fields && canTake(last, part.box)) {
      last.actions = [...(last.actions ?? []), ...(part.box.actions ?? [])];
    } else sheet.boxes.push({ ...part.box });
    return;
  }
  const last = sheet.boxes.at(-1);
  if (!last) sheet.lines.push(...part.lines);
  else if (last.text !== undefined && !last.color && !last.actions && !last.fields) {
    last.text = [last.text, ...part.lines].join('\n');
  } else sheet.boxes.push({ text: part.lines.join('\n') });
}

function canTake(box: Box, { actions = [] }: Box): boolean {
  return !box.color && (box.actions?.length ?? 0) + actions.length <= LIMITS.actions;
}

/** Paragraphs, lists and tables are parted by an empty line; what Mattermost would else read as one. */
function endBlock(sheet: Sheet, { type }: Block): void {
  if (type === 'heading') return;
  const last = sheet.boxes.at(-1);
  if (!last) sheet.lines.push('');
  else if (last.text !== undefined && !last.color) last.text += '\n';
}

function fits(sheet: Sheet, part: Part, room: number): boolean {
  const isText = 'lines' in part && sheet.boxes.length === 0;
  if (isText) return sheet.lines.length === 0 || lettersOf(sheet.lines) + lettersOf(part.lines) <= room;
  const boxes = [...sheet.boxes, 'box' in part ? part.box : { text: part.lines.join('\n') }];
  return boxes.length <= LIMITS.attachmentsEach && JSON.stringify(boxes).length <= LIMITS.attachments;
}

function lettersOf(lines: string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** Mattermost takes letters and digits alone as the id of an action, and each once a post. */
function pageOf({ lines, boxes, pictures }: Sheet, fallback: string): Page {
  let buttons = 0;
  return {
    message: lines.join('\n').replace(/^\n+|\s+$/g, ''),
    attachments: boxes.map(({ actions, text, ...box }) => ({
      fallback,
      ...box,
      ...(text !== undefined && { text: text.trim() }),
      ...(actions && { actions: actions.map((action) => ({ ...action, id: `a${++buttons}` })) }),
    })),
    pictures,
  };
}
