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
  /** Kinds of objects of which not all could be read or checked: that one of them has no findings proves nothing. */
  unread?: string[];
  /** How the objects stood that matter to the incidents, and those that the request named; those of the worst incidents first. */
  objects?: Remembered[];
  stats: {
    /** Objects that were checked, by kind. */
    checked: Record<string, number>;
    /** How long each filter checked, in milliseconds; absent in reports of earlier versions. */
    filters?: Record<string, number>;
    /** Objects read. */
    objects: number;
    requests: number;
    milliseconds: number;
  };
}

/** Every finding of a report, in the order of its incidents. */
export function findingsOf(report: Report): Finding[] {
  return report.incidents.flatMap(findingsIn);
}

/** Every finding of an incident, those of the cause first. */
export function findingsIn({ findings, consequences }: Pick<Incident, 'findings' | 'consequences'>): Finding[] {
  return [...findings, ...consequences];
}

/** Fingerprints of an incident's findings, each once. */
export function printsIn(incident: Pick<Incident, 'findings' | 'consequences'>): Set<string> {
  return new Set(findingsIn(incident).map(({ fingerprint }) => fingerprint));
}

/** Whether a report is of the whole cluster and of all core filters, whose names these are. */
export function isWhole({ namespace, selector, filters }: Report, core: readonly string[]): boolean {
  return namespace === undefined && selector === undefined && core.every((filter) => filters.includes(filter));
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
  /** Objects to be remembered in the report beside those of its incidents: those of an earlier report, to compare with. */
  remember?: readonly Ref[];
}

/** How an object stood, as far as who debugs cares. */
export interface Remembered {
  ref: Ref;
  /** Its owner at the top; absent where it has none. */
  owner?: Ref;
  /** It does not exist. */
  absent?: true;
  uid?: string;
  /** RFC 3339. */
  createdAt?: string;
  generation?: number;
  /** By what they are, in words: `container cart image` is `shop/cart:1.4`. Credentials are masked. */
  fields: Record<string, string>;
}

/** What is different between two reports of one cluster. */
export interface Changes {
  /** Between the two, in milliseconds. */
  milliseconds: number;
  incidents: IncidentChange[];
  /** What explains most comes first: images, configuration and resources before counts and statuses. */
  objects: ObjectChange[];
}

export interface IncidentChange {
  how: 'gone' | 'new' | 'worse' | 'better' | 'same';
  /** As it is now; one that is gone, as it was. */
  incident: Incident;
  /** In words what is worse or better: `was medium, is critical`. */
  text?: string;
}

export interface ObjectChange {
  /** `replaced`: Pods of a workload by new ones; `ref` is then the workload. */
  how: 'appeared' | 'vanished' | 'changed' | 'replaced';
  ref: Ref;
  /** A sentence: `Deployment shop/cart: container cart image shop/cart:1.3 -> shop/cart:1.4.` */
  text: string;
  fields: { field: string; before?: string; after?: string }[];
}
