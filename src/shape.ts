import { maskCredentials } from './masking/index.ts';

/**
 * Shapes say which fields of an API object are kept and of what type they are. One declaration serves three ends:
 * what no analyzer reads is dropped as it arrives, a value of the wrong type counts as absent (so absurd objects harm
 * nobody), and the TypeScript type of what is left follows from the shape.
 */

/** Reads one value; `undefined` where it is absent or not of this type. */
export type Shape<T> = (value: unknown) => T | undefined;
export type Kept<S> = S extends Shape<infer T> ? T : never;

type Fields = Record<string, Shape<unknown>>;
type KeptFields<F extends Fields> = { -readonly [K in keyof F]?: Kept<F[K]> };

export const string: Shape<string> = (value) => (typeof value === 'string' ? value : undefined);

/**
 * What programs and people wrote, such as the message of an event: credentials in it are masked as it arrives, while its
 * lines still are what they were.
 */
export const prose: Shape<string> = (value) => (typeof value === 'string' ? maskCredentials(value) : undefined);

export const number: Shape<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const boolean: Shape<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/** A port or a threshold: a number or a name. */
export const intOrString: Shape<number | string> = (value) => number(value) ?? string(value);

/** Keeps only that the field is there, not what it holds. */
export const present: Shape<true> = (value) => (value === undefined || value === null ? undefined : true);

/** Of a map, such as a ConfigMap's data, keeps each key with the length of its value in characters. */
export const sizes: Shape<Record<string, number>> = (value) => {
  if (!isRecord(value)) return undefined;
  const kept: Record<string, number> = {};
  // A length stays a length, so that what was kept before, as in a recording, can be read once more.
  for (const [key, text] of Object.entries(value))
    kept[key] = typeof text === 'string' ? text.length : Number(text) || 0;
  return kept;
};

/** A list; items that do not fit are left out. */
export function list<T>(item: Shape<T>): Shape<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const kept: T[] = [];
    for (const entry of value) {
      const fitting = item(entry);
      if (fitting !== undefined) kept.push(fitting);
    }
    return kept;
  };
}

/** A map from names to values of one shape, such as labels. */
export function map<T>(item: Shape<T>): Shape<Record<string, T>> {
  return (value) => {
    if (!isRecord(value)) return undefined;
    const kept: Record<string, T> = {};
    for (const key of Object.keys(value)) {
      const fitting = item(value[key]);
      if (fitting !== undefined) kept[key] = fitting;
    }
    return kept;
  };
}

/** An object of which the named fields are kept. */
export function object<F extends Fields>(fields: F): Shape<KeptFields<F>> {
  const entries = Object.entries(fields);
  return (value) => {
    if (!isRecord(value)) return undefined;
    const kept: Record<string, unknown> = {};
    for (const [name, shape] of entries) {
      const raw = value[name];
      if (raw === undefined || raw === null) continue;
      const fitting = shape(raw);
      if (fitting !== undefined) kept[name] = fitting;
    }
    return kept as KeptFields<F>;
  };
}

/** Whether a value of JSON is an object, and neither a list nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const REMEMBERED = 8;

/**
 * Values that equal one of the last few share its result. Replicas follow each other in a list, and their labels,
 * environment and probes are the same: of 20,000 Pods this keeps half the memory and takes half the time of reading
 * each anew. What it gives must never be changed.
 */
export function shared<T>(shape: Shape<T>): Shape<T> {
  const known: { value: unknown; kept: T | undefined }[] = [];
  let oldest = 0;
  return (value) => {
    for (const each of known) if (same(value, each.value)) return each.kept;
    const kept = shape(value);
    known[oldest] = { value, kept };
    oldest = (oldest + 1) % REMEMBERED;
    return kept;
  };
}

/** Whether two values of JSON are equal; loops, since it runs for every field of every object. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) if (!same(a[index], b[index])) return false;
    return true;
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  let more = 0;
  for (const key in a) {
    if (!same(a[key], b[key])) return false;
    more++;
  }
  for (const _ in b) more--;
  return more === 0;
}
