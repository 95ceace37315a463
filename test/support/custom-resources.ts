import { randomUUID } from 'node:crypto';
import {
  type ApiObject,
  type ObjectName,
  ResourceError,
  type ResourceFault,
  type Resources,
  type ResourceType,
  type WatchEvent,
} from '../../src/custom-resources.ts';
import { parseSelector } from '../../src/selector.ts';
import { matches } from '../../src/snapshot.ts';

/** An API server in memory, for custom resources; as strict as the real one about versions, names and statuses. */
export interface FakeResources extends Resources {
  /** What was written, in order: `create results pod.shop.cart-…`. */
  writes: string[];
  /** All objects of a type. */
  all(type: ResourceType): ApiObject[];
  /** Sets an object as a person does, with another generation where its spec is another. */
  apply(type: ResourceType, object: ApiObject): ApiObject;
  secrets: Map<string, string>;
  /** Makes calls fail: `(verb, plural) => fault`. */
  fault?: ((verb: string, plural: string) => ResourceFault | undefined) | undefined;
}

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

export function fakeResources(now: () => number = Date.now): FakeResources {
  const stored = new Map<string, { type: ResourceType; object: ApiObject }>();
  const watchers = new Set<{ type: ResourceType; on(event: WatchEvent): void }>();
  const writes: string[] = [];
  const secrets = new Map<string, string>();
  let version = 1;

  const keyOf = ({ plural }: ResourceType, { namespace, name }: ObjectName) => `${plural}/${namespace}/${name}`;

  function fail(fault: ResourceFault): never {
    throw new ResourceError(fault, `the server answered ${fault}`);
  }

  function put(type: ResourceType, object: ApiObject, event: 'set' | 'deleted'): ApiObject {
    version++;
    const kept = structuredClone(object);
    kept.metadata.resourceVersion = String(version);
    if (event === 'set') stored.set(keyOf(type, kept.metadata), { type, object: kept });
    else stored.delete(keyOf(type, kept.metadata));
    for (const each of [...watchers]) {
      if (each.type.plural === type.plural)
        each.on({ type: event, object: structuredClone(kept), version: String(version) });
    }
    return structuredClone(kept);
  }

  function find(type: ResourceType, name: ObjectName): ApiObject {
    return stored.get(keyOf(type, name))?.object ?? fail('missing');
  }

  function check({ metadata }: ApiObject): void {
    const { name, labels = {}, annotations = {} } = metadata;
    if (name.length > 253 || !NAME.test(name)) throw new ResourceError('invalid', `no name: ${name}`);
    for (const value of Object.values(labels))
      if (!LABEL.test(value)) throw new ResourceError('invalid', `no label: ${value}`);
    if (Object.values(annotations).some((value) => typeof value !== 'string')) fail('invalid');
  }

  async function begin(verb: string, type: ResourceType, signal: AbortSignal, name?: ObjectName): Promise<void> {
    await Promise.resolve();
    signal.throwIfAborted();
    const fault = fake.fault?.(verb, type.plural);
    if (fault) fail(fault);
    if (name && !['get', 'list', 'watch'].includes(verb)) writes.push(`${verb} ${type.plural} ${name.name}`);
  }

  const fake: FakeResources = {
    writes,
    secrets,
    all: ({ plural }) =>
      [...stored.values()].filter(({ type }) => type.plural === plural).map(({ object }) => structuredClone(object)),
    apply(type, object) {
      check(object);
      const before = stored.get(keyOf(type, object.metadata))?.object;
      const same = before && JSON.stringify(before.spec) === JSON.stringify(object.spec);
      const generation = (before?.metadata.generation ?? 0) + (same ? 0 : 1);
      const uid = before?.metadata.uid ?? randomUUID();
      const status = before?.status ?? object.status;
      return put(type, { ...object, status, metadata: { ...object.metadata, uid, generation } }, 'set');
    },
    async get(type, name, signal) {
      await begin('get', type, signal);
      return structuredClone(stored.get(keyOf(type, name))?.object);
    },
    async list(type, { namespace, selector = '' }, signal) {
      await begin('list', type, signal);
      const parsed = selector ? parseSelector(selector) : undefined;
      const objects = fake
        .all(type)
        .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
        .filter(({ metadata }) => !parsed || matches(parsed, metadata.labels));
      return { objects, version: String(version) };
    },
    async watch(type, _version, on, signal) {
      await begin('watch', type, signal);
      const watcher = { type, on };
      watchers.add(watcher);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      watchers.delete(watcher);
      signal.throwIfAborted();
    },
    async create(type, object, signal) {
      await begin('create', type, signal, object.metadata);
      check(object);
      if (stored.has(keyOf(type, object.metadata))) fail('exists');
      // The status subresource drops what a creation says of it.
      const { status: _, ...rest } = object;
      const creationTimestamp = new Date(now()).toISOString();
      const metadata = { ...object.metadata, uid: randomUUID(), generation: 1, creationTimestamp };
      return put(type, { ...rest, metadata }, 'set');
    },
    async update(type, object, signal) {
      await begin('update', type, signal, object.metadata);
      check(object);
      const before = find(type, object.metadata);
      const { resourceVersion, uid } = object.metadata;
      if (resourceVersion !== before.metadata.resourceVersion || (uid && uid !== before.metadata.uid)) fail('conflict');
      return put(type, { ...object, ...('status' in before && { status: before.status }) }, 'set');
    },
    async patchStatus(type, name, status, signal) {
      await begin('patch', type, signal, name);
      const before = find(type, name);
      const merged = Object.entries({ ...(before.status as object), ...status }).filter(([, value]) => value !== null);
      return put(type, { ...before, status: Object.fromEntries(merged) }, 'set');
    },
    async delete(type, { uid, ...name }, signal) {
      await begin('delete', type, signal, name);
      const before = stored.get(keyOf(type, name))?.object;
      if (!before || (uid && before.metadata.uid !== uid)) return false;
      put(type, before, 'deleted');
      return true;
    },
    async secretValue({ namespace, name }, key) {
      return secrets.get(`${namespace}/${name}/${key}`);
    },
    async close() {},
  };
  return fake;
}
