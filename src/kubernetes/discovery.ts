import type { Kind } from '../kind.ts';
import { isRecord } from '../shape.ts';
import { AnswerError, StatusError } from './faults.ts';
import type { Session } from './session.ts';

/** Where a kind is listed, or why it is not. */
export type Served = { version: string } | { versions: readonly string[] };

/** What a server serves. */
export interface Discovery {
  /** `{version}` of the API that serves the kind; `{versions}` where only other ones do, none where it is not installed. */
  find(kind: Kind): Served;
}

/** One request for the core group and one for all others (Kubernetes 1.27 and later). */
export const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

interface GroupDiscovery {
  metadata?: { name?: string };
  versions?: { version: string; freshness?: string; resources?: { resource: string }[] | null }[] | null;
}

interface Body {
  kind?: string;
  items?: GroupDiscovery[];
  versions?: string[];
  groups?: { name: string; versions: { version: string }[] }[];
}

/** Which group serves which resource in which versions; `undefined` for resources: nobody could say. */
type Groups = Map<string, Map<string, Set<string> | undefined>>;

/**
 * Asks what the server serves, so that a kind that is not installed costs no request. An account that may not ask is
 * taken to find every kind where it is declared; the lists themselves then tell.
 */
export async function discover(session: Session, kinds: readonly Kind[]): Promise<Discovery> {
  let groups: Groups;
  try {
    const [core, named] = await Promise.all([ask(session, '/api'), ask(session, '/apis')]);
    groups = new Map([...(await read(session, core, kinds)), ...(await read(session, named, kinds))]);
  } catch (error) {
    if (!(error instanceof StatusError) || error.status !== 403 || isAnonymous(error)) throw error;
    return { find: ({ version }) => ({ version }) };
  }
  return { find: (kind) => find(groups, kind) };
}

/** Every account may ask what is served, save who has not said who they are. */
export function isAnonymous({ message }: StatusError): boolean {
  return message.includes('system:anonymous');
}

async function ask(session: Session, path: string): Promise<Body> {
  const { text } = await session.get(path, AGGREGATED);
  const body = parseObject(text);
  if (!body) throw new AnswerError(`${path} gave no JSON object`);
  return body;
}

async function read(session: Session, body: Body, kinds: readonly Kind[]): Promise<Groups> {
  if (body.kind === 'APIGroupDiscoveryList') return readAggregated(body.items ?? []);
  // Older servers list groups only; resources are then asked for version by version, as far as kinds need them.
  const groups = body.groups ?? [{ name: '', versions: (body.versions ?? []).map((version) => ({ version })) }];
  const wanted = new Set(kinds.map((kind) => kind.group));
  const entries = groups
    .filter((group) => wanted.has(group.name))
    .map(async ({ name, versions }) => {
      const resources = await Promise.all(
        versions.map(async ({ version }) => [version, await resourcesOf(session, name, version)] as const),
      );
      return [name, new Map(resources)] as const;
    });
  return new Map(await Promise.all(entries));
}

function readAggregated(items: readonly GroupDiscovery[]): Groups {
  const groups: Groups = new Map();
  for (const { metadata, versions } of items) {
    const served = (versions ?? []).map(({ version, freshness, resources }) => {
      // What an extension server that is down serves is unknown, not nothing.
      const known = freshness !== 'Stale' || Boolean(resources?.length);
      return [version, known ? new Set(resources?.map((each) => each.resource)) : undefined] as const;
    });
    groups.set(metadata?.name ?? '', new Map(served));
  }
  return groups;
}

async function resourcesOf(session: Session, group: string, version: string): Promise<Set<string> | undefined> {
  try {
    const { text } = await session.get(apiPath(group, version));
    const { resources } = (parseObject(text) ?? {}) as { resources?: { name: string }[] | null };
    return resources ? new Set(resources.map((each) => each.name)) : undefined;
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

/** An object of JSON; `undefined` for anything else, such as the page of a proxy. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function find(groups: Groups, kind: Kind): Served {
  const versions = [...(groups.get(kind.group) ?? [])]
    .filter(([, resources]) => !resources || resources.has(kind.plural))
    .map(([version]) => version);
  // Between v1beta1 and v1 fields are added, between v1 and v2 they move: only the former reads as the kind declares.
  const version = versions.includes(kind.version)
    ? kind.version
    : versions.find((each) => major(each) === major(kind.version));
  return version ? { version } : { versions };
}

export function apiPath(group: string, version: string): string {
  return group ? `/apis/${group}/${version}` : `/api/${version}`;
}

function major(version: string): string {
  return /^v\d+/.exec(version)?.[0] ?? version;
}
