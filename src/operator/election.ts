import { type ApiObject, type ObjectName, ResourceError, type Resources } from '../custom-resources.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { isRecord } from '../shape.ts';
import { type Clock, LEASE } from './types.ts';

/** As controllers of Kubernetes have it. Who cannot renew stops before another one may begin. */
const LEASE_S = 15;
const RENEW_WITHIN_MS = 10_000;
const RETRY_MS = 2000;

interface ElectionOptions {
  resources: Pick<Resources, 'get' | 'create' | 'update'>;
  lease: ObjectName;
  /** Who we are; unlike any other replica, and any earlier run of this one. */
  identity: string;
  clock: Clock;
  log: Logger;
}

/** The lease as it was seen last, and when, by the own clock: the holder's may differ. */
interface Seen {
  record: string;
  at: number;
}

/**
 * Does the work while this replica holds the Lease, again and again, until the signal aborts. The work's signal aborts as
 * soon as the Lease may be another one's. The Lease is given back at the end, so that another replica need not wait.
 */
export async function lead(
  { resources, lease, identity, clock, log }: ElectionOptions,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let seen: Seen | undefined;

  /** Takes or renews it; whether it is ours now. */
  async function acquire(within: AbortSignal): Promise<boolean> {
    const held = await resources.get(LEASE, lease, within);
    if (!held) return write(undefined, within);
    const record = JSON.stringify(held.spec);
    if (seen?.record !== record) seen = { record, at: clock.now() };
    const spec = specOf(held);
    const isFree = !spec.holderIdentity || clock.now() - seen.at >= (spec.leaseDurationSeconds ?? LEASE_S) * 1000;
    return spec.holderIdentity === identity || isFree ? write(held, within) : false;
  }

  async function write(held: ApiObject | undefined, within: AbortSignal): Promise<boolean> {
    const now = new Date(clock.now()).toISOString().replace('Z', '000Z');
    const before = held ? specOf(held) : {};
    const isOurs = before.holderIdentity === identity;
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: LEASE_S,
      acquireTime: isOurs ? (before.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: isOurs || !held ? (before.leaseTransitions ?? 0) : (before.leaseTransitions ?? 0) + 1,
    };
    try {
      await (held
        ? resources.update(LEASE, { ...held, spec }, within)
        : resources.create(LEASE, { metadata: { ...lease }, spec }, within));
      return true;
    } catch (error) {
      if (error instanceof ResourceError && /^(conflict|exists)$/.test(error.fault)) return false;
      throw error;
    }
  }

  /** Renews until it is lost: another one has it, or nobody could be asked for too long. */
  async function keep(lost: AbortController, acquiredAt: number): Promise<void> {
    let renewedAt = acquiredAt;
    for (;;) {
      await clock.sleep(RETRY_MS, lost.signal);
      const startedAt = clock.now();
      const late = new AbortController();
      const deadline = clock
        .sleep(Math.max(0, renewedAt + RENEW_WITHIN_MS - startedAt), AbortSignal.any([late.signal, lost.signal]))
        .then(() => lost.abort(new Error('the Lease could not be renewed in time')))
        .catch(() => {});
      try {
        if (!(await acquire(lost.signal))) {
          lost.abort(new Error('another replica has the Lease'));
          return;
        }
        renewedAt = startedAt;
      } catch (error) {
        if (lost.signal.aborted) return;
        log.warn({ err: error }, 'The Lease could not be renewed');
      } finally {
        late.abort();
        await deadline;
      }
      if (clock.now() - renewedAt >= RENEW_WITHIN_MS) lost.abort(new Error('the Lease could not be renewed in time'));
      if (lost.signal.aborted) return;
    }
  }

  async function reign(acquiredAt: number): Promise<void> {
    const lost = new AbortController();
    const both = AbortSignal.any([lost.signal, signal]);
    const stop = () => lost.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    log.info({ identity }, 'This replica leads');
    const kept = keep(lost, acquiredAt).catch(() => {});
    try {
      await work(both);
    } catch (error) {
      if (!both.aborted) throw error;
    } finally {
      const reason = both.aborted ? messageOf(both.reason) : 'the work is over';
      lost.abort(new Error(reason));
      await kept;
      signal.removeEventListener('abort', stop);
      log.info({ identity, reason }, 'This replica leads no longer');
    }
  }

  /** Says that nobody has it. What cannot be said is found out when it ends. */
  async function release(): Promise<void> {
    const within = AbortSignal.timeout(RETRY_MS);
    const held = await resources.get(LEASE, lease, within).catch(() => undefined);
    if (!held || specOf(held).holderIdentity !== identity) return;
    const spec = { ...specOf(held), holderIdentity: '', leaseDurationSeconds: 1 };
    await resources.update(LEASE, { ...held, spec }, within).catch(() => {});
  }

  try {
    while (!signal.aborted) {
      const startedAt = clock.now();
      const ours = await acquire(signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'The Lease could not be asked for');
        return false;
      });
      if (ours && !signal.aborted) await reign(startedAt);
      // Several replicas that wait do not ask in the same moment.
      await clock.sleep(RETRY_MS * (1 + Math.random() / 5), signal).catch(() => {});
    }
  } finally {
    await release();
  }
}

interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  leaseTransitions?: number;
}

function specOf({ spec }: ApiObject): LeaseSpec {
  return isRecord(spec) ? (spec as LeaseSpec) : {};
}
