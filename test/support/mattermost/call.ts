import type { IncomingMessage } from 'node:http';
import type { Hub } from './hub.ts';
import type { Integrations } from './integrations.ts';
import type { Permissions } from './permissions.ts';
import type { Posts } from './posts.ts';
import type { Seals } from './seals.ts';
import type { State } from './state.ts';

/** What all routes work with. */
export interface Parts {
  /** What the server's configuration for clients has in place of, or beside, the usual. */
  config: Readonly<Record<string, string>>;
  state: State;
  may: Permissions;
  posts: Posts;
  hub: Hub;
  seals: Seals;
  integrations: Integrations;
  version: string;
  maxFileSize: number;
}

/** One request, of a user who is known unless the route is open to all. */
export interface Call {
  method: string;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  bytes: Buffer;
  /** The body as JSON; undefined if it is none. */
  body: unknown;
  user: string;
  token: string;
  /** What this request says the server is called, such as `http://127.0.0.1:8065/chat`. */
  site: string;
}

export type Handler = (call: Call) => unknown;

/** What a route answers other than 200 and JSON. */
export class Reply {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers: Record<string, string>;

  constructor(status: number, body: string | Buffer, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function created(value: unknown): Reply {
  return new Reply(201, JSON.stringify(value), { 'content-type': 'application/json' });
}

export const OK = { status: 'OK' };

/** Routes by method and path, a `:name` in which stands for one of its parts. */
export type Routes = Record<string, Handler>;
