import { SEVERITIES, type Severity } from './analyzer.ts';
import { ConfigError } from './errors.ts';
import { isRecord } from './shape.ts';

/** One entry of a list in the `chat` part of the settings' file, and how it is named in errors: `chat.digests[0]`. */
export interface Entry {
  fields: Record<string, unknown>;
  at: string;
}

/** The entries of a list. Throws `ConfigError`; `such`: fields that an entry has. */
export function entriesOf(chat: Record<string, unknown>, name: string, such: string): Entry[] {
  const entries = chat[name] ?? [];
  if (!Array.isArray(entries)) throw wrong(`chat.${name}`, 'must be a list');
  return entries.map((fields: unknown, index) => {
    const at = `chat.${name}[${index}]`;
    if (!isRecord(fields)) throw wrong(at, `must have fields, such as ${such}`);
    return { fields, at };
  });
}

/** Throws `ConfigError` for what is no text. */
export function textOf({ fields, at }: Entry, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrong(`${at}.${name}`, 'must be a text; put it in quotes');
  return value;
}

/** Throws `ConfigError` for what is no severity. */
export function severityOf(said: string, at: string): Severity {
  const severity = SEVERITIES.find((each) => each === said);
  if (!severity) throw wrong(`${at}.severity`, `must be one of ${SEVERITIES.join(', ')}, not "${said}"`);
  return severity;
}

export function wrong(at: string, what: string): ConfigError {
  const sentence = what.replace(/[.?]?$/, (end) => end || '.');
  return new ConfigError('K8SGPT_CONFIG', `${at} in the file of K8SGPT_CONFIG ${sentence}`);
}
