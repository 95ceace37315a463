import type { Answer, Call } from './api.ts';
import { keyOf, type Manifest, uidOf } from './manifest.ts';

/** What a server knows of the sample that scenarios cannot: the real uid of each object, by its key. */
export type Uids = Map<string, string>;

interface Resource {
  plural: string;
  namespaced: boolean;
  hasStatus: boolean;
}

/**
 * The order in which kinds are created: owners before what they own, Pods before what speaks of them, and last what
 * would stand in the way of others. Kinds not named here come after namespaces and priority classes.
 */
const WAVES = [
  ['Namespace'],
  ['PriorityClass'],
  ['*'],
  ['ReplicaSet', 'Job', 'ControllerRevision'],
  ['Pod'],
  ['EndpointSlice', 'Event'],
  ['ResourceQuota', 'LimitRange', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
];
const NAMED = new Set(WAVES.flat());
const PARALLEL = 16;
const MERGE = 'application/merge-patch+json';

/** Loads objects with their statuses. Whatever the server refuses or drops is an error: the sample must be real. */
export async function load(objects: readonly Manifest[], call: Call): Promise<Uids> {
  await expectEmpty(call);
  const resources = await discover(objects, call);
  const uids: Uids = new Map();

  function resourceOf(object: Manifest): Resource {
    const resource = resources.get(`${object.apiVersion}/${object.kind}`);
    if (!resource) throw new Error(`The server has no ${object.apiVersion} ${object.kind}.`);
    return resource;
  }

  function collectionOf(object: Manifest): string {
    const { plural, namespaced } = resourceOf(object);
    const root = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
    return namespaced ? `${root}/namespaces/${object.metadata.namespace}/${plural}` : `${root}/${plural}`;
  }

  const pathOf = (object: Manifest) => `${collectionOf(object)}/${object.metadata.name}`;

  async function create(object: Manifest): Promise<void> {
    const { status: _, ...rest } = object;
    const body = { ...(resourceOf(object).hasStatus ? rest : object), ...pointers(object, uids) };
    let answer = await call('POST', collectionOf(object), body);
    // Some the server has made itself: its own namespaces, classes and the Service default/kubernetes.
    if (answer.status === 409) answer = await call('GET', pathOf(object));
    expectDone(answer, `create ${keyOf(object)}`);
    uids.set(keyOf(object), (answer.body.metadata as { uid: string }).uid);
  }

  async function setStatus(object: Manifest): Promise<void> {
    const wanted = object.status as Record<string, unknown>;
    const answer = await call('PATCH', `${pathOf(object)}/status`, { status: wanted }, MERGE);
    expectDone(answer, `set the status of ${keyOf(object)}`);
    const lost = dropped(wanted, answer.body.status, 'status');
    if (lost.length > 0) throw new Error(`The server dropped ${lost.join(', ')} of ${keyOf(object)}.`);
  }

  async function finish(object: Manifest): Promise<void> {
    if (object.status && resourceOf(object).hasStatus) await setStatus(object);
    if (object.kind === 'Node') {
      // The server puts a taint on new nodes.
      const { taints = null } = object.spec as { taints?: object[] };
      expectDone(await call('PATCH', pathOf(object), { spec: { taints } }, MERGE), `taint ${keyOf(object)}`);
    }
    if (object.metadata.deletionTimestamp) {
      expectDone(await call('DELETE', pathOf(object)), `delete ${keyOf(object)}`);
      const left = await call('GET', pathOf(object));
      const { deletionTimestamp } = (left.body.metadata ?? {}) as { deletionTimestamp?: string };
      if (!deletionTimestamp) throw new Error(`${keyOf(object)} did not stay as terminating. Give it a node.`);
    }
  }

  for (const kinds of WAVES) {
    const wave = objects.filter(({ kind }) => (NAMED.has(kind) ? kinds.includes(kind) : kinds.includes('*')));
    await inParallel(wave, create);
    await inParallel(wave, finish);
  }
  return uids;
}

/** Owners, and the objects that events speak of, with the uids that the server gave them. */
function pointers({ metadata, involvedObject, regarding }: Manifest, uids: Uids): Partial<Manifest> {
  const { creationTimestamp: _, deletionTimestamp: __, ownerReferences, ...meta } = metadata;
  const uidIn = (kind: string, name: string, namespace?: string) =>
    uids.get([kind, namespace, name].filter(Boolean).join('/')) ?? uidOf(`${kind}/${namespace ?? ''}/${name}`);
  const pointed = (reference: unknown) => {
    const { kind, name, namespace } = reference as { kind: string; name: string; namespace?: string };
    return { ...(reference as object), uid: uidIn(kind, name, namespace) };
  };
  const owners = ownerReferences?.map((owner) => ({ ...owner, uid: uidIn(owner.kind, owner.name, meta.namespace) }));
  return {
    metadata: { ...meta, ...(owners && { ownerReferences: owners }) },
    ...(involvedObject ? { involvedObject: pointed(involvedObject) } : {}),
    ...(regarding ? { regarding: pointed(regarding) } : {}),
  };
}

async function discover(objects: readonly Manifest[], call: Call): Promise<Map<string, Resource>> {
  const resources = new Map<string, Resource>();
  for (const apiVersion of new Set(objects.map((object) => object.apiVersion))) {
    const answer = await call('GET', apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`);
    expectDone(answer, `discover ${apiVersion}`);
    const served = answer.body.resources as { name: string; kind: string; namespaced: boolean }[];
    const names = new Set(served.map(({ name }) => name));
    for (const { name, kind, namespaced } of served) {
      if (name.includes('/')) continue;
      resources.set(`${apiVersion}/${kind}`, { plural: name, namespaced, hasStatus: names.has(`${name}/status`) });
    }
  }
  return resources;
}

/** What is there already would be taken for the sample's own. */
async function expectEmpty(call: Call): Promise<void> {
  const { body } = await call('GET', '/api/v1/pods?limit=1');
  const pods = body.items as unknown[] | undefined;
  if (pods?.length !== 0) throw new Error('The cluster has Pods already. Give one that is new.');
}

function expectDone({ status, body }: Answer, what: string): void {
  if (status < 200 || status > 299) throw new Error(`Cannot ${what}: ${status} ${body.message ?? ''}`);
}

/** Paths of fields that were sent and are not in the answer. Empty ones may go: the server writes them its own way. */
function dropped(sent: unknown, kept: unknown, path: string): string[] {
  if (Array.isArray(sent)) {
    const list = Array.isArray(kept) ? kept : [];
    return sent.flatMap((item, index) => dropped(item, list[index], `${path}[${index}]`));
  }
  if (typeof sent === 'object' && sent !== null) {
    const fields = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
    return Object.entries(sent).flatMap(([key, value]) => dropped(value, fields[key], `${path}.${key}`));
  }
  const empty = sent === undefined || sent === null || sent === '' || sent === 0 || sent === false;
  return kept === undefined && !empty ? [path] : [];
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const errors: unknown[] = [];
  async function worker(): Promise<void> {
    for (const item of queue) await work(item).catch((error: unknown) => errors.push(error));
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  if (errors.length > 0) throw new AggregateError(errors, errors.slice(0, 8).map(String).join('\n'));
}
