import type { Services } from '../command.ts';
import type { ApiObject, Resources } from '../custom-resources.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store.ts';
import { lead } from './election.ts';
import type { OpenExplainer } from './explaining.ts';
import { labelOf } from './names.ts';
import { createReconciler } from './reconcile.ts';
import { NAME_LABEL } from './results.ts';
import { readSpec } from './spec.ts';
import type { Tell } from './telling.ts';
import { type Charge, createTending, type OperatorMetrics } from './tending.ts';
import { type Clock, K8SGPT, RESULT } from './types.ts';
import { follow } from './watching.ts';

export type { OpenExplainer } from './explaining.ts';
export type { Tell } from './telling.ts';
export type { OperatorMetrics } from './tending.ts';

const RESTART_MS = 10_000;
const LEASE_NAME = 'k8sgpt-chat-operator';

export interface OperatorOptions {
  resources: Resources;
  analysis: Pick<Services['analysis'], 'run'>;
  explain: Services['explain'];
  openExplainer: OpenExplainer;
  tell?: Tell;
  /** Keeps what a sink could not be told yet. */
  store?: Pick<Store, 'get' | 'set' | 'delete'>;
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

/** Does what `K8sGPT` resources ask for: analyzes again and again, and keeps their `Result`s. One replica works at a time. */
export function createOperator(options: OperatorOptions): Operator {
  const { resources, metrics, clock, log, identity, namespace } = options;
  const { reconcile, clear } = createReconciler(options);
  const tend = createTending({ ...options, reconcile });
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
      const swept = sweep((uid) => charges.has(uid), signal).finally(() => leaving.delete(swept));
      leaving.add(swept);
    }

    await follow({ resources, type: K8SGPT, clock, log, onAll: all, onSet: set, onDeleted: drop }, signal);
    await Promise.allSettled([...[...charges.values()].map(({ done }) => done), ...leaving]);
    // Whoever leads from here on counts them.
    for (const { object } of charges.values()) metrics?.results(labelOf(object), []);
  }

  /** Removes Results of K8sGPTs that went while nobody watched. One that came since is known by the time its Results are seen. */
  async function sweep(isKnown: (uid: string) => boolean, signal: AbortSignal): Promise<void> {
    try {
      const { objects } = await resources.list(RESULT, { selector: NAME_LABEL }, signal);
      for (const { metadata } of objects) {
        const owners = (metadata.ownerReferences ?? []).filter(({ kind }) => kind === K8SGPT.kind);
        if (owners.length > 0 && owners.every(({ uid }) => !isKnown(uid)))
          await resources.delete(RESULT, metadata, signal);
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ reason: messageOf(error) }, 'Results could not be looked through');
    }
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
          await clock.sleep(RESTART_MS, stopping.signal).catch(() => {});
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
