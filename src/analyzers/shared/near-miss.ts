import { editDistance } from '../../errors.ts';

/** What comes nearest to a selector that fits nothing, and how it differs: `app=Cart instead of app=cart`. */
export interface NearMiss {
  name: string;
  kind: string;
  differences: string[];
}

type Labels = Record<string, string>;
type Candidate = { kind: string; name: string; labels: Labels };
type Comparison = { points: number; differences: string[] };

/**
 * The candidate that most likely was meant: it shares a pair with the selector, has nearly its value, has its value
 * under another key, or has the name of the Service.
 */
export function nearestTo(selector: Labels, service: string, candidates: readonly Candidate[]): NearMiss | undefined {
  let best: (NearMiss & { points: number }) | undefined;
  for (const { kind, name, labels } of candidates) {
    const { points, differences } = compare(selector, labels);
    const total = points + (name === service ? 2 : 0);
    if (differences.length > 0 && total > (best?.points ?? 0)) best = { kind, name, differences, points: total };
  }
  return best;
}

function compare(selector: Labels, labels: Labels): Comparison {
  const found: Comparison = { points: 0, differences: [] };
  for (const [key, value] of Object.entries(selector)) {
    const actual = labels[key];
    const moved = Object.entries(labels).find(([other, each]) => each === value && other !== key);
    if (actual === value) found.points += 2;
    else if (actual !== undefined) {
      found.points += isNear(actual, value) ? 2 : 0;
      found.differences.push(`${key}=${actual} instead of ${key}=${value}`);
    } else if (moved) {
      found.points += 2;
      found.differences.push(`${moved[0]}=${value} instead of ${key}=${value}`);
    } else found.differences.push(`no label ${key} (wanted ${key}=${value})`);
  }
  return found;
}

function isNear(a: string, b: string): boolean {
  return editDistance(a.toLowerCase(), b.toLowerCase()) <= Math.min(2, Math.floor(b.length / 2));
}
