import type { IncomingMessage } from 'node:http';
import { Reply } from './call.ts';

/** app/authentication.go: a cookie, then the header; of an unknown token there is no user. */
export function tokenOf({ headers }: IncomingMessage): string | undefined {
  const cookie = /(?:^|;\s*)MMAUTHTOKEN=([^;]+)/.exec(headers.cookie ?? '')?.[1];
  return cookie ?? /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

export function json(status: number, value: unknown): Reply {
  return new Reply(status, JSON.stringify(value), { 'content-type': 'application/json' });
}

export function jsonOf(bytes: Buffer): unknown {
  try {
    // Go reads half a character as U+FFFD.
    return JSON.parse(bytes.toString(), (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
  } catch {
    return undefined;
  }
}

/** Nothing where the client went away meanwhile. */
export async function bytesOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
