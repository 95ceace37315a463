import type { Evidence } from '../analyzer.ts';
import { keyOf, nameOf, type Ref } from '../cluster.ts';
import type { Exhibit } from '../exhibit.ts';
import type { Finding, Incident } from '../report.ts';

const SHOWN = 6;

/** Pieces of evidence that say the very same, of several objects of one kind. */
export interface SameEvidence {
  first: Evidence;
  refs: readonly Ref[];
}

/** What shows findings to be true. Objects of one kind that show the very same are told once. */
export function evidenceOf(findings: readonly Finding[]): SameEvidence[] {
  const groups = new Map<string, { first: Evidence; refs: Ref[] }>();
  for (const evidence of findings.flatMap((finding) => finding.evidence)) {
    const { ref, source, value } = evidence;
    const key = `${ref.kind} ${source} ${value}`;
    const same = groups.get(key);
    if (!same) groups.set(key, { first: evidence, refs: [ref] });
    else if (!same.refs.some((each) => keyOf(each) === keyOf(ref))) same.refs.push(ref);
  }
  return [...groups.values()];
}

/** The evidence of an incident that its explanation shows, numbered from `first`. */
export function exhibitsOf(incident: Incident, first = 1): Exhibit[] {
  return evidenceOf(incident.findings)
    .slice(0, SHOWN)
    .map(({ first: { ref, source, value, at }, refs }, index) => ({
      id: `E${first + index}`,
      title: `${ref.kind} ${nameOf(ref)} ${source}`,
      text:
        refs.length > 1
          ? `${value}\nThe same on ${refs.length - 1} more: ${refs.slice(1).map(nameOf).join(', ')}`
          : value,
      ...(at && { at }),
    }));
}

/** How much evidence an incident has beyond what is shown. */
export function moreEvidence(incident: Incident): number {
  return Math.max(0, evidenceOf(incident.findings).length - SHOWN);
}
