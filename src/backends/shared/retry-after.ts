/** Beyond a day, a number is no waiting time but a mistake. */
const MAX_MS = 86_400_000;

/** Gives a header by its lower-case name. */
export type ReadHeader = (name: string) => string | undefined;

/**
 * When a service says that it may be asked again, in milliseconds from now: `retry-after-ms` of Azure and OpenAI,
 * `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or the `retryDelay` that Google writes into its answer.
 */
export function retryAfter(header: ReadHeader, body: string, now: number): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const ms = positive(header(name));
    if (ms !== undefined) return limited(ms);
  }
  const text = header('retry-after');
  const seconds = positive(text) ?? positive(/"retryDelay":\s*"([\d.]+)s"/.exec(body)?.[1]);
  if (seconds !== undefined) return limited(seconds * 1000);
  const date = text && /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : limited(Math.max(0, date - now));
}

function positive(text: string | undefined): number | undefined {
  if (!text?.trim()) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function limited(ms: number): number | undefined {
  return ms <= MAX_MS ? Math.ceil(ms) : undefined;
}
