import { readFileSync } from 'node:fs';
import { type ConfigError, messageOf, nearest } from '../../errors.ts';
import { type Entry, entriesOf, textOf as settingOf, severityOf, wrong } from '../../settings-entries.ts';
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
  const names = new Map<string, string>();
  return entriesOf(chat, 'sinks', 'type and webhook').map((entry) => {
    const { at } = entry;
    const sink = toSink(env, entry);
    const other = names.get(sink.name);
    if (other) throw wrong(at, `is called ${sink.name}, as ${other} is. Give one of them another name`);
    names.set(sink.name, at);
    return sink;
  });
}

function toSink(env: NodeJS.ProcessEnv, entry: Entry): SinkSettings {
  const { at } = entry;
  for (const field of Object.keys(entry.fields)) if (!FIELDS.includes(field)) throw unknownField(field, at);
  const type = typeOf(entry);
  const name = textOf(entry, 'name') ?? type;
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) {
    throw wrong(`${at}.name`, `must have small letters, digits and dashes alone, not "${name}"`);
  }
  const channel = textOf(entry, 'channel');
  const username = textOf(entry, 'username');
  const iconUrl = textOf(entry, 'icon_url');
  const headers = headersOf(entry);
  const said = textOf(entry, 'severity');
  const severity = said && severityOf(said, at);
  return {
    name,
    type,
    webhook: webhookOf(env, entry),
    ...(channel && { channel }),
    ...(username && { username }),
    ...(iconUrl && { iconUrl }),
    ...(headers && { headers }),
    ...(severity && { severity }),
  };
}

function typeOf(entry: Entry): string {
  const { at } = entry;
  const types = sinkTypes.map(({ type }) => type);
  const type = textOf(entry, 'type');
  if (!type) throw wrong(`${at}.type`, `is missing: one of ${types.join(', ')}`);
  if (!types.includes(type)) throw wrong(`${at}.type`, `must be one of ${types.join(', ')}, not "${type}"`);
  return type;
}

function webhookOf(env: NodeJS.ProcessEnv, entry: Entry): string {
  const { at } = entry;
  const given = WEBHOOKS.filter((field) => textOf(entry, field) !== undefined);
  const [field, other] = given;
  if (!field)
    throw wrong(`${at}.webhook`, 'is missing: the address to call, or webhookEnv or webhookFile that have it');
  if (other) throw wrong(at, `has both ${field} and ${other}. Keep one of them`);
  const said = textOf(entry, field) ?? '';
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

function headersOf({ fields, at }: Entry): Record<string, string> | undefined {
  const { headers } = fields;
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

/** What is empty counts as absent. */
function textOf(entry: Entry, name: string): string | undefined {
  return settingOf(entry, name) || undefined;
}

function unknownField(field: string, at: string): ConfigError {
  if (field === 'secret')
    return wrong(`${at}.secret`, 'is for the operator alone. Mount the secret, and set webhookFile');
  const [like] = nearest(field, FIELDS);
  const cure = like ? `Did you mean ${like}?` : `It may have: ${FIELDS.join(', ')}`;
  return wrong(at, `has a field ${field}, which sinks do not have. ${cure}`);
}
