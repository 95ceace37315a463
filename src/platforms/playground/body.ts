import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord } from '../../shape.ts';
import { Refusal } from './guard.ts';

/** Bytes of a request's body; the longest that a page sends is a message. */
export const BODY_LIMIT = 64 * 1024;

/** The JSON object in a request's body. Throws `Refusal` where there is none, or more than `BODY_LIMIT` bytes. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  // A form of a foreign site can send no JSON without asking first.
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'The body must be JSON. Send it with Content-Type: application/json.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT)
      throw new Refusal(413, `The message is too long: the playground takes ${BODY_LIMIT / 1024} KiB.`);
    chunks.push(chunk);
  }
  const value = parse(Buffer.concat(chunks).toString('utf8'));
  if (!isRecord(value)) throw new Refusal(400, 'The body must be a JSON object.');
  return value;
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

/** A field that must be a string with letters in it. Throws `Refusal` otherwise. */
export function text(body: Record<string, unknown>, field: string): string {
  const value = optionalText(body, field);
  if (!value) throw new Refusal(400, `The field ${field} is missing.`);
  return value;
}

export function optionalText(body: Record<string, unknown>, field: string): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Refusal(400, `The field ${field} must be text.`);
  return value;
}

/** A field that must be an object of strings; absent, it is empty. */
export function texts(body: Record<string, unknown>, field: string): Record<string, string> {
  const value = body[field] ?? {};
  if (!isRecord(value)) throw new Refusal(400, `The field ${field} must be an object.`);
  const entries = Object.entries(value);
  for (const [name, one] of entries) {
    if (typeof one !== 'string') throw new Refusal(400, `The field ${field}.${name} must be text.`);
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
}
