import { randomBytes } from 'node:crypto';
import type { Analyzer, Failure } from '../analyzer.ts';
import { type Cluster, type ClusterSource, keyOf, nameOf, type Reading, type Ref, refOf } from '../cluster.ts';
import { messageOf, nearest, UsageError, UserError } from '../errors.ts';
import { type Kind, type KubernetesObject, typeOf } from '../kind.ts';
import { Namespace } from '../kinds/configuration.ts';
import { CronJob, Deployment, Job, ReplicaSet } from '../kinds/workloads.ts';
import { maskCredentials } from '../masking/index.ts';
import type { AnalysisRequest, Finding, Report } from '../report.ts';
import { parseSelector } from '../selector.ts';
import { matches } from '../snapshot.ts';
import { chooseAnalyzers } from './filters.ts';
import { fingerprint } from './fingerprint.ts';
import { incidentsOf } from './incidents.ts';
import { rememberObjects } from './remember.ts';

export interface RunOptions {
  signal?: AbortSignal;
  onProgress?(label: string, done: number, of: number): void;
  /** Milliseconds since 1970, for the report's duration. */
  clock?(): number;
}

/** Reads a cluster once and asks every chosen analyzer; what cannot be checked becomes a line of the report. */
export async function analyze(
  source: Pick<ClusterSource, 'name' | 'read'>,
  analyzers: readonly Analyzer[],
  request: AnalysisRequest,
  { signal, onProgress, clock = Date.now }: RunOptions = {},
): Promise<Report> {
  const started = clock();
  const { chosen, unknown, selector } = understand(analyzers, request);
  const scope = request.namespace === undefined ? {} : { namespace: request.namespace };
  const kinds = kindsOf(chosen, request.namespace !== undefined);
  const reading = await source.read(kinds, scope, {
    everywhere: [Namespace, ...kindsOf(chosen.filter((analyzer) => analyzer.everywhere))],
    ...(signal && { signal }),
    onProgress: ({ objects, kinds, of }) =>
      onProgress?.(`Reading ${source.name}: ${objects.toLocaleString('en')} objects`, kinds, of),
  });
  const { cluster } = reading;
  if (request.namespace !== undefined) expectNamespace(cluster, request.namespace);

  const check = new Check(cluster);
  const checked: Record<string, number> = {};
  const filters: Record<string, number> = {};
  for (const analyzer of chosen) {
    const objects = cluster
      .list(analyzer.kind)
      .filter(
        ({ metadata }) =>
          (!metadata.namespace || !request.namespace || metadata.namespace === request.namespace) &&
          (!selector || matches(selector, metadata.labels)),
      );
    checked[analyzer.kind.kind] = objects.length;
    const began = performance.now();
    for (const object of objects) check.object(analyzer, object);
    filters[analyzer.filter] = performance.now() - began;
  }
  check.causes(analyzers, request.namespace);
  const incidents = incidentsOf(cluster.name, check.findings);
  const unread = [...new Set([...unreadKinds(reading, chosen), ...check.unchecked()])];
  return {
    id: `rep-${randomBytes(4).toString('hex')}`,
    cluster: cluster.name,
    at: new Date(cluster.now).toISOString(),
    ...(request.namespace !== undefined && { namespace: request.namespace }),
    ...(request.selector !== undefined && { selector: request.selector }),
    filters: chosen.map((analyzer) => analyzer.filter),
    incidents,
    errors: [...unknown, ...readErrors(reading, chosen), ...check.errors()],
    ...(unread.length > 0 && { unread }),
    objects: rememberObjects(cluster, kinds, incidents, request.remember),
    stats: { checked, filters, objects: reading.objects, requests: reading.requests, milliseconds: clock() - started },
  };
}

/** What a request means. Throws `UsageError` for a filter that does not exist or a selector that is none. */
export function understand(analyzers: readonly Analyzer[], { filters, selector, lenient }: AnalysisRequest) {
  const { chosen, unknown } = chooseAnalyzers(analyzers, filters);
  if (unknown.length > 0 && (chosen.length === 0 || !lenient)) throw new UsageError(unknown.join(' '));
  return { chosen, unknown, selector: selector === undefined ? undefined : parseSelector(selector) };
}

/** Runs analyzers on objects and collects what they say. */
class Check {
  readonly findings: Finding[] = [];
  readonly #cluster: Cluster;
  readonly #done = new Set<string>();
  readonly #broken = new Map<string, { objects: Ref[]; error: unknown }>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  object(analyzer: Analyzer, object: KubernetesObject): void {
    this.#done.add(keyOf(refOf(object)));
    let failures: Failure[];
    try {
      failures = analyzer.check(object, this.#cluster);
    } catch (error) {
      const broken = this.#broken.get(analyzer.filter) ?? { objects: [], error };
      broken.objects.push(refOf(object));
      this.#broken.set(analyzer.filter, broken);
      return;
    }
    if (failures.length === 0) return;
    const owner = this.#cluster.topOwnerOf(object);
    for (const failure of failures) {
      this.findings.push({
        ...withoutCredentials(failure),
        fingerprint: fingerprint(this.#cluster.name, owner, failure),
        filter: analyzer.filter,
        object: refOf(object),
        owner,
      });
    }
  }

  /**
   * A finding may come down to an object whose filter nobody asked for. Such objects are checked as well, so that
   * `analyze Service` names the Pod, and the ConfigMap behind it, that took the Service down. Not those in namespaces
   * other than the one asked for: events are read for that one alone, and what is not known there would be told as so.
   */
  causes(analyzers: readonly Analyzer[], namespace?: string): void {
    const byKind = new Map(analyzers.map((analyzer) => [analyzer.kind.kind, analyzer]));
    for (const finding of this.findings) {
      for (const { ref } of finding.causes ?? []) {
        const analyzer = byKind.get(ref.kind);
        if (!analyzer || this.#done.has(keyOf(ref))) continue;
        if (namespace && ref.namespace && ref.namespace !== namespace) continue;
        this.#done.add(keyOf(ref));
        const object = this.#cluster.get(analyzer.kind, ref.name, ref.namespace);
        // The list grows while it is walked, so causes of causes are found as well.
        if (object) this.object(analyzer, object);
      }
    }
  }

  unchecked(): string[] {
    return [...this.#broken.values()].flatMap(({ objects }) => objects.map(({ kind }) => kind));
  }

  errors(): string[] {
    return [...this.#broken].map(([filter, { objects, error }]) => {
      const [first] = objects;
      const more = objects.length > 1 ? ` and ${objects.length - 1} more` : '';
      const reason = messageOf(error);
      return `${filter}: ${first ? nameOf(first) : 'an object'}${more} could not be checked (${reason}); everything else was.`;
    });
  }
}

/** Messages of programs and of the cluster may quote credentials; none leaves the analysis. */
function withoutCredentials(failure: Failure): Failure {
  return {
    ...failure,
    headline: maskCredentials(failure.headline),
    text: maskCredentials(failure.text),
    evidence: failure.evidence.map((evidence) => ({ ...evidence, value: maskCredentials(evidence.value) })),
    ...(failure.values && {
      values: Object.fromEntries(Object.entries(failure.values).map(([name, value]) => [name, maskCredentials(value)])),
    }),
  };
}

/** Every kind that the analyzers need, each once, with the owners that findings are told by. */
function kindsOf(analyzers: readonly Analyzer[], scoped = false): Kind[] {
  const kinds = new Map<string, Kind>();
  const add = (kind: Kind) => kinds.set(typeOf(kind), kind);
  for (const analyzer of analyzers) for (const kind of [analyzer.kind, ...analyzer.reads]) add(kind);
  if (kinds.has('/Pod')) add(ReplicaSet);
  if (kinds.has('apps/ReplicaSet')) add(Deployment);
  if (kinds.has('/Pod')) add(Job);
  if (kinds.has('batch/Job')) add(CronJob);
  if (scoped) add(Namespace);
  return [...kinds.values()];
}

function expectNamespace(cluster: Cluster, namespace: string): void {
  if (!cluster.missing(Namespace, namespace)) return;
  const like = nearest(
    namespace,
    cluster.list(Namespace).map((each) => each.metadata.name),
  );
  const hint = like.length > 0 ? ` Did you mean ${like.join(' or ')}?` : '';
  throw new UserError(`There is no namespace "${namespace}" in ${cluster.name}.${hint}`);
}

function readErrors({ problems }: Reading, chosen: readonly Analyzer[]): string[] {
  const wanted = new Set(chosen.map((analyzer) => analyzer.kind.kind));
  // That something is not installed matters only to who asked for it.
  return problems.filter(({ reason, kind }) => reason !== 'not installed' || wanted.has(kind)).map(({ text }) => text);
}

/** A kind that is merely looked up may be forbidden for good; where reading it failed, findings may lack for once. */
function unreadKinds({ problems }: Reading, chosen: readonly Analyzer[]): string[] {
  const isUnread = ({ kind, reads }: Analyzer) =>
    problems.some(
      (problem) =>
        (problem.kind === kind.kind && problem.reason !== 'not installed') ||
        (problem.reason === 'failed' && reads.some((read) => read.kind === problem.kind)),
    );
  return chosen.filter(isUnread).map(({ kind }) => kind.kind);
}
