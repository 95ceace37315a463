import type { SinkRequest, SinkSettings } from '../../sink.ts';

/** A request that carries a value as JSON. Headers of the settings win, whatever case their names have. */
export function jsonRequest(
  value: unknown,
  { webhook, headers = {} }: SinkSettings,
  { type = 'application/json', url = webhook }: { type?: string; url?: string } = {},
): SinkRequest {
  const given = Object.entries(headers).map(([name, content]) => [name.toLowerCase(), content]);
  return { url, headers: { 'content-type': type, ...Object.fromEntries(given) }, body: JSON.stringify(value) };
}
