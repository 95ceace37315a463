/**
 * The names most like a wanted one, best first: `DB_HOST` for `DATABASE_HOST`, `ssd` for `fast-ssd`. Empty where
 * nothing comes near.
 */
export function nearNames(wanted: string, candidates: Iterable<string>, max = 2): string[] {
  const scored: { name: string; score: number }[] = [];
  for (const name of candidates) {
    if (name === wanted) continue;
    const score = likeness(wanted, name);
    if (score >= 0.4) scored.push({ name, score });
  }
  scored.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  return scored.slice(0, max).map(({ name }) => name);
}

/** 1 for the same name, 0 for nothing in common: the better of shared words and shared pairs of letters. */
function likeness(a: string, b: string): number {
  return Math.max(overlap(words(a), words(b)), overlap(pairs(a), pairs(b)));
}

function words(name: string): string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/);
}

function pairs(name: string): string[] {
  const letters = name.toLowerCase();
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2));
}

/** The Dice coefficient: twice the common members over all members. */
function overlap(a: readonly string[], b: readonly string[]): number {
  if (a.length + b.length === 0) return 0;
  const rest = new Map<string, number>();
  for (const member of b) rest.set(member, (rest.get(member) ?? 0) + 1);
  let common = 0;
  for (const member of a) {
    const left = rest.get(member) ?? 0;
    if (left === 0) continue;
    rest.set(member, left - 1);
    common++;
  }
  return (2 * common) / (a.length + b.length);
}
