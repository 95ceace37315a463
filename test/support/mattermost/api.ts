import { Agent, fetch as fetchWith } from 'undici';
import type { Json } from './json.ts';

/** What a server answered with other than success. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly id: string;

  constructor(status: number, id: string, message: string) {
    super(`${status} ${id}: ${message}`);
    this.status = status;
    this.id = id;
  }
}

/** Calls `/api/v4` of a server, for one token. Rejects with `ApiError`. */
export type Api = <T = Json>(method: string, path: string, body?: unknown) => Promise<T>;

export function createApi(url: string, token = '', ca?: string): Api {
  const dispatcher = ca === undefined ? undefined : new Agent({ connect: { ca } });
  const send = dispatcher ? (to: string, init: object) => fetchWith(to, { ...init, dispatcher }) : fetch;
  return async <T>(method: string, path: string, body?: unknown) => {
    const isForm = body instanceof FormData;
    const response = await send(`${url}/api/v4${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    const answer: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    if (response.ok) return answer as T;
    // The server does not always say that what it refuses with is JSON.
    const { id = '', message = text } = (text.startsWith('{') ? JSON.parse(text) : {}) as Json & Partial<ApiError>;
    throw new ApiError(response.status, id, message);
  };
}
