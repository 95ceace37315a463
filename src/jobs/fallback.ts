import type { Jobs } from '../jobs.ts';
import type { Logger } from '../log.ts';
import { StoreError } from '../store.ts';

interface FallbackJobsOptions {
  primary: Jobs;
  /** Takes what the primary cannot; ends with this process. */
  secondary: Jobs;
  log: Logger;
}

/** Jobs that go on in this process while those in Redis cannot be reached, so that people are answered all the same. */
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
      const [kept, own] = await Promise.all([primary.counts(), secondary.counts()]);
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
