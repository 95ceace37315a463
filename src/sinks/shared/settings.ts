import { readFileSync } from 'node:fs';
import { SEVERITIES, type Severity } from '../../analyzer.ts';
import { ConfigError, messageOf, nearest } from '../../errors.ts';
import { isRecord } from '../../shape.ts';
import type { SinkSettings } from '../../sink.ts';
import { sinkTypes } from '../index.ts';

const WEBHOOKS = ['webhook', 'webhookEnv', 'webhookFile'] as const;
const FIELDS = ['name', 'type', ...WEBHOOKS, 'channel', 'username', 'icon_url', 'headers', 'severity'];

/**
 * The sinks of `chat.sinks` in the file of K8SGPT_CONFIG; the names of their fields are K8sGPT's. Throws `ConfigError`
 * that names the entry and the cure, and never the address.
 */
export function readSinks(env: NodeJS.ProcessEnv, chat: Record<string, unknown>): SinkSettings[] {
  const entries = chat.sinks ?? [];
  if (!Array.isArray(entries)) throw wrong('chat.sinks', 'must be a list');
  const names = new Map<string, string>();
  return entries.map((entry: unknown, index) => {
    const at = `chat.sinks[${index}]`;
    if (!isRecord(entry)) throw wrong(at, 'must have fields, such as type and webhook');
    const sink = toSink(env, entry, at);
    const other = names.get(sink.name);
    if (other) throw wrong(at, `is called ${sink.name}, as ${other} is. Give one of them another name`);
    names.set(sink.name, at);
    return sink;
  });
}

function toSink(env: NodeJS.ProcessEnv, entry: Record<string, unknown>, at: string): SinkSettings {
  for (const field of Object.keys(entry)) if (!FIELDS.includes(field)) throw unknownField(field, at);
  const type = typeOf(entry, at);
  const name = textOf(entry, 'name', at) ?? type;
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) {
    throw wrong(`${at}.name`, `must have small letters, digits and dashes alone, not "${name}"`);
  }
  const channel = textOf(entry, 'channel', at);
  const username = textOf(entry, 'username', at);
  const iconUrl = textOf(entry, 'icon_url', at);
  const headers = headersOf(entry, at);
  const severity = severityOf(entry, at);
  return {
    name,
    type,
    webhook: webhookOf(env, entry, at),
    ...(channel && { channel }),
    ...(username && { username }),
    ...(iconUrl && { iconUrl }),
    ...(headers && { headers }),
    ...(severity && { severity }),
  };
}

function typeOf(entry: Record<string, unknown>, at: string): string {
  const types = sinkTypes.map(({ type }) => type);
  const type = textOf(entry, 'type', at);
  if (!type) throw wrong(`${at}.type`, `is missing: one of ${types.join(', ')}`);
  if (!types.includes(type)) throw wrong(`${at}.type`, `must be one of ${types.join(', ')}, not "${type}"`);
  return type;
}

function webhookOf(env: NodeJS.ProcessEnv, entry: Record<string, unknown>, at: string): string {
  const given = WEBHOOKS.filter((field) => textOf(entry, field, at) !== undefined);
  const [field, other] = given;
  if (!field)
    throw wrong(`${at}.webhook`, 'is missing: the address to call, or webhookEnv or webhookFile that have it');
  if (other) throw wrong(at, `has both ${field} and ${other}. Keep one of them`);
  const said = textOf(entry, field, at) ?? '';
  const webhook = field === 'webhook' ? said : secretOf(env, field, said, at);
  // What it says instead may be half of a secret, so it is not repeated.
  if (!/^https?:\/\//i.test(webhook) || !URL.canParse(webhook)) {
    throw wrong(`${at}.${field}`, 'must lead to an address that begins with https:// or http://');
  }
  return webhook;
}

function secretOf(env: NodeJS.ProcessEnv, field: 'webhookEnv' | 'webhookFile', said: string, at: string): string {
  if (field === 'webhookEnv') {
    const value = env[said]?.trim();
    if (!value) throw wrong(`${at}.webhookEnv`, `names the variable ${said}, which is not set`);
    return value;
  }
  try {
    return readFileSync(said, 'utf8').trim();
  } catch (error) {
    throw wrong(`${at}.webhookFile`, `names ${said}, which cannot be read: ${messageOf(error)}`);
  }
}

function headersOf(entry: Record<string, unknown>, at: string): Record<string, string> | undefined {
  const { headers } = entry;
  if (headers === undefined || headers === null) return undefined;
  if (!isRecord(headers)) throw wrong(`${at}.headers`, 'must be a map of names to values');
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') throw wrong(`${at}.headers.${name}`, 'must be a text; put it in quotes');
    try {
      new Headers([[name, value]]);
    } catch {
      throw wrong(`${at}.headers.${name}`, 'cannot be sent: it has letters that no header may have');
    }
  }
  return headers as Record<string, string>;
}

function severityOf(entry: Record<string, unknown>, at: string): Severity | undefined {
  const severity = textOf(entry, 'severity', at) as Severity | undefined;
  if (severity === undefined || SEVERITIES.includes(severity)) return severity;
  throw wrong(`${at}.severity`, `must be one of ${SEVERITIES.join(', ')}, not "${severity}"`);
}

function textOf(entry: Record<string, unknown>, name: string, at: string): string | undefined {
  const value = entry[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw wrong(`${at}.${name}`, 'must be a text; put it in quotes');
  return value;
}

function unknownField(field: string, at: string): ConfigError {
  if (field === 'secret')
    return wrong(`${at}.secret`, 'is for the operator alone. Mount the secret, and set webhookFile');
  const [like] = nearest(field, FIELDS);
  const cure = like ? `Did you mean ${like}?` : `It may have: ${FIELDS.join(', ')}`;
  return wrong(at, `has a field ${field}, which sinks do not have. ${cure}`);
}

function wrong(at: string, what: string): ConfigError {
  return new ConfigError(
    'K8SGPT_CONFIG',
    `${at} in the file of K8SGPT_CONFIG ${what.replace(/[.?]?$/, (end) => end || '.')}`,
  );
}
