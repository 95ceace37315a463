import { type ComponentChildren, h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Completion } from './complete.ts';

interface Props {
  id: string;
  completion: Completion;
  chosen: number;
  take(index: number): void;
}

const HEADINGS = { app: 'App', command: 'Commands', option: 'Options', filter: 'Filters', seen: 'Seen here' } as const;

/** The list above the composer; the composer keeps the focus and names the chosen one. */
export function Suggestions({ id, completion, chosen, take }: Props): ComponentChildren {
  const list = useRef<HTMLDivElement>(null);
  const { suggestions, usage } = completion;
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  return h(
    'div',
    { class: 'suggestions' },
    h('p', { class: 'hidden', role: 'status' }, `${suggestions.length} ways to go on`),
    suggestions.length > 0 &&
      h(
        'div',
        { class: 'suggestions-list', role: 'listbox', id, 'aria-label': 'Ways to go on', ref: list },
        ...suggestions.flatMap((suggestion, index) => [
          suggestion.kind !== suggestions[index - 1]?.kind &&
            h(
              'div',
              { key: `${suggestion.kind}`, class: 'suggestions-heading', role: 'presentation' },
              HEADINGS[suggestion.kind],
            ),
          h(
            'div',
            {
              key: suggestion.insert,
              id: `${id}-${index}`,
              class: 'suggestion',
              role: 'option',
              'aria-selected': index === chosen,
              // The composer must not lose the focus.
              onMouseDown: (event: MouseEvent) => event.preventDefault(),
              onClick: () => take(index),
            },
            h('span', { class: 'suggestion-label' }, suggestion.label),
            h('span', { class: 'suggestion-summary' }, suggestion.summary),
          ),
        ]),
      ),
    usage && h('div', { class: 'usage' }, h('code', null, usage.line), h('span', null, usage.summary)),
    suggestions.length > 0 &&
      h(
        'div',
        { class: 'suggestions-keys', 'aria-hidden': 'true' },
        h(Key, { name: '↑↓' }),
        ' choose',
        h(Key, { name: 'Tab' }),
        ' take',
        h(Key, { name: 'Esc' }),
        ' dismiss',
      ),
  );
}

export function Key({ name }: { name: string }): ComponentChildren {
  return h('kbd', null, name);
}
