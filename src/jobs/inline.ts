import type { Jobs, Work } from '../jobs.ts';

/** Does work at once, while whoever adds it waits: for a terminal, where nothing outlives the process anyway. */
export function createInlineJobs(signal: AbortSignal): Jobs {
  const works = new Map<string, Work>();
  return {
    name: 'inline',
    handle(kind, work) {
      works.set(kind, work);
    },
    async start() {},
    async add(kind, id, data) {
      await works.get(kind)?.(data, { id, attempt: 1, signal });
    },
    counts: async () => ({ waiting: 0, active: 0, failed: 0 }),
    async close() {},
  };
}
