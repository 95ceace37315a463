import type * as types from '@slack/types';
import { type Block, type Column, type Message, plain, type Text } from '../../message.ts';
import { clip } from '../../words.ts';
import { note, renderBlock } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { withoutPlans } from './steps.ts';

/** Code and files are shown so far: the page has no thread that the rest could stand in. */
const CODE_LETTERS = 2500;
const TABLE_ROWS = 30;

/** A message as the Home tab of the app, which takes neither tables nor files. */
export function homeOf({ text, blocks }: Message): types.HomeView {
  const whole: Block[] = blocks.length > 0 ? blocks : [{ type: 'text', text }];
  const rendered = whole.flatMap(atHome).flatMap((block) =>
    withoutPlans(
      renderBlock(
        block,
        (name) => name,
        () => undefined,
      ),
    ),
  );
  const left = rendered.length - LIMITS.homeBlocks;
  const shown = left > 0 ? rendered.slice(0, LIMITS.homeBlocks - 1) : rendered;
  return { type: 'home', blocks: left > 0 ? [...shown, ...note('There is more than this page can show.')] : shown };
}

/** What stands for a block there. */
function atHome(block: Block): Block[] {
  switch (block.type) {
    case 'table':
      return rowsOf(block.columns, block.rows);
    case 'code':
      return [{ ...block, text: clip(block.text, CODE_LETTERS) }];
    case 'file':
      return [
        { type: 'note', text: block.title },
        { type: 'code', text: clip(block.content, CODE_LETTERS) },
      ];
    case 'feedback':
      return [];
    default:
      return [block];
  }
}

/** A line for each row: its first cell, then the others after their names. */
function rowsOf(columns: readonly Column[], rows: Text[][]): Block[] {
  const items = rows.slice(0, TABLE_ROWS).map(([first = '', ...rest]): Text => {
    const others = rest.map((cell, index) => `${columns[index + 1]?.label ?? ''}: ${plain(cell)}`);
    return [{ bold: plain(first) }, others.length > 0 ? ` – ${others.join(', ')}` : ''];
  });
  const left = rows.length - items.length;
  const more: Block[] = left > 0 ? [{ type: 'note', text: `${left} more ${left === 1 ? 'row' : 'rows'}` }] : [];
  return [...(items.length > 0 ? [{ type: 'list' as const, items }] : []), ...more];
}
