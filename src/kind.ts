import { boolean, type Kept, list, map, number, object, type Shape, shared, string } from './shape.ts';

/** What is kept of the metadata of every object. `name` is always there: objects without one are dropped. */
const metadata = {
  namespace: string,
  uid: string,
  generation: number,
  labels: shared(map(string)),
  creationTimestamp: string,
  deletionTimestamp: string,
  finalizers: list(string),
  ownerReferences: shared(
    list(object({ apiVersion: string, kind: string, name: string, uid: string, controller: boolean })),
  ),
};

export type Metadata = { name: string; annotations?: Record<string, string> } & {
  [K in keyof typeof metadata]?: Kept<(typeof metadata)[K]>;
};

/** Any object of a cluster, as far as it is the same for all kinds. Times are RFC 3339, as the API writes them. */
export interface KubernetesObject {
  kind: string;
  metadata: Metadata;
}

/** A kind of object: where the API serves it, and what is kept of it. */
export interface Kind<T extends KubernetesObject = KubernetesObject> {
  readonly kind: string;
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /**
   * `table` asks the server for a printed table (`kubectl get` without `-o`), so that contents never leave it: each
   * object is then its metadata plus `columns`, the cells by column name.
   */
  readonly as?: 'table';
  /** Reads an object as the API sends it. `undefined` where it is no object of this kind, or has no name. */
  trim(raw: unknown): T | undefined;
}

/** Tells kinds of one name apart by their group: `apps/Deployment`, `/Pod`. */
export function typeOf({ group, kind }: Pick<Kind, 'group' | 'kind'>): string {
  return `${group}/${kind}`;
}

/** The type of the objects of a kind. */
export type ObjectOf<K> = K extends Kind<infer T> ? T : never;

interface Definition<F> {
  kind: string;
  group: string;
  version: string;
  plural: string;
  namespaced: boolean;
  as?: 'table';
  /** The annotations that an analyzer reads; all others are dropped. */
  annotations?: readonly string[];
  /** The fields beside metadata that are kept. */
  keep: F;
}

/** Declares a kind; put it in a file of its own in `kinds/`. */
export function defineKind<F extends Record<string, Shape<unknown>>>(definition: Definition<F>) {
  type T = { kind: string; metadata: Metadata } & { [K in keyof F]?: Kept<F[K]> };
  const { keep, annotations = [], ...served } = definition;
  const body = object(keep);
  const meta = object({ name: string, ...metadata });
  return {
    ...served,
    trim(raw: unknown): T | undefined {
      const source = raw as { metadata?: { annotations?: Record<string, unknown> } } | null;
      const head = meta(source?.metadata);
      const rest = body(raw);
      if (!head?.name || !rest) return undefined;
      const kept = pick(source?.metadata?.annotations, annotations);
      if (kept) (head as Metadata).annotations = kept;
      return { kind: served.kind, metadata: head as Metadata, ...rest } as T;
    },
  } satisfies Kind<T>;
}

function pick(all: unknown, names: readonly string[]): Record<string, string> | undefined {
  if (typeof all !== 'object' || all === null || names.length === 0) return undefined;
  let kept: Record<string, string> | undefined;
  for (const name of names) {
    const value = (all as Record<string, unknown>)[name];
    if (typeof value !== 'string') continue;
    kept ??= {};
    kept[name] = value;
  }
  return kept;
}
