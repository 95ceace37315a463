import type { Kind, KubernetesObject } from './kind.ts';
import type { Event } from './kinds/event.ts';
import type { Pod } from './kinds/pod.ts';

/** Names an object, whether it exists or not. */
export interface Ref {
  kind: string;
  name: string;
  /** Absent for objects of no namespace. */
  namespace?: string;
}

/** `Kind/namespace/name`, or `Kind/name`; the same object always gives the same key. */
export function keyOf(ref: Ref): string {
  return ref.namespace ? `${ref.kind}/${ref.namespace}/${ref.name}` : `${ref.kind}/${ref.name}`;
}

/** `namespace/name`, or `name` for what has no namespace: K8sGPT's name of a result. */
export function nameOf(ref: Ref): string {
  return ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name;
}

export function refOf(object: KubernetesObject): Ref {
  const { name, namespace } = object.metadata;
  return namespace ? { kind: object.kind, namespace, name } : { kind: object.kind, name };
}

/** A label selector, as workloads have it. An empty one selects everything, an absent one nothing. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key?: string; operator?: string; values?: string[] }[];
}

/**
 * What may be asked of a cluster: one snapshot, held in memory, so that every answer comes at once and costs no
 * request. Lists hold what could be read; `missing` is the only proof that something does not exist.
 */
export interface Cluster {
  /** The name that messages call it by. */
  readonly name: string;
  /** When the snapshot was taken, in milliseconds since 1970; ages are counted to it. */
  readonly now: number;
  /** Such as `1.36`; absent where the server did not say. */
  readonly version?: string;

  list<T extends KubernetesObject>(kind: Kind<T>, namespace?: string): readonly T[];
  get<T extends KubernetesObject>(kind: Kind<T>, name: string, namespace?: string): T | undefined;
  /** Whether the kind was read whole where the object would be, and it is not there. A kind that could not be read, or a namespace out of scope, gives false. */
  missing(kind: Kind, name: string, namespace?: string): boolean;
  /** Whether the kind was read without a gap, for this namespace or for the whole scope. */
  complete(kind: Kind, namespace?: string): boolean;
  /** Objects of a kind that a selector chooses in a namespace. */
  selected<T extends KubernetesObject>(
    kind: Kind<T>,
    namespace: string | undefined,
    selector: LabelSelector | undefined,
  ): readonly T[];

  /** Events that speak of the object (by uid, else by kind, namespace and name), newest first. */
  eventsOf(object: KubernetesObject): readonly Event[];
  /** The newest event of one of these reasons. */
  latestEvent(object: KubernetesObject, ...reasons: string[]): Event | undefined;

  /** The controller of an object, or its first owner that was read. */
  ownerOf(object: KubernetesObject): KubernetesObject | undefined;
  /** The owner at the top, such as the Deployment of a Pod; the object itself where it has none. Names an owner of a kind that was not read by its reference. */
  topOwnerOf(object: KubernetesObject): Ref;
  /** Objects of a kind whose owner this is. */
  ownedBy<T extends KubernetesObject>(object: KubernetesObject, kind: Kind<T>): readonly T[];
  /** The Pods of a workload, through its ReplicaSets or Jobs. */
  podsOf(object: KubernetesObject): readonly Pod[];
}

/** Where in a cluster an analysis looks. */
export interface Scope {
  /** Absent: all namespaces. */
  namespace?: string;
}

/** Something that could not be read, in one sentence that names the cure. */
export interface ReadProblem {
  kind: string;
  reason: 'not installed' | 'forbidden' | 'failed';
  text: string;
}

/** What reading a cluster gave. */
export interface Reading {
  cluster: Cluster;
  problems: ReadProblem[];
  /** HTTP requests sent, discovery included; 0 for a recording. */
  requests: number;
  /** Objects read. */
  objects: number;
}

export interface ReadOptions {
  /** Kinds read in all namespaces even where the scope is one, such as the Services behind webhooks. */
  everywhere?: readonly Kind[];
  signal?: AbortSignal;
  /** Called as lists come in: objects read so far, and how many kinds of how many are done. */
  onProgress?(progress: { objects: number; kinds: number; of: number }): void;
}

/** A cluster that can be read: live or recorded. */
export interface ClusterSource {
  /** The name that messages call it by: a context's name, or that of the recording. */
  readonly name: string;
  /**
   * Reads the kinds, in parallel, each once. What cannot be read becomes a problem, not an error; only a cluster that
   * cannot be reached at all throws (a `UserError`).
   */
  read(kinds: readonly Kind[], scope: Scope, options?: ReadOptions): Promise<Reading>;
  /** Single objects, whole, for who looks closer. */
  readonly inspector: Inspector;
  close?(): Promise<void>;
}

/** A type of objects as the API serves it. */
export interface Resource {
  kind: string;
  /** `''` for the core group. */
  group: string;
  version: string;
  plural: string;
  namespaced: boolean;
}

/**
 * An object as the API gives it: any field may be there, or of another type. A Secret comes as its metadata without
 * annotations, its `type`, and as `keys` the number of its keys. A recording has the fields that kinds declare, and of a
 * ConfigMap's data the lengths.
 */
export type RawObject = Record<string, unknown>;

export interface ListOptions {
  namespace?: string;
  /** A label selector, as kubectl has it. */
  selector?: string;
  /** A field selector, such as `spec.nodeName=node-1`. */
  fields?: string;
  /** At most so many objects. */
  limit: number;
}

export interface LogOptions {
  namespace: string;
  pod: string;
  /** Where a Pod has several, it must be named. */
  container?: string;
  /** Of the run before the present one. */
  previous?: boolean;
  sinceSeconds?: number;
  /** The last so many lines. */
  lines: number;
  /** At most so many bytes, from the beginning of those lines. */
  bytes: number;
}

/**
 * Reads single objects, a request each. Every method throws `UserError`, with the missing rule where something is
 * forbidden, and gives `undefined` for what does not exist.
 */
export interface Inspector {
  /** When the answers were true, in milliseconds since 1970: now, or the time of a recording. */
  now(): number;
  /** The type that a word means: a kind, plural, singular or short name, in any case, or `plural.group`. */
  resource(word: string, signal: AbortSignal): Promise<Resource | undefined>;
  /** Every type that can be listed. */
  resources(signal: AbortSignal): Promise<readonly Resource[]>;
  get(
    resource: Resource,
    name: string,
    namespace: string | undefined,
    signal: AbortSignal,
  ): Promise<RawObject | undefined>;
  list(resource: Resource, options: ListOptions, signal: AbortSignal): Promise<{ objects: RawObject[]; more: boolean }>;
  /** The lines that a container wrote; credentials are not masked yet. */
  logs(options: LogOptions, signal: AbortSignal): Promise<string>;
}
