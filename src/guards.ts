import { isRecord } from './shape.ts';

/** Whether a value has a shape; for what was kept elsewhere, by another version perhaps, or half. */
export type Guard = (value: unknown) => boolean;

export const isText: Guard = (value) => typeof value === 'string';

export const isNumber: Guard = (value) => typeof value === 'number';

export function optional(guard: Guard): Guard {
  return (value) => value === undefined || guard(value);
}

export function listOf(guard: Guard): Guard {
  return (value) => Array.isArray(value) && value.every(guard);
}

/** A record of any keys. */
export function recordOf(guard: Guard): Guard {
  return (value) => isRecord(value) && Object.values(value).every(guard);
}

/** A record that has these members, whatever else it has. */
export function withMembers(members: Record<string, Guard>): Guard {
  return (value) => isRecord(value) && Object.entries(members).every(([name, guard]) => guard(value[name]));
}
