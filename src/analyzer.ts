import { type Cluster, type Ref, refOf } from './cluster.ts';
import type { Kind, KubernetesObject } from './kind.ts';
import type { Event } from './kinds/event.ts';

/**
 * critical: people are affected, or soon will be, beyond one workload; high: a workload is down or failing;
 * medium: degraded; low: untidy, or harmless until something is restarted. Low ones stay out of chat summaries unless
 * asked for.
 */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** 0 for the most severe, for comparing and sorting. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** What shows that a finding is true: a field of an object, or an event about it. */
export interface Evidence {
  ref: Ref;
  /** The field, such as `status.containerStatuses[app].lastState.terminated.reason`, or `event BackOff`. */
  source: string;
  value: string;
  /** RFC 3339; absent where the field has no time of its own. */
  at?: string;
}

/** An object that may be the reason of a finding. */
export interface Cause {
  ref: Ref;
  /**
   * The object is the reason even where no analyzer reports it, because it does not exist, or refused something: a
   * missing ConfigMap, an exhausted quota. Otherwise it counts only if it has findings of its own.
   */
  certain?: boolean;
  /** Only findings of the cause that have one of these codes explain this one; absent: any. */
  codes?: readonly string[];
}

/** One thing that is wrong with one object. */
export interface Failure {
  /** Stable, `Filter/Problem`, such as `Pod/ImageNotFound`; it is listed in the analyzer's `codes` and has a runbook. */
  code: string;
  severity: Severity;
  /**
   * What is wrong, said of the cause, so that `Kind name headline` is a sentence: `has no key DATABASE_HOST`. Without
   * counts that change from scan to scan, at most about 90 characters.
   */
  headline: string;
  /** The finding in one or two sentences, with names, values and the cluster's own words. */
  text: string;
  evidence: Evidence[];
  /** Fills the placeholders of the runbook, beside `namespace`, `name`, `kind`, `owner` and `ownerKind`, which are always there. */
  values?: Record<string, string>;
  /** Names that anonymising must replace. */
  sensitive?: string[];
  /** What may have brought it about; the nearest first. Objects' findings among these become the cause, this one a consequence. */
  causes?: Cause[];
  /** Tells several findings of one code on one object apart: a container, a key, a port. Part of the fingerprint, so nothing that changes by itself. */
  about?: string;
}

/** A question to a cluster: which objects of one kind have something wrong with them. */
export interface Analyzer<T extends KubernetesObject = KubernetesObject> {
  /** K8sGPT's name of it, such as `Pod`. */
  readonly filter: string;
  /** One line for lists and help. */
  readonly summary: string;
  /** Runs when nobody named a filter. */
  readonly core: boolean;
  /** Each object of this kind is checked. */
  readonly kind: Kind<T>;
  /** Further kinds that `check` asks for. */
  readonly reads: readonly Kind[];
  /** Reads its kinds in all namespaces even where the scope is one, for objects of no namespace that point into many. */
  readonly everywhere?: boolean;
  /** Every code that `check` may give, without the filter's name. */
  readonly codes: readonly string[];
  /** What is wrong with one object; nothing for a healthy one. Synchronous and pure: no network, no clock but `cluster.now`. */
  check(object: T, cluster: Cluster): Failure[];
}

/** Declares an analyzer; put it in a file of its own in `analyzers/`, as the default export. */
export function defineAnalyzer<T extends KubernetesObject>(analyzer: Analyzer<T>): Analyzer<T> {
  return analyzer;
}

/** Evidence: a field of an object as it stands there. */
export function field(object: KubernetesObject, path: string, value: unknown, at?: string): Evidence {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
  return { ref: refOf(object), source: path, value: text, ...(at && { at }) };
}

/** Evidence: an event about an object. */
export function fromEvent(object: KubernetesObject, event: Event): Evidence {
  const at = eventTime(event);
  return {
    ref: refOf(object),
    source: `event ${event.reason ?? ''}`.trim(),
    value: event.message ?? '',
    ...(at && { at }),
  };
}

/**
 * When an event was last seen: events of the newer API carry `eventTime` and `series` instead of `lastTimestamp`
 * (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/).
 */
export function eventTime(event: Event): string | undefined {
  let newest: string | undefined;
  for (const time of [event.series?.lastObservedTime, event.lastTimestamp, event.eventTime]) {
    if (time && (!newest || Date.parse(time) > Date.parse(newest))) newest = time;
  }
  return newest ?? event.metadata.creationTimestamp;
}

/** Milliseconds since a time of the API, up to the snapshot; `undefined` where there is none or it is no time. */
export function ageMs(cluster: Cluster, time: string | undefined): number | undefined {
  const at = time ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? undefined : cluster.now - at;
}

/** Whether a time lies at least so far back; false where it is unknown. */
export function olderThan(cluster: Cluster, time: string | undefined, milliseconds: number): boolean {
  const age = ageMs(cluster, time);
  return age !== undefined && age >= milliseconds;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A duration as people say it, in its two largest units: `3 d 4 h`, `12 min`, `40 s`. */
export function duration(milliseconds: number): string {
  const units: [number, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ];
  let rest = Math.max(0, milliseconds);
  const parts: string[] = [];
  for (const [size, unit] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0 s';
}
