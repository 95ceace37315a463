import { type ApiObject, ResourceError, type Resources } from '../custom-resources.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { clip } from '../words.ts';
import { digest } from './names.ts';
import { API_VERSION, type Clock, EVENT, K8SGPT } from './types.ts';

/** Kubernetes takes so many letters. */
const NOTE_MAX = 1024;
const COMPONENT = 'k8sgpt-chat';

export interface Happening {
  type: 'Normal' | 'Warning';
  /** In one word. */
  reason: string;
  message: string;
  /** It may happen again, and is counted then; otherwise it is said once. */
  repeats?: true;
}

interface EventsOptions {
  resources: Pick<Resources, 'create' | 'get' | 'update'>;
  clock: Clock;
  log: Logger;
}

/** Tells on a K8sGPT what happened to it; the same of one generation is one Event, as long as Kubernetes keeps it. */
export function createEvents({ resources, clock, log }: EventsOptions) {
  async function count(event: ApiObject, signal: AbortSignal): Promise<void> {
    const there = await resources.get(EVENT, event.metadata, signal);
    if (!there) return;
    const times = Number(there.count ?? 1) + 1;
    await resources.update(EVENT, { ...there, count: times, lastTimestamp: event.lastTimestamp }, signal);
  }

  return async function tell(about: ApiObject, { type, reason, message, repeats }: Happening, signal: AbortSignal) {
    const { name, namespace, uid = '', resourceVersion, generation = 0 } = about.metadata;
    const at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    // The name is what makes it the same: other replicas, and this one after a restart, come to the same.
    const suffix = digest(uid, String(generation), type, reason, message);
    const event: ApiObject = {
      metadata: { name: `${name.slice(0, 200)}.${suffix}`, namespace },
      involvedObject: { apiVersion: API_VERSION, kind: K8SGPT.kind, name, namespace, uid, resourceVersion },
      type,
      reason,
      message: clip(message, NOTE_MAX),
      source: { component: COMPONENT },
      reportingComponent: COMPONENT,
      reportingInstance: COMPONENT,
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    };
    try {
      await resources.create(EVENT, event, signal);
    } catch (error) {
      signal.throwIfAborted();
      const isThere = error instanceof ResourceError && error.fault === 'exists';
      // It is said in the status as well.
      const failed = (reason: unknown) => log.warn({ reason: messageOf(reason) }, 'An Event could not be written');
      if (!isThere) failed(error);
      else if (repeats) await count(event, signal).catch(failed);
    }
  };
}
