import type * as types from '@slack/types';
import type { Message } from '../../message.ts';
import { clip } from '../../words.ts';
import { createAttachments } from '../shared/attachments.ts';
import type { Rendering } from '../shared/paged.ts';
import { blocksOf, elsewhere, summary } from '../shared/words.ts';
import { note, renderBlock } from './blocks.ts';
import { LIMITS } from './limits.ts';
import type { FileOf } from './pictures.ts';
import { bytesOf, escaped } from './rich-text.ts';

/** One message of Slack's. */
export interface Page {
  text: string;
  blocks: types.KnownBlock[];
}

/** Room that is left free: the true limit is not documented, and the first page says what stands elsewhere. */
const PAGE_BYTES = LIMITS.messageBytes - 1500;
const PAGE_BLOCKS = LIMITS.blocks - 1;
/** Of a notification; longer ones are cut off by phones anyway. */
const SUMMARY_LETTERS = 3000;

/** Renders a message into as many of Slack's as its limits ask for; images that are uploaded as pictures, others in words. */
export function render(message: Message, fileOf: FileOf = () => undefined): Rendering<Page> {
  const { files, attach } = createAttachments();
  let page = emptySheet();
  const pages = [page];
  for (const block of blocksOf(message)) {
    const rendered = renderBlock(block, attach, fileOf);
    let cards = block.type === 'card' ? 1 : 0;
    for (const together of fits(emptySheet(), rendered) ? [rendered] : rendered.map((one) => [one])) {
      if (!fits(page, together)) {
        page = emptySheet();
        pages.push(page);
      }
      put(page, together);
      page.cards += cards;
      cards = 0;
    }
  }

  const [first = emptySheet(), ...more] = pages;
  if (more.length > 0)
    put(
      first,
      note(
        elsewhere(
          more.length,
          more.reduce((sum, { cards }) => sum + cards, 0),
        ),
      ),
    );
  const text = clip(summary(message), SUMMARY_LETTERS);
  return {
    first: { text: escaped(text), blocks: first.blocks },
    more: more.map(({ blocks }, index) => ({ text: escaped(`${text} (${index + 2} of ${pages.length})`), blocks })),
    files,
  };
}

interface Sheet {
  blocks: types.KnownBlock[];
  bytes: number;
  tables: number;
  cards: number;
}

function emptySheet(): Sheet {
  return { blocks: [], bytes: 0, tables: 0, cards: 0 };
}

function put(sheet: Sheet, blocks: types.KnownBlock[]): void {
  sheet.blocks.push(...blocks);
  sheet.bytes += weight(blocks);
  sheet.tables += blocks.filter(isTable).length;
}

function fits(sheet: Sheet, blocks: types.KnownBlock[]): boolean {
  return (
    sheet.blocks.length + blocks.length <= PAGE_BLOCKS &&
    sheet.bytes + weight(blocks) <= PAGE_BYTES &&
    sheet.tables + blocks.filter(isTable).length <= LIMITS.tables
  );
}

/** A table's cells have a limit of their own; only their letters are counted here. */
function weight(blocks: types.KnownBlock[]): number {
  return blocks.reduce((sum, block) => sum + (isTable(block) ? lettersOf(block) : bytesOf(block) + BLOCK_ID), 0);
}

/** `"block_id":"abcde",`, which Slack adds. */
const BLOCK_ID = 20;

function isTable(block: types.KnownBlock): block is types.TableBlock | types.DataTableBlock {
  return block.type === 'table' || block.type === 'data_table';
}

/** The letters of a block, as far as they are text. */
export function lettersOf(thing: unknown): number {
  return textsOf(thing).reduce((sum, text) => sum + text.length, 0);
}

/** Every text in a block, in reading order. */
export function textsOf(thing: unknown): string[] {
  if (Array.isArray(thing)) return thing.flatMap(textsOf);
  if (typeof thing !== 'object' || thing === null) return [];
  const { text, ...rest } = thing as { text?: unknown };
  return [...(typeof text === 'string' ? [text] : textsOf(text)), ...Object.values(rest).flatMap(textsOf)];
}
