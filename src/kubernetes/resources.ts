import { BUILT_IN, type NamedResource } from '../resources.ts';
import { isRecord } from '../shape.ts';
import { AGGREGATED, apiPath, isAnonymous, parseObject } from './discovery.ts';
import { StatusError } from './faults.ts';
import type { Session } from './session.ts';

/** Aggregated discovery, as far as it is read here (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery). */
interface Group {
  metadata?: { name?: string };
  versions?: { version: string; resources?: Entry[] | null }[] | null;
}

interface Entry {
  resource: string;
  responseKind?: { kind?: string; group?: string; version?: string } | null;
  scope?: string;
  singularResource?: string;
  verbs?: string[] | null;
  shortNames?: string[] | null;
}

/** Discovery before Kubernetes 1.27: groups first, then the resources of each version. */
interface LegacyGroup {
  name: string;
  versions?: { version: string }[];
}

interface LegacyEntry {
  name: string;
  kind: string;
  namespaced?: boolean;
  singularName?: string;
  verbs?: string[] | null;
  shortNames?: string[] | null;
}

/**
 * Every type that the server lists, in the version that it prefers, the core group first. An account that may not ask
 * is told of the built-in ones.
 */
export async function servedResources(session: Session): Promise<readonly NamedResource[]> {
  try {
    const lists = await Promise.all(['/api', '/apis'].map((path) => readGroups(session, path)));
    return lists.flat();
  } catch (error) {
    if (error instanceof StatusError && error.status === 403 && !isAnonymous(error)) return BUILT_IN;
    throw error;
  }
}

async function readGroups(session: Session, path: string): Promise<NamedResource[]> {
  const body = parseObject((await session.get(path, AGGREGATED)).text) ?? {};
  if (body.kind === 'APIGroupDiscoveryList') return aggregated((body.items ?? []) as Group[]);
  const groups = (body.groups ?? [{ name: '', versions: [{ version: 'v1' }] }]) as LegacyGroup[];
  const lists = await Promise.all(groups.map((group) => legacy(session, group)));
  return lists.flat();
}

function aggregated(groups: readonly Group[]): NamedResource[] {
  const served = new Map<string, NamedResource>();
  for (const { metadata, versions } of groups) {
    const group = metadata?.name ?? '';
    for (const { version, resources } of versions ?? []) {
      for (const { resource, responseKind, scope, singularResource, verbs, shortNames } of resources ?? []) {
        const kind = responseKind?.kind;
        const key = `${resource}.${group}`;
        // Versions come in the order of the server's preference.
        if (!kind || (verbs && !verbs.includes('list')) || served.has(key)) continue;
        served.set(key, {
          kind,
          group,
          version,
          plural: resource,
          namespaced: scope !== 'Cluster',
          singular: singularResource || kind.toLowerCase(),
          shortNames: shortNames ?? [],
        });
      }
    }
  }
  return [...served.values()];
}

async function legacy(session: Session, { name: group, versions = [] }: LegacyGroup): Promise<NamedResource[]> {
  const [preferred] = versions;
  if (!preferred) return [];
  const { version } = preferred;
  let entries: unknown;
  try {
    entries = parseObject((await session.get(apiPath(group, version))).text)?.resources;
  } catch (error) {
    // The server of an extension may be down; all others are known all the same.
    if (error instanceof StatusError && error.status !== 403) return [];
    throw error;
  }
  const listed = (Array.isArray(entries) ? entries : []).filter(isEntry);
  return listed.map(({ name, kind, namespaced = false, singularName, shortNames }) => ({
    kind,
    group,
    version,
    plural: name,
    namespaced,
    singular: singularName || kind.toLowerCase(),
    shortNames: shortNames ?? [],
  }));
}

function isEntry(entry: unknown): entry is LegacyEntry {
  if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.kind !== 'string') return false;
  return !entry.name.includes('/') && (!Array.isArray(entry.verbs) || entry.verbs.includes('list'));
}
