import { createHash } from 'node:crypto';
import type { Failure } from '../analyzer.ts';
import { keyOf, type Ref } from '../cluster.ts';

/**
 * The same for a problem as long as it lasts. It is made of the owner instead of the object, since hashes in the names
 * of Pods and ReplicaSets change with every restart, and of no wording and no counts.
 */
export function fingerprint(cluster: string, owner: Ref, failure: Pick<Failure, 'code' | 'about'>): string {
  return digest([cluster, keyOf(owner), failure.code, failure.about ?? '']).slice(0, 16);
}

/** A short name for an incident, the same as long as its cause lasts. */
export function incidentId(cluster: string, cause: Ref, tier: string): string {
  return `inc-${letters(digest([cluster, keyOf(cause), tier]), 6)}`;
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

/** Letters and digits that nobody mistakes for one another. */
function letters(hex: string, count: number): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
  let rest = BigInt(`0x${hex}`);
  let word = '';
  for (let place = 0; place < count; place++) {
    word += alphabet[Number(rest % BigInt(alphabet.length))];
    rest /= BigInt(alphabet.length);
  }
  return word;
}
