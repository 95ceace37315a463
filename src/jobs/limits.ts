/** What holds for work wherever it is kept. */

/** Pieces of work that one process does at a time. They mostly wait for models. */
export const CONCURRENCY = 8;
/** Work that is not renewed for so long is another one's: its process died, or hangs. */
export const LEASE_MS = 15_000;
/** Work that failed so often is given up. */
export const TRIES = 5;
/** The pause after the first failure; after each further one it is twice as long. */
export const RETRY_MS = 2000;
/** Work that brought down so many processes will bring down the next one as well. */
export const DEATHS = 20;
/** So long it is known that work was done, or given up. */
export const KNOWN_MS = 24 * 3_600_000;
/** So long aborted work may take to come to its end before it is handed on. */
export const CLOSE_MS = 2000;
