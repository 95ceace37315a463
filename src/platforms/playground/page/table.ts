import { type ComponentChildren, h } from 'preact';
import type { Column, Text } from '../../../message.ts';
import { harmless, Words } from './inline.ts';

/** A table that scrolls inside its own frame, with its head in view. The frame takes the focus, so that keys scroll it. */
export function Table({ columns, rows }: { columns: Column[]; rows: Text[][] }): ComponentChildren {
  const label = harmless(`Table: ${columns.map((column) => column.label).join(', ')}`);
  const side = (index: number) => (columns[index]?.align === 'right' ? 'right' : undefined);
  return h(
    'section',
    { class: 'table', 'aria-label': label, tabIndex: 0 },
    h(
      'table',
      null,
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          ...columns.map((column, index) =>
            h('th', { key: index, scope: 'col', class: side(index) }, h(Words, { text: column.label })),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        ...rows.map((row, index) =>
          h(
            'tr',
            { key: index },
            ...row.map((text, cell) => h('td', { key: cell, class: side(cell) }, h(Words, { text }))),
          ),
        ),
      ),
    ),
  );
}
