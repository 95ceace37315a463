import type { Reading, ReadOptions, ReadProblem, Scope } from '../cluster.ts';
import { UserError } from '../errors.ts';
import type { Kind, KubernetesObject } from '../kind.ts';
import { type KindList, snapshot } from '../snapshot.ts';
import { apiPath, type Discovery, discover, parseObject } from './discovery.ts';
import { failed, forbidden, notInstalled, otherVersion, StatusError, unreachable } from './faults.ts';
import { listInto } from './list.ts';
import { Session, type Settings } from './session.ts';

interface Result {
  list: KindList;
  problem?: ReadProblem;
}

/** Reads kinds side by side, each once, all under one deadline. */
export async function readCluster(
  settings: Settings,
  wanted: readonly Kind[],
  scope: Scope,
  { everywhere = [], signal, onProgress }: ReadOptions,
): Promise<Reading> {
  const kinds = [...new Set(wanted)];
  const session = new Session(settings, signal);
  try {
    const { discovery, version, now } = await greet(session, settings, kinds, signal);

    let objects = 0;
    let done = 0;
    const report = () => onProgress?.({ objects, kinds: done, of: kinds.length });
    const onPage = (added: number) => {
      objects += added;
      report();
    };
    const results = await Promise.all(
      kinds.map(async (kind) => {
        const namespace = kind.namespaced && !everywhere.includes(kind) ? scope.namespace : undefined;
        const result = await readKind(session, discovery, kind, namespace, onPage);
        done++;
        report();
        return result;
      }),
    );

    signal?.throwIfAborted();
    return {
      cluster: snapshot(
        results.map((result) => result.list),
        { name: settings.access.name, now, ...(version && { version }) },
      ),
      problems: results.flatMap(({ problem }) => problem ?? []),
      requests: session.requests,
      objects,
    };
  } finally {
    session.end();
  }
}

/** The first requests: they tell whether anybody is there, who we are to them, and what they serve. */
async function greet(session: Session, { access }: Settings, kinds: readonly Kind[], signal: AbortSignal | undefined) {
  try {
    const [discovery, about] = await Promise.all([discover(session, kinds), versionOf(session)]);
    return { discovery, ...about };
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(error, access);
  }
}

/** The server's version, and its clock: ages are counted by the clock that wrote the times. */
async function versionOf(session: Session): Promise<{ version?: string; now: number }> {
  try {
    const { text, headers } = await session.get('/version');
    const { major, minor } = parseObject(text) ?? {};
    const now = Date.parse(String(headers.date)) || Date.now();
    // Clouds write `30+`.
    return { now, ...(major && minor ? { version: `${major}.${String(minor).replace(/\D.*/, '')}` } : {}) };
  } catch (error) {
    if (error instanceof StatusError) return { now: Date.now() };
    throw error;
  }
}

async function readKind(
  session: Session,
  discovery: Discovery,
  kind: Kind,
  namespace: string | undefined,
  onPage: (added: number) => void,
): Promise<Result> {
  const objects: KubernetesObject[] = [];
  const list = { kind, objects, ...(namespace && { namespace }) };
  const missed = (reason: ReadProblem['reason'], text: string): Result => ({
    list: { ...list, gap: reason },
    problem: { kind: kind.kind, reason, text },
  });

  const served = discovery.find(kind);
  if ('versions' in served) {
    return served.versions.length === 0
      ? missed('not installed', notInstalled(kind))
      : missed('failed', otherVersion(kind, served.versions));
  }
  const within = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const path = `${apiPath(kind.group, served.version)}${within}/${kind.plural}`;
  try {
    await listInto(objects, session, kind, path, onPage);
    return { list };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const status = error instanceof StatusError ? error.status : 0;
    if (status === 403) return missed('forbidden', forbidden(kind, namespace));
    if (status === 404 && objects.length === 0) return missed('not installed', notInstalled(kind));
    return missed('failed', failed(kind, error, objects.length));
  }
}
