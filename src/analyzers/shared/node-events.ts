import { eventTime, type Failure, fromEvent, HOUR, olderThan, type Severity } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import type { Node } from '../../kinds/node.ts';
import { sentence } from './wording.ts';

interface Rule {
  code: string;
  reasons: readonly string[];
  severity: Severity;
  headline: string;
  /** How often it must have been seen within the hour. */
  times: number;
}

const RULES: readonly Rule[] = [
  {
    code: 'SystemOOM',
    reasons: ['SystemOOM'],
    severity: 'medium',
    headline: 'ran out of memory, and its kernel killed processes',
    times: 1,
  },
  { code: 'Rebooted', reasons: ['Rebooted'], severity: 'low', headline: 'was restarted', times: 1 },
  {
    code: 'DiskNotFreed',
    reasons: ['ImageGCFailed', 'ContainerGCFailed', 'FreeDiskSpaceFailed'],
    severity: 'medium',
    headline: 'cannot free disk space',
    times: 2,
  },
  {
    code: 'EvictionThresholdMet',
    reasons: ['EvictionThresholdMet'],
    severity: 'medium',
    headline: 'had to reclaim resources',
    times: 1,
  },
  {
    code: 'Flapping',
    reasons: ['NodeNotReady'],
    severity: 'medium',
    headline: 'is ready and not ready by turns',
    times: 3,
  },
];

/** The kubelet says so once at each start, before it has looked at its disks. */
const HARMLESS = /unable to find data in memory cache|invalid capacity 0 on image filesystem/i;

/** What the events of the last hour say of a node. */
export function nodeEvents(node: Node, cluster: Cluster): Failure[] {
  const events = cluster
    .eventsOf(node)
    .filter((event) => !olderThan(cluster, eventTime(event), HOUR) && !HARMLESS.test(event.message ?? ''));
  if (events.length === 0) return [];
  const { name } = node.metadata;
  return RULES.flatMap(({ code, reasons, severity, headline, times }) => {
    const told = events.filter(({ reason = '' }) => reasons.includes(reason));
    const newest = told[0];
    const count = told.reduce((sum, event) => sum + timesSeen(event), 0);
    if (!newest || count < times) return [];
    // A lasting shortage has a condition, and with it a finding.
    if (code === 'EvictionThresholdMet' && isUnderPressure(node)) return [];
    const often = count > 1 ? ` (${count} times)` : '';
    return {
      code: `Node/${code}`,
      severity,
      headline,
      text: `Node ${name}: ${newest.reason}${often}: ${sentence(newest.message)}`,
      evidence: told.slice(0, 3).map((event) => fromEvent(node, event)),
      values: { message: sentence(newest.message) },
      sensitive: [name],
    };
  });
}

function timesSeen(event: Event): number {
  return event.series?.count ?? event.count ?? 1;
}

function isUnderPressure({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status }) => type?.endsWith('Pressure') && status === 'True') ?? false;
}
