import { keyOf, nameOf } from '../cluster.ts';
import type { Finding, Report } from '../report.ts';
import { findingsOf } from '../report.ts';

/** The document that `k8sgpt analyze --output json` prints, with the incidents beside it. */
export interface Document {
  provider: string;
  errors: string[] | null;
  status: 'OK' | 'ProblemDetected' | 'Error';
  problems: number;
  results: Result[] | null;
  incidents: IncidentEntry[];
}

interface Result {
  kind: string;
  name: string;
  error: { Text: string; KubernetesDoc: string; Sensitive: { Unmasked: string; Masked: string }[] | null }[];
  details: string;
  parentObject: string;
}

interface IncidentEntry {
  id: string;
  severity: string;
  cause: { kind: string; name: string };
  title: string;
  explanation: string;
  findings: { kind: string; name: string; code: string; severity: string; fingerprint: string }[];
}

/** A report as K8sGPT's JSON. `explanations` by incident id; with `details` they are given for each result as well. */
export function toDocument(
  report: Report,
  explanations: ReadonlyMap<string, string>,
  { provider, details }: { provider: string; details: boolean },
): Document {
  const results = resultsOf(report, details ? explanations : new Map());
  const problems = results.reduce((sum, result) => sum + result.error.length, 0);
  return {
    provider,
    errors: report.errors.length > 0 ? report.errors : null,
    status: problems > 0 ? 'ProblemDetected' : 'OK',
    problems,
    results: results.length > 0 ? results : null,
    incidents: report.incidents.map(({ id, severity, cause, title, findings, consequences }) => ({
      id,
      severity,
      cause: { kind: cause.kind, name: nameOf(cause) },
      title,
      explanation: explanations.get(id) ?? '',
      findings: [...findings, ...consequences].map((finding) => ({
        kind: finding.object.kind,
        name: nameOf(finding.object),
        code: finding.code,
        severity: finding.severity,
        fingerprint: finding.fingerprint,
      })),
    })),
  };
}

/** The document of an analysis that could not be made. */
export function errorDocument(message: string): Document {
  return { provider: 'builtin', errors: [message], status: 'Error', problems: 0, results: null, incidents: [] };
}

/** One result an object, of the filters that were asked for. */
function resultsOf(report: Report, details: ReadonlyMap<string, string>): Result[] {
  const asked = new Set(report.filters);
  const incidentOf = new Map<Finding, string>();
  for (const { id, findings, consequences } of report.incidents) {
    for (const finding of [...findings, ...consequences]) incidentOf.set(finding, id);
  }
  const results = new Map<string, Result>();
  for (const finding of findingsOf(report)) {
    if (!asked.has(finding.filter)) continue;
    const { object, owner } = finding;
    const key = keyOf(object);
    const result = results.get(key) ?? {
      kind: object.kind,
      name: nameOf(object),
      error: [],
      details: details.get(incidentOf.get(finding) ?? '') ?? '',
      parentObject: keyOf(owner) === key ? '' : `${owner.kind}/${owner.name}`,
    };
    result.error.push({ Text: finding.text, KubernetesDoc: '', Sensitive: sensitiveOf(finding) });
    results.set(key, result);
  }
  return [...results.values()];
}

function sensitiveOf({ sensitive = [] }: Finding): { Unmasked: string; Masked: string }[] | null {
  if (sensitive.length === 0) return null;
  return sensitive.map((name) => ({ Unmasked: name, Masked: '*'.repeat(name.length) }));
}
