import type { JobCounts, Jobs } from '../jobs.ts';
import type { Logger } from '../log.ts';
import { StoreError } from '../store.ts';

interface FallbackJobsOptions {
  primary: Jobs;
  /** Takes what the primary cannot; ends with this process. */
  secondary: Jobs;
  log: Logger;
}

/**
 * Jobs that go on in this process while those that are kept cannot be reached, so that people are answered all the same. An
 * addition that timed out may have arrived; whoever does such work sees to it that it is done once.
 */
export function createFallbackJobs({ primary, secondary, log }: FallbackJobsOptions): Jobs {
  return {
    name: primary.name,
    handle(kind, work) {
      primary.handle(kind, work);
      secondary.handle(kind, work);
    },
    async start() {
      await secondary.start();
      await primary.start();
    },
    async add(kind, id, data) {
      try {
        await primary.add(kind, id, data);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        log.warn({ reason: error.message, kind }, 'Work is done without being kept');
        await secondary.add(kind, id, data);
      }
    },
    async counts() {
      // What cannot be asked now counts as nothing.
      const none: JobCounts = { waiting: 0, active: 0, failed: 0 };
      const [kept, own] = await Promise.all([primary.counts().catch(() => none), secondary.counts()]);
      return {
        waiting: kept.waiting + own.waiting,
        active: kept.active + own.active,
        failed: kept.failed + own.failed,
      };
    },
    async close() {
      await Promise.all([primary.close(), secondary.close()]);
    },
  };
}
