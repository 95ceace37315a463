import { setTimeout as pauseFor } from 'node:timers/promises';
import type { ResourceType } from '../custom-resources.ts';

const GROUP = 'core.k8sgpt.ai';
export const API_VERSION = `${GROUP}/v1alpha1`;

export const K8SGPT: ResourceType = { kind: 'K8sGPT', group: GROUP, version: 'v1alpha1', plural: 'k8sgpts' };
export const RESULT: ResourceType = { kind: 'Result', group: GROUP, version: 'v1alpha1', plural: 'results' };
export const LEASE: ResourceType = {
  kind: 'Lease',
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
};
export const EVENT: ResourceType = { kind: 'Event', group: '', version: 'v1', plural: 'events' };

/** Time, as the operator knows it; milliseconds. */
export interface Clock {
  /** Since 1970. It never goes back, so that a Lease that is over is over. */
  now(): number;
  /** Rejects with the signal's reason where that comes first. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The time of this machine, as it was when the process began, plus what has gone by since. */
export const steadyClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  async sleep(milliseconds, signal) {
    await pauseFor(milliseconds, undefined, { signal, ref: false }).catch(() => signal.throwIfAborted());
  },
};
