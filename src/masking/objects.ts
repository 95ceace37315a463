import { MASK, maskArguments, maskCredentials, maskNamed } from './index.ts';

/** What objects refer to each other by; it stays as it is. */
const NAMES = new Set(['name', 'namespace', 'kind', 'uid']);
const COMMAND_LINES = new Set(['command', 'args']);
/** Maps whose keys are chosen by people, so that a key tells whether its value is a credential. */
const NAMED_VALUES = new Set(['annotations', 'data', 'stringData', 'parameters']);

/** A copy of an object of the API, or of a part of one, with its keys sorted and what looks like a credential masked. */
export function maskObject(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return NAMES.has(key) ? value : maskCredentials(value);
  if (Array.isArray(value)) {
    const isCommandLine = COMMAND_LINES.has(key) && value.every((word) => typeof word === 'string');
    return isCommandLine ? maskArguments(value) : value.map((item) => maskObject(item));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    kept[name] = maskField(name, field, key, value);
  }
  return kept;
}

function maskField(name: string, field: unknown, key: string, owner: { name?: unknown }): unknown {
  if (typeof field !== 'string') return maskObject(field, name);
  // An environment variable is a name and a value; an annotation goes under its key.
  if (name === 'value' && typeof owner.name === 'string') return maskNamed(owner.name, field);
  if (key === 'annotations' && /^[{[]/.test(field)) return maskJson(name, field);
  if (NAMED_VALUES.has(key)) return maskNamed(name, field);
  // References go by their names, and a field called a secret names one as a rule.
  if (NAMES.has(name)) return field;
  return /secrets?$/i.test(name) ? maskCredentials(field) : maskNamed(name, field);
}

/** Annotations hold whole objects at times, with their variables. */
function maskJson(name: string, text: string): string {
  try {
    return JSON.stringify(maskObject(JSON.parse(text)));
  } catch {
    return maskNamed(name, text);
  }
}

/** Masks a log as a whole and line by line, and private keys, of which it may have only the end. */
export function maskLog(text: string): string {
  const lines = maskCredentials(text.replace(PRIVATE_KEY, `-----BEGIN $1----- ${MASK}`)).split('\n');
  const end = lines.findIndex((line) => /-----END [A-Z ]*PRIVATE KEY-----/.test(line));
  for (let at = end - 1; at >= 0 && /^[A-Za-z0-9+/=\s]{1,100}$/.test(lines[at] ?? ''); at--) lines[at] = MASK;
  return lines.map(maskCredentials).join('\n');
}

const PRIVATE_KEY = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g;
