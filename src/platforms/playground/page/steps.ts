import { type ComponentChildren, h } from 'preact';
import type { Block, Step } from '../../../message.ts';
import { Icon } from './icons.ts';
import { Words } from './inline.ts';

type Steps = Extract<Block, { type: 'steps' }>;

const ICONS = { done: 'check', failed: 'close' } as const;

/** A plan and how far it is. Each step is announced anew when something of it changes. */
export function StepList({ title, steps }: Steps): ComponentChildren {
  const over = steps.filter(({ state }) => state === 'done' || state === 'failed').length;
  return h(
    'section',
    { class: 'steps' },
    h('h3', null, h(Words, { text: title }), h('span', { class: 'steps-count' }, `${over} of ${steps.length}`)),
    h('ol', { 'aria-live': 'polite' }, ...steps.map((step, index) => h(One, { key: index, step }))),
  );
}

function One({ step: { label, state, result } }: { step: Step }): ComponentChildren {
  return h(
    'li',
    { class: `step is-${state}`, 'aria-atomic': 'true' },
    h(
      'span',
      { class: 'step-mark' },
      state === 'done' || state === 'failed' ? h(Icon, { name: ICONS[state] }) : h('span', { class: 'ring' }),
    ),
    h(
      'span',
      { class: 'step-words' },
      h('span', { class: 'hidden' }, `${state}: `),
      h('span', { class: 'step-label' }, h(Words, { text: label })),
      result && h('span', { class: 'step-result' }, h(Words, { text: result })),
    ),
  );
}
