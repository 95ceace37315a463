/** So much larger an incident is worse, though its severity is the same; less is its ordinary coming and going. */
const GROWTH = 2;
const GROWTH_MIN = 3;

/** In words, that an incident has so many more findings that it is worse: `12 problems instead of 6`; else `undefined`. */
export function growthOf(before: number, now: number): string | undefined {
  return now >= before * GROWTH && now - before >= GROWTH_MIN ? `${now} problems instead of ${before}` : undefined;
}
