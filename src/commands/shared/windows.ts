import type { Maintenance } from '../../attention.ts';
import { timeOf } from '../../digests/words.ts';
import type { Block, Text } from '../../message.ts';
import { listed } from './listed.ts';

/** Maintenance windows with a button to cancel each. */
export function windowBlocks(windows: readonly Maintenance[]): Block[] {
  return listed(
    windows.map((window) => ({
      line: lineOf(window),
      action: { label: 'Cancel', run: `maintenance cancel ${window.id}`, style: 'danger' },
    })),
  );
}

/** `mnt-k3m9x: namespace shop from … until …, by @ada: upgrade` */
function lineOf({ id, namespace, from, until, by, reason }: Maintenance): Text {
  const times = [' from ', timeOf(from), ' until ', timeOf(until)];
  const why = reason ? `: ${reason}` : '.';
  return [{ code: id }, ': namespace ', { bold: namespace }, ...times, ', by ', { user: by.user }, why];
}
