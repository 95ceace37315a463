import type { Services } from '../command.ts';
import { type ApiObject, ResourceError, type Resources } from '../custom-resources.ts';
import { messageOf, UserError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { lead } from './election.ts';
import { createEvents, type Happening } from './events.ts';
import { createExplainings, type OpenExplainer } from './explaining.ts';
import { createReconciler, type Outcome } from './reconcile.ts';
import { NAME_LABEL } from './results.ts';
import { readSpec, type Wanted } from './spec.ts';
import { nextStatus, type Standing, type Status } from './status.ts';
import type { Tell } from './telling.ts';
import { type Clock, K8SGPT, RESULT } from './types.ts';
import { follow } from './watching.ts';

export type { OpenExplainer } from './explaining.ts';
export type { Tell } from './telling.ts';
export { steadyClock } from './types.ts';

/** After an analysis that failed; twice as long after each further one. */
const RETRY_MS = 10_000;
const RETRY_MAX_MS = 5 * 60_000;
const LEASE_NAME = 'k8sgpt-chat-operator';

/** What the operator counts. A K8sGPT is named `namespace/name`. */
export interface OperatorMetrics {
  /** What stands now of a K8sGPT; nothing where it is gone. */
  results(k8sgpt: string, counts: readonly { namespace: string; kind: string; name: string }[]): void;
  reconcileError(k8sgpt: string): void;
}

export interface OperatorOptions {
  resources: Resources;
  analysis: Pick<Services['analysis'], 'run'>;
  explain: Services['explain'];
  openExplainer: OpenExplainer;
  tell?: Tell;
  metrics?: OperatorMetrics;
  clock: Clock;
  log: Logger;
  /** Unlike that of any other replica, or of an earlier run. */
  identity: string;
  /** Where its Lease lies. */
  namespace: string;
}

export interface Operator {
  /** Begins to stand for election, and to work once elected; resolves at once. */
  start(): Promise<void>;
  /** Ends what is under way and gives the Lease back. */
  stop(): Promise<void>;
}

/** A K8sGPT that is looked after. */
interface Charge {
  object: ApiObject;
  /** What it is worked by; another one begins the work anew. */
  version: string;
  abort: AbortController;
  done: Promise<void>;
}

/** Does what `K8sGPT` resources ask for: analyzes again and again, and keeps their `Result`s. One replica works at a time. */
export function createOperator(options: OperatorOptions): Operator {
  const { resources, metrics, clock, log, identity, namespace } = options;
  const { reconcile, clear } = createReconciler(options);
  const happened = createEvents(options);
  const beginExplaining = createExplainings(options);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  /** The work of the replica that leads. */
  async function work(signal: AbortSignal): Promise<void> {
    const charges = new Map<string, Charge>();
    const leaving = new Set<Promise<void>>();

    function set(object: ApiObject): void {
      const uid = object.metadata.uid ?? '';
      const version = versionOf(object);
      const charge = charges.get(uid);
      if (charge) charge.object = object;
      if (charge?.version === version || object.metadata.deletionTimestamp) return;
      charge?.abort.abort(new Error('its spec changed'));
      const abort = new AbortController();
      const next: Charge = { object, version, abort, done: Promise.resolve() };
      charges.set(uid, next);
      // One at a time: what the earlier spec began ends first.
      const before = charge?.done ?? Promise.resolve();
      next.done = before.then(() => tend(next, AbortSignal.any([signal, abort.signal])));
    }

    function drop(object: ApiObject): void {
      const charge = charges.get(object.metadata.uid ?? '');
      charges.delete(object.metadata.uid ?? '');
      charge?.abort.abort(new Error('it was deleted'));
      const left = (charge?.done ?? Promise.resolve())
        .then(() => clear(object, signal))
        .catch(
          (error) => void (signal.aborted || log.warn({ reason: messageOf(error) }, 'Results could not be removed')),
        )
        .finally(() => leaving.delete(left));
      leaving.add(left);
      metrics?.results(labelOf(object), []);
    }

    function all(objects: readonly ApiObject[]): void {
      const uids = new Set(objects.map(({ metadata }) => metadata.uid ?? ''));
      for (const [uid, { object }] of [...charges]) if (!uids.has(uid)) drop(object);
      for (const object of objects) set(object);
      const swept = sweep(uids, signal).finally(() => leaving.delete(swept));
      leaving.add(swept);
    }

    await follow({ resources, type: K8SGPT, clock, log, onAll: all, onSet: set, onDeleted: drop }, signal);
    await Promise.allSettled([...[...charges.values()].map(({ done }) => done), ...leaving]);
  }

  /** Removes Results of K8sGPTs that went while nobody watched. */
  async function sweep(uids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    try {
      const { objects } = await resources.list(RESULT, { selector: NAME_LABEL }, signal);
      for (const { metadata } of objects) {
        const owners = (metadata.ownerReferences ?? []).filter(({ kind }) => kind === K8SGPT.kind);
        if (owners.length > 0 && owners.every(({ uid }) => !uids.has(uid)))
          await resources.delete(RESULT, metadata, signal);
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ reason: messageOf(error) }, 'Results could not be looked through');
    }
  }

  /** Analyzes in the interval of one K8sGPT, as long as its spec is this one. */
  async function tend(charge: Charge, signal: AbortSignal): Promise<void> {
    const wanted = readSpec(charge.object);
    let written: Status | undefined;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const { standing, outcome } = await stand(charge, wanted, signal);
        failures = standing.ready || outcome || wanted.refusal || wanted.paused ? 0 : failures + 1;
        written = await note(charge.object, standing, outcome, written, signal);
        if (wanted.refusal || wanted.paused) return;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        log.warn(
          { k8sgpt: labelOf(charge.object), reason: messageOf(error) },
          'A K8sGPT’s status could not be written',
        );
      }
      const wait = failures > 0 ? Math.min(RETRY_MS * 2 ** (failures - 1), RETRY_MAX_MS) : wanted.intervalMs;
      await clock.sleep(wait, signal).catch(() => {});
    }
  }

  /** One analysis, and how the K8sGPT stands after it. Throws only the signal's reason. */
  async function stand(
    { object }: Charge,
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<{ standing: Standing; outcome?: Outcome }> {
    const degraded = wanted.unsupported;
    if (wanted.refusal)
      return { standing: { ready: false, reason: 'NotSupported', message: wanted.refusal, degraded } };
    if (wanted.paused) {
      const message = 'It is paused: its Results stay as they are. Remove the annotation core.k8sgpt.ai/paused.';
      return { standing: { ready: false, reason: 'Paused', message, degraded } };
    }
    try {
      const outcome = await reconcile(object, wanted, beginExplaining(wanted, object), signal);
      metrics?.results(labelOf(object), outcome.problems.map(countOf));
      const message = 'The cluster is analyzed, and the Results say how it is.';
      const all = [...degraded, ...outcome.troubles];
      return {
        standing: { ready: true, reason: 'Analyzed', message, degraded: all, results: outcome.results },
        outcome,
      };
    } catch (error) {
      signal.throwIfAborted();
      metrics?.reconcileError(labelOf(object));
      const isKnown = error instanceof UserError;
      log.warn(
        { k8sgpt: labelOf(object), ...(isKnown ? { reason: error.message } : { err: error }) },
        'A K8sGPT failed',
      );
      const reason = error instanceof ResourceError ? 'ResultsNotWritten' : 'AnalysisFailed';
      const message = isKnown ? error.message : 'The analysis failed. The log of the operator says why.';
      return { standing: { ready: false, reason, message, degraded } };
    }
  }

  /** Writes the status and tells of it, where there is something to tell. Gives the status that stands. */
  async function note(
    object: ApiObject,
    standing: Standing,
    outcome: Outcome | undefined,
    written: Status | undefined,
    signal: AbortSignal,
  ): Promise<Status | undefined> {
    // What we wrote ourselves may not have come back yet, or be dropped by an older CRD.
    const next = nextStatus({ ...object, status: written ?? object.status }, standing, clock.now());
    for (const each of happenings(standing, outcome, next !== undefined)) await happened(object, each, signal);
    if (!next) return written;
    try {
      await resources.patchStatus(K8SGPT, object.metadata, next, signal);
    } catch (error) {
      // It was deleted a moment ago.
      if (!(error instanceof ResourceError && error.fault === 'missing')) throw error;
    }
    return next;
  }

  return {
    async start() {
      const lease = { namespace, name: LEASE_NAME };
      const stand = () => lead({ resources, lease, identity, clock, log }, work, stopping.signal);
      running = (async () => {
        while (!stopping.signal.aborted) {
          await stand().catch((err: unknown) => {
            if (!stopping.signal.aborted) log.error({ err }, 'The operator failed, and begins anew');
          });
          await clock.sleep(RETRY_MS, stopping.signal).catch(() => {});
        }
      })();
    },
    async stop() {
      stopping.abort(new Error('the operator stops'));
      await running;
      await resources.close();
    },
  };
}

/** A change of the status alone, which we make ourselves, is no reason to begin anew. */
function versionOf({ metadata }: ApiObject): string {
  return `${metadata.generation} ${readSpec({ metadata }).paused}`;
}

function happenings(standing: Standing, outcome: Outcome | undefined, isNews: boolean): Happening[] {
  const { created = 0, updated = 0, removed = 0 } = outcome ?? {};
  const changes = [
    ...(created > 0 ? [`${created} new`] : []),
    ...(updated > 0 ? [`${updated} changed`] : []),
    ...(removed > 0 ? [`${removed} solved`] : []),
  ];
  return [
    ...(changes.length > 0
      ? [
          {
            type: 'Normal' as const,
            reason: 'ResultsChanged',
            message: `Results: ${changes.join(', ')}.`,
            repeats: true as const,
          },
        ]
      : []),
    ...(isNews && !standing.ready
      ? [{ type: 'Warning' as const, reason: standing.reason, message: standing.message }]
      : []),
    ...(isNews && standing.degraded.length > 0
      ? [{ type: 'Warning' as const, reason: 'NotAsAsked', message: standing.degraded.join(' ') }]
      : []),
  ];
}

function countOf({ kind, object }: Outcome['problems'][number]): { namespace: string; kind: string; name: string } {
  return { namespace: object.includes('/') ? (object.split('/')[0] ?? '') : '', kind, name: object };
}

function labelOf({ metadata }: ApiObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
