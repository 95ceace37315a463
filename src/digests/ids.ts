import { randomInt } from 'node:crypto';

/** Without those that are taken for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** An id that people can type: `dig-k3m9x`. */
export function newId(kind: string): string {
  return `${kind}-${Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
}
