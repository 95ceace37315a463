import type { Entry, Whole } from '../wire.ts';
import { bornAt, room } from './room.ts';
import { createStore } from './store.ts';

const KEY = 'read';

/** How far each channel and each thread was read, by its id; kept for this tab, and void after a restart of the server. */
const read = createStore<{ boot: string; upTo: Record<string, number> }>(restored());

export { read };

/** Notes that all there is in a channel (outside of threads), or in a thread, has been seen. */
export function markRead(entries: readonly Entry[], id: string): void {
  const boot = room.get()?.boot ?? '';
  const last = entries.at(-1);
  if (!last) return;
  const upTo = read.get().boot === boot ? read.get().upTo : {};
  const seen = bornAt(last);
  if ((upTo[id] ?? 0) >= seen) return;
  read.set({ boot, upTo: { ...upTo, [id]: seen } });
  sessionStorage.setItem(KEY, JSON.stringify(read.get()));
}

/** Messages of the bot in a channel that nobody has seen yet; answers in threads count where they are in view of none. */
export function unreadIn(whole: Whole, channel: string): number {
  return whole.entries.filter((entry) => entry.channel === channel && isUnread(whole, entry)).length;
}

export function isUnread(whole: Whole, entry: Entry): boolean {
  if (entry.author !== 'bot') return false;
  const upTo = read.get().boot === whole.boot ? read.get().upTo : {};
  return bornAt(entry) > (upTo[entry.thread ?? entry.channel] ?? 0);
}

function restored(): { boot: string; upTo: Record<string, number> } {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '') as { boot: string; upTo: Record<string, number> };
    return typeof kept.upTo === 'object' ? kept : { boot: '', upTo: {} };
  } catch {
    return { boot: '', upTo: {} };
  }
}
