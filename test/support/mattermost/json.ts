import { badBody } from './refusal.ts';

export type Json = Record<string, unknown>;
type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array';

/**
 * Members of a JSON object, as Go reads them into a struct: one of another type fails the whole body, `null` and what is
 * absent is the empty value, and what the struct does not have is passed over.
 */
export function membersOf<T>(body: unknown, kinds: Record<keyof T & string, Kind>, name: string): Partial<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badBody(name);
  const members: Json = {};
  for (const [member, kind] of Object.entries<Kind>(kinds)) {
    const value = (body as Json)[member];
    if (value === undefined || value === null) continue;
    if (kindOf(value) !== kind) throw badBody(name, `json: cannot unmarshal ${kindOf(value)} into ${member}`);
    members[member] = value;
  }
  return members as Partial<T>;
}

export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

/** A body that is a list of words; any other is an empty list (`model.ArrayFromJSON`). */
export function wordsOf(body: unknown): string[] {
  return Array.isArray(body) && body.every((one) => typeof one === 'string') ? body : [];
}
