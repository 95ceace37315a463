/** An error whose message is for the person who asked: it names what was wrong and what to do, and is shown as it is. */
export class UserError extends Error {
  override name = 'UserError';
}

/** A command that cannot be understood: the terminal ends with status 2. */
export class UsageError extends UserError {
  override name = 'UsageError';
}

/** A cluster that cannot be reached, or that refuses who asks. */
export class ClusterError extends UserError {
  override name = 'ClusterError';
}

/** A setting that is missing or wrong. `setting` is the variable or field that the message names. */
export class ConfigError extends UserError {
  override name = 'ConfigError';
  readonly setting: string;
  constructor(setting: string, message: string) {
    super(message);
    this.setting = setting;
  }
}

/** What an error says; whatever else was thrown, as text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The names most like a mistyped one, nearest first, at most three. */
export function nearest(word: string, names: Iterable<string>): string[] {
  const wanted = word.toLowerCase();
  const scored: { name: string; distance: number }[] = [];
  for (const name of names) {
    const candidate = name.toLowerCase();
    const distance = candidate.startsWith(wanted) || wanted.startsWith(candidate) ? 1 : editDistance(wanted, candidate);
    if (distance <= Math.max(2, Math.floor(wanted.length / 3))) scored.push({ name, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return scored.slice(0, 3).map((entry) => entry.name);
}

/** Levenshtein's distance: the fewest letters to insert, delete or change. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      current.push(
        Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + change),
      );
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
