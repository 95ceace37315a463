import type { Failure, Severity } from './analyzer.ts';
import type { Ref } from './cluster.ts';

/** A failure with the object it was found on. */
export interface Finding extends Failure {
  /** Stable while the problem lasts: wording, counts and hashes in names do not change it. 16 hexadecimal digits. */
  fingerprint: string;
  filter: string;
  object: Ref;
  /** The owner at the top, such as a Pod's Deployment; the object itself where it has none. */
  owner: Ref;
}

/** One cause and all that it brings about. */
export interface Incident {
  /** Stable while the cause lasts: `inc-` and six letters or digits. */
  id: string;
  severity: Severity;
  /** What a person reads first: `ConfigMap shop/settings has no key DB_HOST`. */
  title: string;
  cause: Ref;
  /** The code that its explanation is about. */
  code: string;
  /** Findings that show the cause itself, the telling one first; never empty. */
  findings: Finding[];
  /** Findings that follow from it, nearest first. */
  consequences: Finding[];
}

/** What one analysis found. Plain data: it can be stored, and sent between threads. */
export interface Report {
  /** Names the report in buttons and commands: `rep-` and eight letters or digits. */
  id: string;
  cluster: string;
  /** When the cluster was read, RFC 3339. */
  at: string;
  namespace?: string;
  selector?: string;
  filters: string[];
  /** Most severe first. */
  incidents: Incident[];
  /** What could not be checked, a sentence each. */
  errors: string[];
  stats: {
    /** Objects that were checked, by kind. */
    checked: Record<string, number>;
    /** Objects read. */
    objects: number;
    requests: number;
    milliseconds: number;
  };
}

/** Every finding of a report, in the order of its incidents. */
export function findingsOf(report: Report): Finding[] {
  return report.incidents.flatMap((incident) => [...incident.findings, ...incident.consequences]);
}

/** What an analysis is asked for. */
export interface AnalysisRequest {
  /** Empty: the core filters. */
  filters: readonly string[];
  /** A filter that does not exist becomes a line of the report, as in K8sGPT, where there are others that do. */
  lenient?: boolean;
  namespace?: string;
  /** A label selector as kubectl writes it: only objects that have these labels are checked. */
  selector?: string;
}
