import { maskArguments, maskCredentials, maskNamed } from '../masking.ts';

/** What objects refer to each other by; it stays as it is. */
const NAMES = new Set(['name', 'namespace', 'kind', 'uid']);
const COMMAND_LINES = new Set(['command', 'args']);

/** A copy of an object with its keys sorted, and without what looks like a credential. */
export function masked(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return NAMES.has(key) ? value : maskCredentials(value);
  if (Array.isArray(value)) {
    return COMMAND_LINES.has(key) ? maskArguments(value as string[]) : value.map((item) => masked(item));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    kept[name] = maskField(name, field, key, value);
  }
  return kept;
}

function maskField(name: string, field: unknown, key: string, owner: { name?: unknown }): unknown {
  if (typeof field !== 'string') return masked(field, name);
  // An environment variable is a name and a value; an annotation goes under its key.
  if (name === 'value' && typeof owner.name === 'string') return maskNamed(owner.name, field);
  return key === 'annotations' ? maskNamed(name, field) : masked(field, name);
}
