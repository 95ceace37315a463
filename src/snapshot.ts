import { eventTime } from './analyzer.ts';
import type { Cluster, LabelSelector, ReadProblem, Ref } from './cluster.ts';
import { keyOf, refOf } from './cluster.ts';
import { type Kind, type KubernetesObject, typeOf } from './kind.ts';
import { Event } from './kinds/event.ts';
import { Pod } from './kinds/pod.ts';

/** What was read of one kind. */
export interface KindList {
  kind: Kind;
  objects: readonly KubernetesObject[];
  /** The only namespace that was read; absent: all. */
  namespace?: string;
  /** Why the list has a gap; absent: it is whole. A kind that is not installed is a whole list of nothing. */
  gap?: ReadProblem['reason'];
}

export interface SnapshotOptions {
  name: string;
  /** Milliseconds since 1970. */
  now: number;
  version?: string;
}

/** The objects of a cluster as they were at one time, with the indexes that make its questions cheap. */
export function snapshot(lists: readonly KindList[], { name, now, version }: SnapshotOptions): Cluster {
  const indexes = new Map<string, Index>();
  for (const list of lists) indexes.set(typeOf(list.kind), new Index(list));
  const byUid = once(() => indexByUid(lists));
  const byOwner = once(() => indexByOwner(lists));
  const events = once(() => indexEvents(indexes.get(typeOf(Event))?.list.objects as readonly Event[] | undefined));

  function list<T extends KubernetesObject>(kind: Kind<T>, namespace?: string): readonly T[] {
    const index = indexes.get(typeOf(kind));
    if (!index) return [];
    return (namespace === undefined ? index.list.objects : index.in(namespace)) as readonly T[];
  }

  function complete(kind: Kind, namespace?: string): boolean {
    const list = indexes.get(typeOf(kind))?.list;
    if (!list || (list.gap && list.gap !== 'not installed')) return false;
    return namespace === undefined || list.namespace === undefined || list.namespace === namespace;
  }

  function ownerOf(object: KubernetesObject): KubernetesObject | undefined {
    const references = object.metadata.ownerReferences ?? [];
    const controller = references.find((reference) => reference.controller);
    for (const reference of controller ? [controller, ...references] : references) {
      const owner = reference.uid ? byUid().get(reference.uid) : undefined;
      if (owner && owner !== object) return owner;
    }
    return undefined;
  }

  function ownedBy<T extends KubernetesObject>(object: KubernetesObject, kind: Kind<T>): readonly T[] {
    const owned = object.metadata.uid ? byOwner().get(object.metadata.uid) : undefined;
    return (owned?.filter((each) => each.kind === kind.kind) ?? []) as unknown as readonly T[];
  }

  function podsOf(object: KubernetesObject): readonly Pod[] {
    const pods: Pod[] = [];
    const seen = new Set<KubernetesObject>();
    const visit = (owner: KubernetesObject) => {
      if (seen.has(owner)) return;
      seen.add(owner);
      for (const owned of (owner.metadata.uid && byOwner().get(owner.metadata.uid)) || []) {
        if (owned.kind === Pod.kind) pods.push(owned as Pod);
        else visit(owned);
      }
    };
    visit(object);
    return pods;
  }

  function topOwnerOf(object: KubernetesObject): Ref {
    let top = object;
    // An owner of an owner of … : objects may point in a circle, so the way is counted.
    for (let steps = 0; steps < 10; steps++) {
      const owner = ownerOf(top);
      if (!owner) break;
      top = owner;
    }
    const unread = top.metadata.ownerReferences?.find((reference) => reference.controller);
    if (!unread?.kind || !unread.name || ownerOf(top)) return refOf(top);
    // A Node owns its static Pods; it stands in no namespace.
    const namespace = unread.kind === 'Node' ? undefined : top.metadata.namespace;
    return namespace ? { kind: unread.kind, namespace, name: unread.name } : { kind: unread.kind, name: unread.name };
  }

  function eventsOf(object: KubernetesObject): readonly Event[] {
    const { byUid, byRef } = events();
    return (object.metadata.uid && byUid.get(object.metadata.uid)) || byRef.get(keyOf(refOf(object))) || [];
  }

  return {
    name,
    now,
    ...(version && { version }),
    list,
    get: (kind, wanted, namespace) => indexes.get(typeOf(kind))?.get(wanted, namespace) as never,
    missing: (kind, wanted, namespace) =>
      complete(kind, namespace) && !indexes.get(typeOf(kind))?.get(wanted, namespace),
    complete,
    selected: (kind, namespace, selector) =>
      selector ? list(kind, namespace).filter((object) => matches(selector, object.metadata.labels)) : [],
    eventsOf,
    latestEvent: (object, ...reasons) => eventsOf(object).find((event) => reasons.includes(event.reason ?? '')),
    ownerOf,
    topOwnerOf,
    ownedBy,
    podsOf,
  };
}

/** Whether labels fit a selector (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). */
export function matches(selector: LabelSelector, labels: Record<string, string> = {}): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false;
  for (const { key = '', operator, values = [] } of selector.matchExpressions ?? []) {
    const value = labels[key];
    if (operator === 'Exists' && value === undefined) return false;
    if (operator === 'DoesNotExist' && value !== undefined) return false;
    if (operator === 'In' && (value === undefined || !values.includes(value))) return false;
    if (operator === 'NotIn' && value !== undefined && values.includes(value)) return false;
  }
  return true;
}

/** The objects of one kind, found by name and by namespace; made when first asked. */
class Index {
  readonly list: KindList;
  #names: Map<string, KubernetesObject> | undefined;
  #namespaces: Map<string, KubernetesObject[]> | undefined;

  constructor(list: KindList) {
    this.list = list;
  }

  get(name: string, namespace?: string): KubernetesObject | undefined {
    this.#names ??= new Map(this.list.objects.map((o) => [`${o.metadata.namespace ?? ''}/${o.metadata.name}`, o]));
    return this.#names.get(`${namespace ?? ''}/${name}`);
  }

  in(namespace: string): readonly KubernetesObject[] {
    this.#namespaces ??= Map.groupBy(this.list.objects, (object) => object.metadata.namespace ?? '');
    return this.#namespaces.get(namespace) ?? [];
  }
}

function indexByUid(lists: readonly KindList[]): Map<string, KubernetesObject> {
  const index = new Map<string, KubernetesObject>();
  for (const { kind, objects } of lists) {
    if (kind.kind === Event.kind) continue;
    for (const object of objects) if (object.metadata.uid) index.set(object.metadata.uid, object);
  }
  return index;
}

function indexByOwner(lists: readonly KindList[]): Map<string, KubernetesObject[]> {
  const index = new Map<string, KubernetesObject[]>();
  for (const { objects } of lists) {
    for (const object of objects) {
      for (const { uid } of object.metadata.ownerReferences ?? []) if (uid) append(index, uid, object);
    }
  }
  return index;
}

function indexEvents(events: readonly Event[] = []) {
  const byUid = new Map<string, Event[]>();
  const byRef = new Map<string, Event[]>();
  for (const event of events) {
    const about = event.involvedObject;
    // The kubelet gives a Node's name for its uid, other components give the real one: Nodes are known by name alone.
    if (about?.uid && about.kind !== 'Node') append(byUid, about.uid, event);
    else if (about?.kind && about.name) {
      const { kind, name, namespace } = about;
      append(byRef, keyOf(namespace ? { kind, name, namespace } : { kind, name }), event);
    }
  }
  const newestFirst = (a: Event, b: Event) => Date.parse(eventTime(b) ?? '') - Date.parse(eventTime(a) ?? '') || 0;
  for (const index of [byUid, byRef]) for (const list of index.values()) list.sort(newestFirst);
  return { byUid, byRef };
}

/** Puts an item under a key of an index. */
export function append<K, T>(index: Map<K, T[]>, key: K, item: T): void {
  const list = index.get(key);
  if (list) list.push(item);
  else index.set(key, [item]);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
