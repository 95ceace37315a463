import type { RawObject, Ref, Resource } from '../../cluster.ts';
import { nearest, UserError } from '../../errors.ts';
import type { Scene } from '../../look.ts';
import { pluralOf } from '../../words.ts';
import { type Arguments, textOf } from './arguments.ts';
import { refOfRaw, textAt } from './raw.ts';

/** What a look is about. */
export interface Found {
  resource: Resource;
  object: RawObject;
  ref: Ref;
}

/** What arguments say of an object: each part may be absent. */
export interface Address {
  kind?: string;
  namespace?: string;
  name?: string;
}

/** Names in one namespace that are compared with a mistyped one. */
const NAMES_MAX = 500;
/** Objects of one name, in other namespaces. */
const NAMESAKES_MAX = 20;

/** The type that a word means. Throws `UserError` with the words most like it. */
export async function resourceFor(word: string, { source, signal }: Scene): Promise<Resource> {
  const found = await source.inspector.resource(word, signal);
  if (found) return found;
  const all = await source.inspector.resources(signal);
  const like = nearest(word, new Set(all.map(({ kind }) => kind)));
  const hint = like.length > 0 ? ` Did you mean ${like.join(' or ')}?` : '';
  throw new UserError(`The cluster has no kind "${word}".${hint}`);
}

/**
 * What `kind`, `name` and `namespace` say together. Names may be written as kubectl and our own messages have them:
 * `pod/cart`, `shop/cart`, `Pod/shop/cart`, `Pod shop/cart`. Where a kind is `assumed`, `shop/cart` is a namespace and
 * a name unless there is a kind `shop`.
 */
export async function addressOf(
  args: Arguments,
  scene: Scene,
  { nameKey = 'name', assumed }: { nameKey?: string; assumed?: string } = {},
): Promise<Address> {
  const parts = (textOf(args, nameKey) ?? '').split(/[\s/]+/).filter(Boolean);
  const [kind, ...ofKind] = (textOf(args, 'kind') ?? '').split(/[\s/]+/).filter(Boolean);
  const words = [...ofKind, ...parts];
  const name = words.pop();
  const [first, second] = words;
  const namespace = namespaceOf(args);
  const rest = { ...(namespace && { namespace }), ...(name && { name }) };
  if (words.length > 2)
    throw new UserError(`"${textOf(args, nameKey)}" is no name; write it as name or namespace/name.`);

  if (first === undefined) return { ...(kind && { kind }), ...rest };
  if (second !== undefined) return { kind: kind ?? first, ...rest, namespace: second };
  if (!kind) {
    const isKind = !assumed || (await scene.source.inspector.resource(first, scene.signal));
    return isKind ? { kind: first, ...rest } : { ...rest, namespace: first };
  }
  const same = await isSameKind(first, kind, scene);
  return { kind, ...rest, ...(!same && { namespace: first }) };
}

/** Whether a word before a name repeats the kind, rather than being a namespace. */
async function isSameKind(word: string, kind: string, { source, signal }: Scene): Promise<boolean> {
  if (word.toLowerCase() === kind.toLowerCase()) return true;
  const [a, b] = await Promise.all([word, kind].map((each) => source.inspector.resource(each, signal)));
  return a !== undefined && a.kind === b?.kind && a.group === b.group;
}

/** The namespace that is asked for; `*`, and what models write for it, are all of them. */
export function namespaceOf(args: Arguments): string | undefined {
  const namespace = textOf(args, 'namespace');
  return namespace && !['*', '-A', '--all-namespaces'].includes(namespace) ? namespace : undefined;
}

/** The object that arguments name. Throws `UserError` where they do not name one, or where it does not exist. */
export async function findObject(args: Arguments, scene: Scene): Promise<Found> {
  const { kind, name, namespace } = await addressOf(args, scene);
  if (!kind) throw new UserError('"kind" is missing; give one such as Pod, deploy or svc.');
  const resource = await resourceFor(kind, scene);
  if (!name) {
    throw new UserError(
      `"name" is missing; say which ${resource.kind}, or use list to see all ${pluralOf(resource.kind)}.`,
    );
  }
  return findNamed(resource, name, namespace, scene);
}

export async function findNamed(
  resource: Resource,
  name: string,
  namespace: string | undefined,
  scene: Scene,
): Promise<Found> {
  const { inspector } = scene.source;
  const within = resource.namespaced ? namespace : undefined;
  if (within || !resource.namespaced) {
    const object = await inspector.get(resource, name, within, scene.signal);
    if (object) return { resource, object, ref: refOfRaw(object) };
    throw await notFound(resource, name, within, scene);
  }
  const namesakes = await findNamesakes(resource, name, scene);
  const [only] = namesakes;
  if (only && namesakes.length === 1) return { resource, object: only, ref: refOfRaw(only) };
  if (!only) throw await notFound(resource, name, undefined, scene);
  throw new UserError(
    `There is a ${resource.kind} ${name} in ${namesakes.length} namespaces: ${namespacesOf(namesakes)}. Say which: "namespace" is missing.`,
  );
}

async function findNamesakes(resource: Resource, name: string, { source, signal }: Scene): Promise<RawObject[]> {
  const options = { fields: `metadata.name=${fieldValue(name)}`, limit: NAMESAKES_MAX };
  const { objects } = await source.inspector.list(resource, options, signal);
  return objects;
}

/** A field selector has its own signs, of which no name has any. */
export function fieldValue(name: string): string {
  if (/[,=\\!]/.test(name)) throw new UserError(`"${name}" is no name of an object.`);
  return name;
}

async function notFound(
  resource: Resource,
  name: string,
  namespace: string | undefined,
  scene: Scene,
): Promise<UserError> {
  const { source, signal } = scene;
  const where = namespace ? ` in namespace ${namespace}` : '';
  const said = `There is no ${resource.kind} "${name}"${where}.`;
  try {
    const within = namespace ? { namespace } : {};
    const { objects } = await source.inspector.list(resource, { ...within, limit: NAMES_MAX }, signal);
    const like = nearest(name, new Set(objects.map((object) => textAt(object, 'metadata.name') ?? '')));
    const elsewhere = namespace ? await findNamesakes(resource, name, scene) : [];
    if (elsewhere.length > 0) return new UserError(`${said} There is one in ${namespacesOf(elsewhere)}.`);
    if (like.length > 0) return new UserError(`${said} Did you mean ${like.join(' or ')}?`);
    if (objects.length > 0 || !namespace) return new UserError(said);
    return new UserError(
      (await namespaceMissing(namespace, scene)) ?? `${said} There are no ${pluralOf(resource.kind)}.`,
    );
  } catch (error) {
    signal.throwIfAborted();
    // Who may not list is told what was asked for all the same.
    if (error instanceof UserError) return new UserError(said);
    throw error;
  }
}

/** The sentence for a namespace that does not exist; `undefined` for one that does. */
export async function namespaceMissing(namespace: string, { source, signal }: Scene): Promise<string | undefined> {
  const resource = await source.inspector.resource('namespace', signal);
  if (!resource || (await source.inspector.get(resource, namespace, undefined, signal))) return undefined;
  const { objects } = await source.inspector.list(resource, { limit: NAMES_MAX }, signal);
  const like = nearest(
    namespace,
    objects.map((object) => textAt(object, 'metadata.name') ?? ''),
  );
  return `There is no namespace "${namespace}".${like.length > 0 ? ` Did you mean ${like.join(' or ')}?` : ''}`;
}

function namespacesOf(objects: readonly RawObject[]): string {
  return objects
    .map((object) => textAt(object, 'metadata.namespace') ?? '')
    .toSorted()
    .join(', ');
}
