import type { Handler, Routes } from './call.ts';
import { isId } from './ids.ts';
import { badUrl } from './refusal.ts';

export interface Found {
  /** As in the table: `GET /posts/:post`. */
  route: string;
  handler: Handler;
  params: Record<string, string>;
}

/** Names of paths whose values are ids, `me` for the user aside. */
const IDS = ['post', 'channel', 'user', 'team', 'file', 'command'];

/** Finds what answers a request; routes that name a part come before those that take any. */
export function createRouter(tables: Routes[]): (method: string, path: string) => Found | undefined {
  const routes = tables
    .flatMap((table) => Object.entries(table))
    .map(([route, handler]) => {
      const [method = '', path = ''] = route.split(' ');
      return { route, handler, method, parts: path.split('/') };
    })
    .sort((one, other) => rank(one.parts).localeCompare(rank(other.parts)));

  return (method, path) => {
    const given = path.split('/').map(decodeURIComponent);
    const found = routes.find((one) => one.method === method && fits(one.parts, given));
    if (!found) return undefined;
    const named = found.parts.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), given[at] ?? '']] : []));
    return { route: found.route, handler: found.handler, params: Object.fromEntries(named) };
  };
}

/** What a path's ids must be before anything is looked up. */
export function refuseIds(params: Record<string, string>): void {
  for (const [name, value] of Object.entries(params)) {
    if (IDS.includes(name) && !isId(value) && !(name === 'user' && value === 'me')) throw badUrl(`${name}_id`);
  }
}

function fits(parts: string[], given: string[]): boolean {
  if (parts.length !== given.length) return false;
  return parts.every((part, at) => {
    const value = given[at] ?? '';
    if (!part.startsWith(':')) return part === value;
    return [':name', ':emoji'].includes(part) ? value !== '' : /^[A-Za-z0-9]+$/.test(value);
  });
}

function rank(parts: string[]): string {
  return parts.map((part) => (part.startsWith(':') ? '1' : '0')).join('');
}
