import type { IncomingMessage, ServerResponse } from 'node:http';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What every answer says about itself: the page runs its own files alone, and no other site may frame or read it. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    // A picture runs nothing and loads nothing, wherever its bytes come from.
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // The page puts all data in as text nodes, so no string is ever to become markup or script.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

/** An answer that refuses, with a sentence for the person who reads it. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function setSafeHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}

/**
 * Refuses what no page of ours would send: a foreign name in `Host`, by which a site on the internet reaches loopback
 * (DNS rebinding), and a foreign `Origin` or `Sec-Fetch-Site`, by which it acts in the person's name (CSRF).
 */
export function refuseStrangers(request: IncomingMessage): void {
  const { host, origin } = request.headers;
  const name = host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  if (!LOOPBACK.has(name)) {
    throw new Refusal(
      403,
      'The playground answers to localhost, 127.0.0.1 and [::1] only. Open it by one of these names.',
    );
  }
  if (origin !== undefined && origin !== `http://${host}`) throw new Refusal(403, FOREIGN);
  const site = request.headers['sec-fetch-site'];
  if (request.method === 'POST' && site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Refusal(403, FOREIGN);
  }
}

const FOREIGN = 'The playground takes requests from its own page only. Reload the page and try again.';
