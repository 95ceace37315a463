import type { Services } from '../command.ts';
import { type ApiObject, ResourceError, type Resources } from '../custom-resources.ts';
import { messageOf, UserError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics, ResultObject } from '../metrics.ts';
import { createEvents, type Happening } from './events.ts';
import { createExplainings, type OpenExplainer } from './explaining.ts';
import { labelOf } from './names.ts';
import type { Outcome, Reconcile } from './reconcile.ts';
import { readSpec, type Wanted } from './spec.ts';
import { nextStatus, type Standing, type Status } from './status.ts';
import { type Clock, K8SGPT } from './types.ts';

/** After an analysis that failed; twice as long after each further one. */
const RETRY_MS = 10_000;
const RETRY_MAX_MS = 5 * 60_000;

/** What the operator counts. A K8sGPT is named `namespace/name`. */
export type OperatorMetrics = Pick<Metrics, 'results' | 'reconcileError' | 'backendCall'>;

/** A K8sGPT that is looked after. */
export interface Charge {
  object: ApiObject;
  /** What it is worked by; another one begins the work anew. */
  version: string;
  abort: AbortController;
  done: Promise<void>;
}

interface TendingOptions {
  resources: Resources;
  reconcile: Reconcile;
  explain: Services['explain'];
  openExplainer: OpenExplainer;
  metrics?: OperatorMetrics;
  clock: Clock;
  log: Logger;
}

/** Looks after single K8sGPTs: what is given ends when its signal aborts, and never throws. */
export function createTending(options: TendingOptions) {
  const { resources, reconcile, metrics, clock, log } = options;
  const happened = createEvents(options);
  const beginExplaining = createExplainings(options);

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

  return tend;
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

function countOf({ kind, object }: Outcome['problems'][number]): ResultObject {
  return { namespace: object.includes('/') ? (object.split('/')[0] ?? '') : '', kind, name: object };
}
