import { type ComponentChildren, h } from 'preact';
import type { Message } from '../../../message.ts';

/** A severity by colour and by word. */
export function SeverityChip({ severity }: { severity: NonNullable<Message['severity']> }): ComponentChildren {
  return h('span', { class: `chip is-${severity}` }, severity);
}
