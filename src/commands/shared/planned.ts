import { dayAndTime, describeWhen } from '../../digests/when.ts';
import type { Planned } from '../../digests.ts';
import type { Action, Block } from '../../message.ts';

/** Schedules with what can be done to each; for lists and the bot's own page. */
export function digestBlocks(all: readonly Planned[]): Block[] {
  return all.flatMap((planned): Block[] => [
    { type: 'text', text: `${lineOf(planned)}.` },
    ...(planned.trouble
      ? [{ type: 'alert' as const, level: 'warning' as const, text: `The last one was not posted: ${planned.trouble}` }]
      : []),
    { type: 'actions', actions: actionsOf(planned) },
  ]);
}

/** `dig-k3m9x: every weekday at 09:00, Asia/Tokyo; next Mon 30 Nov 09:00`. */
export function lineOf({ schedule, next, last }: Planned): string {
  const { id, cron, zone, filters, namespace, quiet, paused, declared } = schedule;
  const at = Date.now();
  const scope = [...(filters.length > 0 ? [filters.join(', ')] : []), ...(namespace ? [`namespace ${namespace}`] : [])];
  return [
    `${id}: ${describeWhen(cron, zone)}`,
    ...(scope.length > 0 ? [scope.join(' in ')] : []),
    ...(quiet === 'nothing' ? ['silent where nothing changed'] : []),
    ...(declared ? ['declared in the settings'] : []),
    ...(paused ? ['paused'] : []),
    ...(next !== undefined ? [`next ${dayAndTime(next, zone, at)}`] : []),
    ...(last !== undefined ? [`last ${dayAndTime(last, zone, at)}`] : []),
  ].join('; ');
}

export function actionsOf({ schedule: { id, paused, declared } }: Planned): Action[] {
  const own: Action[] = [
    paused ? { label: 'Resume', run: `digest resume ${id}` } : { label: 'Pause', run: `digest pause ${id}` },
    { label: 'Remove', run: `digest remove ${id}`, style: 'danger' },
  ];
  return [{ label: 'Post now', run: `digest now ${id}` }, ...(declared ? [] : own)];
}
