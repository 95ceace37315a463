import type { Action, Block, Text } from '../../message.ts';

/** With a button each; what more there is stands in a plain list, so that the message stays readable. */
const WITH_BUTTONS = 20;

/** Lines with what can be done to each. */
export function listed(entries: readonly { line: Text; action: Action }[]): Block[] {
  const more = entries.slice(WITH_BUTTONS).map(({ line }) => line);
  return [
    ...entries.slice(0, WITH_BUTTONS).flatMap(({ line, action }): Block[] => [
      { type: 'text', text: line },
      { type: 'actions', actions: [action] },
    ]),
    ...(more.length > 0 ? [{ type: 'list' as const, items: more }] : []),
  ];
}
