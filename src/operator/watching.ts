import { type ApiObject, ResourceError, type Resources, type ResourceType } from '../custom-resources.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Clock } from './types.ts';

const BACKOFF_MS = 1000;
const BACKOFF_MAX_MS = 30_000;

interface WatchingOptions {
  resources: Pick<Resources, 'list' | 'watch'>;
  type: ResourceType;
  clock: Clock;
  log: Logger;
  /** All that there are, at first and whenever the thread was lost. */
  onAll(objects: readonly ApiObject[]): void;
  onSet(object: ApiObject): void;
  onDeleted(object: ApiObject): void;
}

/** Follows all objects of a type until the signal aborts: lists them, then watches, and lists anew where it must. */
export async function follow(options: WatchingOptions, signal: AbortSignal): Promise<void> {
  const { resources, type, clock, log, onAll, onSet, onDeleted } = options;
  let version = '';
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (!version) {
        const listed = await resources.list(type, {}, signal);
        version = listed.version;
        onAll(listed.objects);
      }
      await resources.watch(
        type,
        version,
        (event) => {
          failures = 0;
          version = event.version;
          if (event.type === 'set') onSet(event.object);
          if (event.type === 'deleted') onDeleted(event.object);
        },
        signal,
      );
      // The server ends a watch after some minutes; one that it ends at once must not be opened a thousand times.
      await clock.sleep(100, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ResourceError && error.fault === 'expired') version = '';
      else log.warn({ reason: messageOf(error) }, `${type.plural} could not be watched`);
      const wait = Math.min(BACKOFF_MS * 2 ** failures++, BACKOFF_MAX_MS);
      await clock.sleep(wait * (1 + Math.random() / 5), signal).catch(() => {});
    }
  }
}
