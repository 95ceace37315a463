import type { Change, Entry, Whole } from '../wire.ts';
import { createStore } from './store.ts';

/** The room as the server told it; `undefined` until it has. */
export const room = createStore<Whole | undefined>(undefined);

/** Whether the server can be reached. */
export const connection = createStore<'opening' | 'open' | 'away'>('opening');

const RETRY_MS = 2000;

/** Follows the server's events. The browser comes back by itself after a break, and names the last event it saw. */
export function follow(): void {
  const source = new EventSource('/events');
  source.addEventListener('open', () => connection.set('open'));
  source.addEventListener('whole', (event) => room.set(JSON.parse(event.data) as Whole));
  source.addEventListener('change', (event) => {
    const current = room.get();
    if (current) room.set(changed(current, JSON.parse(event.data) as Change));
  });
  source.addEventListener('error', () => {
    connection.set('away');
    // After an answer that is no stream the browser gives up; we do not.
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, RETRY_MS);
  });
}

/** The room after a change: entries put in place of those with their ids, new ones at the end. */
export function changed(current: Whole, change: Change): Whole {
  const entries = new Map(current.entries.map((entry) => [entry.id, entry]));
  for (const entry of change.entries) entries.set(entry.id, entry);
  for (const id of change.removed) entries.delete(id);
  return { ...current, channels: change.channels, entries: [...entries.values()] };
}

/** Grows with every message and is not changed by edits. */
export function bornAt(entry: Entry): number {
  return Number(entry.id.split('-').at(-1));
}
