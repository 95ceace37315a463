import type { RawObject, Ref } from '../../cluster.ts';
import { isRecord } from '../../shape.ts';

/** A field of a raw object by its path, `status.phase`; lists are not walked into. */
export function at(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split('.')) value = isRecord(value) ? value[key] : undefined;
  return value;
}

/** The field as text; numbers and booleans as well. `undefined` where it is absent or no plain value. */
export function textAt(object: unknown, path: string): string | undefined {
  const value = at(object, path);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The field as text, `?` where there is none. */
export function sayAt(object: unknown, path: string): string {
  return textAt(object, path) ?? '?';
}

/** The objects of a list. */
export function recordsAt(object: unknown, path: string): Record<string, unknown>[] {
  const value = at(object, path);
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The plain values of a list, as texts. */
export function textsAt(object: unknown, path: string): string[] {
  const value = at(object, path);
  if (!Array.isArray(value)) return [];
  return value.filter((each) => typeof each === 'string' || typeof each === 'number').map(String);
}

/** A map such as labels, as far as its values are plain. */
export function mapAt(object: unknown, path: string): Record<string, string> {
  const value = at(object, path);
  if (!isRecord(value)) return {};
  const plain = Object.entries(value).filter(([, each]) => typeof each === 'string' || typeof each === 'number');
  return Object.fromEntries(plain.map(([key, each]) => [key, String(each)]));
}

export function refOfRaw(object: RawObject): Ref {
  const namespace = textAt(object, 'metadata.namespace');
  const ref = { kind: textAt(object, 'kind') ?? '', name: textAt(object, 'metadata.name') ?? '' };
  return namespace ? { ...ref, namespace } : ref;
}

/** `app=cart, tier=web`. */
export function pairs(map: Readonly<Record<string, unknown>>, separator = ', '): string {
  return Object.entries(map)
    .map(([key, value]) => `${key}=${value}`)
    .join(separator);
}
