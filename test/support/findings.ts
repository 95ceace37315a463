import { incidentsOf } from '../../src/analysis/incidents.ts';
import type { Severity } from '../../src/analyzer.ts';
import type { Finding, Report } from '../../src/report.ts';

/** A finding on a Pod of a Deployment in `shop`; both are named after `name`. */
export function podFinding(
  name: string,
  code = 'Pod/OOMKilled',
  given: Partial<Finding> & { severity?: Severity } = {},
): Finding {
  return {
    code,
    filter: 'Pod',
    object: { kind: 'Pod', namespace: 'shop', name: `${name}-7d9c-x2x4z` },
    owner: { kind: 'Deployment', namespace: 'shop', name },
    severity: 'high',
    headline: 'runs out of memory in container app (limit 256Mi)',
    text: 'Container app was OOM-killed (OOMKilled, exit code 137) 14 times; its memory limit is 256Mi.',
    evidence: [
      {
        ref: { kind: 'Pod', namespace: 'shop', name: `${name}-7d9c-x2x4z` },
        source: 'status.containerStatuses[app].lastState.terminated.reason',
        value: 'OOMKilled',
        at: '2026-03-14T09:58:00Z',
      },
    ],
    fingerprint: `${code} ${name}`,
    ...given,
  };
}

/** A report of these findings, joined into incidents as an analysis does. */
export function reportOf(findings: readonly Finding[], given: Partial<Report> = {}): Report {
  return {
    id: 'rep-0011aabb',
    cluster: 'prod',
    at: '2026-03-14T10:00:00.000Z',
    filters: ['Pod', 'Deployment', 'Service', 'ConfigMap'],
    incidents: incidentsOf('prod', findings),
    errors: [],
    stats: { checked: { Pod: 1200, Service: 40 }, objects: 3000, requests: 18, milliseconds: 1234 },
    ...given,
  };
}
