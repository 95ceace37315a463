/** Work that must be done once, though the process that has it dies: kept in Redis, or in the state file. */
export interface Jobs {
  readonly name: string;
  /** Says what does the work of a kind. Called before `start`. */
  handle(kind: string, work: Work): void;
  /** Begins to work, on what is left from before as well. */
  start(): Promise<void>;
  /**
   * Adds work; resolves when it cannot be lost any more. Work with an id that was added within the last day is the same
   * work, and is not added again.
   */
  add(kind: string, id: string, data: unknown): Promise<void>;
  /** How much there is to do. */
  counts(): Promise<JobCounts>;
  /** Takes no more work and aborts what is under way, which is then done by another replica, or after the next start. */
  close(): Promise<void>;
}

export interface JobCounts {
  waiting: number;
  active: number;
  /** Given up after too many tries, within the last day. */
  failed: number;
}

/**
 * Does one piece of work. What it throws is tried again with growing pauses, a few times, and then given up. `NotYet` is
 * tried again as often as it takes. Work that died with its process comes again, and counts in `attempt`.
 */
export type Work = (data: unknown, job: Job) => Promise<void>;

export interface Job {
  readonly id: string;
  /** 1 for the first start, and one more for each further one, whatever ended those before; `NotYet` does not count. */
  readonly attempt: number;
  /** Aborts when the process stops, or has lost the work to another one. */
  readonly signal: AbortSignal;
}

/** Thrown by work whose time has not come, such as a question behind another one in its thread. */
export class NotYet extends Error {
  override name = 'NotYet';
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`not yet; again in ${afterMs} ms`);
    this.afterMs = afterMs;
  }
}
