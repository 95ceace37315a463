import type { Severity } from '../../analyzer.ts';
import { nameOf } from '../../cluster.ts';
import type { Notice } from '../../sink.ts';

/** What became of the incident, as the first word of a headline. */
const WHAT: Record<Notice['what'], string> = { new: 'New', back: 'Back', worse: 'Worse', solved: 'Solved' };

/** The colors that a message has at its side. */
const COLORS: Record<Severity | 'solved', string> = {
  critical: '#b3261e',
  high: '#e8710a',
  medium: '#f2b600',
  low: '#5f6b7a',
  solved: '#2e7d32',
};

/** One line, plain: `New in prod: Deployment shop/api has no memory left (high)`. */
export function headlineOf({ what, cluster, incident }: Notice): string {
  const severity = what === 'solved' ? '' : ` (${incident.severity})`;
  return `${WHAT[what]} in ${cluster}: ${incident.title}${severity}`;
}

export function colorOf({ what, incident }: Notice): string {
  return COLORS[what === 'solved' ? 'solved' : incident.severity];
}

/** What is known of the incident beside its title, in the order of reading. Plain text. */
export function factsOf({ incident }: Notice): { label: string; value: string }[] {
  const { cause, code, namespaces, findings, startedAt, endedAt, id } = incident;
  return [
    { label: 'Cause', value: `${cause.kind} ${nameOf(cause)}` },
    { label: 'Code', value: code },
    ...(namespaces.length > 0 ? [{ label: 'Namespaces', value: namespaces.join(', ') }] : []),
    { label: 'Findings', value: String(findings) },
    { label: 'Since', value: startedAt },
    ...(endedAt ? [{ label: 'Until', value: endedAt }] : []),
    { label: 'Incident', value: id },
  ];
}
