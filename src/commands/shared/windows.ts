import type { Maintenance } from '../../attention.ts';
import { timeOf } from '../../digests/words.ts';
import type { Block, Inline } from '../../message.ts';

/** Maintenance windows with a button to cancel each. */
export function windowBlocks(windows: readonly Maintenance[]): Block[] {
  return windows.flatMap((window): Block[] => [
    { type: 'text', text: windowLine(window) },
    { type: 'actions', actions: [{ label: 'Cancel', run: `maintenance cancel ${window.id}`, style: 'danger' }] },
  ]);
}

/** `mnt-k3m9x: namespace shop, from … until …, by @ada: upgrade` */
export function windowLine({ id, namespace, from, until, by, reason }: Maintenance): Inline[] {
  const times: Inline[] = [' from ', timeOf(from), ' until ', timeOf(until)];
  const why = reason ? `: ${reason}` : '.';
  return [{ code: id }, ': namespace ', { bold: namespace }, ...times, ', by ', { user: by.user }, why];
}
