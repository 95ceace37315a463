import { type ComponentChildren, Fragment, h } from 'preact';
import type { Block, Message } from '../../../message.ts';
import { Actions, Feedback } from './actions.ts';
import { Code, File } from './code.ts';
import { Icon } from './icons.ts';
import { harmless, Words } from './inline.ts';
import { SeverityChip } from './severity.ts';
import { StepList } from './steps.ts';
import { Table } from './table.ts';

/** All blocks of a message; its one line of text where it has none. */
export function Body({ message }: { message: Message }): ComponentChildren {
  if (message.blocks.length === 0) return h('p', { class: 'text' }, h(Words, { text: message.text }));
  // A block keeps its place while a message is updated, so its index is its key.
  return h(Fragment, null, ...message.blocks.map((block, index) => h(One, { key: index, block })));
}

function One({ block }: { block: Block }): ComponentChildren {
  switch (block.type) {
    case 'heading':
      return h('h3', { class: 'heading' }, h(Words, block));
    case 'text':
      return h('p', { class: 'text' }, h(Words, block));
    case 'note':
      return h('p', { class: 'note' }, h(Words, block));
    case 'alert':
      return h(
        'p',
        { class: `alert alert-${block.level}` },
        h(Icon, { name: block.level }),
        h('span', null, h('span', { class: 'hidden' }, `${block.level}: `), h(Words, block)),
      );
    case 'facts':
      return h(Facts, block);
    case 'list':
      return h(
        block.ordered ? 'ol' : 'ul',
        { class: 'list', ...(block.start !== undefined && { start: block.start }) },
        ...block.items.map((text, index) => h('li', { key: index }, h(Words, { text }))),
      );
    case 'code':
      return h(Code, block);
    case 'table':
      return h(Table, block);
    case 'card':
      return h(Card, block);
    case 'progress':
      return h(Progress, block);
    case 'steps':
      return h(StepList, block);
    case 'actions':
      return h(Actions, block);
    case 'feedback':
      return h(Feedback, block);
    case 'file':
      return h(File, block);
    case 'image':
      return h(Picture, block);
    case 'divider':
      return h('hr', { class: 'divider' });
  }
}

type Of<T extends Block['type']> = Extract<Block, { type: T }>;

/** An SVG as the source of an `img`: there it can neither run nor load anything. */
function Picture({ title, alt, svg }: Of<'image'>): ComponentChildren {
  const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.toWellFormed())}`;
  return h(
    'figure',
    { class: 'picture' },
    h('figcaption', null, harmless(title)),
    h('img', { src, alt: harmless(alt) }),
  );
}

function Facts({ facts }: Of<'facts'>): ComponentChildren {
  return h(
    'dl',
    { class: 'facts' },
    ...facts.map(({ label, value }, index) =>
      h('div', { key: index }, h('dt', null, h(Words, { text: label })), h('dd', null, h(Words, { text: value }))),
    ),
  );
}

function Card({ severity, title, lines, actions }: Of<'card'>): ComponentChildren {
  return h(
    'article',
    { class: `card is-${severity}` },
    h('header', null, h(SeverityChip, { severity }), h('h4', null, h(Words, { text: title }))),
    ...lines.map((text, index) => h('p', { key: index }, h(Words, { text }))),
    actions && actions.length > 0 && h(Actions, { actions }),
  );
}

function Progress({ label, done, of }: Of<'progress'>): ComponentChildren {
  const share = of > 0 ? Math.min(1, Math.max(0, done / of)) : 0;
  return h(
    'div',
    { class: 'progress' },
    h('div', { class: 'progress-words' }, h(Words, { text: label }), h('span', null, `${done} of ${of}`)),
    h(
      'div',
      {
        class: 'progress-track',
        role: 'progressbar',
        'aria-label': harmless(label),
        'aria-valuemin': 0,
        'aria-valuemax': of,
        'aria-valuenow': done,
      },
      h('div', { class: 'progress-bar', style: { transform: `scaleX(${share})` } }),
    ),
  );
}
