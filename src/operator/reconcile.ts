import type { Services } from '../command.ts';
import { type ApiObject, ResourceError, type Resources } from '../custom-resources.ts';
import { createLimit } from '../limit.ts';
import type { Report } from '../report.ts';
import type { SinkSettings } from '../sink.ts';
import type { Store } from '../store.ts';
import type { Explaining } from './explaining.ts';
import { digest, labelValue } from './names.ts';
import { noticesOf } from './notices.ts';
import {
  hashOf,
  isFree,
  isOwned,
  isSame,
  type Kept,
  NAME_LABEL,
  type Problem,
  problemsOf,
  readResult,
  toResult,
} from './results.ts';
import type { SecretKey, Wanted } from './spec.ts';
import { createTelling, type Tell } from './telling.ts';
import { type Clock, RESULT } from './types.ts';

/** Writes under way at once; the server has others to serve. */
const WRITES = 4;

interface ReconcilerOptions {
  resources: Resources;
  analysis: Pick<Services['analysis'], 'run'>;
  tell?: Tell | undefined;
  store?: Pick<Store, 'get' | 'set' | 'delete'> | undefined;
  clock: Clock;
}

export interface Outcome {
  problems: readonly Problem[];
  created: number;
  updated: number;
  removed: number;
  /** Results that stand now. */
  results: number;
  /** What could not be done, a sentence each. */
  troubles: string[];
}

const NOTHING_TOLD = { told: new Set<string>(), trouble: undefined };

/** Analyzes once, and does all that follows from it. Throws what keeps it from being made at all. */
export type Reconcile = ReturnType<typeof createReconciler>['reconcile'];

type How = 'created' | 'updated';

/** Analyzes as a K8sGPT wants it, and brings its Results to what was found. */
export function createReconciler({ resources, analysis, tell, store, clock }: ReconcilerOptions) {
  const telling = createTelling({ tell, clock, store });

  async function listOf({ metadata }: ApiObject, signal: AbortSignal): Promise<Kept[]> {
    const selector = `${NAME_LABEL}=${labelValue(metadata.name)}`;
    const { objects } = await resources.list(RESULT, { namespace: metadata.namespace, selector }, signal);
    return objects.map(readResult);
  }

  /** Writes what is new or says something else; the Results of all problems as they stand then, by name. */
  async function write(
    k8sgpt: ApiObject,
    problems: Iterable<Problem>,
    before: ReadonlyMap<string, Kept>,
    explaining: Explaining,
    signal: AbortSignal,
  ) {
    const limit = createLimit(WRITES);
    const standing = new Map<string, Kept>();
    const written = new Map<string, How>();

    async function one(problem: Problem): Promise<void> {
      const kept = before.get(problem.name);
      const same = kept !== undefined && isSame(kept, problem, k8sgpt);
      if (same) standing.set(problem.name, kept);
      if (same && !isWordedAnew(kept, problem, explaining)) return;
      const details = await explaining.details(problem.incident, signal);
      // A model that still does not answer changes nothing.
      if (same && details.backend === kept.backend) return;
      const result = toResult(problem, details, k8sgpt, kept?.raw);
      const made = await unlessChanged(kept ? resources.update(RESULT, result, signal) : create(problem, result));
      if (!made) return;
      standing.set(problem.name, readResult(made));
      written.set(problem.name, kept ? 'updated' : 'created');
    }

    /** One that stands there without our label is taken over, unless it is somebody else's. */
    async function create(problem: Problem, result: ApiObject): Promise<ApiObject | undefined> {
      try {
        return await resources.create(RESULT, result, signal);
      } catch (error) {
        if (!(error instanceof ResourceError && error.fault === 'exists')) throw error;
        const there = await resources.get(RESULT, { ...k8sgpt.metadata, name: problem.name }, signal);
        if (!there || !(isOwned(there, k8sgpt) || isFree(there, k8sgpt))) return undefined;
        return resources.update(RESULT, { ...result, metadata: { ...there.metadata, ...result.metadata } }, signal);
      }
    }

    await settled([...problems].map((problem) => limit(() => one(problem), signal)));
    return { standing, written };
  }

  /** Notes in the status of each Result whether it is news, and which sink knows it. */
  async function mark(
    problems: readonly Problem[],
    { standing, written }: { standing: ReadonlyMap<string, Kept>; written: ReadonlyMap<string, How> },
    webhookOf: (kept: Kept) => string,
    signal: AbortSignal,
  ): Promise<void> {
    const limit = createLimit(WRITES);
    const one = async (problem: Problem) => {
      const kept = standing.get(problem.name);
      if (!kept) return;
      const webhook = webhookOf(kept);
      const lifecycle = written.get(problem.name) ?? 'historical';
      if (kept.lifecycle === lifecycle && kept.webhook === webhook) return;
      const status = { lifecycle, webhook: webhook || null, contentHash: hashOf(problem) };
      await unlessChanged(resources.patchStatus(RESULT, kept.raw.metadata, status, signal));
    };
    await settled(problems.map((problem) => limit(() => one(problem), signal)));
  }

  async function remove(results: readonly Kept[], signal: AbortSignal): Promise<void> {
    const limit = createLimit(WRITES);
    await settled(
      results.map(({ raw: { metadata } }) => limit(() => resources.delete(RESULT, metadata, signal), signal)),
    );
  }

  async function sinkOf({ sink }: Wanted, { metadata }: ApiObject, signal: AbortSignal): Promise<SinkSettings> {
    if (!sink) throw new Error('there is no sink');
    if (!sink.secret) return sink.settings;
    const { namespace } = metadata;
    const { name, key } = sink.secret;
    const webhook = await resources.secretValue({ namespace, name }, key, signal);
    if (webhook) return { ...sink.settings, webhook };
    throw new ResourceError(
      'missing',
      `spec.sink.secret: the Secret ${namespace}/${name} has no value at "${key}". Create it, or correct the field.`,
    );
  }

  /** One analysis, and all that follows from it. Throws what keeps it from being made at all. */
  async function reconcile(
    k8sgpt: ApiObject,
    wanted: Wanted,
    explaining: Explaining,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { filters, namespace } = wanted;
    const report = await analysis.run({ filters, lenient: true, ...(namespace && { namespace }) }, { signal });
    const byName = problemsOf(k8sgpt.metadata.name, report);
    const problems = [...byName.values()];
    const all = (await listOf(k8sgpt, signal)).filter(({ raw }) => isOwned(raw, k8sgpt) || isFree(raw, k8sgpt));
    const before = new Map(all.map((kept) => [kept.raw.metadata.name, kept]));
    const removed = all.filter((kept) => !byName.has(kept.raw.metadata.name) && !isUnread(kept, report));
    const writes = await write(k8sgpt, problems, before, explaining, signal);
    const troubles = [...report.errors, ...explaining.troubles];

    const known = markOf(wanted);
    const notices = known
      ? noticesOf({ k8sgpt, report, problems, standing: writes.standing, before, removed, mark: known })
      : [];
    const sink = () => sinkOf(wanted, k8sgpt, signal);
    const { told, trouble } = known ? await telling.tellAll(k8sgpt, known, notices, sink, signal) : NOTHING_TOLD;
    if (trouble) troubles.push(trouble);
    const untold = new Set(notices.filter(({ id }) => !told.has(id)).map(({ incident }) => incident.id));
    await mark(problems, writes, (kept) => (untold.has(kept.incident) ? '' : known), signal);
    await remove(removed, signal);
    const count = (how: How) => [...writes.written.values()].filter((each) => each === how).length;
    return {
      problems,
      created: count('created'),
      updated: count('updated'),
      removed: removed.length,
      results: writes.standing.size + all.filter((kept) => !byName.has(kept.raw.metadata.name)).length - removed.length,
      troubles,
    };
  }

  /** Removes the Results of a K8sGPT that is gone; Kubernetes does so as well, where its controllers run. */
  async function clear(k8sgpt: ApiObject, signal: AbortSignal): Promise<void> {
    await telling.forget(k8sgpt);
    const all = await listOf(k8sgpt, signal);
    await remove(
      all.filter(({ raw }) => isOwned(raw, k8sgpt)),
      signal,
    );
  }

  return { reconcile, clear };
}

function isWordedAnew(kept: Kept, { incident }: Problem, { backend, mayAsk }: Explaining): boolean {
  if (kept.backend === backend) return false;
  return backend === 'builtin' || mayAsk(incident);
}

/** Absence proves nothing where not all could be read. */
function isUnread({ kind }: Kept, { unread = [] }: Report): boolean {
  return unread.includes(kind);
}

/** What stands in Results for a sink: its address is a secret. */
function markOf({ sink }: Wanted): string {
  if (!sink) return '';
  const { type, webhook } = sink.settings;
  return `${type}/${digest(sink.secret ? secretName(sink.secret) : webhook)}`;
}

function secretName({ name, key }: SecretKey): string {
  return `secret ${name} ${key}`;
}

/** What somebody else changed or removed meanwhile is brought right by the next analysis. */
async function unlessChanged(work: Promise<ApiObject | undefined>): Promise<ApiObject | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ResourceError && /^(conflict|missing)$/.test(error.fault)) return undefined;
    throw error;
  }
}

/** Waits for all, so that nothing goes on behind the back of who asked, and then throws the first failure. */
async function settled(work: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
